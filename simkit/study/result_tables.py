"""All frames of a study, each a pure function of its runs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.specification.designs import Design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.advice.decision import Decision, by_scenario, decide
from simkit.study.advice.recommendation import Evidence, Recommendation, recommend
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate
from simkit.study.comparison.contributions import (
    FACTORIAL_COLUMNS,
    MEASURES,
    SCAN_COLUMNS,
    SINGLES_COLUMNS,
    STEP_COLUMNS,
    break_even,
    factorial,
    scan,
    singles,
    steps,
)
from simkit.study.comparison.dominance import robust_frames
from simkit.study.comparison.lever_return import lever_frames
from simkit.study.comparison.payback import break_even_months, gains_by_month
from simkit.study.comparison.sustainability import elasticity, picture, shortfall, sustainability, undone
from simkit.study.comparison.time_ceiling import COLUMNS as CEILING_COLUMNS
from simkit.study.comparison.time_ceiling import activity_hours, beside_the_case, ceiling, implied_elasticities, ticks
from simkit.study.comparison.transition_effects import (
    RELABELLING_COLUMNS,
    cost_of_transition,
    relabelling,
    structure_and_transition,
)
from simkit.study.experiment.precision import precision_table
from simkit.study.measured.measured_parameters import parameter_table
from simkit.study.measures.measures import MEASURE_LABELS
from simkit.study.measures.measures import MEASURES as CATALOGUE
from simkit.study.paired_comparison import (
    PROFIT,
    differences,
    half_width,
    levels,
    paired,
    probability_best,
    simultaneous,
)
from simkit.study.plans.compared_designs import only_ranks_differ
from simkit.study.plans.experiment_plan import DUE_ONLY, PROBE, Plan
from simkit.study.plans.tool_stack import tool_stack

IDLE_MEASURE = "idle_share"
BREAK_EVEN_COLUMNS = ("term", "label_de", "label_en", "value", "low", "high", "source", "evidence_grade")
BREAK_EVEN_LABELS = {
    "speed": Text(de="Aufwand der Spezialisten", en="Effort of the specialists"),
    "clarification": Text(de="Rückfragen", en="Clarifications"),
    "hand_over": Text(de="Übergaben", en="Hand-overs"),
    "idle": Text(de="Leerlauf der Einheit", en="Idle time of the unit"),
    "line": Text(de="Summe (unter 1 lohnt es sich)", en="Sum (below 1 it pays)"),
    "idle_limit": Text(de="Leerlauf, bis zu dem es sich lohnt", en="Idle share up to which it pays"),
}


@dataclass(frozen=True, kw_only=True)
class Results:
    """The runs of a study with what they were run on."""

    frame: pd.DataFrame
    plan: Plan
    model_inputs: ModelInputs
    parameters: ParameterSet
    gate: Gate = NOT_CALIBRATED
    """Whether a verdict may rest on them."""
    fit: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Measured and simulated figures of today, the table of the gate; empty where there is none."""

    @property
    def main_runs(self) -> pd.DataFrame:
        """The runs of the designs that may be recommended."""
        return self.frame[self.frame["design"].isin(self.plan.main)]


def all_frames(results: Results) -> dict[str, pd.DataFrame]:
    """Return every frame of the study by name."""
    plan, frame = results.plan, results.frame
    level = levels(frame)
    lasting = sustainability(frame)
    decisions = _decisions(results, lasting)
    return {
        "designs": _titles(results, "design", list(plan.roles)).assign(role=list(plan.roles.values())),
        "scenarios": _titles(results, "scenario", list(plan.experiment.scenarios)),
        "measures": _measures(),
        "runs": frame,
        "precision": precision_table(frame, plan.main, plan.precision),
        "levels": level,
        "differences": differences(frame, plan.baseline),
        "simultaneous": _simultaneous(results),
        "best": _best(results),
        "by_scenario": by_scenario(decisions),
        **robust_frames(results.main_runs, plan),
        **_contribution_frames(results),
        **_split_frames(results),
        **_month_frames(results),
        **lever_frames(frame, plan),
        "tool_stack": _tool_stack(results),
        "shortfall": shortfall(frame, list(plan.experiment.scenarios), plan.main),
        "units": _units(results),
        "break_even": _break_even(results),
        "ceiling": _ceilings(results, level),
        **({} if results.fit.empty else {"fit": results.fit}),
        "ticks": ticks(),
        **_case_frames(results, level),
        "elasticity": elasticity(frame, plan.main_scenario, DUE_ONLY, PROBE),
        "sustainability": lasting,
        "undone": _with_labels(undone(level[level["design"].isin(plan.main)])),
        "picture": picture(results.main_runs, _hours_per_fte(results, level)),
        "measured": parameter_table(results.parameters, measured=True),
        "assumed": parameter_table(results.parameters, measured=False),
        "agreed": plan.agreed.table,
    }


