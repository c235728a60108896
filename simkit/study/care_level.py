"""Today's care level by segment: the fixed point x0 through which the customers' response curves are laid.

Measured in runs of today's organisation with all reactions off, so that a run of today's organisation with reactions on
starts where it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.parameters import Parameters, Provenance
from simkit.model.parameters import SEGMENTS
from simkit.study.grid import Arm, Grid, Progress, run_grid

if TYPE_CHECKING:
    from simkit.model.designs import Design
    from simkit.model.facts import Facts
    from simkit.model.record import Record
    from simkit.model.scenarios import Scenario

MEASURE = "care_level"
WORLDS = 4
SOURCE = "today's organisation, simulated with reactions off"


def received_share(record: Record) -> dict[str, float]:
    """Return contacts received over contacts needed from go-live on, by segment.

    Parameters
    ----------
    record : Record
        A run of today's organisation.

    Returns
    -------
    dict of str to float
        Share by segment; segments without planned contacts are left out.

    Notes
    -----
    Needed are the planned contacts that came due, received those done and the extra ones of free hours. Time is not
    smoothed: over three years the mean of the smoothed level is the same to a few per cent.
    """
    from simkit.model.record import EXTRAS

    cases = record.cases
    care = cases[(cases["kind"] == "care") & (cases["arrived_h"] >= 0) & (cases["outcome"] != "open")]
    tasks = record.tasks
    extra = tasks[(tasks["extra"] == EXTRAS.index("extra_contact")) & (tasks["start_h"] >= 0)]
    segment_of = record.world.customers.segment
    extras = pd.Series(
        [SEGMENTS[segment_of[int(customer)]] for customer in extra["left_h"]], dtype="object"
    ).value_counts()
    shares = {}
    for name in SEGMENTS:
        due = care[care["segment"] == name]
        if len(due):
            shares[name] = (float((due["outcome"] == "done").sum()) + float(extras.get(name, 0))) / len(due)
    return shares


def play_care(
    facts: Facts, parameters: Parameters, scenario: Scenario, arms: tuple[Arm, ...], seed: int, replication: int
) -> Iterator[pd.DataFrame]:
    """Play one world and yield the care level by segment as a frame of measures."""
    from simkit.model.engine import simulate
    from simkit.model.world import draw_world

    tree = scenario.on(parameters).patch({"reaction.on": 0.0}, Provenance(kind="option", source=SOURCE))
    world = draw_world(facts, tree, seed=seed, replication=replication)
    for arm in arms:
        shares = received_share(simulate(world, arm.design))
        yield pd.DataFrame({"year": 0, "measure": MEASURE, "group": list(shares), "value": list(shares.values())})


def with_care_level(
    facts: Facts,
    parameters: Parameters,
    today: Design,
    scenario: Scenario,
    *,
    seed: int,
    worlds: int = WORLDS,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Parameters:
    """Return the tree with today's care level in it.

    Parameters
    ----------
    facts, parameters
        The client and its tree.
    today, scenario
        Today's organisation and the scenario in which it is measured.
    seed, worlds, jobs, progress
        As in a study.

    Returns
    -------
    Parameters
        With ``reaction.care_before_*`` set to the mean over the worlds.
    """
    grid = Grid(
        arms=(Arm(label="today", design=today),), scenarios={scenario.name: scenario}, replications=worlds, seed=seed
    )
    frame = run_grid(grid, facts, parameters, jobs=jobs, progress=progress, engine=play_care).frame
    leaves = {}
    for segment, value in frame.groupby("group")["value"].mean().items():
        leaf = parameters[f"reaction.care_before_{segment}"]
        leaves[leaf.path] = min(max(float(value), leaf.minimum), leaf.maximum)
    return parameters.patch(leaves, Provenance(kind="option", source=SOURCE))
