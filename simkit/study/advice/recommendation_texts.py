"""The sentences of the recommendation, in both languages, each filled from the numbers it speaks of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.foundation.text import Text
from simkit.study.advice import condition_texts
from simkit.study.advice import decision as rule
from simkit.study.advice.decision import Decision
from simkit.study.bilingual_texts import BilingualNumbers, listed, more_or_less
from simkit.study.thresholds import threshold

Titles = Mapping[str, Text]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a design changes against today, with the interval that a reader sees beside it."""

    difference: float
    low: float
    high: float
    """Money a year."""
    relative: float
    """As a share of today's contribution; NaN where that is 0."""
    basis: str = "simulation"
    """What the interval holds: "joint", the draws of all open assumptions and measured parameters (5 to 95 %), or
    "simulation", the chance of the simulation alone (95 %, for all comparisons together)."""


QUOTED = Text(de="„{name}“", en="'{name}'")
NOT_RECORDED = Text(de="In den Läufen nicht erfasst.", en="Not recorded in the runs.")
MANY_REPLICATIONS = 100  # a difference that needs more is too small to be worth them


def headline(main: Decision, change: Change, titles: Titles, bilingual: BilingualNumbers) -> Text:
    """Return the answer in one sentence; `change` is what the leading design, or the next best one, changes."""
    best, runner_up = titles[main.best], titles[main.runner_up]
    gain, inside = bilingual.amount(abs(change.difference)), in_brackets(change, bilingual)
    if main.verdict == "winner":
        return Text(
            de="{best} bringt im Jahr {gain} mehr Gewinn als heute ({inside}).",
            en="{best} earns {gain} more profit a year than today ({inside}).",
        ).fill(best=best, gain=gain, inside=inside)
    if main.verdict == "keep":
        return Text(
            de="Die heutige Organisation behalten: Die nächstbeste Organisationsvariante, {second}, brächte im Jahr "
            "{gain} weniger Gewinn ({inside}).",
            en="Keep today's organisation: the next best design, {second}, would earn {gain} less profit a year "
            "({inside}).",
        ).fill(second=runner_up, gain=gain, inside=inside)
    return _no_clear_winner(main, titles, bilingual)


def in_brackets(change: Change, bilingual: BilingualNumbers) -> Text:
    """Return a change as a share of contribution with its interval and what that holds."""
    span = bilingual.amounts(change.low, change.high)
    told = INTERVALS[change.basis].fill(span=span)
    if math.isnan(change.relative):
        return told
    return Text(de="{share} des Deckungsbeitrags; {told}", en="{share} of contribution; {told}").fill(
        share=bilingual.signed_share(change.relative), told=told
    )


INTERVALS = {
    "joint": Text(de="{span} in 90 % der Ziehungen aller Annahmen", en="{span} in 90% of the draws of all assumptions"),
    "simulation": Text(
        de="gemeinsames 95-%-Intervall {span}, nur Zufall der Simulation",
        en="simultaneous 95% interval {span}, chance of the simulation alone",
    ),
}


def _no_clear_winner(main: Decision, titles: Titles, bilingual: BilingualNumbers) -> Text:
    """Return that nobody wins, why, and whose change goes first meanwhile."""
    best, first = titles[main.best], condition_texts.goes_first(main, titles)
    only = {rule.TIED, rule.UNCERTAIN}
    if main.best != main.baseline and rule.TIED in main.doubts and set(main.doubts) <= only:
        close = main.lead_over_runner_up <= main.zone_amount
        return Text(
            de="Kein eindeutiger Sieger: {all} sind {how}; {best} brächte gegenüber heute {gain} mehr Gewinn im "
            "Jahr.{first}",
            en="No clear winner: {all} {how}; {best} would earn {gain} more profit a year than today.{first}",
        ).fill(
            all=listed([best, *(titles[name] for name in main.equals)]), how=EQUAL if close else NOT_TOLD_APART,
            best=best, gain=bilingual.amount(main.difference), first=first,
        )  # fmt: skip
    return Text(
        de="Kein eindeutiger Sieger: {best} liegt vorn, doch {why}.{first}",
        en="No clear winner: {best} leads, but {why}.{first}",
    ).fill(best=best, why=listed([DOUBTS[name] for name in main.doubts]), first=first)


EQUAL = Text(de="praktisch gleichwertig", en="are practically equal")
NOT_TOLD_APART = Text(de="nicht voneinander zu unterscheiden", en="cannot be told apart")


