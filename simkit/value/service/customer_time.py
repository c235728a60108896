"""What customers get today: contacts, their hours with preparation and travel, and answers, by segment and by team.

Everything is a sum over the people who logged it; the intervals say how far it depends on who they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.hours import logged_hours
from simkit.effort.log_time import log_samples
from simkit.effort.people_sample import share_over_people, total_over_people
from simkit.effort.small_cells import closed
from simkit.foundation.errors import PrivacyError
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.intake.checks.log_coverage import SHORT_YEAR
from simkit.intake.privacy.disclosure import effective_people, merge_small_groups, people_in

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

CONTACT = ("selling", "care")
AROUND = ("preparation", "travel")
ANSWERS = "service"
NOBODY = "-"
"""Rows that are booked on no customer of a segment: new business, and customers that were not named."""
CHANNEL_WORDS: Mapping[str, tuple[str, ...]] = {
    "visit": ("vor ort", "besuch", "visit", "on site", "onsite", "face to face"),
    "phone": ("telefon", "phone", "anruf", "call", "video", "teams", "zoom"),
    "inside": ("innendienst", "inside"),
    "web": ("portal", "web", "shop", "mail"),
    "partner": ("partner", "händler", "dealer"),
}
"""Words by which the channels of a client's log are known; the first that fits counts."""


@dataclass(frozen=True, kw_only=True)
class CustomerTime:
    """Customer time of a year: as it was logged, or all of it where the logged share is known."""

    segments: pd.DataFrame
    """Index segment and `NOBODY`; ``contacts, contact_h`` (talk, preparation and travel), ``answer_h``, ``low_h,
    high_h`` (interval of contact and answer hours together), ``people``. Hours per year."""
    total: Estimate
    """All customer time with preparation and travel, hours per year."""
    channels: pd.DataFrame
    """Index channel; ``contacts`` and ``hours_per_contact_h``."""
    usual_channel: Mapping[str, str]
    """Channel of most contacts of each segment, where the log names channels."""
    teams: pd.DataFrame
    """Index team (small ones pooled); ``people, hours_h, low_h, high_h`` and, per segment, ``share_<segment>``: its
    part of the contact hours of the segment. Empty without teams."""
    customers: pd.DataFrame
    """Index ``customer_id``; ``contacts, hours_h`` per year and ``people``; for reckoning, not for show."""
    years: float
    """Years that the log spans."""
    logged_share: Estimate | None = None
    """Share of all work that the log holds, in (0..1], by which everything here is scaled up; None where it is not known,
    and then everything here is what was logged."""

    @property
    def scaled_days(self) -> int | None:
        """Days that the log spans where its figures of a year are scaled up from it; None from about a year on."""
        return round(self.years * DAYS_PER_YEAR) if self.years < SHORT_YEAR else None

    @property
    def complete(self) -> bool:
        """Whether everything here stands for all work; else hours that nobody wrote down would come on top."""
        return self.logged_share is not None

    @property
    def factor(self) -> float:
        """Hours worked per logged hour."""
        return 1.0 if self.logged_share is None else 1.0 / self.logged_share.value

    def of(self, segment: str) -> dict[str, float]:
        """Return the figures of one segment; ``hours_h`` is all its customer time."""
        row = {str(name): float(value) for name, value in self.segments.loc[[segment]].iloc[0].items()}
        return row | {"hours_h": row["contact_h"] + row["answer_h"]}


def customer_time(client: ClientData, segment: pd.Series, *, logged: Estimate | None = None) -> CustomerTime | None:
    """Measure what customers get today.

    Parameters
    ----------
    client : ClientData
        With an activity log.
    segment : pandas.Series
        Segment by ``customer_id``.
    logged : Estimate, optional
        Share of all work that the log holds, in (0..1].

    Returns
    -------
    CustomerTime or None
        None without a log on customers, or when fewer people than the minimum group stand behind contacts or answers of a
        segment (the segments add up to the total, so hiding one would hide nothing), or when their sums would take apart
        activities that the table of activities shows together.
    """
    if not client.has("activities"):
        return None
    minimum = client.config.privacy.minimum_group
    rows = _rows(client, segment)
    rows = rows[rows["activity"].isin([*CONTACT, *AROUND, ANSWERS])]
    known = rows["segment"] != NOBODY
    if not known.any() or not _may_show(client, rows, minimum):
        return None
    years = _years(client, rows)
    names = [*sorted(segment.unique()), NOBODY]
    sums, people = _by_person(rows, names)
    total = float(sums.sum()) / years
    table = _segment_table(rows, names, years)
    shares = [_share(sums[:, place], sums.sum(axis=1), people) for place in range(len(names))]
    table = table.assign(low_h=[total * one.low for one in shares], high_h=[total * one.high for one in shares])
    present = rows[rows["employee_id"].notna()].groupby("segment")["employee_id"].nunique()
    table["people"] = present.reindex(names, fill_value=0).to_numpy()
    found = CustomerTime(
        segments=table,
        total=_total(client, total, years),
        channels=_channels(rows),
        usual_channel=_usual_channels(rows[known]),
        teams=_teams(client, rows, sums, people, years, names),
        customers=_customers(rows[known], years),
        years=years,
    )
    return found if logged is None else _all_of_it(found, logged)


