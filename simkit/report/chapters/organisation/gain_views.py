"""Views on how a gain comes about: by month, by part, against what is possible at all, and beside the published case."""

from __future__ import annotations

import math

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.units import MONTHS_PER_YEAR
from simkit.report.document.study_views import PROFIT, StudyView

TEXTS = Catalogue.beside(__file__)


def gains_by_month(view: StudyView) -> pd.DataFrame:
    """Return the cumulated change of profit against today by month, for each compared design in the main scenario."""
    return _main(view, "months")


def break_even_months(view: StudyView) -> pd.DataFrame:
    """Return when each compared design breaks even in the main scenario, in words."""
    table = _main(view, "break_even_months")
    words = [[in_words(view, value, int(row["months"])) for value in row[list(_ENDS)]] for _, row in table.iterrows()]
    written = pd.DataFrame(words, columns=[f"{name}_words" for name in _ENDS], index=table.index)
    return pd.concat([table, written], axis=1)


_ENDS = ("month", "earliest", "latest")


def in_words(view: StudyView, value: float, months: int) -> str:
    """Return a break-even month as a reader reads it; `months` were simulated."""
    if math.isnan(value):
        years = view.style.formats.number(months / MONTHS_PER_YEAR, 0 if months % MONTHS_PER_YEAR == 0 else 1)
        return view.style.translate(TEXTS["never"].fill(n=years))
    return view.style.translate(TEXTS["at_once"]) if value == 1 else view.style.formats.number(value)


def transition_costs(view: StudyView) -> pd.DataFrame:
    """Return what the transition of each compared design costs in profit, in one row each; without those that have none."""
    table = view.study.frame("transition")
    chosen = table[(table["measure"] == PROFIT) & table["design"].isin(view.compared)]
    wide = chosen.pivot(index="design", columns="part", values="difference").reindex(chosen["design"].unique())
    total = select(chosen, part="total").set_index("design")
    frame = wide.assign(low=total["low"], high=total["high"]).reset_index()
    return frame.assign(label=[view.design_label(name) for name in frame["design"]])


def splits(view: StudyView) -> pd.DataFrame:
    """Return structure, transition and total of each compared design whose parts are not known more exactly."""
    table = view.study.frame("splits")
    chosen = table[table["design"].isin(view.compared) & (table["design"] != view.taken_apart)]
    return chosen.assign(
        label=[view.design_label(name) for name in chosen["design"]], part_label=chosen[view.label_column]
    )


def gains_of_parts(view: StudyView, measure: str) -> pd.DataFrame:
    """Return the gain of each part alone, what they win or lose together, and the transition; of a full study only."""
    chosen = view.study.select("singles", measure=measure)
    return chosen.assign(label=chosen[view.label_column] if len(chosen) else [])


def relabelled(view: StudyView) -> pd.DataFrame:
    """Return what a mere split of roles shows: one row for each measure, with its label."""
    table = view.study.frame("relabelling")
    names = view.study.frame("measures").set_index("measure")
    return table.assign(
        label=[names.loc[measure, view.label_column] for measure in table["measure"]],
        unit=[names.loc[measure, "unit"] for measure in table["measure"]],
    )


def _main(view: StudyView, name: str) -> pd.DataFrame:
    table = view.study.frame(name)
    chosen = table[(table["scenario"] == view.study.main_scenario) & table["design"].isin(view.compared)]
    return chosen.assign(label=[view.design_label(design) for design in chosen["design"]])
