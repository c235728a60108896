"""The sentences of the answer, in both languages, each filled from the numbers it speaks of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text, same
from simkit.intake.settings.goals_settings import DEFAULT_GOALS, Goals
from simkit.study.advice.gain_words import gain_words
from simkit.study.advice.verdict import Standing, Verdict
from simkit.study.bilingual_texts import BilingualNumbers, listed, more_or_less
from simkit.study.calibration.fit_gate import Gate
from simkit.study.thresholds import threshold

TEXTS = Catalogue.beside(__file__)
Titles = Mapping[str, Text]
NOT_RECORDED = Text(de="In den Läufen nicht erfasst.", en="Not recorded in the runs.")
LEAST_WORTH: Mapping[str, float] = {"money": 1.0, "hours": 1.0, "share": 0.001}
"""A year, by what gains are measured in; less would read 0."""
WORTH_NAMING = 3
MONEY = TEXTS["money"]
WEEKS_TO_MEASURE = 4
"""How long it takes to measure an assumption at the client: a month of ordinary work (convention of this kit)."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a plan changes against today, with the interval that a reader sees beside it; money a year."""

    value: float
    """Median of the joint draws where they were made, so that it lies within its range; else the mean of the simulation."""
    low: float
    high: float
    relative: float
    """As a share of today's contribution; NaN where that is 0."""
    basis: str = "simulation"
    """What the interval holds: "joint", the draws of all open assumptions and measured parameters (5 to 95 %), or
    "simulation", the chance of the simulation alone (95 %, for all plans together)."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """All that the sentences are filled from."""

    verdict: Verdict
    standings: Sequence[Standing]
    change: Change
    zone: float
    replications: int
    titles: Titles
    full_titles: Titles
    """All changes of a plan, where `titles` has a letter."""
    numbers: BilingualNumbers
    gate: Gate
    joint: pd.DataFrame
    """Frame ``joint_summary``."""
    drivers: pd.DataFrame
    """Frame ``joint_drivers``."""
    goals: Goals = DEFAULT_GOALS
    """What the gains of the standings count; the change is money in any case."""

    def gain(self, value: float) -> Text:
        """Write a gain of a standing in its unit."""
        return gain_words(value, self.goals, self.numbers)

    @property
    def standing(self) -> Standing | None:
        """What is known of the plan that the answer is about."""
        return next((one for one in self.standings if one.name == self.verdict.shown), None)

    @property
    def plan(self) -> Text:
        """What people call it."""
        return self.titles[self.verdict.shown] if self.verdict.shown else same("")


def headline(told: Told) -> Text:
    """Return the answer in one sentence."""
    one, numbers, texts = told.verdict, told.numbers, TEXTS.group("headlines")
    if one.advises:
        plan = told.full_titles.get(one.plan, told.plan)
        words = texts[one.kind].fill(plan=plan, gain=numbers.amount(told.change.value), span=in_brackets(told))
        return words.fill(beyond=told.titles[one.beyond]) if one.beyond else words
    if one.kind == "not_usable":
        return texts["not_usable"].fill(gate=told.gate.words)
    if one.kind == "keep":
        broken = [name for standing in told.standings for name in standing.broken]
        most = max((standing.high for standing in told.standings if not standing.broken), default=0.0)
        return texts[f"keep_{one.because}"].fill(most=told.gain(max(most, 0.0)), broken=broken_words(broken))
    worth = worth_measuring(told)
    if one.because == "not_drawn":
        return texts["not_drawn"].fill(plan=told.plan)
    if not worth and one.because == "unreliable" and told.standing is not None:
        return texts["unreliable"].fill(
            plan=told.plan, share=numbers.share(told.standing.reliability, 0),
            wanted=numbers.share(threshold("rule.reliability"), 0),
        )  # fmt: skip
    if not worth:
        return texts["measure_more"].fill(plan=told.plan, replications=numbers.number(told.replications))
    return texts["measure_first"].fill(
        plan=told.plan, weeks=WEEKS_TO_MEASURE, what=listed([QUOTED.fill(name=_label(row)) for row in worth])
    )


QUOTED = Text(de="„{name}“", en="'{name}'")


Row = dict[str, Any]


def worth_measuring(told: Told) -> list[Row]:
    """Return the one to three assumptions of the plan shown that are most worth knowing before deciding, the most first."""
    rows = select(told.drivers, design=told.verdict.shown) if len(told.drivers) else told.drivers
    if rows.empty:
        return []
    least = LEAST_WORTH[told.goals.gains_in]
    first = rows[rows["worth"] >= least].sort_values("worth", ascending=False, kind="stable")
    return _rows(first.head(WORTH_NAMING))


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _label(row: Row) -> Text:
    return Text(de=str(row["label_de"]), en=str(row["label_en"]))


def in_brackets(told: Told) -> Text:
    """Return the change as a share of contribution with its interval and what that holds."""
    change = told.change
    low, high = told.numbers.amount(change.low), told.numbers.amount(change.high)
    span = TEXTS.group("span")[change.basis].fill(low=low, high=high)
    if math.isnan(change.relative):
        return span
    share = told.numbers.signed_share(change.relative)
    return Text(de="{share} des heutigen Deckungsbeitrags; {span}", en="{share} of today's contribution; {span}").fill(
        share=share, span=span
    )


def reasons(told: Told, scenarios: Sequence[tuple[str, float, float, float]]) -> tuple[Text, ...]:
    """Return why: the gain on fresh replications, the joint draws, the limits, and the other scenarios.

    Parameters
    ----------
    scenarios : sequence of (str, float, float, float)
        Name of each other scenario, and the gain there with its interval.
    """
    return tuple(_reasons(told, scenarios))


def _reasons(told: Told, scenarios: Sequence[tuple[str, float, float, float]]) -> Iterator[Text]:
    one, numbers, texts = told.standing, told.numbers, TEXTS.group("reasons")
    if one is None:
        return
    span = {"low": told.gain(one.low), "high": told.gain(one.high)}
    yield texts["gain"].fill(
        plan=told.plan, n=numbers.number(told.replications), gain=told.gain(one.mean),
        zone=told.gain(told.zone), **span,
    )  # fmt: skip
    rows = select(told.joint, design=one.name) if len(told.joint) else told.joint
    if one.reliability == one.reliability:
        yield texts["drawn"].fill(
            share=numbers.share(one.reliability, 0), n=numbers.number(int(rows["draws"].iloc[0])),
            wanted=numbers.share(threshold("rule.reliability"), 0),
        )  # fmt: skip
    yield texts["breaks" if one.broken else "holds"].fill(broken=broken_words(one.broken))
    for name, gain, low, high in scenarios:
        yield texts["scenario"].fill(
            scenario=told.titles[name], gain=told.gain(gain), low=told.gain(low), high=told.gain(high),
        )  # fmt: skip


def broken_words(names: Sequence[str]) -> Text:
    """Return what conditions are about, in words."""
    return listed([TEXTS.group("conditions")[name] for name in dict.fromkeys(names)])


def confidence(level: str) -> Text:
    """Return how sure the answer is, in words."""
    return TEXTS.group("confidence")[level]


def promises(levers: Sequence[Text]) -> tuple[Text, ...]:
    """Return that nobody has measured the levers of the plan that only promise their effect; nothing where there are none."""
    named = [TEXTS["quoted"].fill(lever=title) for title in levers]
    return (TEXTS["promise"].fill(levers=listed(named)),) if named else ()


def hanging_on(told: Told) -> tuple[Text, ...]:
    """Return what must be true: the assumptions that the gain hangs on most, with what they move."""
    rows = select(told.drivers, design=told.verdict.shown) if len(told.drivers) else told.drivers
    return tuple(
        TEXTS["hangs_on"].fill(label=_label(row), effect=told.gain(abs(float(row["effect"])))) for row in _rows(rows)
    )


def next_steps(told: Told, chain: pd.DataFrame) -> tuple[Text, ...]:
    """Return the steps to take: those of the plan with what each adds, else what to measure; then when to look again.

    Parameters
    ----------
    chain : DataFrame
        Frame ``chain``: what the steps to each plan of the short list add.
    """
    texts, numbers, one = TEXTS.group("steps"), told.numbers, told.verdict
    steps = select(chain, plan=one.plan) if len(chain) else chain
    if one.kind == "do_it" and len(steps):
        added = [
            texts["step"].fill(
                change=_label(row), gain=numbers.amount(float(row["difference"])),
                low=numbers.amount(float(row["low"])), high=numbers.amount(float(row["high"])),
            )
            for row in _rows(steps)
        ]  # fmt: skip
        return (*added, texts["review"])
    if one.advises:
        return texts["act"].fill(plan=told.plan), texts["review"]
    if one.kind == "keep":
        return (texts["keep"],)
    again = texts["again" if worth_measuring(told) else "again_with_more"]
    return texts["wait"].fill(plan=told.plan), to_measure(told), again


def to_measure(told: Told) -> Text:
    """Return what to measure first, by what knowing it is worth; nothing turns the choice where all are worth nothing."""
    rows = worth_measuring(told)
    if not rows:
        return Text(
            de="Keine der geprüften Annahmen dreht für sich allein die Wahl.",
            en="No assumption that was tested turns the choice by itself.",
        )
    names = [
        Text(de="„{label}“ (bis zu {worth} im Jahr)", en="'{label}' (up to {worth} a year)").fill(
            label=_label(row), worth=told.gain(float(row["worth"]))
        )
        for row in rows
    ]
    return Text(
        de="Zuerst messen, was vor der Entscheidung am meisten wert ist: {names}.",
        en="First measure what is worth most before deciding: {names}.",
    ).fill(names=listed(names))


def money(told: Told) -> Text:
    """Return what a plan changes in contribution after cost of sales, with the interval beside it."""
    return Text(
        de="{plan}: {gain} {word} Deckungsbeitrag nach Vertriebskosten im Jahr ({inside}).",
        en="{plan}: {gain} {word} contribution after cost of sales a year ({inside}).",
    ).fill(
        plan=told.plan, gain=told.numbers.amount(abs(told.change.value)), word=more_or_less(told.change.value),
        inside=in_brackets(told),
    )  # fmt: skip


def people(row: pd.Series, shown: Text, bilingual: BilingualNumbers) -> Text:
    """Return what a plan changes in people on board."""
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
    """Return what a plan changes in customer hours, and what remains after the change of open work."""
    change = float(row["difference"])
    return Text(
        de="{shown}: {change} Kundenstunden im Jahr {word} ({relative}); ohne Rückstand {steady}.",
        en="{shown}: {change} customer hours per year {word} ({relative}); {steady} after the change of open work.",
    ).fill(
        shown=shown, change=bilingual.number(abs(change)), word=more_or_less(change),
        relative=bilingual.signed_share(float(row["relative"])), steady=bilingual.number(change - left_h),
    )  # fmt: skip
