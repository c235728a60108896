"""Attack a run by subtraction: read every published total of small random clients as linear equations, and bound what is secret.

``python benchmarks/subtraction.py`` takes 1,000 clients (``--clients``, ``--first``). Nothing is simulated. The attacker knows
who works on what and when, but no hours: his unknowns are the hours of every person, customer, activity and week, none below
0, and his equations the totals that a run publishes (tables, chart data and with them the places in the SVG, the customer
workbook, the export for the CRM). The hours of a group under five, or of which one person has over 80 %, are found out when
linear programming bounds them to within 10 % of the truth on both sides.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from machine import say
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from simkit.effort.hours import logged_hours
from simkit.effort.taxonomy import CATALOGUE, EVERYTHING, GROUPS, OTHER
from simkit.effort.time_use import TimeUse, time_use
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.errors import PrivacyError
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.intake.client import ClientData
from simkit.intake.privacy.disclosure import DOMINANT_SHARE
from simkit.intake.settings.client_settings import MINIMUM_GROUP, ClientConfig
from simkit.intake.working_calendar import WorkingCalendar
from simkit.value.controlling.plan_and_actual import Controlling, controlling
from simkit.value.customers.crm_export import crm_export
from simkit.value.customers.customer_list import list_table
from simkit.value.customers.customer_value import CustomerValue, customer_value
from simkit.value.service.customer_time import ANSWERS, AROUND, CONTACT, NOBODY, customer_time

CLOSE = 0.1
"""Hours are found out when they are bounded to within this share of the truth."""
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
ON_CUSTOMERS = ("selling", "care", "service", "preparation", "travel")
FEW_DRAWS = 2
NEEDS = {"A": 1.3, "B": 0.9, "C": 0.5, NOBODY: 1.0}
"""Needed hours of a segment for each hour of today; a service study publishes them, and what follows for teams."""
Flags = np.ndarray[Any, np.dtype[np.bool_]]


# --- clients ----------------------------------------------------------------------------------------------------------


def random_client(seed: int) -> ClientData:
    """Return a small made-up firm: 6 to 15 people, 4 to 30 customers, some of them one person's alone."""
    random = stream(seed, -1, "benchmark.subtraction")
    people, buyers = int(random.integers(6, 16)), int(random.integers(4, 31))
    staff = pd.DataFrame(
        {
            "employee_id": [f"P{n:02d}" for n in range(1, people + 1)],
            "role": random.choice(["sales", "inside", "service"], people, p=[0.5, 0.3, 0.2]),
            "team": random.choice(["north", "south"], people), "fte": 1.0,
            "cost_amount": random.lognormal(11.0, 0.4, people).round(),
        }
    )  # fmt: skip
    customers = pd.DataFrame(
        {
            "customer_id": [f"K{n:02d}" for n in range(1, buyers + 1)],
            "industry": random.choice(["metal", "food", "wood", "paper"], buyers, p=[0.5, 0.25, 0.15, 0.1]),
        }
    )
    config = {"client": "made", "name": "Made", "state": "BW", "tables": {}, "controlling": {"group_by": "industry"}}
    return ClientData(
        config=ClientConfig.model_validate(config), folder=Path(), findings=(), assumptions=(), protocol=pd.DataFrame(),
        tables={"orders": _orders(random, buyers), "customers": customers, "employees": staff,
                "activities": _log(random, people, customers["industry"])},
        input_hashes={}, first=FIRST, last=LAST, calendar=WorkingCalendar(country="DE", state="BW"),
    )  # fmt: skip


def _orders(random: np.random.Generator, buyers: int) -> pd.DataFrame:
    lines = 6 * buyers
    who = np.concatenate([np.arange(buyers), random.integers(0, buyers, lines - buyers)]) + 1
    amount = random.lognormal(9.0, 1.0, lines).round(2)
    return pd.DataFrame(
        {
            "order_id": [f"A{n}" for n in range(lines)], "customer_id": [f"K{n:02d}" for n in who],
            "ordered_on": _days(random, lines), "value_amount": amount,
            "cost_amount": (amount * random.uniform(0.4, 0.95, lines)).round(2),
        }
    )  # fmt: skip


