"""The recommendation: the verdict with the money, people, hours, reasons, risks and steps around it; nothing here is hard-wired.

What is advised comes from :func:`simkit.study.advice.verdict.verdict` alone; this module writes it out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.intake.settings.goals_settings import DEFAULT_GOALS, Goals
from simkit.study.advice import answer_texts as texts
from simkit.study.advice import risk_texts
from simkit.study.advice.answer_texts import Change, Told
from simkit.study.advice.verdict import Standing, Verdict, verdict
from simkit.study.bilingual_texts import BilingualNumbers, how_much_is_measured
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate
from simkit.study.joint_draws.joint_summary import nothing_drawn
from simkit.study.measured.measured_parameters import MEASURED_KINDS
from simkit.study.paired_comparison import CONTRIBUTION, PROFIT

FEW_REPLICATIONS = 10  # below it rare events of a scenario may be missing, and t-intervals are wide
SURE = 0.9  # share of the draws in which an answer of high confidence is the right one
MUCH_MEASURED = 1 / 3  # share of the model's parameters behind it


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
    """What the interval holds (:class:`simkit.study.advice.answer_texts.Change`)."""


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """What the study advises."""

    verdict: str
    """One of :data:`simkit.study.advice.verdict.KINDS`."""
    because: str
    """Why nothing is advised, as the verdict says it; empty where something is."""
    design: str
    """The plan advised; empty where none is."""
    beyond: str
    """Of a first step: the plan that it is part of."""
    shown: str
    """The plan whose figures stand beside the answer: the one advised, else the best candidate; the baseline without any."""
    scenario: str
    headline: Text
    """The answer in one sentence."""
    reasons: tuple[Text, ...]
    confidence_level: str
    """"high", "medium" or "low"; in words, `confidence`."""
    confidence: Text
    confidence_reasons: tuple[Text, ...]
    """What nobody has measured, and what the gain hangs on."""
    money: Figure
    people: Figure
    hours: Figure
    """What `shown` changes against the baseline."""
    risks: tuple[Text, ...]
    next_steps: tuple[Text, ...]
    """What gets worse or makes the numbers doubtful, and the steps to take."""
    measured: Text
    """How many of the model's parameters were measured on this client; it stands beside every recommendation."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that the recommendation rests on."""

    confirmed: pd.DataFrame
    """Frame ``confirmed``: how each plan of the short list stands in each scenario."""
    standings: Sequence[Standing]
    beaten_by: Mapping[tuple[str, str], float]
    zone: float
    """What the verdict takes."""
    scale: float
    """What gains are shares of: today's yearly contribution, where money counts."""
    differences: pd.DataFrame
    sustainability: pd.DataFrame
    elasticity: pd.DataFrame
    chain: pd.DataFrame
    """Frames of the study."""
    titles: Mapping[str, Text]
    """Titles of plans and scenarios by name."""
    full_titles: Mapping[str, Text]
    """All changes of a plan in words, by name."""
    parameters: ParameterSet
    """The parameter set after measurement."""
    baseline: str
    scenario: str
    """Today's organisation, and the scenario that decides."""
    replications: int
    promises: Mapping[str, Sequence[Text]] = field(default_factory=dict)
    """By plan: titles of its levers whose effect nobody has measured."""
    joint: pd.DataFrame = field(default_factory=lambda: nothing_drawn()["joint_summary"])
    """Gains over joint draws of the assumptions by plan (frame ``joint_summary``); empty where none were made."""
    drivers: pd.DataFrame = field(default_factory=lambda: nothing_drawn()["joint_drivers"])
    """The assumptions that the gains hang on most (frame ``joint_drivers``)."""
    gate: Gate = NOT_CALIBRATED
    """What the fit to the client's figures allows."""
    goals: Goals = DEFAULT_GOALS
    """What the standings count."""

    def change(self, shown: str, measure: str, *, year: int = 0, group: str = "") -> pd.Series | None:
        """Return the row of a plan's difference to the baseline; None when it was not recorded."""
        rows = select(self.differences, scenario=self.scenario, design=shown, measure=measure, year=year, group=group)
        return None if rows.empty else rows.iloc[0]


def recommend(evidence: Evidence, bilingual: BilingualNumbers) -> Recommendation:
    """Return the recommendation that follows from the evidence."""
    answer = verdict(evidence.standings, evidence.beaten_by, evidence.zone, fits=evidence.gate.passes)
    told = Told(
        verdict=answer, standings=evidence.standings, change=_decisive(evidence, answer.shown), zone=evidence.zone,
        replications=evidence.replications, titles=evidence.titles,
        full_titles=evidence.full_titles, numbers=bilingual, gate=evidence.gate,
        joint=evidence.joint, drivers=evidence.drivers, goals=evidence.goals,
    )  # fmt: skip
    shown = answer.shown or evidence.baseline
    promised = evidence.promises.get(shown, ())
    level = confidence_level(answer, evidence, told)
    return Recommendation(
        verdict=answer.kind,
        because=answer.because,
        design=answer.plan,
        beyond=answer.beyond,
        shown=shown,
        scenario=evidence.scenario,
        headline=texts.headline(told),
        reasons=texts.reasons(told, _elsewhere(evidence, shown)),
        confidence_level=level,
        confidence=texts.confidence(level),
        confidence_reasons=(*texts.promises(promised), *texts.hanging_on(told)),
        money=_money(told),
        people=_people(evidence, shown, bilingual),
        hours=_hours(evidence, shown, bilingual),
        risks=_risks(evidence, shown, bilingual),
        next_steps=texts.next_steps(told, evidence.chain),
        measured=how_much_is_measured(evidence.parameters, bilingual),
    )


