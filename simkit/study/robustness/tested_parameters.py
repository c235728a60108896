"""Which parameters of the parameter set are put to the test, between which ends, and which are left out for which reason.

What is decided, measured exactly or cannot act in these runs is no assumption that must be true; it is listed, not hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import Parameter, ParameterSet
from simkit.foundation.text import Text, did_you_mean
from simkit.model.specification.designs import Design
from simkit.model.specification.levers import lever_names, load_lever
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.robustness.parameter_groups import group_label, group_of

TEXTS = Catalogue.beside(__file__)

NOT_QUANTITIES = ("flag", "choice")
TECHNICAL = ("time.warm_up_years", "time.horizon_years", "demand.ceiling", "care.received_factor")
FITTED_TO_TODAY = (
    *(f"reaction.{name}_" for name in ("care_before", "curve_exponent", "curve_level", "late_before")),
    "reaction.churn_level",
    "customers.new_per_lost",
)
"""Beginnings of what follows from runs of today's organisation."""
DECISIONS = (
    "channel.", "service_level.", "assistance.", "levers.", "gate.", "cleanup.", "building.share", "amo.opportunity_gain",
)  # fmt: skip
EVENTS = ("presence.wave_share", "outage.days")
BY_NATURE = ("transition.old_habit_share",)  # set by a lever that shows what it costs, but nobody decides it
BY_TARGET = (
    "lateness.penalty_share_per_week", *(f"orders.{name}.delivery_cost_saving_share" for name in CLASSES),
)  # fmt: skip
"""What holds only where a contract or the client's own target says so: at 0 it is no assumption, and never drawn."""
COST_OF_CHANGE = "transition.once_amount"
_PARTNERS = tuple(f"channel.{segment}.partner_share" for segment in SEGMENTS)
_DROPPED = tuple(f"channel.{segment}.dropped_share" for segment in SEGMENTS)
_PHONE = tuple(f"care.{segment}.by_phone" for segment in SEGMENTS)
_OF_SEGMENT = tuple(f"reaction.{segment}." for segment in SEGMENTS)
_BESPOKE = tuple(f"service_level.{segment}.bespoke_allowed" for segment in SEGMENTS)


@dataclass(frozen=True, kw_only=True)
class _Switch:
    """Parameters that act only while one of some others differs from the value at which it is off."""

    parameters: tuple[str, ...]
    on_with: tuple[str, ...]
    off: float = 0.0
    or_with: tuple[str, ...] = ()
    """Parameters that switch it on too, off at 0."""


_SWITCHES: tuple[_Switch, ...] = (
    _Switch(
        parameters=(
            "reaction.elasticity", "reaction.rate_floor", "reaction.rate_ceiling", "reaction.churn_care", *_OF_SEGMENT,
            "reaction.late_rate_share", "reaction.late_churn_share", "reaction.late_half_life_days",
            "reaction.departure_loss_share", "reaction.planned_change_share", "reaction.forgiveness",
            "care.half_life_days",
        ),
        on_with=("reaction.on",),
    ),
    _Switch(parameters=("overload.",), on_with=("overload.on",)),
    _Switch(parameters=("retirement.handover_share", "retirement.handover_full_days"), on_with=("retirement.handover_days",)),
    _Switch(parameters=("time.overtime_queue_days", "money.overtime_factor"), on_with=("time.overtime_share",)),
    _Switch(
        parameters=("building.module_h", "building.step_share", "building.bespoke_cap", "building.configured_cap"),
        on_with=("building.share", "building.everyone"),
    ),
    _Switch(parameters=("partner.", "reaction.moved_loss_share"), on_with=_PARTNERS),
    _Switch(parameters=("reaction.dropped_loss_share",), on_with=_DROPPED),
    _Switch(parameters=("reaction.channel_half_life_days",), on_with=(*_PARTNERS, *_DROPPED)),
    _Switch(parameters=("care.phone_weight",), on_with=_PHONE),
    _Switch(parameters=("assistance.hour_amount",), on_with=("assistance.entry_share", "assistance.coordination_share")),
    _Switch(parameters=("price.elasticity", "price.tolerance"), on_with=("price.rise_share",)),
    _Switch(parameters=("gate.accuracy",), on_with=("gate.quality_minimum",), off=-9.0),
    _Switch(parameters=("winning.preparation_logit",), on_with=("winning.preparation_factor",), off=1.0),
    _Switch(parameters=("conversion.accepted_share",), on_with=_BESPOKE, off=1.0),
    _Switch(
        parameters=("conversion.price_share", "conversion.cost_saving_share"),
        on_with=_BESPOKE, off=1.0, or_with=("building.share", "building.everyone"),
    ),
    *(_Switch(parameters=(f"orders.{name}.production_cv",), on_with=(f"orders.{name}.production_days",)) for name in CLASSES),
    _Switch(parameters=("lateness.penalty_cap_share",), on_with=("lateness.penalty_share_per_week",)),
    _Switch(parameters=("outage.",), on_with=("outage.days",)),
    _Switch(parameters=("presence.wave_start_months", "presence.wave_days"), on_with=("presence.wave_share",)),
    _Switch(parameters=("amo.expectancy",), on_with=("amo.motivation_gain",)),
    _Switch(parameters=("amo.strong_incentive", "amo.gamification_half_life_months"), on_with=("amo.gamification_gain",)),
    _Switch(
        parameters=("amo.outer_tier_share", "amo.training_half", "amo.strong_coaching", "amo.coaching_retention_factor"),
        on_with=("amo.training_gain", "amo.coaching_gain"),
    ),
    _Switch(parameters=("amo.index_per_score",), on_with=("amo.form",)),
)  # fmt: skip

