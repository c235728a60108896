"""The sentences of the recommendation, in both languages, each filled from the numbers it speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.foundation.text import Text
from simkit.study.advice import condition_texts
from simkit.study.advice import decision as rule
from simkit.study.advice.decision import Decision
from simkit.study.bilingual_texts import LARGEST_CHANGE, BilingualNumbers, listed, more_or_less
from simkit.study.thresholds import threshold

Titles = Mapping[str, Text]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a design changes against today, with the interval that holds for all comparisons together."""

    difference: float
    low: float
    high: float
    """Money over three years."""
    relative: float
    """As a share of today's; NaN where that is 0 or a loss."""


QUOTED = Text(de="„{name}“", en="'{name}'")
NOT_RECORDED = Text(de="In den Läufen nicht erfasst.", en="Not recorded in the runs.")
LEFT_UNDONE = (
    ("lapsed_care", "A"), ("lapsed_requests", ""), ("lapsed_leads", ""), ("late_orders", ""), ("cancelled_orders", ""),
)  # fmt: skip
LEFT_LABELS = {
    "lapsed_care": Text(de="verfallene Betreuungskontakte bei A-Kunden", en="lapsed care contacts with A customers"),
    "lapsed_requests": Text(de="verfallene Serviceanfragen", en="lapsed service requests"),
    "lapsed_leads": Text(de="verfallene Leads", en="lapsed leads"),
    "late_orders": Text(de="verspätete Aufträge", en="late orders"),
    "cancelled_orders": Text(de="stornierte Aufträge", en="cancelled orders"),
}
MANY_REPLICATIONS = 100  # a difference that needs more is too small to be worth them
MATERIAL_SHARE = 0.1  # what rises by a tenth is worth a word


def headline(main: Decision, titles: Titles, bilingual: BilingualNumbers) -> Text:
    """Return the answer in one sentence."""
    best, runner_up = titles[main.best], titles[main.runner_up]
    gain, span = bilingual.amount(main.difference), bilingual.amounts(main.low, main.high)
    if main.verdict == "winner":
        return Text(
            de="{best} bringt in drei Jahren {gain} mehr Gewinn als heute ({relative}gemeinsames 95-%-Intervall "
            "{span}).",
            en="{best} earns {gain} more profit in three years than today ({relative}simultaneous 95% interval {span}).",
        ).fill(best=best, gain=gain, span=span, relative=bilingual.change(main.relative))
    if main.verdict == "keep":
        return Text(
            de="Die heutige Organisation behalten: Die nächstbeste Organisationsvariante, {second}, brächte in drei Jahren "
            "{gain} weniger Gewinn (gemeinsames 95-%-Intervall {span}).",
            en="Keep today's organisation: the next best design, {second}, would earn {gain} less profit in three "
            "years (simultaneous 95% interval {span}).",
        ).fill(second=runner_up, gain=gain, span=span)
    return _no_clear_winner(main, titles, bilingual)