def recommendation_of(
    results: Results, frames: Mapping[str, pd.DataFrame], bilingual: BilingualNumbers
) -> Recommendation:
    """Return the recommendation that follows from the frames."""
    limit = frames["break_even"]
    idle = select(limit, term="idle_limit")["value"]
    evidence = Evidence(
        decisions=_decisions(results, frames["sustainability"]),
        differences=frames["differences"],
        levels=frames["levels"],
        sustainability=frames["sustainability"],
        elasticity=frames["elasticity"],
        steps=frames["steps"],
        regret=frames["regret"],
        worst_regret=frames["worst_regret"],
        information=frames["information"],
        titles=results.plan.titles,
        parameters=results.parameters,
        break_even_idle=float(idle.iloc[0]) if len(idle) else math.nan,
        taken_apart=results.plan.taken_apart,
        rule_switch=_rule_switch(results.plan),
    )
    return recommend(evidence, bilingual)


def _rule_switch(plan: Plan) -> str:
    """Return the first switch where it moves nothing but who is served first; what comes after another is not alone."""
    if plan.parts is None or not only_ranks_differ(plan.design(plan.steps[1]), plan.design(plan.baseline)):
        return ""
    return plan.parts.switches[0]


def _tool_stack(results: Results) -> pd.DataFrame:
    today = results.plan.design(results.plan.baseline)
    return tool_stack(results.model_inputs, results.parameters, today, today.folder)


def _titles(results: Results, key: str, names: list[str]) -> pd.DataFrame:
    titles = [results.plan.titles[name] for name in names]
    return pd.DataFrame({key: names, "label_de": [t.de for t in titles], "label_en": [t.en for t in titles]})


def _measures() -> pd.DataFrame:
    labels = MEASURE_LABELS
    rows = [
        (name, labels[name].de, labels[name].en, one.unit, str(one.direction), one.digits)
        for name, one in CATALOGUE.items()
    ]
    return pd.DataFrame(rows, columns=["measure", "label_de", "label_en", "unit", "direction", "digits"])


def _simultaneous(results: Results) -> pd.DataFrame:
    """Simultaneous comparisons with the baseline of all main designs, per scenario, for profit and customer hours."""
    plan = results.plan
    parts = []
    for scenario in plan.experiment.scenarios:
        for measure in MEASURES:
            table = paired(results.main_runs, scenario, measure)
            part = simultaneous(table, plan.baseline)
            part.insert(0, "scenario", scenario)
            parts.append(part.assign(measure=measure))
    return pd.concat(parts, ignore_index=True)


def _best(results: Results) -> pd.DataFrame:
    parts = []
    for scenario in results.plan.experiment.scenarios:
        part = probability_best(
            paired(results.main_runs, scenario, PROFIT), seed=results.plan.experiment.seed, name=scenario
        )
        part.insert(0, "scenario", scenario)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _decisions(results: Results, lasting: pd.DataFrame) -> tuple[Decision, ...]:
    plan = results.plan
    decided = []
    for scenario in plan.experiment.scenarios:
        rows = select(lasting, scenario=scenario)
        flags = dict(zip(rows["design"], rows["sustainable"].astype(bool), strict=True))
        decided.append(
            decide(
                results.main_runs,
                scenario,
                plan.main,
                baseline=plan.baseline,
                sustainable=flags,
                seed=plan.experiment.seed,
            )
        )
    return tuple(decided)


