"""The arrival table: everything that knocks at the door during a run, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simkit.foundation.errors import ConfigError
from simkit.foundation.frames import Floats, Whole
from simkit.foundation.kept import kept_with_first
from simkit.foundation.text import Text
from simkit.model.inputs.demand import Arrivals, Leads
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.rules.plain_parameters import CareRules, Rules

KINDS: tuple[str, ...] = ("lead", "opportunity", "order", "service", "care")
NUMBER_SHIFT = 40  # a case's number is its kind and its row
_TOO_MANY = Text(
    de="Mehr Leads, als für den Simulationslauf gezogen wurden.", en="More leads than were drawn for the replication."
)
_RAISE_CEILING = Text(de="Setzen Sie „demand.ceiling“ höher.", en="Set 'demand.ceiling' higher.")
STEP_SHIFT = 10  # a task's number is its case's number and its step
CONTACT_SHIFT = 12  # a care contact's row is customer and contact
LEAD, CARE = KINDS.index("lead"), KINDS.index("care")


@dataclass(frozen=True, kw_only=True)
class ArrivalTable:
    """Columns of the table, sorted by time, then by case."""

    at: Floats
    number: Whole
    kind: Whole
    row: Whole
    customer: Whole

    @cached_property
    def rows(self) -> list[tuple[float, int, int, int, int]]:
        """The same as plain numbers: at, number, kind, row, customer."""
        columns = (self.at, self.number, self.kind, self.row, self.customer)
        return list(zip(*(column.tolist() for column in columns), strict=True))


def care_number(customer: int, contact: int) -> int:
    """Return the case number of a planned contact."""
    return (CARE << NUMBER_SHIFT) + (customer << CONTACT_SHIFT) + contact


def potential_cases(inputs: ReplicationInputs) -> dict[str, Arrivals]:
    """Return the tables of potential cases by kind, in the order of `KINDS`; planned contacts have none."""
    return dict(zip(KINDS, (inputs.leads, inputs.opportunities, inputs.orders, inputs.requests), strict=False))


def arrival_table(inputs: ReplicationInputs, today: Rules, rules: Rules) -> ArrivalTable:
    """Return all potential arrivals that can be real at the demand level of the run.

    Parameters
    ----------
    inputs : ReplicationInputs
        Potential cases; those whose draw lies above level / ceiling cannot be real, whatever the care.
    today, rules : Rules
        Service levels before and after go-live: they say when planned contacts are due.

    Raises
    ------
    ConfigError
        If the design wants more leads than were drawn.
    """
    return _table(inputs, today.care, rules.care, rules.lead_inflow)


@kept_with_first
def _table(
    inputs: ReplicationInputs, care_today: tuple[CareRules, ...], care: tuple[CareRules, ...], lead_inflow: float
) -> ArrivalTable:
    parts = [
        _potential(inputs, kind, table, lead_inflow if kind == LEAD else 1.0)
        for kind, table in enumerate(potential_cases(inputs).values())
    ]
    before = np.zeros(len(inputs.customers.segment))
    parts.append(_contacts(inputs, care_today, inputs.start_h, min(0.0, inputs.end_h), before))
    before = np.zeros(len(inputs.customers.segment))
    np.maximum.at(before, parts[-1][3], parts[-1][2] + 1.0)  # who became a customer late has no first contacts
    parts.append(_contacts(inputs, care, 0.0, inputs.end_h, before))
    at, kind, row, customer = (np.concatenate(column) for column in zip(*parts, strict=True))
    number = (kind << NUMBER_SHIFT) + np.where(kind == CARE, (customer << CONTACT_SHIFT) + row, row)
    order = np.argsort(at, kind="stable")  # of one instant they stand by number already
    return ArrivalTable(at=at[order], number=number[order], kind=kind[order], row=row[order], customer=customer[order])


Columns = tuple[Floats, Whole, Whole, Whole]


@kept_with_first
def _potential(inputs: ReplicationInputs, kind: int, table: Arrivals, factor: float) -> Columns:
    v = inputs.parameters.value
    years = np.maximum(table.at, 0.0) / (v("time.day_h") * v("time.days_per_year"))
    with np.errstate(invalid="ignore", over="ignore"):  # the time infinity of children
        level = v("demand.level") * (1 + v("demand.growth_per_year")) ** years
        wanted = level * np.where(table.at < 0, 1.0, factor)
    arriving = table.at < np.inf
    if factor > 1 and bool((wanted[arriving] > inputs.ceiling_level * (1 + 1e-9)).any()):
        raise ConfigError(_TOO_MANY, "leads.inflow_factor", _RAISE_CEILING)
    possible = (np.array(table.thin) * inputs.ceiling_level < wanted) & arriving
    if isinstance(table, Leads):  # how many a customer recommends depends on the care that he has had
        possible |= arriving & (np.array(table.referrer) >= 0)
    rows = np.flatnonzero(possible).astype(np.int64)
    customer = np.array(table.customer, dtype=np.int64)[rows]
    return table.at[rows], np.full(len(rows), kind, dtype=np.int64), rows, customer


def _contacts(
    inputs: ReplicationInputs, care: tuple[CareRules, ...], start_h: float, end_h: float, first: Floats
) -> Columns:
    """Return the planned contacts of one phase: at (phase + k) × interval, draws counted on from the phase before."""
    customers = inputs.customers
    interval = np.array([spec.interval_h for spec in care])[np.array(customers.segment, dtype=np.int64)]
    cap, reachable = customers.care_effort.shape[1], customers.reachable
    interval, first = interval[:reachable], first[:reachable]
    due = start_h + (customers.care_phase[:reachable, None] + np.arange(cap)[None, :]) * interval[:, None]
    number = first[:, None] + np.arange(cap)[None, :]
    customer, turn = np.nonzero((due < end_h) & (number < cap) & (due >= customers.known_h[:reachable, None]))
    return (
        due[customer, turn],
        np.full(len(customer), CARE, dtype=np.int64),
        number[customer, turn].astype(np.int64),
        customer.astype(np.int64),
    )