def _log(random: np.random.Generator, people: int, industry: pd.Series) -> pd.DataFrame:
    """Return a log in which some people write down far more than others, and an industry's customers, but for one, are in half of
    the firms one person's alone."""
    affinity = random.random((people, len(industry))) < random.uniform(0.3, 0.95)
    if random.random() < 0.5:
        alone = np.flatnonzero(industry == random.choice(industry))[1:]
        affinity[:, alone] = False
        affinity[random.integers(people), alone] = True
    busy = random.lognormal(0.0, random.choice([0.3, 1.2], p=[0.7, 0.3]), people)
    entries = int(random.integers(200, 600))
    who = random.choice(people, entries, p=busy / busy.sum())
    activity = random.choice(ACTIVITIES, entries, p=_mix(random))
    known = np.array([random.choice(np.flatnonzero(affinity[one])) if affinity[one].any() else -1 for one in who])
    known = np.where(np.isin(activity, ON_CUSTOMERS), known, -1)
    start = pd.Series(_days(random, entries) + pd.to_timedelta(random.integers(7, 17, entries), unit="h"))
    hours = random.gamma(2.0, 1.0, entries).clip(0.25, 7.5).round(2)
    return pd.DataFrame(
        {
            "employee_id": [f"P{n + 1:02d}" for n in who],
            "customer_id": pd.Series([f"K{n + 1:02d}" if n >= 0 else None for n in known], dtype="str"),
            "started_at": start, "ended_at": start + pd.to_timedelta(hours, unit="h"), "hours": hours,
            "activity": activity,
        }
    )  # fmt: skip


def _mix(random: np.random.Generator) -> Any:
    weight = np.array([4.0 if name in ON_CUSTOMERS else 1.0 for name in ACTIVITIES])
    weight *= random.lognormal(0.0, 0.7, len(weight))
    return weight / weight.sum()


def _days(random: np.random.Generator, number: int) -> Any:
    return pd.Timestamp(FIRST) + pd.to_timedelta(random.integers(0, 365, number), unit="D")


