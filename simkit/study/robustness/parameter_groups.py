"""Groups of parameters by what they are about, so that a screening can begin with few of them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text, same

TEXTS = Catalogue.beside(__file__)

_PATTERNS: dict[str, tuple[str, ...]] = {
    "orders_mix": ("orders.*.share",),
    "orders_value": (
        "orders.*value*",
        "orders.*.contribution_share",
        "orders.*.delivery_cost_saving_share",
        "money.bespoke_extra_share",
    ),
    "orders_effort": ("orders.*.entry_h", "orders.*.confirmation_h", "effort.cv"),
    "orders_coordination": (
        "orders.*.coordination_h",
        "orders.*.partners",
        "orders.*.repeat_chance",
        "orders.*.rework_chance",
    ),
    "orders_waiting": ("orders.*_h", "orders.*_days", "orders.*.partner_delay_cv", "orders.*.production_cv"),
    "conversion": ("conversion.*",),
    "lateness": ("lateness.*",),
    "chasing": ("chasing.*",),
    "leads": ("leads.*",),
    "opportunities_effort": ("opportunities.*_h", "opportunities.follow_ups", "opportunities.feasibility_share"),
    "opportunities": ("opportunities.*",),
    "winning": ("winning.*",),
    "drift": ("drift.*",),
    "service": ("service.*",),
    "care_contacts": ("care.*.contacts_per_year", "care.lapse_days"),
    "care_effort": ("care.?.*_h",),
    "care_effect": ("care.*", "extra.*", "discretionary.*"),
    "reaction_response": ("reaction.elasticity", "reaction.rate_floor", "reaction.rate_ceiling", "reaction.?.*"),
    "reaction_churn": ("reaction.churn*",),
    "reaction_late": ("reaction.late*", "reaction.forgiveness"),
    "reaction_change": ("reaction.departure_loss_share", "reaction.planned_change_share"),
    "reaction": ("reaction.*",),
    "staff_filling": ("staff.*fill*", "staff.ramp*"),
    "staff_leaving": ("staff.*", "retirement.*"),
    "specialists": ("handover.specialist_effort_factor", "modular.*", "building.*"),
    "handover": ("handover.*",),
    "transition": ("transition.*",),
    "demand": ("demand.*", "customers.*"),
    "load": ("load.*",),
    "money": ("money.*",),
    "presence": ("presence.*",),
    "blocked": ("blocked.*",),
    "time": ("time.*",),
    "amo": ("amo.*",),
    "overload": ("overload.*",),
    "partner": ("partner.*",),
    "price": ("price.*",),
    "outage": ("outage.*",),
}


@cache
def group_of(path: str) -> str:
    """Return the group of a parameter: the first whose pattern fits, else the branch of the parameter set that it hangs on."""
    for name, patterns in _PATTERNS.items():
        if any(fnmatchcase(path, pattern) for pattern in patterns):
            return name
    return path.partition(".")[0]


def group_label(name: str) -> Text:
    """Return what people call a group."""
    return TEXTS.group("parameter_groups").get(name, same(name))
