"""Time the value layer, part by part: lifetime models against another package, SMAA, and the whole layer at full size.

Run with ``python benchmarks/value.py [--only lifetime smaa whole refits growth]`` in the project's environment;
`SIMKIT_SHARED_DATA` names the folder with the real data. A part is one entry of `PARTS`. Times on a shared machine drift, so
read the ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PROJECT = Path(__file__).resolve().parent.parent
ROUNDS = 9
CUSTOMERS, LINES = 100_000, 1_000_000
CALIBRATED = pd.Timestamp("1997-09-30")


def main() -> None:
    """Print the tables one after the other."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to time")
    chosen = options.parse_args()
    say(f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} processors")
    for name in chosen.only:
        say(f"\n{name}")
        PARTS[name]()


def say(line: str) -> None:
    """Write one line of the table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def cpu_of(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of a call and its result."""
    started = time.process_time()
    result = call()
    return time.process_time() - started, result


def timed(label: str, call: Callable[[], Any]) -> Any:
    """Say how many CPU seconds a call took, and return its result."""
    seconds, result = cpu_of(call)
    say(f"  {label:<62}{seconds:9.3f} s CPU")
    return result


# --- CDNOW ------------------------------------------------------------------------------------------------------------


def cdnow() -> pd.DataFrame:
    """Return the purchase histories of CDNOW's 2,357 sampled customers up to the end of September 1997."""
    from simkit.value.lifetime.histories import histories

    folder = Path(os.environ.get("SIMKIT_SHARED_DATA") or PROJECT.parent / "shared" / "data")
    table = pd.read_csv(
        folder / "cdnow" / "CDNOW_sample.txt", sep=r"\s+", header=None, names=["old", "customer_id", "day", "n", "amount"],
        dtype={"customer_id": str, "day": str},
    )  # fmt: skip
    days = (
        table.assign(day=pd.to_datetime(table["day"])).groupby(["customer_id", "day"], as_index=False)["amount"].sum()
    )
    return histories(days.assign(credit_amount=0.0), CALIBRATED)


def lifetime() -> None:
    """Fit BG/NBD to CDNOW in turns with the lifetimes package, and refit it to 200 resamples."""
    from simkit.foundation.random_streams import stream
    from simkit.value.lifetime.bg_nbd import fit_purchases, grouped, purchase_likelihood
    from simkit.value.lifetime.maximum_likelihood import refits

    with warnings.catch_warnings():  # the package is no longer kept and warns with today's pandas
        warnings.simplefilter("ignore")
        from lifetimes import BetaGeoFitter

        history = cdnow()
        rows = grouped(history)

        def theirs() -> Any:
            return BetaGeoFitter().fit(history["repeats"], history["last_weeks"], history["age_weeks"])

        def ours() -> Any:
            return fit_purchases(grouped(history))

        ours(), theirs()
        pairs = [(cpu_of(ours)[0], cpu_of(theirs)[0]) for _ in range(ROUNDS)]
    own, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(first / second for first, second in pairs)
    say(
        f"  BG/NBD on CDNOW, own (three starts) {own * 1000:.0f} ms CPU, lifetimes {other * 1000:.0f} ms CPU; ratio {ratio:.2f}"
    )
    fit = ours()
    say(
        f"  r {fit.r:.4f}, alpha {fit.alpha:.4f}, a {fit.a:.4f}, b {fit.b:.4f}, log-likelihood {fit.log_likelihood:.1f}"
    )
    random = stream(1, -1, "benchmark")
    timed("200 bootstrap refits", lambda: refits(purchase_likelihood(rows), rows.counts, fit.maximum, random, 200))


# --- growth -----------------------------------------------------------------------------------------------------------


