"""The recommendation, derived by rule from the runs and written out in both languages; nothing here is hard-wired.

The decision of each scenario comes from :mod:`simkit.study.advice.decision`; this module collects money, people, hours,
confidence, risks, conditions and next steps around it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.study.advice import condition_texts, risk_texts
from simkit.study.advice import recommendation_texts as texts
from simkit.study.advice.confidence import FEW_REPLICATIONS, Check, Support, checks, level_of
from simkit.study.advice.decision import Decision
from simkit.study.bilingual_texts import BilingualNumbers, how_much_is_measured
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate
from simkit.study.joint_draws.joint_summary import nothing_drawn
from simkit.study.paired_comparison import PROFIT

MEASURABLE = ("orders.", "service.", "opportunities.", "leads.")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One headline number with its sentence."""

    label: Text
    sentence: Text
    """What it is, and what it says."""
    value: float
    low: float
    high: float
    """Difference to the baseline with its interval, in `unit`: of money what `basis` says, of people and hours 95 % for
    each by itself."""
    relative: float
    """Difference as a share of the baseline's value, of money as a share of its contribution; NaN where that is 0."""
    unit: str
    """"money" (a year), "h/a" or "fte"."""
    basis: str = "simulation"
    """What the interval holds (:class:`simkit.study.advice.recommendation_texts.Change`)."""


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What the study advises."""

    verdict: str
    """Whether a design wins, today's organisation stays best, or neither can be said."""
    design: str
    """The design advised; empty without a clear winner."""
    goes_first: str
    """The simplest change among the designs that cannot be told from the best; `design` itself where it is clear."""
    best: str
    """The design with the highest mean profit in the main scenario."""
    scenario: str
    headline: Text
    """The answer in one sentence."""
    reasons: tuple[Text, ...]
    """Each check of the rule with its numbers."""
    confidence_level: str
    """And in words, `confidence`."""
    confidence: Text
    confidence_reasons: tuple[Text, ...]
    """The checks behind the level, each with its numbers."""
    money: Figure
    people: Figure
    hours: Figure
    """What `shown` changes against the baseline."""
    shown: str = ""
    """`best`, or the best alternative where today's organisation is best."""
    risks: tuple[Text, ...]
    conditions: tuple[Text, ...]
    next_steps: tuple[Text, ...]
    """What gets worse or makes the numbers doubtful, when the answer turns, and the three steps to take."""
    measured: Text
    """How many of the model's parameters were measured on this client; it stands beside every recommendation."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that the recommendation rests on."""

    decisions: tuple[Decision, ...]
    """One per scenario, the main one first."""
    differences: pd.DataFrame
    levels: pd.DataFrame
    sustainability: pd.DataFrame
    elasticity: pd.DataFrame
    steps: pd.DataFrame
    regret: pd.DataFrame
    worst_regret: pd.DataFrame
    information: pd.DataFrame
    """Frames of the study."""
    titles: Mapping[str, Text]
    """Titles of designs and scenarios by name."""
    parameters: ParameterSet
    """The parameter set after measurement."""
    break_even_idle: float
    """Idle share of the service unit up to which service design pays; NaN where unknown."""
    taken_apart: str = ""
    """The design whose steps these are; empty without one."""
    joint: pd.DataFrame = field(default_factory=lambda: nothing_drawn()["joint_summary"])
    """Gains over joint draws of the assumptions by design (frame ``joint_summary``); empty where none were made."""
    drivers: pd.DataFrame = field(default_factory=lambda: nothing_drawn()["joint_drivers"])
    """The assumptions that the gains hang on most (frame ``joint_drivers``)."""
    gate: Gate = NOT_CALIBRATED
    """What the fit to the client's figures allows."""
    rule_switch: str = ""
    """The first of its switches where that moves nothing but who is served first; else empty."""

    @property
    def main(self) -> Decision:
        """The decision of the main scenario."""
        return self.decisions[0]

    @property
    def shown(self) -> str:
        """The design whose figures are shown: the best, or the best alternative when today's organisation is best."""
        return self.main.runner_up if self.main.best == self.main.baseline else self.main.best

    def change(self, measure: str, *, year: int = 0, group: str = "", scenario: str = "") -> pd.Series | None:
        """Return the row of the shown design's difference to the baseline; None when it was not recorded."""
        rows = select(
            self.differences,
            scenario=scenario or self.main.scenario,
            design=self.shown,
            measure=measure,
            year=year,
            group=group,
        )
        return None if rows.empty else rows.iloc[0]


