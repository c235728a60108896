"""Admission: does a case follow the new way, is it taken on at all, and as which order class?"""

from __future__ import annotations

import math

from simkit.model.engine.discretionary_work import DiscretionaryWork
from simkit.model.engine.event_loop import Clock
from simkit.model.engine.organisation import Organisation
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.rules.plain_parameters import Rules
from simkit.model.run_state import Case
from simkit.model.specification.model_parameters import BESPOKE, CONFIGURED, DROPPED_CUSTOMER, PARTNER, STANDARD

LOG_19 = math.log(19)  # odds of the S-curve at go-live: 5 % to 95 %
NO_LIMIT = 1000  # value of the parameter gate.open_deals_per_seller from which nothing is limited


class Admission:
    """Decides on every case at its arrival, by the draws of its row.

    Parameters
    ----------
    clock, inputs, organisation, discretionary_work
        The run's state; `discretionary_work` knows the discretionary time that went into modules.
    rules_today, rules : Rules
        Numbers before and after go-live.
    """

    def __init__(
        self,
        clock: Clock,
        inputs: ReplicationInputs,
        organisation: Organisation,
        discretionary_work: DiscretionaryWork,
        rules_today: Rules,
        rules: Rules,
    ) -> None:
        self.clock, self.inputs, self.organisation, self.discretionary_work, self.rules = (
            clock,
            inputs,
            organisation,
            discretionary_work,
            rules,
        )
        self.limited = min(rules.open_deals_per_seller, rules_today.open_deals_per_seller) < NO_LIMIT
        self.deals: dict[int, Case] = {}  # open leads and opportunities, where their number is limited
        self.builders = rules.everyone_builds or any(unit.builds for unit in organisation.design.units)
        self.blocked_modules_h = 0.0

    def adopts(self, draw: float) -> bool:
        """Tell whether a case follows the new way: an S-curve from 5 % at go-live, half at the parameter's month."""
        if not self.organisation.live:
            return False
        half_h, willing = self.rules.adoption_half_h, 1 - self.rules.old_habit_share
        if half_h == 0:
            return draw < willing
        return draw < willing / (1 + math.exp(-LOG_19 * (self.clock.now / half_h - 1)))

    def offered_class(self, kind: str, row: int, order_class: int, customer: int, parent: Case | None) -> int | None:
        """Return the class that the customer gets; None where he wants bespoke or nothing and his segment is not offered it.

        Modules convert orders. What was sold is not refused as an order.
        """
        if kind == "order":
            order_class = self.converted_class(order_class, self.inputs.orders.convert[row])
        segment = self.inputs.customers.segment[customer]
        sold = kind == "order" and parent is not None
        if order_class != BESPOKE or sold or self.rules.bespoke_allowed[segment]:
            return order_class
        instead = (self.inputs.orders if kind == "order" else self.inputs.opportunities).instead[row]
        return CONFIGURED if instead < self.rules.accepted_share else None

    def converted_class(self, order_class: int, draw: float) -> int:
        """Return the class of an order after conversion by modules."""
        if not self.builders:
            return order_class
        bespoke, configured = self.converted()
        if order_class == BESPOKE and draw < bespoke:
            return CONFIGURED
        return STANDARD if order_class == CONFIGURED and draw < configured else order_class

    def refuses(self, case: Case) -> bool:
        """Tell whether a case is not taken on: a dropped customer's, a small order, one open deal too many."""
        if (
            self.organisation.live
            and self.organisation.channels[case.customer] == DROPPED_CUSTOMER
            and case.kind != "order"
        ):
            return True
        if case.kind == "order":
            return self.inputs.orders.value_amount[case.row] < case.rules.minimum_order_amount
        if case.kind not in ("lead", "opportunity") or not self.limited or case.channel == PARTNER:
            return False
        routes = self.organisation.routes
        unit = self.organisation.units[routes[case.kind, case.order_class, case.segment]]
        open_deals = sum(
            self.organisation.units[routes[deal.kind, deal.order_class, deal.segment]] is unit
            for deal in self.deals.values()
        )
        return open_deals >= case.rules.open_deals_per_seller * len(unit.people)

    def opened(self, case: Case) -> None:
        """Count an open deal."""
        if self.limited and case.kind in ("lead", "opportunity"):
            self.deals[case.number] = case

    def closed(self, case: Case) -> None:
        """Count it no longer."""
        self.deals.pop(case.number, None)

    def count_modules(self, day: int) -> None:
        """Add yesterday's building time."""
        for person in self.organisation.holders:
            if person is not None:
                self.blocked_modules_h += float(person.blocked_h[day, 3] * person.speed[day])

    def converted(self) -> tuple[float, float]:
        """Return the shares of bespoke and configured demand that the finished modules convert."""
        modules = int((self.blocked_modules_h + self.discretionary_work.modules_h) / self.rules.module_h)
        reached = 1 - (1 - self.rules.module_step) ** modules
        return self.rules.bespoke_cap * reached, self.rules.configured_cap * reached
