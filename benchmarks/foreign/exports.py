"""A firm's exports, as a client would hand them over: two years of one world that nobody else has seen.

People write down part of what they do, each by own habit; days are dates; cases and persons have numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import holidays
import numpy as np
import pandas as pd

from . import steps
from .client_file import write_client_file
from .days import World
from .draws import Whole, between, uniform
from .firm import Firm
from .records import Diary
from .settling import HISTORY, PAST_DAYS, Settled, today

FIRST, LAST = dt.date(2024, 7, 1), dt.date(2026, 6, 30)
CLASSES = ("standard", "configured", "bespoke")
LONGEST_ENTRY_H = 6.5
ACTIVITIES: dict[int, tuple[tuple[str, float], ...]] = {
    steps.ENTER: (("administration", 1.0),), steps.ROUND: (("coordination", 1.0),), steps.CONFIRM: (("service", 1.0),),
    steps.PREPARE: (("preparation", 1.0),), steps.FEASIBILITY: (("coordination", 1.0),),
    steps.PRESENT: (("travel", 0.3), ("selling", 0.7)), steps.FOLLOW: (("selling", 1.0),),
    steps.NEGOTIATE: (("selling", 1.0),), steps.ASK: (("coordination", 1.0),), steps.ANSWER: (("service", 1.0),),
    steps.CONTACT: (("preparation", 0.2), ("travel", 0.35), ("care", 0.45)), steps.QUALIFY: (("selling", 1.0),),
}  # fmt: skip
"""What a time sheet calls the parts of each step."""
ORDER_COLUMNS = ("place", "generation", "number", "born", "promise", "delivered", "class", "value", "margin", "owner")
DEAL_COLUMNS = ("place", "generation", "number", "born", "closed", "stage", "class", "value", "owner")
WORK_COLUMNS = ("day", "post", "step", "kind", "place", "generation", "number", "class", "hours")


@dataclass(frozen=True, kw_only=True)
class History:
    """Two years of a firm as they really were."""

    firm: Firm
    world: World
    diary: Diary
    dates: pd.DatetimeIndex
    """Working days of the period."""

    def date(self, days: Iterable[int]) -> list[str]:
        """Return dates of days; those before the period are counted back in working days, those after it are left out."""
        last = len(self.dates) - 1
        known = [day if day >= 0 else None for day in days]
        shown = []
        for day, own in zip(days, known, strict=True):
            if own is None:
                shown.append((self.dates[0] - pd.offsets.BDay(-int(day))).date().isoformat())
            else:
                ahead = max(int(day) - last, 0)
                shown.append((self.dates[min(int(day), last)] + pd.offsets.BDay(ahead)).date().isoformat())
        return shown

    def holder(self, post: Whole, day: Whole) -> Whole:
        """Return the number of the holder of posts on days of the period."""
        return np.asarray(self.world.staff.holder[0, np.asarray(day) + PAST_DAYS, post], dtype=np.int64)


def working_days() -> pd.DatetimeIndex:
    """Return the working days of the period in Baden-Württemberg."""
    free = holidays.country_holidays("DE", subdiv="BW", years=range(FIRST.year, LAST.year + 1))
    days = pd.bdate_range(FIRST, LAST)
    return days[[day.date() not in free for day in days]]


def history(one: Settled) -> History:
    """Let today's organisation live through the period."""
    dates, diary = working_days(), Diary()
    world = World(
        one.firm, one.places, today(one.firm, one.places), np.array([HISTORY]), past_days=PAST_DAYS, days=len(dates),
        diary=diary,
    )  # fmt: skip
    world.run(PAST_DAYS + len(dates))
    return History(firm=one.firm, world=world, diary=diary, dates=dates)


def write_exports(one: Settled, folder: Path) -> Path:
    """Write a firm's files into a folder of its name below the given one; returns that folder."""
    past = history(one)
    place = folder / one.firm.name
    place.mkdir(parents=True, exist_ok=True)
    people = _people(past)
    people.drop(columns=["post", "holder", "from", "to"]).to_csv(place / "staff.csv", index=False)
    orders, deals = _orders(past), _deals(past)
    orders.to_csv(place / "orders.csv", index=False)
    deals.to_csv(place / "opportunities.csv", index=False)
    _customers(past, deals).to_csv(place / "customers.csv", index=False)
    _log(past).to_csv(place / "time_log.csv", index=False)
    write_client_file(one.firm, place, FIRST, LAST)
    return place


