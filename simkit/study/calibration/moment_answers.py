"""Which parameters answer which moment, and how well a parameter set shows the moments: one row each, with why not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from simkit.foundation.parameter_set import Parameter, ParameterSet
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS, load_defaults
from simkit.study.calibration.moments import Moment, on_scale
from simkit.study.measured.fitted_work import FITTED

if TYPE_CHECKING:
    pass


Move = Literal["factor", "log_odds"]
DEMAND_SLOPE = 3.0  # above 1 on purpose: more demand on people who are fully busy makes other work lapse


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Which parameters answer a moment."""

    paths: tuple[str, ...]
    """Parameters, moved together."""
    move: Move = "factor"
    """Whether they are multiplied, or moved on the logit scale (a logit itself, or a share)."""
    slope: float = 1.0
    """First guess of the moment's change per move of the parameters, on both scales."""


ANSWERS: Mapping[str, Answer] = {
    **{f"hours.{activity}": Answer(paths=paths) for activity, paths in FITTED.items()},
    "hours.administration": Answer(paths=("blocked.administration_h",), slope=0.5),
    "hours.prioritisation": Answer(paths=("blocked.meetings_h",)),
    "hours.building": Answer(paths=("blocked.development_h",)),
    **{f"lead_time.{name}": Answer(paths=(f"orders.{name}.partner_delay_h",), slope=0.7) for name in CLASSES},
    "cycle": Answer(paths=("opportunities.follow_up_every_h",), slope=0.8),
    "deals": Answer(paths=("opportunities.per_year",), slope=DEMAND_SLOPE),
    "win_rate": Answer(paths=("winning.base_logit",), move="log_odds", slope=0.85),
    "no_decision_share": Answer(paths=("winning.no_decision_share",), move="log_odds"),
    **{f"contacts.{name}": Answer(paths=(f"care.{name}.contacts_per_year",), slope=DEMAND_SLOPE) for name in SEGMENTS},
    "requests": Answer(paths=("service.requests_per_year",), slope=DEMAND_SLOPE),
}
"""By moment; a moment that is not here has no parameter of its own and tests the others."""


LOG_GAP_SHARE = 0.15
WORK = frozenset(path for name, answer in ANSWERS.items() if name.startswith("hours.") for path in answer.paths)
LOGITS = ("winning.base_logit",)


def fit_table(
    moments: Sequence[Moment], simulated: pd.DataFrame, parameter_set: ParameterSet, before: ParameterSet
) -> pd.DataFrame:
    """Return measured and simulated figures beside each other, with whether they fit, and why not.

    Parameters
    ----------
    simulated : DataFrame
        One row per moment, one column per replication.
    parameter_set, before : ParameterSet
        The parameter set that was run, and that from which its parameters were moved.

    Notes
    -----
    A moment fits when the difference lies within 1.96 standard errors of both together (on the moment's scale), or
    within 2 % of the measured figure.
    """
    rows = []
    for moment in moments:
        values = (
            simulated.loc[moment.key].to_numpy(dtype=float) if moment.key in simulated.index else np.array([np.nan])
        )
        mean, half = _mean_and_half(values)
        fits = _fits(moment, values)
        why, parameter = ("", "") if fits else _why(moment, mean, parameter_set, before)
        answer = ANSWERS.get(moment.key)
        ends = half if math.isnan(half) else max(mean - half, 0.0), mean + half
        shown = (moment.measured.value, moment.measured.low, moment.measured.high, mean, *ends)
        words = (moment.key, moment.label.de, moment.label.en, moment.unit)
        rows.append((*words, *shown, fits, why, parameter or (answer.paths[0] if answer else "")))
    columns = [
        "moment", "label_de", "label_en", "unit", "measured", "measured_low", "measured_high", "simulated",
        "simulated_low", "simulated_high", "fits", "why", "parameter",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _mean_and_half(values: np.ndarray) -> tuple[float, float]:
    from simkit.study.paired_comparison import half_width

    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    return float(known.mean()), float(half_width(known[None, :])[0]) if len(known) > 1 else float("nan")


def _fits(moment: Moment, values: np.ndarray) -> bool:
    known = [on_scale(float(v), moment.scale) for v in values if not math.isnan(v)]
    if not known:
        return False
    error = float(np.std(known, ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0
    gap = float(np.mean(known)) - on_scale(moment.measured.value, moment.scale)
    near = abs(float(np.nanmean(values)) - moment.measured.value) <= 0.02 * abs(moment.measured.value)
    return bool(near or abs(gap) <= 1.96 * float(np.hypot(moment.error, error)))


def _why(moment: Moment, simulated: float, parameter_set: ParameterSet, before: ParameterSet) -> tuple[str, str]:
    """Return why a moment does not fit, and the parameter that would have to move."""
    answer = ANSWERS.get(moment.key)
    if answer is None:
        return "no_parameter", ""
    if not free(answer, before):
        return "by_hand", answer.paths[0]
    for path in answer.paths:
        low, high = bounds(before[path])
        wanted = moment.measured.value > simulated
        if parameter_set.value(path) >= high - 1e-9 if wanted else parameter_set.value(path) <= low + 1e-9:
            return "limit", path
    return "not_reached", answer.paths[0]


def free(answer: Answer, parameters: ParameterSet) -> bool:
    """Tell whether some parameter may be moved: what was set by hand stays."""
    return any(parameters[path].provenance.kind != "option" for path in answer.paths)


def bounds(parameter: Parameter) -> tuple[float, float]:
    """Return how far a parameter may be moved: over its plausible range, its measured interval, and its measured value.

    What was measured in part keeps the relative width of its assumption's plausible range besides. Hours per case are
    known to 15 % at best, however many cases there are: what a log leaves out may be work or idle time.
    """
    ends = [parameter.low, parameter.high, parameter.value]
    if parameter.provenance.interval is not None:
        ends += [parameter.provenance.interval.low, parameter.provenance.interval.high]
    if parameter.provenance.kind == "partly":
        assumed = load_defaults()[parameter.path].value
        ends += [parameter.value * end / assumed for end in (parameter.low, parameter.high) if assumed > 0]
    if parameter.provenance.kind in {"measured", "partly", "workshop"} and parameter.path in WORK:
        ends += [parameter.value * (1 - LOG_GAP_SHARE), parameter.value * (1 + LOG_GAP_SHARE)]
    return max(min(ends), parameter.minimum), min(max(ends), parameter.maximum)
