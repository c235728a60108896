"""Whether service design pays: the break-even line of the design that is taken apart, with idle time from the runs."""

from __future__ import annotations

import itertools

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.specification.designs import Design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.comparison.contributions import break_even
from simkit.study.paired_comparison import mean_and_half_width
from simkit.study.plans.experiment_plan import ExperimentPlan

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


def service_break_even(
    frame: pd.DataFrame, plan: ExperimentPlan, model_inputs: ModelInputs, parameters: ParameterSet
) -> pd.DataFrame:
    """Return the terms of the break-even line of service design, from the design's parameters; idle time from the runs.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs.
    plan, model_inputs, parameters
        What was run, and on what.
    """
    design = None if plan.parts is None else plan.design(plan.taken_apart)
    if design is None or not (unit := service_unit(design)):
        return pd.DataFrame(columns=list(BREAK_EVEN_COLUMNS))
    parameter_set = design.on(parameters)
    idle = service_idle(frame, plan, unit)
    line = break_even(
        order_h=bespoke_coordination_h(model_inputs, parameters),
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


def bespoke_coordination_h(model_inputs: ModelInputs, parameters: ParameterSet) -> float:
    """Return the expected hours of coordination of a bespoke order today, hours: what moves to service design."""
    rules = compile_rules(parameters, model_inputs.calendar_ratio)
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


def service_idle(frame: pd.DataFrame, plan: ExperimentPlan, unit: str) -> tuple[float, float]:
    """Return the idle share of a unit of the design taken apart with its interval's half-width; 0 where not recorded."""
    chosen = select(
        frame,
        scenario=plan.main_scenario,
        design=plan.taken_apart,
        measure=IDLE_MEASURE,
        group=unit,
        year=0,
    )
    if chosen.empty:
        return 0.0, 0.0
    return mean_and_half_width(chosen["value"].to_numpy(dtype=float))
