"""Under which key a finished run is kept: a hash of everything that can move its results, and of nothing else.

Names, titles, sources and the other variants of an experiment are left out, so that any later experiment finds what
an earlier one ran.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from simkit.model.specification.designs import load_design
from simkit.study.experiment.code_digest import code_digest
from simkit.study.experiment.replicate import met

if TYPE_CHECKING:
    import pandas as pd

    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.designs import Design
    from simkit.study.experiment.experiment_spec import Engine, Experiment, ExperimentTask

PACKAGES = ("numpy", "pandas", "scipy", "simpy")
TODAY = "baseline"  # the shipped design in which every run warms up
NAMES = frozenset({"title", "purpose"})
PARAMETERS = frozenset({"override", "scale", "cost"})  # stand in the parameter set that they lead to
SWITCHES = {"switches", "switch_titles", "switch_labels"}  # what they do stands in units, routes, ranks and parameters
NAMES_OF_DESIGN = NAMES | PARAMETERS | SWITCHES | {"name", "units", "levers", "priority_table", "folder"}
EFFECTS = {"moves", "moves_when_short", "unchanged", "labels"}  # what a lever is expected to do
NAMES_OF_LEVER = (
    NAMES
    | PARAMETERS
    | EFFECTS
    | {"name", "priority_table", "source", "source_de", "evidence_grade", "places", "origins"}
)

Cell = tuple[str, str, int]  # label of the variant, name of the scenario, replication


def engine_name(engine: Engine) -> str:
    """Return what an engine is called; where its module stands is no matter, since its code is hashed."""
    return str(getattr(engine, "__qualname__", ""))


def environment(engine: Engine) -> dict[str, str]:
    """Return what a run depends on besides its inputs, by name: versions, and the code that the engine reaches.

    Returns
    -------
    dict of str to str
        ``python`` (3.11, without its patch level) and the packages that compute, each with its version; ``code``, the hash of
        what the engine's module and all modules of the kit that it imports do, with their tables; words do not count
        (:mod:`simkit.study.experiment.code_digest`). ``code`` is empty where it cannot be told: in a notebook's
        cell, which has no file, and for whatever carries values of its own, such as a method or a function inside another.
    """
    plain = isinstance(engine, FunctionType) and engine.__qualname__ == engine.__name__
    return {**versions(), "code": code_digest(engine.__module__) if plain else ""}


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python, without its patch level, and of the packages that compute, by name."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{name: importlib.metadata.version(name) for name in PACKAGES}}


def run_keys(experiment: Experiment, task: ExperimentTask) -> dict[Cell, bytes]:
    """Return the key of every run of an experiment.

    Returns
    -------
    dict of (label, scenario, replication) to bytes
        32 bytes each, in the order of the experiment. Two variants that are the same organisation in the same
        scenario have one key.

    Notes
    -----
    Hashed are: the environment, the engine's name, the client's customers and posts, the values of all parameters in
    the scenario, the values of all parameters for the design in the scenario (so that it does not matter whether
    design, lever or experiment set them), the design's units, routes and ranks, the same of the design of the
    warm-up, the seed and the replication.
    """
    versions = repr(sorted(environment(task.engine).items())).encode("utf-8")
    common = [versions, engine_name(task.engine).encode("utf-8"), *_model_inputs(task.model_inputs)]
    today = load_design(TODAY)
    keys: dict[Cell, bytes] = {}
    for name, scenario in experiment.scenarios.items():
        happening = scenario.on(task.parameters)
        inputs = _hash(
            [*common, *_parameters(happening), *_organisation(today, happening), str(experiment.seed).encode()]
        )
        for variant in experiment.variants_of(name):
            run = _hash([inputs, *_organisation(met(variant), happening)])
            for replication in experiment.replication_numbers(name):
                keys[variant.label, name, replication] = _hash([run, str(replication).encode()])
    return {cell: keys[cell] for cell in experiment.cells()}


def _hash(parts: Iterable[bytes]) -> bytes:
    """Return the hash of parts, each with its length, so that no two lists of parts read the same."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(str(len(part)).encode() + b":" + part)
    return digest.digest()


def _model_inputs(model_inputs: ModelInputs) -> Iterator[bytes]:
    for one in fields(model_inputs):
        value = getattr(model_inputs, one.name)
        yield one.name.encode("utf-8")
        yield from _frame(value) if hasattr(value, "columns") else (repr(value).encode("utf-8"),)


def _frame(frame: pd.DataFrame) -> Iterator[bytes]:
    for name in frame.columns:
        column = frame[name]
        yield str(name).encode("utf-8")
        numeric = column.dtype.kind in "biuf"
        yield column.to_numpy(dtype="<f8").tobytes() if numeric else repr(column.astype(str).tolist()).encode("utf-8")


def _parameters(tree: ParameterSet) -> Iterator[bytes]:
    yield "\n".join(tree).encode("utf-8")
    yield np.array([parameter.value for parameter in tree.values()], dtype="<f8").tobytes()


def _organisation(design: Design, tree: ParameterSet) -> Iterator[bytes]:
    """Yield what a design is, and which parameters it leads to; not what it is called."""
    yield from _parameters(design.on(tree))
    yield repr(_content(design, NAMES_OF_DESIGN)).encode("utf-8")
    yield repr([_content(unit, NAMES) for unit in design.units]).encode("utf-8")
    yield repr([_content(lever, NAMES_OF_LEVER) for lever in design.levers]).encode("utf-8")
    yield repr(sorted(design.priority_table.ranks.items())).encode("utf-8")


def _content(one: Any, left_out: frozenset[str]) -> list[tuple[str, object]]:
    """Return the fields of a value object but some; a field that is added later counts by itself."""
    return [(field.name, getattr(one, field.name)) for field in fields(one) if field.name not in left_out]
