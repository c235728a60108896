"""The drawn inputs: every customer, case and absence of one replication with all its random draws, drawn before the run.

The run draws nothing. So two designs meet the same customers, cases and sickness, and a new stream moves no other number.
Demand that reacts to care is thinned: potential cases are drawn at the ceiling rate and are real when their draw says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.random_streams import stream
from simkit.model.inputs.demand import Customers, Integers, Leads, Opportunities, Orders, Requests, Season
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.tenures import Succession, Tenure
from simkit.model.specification.model_parameters import BESPOKE, CLASSES, PARTNER_CAP, ROUND_CAP, SEGMENTS

CONTACTS_PER_YEAR_CAP = 24  # upper end of the parameters care.*.contacts_per_year
FOLLOW_UP_CAP = 12  # upper ends of the parameters opportunities.follow_ups and, per missing flag, drift.follow_ups


@dataclass(frozen=True, kw_only=True)
class ReplicationInputs:
    """One replication's demand and people, the same for every design."""

    model_inputs: ModelInputs
    parameters: ParameterSet
    seed: int
    replication: int
    """What it was drawn with."""
    start_h: float
    end_h: float
    """First and last office hour; go-live is 0."""
    ceiling_level: float
    """Demand level at which potential cases were drawn."""
    customers: Customers
    orders: Orders
    opportunities: Opportunities
    leads: Leads
    requests: Requests
    tenures: tuple[tuple[Tenure, ...], ...]  # per post, in order of succession, when nobody leaves because of overload
    succession: Succession

    @property
    def days(self) -> int:
        """Working days from the start of the warm-up to the end."""
        return round((self.end_h - self.start_h) / self.parameters.value("time.day_h"))


def draw_inputs(
    model_inputs: ModelInputs, parameters: ParameterSet, *, seed: int, replication: int
) -> ReplicationInputs:
    """Draw one replication.

    Parameters
    ----------
    parameters : ParameterSet
        The parameter set with the overrides of client and scenario, not of a design.
    seed, replication : int
        Together with a stream's name they fix every number.

    Returns
    -------
    ReplicationInputs
        The tables; nothing random is left to the run.
    """
    return _Drawing(model_inputs, parameters, seed, replication).inputs()


