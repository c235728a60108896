"""What can be chosen in a questionnaire, in both languages; the lists of the sheets and the reading both come from here."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from simkit.foundation.text import Text, same

Choices = Mapping[str, Text]

_STEPS = {
    9: Text(de="extrem wichtiger", en="extremely more important"),
    8: Text(de="sehr viel bis extrem wichtiger", en="very much to extremely more important"),
    7: Text(de="sehr viel wichtiger", en="very much more important"),
    6: Text(de="viel bis sehr viel wichtiger", en="much to very much more important"),
    5: Text(de="viel wichtiger", en="much more important"),
    4: Text(de="etwas bis viel wichtiger", en="somewhat to much more important"),
    3: Text(de="etwas wichtiger", en="somewhat more important"),
    2: Text(de="eine Spur wichtiger", en="a trace more important"),
}


def _comparisons() -> dict[str, Text]:
    left = {
        str(step): Text(de=f"links {words.de} ({step})", en=f"left {words.en} ({step})")
        for step, words in _STEPS.items()
    }
    right = {
        f"1/{step}": Text(de=f"rechts {words.de} (1/{step})", en=f"right {words.en} (1/{step})")
        for step, words in reversed(_STEPS.items())
    }
    return {**left, "1": Text(de="gleich wichtig (1)", en="equally important (1)"), **right}


COMPARISONS: Choices = MappingProxyType(_comparisons())
"""Saaty's scale in words: how many times the left criterion counts as much as the right one."""
RATINGS: Choices = MappingProxyType(
    {**{str(mark): same(str(mark)) for mark in range(1, 6)}, "unknown": Text(de="weiß nicht", en="don't know")}
)
CHANNELS: Choices = MappingProxyType(
    {
        "visit": Text(de="Besuch", en="visit"),
        "phone": Text(de="Telefon und Video", en="phone and video"),
        "inside": Text(de="Innendienst", en="inside sales"),
        "web": Text(de="Portal und Webshop", en="portal and web shop"),
        "partner": Text(de="Händler oder Partner", en="dealer or partner"),
    }
)
YES_NO: Choices = MappingProxyType({"yes": Text(de="ja", en="yes"), "no": Text(de="nein", en="no")})
PRICE_POLICIES: Choices = MappingProxyType(
    {
        "negotiated": Text(de="frei verhandelt", en="freely negotiated"),
        "frame": Text(de="Rahmenvertrag", en="frame contract"),
        "volume": Text(de="Mengenrabatt", en="volume discount"),
        "list": Text(de="Listenpreis", en="list price"),
        "surcharge": Text(de="Listenpreis mit Zuschlag für Kleinmengen", en="list price with small-order surcharge"),
    }
)
TABOO_KINDS: Choices = MappingProxyType(
    {
        "customer": Text(de="Kunde", en="customer"),
        "person": Text(de="Mitarbeiter", en="employee"),
        "topic": Text(de="Thema", en="topic"),
    }
)
PROTECTIONS: Choices = MappingProxyType(
    {
        "everything": Text(de="nichts ändern", en="change nothing"),
        "contact": Text(de="Ansprechpartner behalten", en="keep the contact person"),
        "service": Text(de="Betreuung nicht kürzen", en="do not cut service"),
        "channel": Text(de="nicht in anderen Kanal", en="do not move to another channel"),
        "price": Text(de="Preis nicht erhöhen", en="do not raise the price"),
    }
)
DEPARTMENTS: Choices = MappingProxyType(
    {
        "management": Text(de="Geschäftsführung", en="Management"),
        "sales": Text(de="Vertrieb", en="Sales"),
        "inside_sales": Text(de="Innendienst", en="Inside sales"),
        "service": Text(de="Service", en="Service"),
        "engineering": Text(de="Technik", en="Engineering"),
        "production": Text(de="Produktion", en="Production"),
        "purchasing": Text(de="Einkauf", en="Purchasing"),
        "marketing": Text(de="Marketing", en="Marketing"),
        "finance": Text(de="Finanzen", en="Finance"),
    }
)
"""Usual departments, so that Vertrieb and Sales count as one; any other name is taken as it stands."""
NOT_KNOWN = frozenset(
    (
        *("weiß nicht", "weiss nicht", "keine angabe", "k. a.", "k.a."),
        *("don't know", "dont know", "don’t know", "unknown", "n/a", "na"),
        *("?", "-", "–"),
    )
)
TRUE = frozenset(("ja", "j", "yes", "y", "x", "1", "wahr", "true", "☒", "✓"))
FALSE = frozenset(("nein", "n", "no", "0", "falsch", "false", "☐"))


def comparison_value(code: str) -> float:
    """Return what a code of `COMPARISONS` is worth, from 1/9 to 9."""
    return float(Fraction(code))