def recommend(evidence: Evidence, bilingual: BilingualNumbers) -> Recommendation:
    """Return the recommendation that follows from the evidence.

    Returns
    -------
    Recommendation
        With `design` filled only when the rule of :mod:`simkit.study.advice.decision` finds no doubt.
    """
    main = evidence.main
    found = _checks(evidence, bilingual)
    level = level_of(found)
    shown = evidence.titles[evidence.shown]
    return Recommendation(
        verdict=main.verdict,
        design="" if main.doubts else main.best,
        goes_first=main.goes_first or main.best,
        best=main.best,
        scenario=main.scenario,
        headline=texts.headline(main, _decisive(evidence), evidence.titles, bilingual),
        reasons=texts.reasons(main, evidence.titles, bilingual),
        confidence_level=level,
        confidence=texts.confidence(level, evidence.decisions, evidence.titles),
        confidence_reasons=tuple(one.sentence for one in found),
        money=_money(evidence, shown, bilingual),
        people=_people(evidence, shown, bilingual),
        hours=_hours(evidence, shown, bilingual),
        shown=evidence.shown,
        risks=_risks(evidence, bilingual),
        measured=how_much_is_measured(evidence.parameters, bilingual),
        conditions=_conditions(evidence, bilingual),
        next_steps=texts.next_steps(
            main, evidence.titles, _to_measure(evidence, bilingual), _rule_alone(evidence), bilingual
        ),
    )


def _checks(evidence: Evidence, bilingual: BilingualNumbers) -> tuple[Check, ...]:
    support = Support(joint_summary=evidence.joint, gate=evidence.gate)
    return checks(evidence.decisions, evidence.worst_regret, evidence.elasticity, evidence.titles, bilingual, support)


def _figure(row: pd.Series | None, label: Text, sentence: Text, unit: str) -> Figure:
    if row is None:
        return Figure(label=label, sentence=texts.NOT_RECORDED, value=0.0, low=0.0, high=0.0, relative=0.0, unit=unit)
    value, low, high = (float(row[name]) for name in ("difference", "low", "high"))
    return Figure(
        label=label, sentence=sentence, value=value, low=low, high=high, relative=float(row["relative"]), unit=unit
    )


def _money(evidence: Evidence, shown: Text, bilingual: BilingualNumbers) -> Figure:
    change = _decisive(evidence)
    return Figure(
        label=Text(de="Gewinn je Jahr", en="Profit a year"),
        sentence=texts.money(change, shown, bilingual),
        value=change.difference, low=change.low, high=change.high, relative=change.relative, unit="money",
        basis=change.basis,
    )  # fmt: skip


def _decisive(evidence: Evidence) -> texts.Change:
    """Return the change of profit of the design shown, seen from today: one number has one interval everywhere.

    The interval is that of the joint draws of all assumptions where they were made, else the chance of the simulation. When
    today's organisation is best, the decision compares it with the runner-up; the change is the other way round.
    """
    main = evidence.main
    sign = -1 if main.best == main.baseline else 1
    ends = sorted((sign * main.low, sign * main.high)) if main.low == main.low else [math.nan, math.nan]
    drawn = select(evidence.joint, design=evidence.shown) if len(evidence.joint) else evidence.joint
    if len(drawn := drawn.dropna(subset=["low", "high"])):
        ends = [float(drawn[end].iloc[0]) for end in ("low", "high")]
    return texts.Change(
        difference=sign * main.difference, low=ends[0], high=ends[1], relative=sign * main.relative,
        basis="joint" if len(drawn) else "simulation",
    )  # fmt: skip


def _people(evidence: Evidence, shown: Text, bilingual: BilingualNumbers) -> Figure:
    row = evidence.change("fte")
    sentence = texts.NOT_RECORDED if row is None else texts.people(row, shown, bilingual)
    return _figure(row, Text(de="Besetzte Stellen (VZÄ)", en="People on board (FTE)"), sentence, "fte")


def _hours(evidence: Evidence, shown: Text, bilingual: BilingualNumbers) -> Figure:
    row, piled = evidence.change("facing_h"), evidence.change("open_work_change_h")
    left = 0.0 if piled is None else float(piled["difference"])
    sentence = texts.NOT_RECORDED if row is None else texts.hours(row, left, shown, bilingual)
    return _figure(row, Text(de="Kundenstunden je Jahr", en="Customer hours per year"), sentence, "h/a")