def sales(customers: int, lines: int, *, regularity: int = 1) -> pd.DataFrame:
    """Return invented order lines over three years of customers who buy at their own pace and leave sooner or later."""
    from simkit.foundation.random_streams import stream

    random = stream(1, regularity, "benchmark.sales")
    each = random.gamma(1.2, 1.0, customers)
    each = np.maximum((each / each.sum() * lines).astype(int), 1)
    owner = np.repeat(np.arange(customers), each)
    begin, stay = random.uniform(0, 500, customers), random.exponential(900, customers)
    gaps = random.gamma(regularity, 1.0, owner.size)
    passed = np.cumsum(gaps)
    starts = np.concatenate([[0], np.cumsum(each)[:-1]])
    passed -= np.repeat(passed[starts], each)
    pace = np.minimum(stay, 1095 - begin) / np.maximum(np.maximum.reduceat(passed, starts), 1e-9)
    day = np.floor(np.repeat(begin, each) + passed * np.repeat(pace, each))
    value = np.repeat(random.lognormal(6.0, 1.0, customers), each) * random.gamma(4.0, 0.25, owner.size)
    return pd.DataFrame(
        {
            "customer_id": np.char.add("K", np.char.zfill(owner.astype(str), 6)),
            "sold_on": pd.Timestamp("2022-01-01") + pd.to_timedelta(day, unit="D"),
            "value_amount": value,
        }
    )


def growth() -> None:
    """Work the lifetime value of 100,000 customers out from a million lines, without and with its intervals."""
    from simkit.value.lifetime.histories import purchase_days
    from simkit.value.lifetime.kinds import LifetimeRules
    from simkit.value.lifetime.repeat_buyers import repeat_buyers

    end, rules = pd.Timestamp("2024-12-31"), LifetimeRules()
    say(f"  {CUSTOMERS:,} customers, {LINES:,} order lines")
    for regularity, label in ((1, "random timing"), (3, "regular timing")):
        lines = sales(CUSTOMERS, LINES, regularity=regularity)
        days = timed(f"{label}: purchase days", lambda lines=lines: purchase_days(lines))
        found = timed(
            f"{label}: choice, fit, held-out test, value",
            lambda days=days: repeat_buyers(days, end, rules, draws=0),
        )
        say(f"    {found.name.en}, k = {found.regularity.k:.2f}; peak memory {peak_gib():.2f} GiB")
    timed("the same with 200 bootstrap refits", lambda: repeat_buyers(days, end, rules, draws=200))
    say(f"    peak memory {peak_gib():.2f} GiB")


# --- the whole layer --------------------------------------------------------------------------------------------------


def smaa() -> None:
    """Work the classes of 1,000 customers out under 5,000 drawn weights."""
    from simkit.foundation.random_streams import stream
    from simkit.value.score.acceptability import class_acceptability, weight_draws
    from simkit.value.score.segments import CUTOFFS

    random = stream(1, -1, "benchmark.smaa")
    names = ["margin", "growth", "loyalty", "payment", "referral", "potential"]
    weights = weight_draws(dict.fromkeys(names, 1.0), seed=1, draws=5000)
    for label, unknown in (("all factors known", 0.0), ("a tenth of the factors unknown", 0.1)):
        values = random.uniform(size=(1000, len(names)))
        values[random.uniform(size=values.shape) < unknown] = np.nan
        factors = pd.DataFrame(values, columns=names, index=[f"K{number:04d}" for number in range(1000)])
        revenue = pd.Series(random.lognormal(6, 1, 1000), index=factors.index)
        timed(f"classes of 1,000 customers, 5,000 draws, {label}",
              lambda f=factors, r=revenue: class_acceptability(f, weights, r, CUTOFFS))  # fmt: skip


PEOPLE, ENTRIES = 60, 200_000


