"""What customers need: the contacts a year at which nothing is missing, by segment, and how much of them is received.

Need is agreed, or planned, or what the client's own well-served customers get; today's contacts divided by an assumed level
would hide whatever is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats, select
from simkit.foundation.parameter_set import Kind, Parameter, ParameterSet, Provenance
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.intake.checks.log_coverage import while_logged
from simkit.model.specification.model_parameters import SEGMENTS, load_defaults
from simkit.study import bilingual_texts as texts
from simkit.study.measured.demand_level import ENOUGH_CASES
from simkit.study.measured.fitted_work import times, worked_for_log
from simkit.study.measured.measured_demand import Override, bilingual_numbers_of, estimated, measured
from simkit.study.measured.rates import contact_counts, log_coverage
from simkit.value.customer_figures import period_years
from simkit.value.service.service_levels import planned_level
from simkit.value.service.service_study import agreed_in

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.value.customers.customer_value import CustomerValue

NEEDS = tuple(f"care.{name}.needed_contacts_per_year" for name in SEGMENTS)
THROUGHOUT = 0.9  # of the time of the log: nearly all who are there at both ends
ENOUGH_SERVED = 8  # fewer customers of a segment have no best quarter
LOGGED = frozenset({"measured", "partly"})
"""Kinds of contacts that a log tells: of a year, or scaled up to one."""
POINTS = (0.5, 0.75, 0.9)  # of true rates: the range's low end, well served, its high end
STEPS, GRID = 8, 100
DRAWS = 400
KINDS: Mapping[str, Kind] = {"workshop": "workshop", "client": "option"}
ORIGINS = {
    "workshop": Text(de="im Workshop vereinbarte Servicelevel", en="service levels agreed in the workshop"),
    "client": Text(de="client.yaml: service_levels", en="client.yaml: service_levels"),
    "plan": Text(de="client.yaml: controlling.contacts_per_year", en="client.yaml: controlling.contacts_per_year"),
}
SERVED = Text(
    de="gut betreute Kunden des Segments (75-%-Punkt von {n} Kunden, Zufall herausgerechnet)",
    en="well-served customers of the segment (75% point of {n} customers, chance removed)",
)
COLUMNS = (
    "segment", "customers", "measured", "needed", "needed_low", "needed_high", "received_share", "low", "high", "kind",
    "source_de", "source_en",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ServedNeed:
    """What the well-served customers of a segment get, and how much of it the segment's customers get on average."""

    needed: Estimate
    """Contacts a year, with the range from the median to the 90 % point of the customers' rates."""
    received_share: Estimate
    """Mean ÷ needed, with its 95 % interval."""


def served_need(counts: Floats, years: float) -> ServedNeed:
    """Return what the well-served of some customers get.

    Parameters
    ----------
    counts : array
        Contacts of each customer of a segment.
    years : float
        Years of full record behind a count: those of the log × logged share.

    Notes
    -----
    Rates r = count / years spread more than the true ones do, by their Poisson variance m / years around the mean m. The
    distribution of the true rates is estimated by eight steps of EM from an even one (Laird 1978, J. Am. Stat. Assoc. 73;
    stopped early, which smooths it), then drawn to the mean until its variance is that of the true rates, variance of r −
    m / years, at least 0: constrained empirical Bayes (Louis 1984, J. Am. Stat. Assoc. 79; Ghosh 1992, 87). Needed is its
    75 % point, at least the mean. Interval of the share: bootstrap over customers, t on the log scale. Caveat: where true
    rates fall into two groups far apart, the 75 % point is some 4 % low.
    """
    point = _points(counts[None, :], years)[0]
    drawn = stream(1, -1, "measured.needs").integers(len(counts), size=(DRAWS, len(counts)))
    mean, again = float(counts.mean()) / years, counts[drawn]
    needed = max(float(point[1]), mean)
    shares = again.mean(axis=1) / years / np.maximum(_points(again, years)[:, 1], again.mean(axis=1) / years)
    factor = float(np.exp(_t975(len(counts) - 1) * np.log(shares).std(ddof=1)))
    share = mean / needed
    return ServedNeed(
        needed=Estimate(value=needed, low=min(float(point[0]), needed), high=max(float(point[2]), needed)),
        received_share=Estimate(value=share, low=share / factor, high=min(share * factor, 1.0)),
    )


def _points(counts: Floats, years: float) -> Floats:
    """Return median, 75 % and 90 % point of the true rates behind some samples of counts (rows): samples × 3."""
    from scipy.stats import poisson

    seen = np.unique(counts)
    grid = np.linspace(0.0, seen[-1] + 1.0, GRID)
    chance: Floats = np.asarray(poisson.pmf(seen[:, None], np.maximum(grid, 1e-9)), dtype=float)
    number = (counts[:, :, None] == seen).mean(axis=1)
    weight = np.full((len(counts), GRID), 1 / GRID)
    for _ in range(STEPS):
        weight = weight * ((number / (weight @ chance.T)) @ chance)
    centre = weight @ grid
    spread = np.sqrt(weight @ grid**2 - centre**2)
    mean = counts.mean(axis=1)
    true = np.sqrt(np.maximum(counts.var(axis=1, ddof=1) - mean, 0.0))
    below = np.cumsum(weight, axis=1) - weight / 2
    raw = np.array([np.interp(POINTS, row, grid) for row in below])
    points: Floats = (mean[:, None] + (raw - centre[:, None]) * (true / spread)[:, None]) / years
    return points


