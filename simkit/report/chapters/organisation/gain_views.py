"""Views on how a gain comes about: by month, by part, against what is possible at all, and beside the published case."""

from __future__ import annotations

import math

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.units import MONTHS_PER_YEAR
from simkit.report.document.study_views import PROFIT, SALES_PROFIT, StudyView
from simkit.study.paired_comparison import half_width

TEXTS = Catalogue.beside(__file__)

CASE_TITLES = {
    "facing_share": TEXTS["case_titles_facing_share"],
    "revenue_amount": TEXTS["case_titles_revenue_amount"],
    SALES_PROFIT: TEXTS["case_titles_profit"],
}
"""What the published case has numbers for, in the order of display."""


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


def ceilings(view: StudyView) -> pd.DataFrame:
    """Return share, ceiling and what would have to fall for the target, one row for today and each compared design."""
    table = view.study.frame("ceiling")
    wide = table.pivot(index="design", columns="item", values="value").reindex([view.study.baseline, *view.compared])
    frame = wide.reset_index()
    falls = {
        f"{item}_words": [_fall(view, value) for value in frame[item]]
        for item in ("tied_fall_share", "fixed_fall_share", "both_fall_share")
    }
    return frame.assign(label=[view.design_label(name) for name in frame["design"]], **falls)


def _fall(view: StudyView, value: float) -> str:
    """Write by how much work content would have to fall; nothing is written for what is not known."""
    if math.isnan(value) or value > 1:
        return view.style.translate(TEXTS["not_alone"])
    return view.style.translate(TEXTS["not_needed"]) if value <= 0 else view.style.formats.signed_share(-value, 0)


def beside_the_case(view: StudyView) -> pd.DataFrame:
    """Return each replication's customer-facing share and changes of revenue and profit, for each compared design."""
    table = view.study.frame("case")
    chosen = table[table["design"].isin(view.compared)].dropna(subset=["value"])
    return chosen.assign(
        label=[view.design_label(name) for name in chosen["design"]],
        title=[view.style.translate(CASE_TITLES[measure]) for measure in chosen["measure"]],
    )


def case_means(view: StudyView) -> pd.DataFrame:
    """Return the mean over the replications of :func:`beside_the_case`, with its 95 % interval."""
    rows = []
    for (title, label), replications in beside_the_case(view).groupby(["title", "label"], sort=False)["value"]:
        mean, width = float(replications.mean()), float(half_width(replications.to_numpy(dtype=float)[None, :])[0])
        rows.append((title, label, mean, mean - width, mean + width))
    return pd.DataFrame(rows, columns=["title", "label", "mean", "low", "high"])


def case_ticks(view: StudyView) -> pd.DataFrame:
    """Return the published case's values of the measures of :func:`beside_the_case`."""
    table = view.study.frame("ticks")
    chosen = table[table["measure"].isin(CASE_TITLES)]
    return chosen.assign(title=[view.style.translate(CASE_TITLES[measure]) for measure in chosen["measure"]])


def case_elasticities(view: StudyView) -> pd.DataFrame:
    """Return the elasticity that each design implies, followed by those of the published case and of the literature."""
    own = view.study.frame("case_elasticity")
    own = own[own["design"].isin(view.compared)]
    table = view.study.frame("ticks")
    published = select(table, measure="elasticity")
    named = own.assign(label=[view.design_label(name) for name in own["design"]])
    others = pd.DataFrame(
        {"label": published[view.label_column], "elasticity": published["value"], "revenue_gain": float("nan"),
         "share_before": float("nan"), "share_after": float("nan")}
    )  # fmt: skip
    known = table.set_index("item")["value"]
    case = others.index[published["item"] == "elasticity.case"]
    others.loc[case, ["revenue_gain", "share_before", "share_after"]] = [
        known["case.revenue_gain"], known["case.share_before"], known["case.share_after"]
    ]  # fmt: skip
    columns = ["label", "share_before", "share_after", "revenue_gain", "elasticity"]
    return pd.concat([named[columns], others[columns]], ignore_index=True)


def _main(view: StudyView, name: str) -> pd.DataFrame:
    table = view.study.frame(name)
    chosen = table[(table["scenario"] == view.study.main_scenario) & table["design"].isin(view.compared)]
    return chosen.assign(label=[view.design_label(design) for design in chosen["design"]])