# --- what is published ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Total:
    """One published total: the sum of the hours of some cells."""

    what: str
    cells: Any
    """Weight of each cell, mostly 0 or 1."""
    value: float
    exact: float = 1e-6
    """Half of the last digit that is shown."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A client, and what a run would publish of it."""

    client: ClientData

    @cached_property
    def value(self) -> CustomerValue:
        """Customer value."""
        return customer_value(self.client, draws=FEW_DRAWS)

    @cached_property
    def plan(self) -> Controlling | Missing:
        """Plan and actual."""
        return controlling(self.client, self.value, draws=FEW_DRAWS)

    @cached_property
    def time(self) -> TimeUse | None:
        """Where the hours go; None where too few people stand behind them."""
        try:
            return time_use(self.client, draws=FEW_DRAWS)
        except PrivacyError:
            return None

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The unknowns: one row per person, customer, activity, day's month and week, with the true hours."""
        rows = logged_hours(self.client).rows
        day = rows["started_at"].dt.normalize()
        customers = self.value.customers.set_index("customer_id")
        staff = self.client.table("employees").set_index("employee_id")
        known = rows.assign(
            customer_id=rows["customer_id"].fillna(NOBODY).astype(str), month=day.dt.to_period("M"),
            week=day - pd.to_timedelta(day.dt.day_of_week, unit="D"),
        )  # fmt: skip
        keys = ["employee_id", "customer_id", "activity", "month", "week"]
        table = known.groupby(keys)["hours_h"].sum().reset_index()
        for name, source, key in (
            ("segment", customers, "customer_id"), ("industry", customers, "customer_id"),
            ("role", staff, "employee_id"), ("team", staff, "employee_id"),
        ):  # fmt: skip
            table[name] = table[key].map(source[name]).fillna(NOBODY).astype(str)
        return table.assign(group=table["activity"].map({name: CATALOGUE[name].group for name in ACTIVITIES}))

    @cached_property
    def published(self) -> list[Total]:
        """Every published total."""
        return list(self._totals())

    def _totals(self) -> Iterator[Total]:
        yield from self._customers()
        if isinstance(self.plan, Controlling):
            yield from self._controlling(self.plan)
        if self.time is not None:
            yield from self._time(self.time)
        yield from self._service()

    def _total(self, what: str, cells: pd.Series | Flags, value: float, exact: float = 1e-6) -> Total:
        return Total(what=what, cells=np.asarray(cells, dtype=float), value=float(value), exact=exact)

    def _customers(self) -> Iterator[Total]:
        """Yield the customer workbook, the export for the CRM, and the effort by segment."""
        cells, found = self.cells, self.value
        shown = list_table(found, "en").set_axis(found.customers.index)
        price = found.hourly_cost_amount
        sent = crm_export(self.client, found, "en").table.set_index("customer_id")
        for place, number in found.customers["customer_id"].items():
            mine = cells["customer_id"] == number
            told = shown.at[place, "Hours of sales staff"] if "Hours of sales staff" in shown else np.nan
            if pd.notna(told):
                yield self._total(f"hours of {number}", mine, told, 0.05)
            before = found.customers.at[place, "contribution_amount"]
            after = sent["margin_per_year_amount"].get(number) if "margin_per_year_amount" in sent else None
            if price and after is not None and pd.notna(after):
                years = ((LAST - FIRST).days + 1) / 365.25
                yield self._total(f"margin of {number}", mine, (before - after * years) / price, 0.02)
        for row in found.effort.dropna(subset=["hours_h"]).itertuples():
            yield self._total(f"segment {row.segment}", cells["segment"] == row.segment, row.hours_h)

    def _controlling(self, found: Controlling) -> Iterator[Total]:
        """Yield hours by segment, by customer group with the pool of small ones, and by month and segment."""
        cells, groups = self.cells, found.by_group
        for row in found.by_segment.itertuples():
            yield self._total(f"inputs {row.group}", cells["segment"] == row.group, row.hours_h)
        named = set(groups["group"].dropna())
        on_customers = cells["customer_id"] != NOBODY
        for row in groups.itertuples():
            mine = cells["industry"] == row.group if row.group in named else ~cells["industry"].isin(named)
            yield self._total(f"group {row.group}", mine & on_customers, row.hours_h)
        months = found.months[found.months["measure"] == "hours_h"]
        for row in months.itertuples():
            mine = (cells["month"] == row.month) & (cells["segment"] == row.segment)
            yield self._total(f"{row.month} {row.segment}", mine, row.actual)

    def _time(self, found: TimeUse) -> Iterator[Total]:
        """Yield hours by activity, by role and activity, and by week and group of activities."""
        cells = self.cells
        codes = list(found.by_activity["activity"])
        for row in found.by_activity.itertuples():
            yield self._total(f"activity {row.activity}", self._of_code(row.activity, codes), row.hours_h)
        roles = set(found.by_role["role"])
        codes = list(found.by_role["activity"].unique())
        for row in found.by_role.itertuples():
            mine = self._of_role(row.role, roles) & self._of_code(row.activity, codes)
            yield self._total(f"role {row.role} {row.activity}", mine, row.hours_h)
        weeks = set(found.by_week["week"].dropna())
        codes = list(found.by_week["group"].unique())
        for row in found.by_week.itertuples():
            here = ~cells["week"].isin(weeks) if pd.isna(row.week) else cells["week"] == row.week
            yield self._total(f"week {row.week} {row.group}", here & self._of_code(row.group, codes), row.hours_h)

    def _service(self) -> Iterator[Total]:
        """Yield customer time by segment and team, and what a team would need: its part of each segment's need."""
        segment = self.value.classed.set_index("customer_id")["segment"]
        found, cells = customer_time(self.client, segment), self.cells
        if found is None:
            return
        counted = cells["activity"].isin([*CONTACT, *AROUND, ANSWERS])
        for name, row in found.segments.iterrows():
            here, answer = counted & (cells["segment"] == name), cells["activity"] == ANSWERS
            yield self._total(f"contact {name}", here & ~answer, row["contact_h"] * found.years)
            yield self._total(f"answer {name}", here & answer, row["answer_h"] * found.years)
        for name, row in found.teams.iterrows():
            mine = counted & self._of_group("team", str(name), set(found.teams.index))
            yield self._total(f"team {name}", mine, row["hours_h"] * found.years)
            need = sum(mine * (cells["segment"] == part) * factor for part, factor in NEEDS.items())
            yield Total(what=f"need of {name}", cells=need.to_numpy(dtype=float), value=float(need @ cells["hours_h"]))

    def _of_role(self, name: str, shown: set[str]) -> pd.Series:
        return self._of_group("role", name, shown)

    def _of_group(self, column: str, name: str, shown: set[str]) -> pd.Series:
        """Return the cells of a group, or of all that are pooled."""
        if name == EVERYTHING:
            return pd.Series(True, index=self.cells.index)
        return ~self.cells[column].isin(shown - {OTHER}) if name == OTHER else self.cells[column] == name

    def _of_code(self, code: str, shown: list[str]) -> pd.Series:
        """Return the cells of an activity, a group of them, or of what is pooled."""
        return self.cells["activity"].isin(members(shown)[code])

    def secrets(self) -> Iterator[tuple[str, Flags]]:
        """Yield the cells whose hours nobody may find out: few people's, or those that one person dominates."""
        cells = self.cells
        hidden = set(self.value.customers.loc[self.value.customers["hours_withheld"], "customer_id"])
        withheld = cells["customer_id"].isin(hidden)
        by = [["customer_id"], ["segment"], ["industry"], ["role"], ["team"], ["activity"], ["group"], ["employee_id"],
              ["role", "activity"], ["month", "segment"], ["week", "group"], ["employee_id", "segment"],
              ["employee_id", "industry"], ["employee_id", "activity"], ["team", "segment"]]  # fmt: skip
        for names in by:
            for key, places in cells.groupby(names).indices.items():
                flags = np.zeros(len(cells), dtype=bool)
                flags[places] = True
                yield from self._secret(f"{'/'.join(names)} {key}", flags)
        for name in ("segment", "industry"):
            for key in cells[name].unique():
                yield from self._secret(f"withheld in {name} {key}", (withheld & (cells[name] == key)).to_numpy())
        yield from self._secret("withheld", withheld.to_numpy())

    def _secret(self, what: str, flags: Flags) -> Iterator[tuple[str, Flags]]:
        who, hours = self._people
        each = np.bincount(who[flags], weights=hours[flags])
        number = int((each > 0).sum())
        if number and (number < MINIMUM_GROUP or each.max() > DOMINANT_SHARE * each.sum()):
            yield what, flags

    @cached_property
    def _people(self) -> tuple[Any, Any]:
        """Number of the person, and the true hours, of each cell."""
        return pd.factorize(self.cells["employee_id"])[0], self.cells["hours_h"].to_numpy(dtype=float)


