"""What the list of staff tells: how many quit, and how long newcomers take to reach what their colleagues do.

Few people are no rate: nothing is estimated on fewer leavers or newcomers than the client's minimum group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_MONTH
from simkit.study import bilingual_texts as texts
from simkit.study.measured.client_inputs import period_orders, staff
from simkit.study.measured.measured_demand import Override, bilingual_numbers_of, measured
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

SEEN_MONTHS = 12  # of a newcomer, counted from the entry
DRAWS = 200
NEWCOMERS = Text(de="Aufträge der Neuen gegenüber Kollegen", en="orders of newcomers against colleagues")
START_ASSUMED = Text(de="Leistung am ersten Tag angenommen", en="performance on the first day assumed")


def people_override(client: ClientData, defaults: ParameterSet) -> Override:
    """Return quits per year and the months of ramp-up, where enough people left or came."""
    return {**_leaving(client), **_ramp(client, defaults)}


def _leaving(client: ClientData) -> Override:
    """Quits per person and year of service, with a Poisson interval; retirements that were agreed do not count."""
    people = client.table("employees")
    if "left_on" not in people:
        return {}
    first, last = pd.Timestamp(client.first), pd.Timestamp(client.last)
    left = people["left_on"].between(first, last)
    if "retires_on" in people:
        left &= people["retires_on"].isna() | (people["left_on"] < people["retires_on"])
    number = int(left.sum())
    if number < client.config.privacy.minimum_group:
        return {}
    years = len(staff(client)) * period_years(client)
    half = 1.96 * float(np.sqrt(number)) / years
    return {"staff.quit_per_year": measured(number / years, texts.leavers(number, bilingual_numbers_of(client)), half)}


def _ramp(client: ClientData, defaults: ParameterSet) -> Override:
    """Months until newcomers handle as many orders as the others of their role, from their first year's orders.

    Notes
    -----
    Output y(t) of month t relative to colleagues' mean is taken as min(1, s0 + (1 − s0) t / T) with s0 assumed; T is
    the least-squares fit over all newcomers' months. Interval: ± t(0.975; n − 1) · √(n/(n − 1)) times the standard
    deviation of refits to n newcomers drawn with replacement, whose spread is too small by that root.
    """
    from scipy.stats import t

    output = newcomer_months(client)
    newcomers = output["employee_id"].unique()
    if len(newcomers) < client.config.privacy.minimum_group:
        return {}
    start = defaults.value("staff.ramp_start_share")
    months = fitted_months(output, start)
    draw = stream(1, -1, "calibration.ramp")
    by_person = dict(list(output.groupby("employee_id")))
    fits = [
        fitted_months(pd.concat([by_person[person] for person in draw.choice(newcomers, len(newcomers))]), start)
        for _ in range(DRAWS)
    ]
    people = len(newcomers)
    half = float(t.ppf(0.975, people - 1) * np.sqrt(people / (people - 1)) * np.std(fits, ddof=1))
    source = texts.joined(texts.counted(NEWCOMERS, len(newcomers), bilingual_numbers_of(client)), START_ASSUMED)
    return {"staff.ramp_months": measured(months, source, half, "partly")}


def newcomer_months(client: ClientData) -> pd.DataFrame:
    """Return one row per newcomer and month of service: employee_id, month (0.5, 1.5, …), share of colleagues' output."""
    empty = pd.DataFrame({"employee_id": [], "month": [], "share": []})
    people = staff(client)
    if not client.has("orders") or not {"entry_on", "employee_id"} <= set(people):
        return empty
    orders = period_orders(client)
    if "employee_id" not in orders:
        return empty
    first, last = pd.Timestamp(client.first), pd.Timestamp(client.last)
    new = people[people["entry_on"].between(first, last - pd.Timedelta(days=SEEN_MONTHS * DAYS_PER_MONTH))]
    old = people[~people["employee_id"].isin(new["employee_id"]) & (people["entry_on"] < first)]
    role = people.set_index("employee_id")["role"] if "role" in people else pd.Series("", index=people["employee_id"])
    counts = orders[orders["employee_id"].isin(old["employee_id"])].groupby("employee_id").size()
    usual = counts.groupby(role.reindex(counts.index)).mean() / (period_years(client) * 12)
    rows = []
    for person, entry in zip(new["employee_id"], new["entry_on"], strict=True):
        expected = float(usual.get(role[person], np.nan))
        if not expected > 0:
            continue
        age = (select(orders, employee_id=person)["ordered_on"] - entry).dt.days / DAYS_PER_MONTH
        done = np.bincount(age[(age >= 0) & (age < SEEN_MONTHS)].astype(int), minlength=SEEN_MONTHS)
        rows += [(person, month + 0.5, number / expected) for month, number in enumerate(done.tolist())]
    return pd.DataFrame(rows, columns=["employee_id", "month", "share"]) if rows else empty


def fitted_months(output: pd.DataFrame, start: float) -> float:
    """Return the ramp-up in months that fits best, between half a month and 36."""
    from scipy.optimize import minimize_scalar

    month, share = output["month"].to_numpy(dtype=float), output["share"].to_numpy(dtype=float)

    def misfit(months: float) -> float:
        return float(((share - np.minimum(1.0, start + (1 - start) * month / months)) ** 2).sum())

    return float(minimize_scalar(misfit, bounds=(0.5, 36.0), method="bounded").x)
