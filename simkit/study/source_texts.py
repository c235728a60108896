"""Where the values come from, in both languages: the words beside each number, and how many were measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from simkit.effort.taxonomy import label_of
from simkit.foundation.parameter_set import Kind, Leaf, Parameters
from simkit.foundation.text import Text
from simkit.study.bilingual_numbers import Wording, listed

CALENDAR = Text(de="Kalender", en="calendar")
CLIENT_FILE = Text(de="client.yaml", en="client.yaml")
BY_HAND = Text(de="client.yaml (assumptions) oder --set", en="client.yaml (assumptions) or --set")
TODAY = Text(
    de="heutige Organisation, ohne Reaktionen der Kunden gerechnet",
    en="today's organisation, simulated with reactions off",
)
RATIOS_ASSUMED = Text(de="Verhältnisse angenommen", en="ratios assumed")
SPLIT_ASSUMED = Text(de="Aufteilung angenommen", en="split assumed")
CLASSES_ASSUMED = Text(de="Verhältnis der Klassen angenommen", en="ratio of classes assumed")
SHARE_ASSUMED = Text(
    de="Anteil der Anfragen mit Rückfrage angenommen", en="share of requests with coordination assumed"
)
DEFAULT_RATIO = Text(de="Verhältnis wie in der Voreinstellung", en="default ratio")
LESS_LEADS = Text(
    de="ohne die aus Leads, deren Anteil angenommen ist", en="less those from leads, whose share is assumed"
)
NEED_MET = Text(de="geteilt durch den angenommenen Betreuungsgrad", en="divided by the assumed care level")
COORDINATION_LOGGED = Text(de="Abstimmung ist erfasst", en="coordination was logged")

ORDERS = Text(de="Aufträge", en="orders")
OPPORTUNITIES = Text(de="Chancen", en="opportunities")
BY_ORDER = Text(de="Zeiterfassung je Auftrag", en="activities by order")
BY_OPPORTUNITY = Text(de="Zeiterfassung je Chance", en="activities by opportunity")
CONTACTS = Text(de="Zeiterfassung der Kontakte", en="activities, contacts")
REQUESTS = Text(de="Zeiterfassung der Serviceanfragen", en="activities, service requests")


def counted(what: Text, number: int, wording: Wording) -> Text:
    """Return a source with the number of its cases, such as "orders (n = 2,198)"."""
    return Text(de="{what} (n = {n})", en="{what} (n = {n})").fill(what=what, n=wording.number(number))


def joined(*parts: Text | str) -> Text:
    """Return the parts of a source one after the other, empty ones left out."""
    texts = [part if isinstance(part, Text) else Text(de=part, en=part) for part in parts]
    return Text(de="; ".join(text.de for text in texts if text.de), en="; ".join(text.en for text in texts if text.en))


def scaled_default(factor: float, wording: Wording) -> Text:
    """Return the source of a default that was scaled to the client's number of orders."""
    return Text(de="nach Aufträgen: Voreinstellung × {factor}", en="orders: default × {factor}").fill(
        factor=wording.number(factor, 2)
    )


def ratio_to(leaf: Leaf) -> Text:
    """Return the source of a value that keeps its ratio to another leaf."""
    return Text(de="„{other}“: {ratio}", en="'{other}': {ratio}").fill(other=leaf.label, ratio=DEFAULT_RATIO)


def win_rate(source: Text, rate: float, wording: Wording) -> Text:
    """Return the source of the base of the win chance."""
    return Text(de="{source}: Gewinnquote {rate}", en="{source}: win rate {rate}").fill(
        source=source, rate=wording.share(rate)
    )


def leavers(number: int, wording: Wording) -> Text:
    """Return the source of the rate of quits."""
    return Text(de="Personalliste ({n} Abgänge)", en="employees ({n} leavers)").fill(n=wording.number(number))


def fitted_hours(factor: float, wording: Wording) -> Text:
    """Return the source of a leaf that was fitted to the hours of its activity."""
    return Text(de="Stunden der Tätigkeit (× {factor})", en="hours of the activity (× {factor})").fill(
        factor=wording.number(factor, 2)
    )


def hours_per_day(activities: Sequence[str]) -> Text:
    """Return the source of a fixed block of hours."""
    names = listed([Text(de=f"„{label_of(name).de}“", en=f"'{label_of(name).en}'") for name in activities])
    return Text(de="Stunden für {names} je Anwesenheitstag", en="hours of {names} per present day").fill(names=names)


def at_the_limit(source: Text, upper: bool) -> Text:
    """Return a source with the note that the value was drawn to a limit of what the model allows."""
    note = (
        Text(de="auf die Obergrenze des Modells gekürzt", en="cut to the upper limit of the model")
        if upper
        else Text(de="auf die Untergrenze des Modells angehoben", en="raised to the lower limit of the model")
    )
    return joined(source, note)


COUNTED: Mapping[Kind, Text] = {
    "measured": Text(de="{n} bei diesem Kunden gemessen", en="{n} were measured on this client"),
    "partly": Text(de="{n} teilweise gemessen", en="{n} were measured in part"),
    "workshop": Text(de="{n} im Workshop geschätzt", en="{n} were estimated in a workshop"),
    "simulated": Text(de="{n} aus der Simulation von heute", en="{n} come from the simulation of today"),
    "option": Text(de="{n} von Hand gesetzt", en="{n} were set by hand"),
    "published": Text(de="{n} veröffentlicht", en="{n} are published"),
}


def how_much_is_measured(parameters: Parameters, wording: Wording) -> Text:
    """Return how many leaves were measured on this client, wholly or in part, and where the others come from."""
    kinds = Counter(leaf.provenance.kind for leaf in parameters.values())
    shown = [
        text.fill(n=wording.number(kinds[kind])) for kind, text in COUNTED.items() if kinds[kind] or kind == "measured"
    ]
    return Text(
        de="Von {n} Größen des Modells sind {shown}; die übrigen sind Annahmen.",
        en="Of the model's {n} quantities {shown}; the rest are assumptions.",
    ).fill(n=wording.number(len(parameters)), shown=listed(shown))
