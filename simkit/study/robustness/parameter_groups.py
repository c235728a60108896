"""Groups of parameters by what they are about, so that a screening can begin with few of them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from simkit.foundation.text import Text, same

_GROUPS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("orders_mix", Text(de="Auftragsmix", en="Order mix"), ("orders.*.share",)),
    (
        "orders_value",
        Text(de="Wert und Deckungsbeitrag der Aufträge", en="Value and contribution of orders"),
        ("orders.*value*", "orders.*.contribution_share", "money.bespoke_extra_share"),
    ),
    (
        "orders_effort",
        Text(de="Erfassung und Bestätigung von Aufträgen", en="Entry and confirmation of orders"),
        ("orders.*.entry_h", "orders.*.confirmation_h", "effort.cv"),
    ),
    (
        "orders_coordination",
        Text(de="Abstimmung von Aufträgen", en="Coordination of orders"),
        ("orders.*.coordination_h", "orders.*.partners", "orders.*.repeat_chance", "orders.*.rework_chance"),
    ),
    (
        "orders_waiting",
        Text(de="Wartezeiten und Fristen von Aufträgen", en="Waiting times and deadlines of orders"),
        ("orders.*_h", "orders.*_days"),
    ),
    ("chasing", Text(de="Nachfassen bei internen Partnern", en="Chasing internal partners"), ("chasing.*",)),
    ("leads", Text(de="Leads", en="Leads"), ("leads.*",)),
    (
        "opportunities_effort",
        Text(de="Aufwand je Angebot", en="Effort per offer"),
        ("opportunities.*_h", "opportunities.follow_ups", "opportunities.feasibility_share"),
    ),
    (
        "opportunities",
        Text(de="Menge und Wert der Chancen", en="Number and value of opportunities"),
        ("opportunities.*",),
    ),
    ("winning", Text(de="Gewinnchance", en="Win chance"), ("winning.*",)),
    ("drift", Text(de="Verzug im Verkauf", en="Drift of deals"), ("drift.*",)),
    ("service", Text(de="Serviceanfragen", en="Service requests"), ("service.*",)),
    (
        "care_contacts",
        Text(de="Betreuungskontakte", en="Care contacts"),
        ("care.*.contacts_per_year", "care.lapse_days"),
    ),
    ("care_effort", Text(de="Aufwand je Betreuungskontakt", en="Effort per care contact"), ("care.?.*_h",)),
    (
        "care_effect",
        Text(de="Wirkung der Betreuung, freie Stunden", en="Effect of care, free hours"),
        ("care.*", "extra.*"),
    ),
    (
        "reaction_response",
        Text(de="Reaktion der Kunden auf Betreuung", en="Customers' response to care"),
        ("reaction.elasticity", "reaction.rate_floor", "reaction.rate_ceiling", "reaction.?.*"),
    ),
    ("reaction_churn", Text(de="Abwanderung", en="Churn"), ("reaction.churn*",)),
    (
        "reaction_late",
        Text(de="Reaktion auf Verspätung", en="Response to lateness"),
        ("reaction.late*", "reaction.forgiveness"),
    ),
    (
        "reaction_change",
        Text(de="Wechsel der Ansprechperson", en="Change of the contact person"),
        ("reaction.departure_loss_share", "reaction.planned_change_share"),
    ),
    ("reaction", Text(de="Weitere Reaktionen der Kunden", en="Other customer reactions"), ("reaction.*",)),
    (
        "staff_filling",
        Text(de="Nachbesetzung und Einarbeitung", en="Filling posts and ramp-up"),
        ("staff.*fill*", "staff.ramp*"),
    ),
    ("staff_leaving", Text(de="Fluktuation und Ruhestand", en="Leaving and retirement"), ("staff.*", "retirement.*")),
    (
        "specialists",
        Text(de="Wirkung von Spezialisten und Modulen", en="Effect of specialists and modules"),
        ("handover.specialist_effort_factor", "modular.*", "building.*"),
    ),
    ("handover", Text(de="Übergaben", en="Hand-overs"), ("handover.*",)),
    ("transition", Text(de="Umstellung", en="Transition"), ("transition.*",)),
    ("demand", Text(de="Nachfrage", en="Demand"), ("demand.*",)),
    ("money", Text(de="Kosten", en="Cost"), ("money.*",)),
    ("presence", Text(de="Urlaub und Krankheit", en="Holiday and sickness"), ("presence.*",)),
    ("blocked", Text(de="Feste Blöcke", en="Fixed blocks"), ("blocked.*",)),
    ("time", Text(de="Arbeitszeit", en="Working time"), ("time.*",)),
    ("amo", Text(de="Wirksamkeit der Mitarbeitenden", en="Effectiveness of staff"), ("amo.*",)),
    ("overload", Text(de="Überlastung", en="Overload"), ("overload.*",)),
    ("partner", Text(de="Vertriebspartner", en="Sales partners"), ("partner.*",)),
    ("price", Text(de="Preise", en="Prices"), ("price.*",)),
    ("outage", Text(de="Ausfall von Werkzeugen", en="Tool outage"), ("outage.*",)),
)


@cache
def group_of(path: str) -> str:
    """Return the group of a parameter: the first whose pattern fits, else the branch of the parameter set that it hangs on."""
    for name, _, patterns in _GROUPS:
        if any(fnmatchcase(path, pattern) for pattern in patterns):
            return name
    return path.partition(".")[0]


def group_label(name: str) -> Text:
    """Return what people call a group."""
    return next((label for known, label, _ in _GROUPS if known == name), same(name))