def confidence_level(answer: Verdict, evidence: Evidence, told: Told) -> str:
    """Return "high", "medium" or "low".

    High: a change, or keeping today's organisation, is the right choice in nine of ten draws, the model fits, a third of its
    parameters are measured, and the plan counts on no effect that nobody has measured. Low: nothing is advised for want of
    knowledge, or the plan counts on such an effect, or nothing was drawn. Medium: everything between.
    """
    name = answer.plan or evidence.baseline
    rows = select(evidence.joint, design=name) if len(evidence.joint) else evidence.joint
    right = float(rows["reliability"].iloc[0]) if len(rows) else math.nan
    if answer.kind in ("measure_first", "not_usable") or evidence.promises.get(answer.plan) or right != right:
        return "low"
    kinds = [parameter.provenance.kind for parameter in evidence.parameters.values()]
    measured = sum(kind in MEASURED_KINDS for kind in kinds) / len(kinds)
    return "high" if right >= SURE and measured >= MUCH_MEASURED and told.gate.passes else "medium"


def _decisive(evidence: Evidence, shown: str) -> Change:
    """Return what the plan shown changes in money, whatever counts: one number has one interval everywhere.

    Value and interval are those of the joint draws of all assumptions where they were made, else those of the simulation.
    """
    one = next((standing for standing in evidence.standings if standing.name == shown), None)
    if one is None:
        return Change(value=0.0, low=0.0, high=0.0, relative=math.nan)
    value, low, high, basis, scale = one.mean, one.low, one.high, "simulation", evidence.scale
    if evidence.goals.gains_in != "money" and (row := evidence.change(shown, PROFIT)) is not None:
        value, low, high = (float(row[name]) for name in ("difference", "low", "high"))
        contribution = evidence.change(shown, CONTRIBUTION)
        scale = 0.0 if contribution is None else float(contribution["baseline"])
    drawn = select(evidence.joint, design=shown) if len(evidence.joint) else evidence.joint
    if len(drawn := drawn.dropna(subset=["low", "high"])):
        value, low, high = (float(drawn[name].iloc[0]) for name in ("median", "low", "high"))
        basis = "joint"
    relative = value / scale if scale > 0 else math.nan
    return Change(value=value, low=low, high=high, relative=relative, basis=basis)


def _elsewhere(evidence: Evidence, shown: str) -> list[tuple[str, float, float, float]]:
    """Return the gain of a plan in the other scenarios."""
    rows = select(evidence.confirmed, design=shown)
    return [
        (str(row["scenario"]), float(row["gain"]), float(row["low"]), float(row["high"]))
        for row in rows[rows["scenario"] != evidence.scenario].to_dict("records")
    ]


def _figure(row: pd.Series | None, label: Text, sentence: Text, unit: str) -> Figure:
    if row is None:
        return Figure(label=label, sentence=texts.NOT_RECORDED, value=0.0, low=0.0, high=0.0, relative=0.0, unit=unit)
    value, low, high = (float(row[name]) for name in ("difference", "low", "high"))
    return Figure(
        label=label, sentence=sentence, value=value, low=low, high=high, relative=float(row["relative"]), unit=unit
    )


def _money(told: Told) -> Figure:
    change = told.change
    return Figure(
        label=texts.MONEY,
        sentence=texts.money(told),
        value=change.value, low=change.low, high=change.high, relative=change.relative, unit="money",
        basis=change.basis,
    )  # fmt: skip


def _people(evidence: Evidence, shown: str, bilingual: BilingualNumbers) -> Figure:
    row = evidence.change(shown, "fte")
    sentence = texts.NOT_RECORDED if row is None else texts.people(row, evidence.titles[shown], bilingual)
    return _figure(row, Text(de="Besetzte Stellen (VZÄ)", en="People on board (FTE)"), sentence, "fte")


def _hours(evidence: Evidence, shown: str, bilingual: BilingualNumbers) -> Figure:
    row, piled = evidence.change(shown, "facing_h"), evidence.change(shown, "open_work_change_h")
    left = 0.0 if piled is None else float(piled["difference"])
    sentence = texts.NOT_RECORDED if row is None else texts.hours(row, left, evidence.titles[shown], bilingual)
    return _figure(row, Text(de="Kundenstunden je Jahr", en="Customer hours per year"), sentence, "h/a")


def _risks(evidence: Evidence, shown: str, bilingual: BilingualNumbers) -> tuple[Text, ...]:
    """Return what the plan shown makes worse, the largest first, and what makes its numbers doubtful."""
    title = evidence.titles[shown]
    found = [
        risk_texts.first_year(evidence.change(shown, PROFIT, year=1), title, bilingual),
        risk_texts.later_orders(evidence.change(shown, risk_texts.LATE), title, bilingual),
        *risk_texts.worsened(evidence.differences, evidence.scenario, shown, bilingual),
        risk_texts.piling_up(evidence.sustainability, evidence.scenario, shown, title, bilingual),
        risk_texts.reaction(evidence.elasticity, bilingual),
        risk_texts.large_gain(evidence.change(shown, PROFIT), bilingual),
        risk_texts.few_replications(evidence.replications, FEW_REPLICATIONS, bilingual),
    ]
    return tuple(text for text in found if text is not None)


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
