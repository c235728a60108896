"""Runs frames with known answers, and engines that play without a model."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = ["design", "scenario", "replication", "year", "measure", "group", "value"]


def runs(
    values: Mapping[str, list[float]],
    measure: str = "company_profit_amount",
    scenario: str = "today",
    group: str = "",
) -> pd.DataFrame:
    """One measure: design → value by replication; profit comes with a contribution of the same size."""
    measures = (measure, "contribution_amount") if measure == "company_profit_amount" else (measure,)
    rows = [
        (design, scenario, replication, 0, name, group, float(value))
        for name in measures
        for design, series in values.items()
        for replication, value in enumerate(series)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def hours(design: str, by_activity: Mapping[str, float], replications: int = 3, year: int = 0) -> pd.DataFrame:
    rows = [
        (design, "today", replication, year, "hours_h", activity, value)
        for replication in range(replications)
        for activity, value in by_activity.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _frame(value: float) -> pd.DataFrame:
    names = ["company_profit_amount", "company_profit_amount", "contribution_amount", "contribution_amount"]
    values = [value, value / 3] * 2
    return pd.DataFrame({"year": [0, 1, 0, 1], "measure": names, "group": "", "value": values})


def play(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """A replication is one random number; a design adds the length of its name."""
    inputs = np.random.default_rng([seed, replication, len(scenario.name)]).normal()
    for variant in variants:
        yield _frame(inputs + len(variant.label) / 7)


def play_and_die(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield _frame(0.0)


def play_and_fail(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    raise ZeroDivisionError("a mistake in the model")
    yield _frame(0.0)


def play_slowly(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    for _ in variants:
        time.sleep(0.05)
        yield _frame(0.0)


def play_and_tell(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Say which process plays, by a file of its number, then play for much longer than any test waits."""
    (Path(os.environ["MADE_RUNS_FOLDER"]) / str(os.getpid())).touch()
    time.sleep(60)
    yield _frame(0.0)


PLAYED: list[tuple[str, int, tuple[str, ...]]] = []


def play_and_note(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Note every replication that is drawn; a variant earns what its changed parameter says, in a replication that
    is one random number."""
    PLAYED.append((scenario.name, replication, tuple(variant.label for variant in variants)))
    inputs = np.random.default_rng([seed, replication]).normal()
    for variant in variants:
        noise = np.random.default_rng([seed, replication, len(variant.changes)]).normal()
        yield _frame(100.0 + inputs + noise * variant.changes.get("leads.qualify_h", 0.0))


def play_with_pauses(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Play the real engine after saying which process does; while there is a file "wait", wait to be killed."""
    from simkit.study.experiment.replicate import play_replication

    folder = Path(os.environ["MADE_RUNS_FOLDER"])
    (folder / str(os.getpid())).touch()
    while (folder / "wait").exists():
        time.sleep(0.05)
    yield from play_replication(model_inputs, parameters, scenario, variants, seed, replication)