SMALL = TEXTS["small"]
NO_QUANTITY = TEXTS["no_quantity"]
EXPERIMENT = TEXTS["experiment"]
NO_RANGE = TEXTS["no_range"]
SIMULATED = TEXTS["simulated"]
BY_HAND = TEXTS["by_hand"]
MEASURED = TEXTS["measured"]
SCENARIO = TEXTS["scenario"]
LEVER = TEXTS["lever"]
DECIDED = TEXTS["decided"]
EVENT = TEXTS["event"]
TARGET = TEXTS["target"]
ACTS_ONLY = TEXTS["acts_only"]

PARAMETER_COLUMNS = (
    "parameter", "label_de", "label_en", "unit", "group", "group_de", "group_en", "value", "low", "high", "range_from",
    "set_by_designs", "outside",
)  # fmt: skip
LEFT_OUT_COLUMNS = ("parameter", "label_de", "label_en", "reason_de", "reason_en")


@dataclass(frozen=True, kw_only=True)
class TestedParameter:
    """One parameter with the ends between which it is varied."""

    __test__ = False  # pytest takes every class that begins with Test for one of its own

    parameter: Parameter
    """As it stands in the parameter set."""
    value: float
    low: float
    high: float
    """Value that the study has, and the ends, in the parameter's unit; `low` below `high`."""
    range_from: str
    """"interval" of a measurement, or "plausible" range of an assumption."""
    set_by_designs: bool = False
    """Whether compared designs set it themselves; then it is varied in those designs alone."""
    outside: bool = False
    """Whether the study's value lies outside of the plausible range."""

    @property
    def path(self) -> str:
        """Name of the parameter."""
        return self.parameter.path

    @property
    def group(self) -> str:
        """Name of its group."""
        return group_of(self.path)

    def at(self, place: float) -> float:
        """Return the value at a place between the ends, 0 … 1."""
        return self.low + place * (self.high - self.low)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is tested and what is not."""

    tested: tuple[TestedParameter, ...]
    """In the order of the parameter set."""
    left_out: Mapping[str, Text]
    parameters: ParameterSet
    """The parameter set they come from."""

    def by_group(self) -> dict[str, tuple[TestedParameter, ...]]:
        """Return the tested parameters of each group."""
        names = dict.fromkeys(one.group for one in self.tested)
        return {name: tuple(one for one in self.tested if one.group == name) for name in names}

    def named(self, paths: Iterable[str]) -> tuple[TestedParameter, ...]:
        """Return tested parameters by name, in that order; names of parameters that are not tested are passed over."""
        known = {one.path: one for one in self.tested}
        return tuple(known[path] for path in paths if path in known)

    def frame(self) -> pd.DataFrame:
        """Return the tested parameters as a table (:data:`LEAF_COLUMNS`)."""
        rows = [
            (
                one.path,
                one.parameter.label.de,
                one.parameter.label.en,
                one.parameter.unit,
                one.group,
                group_label(one.group).de,
                group_label(one.group).en,
                one.value,
                one.low,
                one.high,
                one.range_from,
                one.set_by_designs,
                one.outside,
            )
            for one in self.tested
        ]
        return pd.DataFrame(rows, columns=list(PARAMETER_COLUMNS))

    def left_out_frame(self) -> pd.DataFrame:
        """Return the parameters that are not tested, with the reason (:data:`LEFT_OUT_COLUMNS`)."""
        rows = [
            (path, self.parameters[path].label.de, self.parameters[path].label.en, reason.de, reason.en)
            for path, reason in self.left_out.items()
        ]
        return pd.DataFrame(rows, columns=list(LEFT_OUT_COLUMNS))


def choose_parameters(
    parameters: ParameterSet, designs: Iterable[Design], *, fixed: Iterable[str] = (), folder: Path | None = None
) -> Choice:
    """Sort all parameters of a parameter set into those that are tested and those that are not.

    Parameters
    ----------
    fixed : iterable of str
        Parameters that the scenario sets.
    folder : Path, optional
        The client's folder, whose own levers count too.

    Notes
    -----
    The ends are those of the measured interval where there is one, else of the plausible range, widened to the value
    where it lies outside. A parameter that a design sets itself runs between ends that hold the values of all designs.
    """
    compared = tuple(designs)
    sorter = _Sorter(parameters, compared, frozenset(fixed), _decided_by_levers(folder))
    reasons = {path: sorter.reason(parameter) for path, parameter in parameters.items()}
    return Choice(
        tested=tuple(sorter.tested(parameters[path]) for path, reason in reasons.items() if reason is None),
        left_out={path: reason for path, reason in reasons.items() if reason is not None},
        parameters=parameters,
    )


def own_parameters(design: Design, parameters: ParameterSet) -> dict[str, float]:
    """Return the parameters that a design sets itself; one that changes anything also has a cost of the change, be it 0."""
    changes = any(path.startswith("transition.") for path in design.override)
    cost = {COST_OF_CHANGE: parameters.value(COST_OF_CHANGE)} if changes else {}
    return {**cost, **design.override}


def check_parameters(
    names: Iterable[str], parameters: ParameterSet, where: str = "study.robustness.parameters"
) -> None:
    """Check parameters that are asked for by name.

    Raises
    ------
    ConfigError
        For a name that the parameter set does not have; it names the nearest ones.
    """
    for name in names:
        if name not in parameters:
            raise ConfigError(
                Text(de=f"Es gibt keinen Parameter „{name}“.", en=f"There is no parameter '{name}'."),
                where,
                did_you_mean(name, parameters),
            )


def _decided_by_levers(folder: Path | None) -> frozenset[str]:
    """Parameters that any lever sets: what can be decided."""
    paths = {path for name in lever_names(folder) for path in load_lever(name, folder).override}
    return frozenset(paths - set(BY_NATURE))


class _Sorter:
    """Knows why a parameter is not tested."""

    def __init__(
        self, parameters: ParameterSet, designs: tuple[Design, ...], fixed: frozenset[str], decided: frozenset[str]
    ) -> None:
        self.parameters, self.fixed, self.decided = parameters, fixed, decided
        self.trees = [parameters, *(design.on(parameters) for design in designs)]
        paths = {path for design in designs for path in own_parameters(design, parameters)}
        self.own = {
            path: [own[path] for d in designs if path in (own := own_parameters(d, parameters))] for path in paths
        }
        levers = [lever for design in designs for lever in design.levers]
        self.on_levers = {path for lever in levers for path in (*lever.override, *lever.scale)}

    def reason(self, parameter: Parameter) -> Text | None:
        """Return why a parameter is not tested; None when it is."""
        return self._by_nature(parameter) or self._by_origin(parameter) or self._without_effect(parameter)

    def _by_nature(self, parameter: Parameter) -> Text | None:
        path = parameter.path
        if path.startswith("small."):
            return SMALL
        if path in TECHNICAL:
            return EXPERIMENT
        if parameter.unit in NOT_QUANTITIES:
            return NO_QUANTITY
        if path in EVENTS:
            return EVENT
        if path in BY_TARGET and not parameter.value:
            return TARGET
        return DECIDED if path in self.decided or path.startswith(DECISIONS) else None

    def _by_origin(self, parameter: Parameter) -> Text | None:
        path, kind = parameter.path, parameter.provenance.kind
        if path in self.fixed:
            return SCENARIO
        if path in self.on_levers:
            return LEVER
        if kind == "simulated" or path.startswith(FITTED_TO_TODAY):
            return SIMULATED
        if kind == "option":
            return BY_HAND
        return MEASURED if kind in ("measured", "partly") and parameter.provenance.interval is None else None

    def _without_effect(self, parameter: Parameter) -> Text | None:
        low, high, _ = self._ends(parameter)
        if not low < high:
            return NO_RANGE
        for switch in _SWITCHES:
            if (
                parameter.path.startswith(switch.parameters)
                and parameter.path not in switch.on_with
                and not self._on(switch)
            ):
                return ACTS_ONLY.fill(parameter=self.parameters[switch.on_with[0]].label)
        return None

    def _on(self, switch: _Switch) -> bool:
        off = {**dict.fromkeys(switch.on_with, switch.off), **dict.fromkeys(switch.or_with, 0.0)}
        return any(parameter_set.value(path) != value for parameter_set in self.trees for path, value in off.items())

    def _ends(self, parameter: Parameter) -> tuple[float, float, str]:
        interval = parameter.provenance.interval
        values = self.own.get(parameter.path) or [parameter.value]
        if interval is not None and parameter.path not in self.own:
            low, high, origin = (
                min(interval.low, *values, parameter.value),
                max(interval.high, *values, parameter.value),
                "interval",
            )
        else:
            low, high, origin = min(parameter.low, *values), max(parameter.high, *values), "plausible"
        return max(low, parameter.minimum), min(high, parameter.maximum), origin

    def tested(self, parameter: Parameter) -> TestedParameter:
        """Return a parameter with its ends."""
        low, high, origin = self._ends(parameter)
        own = self.own.get(parameter.path)
        value = parameter.value if own is None else own[0]
        outside = origin == "plausible" and not parameter.low <= value <= parameter.high
        return TestedParameter(
            parameter=parameter,
            value=value,
            low=low,
            high=high,
            range_from=origin,
            set_by_designs=own is not None,
            outside=outside,
        )


OUTSIDE_COLUMNS = ("set_by", "parameter", "label_de", "label_en", "unit", "value", "low", "high", "range_from")


def outside_of_range(parameters: ParameterSet, overrides: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Return every value that lies outside of what was measured or is plausible.

    Parameters
    ----------
    overrides : mapping of str to mapping
        What scenarios and designs set, by their name; parameter: value.

    Returns
    -------
    DataFrame
        One row for each such value (:data:`OUTSIDE_COLUMNS`), `set_by` empty for the client's own parameter set; the model was
        not calibrated there, so a result that rests on it is an extrapolation.
    """
    own = {path: parameter.value for path, parameter in parameters.items() if parameter.provenance.kind == "option"}
    rows = []
    for name, values in {"": own, **overrides}.items():
        for path, value in values.items():
            parameter = parameters[path]
            interval = parameter.provenance.interval
            low, high = (interval.low, interval.high) if interval is not None else (parameter.low, parameter.high)
            if parameter.unit not in NOT_QUANTITIES and not low <= value <= high and path not in TECHNICAL:
                origin = "plausible" if interval is None else "interval"
                rows.append(
                    (
                        name,
                        path,
                        parameter.label.de,
                        parameter.label.en,
                        parameter.unit,
                        float(value),
                        low,
                        high,
                        origin,
                    )
                )
    return pd.DataFrame(rows, columns=list(OUTSIDE_COLUMNS))
