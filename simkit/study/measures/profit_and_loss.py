"""The money of a run: revenue, contribution, every cost, and profit, by any windows of time that end on day borders.

Years and months are read off the same profit and loss, so twelve months add up to their year.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Floats, select
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.order_amounts import by_class
from simkit.model.event_log.time_accounts import entry_hours
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
    def delivered(self) -> pd.DataFrame:
        """Orders delivered in a window."""
        return self._orders("delivered")

    @cached_property
    def missed(self) -> Floats:
        """Contribution of the orders that were cancelled or refused, at the old price."""
        return self._sum(self._orders("cancelled", "refused"), "contribution_amount")

    def _orders(self, *outcomes: str) -> pd.DataFrame:
        cases, amounts = self.record.cases, self.open_work.amounts
        chosen = ((cases["kind"] == "order") & cases["outcome"].isin(outcomes)).to_numpy(bool)
        orders = cases[chosen].assign(
            price_amount=amounts.price_amount[chosen], contribution_amount=amounts.contribution_amount[chosen]
        )
        return self._with_window(orders, "ended_h")

    @cached_property
    def new_price(self) -> pd.DataFrame:
        """Delivered orders at the new price: those placed after go-live."""
        return self.delivered[self.delivered["arrived_h"].to_numpy(float) >= 0]

    @cached_property
    def price_rise(self) -> Floats:
        """What the rise of the price brings, all of it contribution."""
        return self._sum(self.new_price, "price_amount") * self.value("price.rise_share")

    @cached_property
    def revenue(self) -> Floats:
        """Price of the orders delivered, as it was when they were placed."""
        return self._sum(self.delivered, "price_amount") + self.price_rise

    @cached_property
    def contribution(self) -> Floats:
        """What the delivered orders brought beyond their own cost, plus the rise of the price."""
        return self._sum(self.delivered, "contribution_amount") + self.price_rise

    @cached_property
    def contribution_by_segment(self) -> tuple[Floats, ...]:
        """Contribution of each segment's orders, in the order of the segments; together they are the contribution."""
        rise = self.value("price.rise_share")
        return tuple(
            self._sum(select(self.delivered, segment=segment), "contribution_amount")
            + self._sum(select(self.new_price, segment=segment), "price_amount") * rise
            for segment in SEGMENTS
        )

    @cached_property
    def progress(self) -> Floats:
        """Change of the value of work in progress."""
        return np.diff([self.open_work.progress_amount(edge) for edge in self.edges])

    @cached_property
    def staff(self) -> Floats:
        """Salaries with paid overtime."""
        total, factor = np.zeros(self.windows), self.value("money.overtime_factor")
        for person in self.record.people:
            paid_h = self._days(person.contract_h) + factor * self._days(person.overtime_h)
            total += person.cost_amount / (person.fte * self.record.year_h) * paid_h
        return total

    @cached_property
    def head_years(self) -> Floats:
        """Heads on board × years."""
        total = np.zeros(self.windows)
        for person in self.record.people:
            total += self._days(person.contract_h) / (person.fte * self.record.year_h)
        return total

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
        theirs = channels[self.new_price["customer"].to_numpy(int)] == PARTNER
        return self._sum(self.new_price[theirs], "price_amount") * share

    @cached_property
    def penalty(self) -> Floats:
        """Penalties for late delivery: price × share per calendar week after the promised time, up to the cap."""
        share, late = self.value("lateness.penalty_share_per_week"), self.delivered
        if share == 0 or late.empty:
            return np.zeros(self.windows)
        promised_h = np.where(
            late["adopted"].to_numpy(bool),
            by_class(late["order_class"], _promised_h(self.record.parameters)),
            by_class(late["order_class"], _promised_h(self.record.inputs.parameters)),
        )
        over_h = (late["ended_h"] - late["arrived_h"]).to_numpy(float) - promised_h
        week_h = DAYS_PER_WEEK * self.record.inputs.model_inputs.calendar_ratio * self.record.day_h
        owed = np.minimum(share * np.clip(over_h, 0.0, None) / week_h, self.value("lateness.penalty_cap_share"))
        return self._sum(late.assign(penalty_amount=late["price_amount"] * owed), "penalty_amount")

    @cached_property
    def assistance(self) -> Floats:
        """Hours of entry and coordination of orders that assistants take over: what is left × share / (1 − share)."""
        shares = {name: self.value(parameter) for name, parameter in ASSISTED.items()}
        if not any(shares.values()):
            return np.zeros(self.windows)
        entries = entry_hours(self.record, self.edges)
        cases = self.record.cases
        helped = cases.loc[(cases["kind"] == "order") & cases["adopted"].astype(bool), "case"]
        mine = entries[entries["case"].isin(helped) & (entries["extra"] == 0)]
        total = np.zeros(self.windows)
        for name, share in shares.items():
            done = select(mine, activity=ACTIVITIES.index(name))
            hours = np.bincount(done["window"].to_numpy(int), done["content_h"].to_numpy(float), self.windows)
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
        cases = self.record.cases
        arrived = cases[(cases["kind"] == "lead") & (cases["row"] < self.record.inputs.leads.first_prospect)]
        return self._count(arrived["arrived_h"].to_numpy(float)) * (1 - 1 / factor) * price

    @cached_property
    def change(self) -> Floats:
        """One-off cost of the change, at go-live: the project, and what it costs to move people and accounts."""
        moved = self.record.people_moved * self.value("transition.amount_per_person_moved")
        moved += self.record.accounts_moved * self.value("transition.amount_per_account_moved")
        return self._at_once("transition.once_amount", moved)

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

    def _with_window(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        at = frame[column].to_numpy(float)
        inside = (at >= self.edges[0]) & (at < self.edges[-1])
        window = np.searchsorted(self.edges, at[inside], side="right") - 1
        return frame[inside].assign(window=window)

    def _sum(self, frame: pd.DataFrame, column: str) -> Floats:
        amounts = frame[column].to_numpy(float)
        return np.bincount(frame["window"].to_numpy(int), amounts, self.windows).astype(float)

    def _count(self, at_h: Floats) -> Floats:
        inside = at_h[(at_h >= self.edges[0]) & (at_h < self.edges[-1])]
        return np.bincount(np.searchsorted(self.edges, inside, side="right") - 1, minlength=self.windows).astype(float)

    def _days(self, per_day: Floats) -> Floats:
        """Return the sums of what a person has by day."""
        record = self.record
        days = [round((edge - record.start_h) / record.day_h) for edge in self.edges]
        total = np.concatenate([[0.0], np.cumsum(per_day)])
        return np.diff(total[np.clip(days, 0, len(per_day))])


def _promised_h(parameters: ParameterSet) -> dict[str, float]:
    """Return the promised time by class, office hours."""
    day_h = parameters.value("time.day_h")
    return {name: parameters.value(f"orders.{name}.promised_days") * day_h for name in CLASSES}
