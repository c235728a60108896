"""The sentences on what a plan makes worse and what makes its numbers doubtful, each filled from the numbers it speaks of."""

from __future__ import annotations

import math

import pandas as pd

from simkit.foundation.text import Text, same
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.comparison.deteriorations import LARGEST, deteriorations
from simkit.study.measures.measures import MEASURE_LABELS, MEASURES
from simkit.study.thresholds import threshold

LATE = "late_orders"
GROUPS = {
    "standard": Text(de="Serie", en="standard"),
    "configured": Text(de="konfiguriert", en="configured"),
    "bespoke": Text(de="Sonderaufträge", en="bespoke"),
}
NOTHING_WORSE = Text(
    de="Keine weitere gerechnete Größe verschlechtert sich über den Zufall hinaus um ein Zehntel oder mehr.",
    en="No other computed figure gets worse by a tenth or more beyond chance.",
)
FEW = 10  # below it a number of cases a year is written with a decimal


def first_year(row: pd.Series | None, shown: Text, bilingual: BilingualNumbers) -> Text | None:
    """Return the cost of the transition, if the first year is worse than today beyond chance."""
    if row is None or not float(row["high"]) < 0:
        return None
    return Text(
        de="Die Umstellung kostet zuerst: {shown} bringt im ersten Jahr {loss} weniger Gewinn als heute.",
        en="The transition costs first: {shown} earns {loss} less profit than today in the first year.",
    ).fill(shown=shown, loss=bilingual.amount(-float(row["difference"])))


def later_orders(row: pd.Series | None, shown: Text, bilingual: BilingualNumbers) -> Text | None:
    """Return by how many orders a year a design delivers late more often than today, if it does beyond chance."""
    if row is None or not float(row["low"]) > 0:
        return None
    more, mean, base = float(row["difference"]), float(row["mean"]), float(row["baseline"])
    return Text(
        de="{shown} liefert {more} Aufträge im Jahr mehr verspätet als heute ({mean} statt {base}).",
        en="{shown} delivers {more} more orders a year late than today ({mean} instead of {base}).",
    ).fill(
        shown=shown, more=_count(more, bilingual), mean=_count(mean, bilingual), base=_count(base, bilingual)
    )  # fmt: skip


def worsened(differences: pd.DataFrame, scenario: str, design: str, bilingual: BilingualNumbers) -> tuple[Text, ...]:
    """Return the largest computed deteriorations, or that there are none; late orders have a sentence of their own."""
    found = deteriorations(differences, scenario, design, largest=LARGEST + 1)
    others = found[found["measure"] != LATE].head(LARGEST)
    return tuple(_worse(row, bilingual) for _, row in others.iterrows()) or (NOTHING_WORSE,)


def _worse(row: pd.Series, bilingual: BilingualNumbers) -> Text:
    measure, group = str(row["measure"]), str(row["group"])
    base, mean, unit = float(row["baseline"]), float(row["mean"]), MEASURES[measure].unit
    change = same("")
    if math.isfinite(float(row["worse_by"])):
        change = Text(de=", {c}", en=", {c}").fill(c=bilingual.signed_share(float(row["difference"]) / base, 0))
    a_year = Text(de=" im Jahr", en=" a year") if unit in ("1", "money") else same("")
    return Text(
        de="{named}: {mean} statt {base}{a_year}{change}.", en="{named}: {mean} instead of {base}{a_year}{change}."
    ).fill(
        named=named(measure, group), mean=written(mean, measure, bilingual), base=written(base, measure, bilingual),
        a_year=a_year, change=change,
    )  # fmt: skip


def named(measure: str, group: str) -> Text:
    """Return what people call a measure, with its class of orders or segment of customers in brackets."""
    return Text(de="{label}{group}", en="{label}{group}").fill(label=MEASURE_LABELS[measure], group=_group(group))


def _group(group: str) -> Text:
    """Return, in brackets after a space, which class of orders or segment of customers it is; nothing where it is all."""
    if not group or group == "nan":
        return same("")
    name = GROUPS.get(group) or Text(de="{s}-Kunden", en="{s} customers").fill(s=group)
    return Text(de=" ({name})", en=" ({name})").fill(name=name)


def written(value: float, measure: str, bilingual: BilingualNumbers) -> Text:
    """Write a value of a measure as the sentences on risks do."""
    unit = MEASURES[measure].unit
    if unit == "money":
        return bilingual.amount(value)
    if unit == "share":
        return bilingual.share(value, 0)
    return bilingual.number(value, 1) if unit == "d" else _count(value, bilingual)


def _count(value: float, bilingual: BilingualNumbers) -> Text:
    return bilingual.number(value, 1 if 0 < abs(value) < FEW else 0)


def piling_up(frame: pd.DataFrame, scenario: str, design: str, title: Text, bilingual: BilingualNumbers) -> Text | None:
    """Return the warning that open work grows, if it does."""
    rows = frame[(frame["scenario"] == scenario) & (frame["design"] == design) & ~frame["sustainable"].astype(bool)]
    if rows.empty:
        return None
    worst = max(float(rows["open_work_growth_share"].iloc[0]), float(rows["last_year_share"].iloc[0]))
    return Text(
        de="{design}: Der Rückstand wächst um bis zu {growth} der Kapazität im Jahr; ein Teil der gewonnenen "
        "Kundenzeit ist nur aufgeschobene Arbeit.",
        en="{design}: open work grows by up to {growth} of capacity per year; part of the customer time won is only work "
        "put off.",
    ).fill(design=title, growth=bilingual.share(worst))


def reaction(frame: pd.DataFrame, bilingual: BilingualNumbers) -> Text | None:
    """Return the warning that customers react outside the published range, if they do."""
    rows = frame[~frame["inside"].astype(bool)]
    if rows.empty:
        return None
    first = rows.iloc[0]
    return Text(
        de="Kunden reagieren im Modell mit einer Gesamtelastizität von {value}, außerhalb der Spanne {span}: die "
        "Wirkung auf den Umsatz ist mit Vorsicht zu lesen.",
        en="Customers react in the model with a total elasticity of {value}, outside the range {span}: read the effect "
        "on revenue with care.",
    ).fill(
        value=bilingual.number(float(first["value"]), 2),
        span=bilingual.numbers(float(first["limit_low"]), float(first["limit_high"]), 1),
    )


def large_gain(row: pd.Series | None, bilingual: BilingualNumbers) -> Text | None:
    """Return the warning that the gain is above what reallocation alone is published to bring."""
    limit = threshold("rule.reallocation_gain_share")
    if row is None or not limit < float(row["relative"]):
        return None
    return Text(
        de="Der Zuwachs von {gain} des Deckungsbeitrags liegt über dem, was veröffentlichte Umverteilungen der "
        "Vertriebszeit brachten (bis etwa {limit}): vor einer Entscheidung die Annahmen prüfen.",
        en="The gain of {gain} of contribution is above what published reallocations of selling time brought (up to "
        "about {limit}): check the assumptions before deciding.",
    ).fill(gain=bilingual.share(float(row["relative"])), limit=bilingual.share(limit, 0))


def few_replications(replications: int, enough: int, bilingual: BilingualNumbers) -> Text | None:
    """Return the warning of a draft with few replications."""
    if replications >= enough:
        return None
    return Text(
        de="Vorläufig, mit nur {n} Simulationsläufen: Die Wahrscheinlichkeiten sind gröber, als sie aussehen.",
        en="A draft of only {n} replications: its probabilities are coarser than they look.",
    ).fill(n=bilingual.number(replications))
