"""Named random streams: a draw depends on (seed, replication, name) alone, so a new stream moves no other number."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, replication: int, name: str) -> np.random.Generator:
    """Return the generator of one named stream.

    Parameters
    ----------
    replication : int
        Number of the replication, from 0; -1 is for draws outside the replications.
    name : str
        What is drawn, such as ``"orders.arrival"``.

    Returns
    -------
    numpy.random.Generator
        A generator independent of all other names.
    """
    words = np.frombuffer(hashlib.sha256(name.encode("utf-8")).digest()[:16], dtype=np.uint32)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, replication + 1, *words.tolist()])))
