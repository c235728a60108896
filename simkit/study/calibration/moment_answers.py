"""Which parameters answer which moment, and how well a parameter set shows the moments: one row each, with why not."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from simkit.foundation.parameter_set import Parameter, ParameterSet
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.calibration.fit_gate import graded
from simkit.study.calibration.moments import Moment
from simkit.study.measured.fitted_work import FITTED

Move = Literal["factor", "log_odds"]
Step = Literal["delay", "spread", "content", "volume"]
STEPS: tuple[Step, ...] = ("delay", "spread", "content", "volume")
"""In the order in which they are fitted: what a step moves hardly moves the moments of the steps before it."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Which parameters answer a moment."""

    paths: tuple[str, ...]
    """Parameters, moved together."""
    step: Step
    """Step of the fit in which they move."""
    move: Move = "factor"
    """Whether they are multiplied, or moved on the logit scale (a logit itself, or a share)."""
    slope: float = 1.0
    """First guess of the moment's change per move of the parameters, on both scales; replaced by what is seen."""


ANSWERS: Mapping[str, Answer] = {
    **{
        f"lead_time.{name}": Answer(paths=(f"orders.{name}.partner_delay_h",), step="delay", slope=0.8)
        for name in CLASSES
    },
    **{
        f"late_share.{name}": Answer(paths=(f"orders.{name}.partner_delay_cv",), step="spread", slope=0.8)
        for name in CLASSES
    },
    **{f"hours.{activity}": Answer(paths=paths, step="content") for activity, paths in FITTED.items()},
    "hours.administration": Answer(paths=("blocked.administration_h",), step="content", slope=0.5),
    "hours.prioritisation": Answer(paths=("blocked.meetings_h",), step="content"),
    "hours.building": Answer(paths=("blocked.development_h",), step="content"),
    "cycle": Answer(paths=("opportunities.follow_up_every_h",), step="volume", slope=0.8),
    "deals": Answer(paths=("opportunities.per_year",), step="volume"),
    "win_rate": Answer(paths=("winning.base_logit",), step="volume", move="log_odds", slope=0.85),
    "no_decision_share": Answer(paths=("winning.no_decision_share",), step="volume", move="log_odds"),
    **{f"contacts.{name}": Answer(paths=(f"care.{name}.contacts_per_year",), step="volume") for name in SEGMENTS},
    "requests": Answer(paths=("service.requests_per_year",), step="volume"),
}
"""By moment; a moment that is not here has no parameter of its own and tests the others."""

TAKE_UP = "discretionary.take_up"
"""Answers contacts that no plan reaches; see :mod:`simkit.study.calibration.planned_contacts`."""
SPREADS = frozenset(path for answer in ANSWERS.values() if answer.step == "spread" for path in answer.paths)
WIDEST_SPREAD = 2.5  # coefficient of variation
LOGITS = ("winning.base_logit",)


def fit_table(
    moments: Sequence[Moment], simulated: pd.DataFrame, parameter_set: ParameterSet, before: ParameterSet
) -> pd.DataFrame:
    """Return measured and simulated figures beside each other, with whether they fit, and why not: the table of the gate.

    Parameters
    ----------
    simulated : DataFrame
        One row per moment, one column per replication.
    parameter_set, before : ParameterSet
        The parameter set that was run, and that from which its parameters were moved.

    Returns
    -------
    DataFrame
        Columns moment, label_de, label_en, unit, freedom (degrees of freedom of the measured interval, infinite for a normal
        one), measured, measured_low, measured_high, simulated, simulated_low, simulated_high (95 %, over replications),
        fitted (whether a parameter of its own was free to move), parameter
        (that one, "" for none), and those of :func:`~simkit.study.calibration.fit_gate.graded`; why says why a moment
        does not fit: "", "limit", "no_parameter", "by_hand" or "not_reached".
    """
    table = moment_table(moments, simulated)
    table["fitted"] = [name in ANSWERS and free(ANSWERS[name], before) for name in table["moment"]]
    reasons = [_why(row, parameter_set, before) for row in table.to_dict("records")]
    return table.assign(why=[why for why, _ in reasons], parameter=[path for _, path in reasons])


def moment_table(moments: Sequence[Moment], simulated: pd.DataFrame) -> pd.DataFrame:
    """Return measured and simulated figures beside each other, graded as at the gate."""
    rows = []
    for moment in moments:
        found = simulated.loc[moment.key] if moment.key in simulated.index else pd.Series([np.nan])
        mean, half = _mean_and_half(found.to_numpy(dtype=float))
        ends = half if math.isnan(half) else max(mean - half, 0.0), mean + half
        shown = (moment.measured.value, moment.measured.low, moment.measured.high, mean, *ends)
        rows.append((moment.key, moment.label.de, moment.label.en, moment.unit, moment.freedom, *shown))
    columns = [
        "moment", "label_de", "label_en", "unit", "freedom", "measured", "measured_low", "measured_high", "simulated",
        "simulated_low", "simulated_high",
    ]  # fmt: skip
    return graded(pd.DataFrame(rows, columns=columns))


def _mean_and_half(values: np.ndarray) -> tuple[float, float]:
    from simkit.study.paired_comparison import mean_and_half_width

    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    return mean_and_half_width(known)


def _why(row: Mapping[Hashable, object], parameter_set: ParameterSet, before: ParameterSet) -> tuple[str, str]:
    """Return why a moment does not fit ("" when it does), and the parameter that answers it."""
    answer = ANSWERS.get(str(row["moment"]))
    if row["fits"]:
        return "", answer.paths[0] if answer is not None else ""
    if answer is None:
        return "no_parameter", ""
    if not row["fitted"]:
        return "by_hand", answer.paths[0]
    for path in answer.paths:
        low, high = bounds(before[path])
        if not low + 1e-9 < parameter_set.value(path) < high - 1e-9:
            return "limit", path
    return "not_reached", answer.paths[0]


def free(answer: Answer, parameters: ParameterSet) -> bool:
    """Tell whether some parameter may be moved: what was set by hand stays."""
    return any(parameters[path].provenance.kind != "option" for path in answer.paths)


def bounds(parameter: Parameter) -> tuple[float, float]:
    """Return how far a parameter may be moved: as far as the model allows, since a measured figure says where it is.

    A spread of answer times is held to what is plausible, or a little wider: it answers a late share that other things may move
    as well, but short orders that are late ask for more than 1.5.
    """
    if parameter.path in SPREADS:
        return parameter.low, max(parameter.high, WIDEST_SPREAD)
    return parameter.minimum, parameter.maximum