def _contribution_frames(results: Results) -> dict[str, pd.DataFrame]:
    plan, frame, scenario = results.plan, results.frame, results.plan.main_scenario
    empty = {
        "steps": pd.DataFrame(columns=list(STEP_COLUMNS)),
        "factorial": pd.DataFrame(columns=list(FACTORIAL_COLUMNS)),
        "singles": pd.DataFrame(columns=list(SINGLES_COLUMNS)),
        "scan": pd.DataFrame(columns=list(SCAN_COLUMNS)),
    }
    if plan.parts is not None:
        empty["steps"] = steps(frame, scenario, plan.steps, plan.parts)
    if plan.parts is not None and plan.factorial:
        empty["factorial"] = factorial(frame, scenario, plan.factorial, plan.parts)
        empty["singles"] = singles(frame, scenario, plan.factorial, plan.parts)
    if plan.scans:
        parts = [scan(frame, scenario, design, changes) for design, changes in plan.scans.items()]
        empty["scan"] = pd.concat(parts, ignore_index=True)
    return empty


def _split_frames(results: Results) -> dict[str, pd.DataFrame]:
    """What the transition takes from the gain of each design, and what a mere split of roles would show."""
    plan, frame, scenario = results.plan, results.frame, results.plan.main_scenario
    mere = pd.DataFrame(columns=list(RELABELLING_COLUMNS))
    if plan.relabelled:
        mere = relabelling(frame, scenario, plan.baseline, plan.relabelled)
    return {
        "splits": structure_and_transition(frame, scenario, plan.baseline, plan.at_once),
        "transition": cost_of_transition(frame, scenario, plan.at_once),
        "relabelling": mere,
    }


def _month_frames(results: Results) -> dict[str, pd.DataFrame]:
    gains = gains_by_month(results.frame, list(results.plan.experiment.scenarios), results.plan.main)
    return {"months": gains, "break_even_months": break_even_months(gains)}


def _units(results: Results) -> pd.DataFrame:
    """What the units of the main designs are called."""
    rows = [
        (variant.label, unit.name, unit.title.de, unit.title.en)
        for variant in results.plan.experiment.variants
        if variant.label in results.plan.main
        for unit in variant.design.units
    ]
    return pd.DataFrame(rows, columns=["design", "unit", "label_de", "label_en"])


def _ceilings(results: Results, level: pd.DataFrame) -> pd.DataFrame:
    """The ceiling of each main design; what relabelling could show is given for today alone."""
    plan = results.plan
    parts = []
    for design in plan.main:
        fte = _level(level, plan, design, "fte")
        part = ceiling(results.frame, plan.main_scenario, design, fte)
        own = part if design == plan.baseline else part[~part["item"].str.startswith("relabelling")]
        parts.append(own.assign(design=design))
    return pd.concat(parts, ignore_index=True)[["design", *CEILING_COLUMNS]]


def _case_frames(results: Results, level: pd.DataFrame) -> dict[str, pd.DataFrame]:
    plan = results.plan
    compared = [name for name in plan.main if name != plan.baseline]
    case = beside_the_case(results.frame, plan.main_scenario, plan.baseline, compared)
    before = _level(level, plan, plan.baseline, "facing_share")
    return {"case": case, "case_elasticity": implied_elasticities(case, before)}