def _no_clear_winner(main: Decision, titles: Titles, bilingual: BilingualNumbers) -> Text:
    """Return that nobody wins, why, and whose change goes first meanwhile."""
    best, first = titles[main.best], condition_texts.goes_first(main, titles)
    only = {rule.TIED, rule.UNCERTAIN}
    if main.best != main.baseline and rule.TIED in main.doubts and set(main.doubts) <= only:
        close = main.lead_over_runner_up <= main.zone_amount
        return Text(
            de="Kein eindeutiger Sieger: {all} sind {how}; {best} brächte gegenüber heute {gain} mehr Gewinn in drei "
            "Jahren.{first}",
            en="No clear winner: {all} {how}; {best} would earn {gain} more profit than today in three years.{first}",
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
        de="Gewinn in drei Jahren gegenüber „{rival}“: {gain}, gemeinsames 95-%-Intervall {span}; unter {zone} gilt "
        "ein Unterschied als keiner.",
        en="Profit in three years against '{rival}': {gain}, simultaneous 95% interval {span}; a difference below "
        "{zone} counts as none.",
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
    """Return what a design changes in profit, with the interval that the decision rests on."""
    return Text(
        de="{shown}: {gain} {word} Gewinn in drei Jahren ({relative}gemeinsames 95-%-Intervall {span}).",
        en="{shown}: {gain} {word} profit in three years ({relative}simultaneous 95% interval {span}).",
    ).fill(
        shown=shown, gain=bilingual.amount(abs(change.difference)), word=more_or_less(change.difference),
        relative=bilingual.change(change.relative), span=bilingual.amounts(change.low, change.high),
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


def hours(row: pd.Series, left_h: float, shown: Text, bilingual: BilingualNumbers, years: int) -> Text:
    """Return what a design changes in customer hours, and what remains after the change of open work."""
    change = float(row["difference"]) / years
    return Text(
        de="{shown}: {change} Kundenstunden im Jahr {word} ({relative}); ohne Rückstand {steady}.",
        en="{shown}: {change} customer hours per year {word} ({relative}); {steady} after the change of open work.",
    ).fill(
        shown=shown, change=bilingual.number(abs(change)), word=more_or_less(change),
        relative=bilingual.signed_share(float(row["relative"])), steady=bilingual.number(change - left_h),
    )  # fmt: skip


def first_year(row: pd.Series | None, shown: Text, bilingual: BilingualNumbers) -> Text | None:
    """Return the cost of the transition, if the first year is worse than today beyond chance."""
    if row is None or not float(row["high"]) < 0:
        return None
    return Text(
        de="Die Umstellung kostet zuerst: {shown} bringt im ersten Jahr {loss} weniger Gewinn als heute.",
        en="The transition costs first: {shown} earns {loss} less profit than today in the first year.",
    ).fill(shown=shown, loss=bilingual.amount(-float(row["difference"])))


def left_undone(row: pd.Series | None, name: str, group: str, bilingual: BilingualNumbers) -> Text | None:
    """Return what is left undone more often than today, beyond chance."""
    if row is None or not float(row["low"]) > 0 or float(row["relative"]) < MATERIAL_SHARE:
        return None  # a relative change from 0 is missing, and worth a word
    return Text(
        de="Mehr {label}: {mean} statt {base} in drei Jahren.",
        en="More {label}: {mean} instead of {base} in three years.",
    ).fill(
        label=LEFT_LABELS[name],
        mean=bilingual.number(float(row["mean"])),
        base=bilingual.number(float(row["baseline"])),
    )


def lead_time(row: pd.Series | None, bilingual: BilingualNumbers) -> Text | None:
    """Return the longer lead time of bespoke orders, if it rises beyond chance by a tenth or more."""
    if row is None or not (float(row["low"]) > 0 and float(row["relative"]) >= MATERIAL_SHARE):
        return None
    return Text(
        de="Sonderaufträge brauchen länger: {mean} statt {base} Arbeitstage.",
        en="Bespoke orders take longer: {mean} instead of {base} working days.",
    ).fill(mean=bilingual.number(float(row["mean"]), 1), base=bilingual.number(float(row["baseline"]), 1))


def piling_up(
    frame: pd.DataFrame, scenario: str, design: str, titles: Titles, bilingual: BilingualNumbers
) -> Text | None:
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
    ).fill(design=titles[design], growth=bilingual.share(worst))


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
    if row is None or not limit < float(row["relative"]) <= LARGEST_CHANGE:
        return None
    return Text(
        de="Der Gewinnzuwachs von {gain} liegt über dem, was veröffentlichte Umverteilungen der Vertriebszeit brachten "
        "(bis etwa {limit}): vor einer Entscheidung die Annahmen prüfen.",
        en="The gain in profit of {gain} is above what published reallocations of selling time brought (up to about "
        "{limit}): check the assumptions before deciding.",
    ).fill(gain=bilingual.share(float(row["relative"])), limit=bilingual.share(limit, 0))


def thin_profit(row: pd.Series | None, bilingual: BilingualNumbers) -> Text | None:
    """Return the warning that today's profit is too near 0 for percentages."""
    if row is None or abs(float(row["relative"])) <= LARGEST_CHANGE:
        return None  # a missing relative change is no comparison and comes here: today is a loss
    return Text(
        de="Der heutige Gewinn liegt unter den Annahmen nahe null oder darunter ({base} in drei Jahren): Prozentwerte entfallen, "
        "und die Fixkosten außerhalb des Vertriebs sollten geprüft werden.",
        en="Today's profit is near zero or below under the assumptions ({base} in three years): percentages are left out, and "
        "the fixed cost outside sales should be checked.",
    ).fill(base=bilingual.amount(float(row["baseline"])))


def few_replications(replications: int, enough: int, bilingual: BilingualNumbers) -> Text | None:
    """Return the warning of a draft with few replications."""
    if replications >= enough:
        return None
    return Text(
        de="Vorläufig, mit nur {n} Simulationsläufen: Die Wahrscheinlichkeiten sind gröber, als sie aussehen.",
        en="A draft of only {n} replications: its probabilities are coarser than they look.",
    ).fill(n=bilingual.number(replications))


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
            de="Die Vorrangregel sofort einführen: Sie braucht keinen Umbau und bringt allein {gain} in drei Jahren.",
            en="Introduce the priority rule at once: it needs no rebuilding and brings {gain} in three years alone.",
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
        de="Mit den Messwerten neu rechnen und umstellen, wenn der Vorsprung über {zone} in drei Jahren bleibt.",
        en="Run again with the measured values and change over if the lead stays above {zone} in three years.",
    ).fill(zone=bilingual.amount(main.zone_amount))
