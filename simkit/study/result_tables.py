"""All frames of a study, each a pure function of its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.intake.settings.goals_settings import DEFAULT_GOALS, Goals
from simkit.model.event_log.order_amounts import break_even_saving
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.new_customers import new_leads
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.advice.recommendation import Evidence, Recommendation, recommend
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate
from simkit.study.comparison.contributions import (
    FACTORIAL_COLUMNS,
    MEASURES,
    SCAN_COLUMNS,
    SINGLES_COLUMNS,
    STEP_COLUMNS,
    factorial,
    scan,
    singles,
    steps,
)
from simkit.study.comparison.lever_return import lever_frames
from simkit.study.comparison.payback import break_even_months, gains_by_month
from simkit.study.comparison.profit_bridge import elasticity_at_optimum, profit_bridge
from simkit.study.comparison.regret import regrets, replications_of, value_of_runs, worst_regrets
from simkit.study.comparison.service_break_even import service_break_even
from simkit.study.comparison.sustainability import elasticity, picture, shortfall, sustainability, undone
from simkit.study.comparison.time_ceiling import COLUMNS as CEILING_COLUMNS
from simkit.study.comparison.time_ceiling import activity_hours, beside_the_case, ceiling, implied_elasticities, ticks
from simkit.study.comparison.today_by_year import FLOW_COLUMNS, PAST_COLUMNS, today_by_year
from simkit.study.comparison.transition_effects import (
    RELABELLING_COLUMNS,
    cost_of_transition,
    relabelling,
    structure_and_transition,
)
from simkit.study.experiment.precision import precision_table
from simkit.study.joint_draws.joint_summary import nothing_drawn
from simkit.study.measured.measured_parameters import parameter_table
from simkit.study.measures.measures import MEASURE_LABELS
from simkit.study.measures.measures import MEASURES as CATALOGUE
from simkit.study.paired_comparison import (
    PROFIT,
    differences,
    levels,
    paired,
    probability_best,
    simultaneous,
)
from simkit.study.plans.compared_designs import balanced_sizes, small_units_of
from simkit.study.plans.experiment_plan import DUE_ONLY, PROBE, ExperimentPlan
from simkit.study.plans.tool_stack import tool_stack
from simkit.study.search.best_plan import SEARCH_COLUMNS
from simkit.study.search.confirmation import confirmation
from simkit.study.search.confirmed_frames import chain_frame, conditions_frame, confirmed_frame
from simkit.study.search.limit_prices import prices_frame
from simkit.study.yearly_amounts import yearly


@dataclass(frozen=True, kw_only=True)
class Results:
    """The runs of a study with what they were run on."""

    frame: pd.DataFrame
    """Tidy runs; sums over the whole horizon in year 0."""
    plan: ExperimentPlan
    model_inputs: ModelInputs
    parameters: ParameterSet
    joint: Mapping[str, pd.DataFrame] = field(default_factory=nothing_drawn)
    """Frames of the joint draws; without draws they have no rows."""
    gate: Gate = NOT_CALIBRATED
    """Whether a verdict may rest on them."""
    fit: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Measured and simulated figures of today, the table of the gate; empty where there is none."""
    past: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PAST_COLUMNS)))
    """The client's last measured years (:func:`simkit.study.comparison.today_by_year.measured_years`)."""
    flow: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FLOW_COLUMNS)))
    """The client's new and lost customers, and the trend of its orders
    (:func:`simkit.study.comparison.today_by_year.measured_flow`)."""
    goals: Goals = DEFAULT_GOALS
    """What the advice is to reach and to keep."""
    searched: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SEARCH_COLUMNS)))
    """What the search for plans has played; without one it has no rows."""
    posts_priced: bool = True
    """Whether the list of staff names what a post costs."""

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """The runs with the mean of a year in place of sums over the horizon: all that is compared is an amount a year."""
        return yearly(self.frame)

    @property
    def main_runs(self) -> pd.DataFrame:
        """The yearly runs of the designs that may be recommended."""
        return self.yearly[self.yearly["design"].isin(self.plan.main)]


