"""The 2^k factorial of a design with switches as a sum: each part alone, each pair beyond its parts, the rest, the transition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.text import Text
from simkit.study.comparison.contributions import TOTAL, TRANSITION, Parts
from simkit.study.paired_comparison import PROFIT, half_width, paired

HIGHER = {
    3: Text(de="Zusammenwirken aller drei Teile", en="Interplay of all three parts"),
    4: Text(de="Zusammenwirken von drei und vier Teilen", en="Interplay of three and four parts"),
}
"""By number of parts."""
HIGHER_OF_MANY = Text(de="Zusammenwirken von drei und mehr Teilen", en="Interplay of three and more parts")
INTERPLAY_COLUMNS = ("part", "order", "label_de", "label_en", "measure", "difference", "low", "high")


def interplay(
    frame: pd.DataFrame, scenario: str, labels: Sequence[str], parts: Parts, measure: str = PROFIT
) -> pd.DataFrame:
    """Return what each part of a design brings alone, what each pair brings beyond, and the rest.

    Parameters
    ----------
    labels : sequence of str
        Designs in the order of :meth:`simkit.study.comparison.contributions.Parts.combinations`.
    measure : str
        Measure of the yearly runs.

    Returns
    -------
    DataFrame
        Columns part, order (1 part alone, 2 pair, 3 higher, only from three parts on, 0 transition, 9 total), label_de,
        label_en, measure, difference, low, high; paired 95 % t-intervals; all rows but the last add up to the last.

    Notes
    -----
    Dividend of a set of parts: what it brings beyond all its smaller sets, d(S) = Σ over T ⊆ S of (−1)^(|S|−|T|)·y(T)
    (Harsanyi 1963, *International Economic Review* 4). Unlike the effects of a factorial with levels ±1, which average
    over the settings of the other parts, dividends add up from today's ranks to the whole design. Caveat: the intervals
    hold one at a time.
    """
    table = paired(frame, scenario, measure)
    at = dict(zip(parts.combinations(), labels, strict=True))
    value = {chosen: table[label].to_numpy(dtype=float) for chosen, label in at.items()}
    sets = [chosen for size in (1, 2) for chosen in combinations(parts.switches, size)]
    gains = [_dividend(value, chosen) for chosen in sets]
    together = value[parts.switches] - value[()]
    total = table[parts.design].to_numpy(dtype=float) - value[()]
    rows: list[tuple[str, int, Text, Floats]] = [
        (" × ".join(chosen), len(chosen), parts.label(chosen), gain) for chosen, gain in zip(sets, gains, strict=True)
    ]
    if len(parts.switches) > 2:
        rows.append(("higher", 3, HIGHER.get(len(parts.switches), HIGHER_OF_MANY), together - sum(gains)))
    rows.append((TRANSITION, 0, parts.label([TRANSITION]), total - together))
    rows.append((TOTAL, 9, parts.label([TOTAL]), total))
    changes = np.array([gain for *_, gain in rows])
    mean, width = changes.mean(axis=1), half_width(changes)
    return pd.DataFrame(
        {
            "part": [name for name, *_ in rows], "order": [order for _, order, *_ in rows],
            "label_de": [label.de for *_, label, _ in rows], "label_en": [label.en for *_, label, _ in rows],
            "measure": measure, "difference": mean, "low": mean - width, "high": mean + width,
        }
    )  # fmt: skip


def _dividend(value: dict[tuple[str, ...], Floats], parts: tuple[str, ...]) -> Floats:
    subsets = [chosen for size in range(len(parts) + 1) for chosen in combinations(parts, size)]
    total: Floats = np.sum([(-1) ** (len(parts) - len(chosen)) * value[chosen] for chosen in subsets], axis=0)
    return total