def client_at_size() -> Any:
    """Return an invented client: order lines with cost and class, master data, staff, and a log of activities."""
    import datetime as dt

    from simkit.foundation.random_streams import stream
    from simkit.intake.client import ClientData
    from simkit.intake.settings.client_settings import ClientConfig
    from simkit.intake.working_calendar import WorkingCalendar

    random = stream(1, -1, "benchmark.client")
    lines = sales(CUSTOMERS, round(1.05 * LINES)).rename(
        columns={"sold_on": "ordered_on"}
    )  # some fall out of the period
    lines = lines[lines["ordered_on"] <= pd.Timestamp("2024-12-31")].reset_index(drop=True)
    lines["order_id"] = np.char.add("A", np.arange(len(lines)).astype(str))
    lines["cost_amount"] = lines["value_amount"] * random.uniform(0.5, 0.9, len(lines))
    lines["order_class"] = random.choice(["standard", "configured", "bespoke"], len(lines), p=[0.6, 0.3, 0.1])
    ids = np.unique(lines["customer_id"])
    people = np.char.add("P", np.arange(PEOPLE).astype(str))
    since = pd.Timestamp("2022-01-03") + pd.to_timedelta(random.integers(0, 1090, ENTRIES), unit="D")
    log = pd.DataFrame(
        {
            "employee_id": random.choice(people, ENTRIES), "customer_id": random.choice(ids, ENTRIES), "started_at": since,
            "activity": random.choice(["care", "selling", "service", "preparation", "travel"], ENTRIES),
            "hours": random.gamma(2.0, 0.5, ENTRIES), "channel": random.choice(["visit", "phone"], ENTRIES),
        }
    )  # fmt: skip
    log["ended_at"] = log["started_at"] + pd.to_timedelta(log["hours"], unit="h")
    staff = pd.DataFrame({"employee_id": people, "fte": 1.0, "cost_amount": 80_000.0})
    config = {"client": "invented", "name": "Invented", "state": "BW", "tables": {}}
    return ClientData(
        config=ClientConfig.model_validate(config), folder=Path(), findings=(), assumptions=(), protocol=pd.DataFrame(),
        tables={"orders": lines, "customers": pd.DataFrame({"customer_id": ids}), "employees": staff, "activities": log},
        input_hashes={}, first=dt.date(2022, 1, 1), last=dt.date(2024, 12, 31),
        calendar=WorkingCalendar(country="DE", state="BW"),
    )  # fmt: skip


def whole() -> None:
    """Run every package of the value layer on a million order lines and 100,000 customers, without and with its draws."""
    from simkit.value.controlling.plan_and_actual import controlling
    from simkit.value.customers.class_robustness import class_study, judged
    from simkit.value.customers.customer_list import list_table
    from simkit.value.customers.customer_value import customer_value, with_lifetime
    from simkit.value.lifetime.lifetime_value import lifetime_value
    from simkit.value.service.service_study import service_study

    client = client_at_size()
    say(
        f"  {client.table('customers').shape[0]:,} customers, {len(client.table('orders')):,} order lines, {ENTRIES:,} entries"
    )
    started, few = time.process_time(), 2
    value = timed("facts, factors, score, segments, concentration, effort", lambda: customer_value(client, draws=few))
    lifetime = timed("lifetime value", lambda: lifetime_value(client, draws=0))
    timed("how firm the classes are, but for drawn weights", lambda: class_study(value, 3.0, draws=few))
    timed("service levels, response, best split of the hours", lambda: service_study(client, value, 3.0, draws=few))
    timed("controlling of contacts and hours", lambda: controlling(client, value, draws=few))
    timed("customer list", lambda: list_table(with_lifetime(value, lifetime), "en"))
    say(f"  the whole layer {time.process_time() - started:53.3f} s CPU; peak memory {peak_gib():.2f} GiB")
    timed("apart: customer value with 1,000 bootstrap draws", lambda: customer_value(client, draws=1000))
    timed("apart: service and best split with 500 draws", lambda: service_study(client, value, 3.0, draws=500))
    timed("apart: controlling with 1,000 bootstrap draws", lambda: controlling(client, value, draws=1000))
    customers = judged(value)
    apart_smaa(customers, value.weights)
    say(f"    peak memory {peak_gib():.2f} GiB")


def apart_smaa(customers: Any, weights: Any) -> None:
    """Time the drawn weights on all customers: classes under 5,000 weights."""
    from simkit.value.score.acceptability import class_acceptability, weight_draws

    drawn = weight_draws(weights, seed=1, draws=5000)
    given = (customers.factors, customers.revenue)
    timed(
        "apart: classes under 5,000 drawn weights",
        lambda: class_acceptability(given[0], drawn, given[1], customers.cutoffs),
    )


def refits() -> None:
    """Work the lifetime value of the same customers out with 200 bootstrap refits."""
    from simkit.value.lifetime.lifetime_value import lifetime_value

    client = client_at_size()
    timed("lifetime value with 200 bootstrap refits", lambda: lifetime_value(client, draws=200))
    say(f"    peak memory {peak_gib():.2f} GiB")


def peak_gib() -> float:
    """Return the largest resident memory of this process so far, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**30 if sys.platform == "darwin" else 2**20)


PARTS: dict[str, Callable[[], None]] = {
    "lifetime": lifetime, "smaa": smaa, "whole": whole, "refits": refits, "growth": growth,
}  # fmt: skip

if __name__ == "__main__":
    main()
