"""The 2^4 factorial of the Stretched T as a sum: each part alone, each pair beyond its parts, the rest, the transition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Floats
from simkit.foundation.text import Text
from simkit.study.comparison import PROFIT, half_width, paired
from simkit.study.contributions import SWITCH_LABELS, SWITCHES, TRANSITION, combinations_of_switches

HIGHER = Text(de="Zusammenwirken von drei und vier Teilen", en="Interplay of three and four parts")
INTERPLAY_COLUMNS = ("part", "order", "label_de", "label_en", "measure", "difference", "low", "high")


def interplay(
    frame: pd.DataFrame, scenario: str, labels: Sequence[str], whole: str, measure: str = PROFIT
) -> pd.DataFrame:
    """Return what each part of the Stretched T brings alone, what each pair brings beyond, and the rest.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs.
    scenario : str
        Scenario in which the combinations were run.
    labels : sequence of str
        Designs in the order of :func:`simkit.study.contributions.combinations_of_switches`.
    whole : str
        The design with its transition.
    measure : str
        Measure over the horizon.

    Returns
    -------
    DataFrame
        Columns part, order (1 part alone, 2 pair, 3 higher, 0 transition, 9 total), label_de, label_en, measure,
        difference, low, high; paired 95 % t-intervals; all rows but the last add up to the last.

    Notes
    -----
    Dividend of a set of parts: what it brings beyond all its smaller sets, d(S) = Σ over T ⊆ S of (−1)^(|S|−|T|)·y(T)
    (Harsanyi 1963, *International Economic Review* 4). Unlike the effects of a factorial with levels ±1, which average
    over the settings of the other parts, dividends add up from today's ranks to the whole design. Caveat: the intervals
    hold one at a time.
    """
    table = paired(frame, scenario, measure)
    at = dict(zip(combinations_of_switches(), labels, strict=True))
    value = {parts: table[label].to_numpy(dtype=float) for parts, label in at.items()}
    singles = [(name,) for name in SWITCHES]
    pairs = list(combinations(SWITCHES, 2))
    gains = [_dividend(value, parts) for parts in (*singles, *pairs)]
    together = value[SWITCHES] - value[()]
    total = table[whole].to_numpy(dtype=float) - value[()]
    rows = np.array([*gains, together - sum(gains), total - together, total])
    mean, width = rows.mean(axis=1), half_width(rows)
    words = [
        *(_label(parts) for parts in (*singles, *pairs)),
        HIGHER,
        SWITCH_LABELS[TRANSITION],
        SWITCH_LABELS["total"],
    ]
    return pd.DataFrame(
        {
            "part": [*(" × ".join(parts) for parts in (*singles, *pairs)), "higher", TRANSITION, "total"],
            "order": [1] * len(singles) + [2] * len(pairs) + [3, 0, 9],
            "label_de": [word.de for word in words], "label_en": [word.en for word in words], "measure": measure,
            "difference": mean, "low": mean - width, "high": mean + width,
        }
    )  # fmt: skip


def _dividend(value: dict[tuple[str, ...], Floats], parts: tuple[str, ...]) -> Floats:
    subsets = [chosen for size in range(len(parts) + 1) for chosen in combinations(parts, size)]
    total: Floats = np.sum([(-1) ** (len(parts) - len(chosen)) * value[chosen] for chosen in subsets], axis=0)
    return total


def _label(parts: tuple[str, ...]) -> Text:
    words = [SWITCH_LABELS[name] for name in parts]
    return Text(de=" × ".join(word.de for word in words), en=" × ".join(word.en for word in words))