# --- who is who ------------------------------------------------------------------------------------------------------


def person(post: Iterable[int], holder: Iterable[int]) -> list[str]:
    """Return personnel numbers of holders of posts."""
    return [f"E{int(number):03d}{int(who):02d}" for number, who in zip(post, holder, strict=True)]


def account(place: Iterable[int], generation: Iterable[int], lead: Iterable[int]) -> list[str]:
    """Return customer numbers; prospects that never bought have their own."""
    return [
        f"C{int(where):04d}{int(which):02d}" if where >= 0 else f"N{int(number):06d}"
        for where, which, number in zip(place, generation, lead, strict=True)
    ]


def _case(kind: str, place: Iterable[int], number: Iterable[int]) -> list[str]:
    return [f"{kind}{int(where) + 1:04d}{int(which):07d}" for where, which in zip(place, number, strict=True)]


def _people(past: History) -> pd.DataFrame:
    """Return everybody who was there in the period."""
    firm, seed, rows = past.firm, past.firm.seed, []
    for post in range(firm.people):
        held = past.world.staff.holder[0, :, post].astype(np.int64)
        for who in [int(one) for one in np.unique(held[PAST_DAYS:]) if one >= 0]:
            days = np.flatnonzero(held == who) - PAST_DAYS
            fte = float(past.world.places.fte[post])
            cost = firm.salary_amount * fte * (0.85 + 0.3 * uniform(seed, "cost", post, who)[0])
            entry = past.date([int(days[0])])[0] if who else f"{2000 + int(20 * uniform(seed, 'entry', post)[0])}-04-01"
            stays = days[-1] >= len(past.dates) - 1
            born = int(between(1964, 1998, seed, "born", post, who)[0])
            left = "" if stays else past.date([int(days[-1])])[0]
            name = person([post], [who])[0]
            rows.append(
                (name, "Sales", fte, born, entry, left, round(cost, -2), post, who, int(days[0]), int(days[-1]))
            )
    names = ["employee", "role", "fte", "birth_year", "entry", "left", "cost_per_year", "post", "holder", "from", "to"]
    return pd.DataFrame(rows, columns=names)


def _orders(past: History) -> pd.DataFrame:
    """Return the orders placed in the period; those not yet delivered have no date of delivery."""
    frame = pd.DataFrame(past.diary.orders, columns=list(ORDER_COLUMNS))
    work = past.world.work
    rows = work.select((work["kind"] == steps.ORDER) & (work["born"] >= 0))
    names = ("place", "generation", "number", "born", "promise", "order_class", "value", "margin", "owner")
    still = pd.DataFrame({name: work[name][rows] for name in names}).rename(columns={"order_class": "class"})
    frame = pd.concat([frame[frame["born"] >= 0], still.assign(delivered=-1)], ignore_index=True)
    frame = frame.sort_values(["born", "place", "number"], ignore_index=True)
    delivered = past.date(frame["delivered"].clip(lower=0).astype(int))
    won = frame["number"] >= steps.FROM_DEAL
    holder = past.holder(frame["owner"].to_numpy(int), frame["born"].to_numpy(int))
    deal = _deal_names(past)
    key = list(zip(frame["place"], frame["generation"], frame["number"] - steps.FROM_DEAL, strict=True))
    return pd.DataFrame({
        "order": _case("O", frame["place"], frame["number"]),
        "customer": account(frame["place"], frame["generation"], frame["number"]),
        "ordered": past.date(frame["born"].astype(int)), "promised": past.date(frame["promise"].astype(int)),
        "delivered": np.where(frame["delivered"] < 0, "", delivered), "value": frame["value"].round(2),
        "cost": (frame["value"] * (1 - frame["margin"])).round(2), "kind": [CLASSES[int(one)] for one in frame["class"]],
        "employee": np.where(holder >= 0, person(frame["owner"], np.maximum(holder, 0)), ""),
        "opportunity": np.where(won, [deal.get(one, "") for one in key], ""),
    })  # fmt: skip


