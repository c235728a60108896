"""Today's care level by segment: the fixed point x0 through which the customers' response curves are laid.

Measured in runs of today's organisation with all reactions off, so that a run of today's organisation with reactions on
starts where it stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simkit.foundation.parameters import Parameters, Provenance
from simkit.study.grid import Arm, Engine, Grid, Progress, play_world, run_grid

if TYPE_CHECKING:
    from simkit.model.designs import Design
    from simkit.model.facts import Facts
    from simkit.model.scenarios import Scenario

MEASURE = "care_level"
WORLDS = 4
SOURCE = "today's organisation, simulated with reactions off"


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
    engine: Engine = play_world,
) -> Parameters:
    """Return the tree with today's care level in it.

    Parameters
    ----------
    facts, parameters
        The client and its tree.
    today, scenario
        Today's organisation and the scenario in which it is measured.
    seed, worlds, jobs, progress, engine
        As in a study.

    Returns
    -------
    Parameters
        With ``reaction.care_before_*`` set to the mean of the measure ``care_level`` over the worlds: contacts received,
        the extra ones of free hours included, over contacts needed, in the three years from go-live.

    Notes
    -----
    The response is smoothed over time, this mean is not; in a steady state both are the same.
    """
    arm = Arm(label="today", design=today, changes={"reaction.on": 0.0})
    grid = Grid(arms=(arm,), scenarios={scenario.name: scenario}, replications=worlds, seed=seed)
    frame = run_grid(grid, facts, parameters, jobs=jobs, progress=progress, engine=engine).frame
    care = frame[(frame["measure"] == MEASURE) & (frame["year"] == 0)].dropna(subset=["value"])
    leaves = {}
    for segment, value in care.groupby("group")["value"].mean().items():
        leaf = parameters[f"reaction.care_before_{segment}"]
        leaves[leaf.path] = min(max(float(value), leaf.minimum), leaf.maximum)
    return parameters.patch(leaves, Provenance(kind="option", source=SOURCE)) if leaves else parameters
