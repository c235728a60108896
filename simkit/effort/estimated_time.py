"""Time use read from estimates by role, as most firms without an activity log have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.log_time import TimeSamples
from simkit.effort.people_sample import StatedSample, from_spread, mix
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.errors import PrivacyError
from simkit.foundation.frames import Floats, select
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.intake.findings import Assumption
from simkit.intake.privacy.disclosure import merge_small_groups

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

SUM_TOLERANCE = 0.01
"""Shares of a role that miss 100 % by more than this are rescaled and reported."""
ASSUMED_SPREAD = 0.05
"""Standard deviation of a stated share for which no spread was given."""


def estimate_samples(client: ClientData, *, seed: int, draws: int) -> TimeSamples:
    """Return the samples of the estimates by role.

    Parameters
    ----------
    client : ClientData
        With the table ``time_estimates``; head count and FTE come from ``employees``, else from the respondents.
    seed, draws : int
        Seed and number of draws from the stated spread.

    Raises
    ------
    PrivacyError
        When the roles have fewer people than the minimum group, or nobody said how many there are.

    Notes
    -----
    Roles are weighted by FTE (head count where FTE is unknown, respondents where there is no employee list). Roles
    under the minimum group are joined with others before anything is shown.
    """
    estimates = client.table("time_estimates")
    staff = role_sizes(client, estimates)
    minimum = client.config.privacy.minimum_group
    if staff["people"].sum() < minimum:
        raise PrivacyError(
            Text(
                de="Die Zeitschätzungen gelten für {people} bekannte Personen; gezeigt wird erst ab {minimum}",
                en="The time estimates stand for {people} known people; nothing is shown for fewer than {minimum}",
            ).fill(people=int(staff["people"].sum()), minimum=minimum),
            "time_estimates",
            Text(
                de="Personalliste liefern (employees) oder die Zahl der Befragten angeben (respondents)",
                en="Give the list of staff (employees) or the number of people asked (respondents)",
            ),
        )
    year_h = client.config.contract_hours_per_week / 5 * client.calendar.working_days_per_year
    single = {
        role: _sample(select(estimates, role=role), size, year_h, seed, draws)
        for role, size in staff.iterrows()
        if size["people"] > 0
    }
    shown = merge_small_groups({str(role): sample.people for role, sample in single.items()}, minimum=minimum)
    joined = {
        name: mix([sample for role, sample in single.items() if shown[str(role)] == name])
        for name in sorted(set(shown.values()))
    }
    plain = {name: name for name in ACTIVITIES}
    return TimeSamples(total=mix(list(single.values())), roles=joined, codes=plain, role_codes=plain)


def estimate_assumptions(client: ClientData) -> tuple[Assumption, ...]:
    """Return what is taken for granted where the estimates are used."""
    estimates = client.table("time_estimates")
    found = [_SELF_REPORT]
    missing = int(estimates["spread"].isna().sum()) if "spread" in estimates else len(estimates)
    if missing:
        found.append(_no_spread(missing))
    sums = estimates.groupby("role")["share"].sum()
    rescaled = int(((sums - 1).abs() > SUM_TOLERANCE).sum())
    if rescaled:
        found.append(_rescaled(rescaled))
    return tuple(found)


_SELF_REPORT = Assumption(
    topic=Text(de="Zeitschätzungen", en="Time estimates"),
    value=Text(
        de="die genannten Anteile gelten für alle Personen der Rolle, das ganze Jahr",
        en="the stated shares hold for everybody in the role, all year",
    ),
    reason=Text(de="es gibt keine verwendbare Zeiterfassung", en="there is no log of hours that can be used"),
)


def _no_spread(rows: int) -> Assumption:
    return Assumption(
        topic=Text(de="Streuung der Zeitschätzungen", en="Spread of the time estimates"),
        value=Text(
            de="{points} Prozentpunkte bei {rows} Angaben", en="{points} percentage points for {rows} statements"
        ).fill(points=round(ASSUMED_SPREAD * 100), rows=rows),
        reason=Text(de="dort ist keine Streuung angegeben", en="no spread is stated there"),
    )


def _rescaled(roles: int) -> Assumption:
    return Assumption(
        topic=Text(de="Summe der Zeitschätzungen", en="Sum of the time estimates"),
        value=Text(de="auf 100 % umgerechnet", en="rescaled to 100%"),
        reason=Text(
            de="die Anteile von {roles} Rollen ergeben zusammen nicht 100 %",
            en="the shares of {roles} roles do not add up to 100%",
        ).fill(roles=roles),
    )


def role_sizes(client: ClientData, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return ``people`` and ``fte`` by role of the estimates (0 where nobody is known)."""
    roles = pd.Index(sorted(estimates["role"].dropna().astype(str).unique()), name="role")
    if client.has("employees") and "role" in client.table("employees"):
        staff = client.table("employees").drop_duplicates("employee_id")
        if "left_on" in staff:
            staff = staff[staff["left_on"].isna() | (staff["left_on"] > pd.Timestamp(client.last))]
        fte = staff["fte"].fillna(1.0) if "fte" in staff else pd.Series(1.0, index=staff.index)
        sizes = staff.assign(fte=fte).groupby("role").agg(people=("employee_id", "nunique"), fte=("fte", "sum"))
        known: pd.DataFrame = sizes.reindex(roles, fill_value=0)
        return known
    if "respondents" not in estimates:
        return pd.DataFrame({"people": 0, "fte": 0.0}, index=roles)
    asked = estimates.groupby(estimates["role"].astype(str))["respondents"].max().reindex(roles).fillna(0.0)
    return pd.DataFrame({"people": asked.astype(int), "fte": asked.astype(float)})


def _sample(rows: pd.DataFrame, size: pd.Series, year_h: float, seed: int, draws: int) -> StatedSample:
    role = str(rows["role"].iloc[0])
    normal = stream(seed, -1, f"effort.estimates.{role}").standard_normal((draws, len(ACTIVITIES)))
    shares = _by_activity(rows, "share")
    spread = np.where(shares > 0, _by_activity(rows, "spread"), 0.0)
    return from_spread(shares, spread, float(size["people"]), float(size["fte"]) * year_h, normal)


def _by_activity(rows: pd.DataFrame, column: str) -> Floats:
    """Return a column in the order of ``ACTIVITIES``; several rows of one activity add up (spreads as variances)."""
    if column == "share":
        values = rows.groupby("activity")["share"].sum()
    else:
        stated = rows["spread"].fillna(ASSUMED_SPREAD) if "spread" in rows else pd.Series(ASSUMED_SPREAD, rows.index)
        values = (stated**2).groupby(rows["activity"]).sum() ** 0.5
    result: Floats = values.reindex(list(ACTIVITIES)).fillna(0.0).to_numpy(dtype=float)
    return result