class _Drawing:
    """Draws the tables one after the other; each from streams of its own."""

    def __init__(self, model_inputs: ModelInputs, parameters: ParameterSet, seed: int, replication: int) -> None:
        self.model_inputs, self.parameters, self.seed, self.replication = model_inputs, parameters, seed, replication
        v = parameters.value
        self.day_h = v("time.day_h")
        self.year_h = self.day_h * v("time.days_per_year")
        warm_days = round(v("time.warm_up_years") * v("time.days_per_year"))
        horizon_days = round(v("time.horizon_years") * v("time.days_per_year"))
        self.start_h, self.end_h = -warm_days * self.day_h, horizon_days * self.day_h
        self.years = (self.end_h - self.start_h) / self.year_h
        self.season = Season.of(parameters, self.start_h, self.end_h, self.year_h)
        self.cv = v("effort.cv")
        growth = (1 + v("demand.growth_per_year")) ** v("time.horizon_years")
        self.level = max(v("demand.ceiling"), v("demand.level") * max(1.0, growth))

    def inputs(self) -> ReplicationInputs:
        succession = self.succession()
        customers = self.customers()
        # Children are counted from the top of the family: lead -> opportunity -> order.
        lead_at, lead_customer, first_prospect = self.lead_arrivals(customers)
        opportunity_at, opportunity_customer = self.opportunity_arrivals(customers, lead_customer)
        order_at, order_customer = self.order_arrivals(customers, opportunity_customer)
        opportunities = self.opportunities(
            opportunity_at, lead_at, opportunity_customer, len(order_at) - len(opportunity_at)
        )
        order_class = self.order_classes(order_at, opportunities)
        return ReplicationInputs(
            model_inputs=self.model_inputs,
            parameters=self.parameters,
            seed=self.seed,
            replication=self.replication,
            start_h=self.start_h,
            end_h=self.end_h,
            ceiling_level=self.level,
            customers=customers,
            orders=self.orders(order_at, order_customer, order_class, customers, len(opportunity_at)),
            opportunities=opportunities,
            leads=self.leads(lead_at, lead_customer, first_prospect, len(opportunity_at) - len(lead_at)),
            requests=self.requests(customers),
            tenures=succession.tenures(),
            succession=succession,
        )

    # --- streams -------------------------------------------------------------------------------------------------

    def stream(self, name: str) -> np.random.Generator:
        return stream(self.seed, self.replication, name)

    def effort(self, name: str, *shape: int) -> Floats:
        """Effort draws: lognormal with mean 1 and the parameter's coefficient of variation."""
        return lognormal_draws(self.stream(name), self.cv, shape)

    def uniform(self, name: str, count: int) -> list[float]:
        draws: list[float] = self.stream(name).random(count).tolist()
        return draws

    # --- customers -----------------------------------------------------------------------------------------------

    def customers(self) -> Customers:
        frame = self.model_inputs.customers
        dormant = self.model_inputs.dormant_customers
        copied = self.stream("customers.dormant").integers(0, max(len(frame), 1), dormant)
        rows = np.concatenate([np.arange(len(frame)), copied]).astype(np.int64)
        count = len(rows)
        contacts = math.ceil(CONTACTS_PER_YEAR_CAP * self.years) + 2
        extra = math.ceil(CONTACTS_PER_YEAR_CAP * self.years) + 2
        codes = frame["segment"].map({name: code for code, name in enumerate(SEGMENTS)}).to_numpy(dtype=np.int64)
        return Customers(
            segment=codes[rows].tolist(),
            order_rate=frame["order_rate_per_year"].to_numpy(dtype=float)[rows],
            value_factor=frame["value_factor"].to_numpy(dtype=float)[rows],
            dormant=(np.arange(count) >= len(frame)).tolist(),
            churn_threshold=self.stream("customers.churn").exponential(1.0, count),
            channel=self.stream("customers.channel").random(count),
            care_phase=self.stream("care.phase").random(count),
            care_effort=self.effort("care.effort", count, contacts, 3),
            care_adoption=self.stream("care.adoption").random((count, contacts)),
            extra_effort=self.effort("extra.effort", count, extra, 3),
        )

    # --- arrivals ------------------------------------------------------------------------------------------------

    def arrival_times(self, name: str, per_year: float) -> Floats:
        """Sorted times of a Poisson process at the ceiling level, spread over the year as the seasons say."""
        draw = self.stream(name)
        count = int(draw.poisson(per_year * self.level * self.years * self.season.factor))
        return np.sort(self.season.placed(draw.uniform(self.start_h, self.end_h, count)))

    def pick_customers(self, name: str, count: int, customers: Customers) -> Integers:
        """Pick existing customers in proportion to their orders."""
        weight = customers.order_rate[: len(self.model_inputs.customers)]
        if count == 0 or weight.sum() <= 0:
            return np.zeros(count, dtype=np.int64)
        edges = np.cumsum(weight) / weight.sum()
        return np.searchsorted(edges, self.stream(name).random(count), side="right").clip(max=len(weight) - 1)

    def lead_arrivals(self, customers: Customers) -> tuple[Floats, Integers, int]:
        v = self.parameters.value
        at = (
            self.arrival_times("leads.arrival", v("leads.per_year"))
            if len(self.model_inputs.customers)
            else np.zeros(0)
        )
        ceiling = int(v("extra.leads_ceiling_per_year") * self.years) if len(self.model_inputs.customers) else 0
        count = len(at) + ceiling
        customer = self.pick_customers("leads.customer", count, customers)
        dormant = self.model_inputs.dormant_customers
        if dormant:
            new = self.stream("leads.new").random(count) < v("leads.new_customer_share")
            pick = self.stream("leads.new_customer").integers(0, dormant, count) + len(self.model_inputs.customers)
            customer = np.where(new, pick, customer)
        return np.concatenate([at, np.full(ceiling, np.inf)]), customer, len(at)

    def opportunity_arrivals(self, customers: Customers, lead_customer: Integers) -> tuple[Floats, Integers]:
        count_leads = len(lead_customer)
        per_year = self.parameters.value("opportunities.per_year")
        at = self.arrival_times("opportunities.arrival", per_year) if len(self.model_inputs.customers) else np.zeros(0)
        customer = self.pick_customers("opportunities.customer", len(at), customers)
        return np.concatenate([at, np.full(count_leads, np.inf)]), np.concatenate([customer, lead_customer])

    def order_arrivals(self, customers: Customers, opportunity_customer: Integers) -> tuple[Floats, Integers]:
        draw = self.stream("orders.arrival")
        ceiling = self.parameters.value("reaction.rate_ceiling") * self.level * self.years
        counts = draw.poisson(customers.order_rate * ceiling * self.season.factor)
        customer = np.repeat(np.arange(len(counts)), counts)
        at = self.season.placed(draw.uniform(self.start_h, self.end_h, len(customer)))
        order = np.argsort(at, kind="stable")
        children = len(opportunity_customer)
        return (
            np.concatenate([at[order], np.full(children, np.inf)]),
            np.concatenate([customer[order], opportunity_customer]),
        )

    def order_classes(self, at: Floats, opportunities: Opportunities) -> Integers:
        own = len(at) - len(opportunities.at)
        drawn = self.classes(self.stream("orders.class").random(own), at[:own])
        return np.concatenate([drawn, np.array(opportunities.order_class, dtype=np.int64)])

    def classes(self, draws: Floats, at: Floats) -> Integers:
        """Return the class that each draw means; the share of bespoke orders may rise from go-live on.

        What prospecting brings has no time of its own; it takes the shares of the middle of the horizon.
        """
        shares = np.array([self.parameters.value(f"orders.{name}.share") for name in CLASSES])
        shares = shares / max(shares.sum(), 1e-12)
        years = np.where(np.isinf(at), self.end_h / 2, np.maximum(at, 0.0)) / self.year_h
        bespoke = shares[BESPOKE] + self.parameters.value("demand.bespoke_rise_per_year") * years
        bespoke = np.clip(bespoke, 0.0, 1.0)
        others = shares[:BESPOKE] / max(shares[:BESPOKE].sum(), 1e-12)
        edges = np.cumsum(others)[None, :] * (1 - bespoke)[:, None]
        drawn: Integers = (draws[:, None] >= edges).sum(axis=1)
        return drawn

    # --- cases ---------------------------------------------------------------------------------------------------

    def orders(
        self, at: Floats, customer: Integers, order_class: Integers, customers: Customers, children: int
    ) -> Orders:
        count, own = len(at), len(at) - children
        v = self.parameters.value
        mean = np.array([v(f"orders.{name}.value_amount") for name in CLASSES])
        spread = lognormal_draws(self.stream("orders.value"), v("orders.value_cv"), (count,))
        child = np.where(np.arange(count) < own, 1.0, v("opportunities.value_factor"))
        row_in_class = np.zeros(count, dtype=np.int64)
        repeats, efforts, delays = [], [], []
        for code, name in enumerate(CLASSES):
            mask = order_class == code
            rows = int(mask.sum())
            row_in_class[mask] = np.arange(rows)
            partners = min(PARTNER_CAP, max(1, round(v(f"orders.{name}.partners"))))
            repeats.append(self.stream(f"orders.{name}.repeats").random((rows, partners)))
            efforts.append(self.effort(f"orders.{name}.rounds", rows, partners, ROUND_CAP + 1))
            delays.append(self.stream(f"orders.{name}.delays").exponential(1.0, (rows, partners, ROUND_CAP + 1)))
        return Orders(
            at=at,
            customer=customer.tolist(),
            order_class=order_class.tolist(),
            thin=self.uniform("orders.thin", count),
            adoption=self.uniform("orders.adoption", count),
            clarification=self.uniform("orders.clarification", count),
            value_amount=(mean[order_class] * customers.value_factor[customer] * spread * child).tolist(),
            convert=self.uniform("orders.convert", count),
            instead=self.uniform("orders.instead", count),
            patience=self.stream("orders.patience").uniform(0.6, 1.4, count).tolist(),
            rework=self.uniform("orders.rework", count),
            step_effort=self.effort("orders.steps", count, 4),
            row_in_class=row_in_class.tolist(),
            repeats=tuple(repeats),
            round_effort=tuple(efforts),
            round_delay=tuple(delays),
        )

    def opportunities(self, at: Floats, lead_at: Floats, customer: Integers, first_order: int) -> Opportunities:
        count = len(at)
        known = np.concatenate([at[: count - len(lead_at)], lead_at])
        drawn = self.classes(self.stream("opportunities.class").random(count), known)
        return Opportunities(
            at=at,
            customer=customer.tolist(),
            order_class=drawn.tolist(),
            thin=self.uniform("opportunities.thin", count),
            adoption=self.uniform("opportunities.adoption", count),
            clarification=self.uniform("opportunities.clarification", count),
            quality=self.stream("opportunities.quality").standard_normal(count).tolist(),
            assessed=self.stream("opportunities.assessed").standard_normal(count).tolist(),
            instead=self.uniform("opportunities.instead", count),
            access=self.uniform("opportunities.access", count),
            deadline=self.uniform("opportunities.deadline", count),
            won=self.uniform("opportunities.won", count),
            undecided=self.uniform("opportunities.undecided", count),
            feasibility=self.uniform("opportunities.feasibility", count),
            repeats=self.uniform("opportunities.repeats", count),
            step_effort=self.effort("opportunities.steps", count, 4 + FOLLOW_UP_CAP),
            round_effort=self.effort("opportunities.rounds", count, ROUND_CAP + 1),
            round_delay=self.stream("opportunities.delays").exponential(1.0, (count, ROUND_CAP + 1)),
            follow_up_delay=self.stream("opportunities.follow_up").uniform(0.5, 1.5, (count, FOLLOW_UP_CAP)),
            order=(np.arange(count) + first_order).tolist(),
        )

    def leads(self, at: Floats, customer: Integers, first_prospect: int, first_opportunity: int) -> Leads:
        count = len(at)
        return Leads(
            at=at,
            customer=customer.tolist(),
            order_class=[0] * count,
            thin=self.uniform("leads.thin", count),
            adoption=self.uniform("leads.adoption", count),
            clarification=self.uniform("leads.clarification", count),
            effort=self.effort("leads.effort", count).tolist(),
            qualified=self.uniform("leads.qualified", count),
            opportunity=(np.arange(count) + first_opportunity).tolist(),
            referrer=self.referrers(count),
            first_prospect=first_prospect,
        )

    def referrers(self, count: int) -> list[int]:
        """Draw who recommends: existing customers in proportion to their orders, for the share of leads that are referred."""
        if not len(self.model_inputs.customers):
            return [-1] * count
        referred = self.stream("leads.referred").random(count) < self.parameters.value("reaction.referral_share")
        weight = np.cumsum(self.model_inputs.customers["order_rate_per_year"].to_numpy(dtype=float))
        draws = self.stream("leads.referrer").random(count) * weight[-1]
        who = np.searchsorted(weight, draws, side="right").clip(max=len(weight) - 1)
        found: list[int] = np.where(referred, who, -1).tolist()
        return found

    def requests(self, customers: Customers) -> Requests:
        per_year = self.parameters.value("service.requests_per_year")
        at = self.arrival_times("service.arrival", per_year) if len(self.model_inputs.customers) else np.zeros(0)
        count = len(at)
        return Requests(
            at=at,
            customer=self.pick_customers("service.customer", count, customers).tolist(),
            order_class=[0] * count,
            thin=self.uniform("service.thin", count),
            adoption=self.uniform("service.adoption", count),
            clarification=self.uniform("service.clarification", count),
            effort=self.effort("service.effort", count).tolist(),
            coordinated=self.uniform("service.coordinated", count),
            coordination_effort=self.effort("service.coordination", count).tolist(),
            delay=self.stream("service.delay").exponential(1.0, count).tolist(),
        )

    # --- people --------------------------------------------------------------------------------------------------

    def succession(self) -> Succession:
        return Succession(
            model_inputs=self.model_inputs,
            parameters=self.parameters,
            seed=self.seed,
            replication=self.replication,
            start_h=self.start_h,
            end_h=self.end_h,
        )


def lognormal_draws(draw: np.random.Generator, cv: float, shape: tuple[int, ...]) -> Floats:
    """Draw lognormal draws with mean 1.

    Parameters
    ----------
    cv : float
        Coefficient of variation; 0 gives ones. sigma² = ln(1 + cv²), mu = −sigma²/2.
    shape : tuple of int
        Shape of the result.
    """
    if cv == 0:
        return np.ones(shape)
    variance = math.log1p(cv * cv)
    return np.exp(draw.standard_normal(shape) * math.sqrt(variance) - variance / 2)
