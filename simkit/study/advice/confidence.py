"""How far a recommendation can be trusted: seven checks, the level that follows from them, and each in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.study.advice.decision import Decision
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.calibration.fit_gate import Gate
from simkit.study.thresholds import threshold

NOT_DRAWN = Text(
    de="Die offenen Annahmen wurden nicht gemeinsam gezogen; mehr als mittlere Sicherheit gibt es so nicht.",
    en="The open assumptions were not drawn jointly; without that, confidence is medium at most.",
)
TOO_FEW_DRAWS = Text(
    de="Nur {n} gemeinsame Ziehungen der offenen Annahmen passen zu Ihrem Unternehmen ({dropped} verworfen): zu wenige für eine "
    "Aussage.",
    en="Only {n} joint draws of the open assumptions are like your company ({dropped} dropped): too few to say anything.",
)
DRAWN = Text(
    de="{best} ist in {share} von {n} gemeinsamen Ziehungen aller offenen Annahmen die richtige Wahl (95-%-Intervall {low} "
    "bis {high}; verlangt: {wanted}); {dropped} der Ziehungen passten nicht zu Ihrem Unternehmen und zählen nicht.",
    en="{best} is the right choice in {share} of {n} joint draws of all open assumptions (95% interval {low} to {high}; asked "
    "for: {wanted}); {dropped} of the draws were unlike your company and do not count.",
)
FEW_REPLICATIONS = 10  # below it rare events of a scenario may be missing, and t-intervals are wide


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that makes an answer surer, or less so."""

    name: str
    """"clear", "same", "regret", "replications", "reaction", "draws" or "fit"."""
    passed: bool
    """Whether it speaks for the answer."""
    sentence: Text
    """With its numbers."""
    refuted: bool = False
    """Whether it speaks against the answer, so that no more than low confidence is left."""


@dataclass(frozen=True, kw_only=True)
class Support:
    """What stands behind a recommendation besides the runs of the comparison."""

    joint_summary: pd.DataFrame
    """Frame of the joint draws (:mod:`simkit.study.joint_draws.joint_summary`); without draws it has no rows."""
    gate: Gate
    """What the fit to the client's figures allows."""


def checks(
    decisions: Sequence[Decision],
    worst_regret: pd.DataFrame,
    elasticity: pd.DataFrame,
    titles: Mapping[str, Text],
    bilingual: BilingualNumbers,
    support: Support,
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
    support : Support
        Joint draws and fit; high confidence needs both.
    """
    main = decisions[0]
    return (
        _clear(main, titles),
        _same(decisions, titles, bilingual),
        _regret(main, worst_regret, titles, bilingual),
        _replications(main, bilingual),
        _reaction(elasticity),
        _draws(main, support.joint_summary, titles, bilingual),
        _fit(support.gate),
    )


def level_of(found: Sequence[Check]) -> str:
    """Return "high", "medium" or "low".

    High: all checks pass, those of the joint draws and of the fit among them. Low: the main scenario is not clear, another
    scenario could cost more than the main one gains, or the answer is wrong in more than half of the draws. Medium:
    everything between.
    """
    passed = {one.name: one.passed for one in found}
    if not (passed["clear"] and passed["regret"]) or any(one.refuted for one in found):
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


def _draws(main: Decision, joint: pd.DataFrame, titles: Mapping[str, Text], bilingual: BilingualNumbers) -> Check:
    rows = select(joint, design=main.best)
    if rows.empty:
        return Check(name="draws", passed=False, sentence=NOT_DRAWN)
    row = rows.iloc[0]
    reliability, wanted = float(row["reliability"]), threshold("rule.reliability")
    words = {
        "best": titles[main.best], "n": bilingual.number(int(row["draws"])),
        "dropped": bilingual.share(float(row["dropped_share"]), 0),
    }  # fmt: skip
    if math.isnan(reliability):
        return Check(name="draws", passed=False, sentence=TOO_FEW_DRAWS.fill(**words))
    words |= {
        "share": bilingual.share(reliability, 0), "wanted": bilingual.share(wanted, 0),
        "low": bilingual.share(float(row["reliability_low"]), 0), "high": bilingual.share(float(row["reliability_high"]), 0),
    }  # fmt: skip
    return Check(
        name="draws", passed=reliability >= wanted, refuted=reliability < 0.5, sentence=DRAWN.fill(**words)
    )  # fmt: skip


def _fit(gate: Gate) -> Check:
    return Check(name="fit", passed=gate.passes, sentence=gate.words)
