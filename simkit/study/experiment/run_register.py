"""Which runs of an experiment are there and which are still to be played; a run that is wanted twice is there once."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from simkit.study.experiment.experiment_spec import Batch, ExperimentTask, RunResult
from simkit.study.experiment.replicate import tidy
from simkit.study.experiment.run_keys import run_keys

if TYPE_CHECKING:
    import pandas as pd

    from simkit.study.experiment.experiment_spec import Cell, Experiment
    from simkit.study.experiment.run_cache import RunCache

VARIANTS_PER_BATCH = 16
"""Drawing a replication costs as much as half a run, so few batches share it out; a batch is still a matter of seconds."""


class RunRegister:
    """The state of an experiment while it is run.

    Parameters
    ----------
    cache : RunCache or None
        Where finished runs are kept; without one, no two runs count as the same.

    Attributes
    ----------
    done : int
        Number of the experiment's runs that are there.
    reused : int
        How many of them were kept from before.
    """

    def __init__(self, experiment: Experiment, task: ExperimentTask, cache: RunCache | None) -> None:
        self.experiment, self.task, self.cache = experiment, task, cache
        self._keys: dict[Cell, Hashable] = {cell: cell for cell in experiment.cells()}
        self._run_results: dict[Hashable, RunResult] = {}
        if cache is not None:
            keys = run_keys(experiment, task)
            self._keys.update(keys)
            self._run_results = {key: run_result for key, run_result in cache.find(keys.values()).items()}  # noqa: C416
        self._wanted = Counter(self._keys.values())
        self.done = self.reused = sum(self._wanted[key] for key in self._run_results)

    def batches(self) -> list[Batch]:
        """Return what is still to be played, long batches first; a replication is drawn only if one of its runs is missing."""
        planned = set(self._run_results)
        batches: list[Batch] = []
        for name in self.experiment.scenarios:
            variants = self.experiment.variants_of(name)
            for number in self.experiment.replication_numbers(name):
                keys = {variant.label: self._keys[variant.label, name, number] for variant in variants}
                first = {key: label for label, key in reversed(keys.items()) if key not in planned}
                planned.update(first)
                missing = [label for label in keys if first.get(keys[label]) == label]
                batches += [Batch(scenario=name, replication=number, variants=part) for part in _parts(missing)]
        return sorted(batches, key=lambda batch: -len(batch.variants))

    def enter(self, batch: Batch, run_results: Sequence[RunResult]) -> None:
        """Take what a batch gave, and keep it for later experiments."""
        keys = [self._keys[label, batch.scenario, batch.replication] for label in batch.variants]
        fresh = dict(zip(keys, run_results, strict=True))
        if self.cache is not None:
            self.cache.keep({key: run_result for key, run_result in fresh.items() if isinstance(key, bytes)})
        self._run_results.update(fresh)
        self.done += sum(self._wanted[key] for key in fresh)

    def frame(self) -> pd.DataFrame:
        """Return all runs in the order of the experiment."""
        return tidy([(*cell, self._run_results[key]) for cell, key in self._keys.items()], self.experiment.measures)


def _parts(labels: Sequence[str]) -> list[tuple[str, ...]]:
    """Return labels in parts of nearly one size, none longer than ARMS_PER_PIECE."""
    number = math.ceil(len(labels) / VARIANTS_PER_BATCH)
    return [tuple(labels[part * len(labels) // number : (part + 1) * len(labels) // number]) for part in range(number)]