def _risks(evidence: Evidence, bilingual: BilingualNumbers) -> tuple[Text, ...]:
    """Return what the design shown makes worse, the largest first, and what makes its numbers doubtful."""
    main, title = evidence.main, evidence.titles[evidence.shown]
    found = [
        risk_texts.first_year(evidence.change(PROFIT, year=1), title, bilingual),
        risk_texts.later_orders(evidence.change(risk_texts.LATE), title, bilingual),
        *risk_texts.worsened(evidence.differences, main.scenario, evidence.shown, bilingual),
        risk_texts.piling_up(evidence.sustainability, main.scenario, evidence.shown, title, bilingual),
        risk_texts.reaction(evidence.elasticity, bilingual),
        risk_texts.large_gain(evidence.change(PROFIT), bilingual),
        risk_texts.few_replications(main.replications, FEW_REPLICATIONS, bilingual),
    ]
    return tuple(text for text in found if text is not None)


def _conditions(evidence: Evidence, bilingual: BilingualNumbers) -> tuple[Text, ...]:
    main = evidence.main
    turns = [condition_texts.turns(one, main, evidence.titles, bilingual) for one in evidence.decisions[1:]]
    known = main.best == evidence.taken_apart
    weak = condition_texts.weak_switches(evidence.steps, bilingual) if known else None
    idle = condition_texts.idle_limit(evidence.break_even_idle, bilingual) if known else None
    cautious = condition_texts.cautious_choice(
        main, evidence.worst_regret, len(evidence.decisions), evidence.titles, bilingual
    )
    lost = [condition_texts.lost_in(main, row, evidence.titles, bilingual) for _, row in evidence.regret.iterrows()]
    found = (*turns, *lost, cautious, weak, idle)
    return tuple(text for text in found if text is not None)


def _rule_alone(evidence: Evidence) -> pd.Series | None:
    """Return the step of the priority rule, which needs no reorganisation, if it pays by itself."""
    rows = select(evidence.steps, switch=evidence.rule_switch, measure=PROFIT)
    return rows.iloc[0] if len(rows) and float(rows["low"].iloc[0]) > 0 else None


def _to_measure(evidence: Evidence, bilingual: BilingualNumbers) -> Text:
    """Return what to measure next: what the draws or the test of robustness say is worth most before deciding, else what
    is assumed with the widest range."""
    drivers = select(evidence.drivers, design=evidence.shown)
    if len(drivers) and (drivers["worth_amount"] >= condition_texts.LEAST_WORTH_AMOUNT).any():
        return condition_texts.worth_knowing(drivers.assign(value=drivers["worth_amount"]), bilingual)
    parameters = select(evidence.information, kind="parameter")
    if len(parameters):
        return condition_texts.worth_knowing(parameters, bilingual)
    return texts.measure(_widest(evidence.parameters))


def _widest(parameters: ParameterSet, number: int = 3) -> list[Text]:
    """Return the assumptions on work content with the widest plausible range relative to their value."""
    open_parameters = [
        parameter
        for parameter in parameters.values()
        if parameter.provenance.kind == "assumption" and parameter.path.startswith(MEASURABLE) and parameter.value
    ]
    widest = sorted(
        open_parameters,
        key=lambda parameter: (-(parameter.high - parameter.low) / abs(parameter.value), parameter.path),
    )
    return [parameter.label for parameter in widest[:number]]


def to_record(value: Any) -> Any:
    """Return a recommendation (or a part of one) as JSON values; a missing number becomes null."""
    if isinstance(value, Text):
        return {"de": value.de, "en": value.en}
    if isinstance(value, Recommendation | Figure):
        return {one.name: to_record(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [to_record(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def from_record(record: Mapping[str, Any]) -> Recommendation:
    """Return the recommendation that :func:`to_record` wrote."""
    return Recommendation(**{name: _from_json(value) for name, value in record.items()})


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_from_json(one) for one in value)
    if not isinstance(value, dict):
        return value
    if set(value) == {"de", "en"}:
        return Text(**value)
    parts: dict[str, Any] = {name: math.nan if one is None else _from_json(one) for name, one in value.items()}
    return Figure(**parts)