def _deal_names(past: History) -> dict[tuple[int, int, int], str]:
    """Return the number of the opportunity behind an order, by place, generation and number of the deal."""
    new = {(place, generation, number): "N" for place, generation, _, number in past.diary.arrivals}
    names = {}
    for place, generation, number, *_ in past.diary.deals:
        kind = "D" if (place, generation, number) not in new else "L"
        names[int(place), int(generation), int(number)] = _deal_name(kind, int(place), int(number))
    return names


def _deal_name(kind: str, place: int, number: int) -> str:
    return _case("D", [place], [number])[0] if kind == "D" else _case("L", [-1], [number])[0]


def _deals(past: History) -> pd.DataFrame:
    """Return the opportunities that were closed in the period, and those open at its end."""
    frame = pd.DataFrame(past.diary.deals, columns=list(DEAL_COLUMNS))
    work = past.world.work
    rows = work.select(work["kind"] == steps.DEAL)
    names = ("place", "generation", "number", "born", "order_class", "value", "owner")
    still = pd.DataFrame({name: work[name][rows] for name in names}).rename(columns={"order_class": "class"})
    frame = pd.concat([frame[frame["closed"] >= 0], still.assign(closed=-1, stage="open")], ignore_index=True)
    new = {(place, generation, number) for place, generation, _, number in past.diary.arrivals}
    key = list(zip(frame["place"], frame["generation"], frame["number"], strict=True))
    prospect = np.array([where < 0 or one in new for one, where in zip(key, frame["place"], strict=True)], dtype=bool)
    holder = past.holder(frame["owner"].to_numpy(int), np.maximum(frame["born"].to_numpy(int), -PAST_DAYS))
    closed = past.date(frame["closed"].clip(lower=0).astype(int))
    return pd.DataFrame({
        "opportunity": [
            _deal_name("L" if is_new else "D", int(where), int(number))
            for where, number, is_new in zip(frame["place"], frame["number"], prospect, strict=True)
        ],
        "customer": account(frame["place"], frame["generation"], frame["number"]),
        "employee": np.where(holder >= 0, person(frame["owner"], np.maximum(holder, 0)), ""),
        "opened": past.date(frame["born"].astype(int)),
        "closed": np.where(frame["stage"] == "open", "", closed), "stage": frame["stage"],
        "value": frame["value"].round(2), "kind": [CLASSES[int(one)] for one in frame["class"]],
        "source": np.where(prospect, "New business", "Existing customer"),
    }).sort_values(["opened", "opportunity"], ignore_index=True)  # fmt: skip


def _customers(past: History, deals: pd.DataFrame) -> pd.DataFrame:
    """Return the customers that were there in the period, and prospects with an offer."""
    accounts, firm = past.world.accounts, past.firm
    arrived = {(place, generation): day for place, generation, day, _ in past.diary.arrivals}
    ordered = pd.DataFrame(past.diary.orders, columns=list(ORDER_COLUMNS))
    seen = {(int(one[0]), int(one[1])) for one in ordered[["place", "generation"]].to_numpy()}
    seen |= {(int(place), int(accounts.generation[0, place])) for place in np.flatnonzero(accounts.active[0])}
    rows = []
    for place, generation in sorted(seen):
        day = arrived.get((place, generation))
        year = 2005 + int(19 * uniform(firm.seed, "since", place, generation)[0])
        since = f"{year}-01-01" if day is None else past.date([day])[0]
        post = int(past.world.places.owner[place])
        who = int(past.world.staff.holder[0, -1, post])
        owner = person([post], [who])[0] if who >= 0 else ""
        rows.append((account([place], [generation], [0])[0], since, owner))
    known = {row[0] for row in rows}
    rows += [(name, "", "") for name in sorted(set(deals["customer"]) - known)]
    return pd.DataFrame(rows, columns=["customer", "since", "owner"])


# --- the time log ----------------------------------------------------------------------------------------------------