DOUBTS = {
    rule.UNCERTAIN: Text(
        de="ob das die beste Organisationsvariante ist, bleibt zu unsicher",
        en="it is too uncertain whether it is the best design",
    ),
    rule.NOT_DISTINGUISHED: Text(
        de="der Vorsprung ist vom Zufall nicht zu unterscheiden", en="its lead cannot be told from chance"
    ),
    rule.TOO_SMALL: Text(de="der Vorsprung ist zu klein, um zu zählen", en="its lead is too small to matter"),
    rule.TIED: Text(
        de="eine andere Organisationsvariante ist davon nicht zu unterscheiden",
        en="another design cannot be told from it",
    ),
    rule.NOT_SUSTAINABLE: Text(
        de="der Rückstand wächst so stark, dass das nicht dauerhaft trägt",
        en="open work grows so fast that it cannot last",
    ),
}


def reasons(main: Decision, titles: Titles, bilingual: BilingualNumbers) -> tuple[Text, ...]:
    """Return each check of the rule with its numbers."""
    best = titles[main.best]
    rival = titles[main.runner_up] if main.best == main.baseline else titles[main.baseline]
    probability = Text(
        de="{best} ist mit {p} Wahrscheinlichkeit die beste Organisationsvariante (verlangt: {limit}).",
        en="{best} is the best design with probability {p} (asked for: {limit}).",
    ).fill(
        best=best,
        p=bilingual.share(main.probability_best, 0),
        limit=bilingual.share(threshold("rule.probability_best"), 0),
    )
    lead = Text(
        de="Gewinn im Jahr gegenüber „{rival}“: {gain}, gemeinsames 95-%-Intervall {span}; unter {zone} (1 % des "
        "heutigen Deckungsbeitrags) gilt ein Unterschied als keiner.",
        en="Profit a year against '{rival}': {gain}, simultaneous 95% interval {span}; a difference below {zone} (1% of "
        "today's contribution) counts as none.",
    ).fill(
        rival=rival, gain=bilingual.amount(main.difference), span=bilingual.amounts(main.low, main.high),
        zone=bilingual.amount(main.zone_amount),
    )  # fmt: skip
    second = Text(
        de="Vorsprung vor der zweitbesten Organisationsvariante, „{second}“: {margin}.",
        en="Lead over the second best design, '{second}': {margin}.",
    ).fill(second=titles[main.runner_up], margin=bilingual.amount(main.lead_over_runner_up))
    apart = condition_texts.not_told_apart(main, titles, bilingual)
    return probability, lead, second, apart, _lasting(main.sustainable)


def _lasting(sustainable: bool) -> Text:
    if sustainable:
        return Text(de="Der Rückstand wächst nicht nennenswert.", en="Open work does not grow noticeably.")
    return Text(
        de="Der Rückstand wächst um mehr als 1 % der Kapazität im Jahr: nicht dauerhaft tragfähig.",
        en="Open work grows by more than 1% of capacity per year: not sustainable.",
    )


def confidence(level: str, decisions: Sequence[Decision], titles: Titles) -> Text:
    """Return the confidence in words, with the scenarios in which the answer is the same."""
    best = decisions[0].best
    same = sum(one.best == best for one in decisions)
    word = {
        "high": Text(de="Hoch", en="High"),
        "medium": Text(de="Mittel", en="Medium"),
        "low": Text(de="Gering", en="Low"),
    }[level]
    return Text(
        de="{word}: {best} hat in {same} von {number} Szenarien den höchsten Gewinn, in {clear} davon eindeutig. Die "
        "Sicherheit gilt unter den genannten Annahmen.",
        en="{word}: {best} has the highest profit in {same} of {number} scenarios, clearly so in {clear}. The "
        "confidence holds under the stated assumptions.",
    ).fill(
        word=word, best=titles[best], same=same, number=len(decisions),
        clear=sum(one.best == best and not one.doubts for one in decisions),
    )  # fmt: skip


def money(change: Change, shown: Text, bilingual: BilingualNumbers) -> Text:
    """Return what a design changes in profit, with the interval beside it."""
    return Text(
        de="{shown}: {gain} {word} Gewinn im Jahr ({inside}).",
        en="{shown}: {gain} {word} profit a year ({inside}).",
    ).fill(
        shown=shown, gain=bilingual.amount(abs(change.difference)), word=more_or_less(change.difference),
        inside=in_brackets(change, bilingual),
    )  # fmt: skip


