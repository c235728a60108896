"""What an experiment is made of: its variants and scenarios, the batches it is played in, and what a run gives.

Nothing here runs anything; the modules that play, keep and collect runs all speak in these terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text, did_you_mean

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.designs import Design
    from simkit.model.specification.scenarios import Scenario

Cell = tuple[str, str, int]  # label of the variant, name of the scenario, replication


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One column of the experiment: a design, with parameters changed where the experiment asks for it."""

    label: str
    """Name in the results; unique in the experiment."""
    design: Design
    changes: Mapping[str, float] = field(default_factory=dict)
    """Parameters of the parameter set changed for this variant alone, path: value. The replication is drawn without
    them, so a variant can change how demand is met but never which demand is met."""
    scenarios: tuple[str, ...] = ()
    """Scenarios in which the variant runs; empty for all."""


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """What is to be run.

    Raises
    ------
    UsageError
        If the experiment is empty, a label stands twice, or a variant names a scenario that is not in the experiment.
    """

    variants: tuple[Variant, ...]
    """The designs and their variants, in the order of the results."""
    scenarios: Mapping[str, Scenario]
    """Name in the results: scenario."""
    replications: int
    """Replications per scenario, at least 1."""
    seed: int
    """Seed of the study, at least 0."""
    first_replication: int = 0
    """Number of the first replication, for an experiment that adds replications to another."""
    own_replications: Mapping[str, int] = field(default_factory=dict)
    """Number of the first replication of scenarios that have replications of their own, by name."""
    measures: tuple[str, ...] = ()
    """Measures kept in the results; empty for all. Thousands of runs of all measures fill the memory."""

    def __post_init__(self) -> None:
        labels = [variant.label for variant in self.variants]
        if not labels or not self.scenarios:
            raise UsageError(Text(de="Das Experiment ist leer.", en="The experiment is empty."))
        if doubled := sorted({label for label in labels if labels.count(label) > 1}):
            raise UsageError(
                Text(de="Zwei Organisationsvarianten tragen einen Namen.", en="Two designs share one name."), doubled[0]
            )
        if self.replications < 1 or self.seed < 0 or min([self.first_replication, *self.own_replications.values()]) < 0:
            raise UsageError(
                Text(
                    de="Mindestens ein Simulationslauf und ein Startwert ab 0 sind nötig.",
                    en="At least one replication and a seed from 0 are needed.",
                ),
                f"replications={self.replications}, seed={self.seed}",
            )
        for wanted in (name for variant in self.variants for name in variant.scenarios):
            if wanted not in self.scenarios:
                raise UsageError(
                    Text(de="Unbekanntes Szenario.", en="Unknown scenario."),
                    wanted,
                    did_you_mean(wanted, self.scenarios),
                )

    def variants_of(self, scenario: str) -> tuple[Variant, ...]:
        """Return the variants that run in one scenario, in the order of the experiment."""
        return tuple(variant for variant in self.variants if not variant.scenarios or scenario in variant.scenarios)

    def replication_numbers(self, scenario: str) -> range:
        """Return the numbers of a scenario's replications."""
        first = self.own_replications.get(scenario, self.first_replication)
        return range(first, first + self.replications)

    def cells(self) -> Iterator[Cell]:
        """Yield every run (label of the variant, scenario, replication) in the order of the results."""
        for name in self.scenarios:
            variants = self.variants_of(name)
            numbers = self.replication_numbers(name)
            yield from ((variant.label, name, number) for number in numbers for variant in variants)

    @property
    def runs(self) -> int:
        """Number of simulation runs."""
        return self.replications * sum(len(self.variants_of(name)) for name in self.scenarios)


@dataclass(frozen=True, kw_only=True)
class Execution:
    """How an experiment is run; nothing of it moves a result."""

    jobs: int | None = None
    """Processes of this machine; by default as many as it has cores. 1 runs in the calling process."""
    cluster: str = ""
    """Address of a Dask scheduler (``tcp://host:8786``) whose workers run the experiment; empty for this machine."""
    cache: Path | None = None
    """Folder in which finished runs are kept and found again; None keeps none."""
    confirmed: bool = False
    """Whether the user has agreed to an experiment whose cost is above the standard ``rule.confirm_hours``."""


class Engine(Protocol):
    """What plays one replication: (model inputs, parameters, scenario, variants, seed, replication) → one frame of
    measures per variant.

    The label of a variant and the name of a scenario must move nothing: finished runs are found again under other names.
    """

    def __call__(
        self,
        model_inputs: ModelInputs,
        parameters: ParameterSet,
        scenario: Scenario,
        variants: tuple[Variant, ...],
        seed: int,
        replication: int,
    ) -> Iterator[pd.DataFrame]:
        """Yield the frame [year, measure, group, value] of each variant, in their order."""
        ...


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A batch of work: one replication, met by some variants of its scenario."""

    scenario: str
    replication: int
    variants: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExperimentTask:
    """All that a process needs to know to play any batch of an experiment, handed over once."""

    model_inputs: ModelInputs
    parameters: ParameterSet
    scenarios: Mapping[str, Scenario]
    variants: Mapping[str, Variant]
    seed: int
    engine: Engine


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """The results of one run in compact form."""

    layout: bytes
    """Years, measures and groups, compressed; runs of one organisation share it."""
    numbers: bytes
    """The values in that order, float64 little-endian."""
    seconds: float
    """What the run took of the processor, without the drawing of its replication."""

    @property
    def values(self) -> NDArray[np.float64]:
        """The values in the order of the layout."""
        return np.frombuffer(self.numbers, dtype="<f8").astype(np.float64, copy=False)
