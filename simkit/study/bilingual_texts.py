"""Numbers inside sentences in both languages, and where the values of a study come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simkit.effort.taxonomy import label_of
from simkit.foundation.formats import Formats
from simkit.foundation.parameter_set import Kind, Parameter, ParameterSet
from simkit.foundation.text import Text


@dataclass(frozen=True, kw_only=True)
class BilingualNumbers:
    """How numbers are written for one client."""

    country: str = "DE"
    """ISO code, for German separators."""
    currency: str = "EUR"
    """ISO code."""

    def amount(self, value: float, *, scale: float | None = None) -> Text:
        """Write money: in millions from one million (of `scale`, by default of the value itself), else to 3 digits."""
        return self._both("amount", value, scale=scale)

    def amounts(self, low: float, high: float) -> Text:
        """Write an interval of money in one unit."""
        return self._both("amounts", low, high)

    def number(self, value: float, digits: int = 0) -> Text:
        """Write a plain number."""
        return self._both("number", value, digits)

    def numbers(self, low: float, high: float, digits: int = 0) -> Text:
        """Write an interval of numbers."""
        return self._between(self.number(low, digits), self.number(high, digits))

    def share(self, value: float, digits: int = 1) -> Text:
        """Write a share as a percentage."""
        return self._both("share", value, digits)

    def shares(self, low: float, high: float, digits: int = 1) -> Text:
        """Write an interval of shares."""
        return self._between(self.share(low, digits), self.share(high, digits))

    def signed_share(self, value: float, digits: int = 1) -> Text:
        """Write a relative change with its sign."""
        return self._both("signed_share", value, digits)

    def _both(self, writer: str, *numbers: float, **options: float | None) -> Text:
        german = Formats(language="de", country=self.country, currency=self.currency)
        english = Formats(language="en", country=self.country, currency=self.currency)
        return Text(de=getattr(german, writer)(*numbers, **options), en=getattr(english, writer)(*numbers, **options))

    @staticmethod
    def _between(low: Text, high: Text) -> Text:
        return Text(de=f"{low.de} bis {high.de}", en=f"{low.en} to {high.en}")


def numbers_of(formats: Formats) -> BilingualNumbers:
    """Return how numbers are written in both languages for the client of these formats."""
    return BilingualNumbers(country=formats.country, currency=formats.currency)


def more_or_less(value: float) -> Text:
    """Return "more" or "less"."""
    return Text(de="mehr", en="more") if value >= 0 else Text(de="weniger", en="less")


def listed(words: list[Text]) -> Text:
    """Join words with commas and a last "and"."""
    german, english = [word.de for word in words], [word.en for word in words]
    if len(words) < 2:
        return Text(de="".join(german), en="".join(english))
    return Text(
        de=f"{', '.join(german[:-1])} und {german[-1]}", en=f"{', '.join(english[:-1])} and {english[-1]}"
    )  # fmt: skip


CALENDAR = Text(de="Kalender", en="calendar")
CLIENT_FILE = Text(de="client.yaml", en="client.yaml")
BY_HAND = Text(de="client.yaml (assumptions) oder --set", en="client.yaml (assumptions) or --set")
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
COORDINATION_LOGGED = Text(de="Abstimmung ist erfasst", en="coordination was logged")

ORDERS = Text(de="Aufträge", en="orders")
OPPORTUNITIES = Text(de="Chancen", en="opportunities")
BY_ORDER = Text(de="Zeiterfassung je Auftrag", en="activities by order")
BY_OPPORTUNITY = Text(de="Zeiterfassung je Chance", en="activities by opportunity")
CONTACTS = Text(de="Zeiterfassung der Kontakte", en="activities, contacts")
REQUESTS = Text(de="Zeiterfassung der Serviceanfragen", en="activities, service requests")


SCALED_LOG = Text(
    de="aus {days} Tagen Zeiterfassung auf ein Jahr hochgerechnet", en="scaled up to a year from {days} days of log"
)


def counted(what: Text, number: int, bilingual: BilingualNumbers) -> Text:
    """Return a source with the number of its cases, such as "orders (n = 2,198)"."""
    return Text(de="{what} (n = {n})", en="{what} (n = {n})").fill(what=what, n=bilingual.number(number))


def joined(*parts: Text | str) -> Text:
    """Return the parts of a source one after the other, empty ones left out."""
    texts = [part if isinstance(part, Text) else Text(de=part, en=part) for part in parts]
    return Text(de="; ".join(text.de for text in texts if text.de), en="; ".join(text.en for text in texts if text.en))


def scaled_default(factor: float, bilingual: BilingualNumbers) -> Text:
    """Return the source of a default that was scaled to the client's number of orders."""
    return Text(de="nach Aufträgen: Voreinstellung × {factor}", en="orders: default × {factor}").fill(
        factor=bilingual.number(factor, 2)
    )


def ratio_to(parameter: Parameter) -> Text:
    """Return the source of a value that keeps its ratio to another parameter."""
    return Text(de="„{other}“: {ratio}", en="'{other}': {ratio}").fill(other=parameter.label, ratio=DEFAULT_RATIO)


def win_rate(source: Text, rate: float, bilingual: BilingualNumbers) -> Text:
    """Return the source of the base of the win chance."""
    return Text(
        de="{source}: Abschlussquote (gewonnen von allen beendeten) {rate}",
        en="{source}: closing rate (won of all ended) {rate}",
    ).fill(source=source, rate=bilingual.share(rate))


def leavers(number: int, bilingual: BilingualNumbers) -> Text:
    """Return the source of the rate of quits."""
    return Text(de="Personalliste ({n} Abgänge)", en="employees ({n} leavers)").fill(n=bilingual.number(number))


def fitted_hours(factor: float, bilingual: BilingualNumbers) -> Text:
    """Return the source of a parameter that was fitted to the hours of its activity."""
    return Text(de="Stunden der Tätigkeit (× {factor})", en="hours of the activity (× {factor})").fill(
        factor=bilingual.number(factor, 2)
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
    "measured": Text(de="{n} in Ihrem Unternehmen gemessen", en="{n} were measured in your company"),
    "partly": Text(de="{n} teilweise gemessen", en="{n} were measured in part"),
    "workshop": Text(de="{n} im Workshop geschätzt", en="{n} were estimated in a workshop"),
    "simulated": Text(de="{n} aus der Simulation von heute", en="{n} come from the simulation of today"),
    "option": Text(de="{n} von Hand gesetzt", en="{n} were set by hand"),
    "published": Text(de="{n} veröffentlicht", en="{n} are published"),
}


def how_much_is_measured(parameters: ParameterSet, bilingual: BilingualNumbers) -> Text:
    """Return how many parameters were measured on the client, wholly or in part, and where the others come from."""
    kinds = Counter(parameter.provenance.kind for parameter in parameters.values())
    shown = [
        text.fill(n=bilingual.number(kinds[kind]))
        for kind, text in COUNTED.items()
        if kinds[kind] or kind == "measured"
    ]
    known = sum(kinds[kind] for kind in ("measured", "partly")) / len(parameters)
    return Text(
        de="In Ihrem Unternehmen gemessen, ganz oder teilweise: {share} der {n} Größen des Modells ({shown}); die übrigen "
        "sind Annahmen.",
        en="Measured in your company, wholly or in part: {share} of the model's {n} quantities ({shown}); the rest are "
        "assumptions.",
    ).fill(share=bilingual.share(known, 0), n=bilingual.number(len(parameters)), shown=listed(shown))
