"""What part of a design's gain is its structure, what the transition takes away, and what mere relabelling would show.

The structure is the design as if everybody had always worked that way: no dip, every case adopted at once, no one-off
cost. The transition is the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.text import Text
from simkit.study.comparison.contributions import MEASURES
from simkit.study.paired_comparison import PROFIT, half_width, mean_and_half_width, paired

ONCE_COST = "change_cost_amount"
SPLIT_COLUMNS = ("design", "part", "label_de", "label_en", "measure", "difference", "low", "high")
RELABELLING_COLUMNS = ("measure", "baseline", "relabelled", "difference", "low", "high")
RELABELLING_MEASURES = ("facing_share", "facing_h", "open_work_change_h", "facing_steady_h", PROFIT)
LABELS = {
    "structure": Text(de="Neue Organisation ohne Umstellung", en="New organisation without the transition"),
    "transition": Text(de="Umstellung", en="Transition"),
    "total": Text(de="Zusammen", en="Together"),
    "dip_and_adoption": Text(de="Einbuße und allmähliche Übernahme", en="Dip and gradual adoption"),
    "once": Text(de="Einmalige Kosten", en="One-off cost"),
}


def structure_and_transition(
    frame: pd.DataFrame, scenario: str, baseline: str, at_once: Mapping[str, str], measures: Sequence[str] = MEASURES
) -> pd.DataFrame:
    """Return the gain of each design, split into its structure and the transition.

    Parameters
    ----------
    scenario, baseline : str
        Where to look, and today's organisation.
    at_once : mapping of str to str
        By design: the variant that is the same without a transition; the design itself where it has none.

    Returns
    -------
    DataFrame
        Columns design, part (structure, transition, total), label_de, label_en, measure, difference, low, high; paired
        95 % t-intervals; the first two add up to the total.
    """
    parts = []
    for measure in measures:
        table = paired(frame, scenario, measure)
        for design, variant in at_once.items():
            structure, whole = table[variant] - table[baseline], table[design] - table[baseline]
            gains = {"structure": structure, "transition": whole - structure, "total": whole}
            parts.append(_rows(design, measure, gains))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SPLIT_COLUMNS))


def cost_of_transition(
    frame: pd.DataFrame, scenario: str, at_once: Mapping[str, str], measures: Sequence[str] = MEASURES
) -> pd.DataFrame:
    """Return what the transition of each design costs: what is lost by dip and adoption, and once.

    Parameters
    ----------
    frame, scenario, at_once, measures
        As in :func:`structure_and_transition`; designs that have no transition are left out.

    Returns
    -------
    DataFrame
        Columns design, part (dip_and_adoption, once, total), label_de, label_en, measure, difference, low, high:
        the design less the same at once, so that a cost is negative. One-off cost is money only.
    """
    parts = []
    for measure in measures:
        table, spent = paired(frame, scenario, measure), paired(frame, scenario, ONCE_COST)
        for design, variant in at_once.items():
            if variant == design:
                continue
            total = table[design] - table[variant]
            once = -(spent[design] - spent[variant]) if measure == PROFIT else 0.0 * total
            gains = {"dip_and_adoption": total - once, "once": once, "total": total}
            parts.append(_rows(design, measure, gains))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(SPLIT_COLUMNS))


def _rows(design: str, measure: str, gains: Mapping[str, pd.Series]) -> pd.DataFrame:
    values: Floats = np.array(list(gains.values()), dtype=float)
    mean, width = values.mean(axis=1), half_width(values)
    labels = [LABELS[part] for part in gains]
    return pd.DataFrame(
        {
            "design": design, "part": list(gains), "label_de": [label.de for label in labels],
            "label_en": [label.en for label in labels], "measure": measure, "difference": mean, "low": mean - width,
            "high": mean + width,
        }
    )  # fmt: skip


def relabelling(
    frame: pd.DataFrame, scenario: str, baseline: str, relabelled: str, measures: Sequence[str] = RELABELLING_MEASURES
) -> pd.DataFrame:
    """Return what a mere split of roles shows: units and routes of a design, with no change in the content of work.

    Parameters
    ----------
    scenario, baseline, relabelled : str
        Where to look, today's organisation, and the variant with the units and routes alone.

    Returns
    -------
    DataFrame
        Columns measure, baseline, relabelled, difference, low, high; paired 95 % t-intervals. Customer hours that are
        gained while open work grows by as much are borrowed: the steady-state hours tell.
    """
    rows = []
    for measure in measures:
        table = paired(frame, scenario, measure)
        gain = (table[relabelled] - table[baseline]).to_numpy(dtype=float)
        mean, width = mean_and_half_width(gain)
        levels = float(table[baseline].mean()), float(table[relabelled].mean())
        rows.append((measure, *levels, mean, mean - width, mean + width))
    return pd.DataFrame(rows, columns=list(RELABELLING_COLUMNS))
