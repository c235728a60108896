"""The fit of one client's today: parameters moved to the measured figures, customers' reactions brought to rest, all checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.study.calibration.client_parameters import own_parameters
from simkit.study.calibration.fit_gate import gate, needed_unmeasured
from simkit.study.calibration.moment_answers import fit_table, moment_table
from simkit.study.calibration.moment_fit import (
    LAST_REPLICATIONS,
    ROUND_REPLICATIONS,
    MomentBench,
    bench_of,
    fitted_moments,
)
from simkit.study.calibration.moments import Moment, measured_moments
from simkit.study.calibration.stationary_today import stationary_today
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.experiment.process_pool import processes_kept
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.load import PATH as LOAD
from simkit.study.measured.load import LoadEstimate, measured_load
from simkit.study.measured.load_variation import load_from_variation
from simkit.study.measured.measured_demand import Override, patched

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.intake.client import ClientData
    from simkit.study.experiment.run_experiment import Progress
    from simkit.value.customers.customer_value import CustomerValue

TEXTS = Catalogue.beside(__file__)

MOST_RUNS = 120
"""Of a whole calibration: fit, rest, and check."""
USUAL, FEWER = (ROUND_REPLICATIONS, LAST_REPLICATIONS), ((2, 2), (6, 12))
"""Replications of the steps, round by round, and of the last moves; fewer where the load had to be looked for."""
PLANNED_RUNS = 116
"""As many are usual; the progress counts up to them until it is known better."""
CHECK_REPLICATIONS = 12
CHECK_FROM = max(LAST_REPLICATIONS)
"""Number of the first replication of the check: none that the fit has seen."""
ERROR_SHARE = 1 / 3  # of a tolerance that the error of a simulated figure may take


@dataclass(frozen=True, kw_only=True)
class ClientFit:
    """A calibration as it was made."""

    override: Override
    """The fitted parameters with their provenance; none of them was set by hand."""
    table: pd.DataFrame
    """See :func:`simkit.study.calibration.moment_answers.fit_table`: what the gate reads."""
    runs: int
    """Simulation runs that it took."""


def calibrated(
    client: ClientData, time_use: TimeUse | None, value: CustomerValue, *, seed: int = 1,
    execution: Execution = Execution(), progress: Progress | None = None,
) -> ClientFit:  # fmt: skip
    """Fit today's organisation to a client.

    Parameters
    ----------
    client, time_use, value
        A client that can be simulated; `time_use` is None when nothing is known of its hours.
    execution : Execution
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`; with its cache a repetition is nearly free.
    progress : callable, optional
        Called with (runs done, runs in all); the number in all grows where the check needs more replications.

    Notes
    -----
    Where the load could not be counted it is looked for in variation over time
    (:func:`~simkit.study.measured.load_variation.load_from_variation`). Then the moments are fitted, reactions off
    (:func:`~simkit.study.calibration.moment_fit.fitted_moments`); then what makes today stay where it is
    (:func:`~simkit.study.calibration.stationary_today.stationary_today`); then at least 12 fresh replications of the
    result are run, and more until the error of every mandatory figure is under a third of its tolerance, all in at most
    :data:`MOST_RUNS` runs.
    """
    with processes_kept():
        return _calibrated(client, time_use, value, seed, execution, progress)


def _calibrated(
    client: ClientData, time_use: TimeUse | None, value: CustomerValue, seed: int, execution: Execution,
    progress: Progress | None,
) -> ClientFit:  # fmt: skip
    model_inputs = client_inputs(client, value)
    before = own_parameters(client, time_use, value)
    moments = measured_moments(client, time_use, value, model_inputs, before)
    count = _Count(report=progress)
    bench = bench_of(model_inputs, seed=seed, execution=execution, progress=count)
    varied = _load_from_variation(client, time_use, before, bench)
    rounds, last = USUAL if varied is None else FEWER
    load = varied.override if varied is not None and varied.method == "variation" else {}
    fit = fitted_moments(moments, patched(before, load), bench, rounds=rounds, last=last)
    rest = stationary_today(model_inputs, fit.parameters, seed=seed, execution=execution, progress=count)
    at_rest = {path: entry for path, entry in rest.override.items() if before[path].provenance.kind != "option"}
    parameters = patched(fit.parameters, at_rest)
    simulated = checked(moments, parameters, bench, most=MOST_RUNS - count.done)
    table = fit_table(moments, simulated, parameters, before)
    return ClientFit(override=load | fit.override | at_rest, table=table, runs=count.done)


def _load_from_variation(
    client: ClientData, time_use: TimeUse | None, before: ParameterSet, bench: MomentBench
) -> LoadEstimate | None:
    """Return what variation over time tells of a load that could not be counted; None where it was, or was set by hand."""
    if before[LOAD].provenance.kind != "assumption":
        return None
    assumed = measured_load(client, time_use, bench.model_inputs, before)
    found = load_from_variation(
        client, bench.model_inputs, before, floor=assumed.floor, seed=bench.seed, execution=bench.execution,
        progress=bench.progress,
    )  # fmt: skip
    return found or assumed


def checked(moments: Sequence[Moment], parameters: ParameterSet, bench: MomentBench, *, most: int) -> pd.DataFrame:
    """Return the simulated moments of at least 12 replications, and of as many more as the gate needs, up to `most`."""
    first = min(CHECK_REPLICATIONS, most)
    found = bench.simulated(parameters, first, first=CHECK_FROM, at_rest=False)
    more = min(replications_needed(moments, found), most) - first
    if more <= 0:
        return found
    rest = bench.simulated(parameters, more, first=CHECK_FROM + first, at_rest=False)
    return pd.concat([found, rest], axis=1)


def replications_needed(moments: Sequence[Moment], found: pd.DataFrame) -> int:
    """Return the replications at which the standard error of every mandatory figure is a third of its tolerance.

    Notes
    -----
    n × (3 s ÷ (√n t))², with the standard deviation s over the n replications and the tolerance t on the nearer side.
    """
    table = moment_table(moments, found)
    rows = table[table["mandatory"] & table["counted"] & table["moment"].isin(found.index)]
    if rows.empty:
        return found.shape[1]
    spread = found.loc[rows["moment"]].std(axis=1, ddof=1).to_numpy(dtype=float)
    above, below = rows["accepted_high"] - rows["measured"], rows["measured"] - rows["accepted_low"]
    room = np.minimum(above.to_numpy(dtype=float), below.to_numpy(dtype=float))
    wanted = np.nan_to_num((spread / (ERROR_SHARE * np.maximum(room, 1e-12))) ** 2)
    return int(np.ceil(wanted.max()))


def draft(client: ClientData, time_use: TimeUse | None, value: CustomerValue) -> pd.DataFrame:
    """Return the figures that a calibration would be held against, with none simulated."""
    before = own_parameters(client, time_use, value)
    moments = measured_moments(client, time_use, value, client_inputs(client, value), before)
    return fit_table(moments, pd.DataFrame(), before, before)


def what_is_unmeasured(table: pd.DataFrame) -> Missing | None:
    """Return why a client cannot be held against the model at all; None when some of the needed figures are measured."""
    if gate(table).level != "nothing_measured":
        return None
    return Missing(reason=TEXTS["nothing_measured"], remedy=tuple(TEXTS.group("deliver").values()))


def what_stands_in_the_way(table: pd.DataFrame) -> Missing | None:
    """Return which needed figures are not measured, so that no verdict can be told; None when all of them are."""
    if (nothing := what_is_unmeasured(table)) is not None:
        return nothing
    if not (absent := needed_unmeasured(table)):
        return None
    names = [TEXTS.group("not_measured")[name] for name in absent]
    listed = Text(de="; ".join(one.de for one in names), en="; ".join(one.en for one in names))
    deliver = TEXTS.group("deliver")
    return Missing(reason=TEXTS["no_verdict"].fill(absent=listed), remedy=tuple(deliver[name] for name in absent))


@dataclass(kw_only=True)
class _Count:
    """Counts the runs of several experiments as one progress."""

    report: Progress | None
    done: int = 0
    """Runs of the experiments that are finished."""
    present: int = 0

    def __call__(self, done: int, total: int) -> None:
        """Take what one experiment reports."""
        if done == total:
            self.done, self.present = self.done + done, 0
        else:
            self.present = done
        if self.report is not None:
            self.report(self.done + self.present, max(PLANNED_RUNS, self.done + total))
