"""Whether intervals cover what they promise, tested where the truth of a client is known, and the power of that test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from made_coverage import SEED
from scipy import stats

from simkit.foundation.random_streams import stream

BETS = 60
SIGNIFICANCE = 0.01
SIMULATIONS = 2000
#: Coverage promised, clients and intervals of each, true coverages: the sizes of ``benchmarks/recovery.py``.
SIZES = {
    "rates": (0.95, 40, 11, (0.85, 0.88, 0.90, 0.92, 0.95, 0.97, 0.98, 0.99, 1.0)),
    "backtest": (0.80, 24, 11, (0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.88, 0.92, 0.95)),
}


@dataclass(frozen=True, kw_only=True)
class CoverageTest:
    """Result of the test of one coverage."""

    coverage: float
    """Mean over clients of the share of a client's intervals that cover the truth."""
    promised: float
    """What was promised."""
    clients: int
    intervals: int
    """How many."""
    p_value: float
    """Chance of such evidence when the promise holds, whatever hangs together within a client; small values reject it."""
    p_sharp: float
    """The same if clients' shares are about normal: sharper, and the only one of the two that can tell too wide ones."""

    @property
    def word(self) -> str:
        """Return "too narrow" or "too wide" where a test rejects the promise at 1 %, else "as promised"."""
        if min(self.p_value, self.p_sharp) >= SIGNIFICANCE:
            return "as promised"
        return "too narrow" if self.coverage < self.promised else "too wide"


def coverage_test(covered: Sequence[Sequence[bool]], promised: float) -> CoverageTest:
    """Test whether intervals cover the truth as often as promised, pooled over intervals and clients.

    Parameters
    ----------
    covered : sequence of sequences of bool
        By client: which of its intervals cover the truth; each client has at least one. Clients have to be independent,
        intervals of one client do not.
    promised : float
        Coverage promised, in 0..1.

    Notes
    -----
    Exact: X = a client's share of intervals that miss, m = 1 − promised. If E[X] = m, then Π (1 + b (X − m)) has expectation
    1 for every bet b with factors not below 0, whatever the distribution of X in 0..1; the mean over bets of both signs
    is an e-value e, and P(e ≥ 1/α) ≤ α (Markov's inequality). The p-value is min(1, 1/e) (Waudby-Smith & Ramdas 2024,
    Journal of the Royal Statistical Society B 86). If all intervals of a client covered or missed together, 40 clients
    without a miss would be no news at 95 %, so no test that allows for it can tell too wide intervals.

    Sharp: t-test of E[X] = m over clients, the variance at least that of independent intervals, m (1 − m) / their number.
    It takes what hangs together from the clients' spread, and is wrong where that spread cannot be seen: few clients, no
    miss, and intervals that do hang together.
    """
    missed = np.array([1 - np.mean(list(one)) for one in covered], dtype=float)
    number = np.array([len(one) for one in covered], dtype=float)
    exact, sharp = _p_values(missed[None, :], number, promised)
    return CoverageTest(
        coverage=float(1 - missed.mean()),
        promised=promised,
        clients=len(missed),
        intervals=int(number.sum()),
        p_value=float(exact[0]),
        p_sharp=float(sharp[0]),
    )


def _p_values(missed: np.ndarray, number: np.ndarray, promised: float) -> tuple[np.ndarray, np.ndarray]:
    """Return both p-values of many tests at once: missed shares, tests × clients."""
    wanted, clients = 1 - promised, missed.shape[1]
    bets = np.geomspace(0.05, 0.9, BETS)
    bets = np.concatenate([bets / wanted, -bets / promised])
    logs = sum(np.log1p(bets * (one[:, None] - wanted)) for one in missed.T)
    exact = np.minimum(1.0, 1 / np.exp(logs).mean(axis=1))
    if clients < 2:
        return exact, np.ones(len(missed))
    variance = np.maximum(missed.var(axis=1, ddof=1), (wanted * promised / number).mean())
    statistic = (missed.mean(axis=1) - wanted) / np.sqrt(variance / clients)
    return exact, 2 * stats.t.sf(np.abs(statistic), clients - 1)


def rejected(
    promised: float, true: float, clients: int, intervals: int, *, together: float = 0.0, number: int = SIMULATIONS
) -> tuple[float, float]:
    """Return how often the exact and the sharp test reject a promise when another coverage is true: their power.

    Parameters
    ----------
    promised, true : float
        Coverages, in 0..1.
    clients, intervals : int
        Clients, and intervals of each.
    together : float
        Correlation between the intervals of a client (beta-binomial), in 0..1.
    number : int
        Simulated tests, from one fixed stream.
    """
    draw = stream(SEED, 0, "coverage.power")
    chance = np.full((number, clients), 1 - true)
    if together > 0 and 0 < true < 1:
        size = (1 - together) / together
        chance = draw.beta((1 - true) * size, true * size, (number, clients))
    missed = draw.binomial(intervals, chance) / intervals
    exact, sharp = _p_values(missed, np.full(clients, float(intervals)), promised)
    return float((exact < SIGNIFICANCE).mean()), float((sharp < SIGNIFICANCE).mean())


def power_words(test: CoverageTest, true: Sequence[float]) -> str:
    """Return against which true coverages a test of this size rejects how often, in words."""
    each = max(round(test.intervals / test.clients), 1)
    found = [(one, *rejected(test.promised, one, test.clients, each)) for one in true]
    told = ", ".join(f"{one:.0%}: {exact:.0%} / {sharp:.0%}" for one, exact, sharp in found)
    return f"  a test of this size rejects (exact / sharp) a true coverage of {told}"


def power_lines(number: int = SIMULATIONS) -> list[str]:
    """Return how often the tests of the benchmarks reject, by true coverage and by how far intervals hang together."""
    told = [f"rejections at {SIGNIFICANCE:.0%}, {number} simulated tests each (seed {SEED}); exact / sharp"]
    for name, (promised, clients, intervals, true) in SIZES.items():
        told.append(f"  {name}: {clients} clients × {intervals} intervals, promised {promised:.0%}")
        for together in (0.0, 0.1):
            found = [
                (one, *rejected(promised, one, clients, intervals, together=together, number=number)) for one in true
            ]
            cells = "   ".join(f"{one:.0%}: {exact:.2f} / {sharp:.2f}" for one, exact, sharp in found)
            told.append(f"    correlation {together:.1f} within a client   {cells}")
    return told