def people(row: pd.Series, shown: Text, bilingual: BilingualNumbers) -> Text:
    """Return what a design changes in people on board."""
    if abs(float(row["difference"])) < 0.05:
        return Text(
            de="{shown}: mit gleich vielen Personen wie heute ({fte} VZÄ).",
            en="{shown}: with as many people as today ({fte} FTE).",
        ).fill(shown=shown, fte=bilingual.number(float(row["mean"]), 1))
    return Text(
        de="{shown}: {change} VZÄ {word} als heute (im Mittel {fte} statt {base}).",
        en="{shown}: {change} FTE {word} than today (on average {fte} instead of {base}).",
    ).fill(
        shown=shown, change=bilingual.number(abs(float(row["difference"])), 1),
        word=more_or_less(float(row["difference"])), fte=bilingual.number(float(row["mean"]), 1),
        base=bilingual.number(float(row["baseline"]), 1),
    )  # fmt: skip


def hours(row: pd.Series, left_h: float, shown: Text, bilingual: BilingualNumbers) -> Text:
    """Return what a design changes in customer hours, and what remains after the change of open work."""
    change = float(row["difference"])
    return Text(
        de="{shown}: {change} Kundenstunden im Jahr {word} ({relative}); ohne Rückstand {steady}.",
        en="{shown}: {change} customer hours per year {word} ({relative}); {steady} after the change of open work.",
    ).fill(
        shown=shown, change=bilingual.number(abs(change)), word=more_or_less(change),
        relative=bilingual.signed_share(float(row["relative"])), steady=bilingual.number(change - left_h),
    )  # fmt: skip


def next_steps(
    main: Decision, titles: Titles, to_measure: Text, rule_alone: pd.Series | None, bilingual: BilingualNumbers
) -> tuple[Text, Text, Text]:
    """Return the three steps: act, measure, decide."""
    return _act(main, titles, rule_alone, bilingual), to_measure, _decide(main, bilingual)


def _act(main: Decision, titles: Titles, rule_alone: pd.Series | None, bilingual: BilingualNumbers) -> Text:
    first = main.goes_first or main.best
    if main.best == main.baseline or (first == main.baseline and rule_alone is None):
        return Text(
            de="Die Organisation jetzt nicht ändern; Termin für die nächste Prüfung festlegen.",
            en="Do not change the organisation now; set a date for the next check.",
        )
    if rule_alone is not None:
        return Text(
            de="Die Vorrangregel sofort einführen: Sie braucht keinen Umbau und bringt allein {gain} im Jahr.",
            en="Introduce the priority rule at once: it needs no rebuilding and brings {gain} a year alone.",
        ).fill(gain=bilingual.amount(float(rule_alone["difference"])))
    return Text(
        de="{best} in einem Team erproben, bevor alle umgestellt werden.",
        en="Try {best} in one team before everybody changes over.",
    ).fill(best=titles[first])


def measure(to_measure: list[Text]) -> Text:
    """Return the request to measure what is assumed with the widest range; again what is measured, without any."""
    if not to_measure:
        return Text(
            de="Die gemessenen Größen nach drei Monaten neu erheben.",
            en="Measure the same quantities again in 3 months.",
        )
    return Text(
        de="Vier Wochen lang messen, was heute mit der größten Spanne angenommen ist: {names}.",
        en="Measure for four weeks what is now assumed with the widest range: {names}.",
    ).fill(names=listed([QUOTED.fill(name=name) for name in to_measure]))


def _decide(main: Decision, bilingual: BilingualNumbers) -> Text:
    if main.doubts and main.replications_needed > MANY_REPLICATIONS:
        return Text(
            de="Mit den Messwerten neu rechnen; mehr Simulationsläufe allein werden den Unterschied nicht klären.",
            en="Run again with the measured values; more replications alone will not settle the difference.",
        )
    if main.doubts and main.replications_needed > main.replications:
        return Text(
            de="Mit den Messwerten und {n} Simulationsläufen neu rechnen; entscheiden, wenn eine Variante mit mindestens "
            "{limit} Wahrscheinlichkeit die beste ist.",
            en="Run again with the measured values and {n} replications; decide once a design is the best with a "
            "probability of at least {limit}.",
        ).fill(
            n=bilingual.number(main.replications_needed), limit=bilingual.share(threshold("rule.probability_best"), 0)
        )
    return Text(
        de="Mit den Messwerten neu rechnen und umstellen, wenn der Vorsprung über {zone} im Jahr bleibt.",
        en="Run again with the measured values and change over if the lead stays above {zone} a year.",
    ).fill(zone=bilingual.amount(main.zone_amount))
