"""What the exhibits of the plan show, as frames in the reader's language."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.document.study_views import PROFIT, StudyView
from simkit.report.document.table_content import number_text
from simkit.study.comparison.deteriorations import deteriorations
from simkit.study.search.confirmed_frames import CARE_FLOOR

CONTRIBUTION, COST, CHANGE = "contribution_amount", "sales_cost_amount", "once_cost_amount"
PROGRESS = "work_in_progress_amount"
FEWEST_POSTS = 5
"""Units with fewer posts stand together: a unit of three would be three people."""
MONTHS_APART = 2
TOLD_CHANGE = 0.05
"""Service levels are written with one decimal; a smaller change would not be seen."""
TEXTS = Catalogue.beside(__file__)


def plans(view: StudyView) -> pd.DataFrame:
    """Return every plan of the short list: ``design, label, changes, gain, low, high, right, broken``, as they were found.

    Gain and its ends are money, those of the joint draws where they were made, else those of the simulation.
    """
    money = view.study.settings.goals.gains_in == "money"
    profit = {str(row["design"]): row for row in _profit(view).to_dict("records")}
    language = view.style.formats.language
    named = view.study.frame("designs").set_index("design")
    joint = view.study.drawn
    rows = []
    for row in select(view.study.frame("confirmed"), scenario=view.study.main_scenario).to_dict("records"):
        name = str(row["design"])
        drawn = joint.get(name)
        gain, low, high = (
            (drawn["median"], drawn["low"], drawn["high"])
            if drawn
            else (row["gain"], row["low"], row["high"])
            if money
            else (profit[name]["difference"], profit[name]["low"], profit[name]["high"])
        )
        right = float(drawn["reliability"]) if drawn else float("nan")
        broken = isinstance(row["broken"], str) and bool(row["broken"])
        changes = str(named.loc[name, f"changes_{language}"])
        rows.append((name, view.design_label(name), changes, float(gain), float(low), float(high), right, broken))
    columns = ["design", "label", "changes", "gain", "low", "high", "right", "broken"]
    return pd.DataFrame(rows, columns=columns)


def ahead_otherwise(view: StudyView, frame: pd.DataFrame) -> str:
    """Return the label of the plan that leads with the likeliest values where measuring is about another one; else nothing.

    `frame` is that of :func:`plans`.
    """
    advice = view.study.recommendation
    gains = select(view.study.frame("confirmed"), scenario=view.study.main_scenario).set_index("design")["gain"]
    if advice.verdict != "measure_first" or advice.shown not in gains.index:
        return ""
    kept = frame[~frame["broken"]].assign(
        confirmed=[float(gains[name]) for name in frame.loc[~frame["broken"], "design"]]
    )
    first = kept.sort_values("confirmed", kind="stable").iloc[-1]
    return str(first["label"]) if first["confirmed"] > gains[advice.shown] else ""


def _profit(view: StudyView) -> pd.DataFrame:
    scenario = view.study.main_scenario
    return select(view.study.frame("differences"), scenario=scenario, measure=PROFIT, year=0, group="")


def prices(view: StudyView) -> pd.DataFrame:
    """Return what the limits cost that bind the best plan, ``label, changes, beyond, price, low, high``, the dearest first."""
    frame, formats = view.study.frame("prices"), view.style.formats
    named = view.study.frame("designs").set_index("design")[f"changes_{formats.language}"]
    beyond = []
    for name, value in zip(frame["condition"], frame["beyond"], strict=True):
        if str(name).endswith("_amount"):
            beyond.append(number_text(view.money(value), value))
        elif str(name).startswith("floors."):
            beyond.append(
                number_text(view.style.translate(TEXTS["points"].fill(n=formats.number(100 * value, 1))), value)
            )
        else:
            beyond.append(number_text(formats.number(value), value))
    return frame.assign(label=frame[view.label_column], changes=[named[name] for name in frame["plan"]], beyond=beyond)


def conditions(view: StudyView) -> pd.DataFrame:
    """Return how the plan shown stands to each floor and limit, ``label, value, limit, room, holds``, the tightest first.

    Value, limit and room are in words; ``room`` is how far the value is on the right side.
    """
    frame = select(view.study.frame("conditions"), design=view.study.recommendation.shown)
    frame = frame[frame["value"].abs() < float("inf")]
    labels, rows = TEXTS.group("conditions"), []
    for row in frame.to_dict("records"):
        name, value, limit = str(row["condition"]), float(row["value"]), float(row["limit"])
        least = name == CARE_FLOOR
        room = value - limit if least else limit - value
        bound = view.style.translate(
            (TEXTS["at_least"] if least else TEXTS["at_most"]).fill(x=_amount_of(view, name, limit))
        )
        texts = (_amount_of(view, name, value), bound, _amount_of(view, name, room))
        numbers = (number_text(text, one) for text, one in zip(texts, (value, limit, room), strict=True))
        rows.append(
            (view.style.translate(labels[name]), *numbers, bool(row["holds"]), room / abs(limit) if limit else room)
        )
    table = pd.DataFrame(rows, columns=["label", "value", "limit", "room", "holds", "tightness"])
    return table.sort_values("tightness", kind="stable", ignore_index=True)


def _amount_of(view: StudyView, condition: str, value: float) -> str:
    """Write the value of a condition in its unit."""
    formats = view.style.formats
    if condition in (CARE_FLOOR, "floors.open_work_growth_share"):
        return formats.share(value, 1)
    if condition.startswith("floors."):
        return view.style.translate(TEXTS["points"].fill(n=formats.number(100 * value, 1)))
    return formats.number(value, 1)


def chain(view: StudyView) -> pd.DataFrame:
    """Return what each step to the plan shown adds a year, ``label, purpose, difference, low, high``."""
    rows = select(view.study.frame("chain"), plan=view.study.recommendation.shown, measure=PROFIT)
    purpose = rows[f"purpose_{view.style.formats.language}"].fillna("")
    return rows.assign(label=rows[view.label_column], purpose=purpose)


def served(view: StudyView) -> pd.DataFrame:
    """Return what each segment gets today and with the plan shown, ``segment, level, before, after``: what the plan changes."""
    frame, shown = view.study.frame("served"), view.study.recommendation.shown
    ends = [
        select(frame, design=name).drop(columns="design").melt("segment", var_name="level")
        for name in (view.study.baseline, shown)
    ]
    both = ends[0].rename(columns={"value": "before"}).assign(after=ends[1]["value"])
    changed = both[(both["after"] - both["before"]).abs() >= TOLD_CHANGE]
    return changed.sort_values("segment", kind="stable", ignore_index=True)


def once_amounts(view: StudyView) -> dict[str, float]:
    """Return what each step costs once, by the label of the plan up to and with it."""
    years = int(view.study.frame("runs")["year"].max())
    rows = select(view.study.frame("chain"), plan=view.study.recommendation.shown, measure=CHANGE)
    return {str(name): float(value) * years for name, value in zip(rows["design"], rows["difference"], strict=True)}


def chain_total(view: StudyView, label: str) -> pd.DataFrame:
    """Return the gain of all steps together, as one row of the same columns."""
    rows = chain(view)
    whole = select(
        view.study.frame("differences"), scenario=view.study.main_scenario, design=rows["design"].iloc[-1], measure=PROFIT,
        year=0, group="",
    )  # fmt: skip
    return whole.assign(label=label)[["label", "difference", "low", "high"]]


def with_total(steps: pd.DataFrame, total: pd.DataFrame) -> pd.DataFrame:
    """Return steps with their total as the last row."""
    return pd.concat([steps[["label", "difference", "low", "high"]], total], ignore_index=True)


def by_year(view: StudyView) -> pd.DataFrame:
    """Return what the plan changes in each simulated year: ``item, year, value``, costs negative."""
    table = select(
        view.study.frame("differences"),
        scenario=view.study.main_scenario,
        design=view.study.recommendation.shown,
        group="",
    )
    years = sorted(int(year) for year in table["year"].unique() if year > 0)
    rows: list[tuple[str, int, float]] = []
    total = 0.0
    for year in years:
        of = {name: _difference(table, name, year) for name in (CONTRIBUTION, PROGRESS, COST, CHANGE, PROFIT)}
        total += of[PROFIT]
        rows += [
            (CONTRIBUTION, year, of[CONTRIBUTION]), (PROGRESS, year, of[PROGRESS]),
            ("running", year, -(of[COST] - of[CHANGE])), (CHANGE, year, -of[CHANGE]), (PROFIT, year, of[PROFIT]),
            ("cumulated", year, total),
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "year", "value"])


def _difference(table: pd.DataFrame, measure: str, year: int) -> float:
    rows = select(table, measure=measure, year=year)
    return float(rows["difference"].iloc[0]) if len(rows) else 0.0


def cash_need(view: StudyView) -> float:
    """Return how far the plan is behind today at its worst month, in money; 0 where it never is."""
    rows = select(view.study.frame("months"), scenario=view.study.main_scenario, design=view.study.recommendation.shown)
    return max(0.0, -float(rows["cumulated"].min())) if len(rows) else 0.0


def payback_month(view: StudyView) -> float:
    """Return the month from which the plan stays ahead of today; NaN where it does not."""
    rows = select(
        view.study.frame("break_even_months"), scenario=view.study.main_scenario, design=view.study.recommendation.shown
    )
    return float(rows["month"].iloc[0]) if len(rows) else float("nan")


def posts(view: StudyView) -> pd.DataFrame:
    """Return the posts of each unit today and with the plan, ``label, before, after``; small units stand together."""
    table = view.study.frame("units")
    parts = {}
    for end, design in (("before", view.study.baseline), ("after", view.study.recommendation.shown)):
        mine = select(table, design=design)
        parts[end] = mine.assign(label=mine[view.label_column]).groupby("label", sort=False)["posts"].sum()
    wide = pd.DataFrame(parts).fillna(0.0)
    small = ((wide > 0) & (wide < FEWEST_POSTS)).any(axis=1)
    if small.sum() == 0:
        return wide.reset_index()
    return pd.concat([wide[~small].reset_index(), wide[small].sum().to_frame().T.assign(label="")], ignore_index=True)


def moved(view: StudyView) -> tuple[float, float]:
    """Return how many people change their unit at go-live, and customers their contact person, beyond those who do today."""
    table = select(
        view.study.frame("differences"),
        scenario=view.study.main_scenario,
        design=view.study.recommendation.shown,
        year=0,
    )
    ends = [select(table, measure=name)["difference"] for name in ("people_moved", "accounts_moved")]
    people, accounts = (float(one.iloc[0]) if len(one) else 0.0 for one in ends)
    return people, accounts


def drivers(view: StudyView) -> pd.DataFrame:
    """Return the assumptions that the gain hangs on most, ``label, share, effect, worth``."""
    rows = select(view.study.frame("joint_drivers"), design=view.study.recommendation.shown)
    return rows.assign(label=rows[view.label_column])


def worse(view: StudyView) -> pd.DataFrame:
    """Return what the plan makes worse, as :func:`simkit.study.comparison.deteriorations.deteriorations` does."""
    study = view.study
    return deteriorations(study.frame("differences"), study.main_scenario, study.recommendation.shown)
