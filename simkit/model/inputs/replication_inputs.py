"""The drawn inputs: every customer, case and absence of one replication with all its random draws, drawn before the run.

The run draws nothing. So two designs meet the same customers, cases and sickness, and a new stream moves no other number.
Demand that reacts to care is thinned: potential cases are drawn at the ceiling rate and are real when their draw says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Floats, order_of
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.random_streams import stream
from simkit.model.inputs import demand
from simkit.model.inputs.demand import Customers, Integers, Leads, Opportunities, Orders, Requests, Season
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.new_customers import FATES, could_be_won, new_leads, relative_hazard
from simkit.model.inputs.tenures import Succession, Tenure, vacant_per_filled
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
    reaction_ceiling: float
    """Multiple of it at which those of existing customers were drawn."""
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
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    *,
    seed: int,
    replication: int,
    today: ParameterSet | None = None,
) -> ReplicationInputs:
    """Draw one replication.

    Parameters
    ----------
    parameters : ParameterSet
        The parameter set with the overrides of client and scenario, not of a design.
    seed, replication : int
        Together with a stream's name they fix every number.
    today : ParameterSet, optional
        The parameter set without the scenario: its turnover has left posts vacant at the start; default `parameters`.

    Returns
    -------
    ReplicationInputs
        The tables; nothing random is left to the run.
    """
    vacant = vacant_per_filled(today or parameters, model_inputs.calendar_ratio)
    return _Drawing(model_inputs, parameters, seed, replication, vacant).inputs()


class _Drawing:
    """Draws the tables one after the other; each from streams of its own."""

    def __init__(
        self, model_inputs: ModelInputs, parameters: ParameterSet, seed: int, replication: int, vacant_share: float
    ) -> None:
        self.vacant_share = vacant_share
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
        self.reaction = v("reaction.rate_ceiling")
        self.listed = len(model_inputs.customers)
        self.new = new_leads(model_inputs, parameters)

    def inputs(self) -> ReplicationInputs:
        succession = self.succession()
        new_at = self.new_lead_times()
        customers, new_customer = self.customers(new_at)
        # Children are counted from the top of the family: lead -> opportunity -> order.
        lead_at, lead_customer, first_prospect = self.lead_arrivals(customers, new_at, new_customer)
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
            reaction_ceiling=self.reaction,
            customers=customers,
            orders=self.orders(order_at, order_customer, order_class, customers, len(opportunity_at)),
            opportunities=opportunities,
            leads=self.leads(lead_at, lead_customer, len(new_at), first_prospect),
            requests=self.requests(customers),
            tenures=succession.tenures(),
            succession=succession,
        )

    # --- streams -------------------------------------------------------------------------------------------------

    def stream(self, name: str) -> np.random.Generator:
        return stream(self.seed, self.replication, name)

    def delay(self, name: str, order_class: str, *shape: int) -> Floats:
        cv = self.parameters.value(f"orders.{order_class}.partner_delay_cv")
        return demand.lognormal_draws(self.stream(name), cv, shape)

    def effort(self, name: str, *shape: int) -> Floats:
        """Effort draws: lognormal with mean 1 and the parameter's coefficient of variation."""
        return demand.lognormal_draws(self.stream(name), self.cv, shape)

    def uniform(self, name: str, count: int) -> demand.Draws:
        return demand.draws_of(self.stream(name).random(count))

    # --- customers -----------------------------------------------------------------------------------------------

    def new_lead_times(self) -> Floats:
        """Return when the leads of new customers come, drawn above their rate so that referrals can rise."""
        drawn = self.new.per_year * self.new.ceiling
        return self.arrival_times("leads.new", drawn) if self.listed and drawn > 0 else np.zeros(0)

    def customers(self, new_at: Floats) -> tuple[Customers, Integers]:
        """Return the customers, and which of them each lead of a new customer could win: a copy of somebody who is one."""
        frame, new = self.model_inputs.customers, len(new_at)
        copied = self.pick_customers("customers.new", new, relative_hazard(self.model_inputs, self.parameters))
        uniform = {name: self.stream(name).random(new) for name in FATES}
        quality = self.stream("opportunities.quality").standard_normal(new)
        possible = could_be_won(self.parameters, uniform, quality)
        order = np.argsort(~possible, kind="stable")
        number = np.empty(new, dtype=np.int64)
        number[order] = self.listed + np.arange(new)
        rows = np.concatenate([np.arange(self.listed), copied[order]]).astype(np.int64)
        known_h = np.concatenate([np.full(self.listed, -np.inf), np.where(possible, new_at, np.inf)[order]])
        count, reachable = len(rows), self.listed + int(possible.sum())
        contacts = math.ceil(CONTACTS_PER_YEAR_CAP * self.years) + 2
        extra = math.ceil(CONTACTS_PER_YEAR_CAP * self.years) + 2
        codes = frame["segment"].map({name: code for code, name in enumerate(SEGMENTS)}).to_numpy(dtype=np.int64)
        customers = Customers(
            segment=codes[rows].tolist(),
            order_rate=frame["order_rate_per_year"].to_numpy(dtype=float)[rows],
            value_factor=frame["value_factor"].to_numpy(dtype=float)[rows],
            dormant=(np.arange(count) >= self.listed).tolist(),
            known_h=known_h,
            churn_threshold=self.stream("customers.churn").exponential(1.0, count),
            channel=self.stream("customers.channel").random(count),
            care_phase=self.stream("care.phase").random(count),
            care_effort=self.effort("care.effort", reachable, contacts, 3),
            care_adoption=self.stream("care.adoption").random((reachable, contacts)),
            extra_effort=self.effort("extra.effort", reachable, extra, 3),
        )
        return customers, number

    # --- arrivals ------------------------------------------------------------------------------------------------

    def arrival_times(self, name: str, per_year: float) -> Floats:
        """Sorted times of a Poisson process at the ceiling level, spread over the year as the seasons say."""
        draw = self.stream(name)
        count = int(draw.poisson(per_year * self.level * self.years * self.season.factor))
        return np.sort(self.season.placed(draw.uniform(self.start_h, self.end_h, count)))

    def pick_customers(self, name: str, count: int, weight: Floats) -> Integers:
        """Pick customers in proportion to a weight."""
        if count == 0 or weight.sum() <= 0:
            return np.zeros(count, dtype=np.int64)
        edges = np.cumsum(weight) / weight.sum()
        return np.searchsorted(edges, self.stream(name).random(count), side="right").clip(max=len(weight) - 1)

    def demand_of_customers(self, name: str, per_year: float, customers: Customers) -> tuple[Floats, Integers]:
        """Return times and customers of what customers ask for, in proportion to their orders, at the ceiling of their reaction.

        Those whom a lead can win have demand from that lead on; it is real once they are won.
        """
        weight = customers.order_rate[: customers.reachable]
        listed = float(weight[: self.listed].sum())
        if listed <= 0:
            return np.zeros(0), np.zeros(0, dtype=np.int64)
        at = self.arrival_times(f"{name}.arrival", per_year * self.reaction * float(weight.sum()) / listed)
        customer = self.pick_customers(f"{name}.customer", len(at), weight)
        known = at >= customers.known_h[customer]
        return at[known], customer[known]

    def lead_arrivals(
        self, customers: Customers, new_at: Floats, new_customer: Integers
    ) -> tuple[Floats, Integers, int]:
        v = self.parameters.value
        at, customer = self.demand_of_customers("leads", v("leads.per_year") - self.new.per_year, customers)
        ceiling = int(v("extra.leads_ceiling_per_year") * self.years) if self.listed else 0
        found = self.pick_customers("leads.found", ceiling, customers.order_rate[: self.listed])
        times = np.concatenate([new_at, at, np.full(ceiling, np.inf)])
        return times, np.concatenate([new_customer, customer, found]), len(new_at) + len(at)

    def opportunity_arrivals(self, customers: Customers, lead_customer: Integers) -> tuple[Floats, Integers]:
        per_year = self.parameters.value("opportunities.per_year")
        at, customer = self.demand_of_customers("opportunities", per_year, customers)
        return np.concatenate([np.full(len(lead_customer), np.inf), at]), np.concatenate([lead_customer, customer])

    def order_arrivals(self, customers: Customers, opportunity_customer: Integers) -> tuple[Floats, Integers]:
        draw = self.stream("orders.arrival")
        ceiling = self.reaction * self.level * self.years
        counts = draw.poisson(customers.order_rate[: customers.reachable] * ceiling * self.season.factor)
        customer = np.repeat(np.arange(len(counts)), counts)
        at = self.season.placed(draw.uniform(self.start_h, self.end_h, len(customer)))
        known = at >= customers.known_h[customer]
        at, customer = at[known], customer[known]
        order = order_of(at)
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
        drawn: Integers = np.zeros(len(draws), dtype=np.int64)
        for edge in np.cumsum(others).tolist():
            drawn += draws >= edge * (1 - bespoke)
        return drawn

    # --- cases ---------------------------------------------------------------------------------------------------

    def orders(
        self, at: Floats, customer: Integers, order_class: Integers, customers: Customers, children: int
    ) -> Orders:
        count, own = len(at), len(at) - children
        v = self.parameters.value
        mean = np.array([v(f"orders.{name}.value_amount") for name in CLASSES])
        spread = demand.lognormal_draws(self.stream("orders.value"), v("orders.value_cv"), (count,))
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
            delays.append(self.delay(f"orders.{name}.delays", name, rows, partners, ROUND_CAP + 1))
        return Orders(
            at=at,
            customer=demand.codes_of(customer),
            order_class=demand.codes_of(order_class),
            thin=self.uniform("orders.thin", count),
            adoption=self.uniform("orders.adoption", count),
            clarification=self.uniform("orders.clarification", count),
            value_amount=demand.draws_of(mean[order_class] * customers.value_factor[customer] * spread * child),
            convert=self.uniform("orders.convert", count),
            instead=self.uniform("orders.instead", count),
            patience=demand.draws_of(self.stream("orders.patience").uniform(0.6, 1.4, count)),
            rework=self.uniform("orders.rework", count),
            production=demand.draws_of(self.stream("orders.production").standard_normal(count)),
            step_effort=self.effort("orders.steps", count, 4),
            row_in_class=demand.codes_of(row_in_class),
            repeats=tuple(repeats),
            round_effort=tuple(efforts),
            round_delay=tuple(delays),
        )

    def opportunities(self, at: Floats, lead_at: Floats, customer: Integers, first_order: int) -> Opportunities:
        count = len(at)
        known = np.concatenate([lead_at, at[len(lead_at) :]])
        drawn = self.classes(self.stream("opportunities.class").random(count), known)
        return Opportunities(
            at=at,
            customer=demand.codes_of(customer),
            order_class=demand.codes_of(drawn),
            thin=self.uniform("opportunities.thin", count),
            adoption=self.uniform("opportunities.adoption", count),
            clarification=self.uniform("opportunities.clarification", count),
            quality=demand.draws_of(self.stream("opportunities.quality").standard_normal(count)),
            assessed=demand.draws_of(self.stream("opportunities.assessed").standard_normal(count)),
            instead=self.uniform("opportunities.instead", count),
            access=self.uniform("opportunities.access", count),
            deadline=self.uniform("opportunities.deadline", count),
            won=self.uniform("opportunities.won", count),
            left=self.uniform("opportunities.left", count),
            undecided=self.uniform("opportunities.undecided", count),
            feasibility=self.uniform("opportunities.feasibility", count),
            repeats=self.uniform("opportunities.repeats", count),
            step_effort=self.effort("opportunities.steps", count, 4 + FOLLOW_UP_CAP),
            round_effort=self.effort("opportunities.rounds", count, ROUND_CAP + 1),
            round_delay=self.delay("opportunities.delays", "bespoke", count, ROUND_CAP + 1),
            follow_up_delay=self.stream("opportunities.follow_up").uniform(0.5, 1.5, (count, FOLLOW_UP_CAP)),
            order=demand.codes_of(np.arange(count) + first_order),
        )

    def leads(self, at: Floats, customer: Integers, new: int, first_prospect: int) -> Leads:
        count = len(at)
        thin = self.stream("leads.thin").random(count)
        thin[:new] *= self.new.ceiling
        return Leads(
            at=at,
            customer=demand.codes_of(customer),
            order_class=demand.codes_of(np.zeros(count, dtype=np.int64)),
            thin=demand.draws_of(thin),
            adoption=self.uniform("leads.adoption", count),
            clarification=self.uniform("leads.clarification", count),
            effort=demand.draws_of(self.effort("leads.effort", count)),
            qualified=self.uniform("leads.qualified", count),
            referrer=demand.draws_of(np.concatenate([self.referrers(new), np.full(count - new, -1.0)])),
            first_existing=new,
            first_prospect=first_prospect,
        )

    def referrers(self, count: int) -> Floats:
        """Draw who recommends a new customer, for the share of leads that are referred: a place among the orders of all then."""
        referred = self.stream("leads.referred").random(count) < self.parameters.value("reaction.referral_share")
        return np.where(referred, self.stream("leads.referrer").random(count), -1.0)

    def requests(self, customers: Customers) -> Requests:
        per_year = self.parameters.value("service.requests_per_year")
        at, customer = self.demand_of_customers("service", per_year, customers)
        return Requests(
            at=at,
            customer=demand.codes_of(customer),
            order_class=demand.codes_of(np.zeros(count := len(at), dtype=np.int64)),
            thin=self.uniform("service.thin", count),
            adoption=self.uniform("service.adoption", count),
            clarification=self.uniform("service.clarification", count),
            effort=demand.draws_of(self.effort("service.effort", count)),
            coordinated=self.uniform("service.coordinated", count),
            coordination_effort=demand.draws_of(self.effort("service.coordination", count)),
            delay=demand.draws_of(self.delay("service.delay", "standard", count)),
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
            vacant_share=self.vacant_share,
        )
