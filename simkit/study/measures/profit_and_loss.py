"""The money of a run: revenue, contribution, every cost, and profit, by any windows of time that end on day borders.

Years and months are read off the same profit and loss, so twelve months add up to their year.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Flags, Floats, Whole
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.event_log.event_log import KIND_CODE, OUTCOME_CODE, Record
from simkit.model.event_log.order_amounts import by_class
from simkit.model.event_log.time_accounts import hours_of_entries, window_of
from simkit.model.event_log.work_in_progress import OpenWork
from simkit.model.rules.workload import expected_contribution_amount
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS

PARTNER = 1
DAYS_PER_WEEK = 7
ASSISTED = {"administration": "assistance.entry_share", "coordination": "assistance.coordination_share"}


class ProfitAndLoss:
    """What a run earned and cost in each window.

    Parameters
    ----------
    edges : sequence of float
        Borders of the windows, office hours since go-live, ascending, on day borders.
    open_work : OpenWork
        What is left to do in open cases, for the work in progress.

    Notes
    -----
    All arrays have one value per window, in the client's currency. With the parameters as they ship, price rise, partner
    margin, assistance, levers, penalties and the cost of the change of a design that moves nothing are 0.
    """

    def __init__(self, record: Record, edges: Sequence[float], open_work: OpenWork) -> None:
        self.record, self.edges, self.open_work = record, list(edges), open_work
        self.windows = len(self.edges) - 1
        self.years = np.diff(self.edges) / record.year_h
        self.value = record.parameters.value

    @cached_property
    def window(self) -> Whole:
        """(cases,) window in which each order ended; −1 for other cases, and for one that ended in none."""
        cases = self.record.case_columns
        return np.where(cases.kind == KIND_CODE["order"], window_of(cases.ended_h, self.edges), -1)

    @cached_property
    def delivered(self) -> Flags:
        """(cases,) whether it is an order that was delivered in a window."""
        return self._ended("delivered")

    @cached_property
    def missed(self) -> Floats:
        """Contribution of the orders that were cancelled or refused, at the old price."""
        return self._sum(self._ended("cancelled") | self._ended("refused"), self.open_work.amounts.contribution_amount)

    def _ended(self, outcome: str) -> Flags:
        ended: Flags = (self.window >= 0) & (self.record.case_columns.outcome == OUTCOME_CODE[outcome])
        return ended

    @cached_property
    def new_price(self) -> Flags:
        """(cases,) whether it is an order delivered at the new price: one that was placed after go-live."""
        return self.delivered & (self.record.case_columns.arrived_h >= 0)

    @cached_property
    def price_rise(self) -> Floats:
        """What the rise of the price brings, all of it contribution."""
        return self._sum(self.new_price, self.open_work.amounts.price_amount) * self.value("price.rise_share")

    @cached_property
    def revenue(self) -> Floats:
        """Price of the orders delivered, as it was when they were placed."""
        return self._sum(self.delivered, self.open_work.amounts.price_amount) + self.price_rise

    @cached_property
    def contribution(self) -> Floats:
        """What the delivered orders brought beyond their own cost, plus the rise of the price."""
        return self._sum(self.delivered, self.open_work.amounts.contribution_amount) + self.price_rise

    @cached_property
    def contribution_by_segment(self) -> tuple[Floats, ...]:
        """Contribution of each segment's orders, in the order of the segments; together they are the contribution."""
        rise, amounts = self.value("price.rise_share"), self.open_work.amounts
        found = []
        for code in range(len(SEGMENTS)):
            mine = self.record.case_columns.segment == code
            earned = self._sum(self.delivered & mine, amounts.contribution_amount)
            found.append(earned + self._sum(self.new_price & mine, amounts.price_amount) * rise)
        return tuple(found)

    @cached_property
    def progress(self) -> Floats:
        """Change of the value of work in progress."""
        return np.diff(self.open_work.progress_amount(self.edges))

    @cached_property
    def staff(self) -> Floats:
        """Salaries with paid overtime."""
        record, factor = self.record, self.value("money.overtime_factor")
        paid_h = record.between(record.contract_sums, self.edges) + factor * record.between(
            record.overtime_sums, self.edges
        )
        by_hour = np.array([one.cost_amount / (one.fte * record.year_h) for one in record.people])
        staff: Floats = (by_hour[:, None] * paid_h).sum(axis=0)
        return staff

    @cached_property
    def head_years(self) -> Floats:
        """Heads on board × years."""
        record = self.record
        full_h = np.array([one.fte * record.year_h for one in record.people])
        heads: Floats = (record.between(record.contract_sums, self.edges) / full_h[:, None]).sum(axis=0)
        return heads

    @cached_property
    def tools(self) -> Floats:
        """Tools, by the head on board."""
        return self.head_years * self.value("money.tools_amount_per_head")

    @cached_property
    def hiring(self) -> Floats:
        """Cost of those who took up a post."""
        people = self.record.people
        joined = [p.joins_h for p in people if p.number > 0 and 0 <= p.joins_h < self.record.end_h]
        return self._count(np.array(joined)) * self.value("money.hire_amount")

    @cached_property
    def partner_margin(self) -> Floats:
        """Margin given away on orders that customers of partners placed after go-live."""
        share = self.value("partner.margin_share") * (1 + self.value("price.rise_share"))
        channels = np.array(self.record.channels, dtype=int)
        if share == 0 or not (channels == PARTNER).any():
            return np.zeros(self.windows)
        theirs = channels[self.record.case_columns.customer] == PARTNER
        return self._sum(self.new_price & theirs, self.open_work.amounts.price_amount) * share

    @cached_property
    def penalty(self) -> Floats:
        """Penalties for late delivery: price × share per calendar week after the promised time, up to the cap."""
        share, cases = self.value("lateness.penalty_share_per_week"), self.record.case_columns
        if share == 0:
            return np.zeros(self.windows)
        promised_h = np.where(
            cases.adopted,
            by_class(cases.order_class, _promised_h(self.record.parameters)),
            by_class(cases.order_class, _promised_h(self.record.inputs.parameters)),
        )
        over_h = cases.ended_h - cases.arrived_h - promised_h
        week_h = DAYS_PER_WEEK * self.record.inputs.model_inputs.calendar_ratio * self.record.day_h
        owed = np.minimum(share * np.clip(over_h, 0.0, None) / week_h, self.value("lateness.penalty_cap_share"))
        return self._sum(self.delivered, self.open_work.amounts.price_amount * owed)

    @cached_property
    def assistance(self) -> Floats:
        """Hours of entry and coordination of orders that assistants take over: what is left × share / (1 − share)."""
        shares = {name: self.value(parameter) for name, parameter in ASSISTED.items()}
        if not any(shares.values()):
            return np.zeros(self.windows)
        entries = hours_of_entries(self.record, self.edges)
        cases, tasks = self.record.case_columns, self.record.task_columns
        helped = (cases.kind == KIND_CODE["order"]) & cases.adopted
        mine = (tasks.of_case(helped, False) & (tasks.extra == 0))[entries.task]
        total = np.zeros(self.windows)
        for name, share in shares.items():
            done = mine & (entries.activity == ACTIVITIES.index(name))
            hours = entries.sums(entries.content_h, self.windows, done)
            total += hours * share / (1 - share) * self.value("assistance.hour_amount")
        return total

    @cached_property
    def levers(self) -> Floats:
        """Cost of levers: once at go-live, by the year, by the head, bonuses, and leads bought."""
        running = self.years * self.value("levers.per_year_amount")
        by_head = self.head_years * self.value("levers.per_head_amount")
        bonus = self.contribution * self.value("levers.bonus_share")
        return self._at_once("levers.once_amount") + running + by_head + bonus + self.bought_leads

    @cached_property
    def bought_leads(self) -> Floats:
        """Price of the leads that arrive beyond today's inflow; those that sellers find themselves cost nothing."""
        factor, price = self.value("leads.inflow_factor"), self.value("leads.bought_amount")
        if factor <= 1 or price == 0:
            return np.zeros(self.windows)
        cases = self.record.case_columns
        arrived = (cases.kind == KIND_CODE["lead"]) & (cases.row < self.record.inputs.leads.first_prospect)
        return self._count(cases.arrived_h[arrived]) * (1 - 1 / factor) * price

    @cached_property
    def change(self) -> Floats:
        """One-off cost of the change, at go-live: the project, and what it costs to move people and accounts."""
        moved = self.record.people_moved * self.value("transition.amount_per_person_moved")
        moved += self.record.accounts_moved * self.value("transition.amount_per_account_moved")
        return self._at_once("transition.once_amount", moved)

    @cached_property
    def once(self) -> Floats:
        """What is paid once, at go-live: for the change, and for levers."""
        return self.change + self._at_once("levers.once_amount")

    @cached_property
    def cost(self) -> Floats:
        """All cost of the sales organisation."""
        people = self.staff + self.tools + self.hiring
        return people + self.partner_margin + self.assistance + self.levers + self.penalty + self.change

    @cached_property
    def sales_profit(self) -> Floats:
        """Contribution and change of work in progress less all cost of the sales organisation."""
        return self.contribution + self.progress - self.cost

    @cached_property
    def company_profit(self) -> Floats:
        """Profit of sales less fixed cost outside sales, which no design and no scenario changes."""
        inputs = self.record.inputs
        expected = expected_contribution_amount(inputs.model_inputs, inputs.parameters)
        return self.sales_profit - self.value("money.fixed_cost_share") * expected * self.years

    def _at_once(self, parameter: str, besides_amount: float = 0.0) -> Floats:
        amount = np.zeros(self.windows)
        amount[0] = self.value(parameter) + besides_amount
        return amount

    def _sum(self, orders: Flags, amounts: Floats) -> Floats:
        return np.bincount(self.window[orders], amounts[orders], self.windows).astype(float)

    def _count(self, at_h: Floats) -> Floats:
        window = window_of(at_h, self.edges)
        return np.bincount(window[window >= 0], minlength=self.windows).astype(float)


def _promised_h(parameters: ParameterSet) -> dict[str, float]:
    """Return the promised time by class, office hours."""
    day_h = parameters.value("time.day_h")
    return {name: parameters.value(f"orders.{name}.promised_days") * day_h for name in CLASSES}
