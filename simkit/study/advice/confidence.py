"""How far a recommendation can be trusted: five checks, the level that follows from them, and each in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.study.advice.decision import Decision
from simkit.study.bilingual_texts import BilingualNumbers

FEW_REPLICATIONS = 10  # below it the bootstrap is too sure of itself (Efron and Tibshirani, chapter 6)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that makes an answer surer, or less so."""

    name: str
    """"clear", "same", "regret", "replications" or "reaction"."""
    passed: bool
    """Whether it speaks for the answer."""
    sentence: Text
    """With its numbers."""


def checks(
    decisions: Sequence[Decision],
    worst_regret: pd.DataFrame,
    elasticity: pd.DataFrame,
    titles: Mapping[str, Text],
    bilingual: BilingualNumbers,
) -> tuple[Check, ...]:
    """Return all checks of the leading design of the main scenario, in the order in which they are reported.

    Parameters
    ----------
    decisions : sequence of Decision
        The main scenario first.
    worst_regret : DataFrame
        Result of :func:`simkit.study.comparison.regret.worst_regrets`.
    elasticity : DataFrame
        Result of :func:`simkit.study.comparison.sustainability.elasticity`.
    titles : mapping of str to Text
        Of designs and scenarios.
    """
    main = decisions[0]
    return (
        _clear(main, titles),
        _same(decisions, titles, bilingual),
        _regret(main, worst_regret, titles, bilingual),
        _replications(main, bilingual),
        _reaction(elasticity),
    )


def level_of(found: Sequence[Check]) -> str:
    """Return "high", "medium" or "low".

    High: all checks pass. Low: the main scenario is not clear, or another scenario could cost more than the main one
    gains. Medium: everything between.
    """
    passed = {one.name: one.passed for one in found}
    if not (passed["clear"] and passed["regret"]):
        return "low"
    return "high" if all(passed.values()) else "medium"


def _clear(main: Decision, titles: Mapping[str, Text]) -> Check:
    words = (
        Text(
            de="Im Hauptszenario „{s}“ ist die Antwort eindeutig.", en="In the main scenario '{s}' the answer is clear."
        )
        if not main.doubts
        else Text(
            de="Im Hauptszenario „{s}“ ist die Antwort nicht eindeutig.",
            en="In the main scenario '{s}' the answer is not clear.",
        )
    )
    return Check(name="clear", passed=not main.doubts, sentence=words.fill(s=titles[main.scenario]))


def _same(decisions: Sequence[Decision], titles: Mapping[str, Text], bilingual: BilingualNumbers) -> Check:
    best = decisions[0].best
    clear = sum(one.best == best and not one.doubts for one in decisions)
    words = Text(
        de="Eindeutig vorn liegt {best} in {clear} von {n} Szenarien.",
        en="{best} leads clearly in {clear} of {n} scenarios.",
    ).fill(best=titles[best], clear=bilingual.number(clear), n=bilingual.number(len(decisions)))
    return Check(name="same", passed=clear == len(decisions), sentence=words)


def _regret(main: Decision, worst: pd.DataFrame, titles: Mapping[str, Text], bilingual: BilingualNumbers) -> Check:
    row = select(worst, design=main.best).iloc[0]
    regret, lead = float(row["regret"]), main.difference
    passed = regret <= max(lead, main.zone_amount)
    words = {
        "best": titles[main.best], "scenario": titles[str(row["scenario"])], "regret": bilingual.amount(regret),
        "span": bilingual.amounts(float(row["low"]), float(row["high"])), "lead": bilingual.amount(lead),
    }  # fmt: skip
    if regret == 0:
        text = Text(
            de="In keinem Szenario wäre eine andere Organisationsvariante im Mittel besser (95-%-Intervall des größten "
            "Nachteils: {span}).",
            en="In no scenario would another design be better on average (95% interval of the largest regret: {span}).",
        )
    elif passed:
        text = Text(
            de="Größter Nachteil von {best} gegenüber der besten Organisationsvariante eines Szenarios: {regret} (95-%-Intervall "
            "{span}; „{scenario}“), nicht mehr als der Vorsprung im Hauptszenario oder die Schwelle, ab der ein Unterschied "
            "zählt.",
            en="Largest regret of {best} against the best design of a scenario: {regret} (95% interval {span}; "
            "'{scenario}'), no more than the lead in the main scenario or the threshold from which a difference counts.",
        )
    else:
        text = Text(
            de="Im Szenario „{scenario}“ verschenkt {best} {regret} (95-%-Intervall {span}) gegenüber der dort besten "
            "Organisationsvariante: mehr als den Vorsprung von {lead} im Hauptszenario.",
            en="In the scenario '{scenario}' {best} gives away {regret} (95% interval {span}) against the design that is "
            "best there: more than its lead of {lead} in the main scenario.",
        )
    return Check(name="regret", passed=passed, sentence=text.fill(**words))


def _replications(main: Decision, bilingual: BilingualNumbers) -> Check:
    enough = main.replications >= FEW_REPLICATIONS
    words = Text(
        de="Gerechnet wurden {n} Simulationsläufe je Szenario (verlangt: mindestens {few}).",
        en="{n} replications were run per scenario (asked for: at least {few}).",
    ).fill(n=bilingual.number(main.replications), few=bilingual.number(FEW_REPLICATIONS))
    return Check(name="replications", passed=enough, sentence=words)


def _reaction(elasticity: pd.DataFrame) -> Check:
    inside = bool(elasticity["inside"].all())
    words = (
        Text(
            de="Kunden reagieren im Modell so stark, wie es veröffentlicht ist.",
            en="Customers react in the model as strongly as published.",
        )
        if inside
        else Text(
            de="Kunden reagieren im Modell stärker oder schwächer, als es veröffentlicht ist.",
            en="Customers react in the model more strongly or more weakly than published.",
        )
    )
    return Check(name="reaction", passed=inside, sentence=words)
