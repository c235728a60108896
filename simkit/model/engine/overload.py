"""Overload drives people away: a hazard of its own on top of the base leaving date, off unless a scenario switches it on.

Overload of a unit is (expected content of whole cases that arrived in a trailing window + expected content of open cases at
its end) / content capacity of the window; its people share it. Measured on tasks it would censor itself, since the next
step of a case is created only when the last is done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.rules.plain_parameters import Rules
from simkit.model.run_state import Case, Person, Unit
from simkit.model.specification.model_parameters import BESPOKE

FIRST_DAYS = 20  # before so many days a window tells nothing
Routes = Mapping[tuple[str, int, int], str]


class Overload:
    """The load of every unit over the trailing window, and what it does to its people.

    Parameters
    ----------
    parameters : ParameterSet
        The design's parameter set.
    rules : Rules
        For the length of day and year.
    """

    def __init__(self, parameters: ParameterSet, rules: Rules) -> None:
        v = parameters.value
        self.on = v("overload.on") >= 0.5
        self.base = v("staff.quit_per_year")
        self.growth, self.step = v("overload.growth_factor"), v("overload.step")
        self.cap = v("overload.cap_per_year")
        self.care_counts = v("overload.care_counts") >= 0.5
        self.year_h, self.day_h = rules.year_h, rules.day_h
        self.window_days = round(v("overload.window_days"))
        self.arrived: deque[dict[str, float]] = deque(maxlen=self.window_days)
        self.capacity: deque[dict[str, float]] = deque(maxlen=self.window_days)
        self.today: dict[str, float] = {}
        self.open: dict[int, Case] = {}

    def opened(self, case: Case, routes: Routes) -> None:
        """Count the expected content of a whole case for the units that will do it."""
        if case.kind == "care" and not self.care_counts:
            return
        self.open[case.number] = case
        for unit, hours in content_by_unit(case, routes).items():
            self.today[unit] = self.today.get(unit, 0.0) + hours
            case.left_h += hours

    def closed(self, case: Case) -> None:
        """Forget a case."""
        self.open.pop(case.number, None)

    def end_day(self, units: Iterable[Unit], day: int) -> None:
        """Close a day: what arrived, and what the people on board could have done."""
        self.arrived.append(self.today)
        self.today = {}
        self.capacity.append(
            {unit.name: sum(person.speeds[day] * self.day_h for person in unit.people) for unit in units}
        )

    def of(self, unit: Unit, routes: Routes) -> float:
        """Return the overload of a unit; 1 is as much work as capacity. 0 while the window tells nothing yet."""
        days, work_h, capacity_h = self.past(unit.name)
        if days < FIRST_DAYS:
            return 0.0
        work_h += self.open_h(unit.name, routes)
        return work_h / capacity_h if capacity_h > 0 else self.step * self.cap  # nobody is left to be driven away

    def past(self, unit: str) -> tuple[int, float, float]:
        """Return the days of the window, and the hours that arrived in a unit and that its people could have worked."""
        work_h = sum(day.get(unit, 0.0) for day in self.arrived)
        return len(self.arrived), work_h, sum(day.get(unit, 0.0) for day in self.capacity)

    def open_h(self, unit: str, routes: Routes) -> float:
        """Return the expected content still to come of the open cases that a unit has, hours."""
        return sum(case.left_h for case in self.open.values() if _doing(case, routes) == unit)

    def rate(self, overload: float) -> float:
        """Return the yearly rate of leaving because of overload.

        Above 1: base × (growth^((overload − 1)/step) − 1), at most the cap; so that base and overload together give
        base × growth per step.
        """
        if overload <= 1:
            return 0.0
        steps = min((overload - 1) / self.step, 50.0)  # far beyond the cap
        rate: float = min(self.base * (self.growth**steps - 1), self.cap)
        return rate

    def driven_away(self, units: Iterable[Unit], routes: Routes, elapsed_h: float) -> list[Person]:
        """Let the hazard of the last interval act and return who has had enough."""
        gone = []
        for unit in units:
            rate = self.rate(self.of(unit, routes))
            for person in unit.people:
                person.overload += rate * elapsed_h / self.year_h
                if person.overload >= person.tenure.endurance and not person.driven_away:
                    gone.append(person)
        return gone

    def renamed(self) -> None:
        """Count the window anew for the units of a design that goes live; the open cases stay."""
        self.arrived.clear()
        self.capacity.clear()
        self.today = {}


def content_by_unit(case: Case, routes: Routes) -> dict[str, float]:
    """Return the expected content of a whole case by the unit that will do it, hours."""
    rules, c, s = case.rules, case.order_class, case.segment
    hours: dict[str, float] = {}

    def add(work: str, amount: float) -> None:
        hours[routes[work, c, s]] = hours.get(routes[work, c, s], 0.0) + amount

    if case.kind == "order":
        expected = rules.order_hours[c]
        add("entry", expected.entry_h)
        add("coordination", rules.orders[c].partners * expected.partner_h)
        add("confirmation", expected.end_h)
    elif case.kind == "opportunity":
        own_h, feasibility_h = rules.opportunity_hours[c]
        add("opportunity", own_h)
        if c == BESPOKE:
            add("feasibility", feasibility_h)
    elif case.kind == "lead":
        add("lead", rules.lead_qualify_h)
    elif case.kind == "service":
        add("service", rules.service_hours)
    else:
        care = rules.care[s]
        add("care", care.preparation_h + care.travel_h + care.talk_h)
    return hours


def _doing(case: Case, routes: Routes) -> str:
    """Return the unit that has the case now: where its task waits, or who had it last."""
    if case.waiting is not None:
        return case.waiting.unit.name
    if case.last is not None:
        return case.last.unit.name
    return next(iter(content_by_unit(case, routes)))
