"""Views on how sure a comparison is: tidy frames with labels in words, as the charts and tables of that chapter take them."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.study_views import PROFIT, StudyView
from simkit.report.document.table_content import number_text

TEXTS = Catalogue.beside(__file__)

PLACES = {
    True: TEXTS["places_true"],
    False: TEXTS["places_false"],
}


def joint_differences(view: StudyView) -> pd.DataFrame:
    """Return the change of profit a year against today with its simultaneous interval and the zone, by scenario."""
    table = view.study.frame("simultaneous")
    chosen = table[(table["measure"] == PROFIT) & table["design"].isin(view.compared)]
    zones = view.study.frame("selection").groupby("scenario")["zone_amount"].first()
    return _named(view, chosen).assign(zone=[float(zones[name]) for name in chosen["scenario"]])


def chances(view: StudyView) -> pd.DataFrame:
    """Return the probability of being best of every design and scenario, and whether it may be the best at all."""
    possible = view.study.frame("selection").set_index(["scenario", "design"])["may_be_best"]
    table = view.probabilities()
    return table.assign(
        may_be_best=[bool(possible[key]) for key in zip(table["scenario"], table["design"], strict=True)]
    )


def selected(view: StudyView) -> pd.DataFrame:
    """Return every design of the main scenario against the best of the others, the highest mean first."""
    chosen = view.study.select("selection", scenario=view.study.main_scenario).sort_values(
        "mean", ascending=False, kind="stable"
    )
    words = {
        name: [view.style.translate(PLACES[bool(flag)]) for flag in chosen[name]]
        for name in ("may_be_best", "good_enough")
    }
    scale = float(chosen[["gap", "low", "high"]].abs().to_numpy(dtype=float).max())
    gap, low, high = (
        [view.money(value, signed=True, scale=scale) for value in chosen[name]] for name in ("gap", "low", "high")
    )
    ends = zip(low, high, chosen["low"], chosen["high"], strict=True)
    interval = [number_text(f"{start} … {end}", low=first, high=last) for start, end, first, last in ends]
    gap = [number_text(text, value) for text, value in zip(gap, chosen["gap"], strict=True)]
    return _named(view, chosen.assign(**words, gap_words=gap, interval=interval))


def regrets(view: StudyView) -> pd.DataFrame:
    """Return the regret of every design in every scenario, and its largest one as a last scenario."""
    worst = view.study.frame("worst_regret").assign(scenario=LARGEST_KEY)
    table = pd.concat([view.study.frame("regret"), worst], ignore_index=True)
    largest = view.style.translate(TEXTS["largest"])
    labels = [largest if name == LARGEST_KEY else view.scenario_label(name) for name in table["scenario"]]
    return table.assign(label=[view.design_label(name) for name in table["design"]], scenario_label=labels)


LARGEST_KEY = "*"


def dominances(view: StudyView) -> pd.DataFrame:
    """Return, by all criteria, in how many cells each design is as good as each other, and whether it dominates."""
    chosen = view.study.select("dominance", scope="all")
    labels = {key: [view.design_label(name) for name in chosen[key]] for key in ("design", "other")}
    return chosen.assign(label=labels["design"], other_label=labels["other"])


def criteria(view: StudyView) -> pd.DataFrame:
    """Return the values of every design by every criterion, with whether the design is on the front."""
    table = view.study.frame("pareto")
    front = view.study.frame("pareto_set").set_index("design")["non_dominated"]
    return table.assign(
        label=[view.design_label(name) for name in table["design"]],
        title=table[view.label_column],
        on_front=[bool(front[name]) for name in table["design"]],
    )


def front(view: StudyView) -> pd.DataFrame:
    """Return the front with its probability, and who beats the others in everything."""
    table = view.study.frame("pareto_set")
    names = [[view.design_label(name) for name in str(cell or "").split()] for cell in table["beaten_by"].fillna("")]
    return table.assign(
        label=[view.design_label(name) for name in table["design"]],
        place=[view.style.translate(PLACES[bool(flag)]) for flag in table["non_dominated"]],
        beaten=[", ".join(cell) for cell in names],
    )


def information(view: StudyView) -> pd.DataFrame:
    """Return what knowing something is worth, the most valuable first, with what it would turn in words."""
    table = view.study.frame("information").sort_values("value", ascending=False, kind="stable")
    known = table[["low", "high"]].notna().all(axis=1)
    spans = zip(table["low"], table["high"], known, strict=True)
    return table.assign(
        label=table[view.label_column],
        worth=[number_text(view.money(value), value) for value in table["value"]],
        interval=[
            number_text(" … ".join(view.money(end) for end in (low, high)), low=low, high=high) if whole else ""
            for low, high, whole in spans
        ],
        turns=[_turns(view, str(kind), cell) for kind, cell in zip(table["kind"], table["turns_at"], strict=True)],
    )


def _turns(view: StudyView, kind: str, cell: object) -> str:
    names = str(cell).split() if isinstance(cell, str) else []
    if kind == "parameter":
        return ", ".join(view.style.translate(TEXTS.group("ends")[name]) for name in names)
    return ", ".join(view.scenario_label(name) for name in names)


def _named(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        label=[view.design_label(name) for name in table["design"]],
        scenario_label=[view.scenario_label(name) for name in table["scenario"]],
    )
