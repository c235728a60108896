"""Whether intervals cover what they promise: a test that is exact for any number of clients and any dependence in them.

Several intervals of one client hang together, so only clients count as independent; no approximation is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BETS = 60


@dataclass(frozen=True, kw_only=True)
class CoverageTest:
    """Result of the test of one coverage.

    Parameters
    ----------
    coverage : float
        Mean over clients of the share of a client's intervals that cover the truth.
    promised : float
        What was promised.
    clients, intervals : int
        How many.
    p_value : float
        Chance of such evidence when the promise holds; small values reject it.
    """

    coverage: float
    promised: float
    clients: int
    intervals: int
    p_value: float


def coverage_test(covered: Sequence[Sequence[bool]], promised: float, *, too_wide: bool = True) -> CoverageTest:
    """Test whether intervals cover the truth as often as promised, pooled over intervals and clients.

    Parameters
    ----------
    covered : sequence of sequences of bool
        By client: which of its intervals cover the truth; each client has at least one.
    promised : float
        Coverage promised, in 0..1.
    too_wide : bool
        Whether intervals that cover more than promised count against the promise, too.

    Notes
    -----
    X = a client's share of intervals that miss, m = 1 − promised. If E[X] = m, then Π (1 + b (X − m)) has expectation 1
    for every bet b with factors not below 0, whatever the distribution of X in 0..1; the mean over bets of both signs
    is an e-value e, and P(e ≥ 1/α) ≤ α (Markov's inequality). The p-value is min(1, 1/e) (Waudby-Smith & Ramdas 2024,
    Journal of the Royal Statistical Society B 86). Clients have to be independent, intervals of one client do not.
    """
    missed = np.array([1 - np.mean(list(one)) for one in covered], dtype=float)
    wanted = 1 - promised
    experiment = np.geomspace(0.01, 0.99, BETS)
    bets = np.concatenate([experiment / wanted, -experiment / promised]) if too_wide else experiment / wanted
    logs = np.log1p(bets[:, None] * (missed - wanted)[None, :]).sum(axis=1)
    evidence = float(np.exp(logs).mean())
    return CoverageTest(
        coverage=float(1 - missed.mean()),
        promised=promised,
        clients=len(missed),
        intervals=sum(len(one) for one in covered),
        p_value=min(1.0, 1 / evidence),
    )