def _break_even(results: Results) -> pd.DataFrame:
    """The terms of the break-even line of service design, from the design's parameters; idle time from the runs."""
    plan = results.plan
    design = None if plan.parts is None else plan.design(plan.taken_apart)
    if design is None or not (unit := service_unit(design)):
        return pd.DataFrame(columns=list(BREAK_EVEN_COLUMNS))
    parameter_set = design.on(results.parameters)
    idle = service_idle(results, unit)
    line = break_even(
        order_h=bespoke_coordination_h(results),
        effort_factor=parameter_set.value("handover.specialist_effort_factor"),
        clarification_chance=parameter_set.value("handover.clarification_chance"),
        clarification_h=parameter_set.value("handover.clarification_giver_h")
        + parameter_set.value("handover.clarification_taker_h"),
        hand_over_h=crossings(design)
        * (parameter_set.value("handover.giver_h") + parameter_set.value("handover.taker_h")),
        idle_share=idle[0],
    )
    speed = parameter_set["handover.specialist_effort_factor"].provenance
    asked = parameter_set["handover.clarification_chance"].provenance
    handed = parameter_set["handover.giver_h"].provenance
    rows = [
        _term("speed", line.speed, speed.source or speed.kind, speed.evidence_grade),
        _term("clarification", line.clarification, asked.source or asked.kind, asked.evidence_grade),
        _term("hand_over", line.hand_over, handed.source or handed.kind, handed.evidence_grade),
        _term("idle", line.idle, "runs", "", idle[1]),
        _term("line", line.line, "", "", idle[1]),
        _term("idle_limit", line.idle_limit, "", ""),
    ]
    return pd.DataFrame(rows, columns=list(BREAK_EVEN_COLUMNS))


def _term(term: str, value: float, source: str, evidence_grade: str, half: float = 0.0) -> tuple[object, ...]:
    label = BREAK_EVEN_LABELS[term]
    return term, label.de, label.en, value, value - half, value + half, source, evidence_grade


def bespoke_coordination_h(results: Results) -> float:
    """Return the expected hours of coordination of a bespoke order today, hours: what moves to service design."""
    rules = compile_rules(results.parameters, results.model_inputs.calendar_ratio)
    bespoke = CLASSES.index("bespoke")
    return max(rules.orders[bespoke].partners, 1) * rules.order_hours[bespoke].partner_h


def service_unit(design: Design) -> str:
    """Return the unit of specialists that coordinates bespoke orders, the first of several; empty without one."""
    bespoke = CLASSES.index("bespoke")
    coordinating = {design.unit_for("coordination", bespoke, segment) for segment in range(len(SEGMENTS))}
    return next((unit.name for unit in design.units if unit.specialist and unit.name in coordinating), "")


def crossings(design: Design) -> int:
    """Return how often a bespoke order changes the unit on its way, on average over the segments, rounded."""
    bespoke = CLASSES.index("bespoke")
    ways = [
        [design.unit_for(work, bespoke, segment) for work in ("entry", "coordination", "confirmation")]
        for segment in range(len(SEGMENTS))
    ]
    return round(sum(a != b for way in ways for a, b in itertools.pairwise(way)) / len(ways))


def service_idle(results: Results, unit: str) -> tuple[float, float]:
    """Return the idle share of a unit of the design taken apart with its interval's half-width; 0 where not recorded."""
    runs = results.frame
    chosen = select(
        runs,
        scenario=results.plan.main_scenario,
        design=results.plan.taken_apart,
        measure=IDLE_MEASURE,
        group=unit,
        year=0,
    )
    if chosen.empty:
        return 0.0, 0.0
    values = chosen["value"].to_numpy(dtype=float)
    return float(values.mean()), float(half_width(values[None, :])[0])


def _level(level: pd.DataFrame, plan: Plan, design: str, measure: str) -> float:
    """Mean of a measure over the horizon in the main scenario."""
    rows = select(level, scenario=plan.main_scenario, design=design, measure=measure, year=0)
    return float(rows["mean"].iloc[0])


def _hours_per_fte(results: Results, level: pd.DataFrame) -> float:
    """Present hours of one full-time person over the horizon: those of the baseline over its people on board."""
    plan = results.plan
    hours = activity_hours(results.frame, plan.main_scenario, plan.baseline).sum(axis=1).mean()
    return float(hours) / _level(level, plan, plan.baseline, "fte")


def _with_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the labels and the unit of the measure named in `item`."""
    labels = [MEASURE_LABELS[name] for name in frame["item"]]
    return frame.assign(
        label_de=[label.de for label in labels],
        label_en=[label.en for label in labels],
        unit=[CATALOGUE[name].unit for name in frame["item"]],
    )
