"""How the results of a client are made: seed, depth, designs and what else a run is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text, did_you_mean


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is asked of a run.

    Parameters
    ----------
    seed : int
        Seed of all draws.
    replications : int
        Worlds per scenario of the simulation; 0 takes the default of the depth.
    depth : {"quick", "normal", "full"}
        How much is simulated.
    results_folder : Path or None
        Where the results of the simulation are or go; None puts them into the client's cache.
    jobs : int or None
        Processes; None takes all cores.
    cluster : str
        Address of a Dask scheduler that runs the simulations; empty for this machine.
    confirmed : bool
        Whether the user has agreed to simulations that take hours.
    precision : float or None
        Half-width, as a share of the baseline's profit, that worlds are added for; None takes what client.yaml asks.
    budget : int or None
        Most worlds per scenario then; None takes that of client.yaml, else the default.
    designs : tuple of str
        Designs to compare, today's first; empty takes those of client.yaml, else the default.
    changes : mapping of str to float
        Parameters of the simulation set by hand.
    chapters : tuple of str
        Chapters wanted; empty means all.
    """

    seed: int = 1
    replications: int = 0
    depth: Literal["quick", "normal", "full"] = "normal"
    results_folder: Path | None = None
    jobs: int | None = None
    cluster: str = ""
    confirmed: bool = False
    precision: float | None = None
    budget: int | None = None
    designs: tuple[str, ...] = ()
    changes: Mapping[str, float] = field(default_factory=dict)
    chapters: tuple[str, ...] = ()


def depth_named(name: str) -> Literal["quick", "normal", "full"]:
    """Return a depth by its name.

    Raises
    ------
    UsageError
        For an unknown name.
    """
    depths: tuple[Literal["quick", "normal", "full"], ...] = ("quick", "normal", "full")
    for depth in depths:
        if depth == name:
            return depth
    raise UsageError(
        Text(de=f"Die Tiefe '{name}' gibt es nicht.", en=f"There is no depth '{name}'."),
        "depth",
        did_you_mean(name, depths),
    )