def _may_show(client: ClientData, rows: pd.DataFrame, minimum: int) -> bool:
    """Tell whether contacts and answers may be shown by segment; what is on no customer is shown as one sum."""
    kind = (rows["activity"] == ANSWERS).astype(str).mask(rows["segment"] == NOBODY, "")
    parts = rows.assign(part=rows["segment"] + kind)
    behind = people_in(parts[parts["employee_id"].notna()], ["part"])
    there = parts.loc[parts["hours_h"] > 0, "part"].unique()
    if (behind.reindex(there, fill_value=0) < minimum).any():  # 0 where nobody is named for the hours
        return False
    log = logged_hours(client)
    present = list(log.rows["activity"].unique())
    try:
        codes = log_samples(client, log).codes
    except PrivacyError:
        return True  # no table of activities is shown
    return all(closed(activities, codes, present) for activities in ((*CONTACT, *AROUND), (ANSWERS,)))


def _all_of_it(found: CustomerTime, logged: Estimate) -> CustomerTime:
    """Return the customer time that the logged one stands for: contacts and hours ÷ logged share.

    Notes
    -----
    What was not written down is taken to be like what was. The interval joins that of the hours with that of the share:
    relative distances to the ends, added in squares.
    """
    factor = 1 / logged.value
    less, more = 1 - logged.value / logged.high, logged.value / logged.low - 1

    def ends(value: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        whole = np.where(value > 0, value, 1.0)
        down, up = np.hypot((value - low) / whole, less), np.hypot((high - value) / whole, more)
        return np.maximum(value * (1 - down), 0.0) * factor, value * (1 + up) * factor

    segments, teams, total = found.segments, found.teams, found.total
    hours = (segments["contact_h"] + segments["answer_h"]).to_numpy(dtype=float)
    low, high = ends(hours, segments["low_h"].to_numpy(dtype=float), segments["high_h"].to_numpy(dtype=float))
    scaled = segments[["contacts", "contact_h", "answer_h"]] * factor
    if len(teams):
        of_team = (teams[name].to_numpy(dtype=float) for name in ("hours_h", "low_h", "high_h"))
        least, most = ends(*of_team)
        teams = teams.assign(hours_h=teams["hours_h"] * factor, low_h=least, high_h=most)
    (bottom,), (top,) = ends(np.array([total.value]), np.array([total.low]), np.array([total.high]))
    return replace(
        found,
        segments=segments.assign(**scaled, low_h=low, high_h=high),
        total=Estimate(value=total.value * factor, low=float(bottom), high=float(top)),
        teams=teams,
        customers=found.customers.assign(**(found.customers[["contacts", "hours_h"]] * factor)),
        logged_share=logged,
    )


def _rows(client: ClientData, segment: pd.Series) -> pd.DataFrame:
    """Return the log with the segment of the customer and our name of the channel, empty where neither is known."""
    rows = logged_hours(client).rows
    known = rows["customer_id"].astype("str").map(segment.astype(str))
    spoken = {word: channel_of(str(word)) for word in rows["channel"].dropna().unique()}
    channel = [spoken.get(word, "") for word in rows["channel"]]
    return rows.assign(segment=known.fillna(NOBODY).astype(str), channel=channel)


def channel_of(words: str) -> str:
    """Return our name of a channel in the client's words; empty when none is recognised."""
    spoken = words.casefold()
    return next((name for name, known in CHANNEL_WORDS.items() if any(word in spoken for word in known)), "")


def _years(client: ClientData, rows: pd.DataFrame) -> float:
    days = rows["started_at"].dropna()
    if days.empty:
        return ((client.last - client.first).days + 1) / DAYS_PER_YEAR
    return float((days.max().normalize() - days.min().normalize()).days + 1) / DAYS_PER_YEAR


def _by_person(rows: pd.DataFrame, names: list[str]) -> tuple[Floats, pd.Index]:
    """Return hours by person and segment; hours without a person are one more row."""
    table = rows.assign(person=rows["employee_id"].fillna("")).pivot_table(
        index="person", columns="segment", values="hours_h", aggfunc="sum", fill_value=0.0
    )
    return table.reindex(columns=names, fill_value=0.0).to_numpy(dtype=float), table.index


def _share(part: Floats, whole: Floats, people: pd.Index) -> Estimate:
    """Return the share of a part over people; the row without a name is no person."""
    known = (people != "").astype(bool)
    return share_over_people(part[known], whole[known], (float(part[~known].sum()), float(whole[~known].sum())))


def _segment_table(rows: pd.DataFrame, names: list[str], years: float) -> pd.DataFrame:
    contact = rows["activity"].isin(CONTACT)
    by = rows["segment"]
    hours, answer = rows["hours_h"], rows["activity"] == ANSWERS
    table = pd.DataFrame(
        {
            "contacts": contact.groupby(by).sum(),
            "contact_h": hours[~answer].groupby(by[~answer]).sum(),
            "answer_h": hours[answer].groupby(by[answer]).sum(),
        }
    )
    result: pd.DataFrame = table.reindex(names).fillna(0.0).astype(float) / years
    return result


def _total(client: ClientData, total: float, years: float) -> Estimate:
    """Return all customer time with the interval of its share in the logged hours."""
    everything = logged_hours(client).rows
    person = everything["employee_id"].fillna("")
    mine = everything["activity"].isin([*CONTACT, *AROUND, ANSWERS])
    table = pd.DataFrame({"mine": everything["hours_h"].where(mine, 0.0), "all": everything["hours_h"]})
    sums = table.groupby(person).sum()
    share = _share(sums["mine"].to_numpy(dtype=float), sums["all"].to_numpy(dtype=float), sums.index)
    logged = float(sums["all"].sum()) / years
    return Estimate(value=total, low=min(share.low * logged, total), high=max(share.high * logged, total))


def _channels(rows: pd.DataFrame) -> pd.DataFrame:
    """Return contacts and hours of a contact by channel: travel belongs to visits, preparation goes by talking time."""
    talks = rows[rows["activity"].isin(CONTACT)]
    named = talks[talks["channel"] != ""]
    table = named.groupby("channel")["hours_h"].agg(contacts="size", talk_h="sum")
    if table.empty:
        return pd.DataFrame(columns=["contacts", "hours_per_contact_h"], dtype=float)
    around = rows.groupby("activity")["hours_h"].sum()
    each = table["talk_h"] * (1 + float(around.get("preparation", 0.0)) / float(talks["hours_h"].sum()))
    if "visit" in table.index:
        each.loc["visit"] += float(around.get("travel", 0.0))
    return pd.DataFrame({"contacts": table["contacts"], "hours_per_contact_h": each / table["contacts"]})


def _usual_channels(rows: pd.DataFrame) -> dict[str, str]:
    talks = rows[rows["activity"].isin(CONTACT) & (rows["channel"] != "")]
    counts = talks.groupby(["segment", "channel"]).size()
    return {
        str(name): str(group.droplevel("segment").idxmax()) for name, group in counts.groupby(level="segment")
    }  # fmt: skip


def _teams(
    client: ClientData,
    rows: pd.DataFrame,
    sums: Floats,
    people: pd.Index,
    years: float,
    names: list[str],
) -> pd.DataFrame:
    """Return hours by team of at least the minimum group, and each team's part of the hours of each segment."""
    if not client.has("employees") or "team" not in client.table("employees"):
        return pd.DataFrame()
    listed = client.table("employees").drop_duplicates("employee_id").set_index("employee_id")["team"]
    team = listed.reindex(people).fillna("").astype(str)
    busy = sums.sum(axis=1) > 0
    of_person = pd.Series(sums.sum(axis=1), index=people)
    members = {name: of_person[busy & (team == name).to_numpy()].to_dict() for name in team[busy].unique()}
    minimum = client.config.privacy.minimum_group
    try:
        shown = merge_small_groups(members, minimum=minimum)
    except PrivacyError:
        return pd.DataFrame()
    pooled = team.map(shown)
    if _few_in_a_part(sums, pooled, minimum):
        return pd.DataFrame()
    table = []
    for name in sorted(pooled.dropna().unique()):
        mine = sums[(pooled == name).to_numpy()]
        hours = total_over_people(mine.sum(axis=1) / years)
        part = mine.sum(axis=0) / np.maximum(sums.sum(axis=0), 1e-12)
        row = {"team": name, "people": len(mine), "hours_h": hours.value, "low_h": hours.low, "high_h": hours.high}
        table.append(row | {f"share_{segment}": float(part[k]) for k, segment in enumerate(names)})
    return pd.DataFrame(table).set_index("team") if table else pd.DataFrame()


def _few_in_a_part(sums: Floats, team: pd.Series, minimum: int) -> bool:
    """Tell whether too few people of a team stand behind its part of a segment, which the shares of the teams would tell.

    The last column holds what is on no customer; no need of a segment tells it.
    """
    segments = range(sums.shape[1] - 1)
    parts = (sums[(team == name).to_numpy(), place] for name in team.dropna().unique() for place in segments)
    return any(0 < effective_people(part) < minimum for part in parts)


def _customers(rows: pd.DataFrame, years: float) -> pd.DataFrame:
    customer = rows["customer_id"].astype("str")
    contacts = rows["activity"].isin(CONTACT).groupby(customer).sum() / years
    hours = rows["hours_h"].groupby(customer).sum() / years
    return pd.DataFrame(
        {"contacts": contacts, "hours_h": hours, "people": rows.groupby(customer)["employee_id"].nunique()}
    )