def all_frames(results: Results) -> dict[str, pd.DataFrame]:
    """Return every frame of the study by name."""
    plan, frame = results.plan, results.yearly
    level = levels(frame)
    lasting = sustainability(frame)
    return {
        "designs": _designs(results),
        "scenarios": _titles(results, "scenario", list(plan.experiment.scenarios)),
        "measures": _measures(),
        "runs": results.frame,
        "precision": precision_table(frame, plan.main, plan.precision),
        "levels": level,
        "differences": differences(frame, plan.baseline),
        "simultaneous": _simultaneous(results),
        "best": _best(results),
        **_regret_frames(results),
        **_contribution_frames(results),
        **_split_frames(results),
        **_month_frames(results),
        **lever_frames(frame, plan),
        "tool_stack": _tool_stack(results),
        "shortfall": shortfall(frame, list(plan.experiment.scenarios), plan.main),
        "units": _units(results),
        "small_units": _small_units(results),
        "served": _served(results),
        "conversion": _conversion(results.parameters),
        "new_leads": _new_leads(results),
        "break_even": service_break_even(frame, plan, results.model_inputs, results.parameters),
        "ceiling": _ceilings(results, level),
        **({} if results.fit.empty else {"fit": results.fit}),
        "ticks": ticks(),
        **_case_frames(results, level),
        "elasticity": elasticity(frame, plan.main_scenario, DUE_ONLY, PROBE),
        "sustainability": lasting,
        "undone": _with_labels(undone(level[level["design"].isin(plan.main)])),
        "picture": picture(results.main_runs, _hours_per_fte(results, level)),
        "today_by_year": today_by_year(level, plan.baseline, results.past, results.parameters),
        "customer_flow": results.flow,
        "profit_bridge": profit_bridge(
            frame,
            list(plan.experiment.scenarios),
            plan.main,
            results.parameters,
            posts_priced=results.posts_priced,
        ),
        "optimum": _optimum(results),
        "measured": parameter_table(results.parameters, measured=True),
        "assumed": parameter_table(results.parameters, measured=False),
        "agreed": plan.agreed.table,
        "searched": results.searched,
        "confirmed": confirmed_frame(results.main_runs, plan, results.goals),
        "conditions": conditions_frame(results.main_runs, plan, results.goals),
        "chain": chain_frame(frame, plan),
        "prices": prices_frame(frame, plan, results.goals),
        **results.joint,
    }


def recommendation_of(
    results: Results, frames: Mapping[str, pd.DataFrame], bilingual: BilingualNumbers
) -> Recommendation:
    """Return the recommendation that follows from the frames."""
    plan = results.plan
    summary = frames["joint_summary"]
    found = confirmation(results.main_runs, plan, results.goals, summary)
    evidence = Evidence(
        confirmed=frames["confirmed"],
        standings=found.standings,
        beaten_by=found.beaten_by,
        zone=found.zone,
        scale=found.scale,
        differences=frames["differences"],
        sustainability=frames["sustainability"],
        elasticity=frames["elasticity"],
        chain=select(frames["chain"], measure=PROFIT),
        titles=plan.titles,
        full_titles=plan.full_titles,
        parameters=results.parameters,
        baseline=plan.baseline,
        scenario=plan.main_scenario,
        replications=plan.experiment.replications,
        promises={
            name: [lever.title for lever in plan.design(name).levers if lever.assumed_effect] for name in plan.main
        },
        joint=summary,
        drivers=frames["joint_drivers"],
        gate=results.gate,
        goals=results.goals,
    )
    return recommend(evidence, bilingual)


def _optimum(results: Results) -> pd.DataFrame:
    """The elasticity at which today's posts would be the best number, beside the assumed one."""
    plan, assumed = results.plan, results.parameters["reaction.elasticity"]
    at = elasticity_at_optimum(results.yearly, plan.main_scenario, plan.baseline)
    row = (at, assumed.value, assumed.provenance.kind)
    return pd.DataFrame([row], columns=["optimal_elasticity", "assumed_elasticity", "kind"])


def _tool_stack(results: Results) -> pd.DataFrame:
    today = results.plan.design(results.plan.baseline)
    return tool_stack(results.model_inputs, results.parameters, today, today.folder)


def _designs(results: Results) -> pd.DataFrame:
    """Every variant with what it is called, all its changes in words, and what it is for."""
    plan = results.plan
    full = [plan.full_titles.get(name, plan.titles[name]) for name in plan.roles]
    return _titles(results, "design", list(plan.roles)).assign(
        role=list(plan.roles.values()), changes_de=[one.de for one in full], changes_en=[one.en for one in full]
    )


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


def _contribution_frames(results: Results) -> dict[str, pd.DataFrame]:
    plan, frame, scenario = results.plan, results.yearly, results.plan.main_scenario
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
    plan, frame, scenario = results.plan, results.yearly, results.plan.main_scenario
    mere = pd.DataFrame(columns=list(RELABELLING_COLUMNS))
    if plan.relabelled:
        mere = relabelling(frame, scenario, plan.baseline, plan.relabelled)
    return {
        "splits": structure_and_transition(frame, scenario, plan.baseline, plan.at_once),
        "transition": cost_of_transition(frame, scenario, plan.at_once),
        "relabelling": mere,
    }


def _month_frames(results: Results) -> dict[str, pd.DataFrame]:
    gains = gains_by_month(results.yearly, list(results.plan.experiment.scenarios), results.plan.main)
    return {"months": gains, "break_even_months": break_even_months(gains)}


