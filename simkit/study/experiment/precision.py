"""Adding replications until the answer is as precise as was asked for, or the budget of replications is used up.

The rule is that of Hoad, Robinson & Davies for every design at once, on paired differences to the baseline.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.errors import UsageError
from simkit.foundation.frames import Floats
from simkit.foundation.text import Text
from simkit.study.experiment.experiment_spec import Engine, Execution, Experiment
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_experiment import Progress, Runs, run_experiment
from simkit.study.paired_comparison import CONTRIBUTION, PROFIT, half_width, paired
from simkit.study.thresholds import threshold

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.inputs.model_inputs import ModelInputs


LOOK_AHEAD = 5  # replications; above a hundred replications as many of each hundred
FEWEST = 3  # replications before any precision is believed, as in the source
GROWTH = 2.0  # a round at most doubles the replications, since the estimate of what is needed is itself uncertain
COLUMNS = (
    "scenario",
    "design",
    "replications",
    "half_width",
    "half_width_share",
    "asked_share",
    "precise_from",
    "reached",
)


@dataclass(frozen=True, kw_only=True)
class Precision:
    """How precise an answer has to be.

    Raises
    ------
    UsageError
        If a number is out of range.
    """

    share: float
    """Half-width of the paired 95 % interval of the profit difference, as a share of the baseline's mean
    contribution in the same scenario, above 0."""
    budget: int
    """Most replications per scenario, at least 3."""

    def __post_init__(self) -> None:
        if not 0 < self.share < 1 or self.budget < FEWEST:
            raise UsageError(
                Text(
                    de=f"Die Genauigkeit ist ein Anteil zwischen 0 und 1, das Budget mindestens {FEWEST} Simulationsläufe.",
                    en=f"The precision is a share between 0 and 1, the budget at least {FEWEST} replications.",
                ),
                f"precision={self.share:g}, budget={self.budget}",
                Text(de="Üblich sind 0,005 und 100.", en="Usual are 0.005 and 100."),
            )


def usual_precision(share: float | None = None, budget: int | None = None) -> Precision:
    """Return a precision; what is not given is the standard's."""
    return Precision(
        share=threshold("rule.precision_share") if share is None else share,
        budget=int(threshold("rule.replications_budget")) if budget is None else budget,
    )


def run_until_precise(
    experiment: Experiment,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    compared: Sequence[str],
    wanted: Precision,
    *,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    engine: Engine = play_replication,
) -> Runs:
    """Run an experiment, then add replications until every compared design is precise in every scenario.

    Parameters
    ----------
    experiment : Experiment
        What to run; its replications are the first round.
    model_inputs, parameters, execution, progress, engine
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`; the progress counts towards the replications
        known to be needed so far.
    compared : sequence of str
        Labels that must become precise, the baseline first; the other variants of the experiment get the same replications.

    Returns
    -------
    Runs
        Of an experiment with as many replications as were needed: the same bytes as that experiment run at once.

    Notes
    -----
    A design is precise in a scenario at the smallest n at which the half-width is below what was asked and stays there for
    the next ⌊5·max(n, 100)/100⌋ replications (Hoad, Robinson & Davies 2010, *J. Operational Research Society* 61(11): the
    look-ahead guards against stopping on a variance that is small by chance). All replications that were run are used, and all
    scenarios and designs get the same number, since every comparison is made within a replication. A round ends with
    n·(half-width / asked)² replications, at most twice as many as before; the number does not depend on the execution.

    `ReplicationsAlgorithm` of sim-tools is that rule for the means of one model, a replication at a time and relative to each
    mean itself: a difference near zero never becomes precise in that sense, and replications shared by designs have
    no place in it. Its procedures that select the best (KN, OCBA) drop designs or give them unequal numbers of runs,
    which ends the pairing. Caveat: after a sequential rule the interval covers slightly less than 95 %.
    """
    report = progress or (lambda done, total: None)
    rounds: list[Runs] = []
    part = replace(experiment, replications=min(experiment.replications, wanted.budget))
    while True:
        before = sum(runs.experiment.runs for runs in rounds)
        total = before + part.runs
        counted = lambda done, _, before=before, total=total: report(before + done, total)  # noqa: E731
        rounds.append(
            run_experiment(part, model_inputs, parameters, execution=execution, progress=counted, engine=engine)
        )
        whole = _together(experiment, rounds)
        number = replications_needed(whole.frame, compared, wanted)
        if number <= whole.experiment.replications:
            return whole
        first = experiment.first_replication + whole.experiment.replications
        part = replace(experiment, first_replication=first, replications=number - whole.experiment.replications)


