"""Which parameters are drawn, which of them move together, and why others are not drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.parameter_set import Parameter, ParameterSet
from simkit.foundation.text import Text
from simkit.model.specification.designs import Design
from simkit.model.specification.levers import Lever
from simkit.study.joint_draws.marginals import Marginal, marginal_of, plausible_marginal
from simkit.study.measured.fitted_work import FITTED
from simkit.study.measured.measured_parameters import MEASURED_KINDS
from simkit.study.robustness.tested_parameters import COST_OF_CHANGE, FITTED_TO_TODAY, NO_RANGE, choose_parameters

TEXTS = Catalogue.beside(__file__)

_REASONS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (TEXTS["calendar"], ("time.*", "presence.holiday_days", "extra.leads_ceiling_per_year")),
    (TEXTS["coming"], ("demand.*", "staff.fill_chance", "staff.retirement_fill_chance")),
    (TEXTS["computed"], (*(f"{name}*" for name in FITTED_TO_TODAY), "discretionary.take_up")),
    (TEXTS["no_gain"], ("money.fixed_cost_share",)),
)  # fmt: skip
HOURS_OF = "hours of "
"""Before the name of an activity: the dimension of all work that was fitted to its hours."""
EFFECT_OF = "effect of "
"""Before the name of a lever: the dimension of the share that it keeps of its promise."""
TARGETS = ("orders.*.delivery_cost_saving_share", "money.bespoke_extra_share", COST_OF_CHANGE)
"""Amounts that are 0 unless somebody names one; an extra cost of bespoke orders is in measured margins already."""
PARAMETER_COLUMNS = (
    "parameter", "label_de", "label_en", "unit", "drawn", "design", "together", "shape", "scale", "value", "low", "high",
    "reason_de", "reason_en",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DrawnParameter:
    """One parameter with its distribution."""

    parameter: Parameter
    """As it stands in the parameter set."""
    together: str
    """What it moves with: all parameters of one name take the same place in their distributions."""
    marginals: Mapping[str, Marginal]
    """By label of the design that sets it; the one of the client's parameter set has an empty label."""

    @property
    def path(self) -> str:
        """Name of the parameter."""
        return self.parameter.path


@dataclass(frozen=True, kw_only=True)
class DrawnSet:
    """All that is drawn, and what is not."""

    drawn: tuple[DrawnParameter, ...]
    """In the order of the parameter set."""
    left_out: Mapping[str, Text]
    """Why a parameter is not drawn, by its name."""
    parameters: ParameterSet = field(repr=False)
    """The parameter set that they come from."""
    promises: tuple[Lever, ...] = ()
    """Levers on the compared designs whose effect nobody has measured: anything between nothing and all of it is as likely."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What moves by itself, in order: one name for all parameters that move together."""
        return (
            *dict.fromkeys(one.together for one in self.drawn),
            *(f"{EFFECT_OF}{one.name}" for one in self.promises),
        )

    def frame(self) -> pd.DataFrame:
        """Return every parameter with its distribution, or the reason why it is not drawn (:data:`PARAMETER_COLUMNS`)."""
        rows: list[tuple[object, ...]] = [
            (*_names(one.parameter), True, design, one.together, m.shape, m.scale, m.value, m.low, m.high, "", "")
            for one in self.drawn
            for design, m in one.marginals.items()
        ]
        for path, reason in self.left_out.items():
            one = self.parameters[path]
            rows.append((*_names(one), False, "", "", "", "", one.value, one.low, one.high, reason.de, reason.en))
        return pd.DataFrame(rows, columns=list(PARAMETER_COLUMNS))


def _names(parameter: Parameter) -> tuple[str, str, str, str]:
    return parameter.path, parameter.label.de, parameter.label.en, parameter.unit


def drawn_set(
    parameters: ParameterSet,
    designs: Mapping[str, Design],
    *,
    fixed: Iterable[str] = (),
    folder: Path | None = None,
) -> DrawnSet:
    """Return what is drawn when all compared designs meet the same draws.

    Parameters
    ----------
    parameters : ParameterSet
        With the deciding scenario in it.
    designs : mapping of str to Design
        The compared designs by label.
    fixed : iterable of str
        Parameters that the scenario sets.
    folder : Path, optional
        The client's folder, whose own levers count too.

    Notes
    -----
    The choice is that of the test of robustness (:func:`simkit.study.robustness.tested_parameters.choose_parameters`): whatever
    is decided, switched, set by hand, counted without an error, set by the scenario, or cannot act here is known and not
    drawn. Not drawn besides are calendar and technique, what only scenarios change, what today's organisation determines in
    each draw, and targets of delivery cost that nobody has named. What a design's file sets is drawn in that design alone,
    over the plausible range with the file's value as the most likely one, at the same place in all designs that set it.
    """
    choice = choose_parameters(parameters, designs.values(), fixed=fixed, folder=folder)
    own = {label: design.override for label, design in designs.items()}
    left_out, drawn = {path: _reason(path) or reason for path, reason in choice.left_out.items()}, []
    for tested in choice.tested:
        sets = {label: values[tested.path] for label, values in own.items() if tested.path in values}
        reason = _not_drawn(tested.parameter, bool(sets))
        if reason is None:
            drawn.append(_drawn(tested.parameter, sets))
        else:
            left_out[tested.path] = reason
    promised = {one.name: one for design in designs.values() for one in design.levers if one.assumed_effect}
    promises = tuple(promised[name] for name in sorted(promised))
    return DrawnSet(drawn=tuple(drawn), left_out=left_out, parameters=parameters, promises=promises)


def _not_drawn(parameter: Parameter, set_by_designs: bool) -> Text | None:
    path = parameter.path
    if not set_by_designs and parameter.value == 0 and any(fnmatchcase(path, name) for name in TARGETS):
        return TEXTS["target"]
    if not set_by_designs and parameter.provenance.interval is None and not parameter.low < parameter.high:
        return NO_RANGE
    return _reason(path)


def _reason(path: str) -> Text | None:
    return next((reason for reason, names in _REASONS if any(fnmatchcase(path, name) for name in names)), None)


def _drawn(parameter: Parameter, sets: Mapping[str, float]) -> DrawnParameter:
    if sets:
        marginals = {label: plausible_marginal(parameter, float(value)) for label, value in sets.items()}
    else:
        marginals = {"": marginal_of(parameter)}
    return DrawnParameter(parameter=parameter, together=_together(parameter), marginals=marginals)


def _together(parameter: Parameter) -> str:
    """Return what a parameter moves with: work that one factor has fitted to an activity's measured hours moves as one."""
    if parameter.provenance.kind in MEASURED_KINDS:
        for activity, paths in FITTED.items():
            if parameter.path in paths:
                return f"{HOURS_OF}{activity}"
    return parameter.path
