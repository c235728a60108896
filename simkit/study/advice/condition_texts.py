"""The sentences on what would turn the answer: equals, regret in other scenarios, and what is worth knowing first."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.study.advice.decision import Decision
from simkit.study.bilingual_texts import BilingualNumbers, listed
from simkit.study.comparison.contributions import TOTAL, TRANSITION
from simkit.study.paired_comparison import PROFIT

Titles = Mapping[str, Text]
LEAST_WORTH_AMOUNT = 1.0  # a year; less would read 0
WORTH_NAMING = 3


def goes_first(main: Decision, titles: Titles) -> Text:
    """Return, after a space, which change goes first among designs that cannot be told apart; nothing where all can be."""
    if not main.equals or not main.goes_first:
        return Text(de="", en="")
    if main.goes_first == main.baseline:
        return Text(
            de=" Solange das so ist, geht die heutige Organisation vor: Sie braucht keinen Umbau.",
            en=" As long as that is so, today's organisation goes first: it needs no rebuilding.",
        )
    return Text(
        de=" Solange das so ist, geht die einfachere Änderung vor: {first}.",
        en=" As long as that is so, the simpler change goes first: {first}.",
    ).fill(first=titles[main.goes_first])


def not_told_apart(main: Decision, titles: Titles, bilingual: BilingualNumbers) -> Text:
    """Return the designs that cannot be told from the leader, or that there are none."""
    words = {"best": titles[main.best], "zone": bilingual.amount(main.zone_amount)}
    if not main.equals:
        return Text(
            de="{best} ist von jeder anderen Organisationsvariante zu unterscheiden: mit 95 % Sicherheit besser, und um "
            "mehr als {zone}.",
            en="{best} can be told from every other design: better with 95% confidence, and by more than {zone}.",
        ).fill(**words)
    return Text(
        de="Von {best} nicht zu unterscheiden (nicht mit 95 % Sicherheit schlechter, oder um höchstens {zone}): {equals}.",
        en="Not to be told from {best} (not worse with 95% confidence, or by {zone} at most): {equals}.",
    ).fill(equals=listed([titles[name] for name in main.equals]), **words)


def turns(one: Decision, main: Decision, titles: Titles, bilingual: BilingualNumbers) -> Text:
    """Return what another scenario does to the answer."""
    words = {"scenario": titles[one.scenario], "best": titles[one.best], "p": bilingual.share(one.probability_best, 0)}
    if one.best == main.best:
        return Text(
            de="Bleibt gültig im Szenario „{scenario}“ ({best} mit {p} Wahrscheinlichkeit am besten).",
            en="Still holds in the scenario '{scenario}' ({best} best with probability {p}).",
        ).fill(**words)
    return Text(
        de="Dreht sich im Szenario „{scenario}“: dort liegt {best} vorn (mit {p} Wahrscheinlichkeit).",
        en="Turns in the scenario '{scenario}': there {best} leads (with probability {p}).",
    ).fill(**words)


def weak_switches(steps: pd.DataFrame, bilingual: BilingualNumbers) -> Text | None:
    """Return the switches of the design taken apart that do not add profit beyond chance."""
    rows = steps[(steps["measure"] == PROFIT) & ~steps["switch"].isin((TRANSITION, TOTAL)) & ~(steps["low"] > 0)]
    if rows.empty:
        return None
    names = [
        Text(de="{name} ({gain})", en="{name} ({gain})").fill(
            name=Text(de=str(row["label_de"]), en=str(row["label_en"])), gain=bilingual.amount(float(row["difference"]))
        )
        for _, row in rows.iterrows()
    ]
    return Text(
        de="Ohne gesicherten Beitrag in der Reihenfolge der Einführung: {names}; diese Teile erst nach Prüfung.",
        en="Without an assured contribution in the order of introduction: {names}; these parts only after a check.",
    ).fill(names=listed(names))


def idle_limit(limit: float, bilingual: BilingualNumbers) -> Text | None:
    """Return the idle share up to which service design pays."""
    if math.isnan(limit):
        return None
    if limit <= 0:
        return Text(
            de="Service Design spart bei diesem Übergabeaufwand keine Stunden, selbst ohne Leerlauf.",
            en="Service design saves no hours at this hand-over effort, even without idle time.",
        )
    return Text(
        de="Service Design spart Stunden, solange die Einheit weniger als {limit} Leerlauf hat.",
        en="Service design saves hours as long as the unit is idle for less than {limit}.",
    ).fill(limit=bilingual.share(limit, 0))


def lost_in(main: Decision, row: pd.Series, titles: Titles, bilingual: BilingualNumbers) -> Text | None:
    """Return what the leading design gives away in another scenario; nothing below the zone."""
    regret = float(row["regret"])
    if row["design"] != main.best or row["scenario"] == main.scenario or regret <= main.zone_amount:
        return None
    return Text(
        de="Käme „{scenario}“ sicher, so verschenkte {best} {regret} im Jahr (95-%-Intervall {span}) gegenüber "
        "„{other}“.",
        en="If '{scenario}' were sure to come, {best} would give away {regret} a year (95% interval {span}) "
        "against '{other}'.",
    ).fill(
        scenario=titles[str(row["scenario"])], best=titles[main.best], regret=bilingual.amount(regret),
        span=bilingual.amounts(float(row["low"]), float(row["high"])), other=titles[str(row["best"])],
    )  # fmt: skip


def cautious_choice(
    main: Decision, worst: pd.DataFrame, scenarios: int, titles: Titles, bilingual: BilingualNumbers
) -> Text | None:
    """Return which design has the smallest largest regret; nothing when only one scenario was run."""
    if scenarios < 2:
        return None
    first = select(worst, rank=1).iloc[0]
    own = select(worst, design=main.best).iloc[0]
    words = {"best": titles[main.best], "regret": bilingual.amount(float(own["regret"]))}
    if float(own["regret"]) - float(first["regret"]) <= main.zone_amount:
        return Text(
            de="Auch wer kein Szenario ausschließt, fährt mit {best} am vorsichtigsten: größter Nachteil in einem Szenario "
            "{regret} im Jahr.",
            en="Those who rule out no scenario are safest with {best} as well: largest regret in a scenario {regret} a "
            "year.",
        ).fill(**words)
    return Text(
        de="Wer kein Szenario ausschließt, fährt mit „{other}“ vorsichtiger: größter Nachteil in einem Szenario {least} "
        "statt {regret} im Jahr.",
        en="Those who rule out no scenario are safer with '{other}': largest regret in a scenario {least} instead of "
        "{regret} a year.",
    ).fill(other=titles[str(first["design"])], least=bilingual.amount(float(first["regret"])), **words)


def worth_knowing(parameters: pd.DataFrame, bilingual: BilingualNumbers) -> Text:
    """Return what to measure next by its value before the decision; nothing turns the choice where all are worth 0."""
    rows = parameters[parameters["value"] >= LEAST_WORTH_AMOUNT].head(WORTH_NAMING)
    if rows.empty:
        return Text(
            de="Keine der geprüften Annahmen dreht für sich allein die Wahl: nichts muss vorher gemessen werden; nach "
            "drei Monaten die Wirkung messen.",
            en="None of the assumptions tested turns the choice by itself: nothing has to be measured before; measure "
            "the effect after three months.",
        )
    names = [
        Text(de="„{label}“ (bis zu {worth})", en="'{label}' (up to {worth})").fill(
            label=Text(de=str(row["label_de"]), en=str(row["label_en"])), worth=bilingual.amount(float(row["value"]))
        )
        for _, row in rows.iterrows()
    ]
    return Text(
        de="Zuerst messen, was vor der Entscheidung am meisten wert ist: {names} im Jahr.",
        en="First measure what is worth most before deciding: {names} a year.",
    ).fill(names=listed(names))