def _log(past: History) -> pd.DataFrame:
    """Return what people wrote down, in the order of their days."""
    entries = pd.concat([_work_entries(past), _fixed_entries(past)], ignore_index=True)
    entries = _split(entries)
    entries["holder"] = past.holder(entries["post"].to_numpy(int), entries["day"].to_numpy(int))
    habit = between(
        *past.firm.coverage, past.firm.seed, "habit", entries["post"].to_numpy(), entries["holder"].to_numpy() + 1
    )
    kept = uniform(past.firm.seed, "written", np.arange(len(entries))) < habit
    entries = entries[kept & (entries["holder"].to_numpy() >= 0)]
    entries = entries.sort_values(["day", "post"], kind="stable", ignore_index=True)
    before = entries.groupby(["day", "post"])["hours"].cumsum() - entries["hours"]
    minutes = np.minimum(480 + 60 * before.to_numpy(), 1_380)
    start = past.dates[entries["day"].to_numpy(int)] + pd.to_timedelta(np.round(minutes), unit="m")
    return pd.DataFrame({
        "entry": [f"T{number:06d}" for number in range(len(entries))],
        "employee": person(entries["post"], entries["holder"]), "started": start.strftime("%Y-%m-%d %H:%M"),
        "hours": entries["hours"].clip(lower=0.05).round(2), "activity": entries["activity"],
        "customer": entries["customer"], "case": entries["case"],
    })  # fmt: skip


def _work_entries(past: History) -> pd.DataFrame:
    frame = pd.DataFrame(past.diary.work, columns=list(WORK_COLUMNS))
    frame = frame[(frame["day"] >= 0) & (frame["post"] < past.firm.people)].reset_index(drop=True)
    deal = frame["kind"] == steps.DEAL
    order = frame["kind"] == steps.ORDER
    named = frame["place"] >= 0
    new = {(place, number) for place, _, _, number in past.diary.arrivals}
    is_new = ~named | np.array([one in new for one in zip(frame["place"], frame["number"], strict=True)])
    deals = np.where(
        is_new, _case("L", np.full(len(frame), -1), frame["number"]), _case("D", frame["place"], frame["number"])
    )
    case = np.where(order, _case("O", frame["place"], frame["number"]), np.where(deal, deals, ""))
    customer = np.where(named, account(frame["place"], frame["generation"], frame["number"]), "")
    frame = frame.assign(case=case, customer=customer)
    parts = []
    for step, split in ACTIVITIES.items():
        mine = frame[frame["step"] == step]
        parts += [mine.assign(activity=name, hours=mine["hours"] * share) for name, share in split]
    return pd.concat(parts)[["day", "post", "activity", "hours", "customer", "case"]].sort_index(kind="stable")


def _fixed_entries(past: History) -> pd.DataFrame:
    """Return meetings, administration and training of present days."""
    there = past.world.staff.present_h[0, PAST_DAYS:] > 0
    day, post = np.nonzero(there)
    fte = past.world.places.fte[post]
    parts = []
    for activity, daily_h in (
        ("prioritisation", past.firm.meetings_h), ("administration", past.firm.administration_h),
        ("development", past.firm.development_h),
    ):  # fmt: skip
        every = 5 if activity == "development" else 1  # training comes once a week
        chosen = (day + post) % every == 0
        hours = (
            daily_h * every * fte[chosen] * (0.7 + 0.6 * uniform(past.firm.seed, activity, day[chosen], post[chosen]))
        )
        frame = pd.DataFrame({"day": day[chosen], "post": post[chosen], "activity": activity, "hours": hours})
        parts.append(frame.assign(customer="", case=""))
    return pd.concat(parts, ignore_index=True)


def _split(entries: pd.DataFrame) -> pd.DataFrame:
    """Split long work into several entries, as nobody writes ten hours in one line."""
    pieces = np.ceil(entries["hours"].to_numpy() / LONGEST_ENTRY_H).astype(int).clip(min=1)
    hours = entries["hours"].to_numpy() / pieces
    return entries.assign(hours=hours).loc[entries.index.repeat(pieces)].reset_index(drop=True)