def replications_needed(frame: pd.DataFrame, compared: Sequence[str], wanted: Precision) -> int:
    """Return how many replications the next round ends with; no more than there are when all is precise or the budget used.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs so far.
    compared, wanted
        As in :func:`run_until_precise`.
    """
    number = int(frame["replication"].nunique())
    needed = number
    for scenario in dict.fromkeys(frame["scenario"]):
        for shares in _courses(frame, scenario, compared).values():
            if precise_from(shares, wanted.share) is None:
                needed = max(needed, _estimated(shares, wanted.share))
    return min(needed, math.ceil(GROWTH * number), max(wanted.budget, number))


def precise_from(shares: Floats, asked: float) -> int | None:
    """Return the number of replications from which a design is precise, look-ahead included; None while it is not.

    Parameters
    ----------
    shares : ndarray, shape (replications,)
        Half-width after 1, 2, … replications, as a share of the baseline's contribution; NaN where it is unknown.
    asked : float
        Share that it has to be below.
    """
    below = shares <= asked
    for number in range(FEWEST, len(shares) + 1):
        until = number + look_ahead(number)
        if until <= len(shares) and below[number - 1 : until].all():
            return number
    return None


def look_ahead(number: int) -> int:
    """Return for how many replications more the precision has to hold."""
    return LOOK_AHEAD * max(number, 100) // 100


def precision_table(frame: pd.DataFrame, compared: Sequence[str], wanted: Precision | None = None) -> pd.DataFrame:
    """Return how precise each design's profit difference to the baseline is.

    Parameters
    ----------
    compared : sequence of str
        Labels, the baseline first.
    wanted : Precision, optional
        What was asked for; None where a fixed number of replications was run.

    Returns
    -------
    DataFrame
        Columns scenario, design, replications, half_width (paired 95 % t-interval, money), half_width_share (of the
        baseline's mean contribution), asked_share, precise_from (replications; missing where it was not reached or not
        asked), reached.
    """
    rows = []
    asked = math.nan if wanted is None else wanted.share
    for scenario in dict.fromkeys(frame["scenario"]):
        table = paired(frame[frame["design"].isin(compared)], scenario, PROFIT)
        for design, shares in _courses(frame, scenario, compared).items():
            gain = (table[design] - table[compared[0]]).to_numpy(dtype=float)
            first = None if wanted is None else precise_from(shares, wanted.share)
            width = float(half_width(gain[None, :])[0])
            rows.append(
                (
                    scenario,
                    design,
                    len(gain),
                    width,
                    shares[-1],
                    asked,
                    math.nan if first is None else first,
                    first is not None,
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _courses(frame: pd.DataFrame, scenario: str, compared: Sequence[str]) -> dict[str, Floats]:
    """Return per design how its half-width, as a share of the baseline's contribution, went with the number of replications."""
    table = paired(frame[frame["design"].isin(compared)], scenario, PROFIT).sort_index()
    base = paired(frame, scenario, CONTRIBUTION)[compared[0]].sort_index().to_numpy(dtype=float)
    return {
        name: _course((table[name] - table[compared[0]]).to_numpy(dtype=float), base)
        for name in compared[1:]
        if name in table
    }


def _course(gain: Floats, base: Floats) -> Floats:
    numbers = range(1, len(gain) + 1)
    widths = np.array([half_width(gain[None, :number])[0] for number in numbers])
    level = np.abs([base[:number].mean() for number in numbers])
    shares: Floats = np.divide(widths, level, out=np.full(len(gain), np.nan), where=level > 0)
    return shares


def _estimated(shares: Floats, asked: float) -> int:
    """Return the replications that a design will need: those of its look-ahead where it is precise now, else by the
    square law."""
    number = len(shares)
    if shares[-1] <= asked:
        above = np.flatnonzero(~(shares[FEWEST - 1 :] <= asked))
        start = FEWEST + (int(above[-1]) + 1 if len(above) else 0)
        return start + look_ahead(start)
    if not np.isfinite(shares[-1]):
        return math.ceil(GROWTH * number)
    needed = math.ceil(number * min((float(shares[-1]) / asked) ** 2, GROWTH))
    return max(needed, number + 1) + look_ahead(needed)


def _together(experiment: Experiment, rounds: Sequence[Runs]) -> Runs:
    """Return the rounds as the one experiment that they are."""
    frame = pd.concat([runs.frame for runs in rounds], ignore_index=True)
    place = frame["scenario"].map({name: place for place, name in enumerate(experiment.scenarios)}).to_numpy()
    return Runs(
        experiment=replace(experiment, replications=sum(runs.experiment.replications for runs in rounds)),
        frame=frame.iloc[np.argsort(place, kind="stable")].reset_index(drop=True),
        reused=sum(runs.reused for runs in rounds),
    )