def _units(results: Results) -> pd.DataFrame:
    """What the units of the main designs are called, and the posts that the hours balance gives them."""
    plan = results.plan
    today, rows = plan.design(plan.baseline), []
    for name in plan.main:
        design = plan.design(name)
        sizes = balanced_sizes(design, results.model_inputs, results.parameters, today)
        rows += [(name, one.name, one.title.de, one.title.en, sizes[one.name]) for one in design.units]
    return pd.DataFrame(rows, columns=["design", "unit", "label_de", "label_en", "posts"])


def _small_units(results: Results) -> pd.DataFrame:
    """The units of one or two posts of the main designs, each with its warning."""
    plan, today = results.plan, results.plan.design(results.plan.baseline)
    rows = [
        (name, unit.posts, unit.words.de, unit.words.en)
        for name in plan.main
        for unit in small_units_of(plan.design(name), results.model_inputs, results.parameters, today)
    ]
    return pd.DataFrame(rows, columns=["design", "posts", "words_de", "words_en"])


def _served(results: Results) -> pd.DataFrame:
    """What each segment gets in every main design: planned contacts a year, by phone or not, hours to answer, bespoke or not."""
    rows = []
    for name in results.plan.main:
        value = results.plan.design(name).on(results.parameters).value
        rows += [
            (
                name, one, value(f"care.{one}.contacts_per_year"), value(f"care.{one}.by_phone"),
                value("service.lapse_h") * value(f"service_level.{one}.response_factor"),
                value(f"service_level.{one}.bespoke_allowed"),
            )
            for one in SEGMENTS
        ]  # fmt: skip
    columns = ["design", "segment", "contacts_per_year", "by_phone", "answer_h", "bespoke_allowed"]
    return pd.DataFrame(rows, columns=columns)


def _conversion(parameters: ParameterSet) -> pd.DataFrame:
    """The saving from which a converted order brings what it brought before, beside the assumed one."""
    row = (break_even_saving(parameters), parameters.value("conversion.cost_saving_share"))
    return pd.DataFrame([row], columns=["break_even_share", "assumed_share"])


def _new_leads(results: Results) -> pd.DataFrame:
    """The leads that would win as many customers as are lost, beside all that there are, and whether these suffice."""
    leads = new_leads(results.model_inputs, results.parameters)
    row = (leads.needed_per_year, results.parameters.value("leads.per_year"), not leads.too_few)
    return pd.DataFrame([row], columns=["needed_per_year", "leads_per_year", "enough"])


def _ceilings(results: Results, level: pd.DataFrame) -> pd.DataFrame:
    """The ceiling of each main design; what relabelling could show is given for today alone."""
    plan = results.plan
    parts = []
    for design in plan.main:
        fte = _level(level, plan, design, "fte")
        part = ceiling(results.yearly, plan.main_scenario, design, fte)
        own = part if design == plan.baseline else part[~part["item"].str.startswith("relabelling")]
        parts.append(own.assign(design=design))
    return pd.concat(parts, ignore_index=True)[["design", *CEILING_COLUMNS]]


def _regret_frames(results: Results) -> dict[str, pd.DataFrame]:
    """What is lost by the wrong choice, and what more runs would be worth."""
    plan = results.plan
    scenarios, frame = tuple(plan.experiment.scenarios), results.main_runs
    means = replications_of(frame[frame["year"] == 0], scenarios, plan.main, seed=plan.experiment.seed)
    return {"regret": regrets(means), "worst_regret": worst_regrets(means), "information": value_of_runs(means)}


def _case_frames(results: Results, level: pd.DataFrame) -> dict[str, pd.DataFrame]:
    plan = results.plan
    compared = [name for name in plan.main if name != plan.baseline]
    case = beside_the_case(results.yearly, plan.main_scenario, plan.baseline, compared)
    before = _level(level, plan, plan.baseline, "facing_share")
    return {"case": case, "case_elasticity": implied_elasticities(case, before)}


def _level(level: pd.DataFrame, plan: ExperimentPlan, design: str, measure: str) -> float:
    """Mean of a measure over the horizon in the main scenario."""
    rows = select(level, scenario=plan.main_scenario, design=design, measure=measure, year=0)
    return float(rows["mean"].iloc[0])


def _hours_per_fte(results: Results, level: pd.DataFrame) -> float:
    """Present hours of one full-time person in a year: those of the baseline over its people on board."""
    plan = results.plan
    hours = activity_hours(results.yearly, plan.main_scenario, plan.baseline).sum(axis=1).mean()
    return float(hours) / _level(level, plan, plan.baseline, "fte")


def _with_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the labels and the unit of the measure named in `item`."""
    labels = [MEASURE_LABELS[name] for name in frame["item"]]
    return frame.assign(
        label_de=[label.de for label in labels],
        label_en=[label.en for label in labels],
        unit=[CATALOGUE[name].unit for name in frame["item"]],
    )
