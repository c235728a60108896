"""Which parameters data of a given kind can tell at all, and how: one entry per measurement of the calibration.

Documents and tests are derived from it; a parameter that stands in no entry no export of a client ever tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.inputs.demand import SEASONS
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.measured.agreed_response import RESPONSE_PARAMETERS
from simkit.study.measured.demand_level import ENOUGH_CASES, ENOUGH_MONTHS
from simkit.study.measured.fitted_work import FITTED
from simkit.study.measured.load import PATH as LOAD
from simkit.study.measured.measured_people import SEEN_MONTHS
from simkit.study.measured.measured_rounds import CHASING
from simkit.study.measured.needs import ENOUGH_SERVED, NEEDS


@dataclass(frozen=True, kw_only=True)
class Identified:
    """Parameters that are measured together."""

    paths: tuple[str, ...]
    """The parameters."""
    needs: tuple[str, ...]
    """What must be delivered: a table, or a column as ``table.column``; ``client.yaml`` is always there."""
    minimum: Text
    """How much of it."""
    method: Text
    """How they are found, in a few words."""
    only_assumed: bool = False
    """Whether the parameter merely keeps its ratio to a measured one and so stays an assumption."""

    @property
    def tables(self) -> frozenset[str]:
        """The tables it needs."""
        return frozenset(name.partition(".")[0] for name in self.needs) - {"client"}


def _of_class(*items: str) -> tuple[str, ...]:
    return tuple(f"orders.{name}.{item}" for item in items for name in CLASSES)


_CASES = Text(de=f"{ENOUGH_CASES} je Klasse", en=f"{ENOUGH_CASES} of each class")
_CASES_IN_ALL = Text(de=f"{ENOUGH_CASES} Fälle", en=f"{ENOUGH_CASES} cases")
_ANY = Text(de="–", en="–")
_GROUP = Text(de="kleinste Gruppe des Kunden (mindestens 5)", en="the client's minimum group (at least 5)")
_PEOPLE = Text(de="mindestens 5 Personen je Tätigkeit", en="at least 5 people per activity")

CATALOGUE: tuple[Identified, ...] = (
    Identified(
        paths=("time.day_h", "time.days_per_year"), needs=("client.yaml",), minimum=_ANY,
        method=Text(de="Kalender und Vertragsstunden", en="calendar and contract hours"),
    ),
    Identified(
        paths=_of_class("share"), needs=("orders.order_class",), minimum=_CASES_IN_ALL,
        method=Text(de="gezählt", en="counted"),
    ),
    Identified(
        paths=_of_class("value_amount"), needs=("orders",), minimum=_CASES,
        method=Text(
            de="Mittel; ohne Klassen im Verhältnis der Voreinstellung", en="mean; without classes at the default ratio"
        ),
    ),
    Identified(
        paths=("orders.value_cv",), needs=("orders",), minimum=_CASES_IN_ALL,
        method=Text(de="Streuung beim selben Kunden", en="spread within a customer"),
    ),
    Identified(
        paths=_of_class("contribution_share"), needs=("orders.cost_amount",), minimum=_CASES,
        method=Text(de="Verhältnis der Summen", en="ratio of sums"),
    ),
    Identified(
        paths=_of_class("promised_days"), needs=("orders.promised_on", "orders.order_class"), minimum=_CASES,
        method=Text(
            de="Lieferzeit, die so viele Aufträge überschreiten wie ihren Termin; sonst Mittel der zugesagten Arbeitstage",
            en="delivery time that as many orders exceed as their own date, else mean of the promised working days",
        ),
    ),
    Identified(
        paths=_of_class("patience_days"), needs=("orders.promised_on", "orders.order_class"), minimum=_CASES,
        method=Text(de="Verhältnis zur Zusage", en="ratio to the promise"), only_assumed=True,
    ),
    Identified(
        paths=SEASONS, needs=("orders",),
        minimum=Text(
            de=f"{ENOUGH_MONTHS} ganze Monate; Unterschied auf dem 5-%-Niveau",
            en=f"{ENOUGH_MONTHS} whole months; different at the 5% level",
        ),
        method=Text(
            de="Quasi-Poisson-Regression auf Vierteljahr und Trend", en="quasi-Poisson regression on quarter and trend"
        ),
    ),
    Identified(
        paths=("opportunities.per_year",), needs=("opportunities",), minimum=_CASES_IN_ALL,
        method=Text(de="neue im Zeitraum, ohne die aus Leads", en="new ones of the period, less those from leads"),
    ),
    Identified(
        paths=("winning.ability_logit",), needs=("opportunities.stage", "opportunities.employee_id"),
        minimum=Text(de="5 Personen mit je 10 abgeschlossenen Chancen", en="5 people with 10 closed opportunities each"),
        method=Text(
            de="Streuung der Abschlussquoten, Zufall herausgerechnet, zur Annahme hin",
            en="spread of win rates, chance removed, drawn to the assumption",
        ),
    ),
    Identified(
        paths=("winning.base_logit", "winning.no_decision_share"), needs=("opportunities.stage",),
        minimum=_CASES_IN_ALL,
        method=Text(de="Anteile der abgeschlossenen", en="shares of those closed"),
    ),
    Identified(
        paths=("opportunities.value_factor",), needs=("opportunities", "orders.opportunity_id"), minimum=_CASES_IN_ALL,
        method=Text(de="Verhältnis der Werte", en="ratio of values"),
    ),
    Identified(
        paths=("opportunities.follow_up_every_h",), needs=("opportunities.opened_on", "opportunities.closed_on"),
        minimum=_CASES_IN_ALL,
        method=Text(de="aus der Dauer bis zum Abschluss", en="from the time to closing"),
    ),
    Identified(
        paths=_of_class("entry_h", "confirmation_h", "coordination_h"),
        needs=("activities.case_id", "orders.order_class"), minimum=_CASES,
        method=Text(de="Stunden je Auftrag", en="hours per order"),
    ),
    Identified(
        paths=_of_class("partners"), needs=("activities.case_id", "orders.order_class"), minimum=_CASES,
        method=Text(de="Streuung der Einträge je Auftrag", en="spread of the entries per order"),
    ),
    Identified(
        paths=_of_class("repeat_chance"), needs=("activities.case_id", "orders.order_class"), minimum=_CASES,
        method=Text(de="Einträge je Auftrag gegen Zahl der Partner", en="entries per order against number of partners"),
    ),
    Identified(
        paths=_of_class("partner_delay_h"),
        needs=("activities.case_id", "activities.started_at", "orders.order_class"), minimum=_CASES,
        method=Text(de="Abstand der Einträge eines Auftrags", en="time between the entries of an order"),
    ),
    Identified(
        paths=_of_class("production_days", "production_cv"),
        needs=("activities.case_id", "activities.started_at", "orders.order_class", "orders.delivered_on"), minimum=_CASES,
        method=Text(
            de="vom letzten Eintrag zum Auftrag bis zur Lieferung, fehlende Einträge herausgerechnet",
            en="from the last entry of an order to its delivery, entries that are missing taken off",
        ),
    ),
    Identified(
        paths=CHASING, needs=("activities.case_id", "activities.started_at", "orders.order_class"), minimum=_CASES,
        method=Text(de="Verhältnis zur Antwortzeit", en="ratio to the answer time"), only_assumed=True,
    ),
    Identified(
        paths=(LOAD,), needs=("activities.case_id", "orders"), minimum=_CASES_IN_ALL,
        method=Text(
            de="erfasste Arbeit, hochgerechnet mit dem Anteil der Aufträge, deren Erfassung notiert ist",
            en="logged work, scaled up by the share of orders whose entry was written down",
        ),
    ),
    Identified(
        paths=(*FITTED["selling"], *FITTED["preparation"], *FITTED["travel"]),
        needs=("activities",), minimum=_PEOPLE,
        method=Text(
            de="Stunden je Chance und Kontakt, auf die Stunden der Tätigkeit gebracht",
            en="hours per opportunity and contact, fitted to the hours of the activity",
        ),
    ),
    Identified(
        paths=(*FITTED["care"], "service.answer_h", "service.coordination_h", "opportunities.feasibility_h", "chasing.effort_h"),
        needs=("activities",), minimum=_PEOPLE,
        method=Text(
            de="Stunden je Kontakt und Anfrage, auf die Stunden der Tätigkeit gebracht",
            en="hours per contact and request, fitted to the hours of the activity",
        ),
    ),
    Identified(
        paths=tuple(f"care.{name}.contacts_per_year" for name in SEGMENTS), needs=("activities.customer_id",),
        minimum=Text(de=f"{ENOUGH_CASES} je Segment", en=f"{ENOUGH_CASES} of each segment"),
        method=Text(de="Kontakte, hochgerechnet", en="contacts, scaled up"),
    ),
    Identified(
        paths=NEEDS, needs=("activities.customer_id",),
        minimum=Text(
            de=f"{ENOUGH_CASES} Kontakte und {ENOUGH_SERVED} Kunden je Segment",
            en=f"{ENOUGH_CASES} contacts and {ENOUGH_SERVED} customers of each segment",
        ),
        method=Text(
            de="Kontakte der gut betreuten Kunden des Segments (75-%-Punkt, Zufall herausgerechnet); Vereinbartes geht vor",
            en="contacts of the segment's well-served customers (75% point, chance removed); what was agreed goes first",
        ),
    ),
    Identified(
        paths=NEEDS, needs=("workshop",), minimum=_GROUP,
        method=Text(de="vereinbarte Kontakte je Segment", en="agreed contacts of each segment"),
    ),
    Identified(
        paths=("service.requests_per_year",), needs=("activities.customer_id",), minimum=_CASES_IN_ALL,
        method=Text(de="Einträge ohne Auftrag, hochgerechnet", en="entries without an order, scaled up"),
    ),
    Identified(
        paths=("blocked.meetings_h", "blocked.administration_h", "blocked.development_h"), needs=("activities",),
        minimum=_PEOPLE,
        method=Text(de="Anteil der Tätigkeit an der gearbeiteten Zeit", en="share of the activity in worked time"),
    ),
    Identified(
        paths=RESPONSE_PARAMETERS, needs=("workshop",),
        minimum=_GROUP,
        method=Text(
            de="Antwortkurven (ADBUDG) je Segment, ohne den Kundenverlust des Modells; die Elastizität auch aus dem "
            "Verlauf, wenn client.yaml es sagt (response: from_history)",
            en="response curves (ADBUDG) per segment, less the model's own churn; the elasticity from the past, too, where "
            "client.yaml says so (response: from_history)",
        ),
    ),
    Identified(
        paths=("staff.quit_per_year",), needs=("employees.left_on",), minimum=_GROUP,
        method=Text(de="Abgänge je Person und Jahr", en="leavers per person and year"),
    ),
    Identified(
        paths=("staff.ramp_months",), needs=("employees.entry_on", "orders.employee_id"), minimum=_GROUP,
        method=Text(
            de=f"Aufträge der Neuen in {SEEN_MONTHS} Monaten gegen Kollegen",
            en=f"orders of newcomers in {SEEN_MONTHS} months against colleagues",
        ),
    ),
    Identified(
        paths=("leads.per_year", "service.requests_per_year", "extra.leads_ceiling_per_year"), needs=("orders",),
        minimum=_ANY,
        method=Text(de="Voreinstellung, mit den Aufträgen skaliert", en="default, scaled with the orders"),
        only_assumed=True,
    ),
)  # fmt: skip
"""Parameters of work content are found from time estimates (``time_estimates``) as well, then as workshop values."""

ESTIMATES_INSTEAD = frozenset(
    path for one in CATALOGUE if one.needs == ("activities",) for path in one.paths
) | set(FITTED["coordination"]) | {f"orders.{name}.confirmation_h" for name in CLASSES}  # fmt: skip


def identifiable() -> Mapping[str, tuple[Identified, ...]]:
    """Return by parameter all entries that tell it, without those that only keep a ratio."""
    found: dict[str, tuple[Identified, ...]] = {}
    for one in CATALOGUE:
        for path in one.paths if not one.only_assumed else ():
            found[path] = (*found.get(path, ()), one)
    return found


def never(parameters: ParameterSet) -> tuple[str, ...]:
    """Return the parameters that no table tells, in the order of the parameter set."""
    known = identifiable()
    return tuple(path for path in parameters if path not in known)


def kept_although_delivered(parameters: ParameterSet, tables: frozenset[str]) -> tuple[str, ...]:
    """Return the parameters that the delivered tables could have told, but were too thin or unclear to tell."""
    measured = {"measured", "partly", "workshop", "option"}
    return tuple(
        path
        for path, entries in identifiable().items()
        if any(entry.tables <= tables for entry in entries) and parameters[path].provenance.kind not in measured
    )