def _t975(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


def needs_override(
    client: ClientData, value: CustomerValue, model_inputs: ModelInputs, parameters: ParameterSet
) -> Override:
    """Return the contacts a year that a customer of each segment needs.

    Parameters
    ----------
    client, value, model_inputs
        The client, with or without agreed service levels, a plan for controlling, or a log.
    parameters : ParameterSet
        With the measured contacts in it.

    Notes
    -----
    The first that applies: agreed in the workshop or in client.yaml; planned for controlling; the 75 % point of the
    segment's own customers (:func:`served_need`); with too few of them the assumed ratio to measured contacts.
    """
    agreed, served = dict(_agreed(client, value)), _served(client, value, worked_for_log(model_inputs, parameters))
    override: Override = {}
    for name, path in zip(SEGMENTS, NEEDS, strict=True):
        contacts = parameters[f"care.{name}.contacts_per_year"]
        if name in agreed:
            override[path] = _with_range(agreed[name], parameters[path])
        elif name in served:
            number, need = served[name]
            source = SERVED.fill(n=bilingual_numbers_of(client).number(number))
            override[path] = estimated(need.needed, source, "partly")
        elif contacts.provenance.kind in LOGGED:
            override[path] = _by_ratio(parameters, name)
    return override


def _agreed(client: ClientData, value: CustomerValue) -> Iterator[tuple[str, tuple[float, Provenance]]]:
    """Yield by segment the contacts that were agreed or planned."""
    stated = getattr(client.config, "service_levels", None)
    workshop = agreed_in(getattr(client, "workshop", None), client.config.privacy.minimum_group).levels
    levels = pd.DataFrame() if workshop is None else workshop.set_index("segment")
    plan = dict(getattr(getattr(client.config, "controlling", None), "contacts_per_year", {}))
    for name in set(value.customers["segment"].astype(str)) & set(SEGMENTS):
        found = planned_level(name, stated, levels).get("contacts_per_year") if stated is not None else None
        if found is not None:
            yield name, measured(float(str(found[0])), ORIGINS[found[1]], kind=KINDS[found[1]])
        elif name in plan:
            yield name, measured(float(plan[name]), ORIGINS["plan"], kind="option")


def _with_range(entry: tuple[float, Provenance], parameter: Parameter) -> tuple[float, Provenance]:
    """Return an agreed need with the assumption's range around it; what was set by hand has none."""
    value, provenance = entry
    if provenance.kind == "option":
        return entry
    low, high = (value * end / parameter.value for end in (parameter.low, parameter.high))
    return value, replace(provenance, interval=Estimate(value=value, low=min(low, value), high=max(high, value)))


def _served(client: ClientData, value: CustomerValue, worked_h: float) -> dict[str, tuple[int, ServedNeed]]:
    """Return by segment the number of its customers and what the well-served of them get, where enough is known.

    Of the customers who were there all the time: who came or left in the period got less in it, however well he was served.
    """
    coverage = log_coverage(client, worked_h)
    counts = contact_counts(client, value)
    if coverage is None or counts is None:
        return {}
    counts = counts[counts["years"] >= THROUGHOUT * period_years(while_logged(client))]
    found = {}
    for name in SEGMENTS:
        each = select(counts, segment=name)["contacts"].to_numpy(dtype=float)
        if len(each) >= max(ENOUGH_SERVED, client.config.privacy.minimum_group) and each.sum() >= ENOUGH_CASES:
            found[name] = len(each), served_need(each, period_years(while_logged(client)) * coverage.share)
    return found


def _by_ratio(parameters: ParameterSet, name: str) -> tuple[float, Provenance]:
    """Return the need at its assumed ratio to the measured contacts, with its plausible range."""
    contacts = f"care.{name}.contacts_per_year"
    factor = parameters.value(contacts) / load_defaults().value(contacts)
    return times(parameters[f"care.{name}.needed_contacts_per_year"], factor, texts.ratio_to(parameters[contacts]))


def received_care(
    client: ClientData, value: CustomerValue, model_inputs: ModelInputs, parameters: ParameterSet
) -> pd.DataFrame:
    """Return how much of the care that customers need they receive, by segment.

    Returns
    -------
    DataFrame
        Columns segment, customers, measured, needed, needed_low, needed_high (contacts per customer and year),
        received_share with its 95 % interval low, high, and kind and source_de, source_en of the need. Only segments whose
        contacts were measured; the interval has the error of contacts and, where the need comes from the segment's own
        customers, is that of their ratio, in which the share of what was written down cancels.
    """
    served = _served(client, value, worked_for_log(model_inputs, parameters))
    customers = model_inputs.segment_customers()
    rows = []
    for name, path in zip(SEGMENTS, NEEDS, strict=True):
        contacts, need = parameters[f"care.{name}.contacts_per_year"], parameters[path]
        interval = contacts.provenance.interval
        if contacts.provenance.kind not in LOGGED or interval is None or not need.value > 0:
            continue
        share = Estimate(
            value=contacts.value / need.value, low=interval.low / need.value, high=interval.high / need.value
        )
        if need.provenance.kind == "partly" and name in served:
            share = served[name][1].received_share
        around = need.provenance.interval or Estimate(value=need.value, low=need.value, high=need.value)
        origin = need.provenance.origin
        head = (name, customers[name], contacts.value, need.value, around.low, around.high)
        rows.append((*head, share.value, share.low, share.high, need.provenance.kind, origin.de, origin.en))
    return pd.DataFrame(rows, columns=list(COLUMNS))
