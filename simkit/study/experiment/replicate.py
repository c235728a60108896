"""How one replication is played, and the compact form in which results travel between processes and are kept.

Only what is imported here can move a result of a run; see :func:`simkit.study.experiment.run_keys.environment`.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.foundation.frames import Whole
from simkit.foundation.gc_pause import gc_paused
from simkit.foundation.kept import kept_for_last
from simkit.study.experiment.experiment_spec import Batch, ExperimentTask, RunResult, Variant

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.designs import Design
    from simkit.model.specification.scenarios import Scenario

COMPRESSION = 6


def play_replication(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication and let every variant meet it; the engine of every real study.

    Yields
    ------
    DataFrame
        Columns year, measure, group, value, one frame per variant.
    """
    from simkit.model.engine_choice import play
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.study.measures.measures import measures

    happening = _happening(scenario, parameters)
    inputs = draw_inputs(model_inputs, happening, seed=seed, replication=replication, today=parameters)
    for variant in variants:
        yield measures(play(inputs, met(variant)))


@kept_for_last(64)
def _happening(scenario: Scenario, parameters: ParameterSet) -> ParameterSet:
    """Return the parameter set of a scenario, the same object for all replications, so that designs are put on it once."""
    return scenario.on(parameters)


@kept_for_last(64)
def met(variant: Variant) -> Design:
    """Return the design of a variant with the parameters that the variant changes."""
    return replace(variant.design, override={**variant.design.override, **variant.changes})


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the values of a run are: year, measure and group of each."""

    years: Whole
    measures: NDArray[np.object_]
    groups: NDArray[np.object_]


def play_batch(task: ExperimentTask, batch: Batch, stopped: Callable[[], bool] = lambda: False) -> list[RunResult]:
    """Play one replication for the variants of a batch.

    Parameters
    ----------
    task, batch
        What is played.
    stopped : callable
        Asked after each run; True drops the batch.

    Raises
    ------
    Stopped
        When the study is over before the batch is.
    """
    variants = tuple(task.variants[label] for label in batch.variants)
    run_results: list[RunResult] = []
    with gc_paused():
        played = task.engine(
            task.model_inputs, task.parameters, task.scenarios[batch.scenario], variants, task.seed, batch.replication
        )
        started = time.thread_time()  # of the processor: a busy machine must not make the next study look costly
        for _, frame in zip(variants, played, strict=True):
            if stopped():
                raise Stopped
            run_results.append(run_result_of(frame, time.thread_time() - started))
            started = time.thread_time()
    return run_results


class Stopped(Exception):
    """Raised in a process when the study is over before its work is."""


def run_result_of(frame: pd.DataFrame, seconds: float = 0.0) -> RunResult:
    """Return a run's frame [year, measure, group, value] in compact form."""
    names = [frame[column].tolist() for column in ("year", "measure", "group")]
    text = json.dumps(names, ensure_ascii=False, separators=(",", ":"))
    numbers = frame["value"].to_numpy(dtype="<f8").tobytes()
    return RunResult(layout=_compressed(text), numbers=numbers, seconds=seconds)


@lru_cache(maxsize=256)
def _compressed(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8"), COMPRESSION)


@lru_cache(maxsize=256)
def layout_of(content: bytes) -> Layout:
    """Return what a compressed layout says."""
    years, measures, groups = json.loads(zlib.decompress(content).decode("utf-8"))
    return Layout(
        years=np.array(years, dtype=np.int64),
        measures=np.array(measures, dtype=object),
        groups=np.array(groups, dtype=object),
    )


def tidy(cells: Sequence[tuple[str, str, int, RunResult]], measures: Sequence[str] = ()) -> pd.DataFrame:
    """Return many runs as one tidy frame.

    Parameters
    ----------
    cells : sequence of (design, scenario, replication, RunResult)
        In the order of the result.
    measures : sequence of str
        Measures to keep; empty for all.

    Returns
    -------
    DataFrame
        Columns design, scenario, replication, year, measure, group, value.
    """
    wanted = frozenset(measures)
    layouts = [layout_of(run_result.layout) for *_, run_result in cells]
    kept = [_kept(run_result.layout, wanted) for *_, run_result in cells]
    counts = [len(rows) for rows in kept]

    def repeated(values: list[object], dtype: type) -> NDArray[np.generic]:
        return np.repeat(np.array(values, dtype=dtype), counts)

    def gathered(parts: list[NDArray[np.generic]]) -> NDArray[np.generic]:
        return np.concatenate([part[rows] for part, rows in zip(parts, kept, strict=True)])

    return pd.DataFrame(
        {
            "design": pd.Series(repeated([cell[0] for cell in cells], object), dtype="str"),
            "scenario": pd.Series(repeated([cell[1] for cell in cells], object), dtype="str"),
            "replication": repeated([cell[2] for cell in cells], np.int64),
            "year": gathered([layout.years for layout in layouts]),
            "measure": pd.Series(gathered([layout.measures for layout in layouts]), dtype="str"),
            "group": pd.Series(gathered([layout.groups for layout in layouts]), dtype="str"),
            "value": gathered([run_result.values for *_, run_result in cells]),
        }
    )


@lru_cache(maxsize=512)
def _kept(content: bytes, wanted: frozenset[str]) -> NDArray[np.intp]:
    """Return the rows of a layout whose measure is wanted."""
    measures = layout_of(content).measures
    chosen = [not wanted or measure in wanted for measure in measures.tolist()]
    return np.flatnonzero(np.array(chosen, dtype=bool))