def members(shown: list[str]) -> Mapping[str, list[str]]:
    """Return the activities behind each shown code, as a reader works them out."""
    group = {name: CATALOGUE[name].group for name in ACTIVITIES}
    found: dict[str, list[str]] = {code: [code] for code in shown if code in ACTIVITIES}
    found |= {code: [name for name in ACTIVITIES if group[name] == code] for code in shown if code in GROUPS}
    for one in GROUPS:
        if f"{OTHER}_{one}" in shown:
            found[f"{OTHER}_{one}"] = [name for name in ACTIVITIES if group[name] == one and name not in found]
    told = {name for names in found.values() for name in names}
    rest = [name for name in ACTIVITIES if name not in told]
    return {**found, OTHER: rest, EVERYTHING: list(ACTIVITIES)}


# --- the attack -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hours that are found out."""

    what: str
    true_h: float
    low_h: float
    high_h: float


def attack(run: Run) -> list[Found]:
    """Return what the published totals of a run give away.

    Notes
    -----
    Cells that stand in the same totals are one unknown: moving hours between them changes no total. A secret that holds
    only some of them may have none of their hours, or all.
    """
    totals, true_h = run.published, run.cells["hours_h"].to_numpy(dtype=float)
    if not totals:
        return []
    _check_true(totals, true_h)
    patterns, kind = np.unique(np.stack([total.cells for total in totals]), axis=1, return_inverse=True)
    kind = kind.reshape(-1)
    sizes = np.bincount(kind)
    sums = np.bincount(kind, weights=true_h)
    matrix = csr_array(patterns.astype(float))
    value = np.array([total.value for total in totals])
    slack = np.array([total.exact + 1e-9 * abs(total.value) for total in totals])
    rows, ends = vstack([matrix, -matrix]), np.concatenate([value + slack, slack - value])
    found = []
    for what, flags in run.secrets():
        inside = np.bincount(kind[flags], minlength=len(sizes))
        truth = float(true_h[flags].sum())
        whole = inside == sizes
        if sums[whole].sum() < (1 - CLOSE) * truth:
            continue  # what it shares with others may be theirs altogether
        low = _extreme(whole.astype(float), rows, ends)
        if low < (1 - CLOSE) * truth:
            continue
        high = -_extreme(-(inside > 0).astype(float), rows, ends)
        if high <= (1 + CLOSE) * truth:
            found.append(Found(what=what, true_h=truth, low_h=low, high_h=high))
    return found


def _check_true(totals: list[Total], true_h: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    """Make sure that the equations are those of the client: the truth has to solve them."""
    for total in totals:
        off = abs(float(total.cells @ true_h) - total.value)
        if off > 2 * total.exact + 1e-6 * abs(total.value):
            raise AssertionError(f"{total.what}: published {total.value}, true {total.cells @ true_h}")


def _extreme(goal: Any, rows: Any, ends: Any) -> float:
    result = linprog(goal, A_ub=rows, b_ub=ends, bounds=(0, None), method="highs")
    return float(result.fun) if result.status == 0 else -np.inf


def main() -> None:
    """Attack as many clients as asked for, and tell what is found out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    started, broken, totals = time.perf_counter(), 0, 0
    for seed in range(asked.first, asked.first + asked.clients):
        run = Run(client=random_client(seed))
        found = attack(run)
        totals += len(run.published)
        broken += bool(found)
        for one in found:
            say(f"client {seed}: {one.what}: {one.true_h:.1f} h lie in {one.low_h:.1f} … {one.high_h:.1f}")
    seconds = time.perf_counter() - started
    say(f"{asked.clients} clients, {totals} published totals, {broken} clients with hours found out, {seconds:.0f} s")
    sys.exit(broken > 0)


if __name__ == "__main__":
    main()
