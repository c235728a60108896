"""Every lever moves what it says and parameters the rest: with ample capacity and reactions off, or when people are short."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.errors import ConfigError
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import BLOCKED, Record
from simkit.model.event_log.time_accounts import entry_hours
from simkit.model.inputs.arrivals import KINDS, NUMBER_SHIFT
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.levers import Lever, lever_names, load_lever, partly
from simkit.model.specification.model_parameters import SEGMENTS, load_defaults
from simkit.model.specification.override_check import override_problems
from simkit.model.specification.overrides import names_of, split_mix
from tests.model.conftest import QUIET, SMALL, patched

# Nothing lapses or waits long, all that arrives in the first months is done by the end, but ability still wins deals.
AMPLE: Mapping[str, float] = {
    **SMALL,
    **QUIET,
    "winning.ability_logit": 0.6,
    "presence.holiday_days": 0,
    "presence.sick_days": 0,
    "care.lapse_days": 250,
    **{f"care.{name}.contacts_per_year": 2 for name in SEGMENTS},
    # Who helps a colleague finds his way in at once: when that happens is luck.
    **{f"handover.{name}_h": 0 for name in ("giver", "taker", "clarification_giver", "clarification_taker")},
    "time.horizon_years": 1.6,
}
UNTIL_H = 1600.0
# Some levers act only where there is an occasion.
OCCASIONS: Mapping[str, Mapping[str, float]] = {
    "knowledge_handover": {"staff.retirement_age_years": 64.5},
    "one_more_head": {"winning.ability_logit": 0},  # another person's ability wins other deals
}
SHORT_OCCASIONS: Mapping[str, Mapping[str, float]] = {"open_deal_limit": {"opportunities.per_year": 1200}}

Check = Callable[[Record], float]


@cache
def ample_inputs(occasion: str) -> ReplicationInputs:
    model_inputs = example_inputs(customers=60, posts=10, orders_per_year=700)
    parameter_set = patched(AMPLE, OCCASIONS.get(occasion, {}))
    return draw_inputs(model_inputs, parameter_set, seed=1, replication=0)


@cache
def short_inputs(occasion: str) -> ReplicationInputs:
    model_inputs = example_inputs(customers=120, posts=6, orders_per_year=1900)
    parameter_set = patched({**SMALL, "reaction.on": 0}, SHORT_OCCASIONS.get(occasion, {}))
    return draw_inputs(model_inputs, parameter_set, seed=1, replication=0)


def play(inputs: ReplicationInputs, *levers: str) -> Record:
    idle = replace(load_design("baseline"), discretionary=("nothing",))
    return simulate(inputs, idle.with_levers([load_lever(name) for name in levers]), today=idle)


@cache
def without(occasion: str) -> Record:
    return play(ample_inputs(occasion))


@cache
def without_when_short(occasion: str) -> Record:
    return play(short_inputs(occasion))


# --- the catalogue of checks: pure functions of a record ---------------------------------------------------------------


def cohort(record: Record, *kinds: str) -> pd.DataFrame:
    """Cases whose family knocked at the door in the first months after go-live."""
    cases = record.cases
    first = family_arrived(record)
    mine = (first >= 0) & (first < UNTIL_H) & (cases["kind"].isin(kinds) if kinds else True)
    return cases[mine]


def family_arrived(record: Record) -> np.ndarray:
    """When the lead or opportunity arrived from which a case stems, else when it arrived itself."""
    inputs, cases = record.inputs, record.cases
    number = dict(zip(cases["case"].tolist(), cases["arrived_h"].tolist(), strict=True))
    first_order = len(inputs.orders.at) - len(inputs.opportunities.at)

    def root(kind: str, row: int, own: float) -> float:
        if kind == "order" and row >= first_order:
            return elder("opportunity", row - first_order, own)
        return elder("lead", row, own) if kind == "opportunity" and row < len(inputs.leads.at) else own

    def elder(kind: str, row: int, own: float) -> float:
        return root(kind, row, number.get((KINDS.index(kind) << NUMBER_SHIFT) + row, own))

    return np.array(
        [root(k, int(r), a) for k, r, a in zip(cases["kind"], cases["row"], cases["arrived_h"], strict=True)]
    )


def hours(activity: str) -> Check:
    """Hours of content in the cohort's cases, with the time that is blocked for it in the same months."""

    def check(record: Record) -> float:
        entries = entry_hours(record, [record.start_h, record.end_h])
        mine = entries["case"].isin(cohort(record)["case"]) & (entries["activity"] == ACTIVITIES.index(activity))
        total = float(entries.loc[mine, "content_h"].sum())
        if activity in BLOCKED:
            days = slice(round(-record.start_h / record.day_h), round((UNTIL_H - record.start_h) / record.day_h))
            position = BLOCKED.index(activity)
            total += float(sum(person.blocked_h[days, position].sum() for person in record.people))
        return total

    return check


def outcomes(kind: str, *names: str) -> Check:
    return lambda record: float(cohort(record, kind)["outcome"].isin(names).sum())


def won_share(record: Record) -> float:
    deals = cohort(record, "opportunity")["outcome"]
    return float((deals == "won").sum() / deals.isin(WORKED).sum())


def bespoke_orders(record: Record) -> float:
    orders = cohort(record, "order")
    return float(((orders["order_class"] == "bespoke") & (orders["outcome"] == "delivered")).sum())


def order_time_h(record: Record) -> float:
    orders = cohort(record, "order")
    return float((orders["ended_h"] - orders["arrived_h"]).mean())


def waiting_a_h(record: Record) -> float:
    """Mean time until somebody begins with an order, a request or an opportunity of an A customer."""
    cases = cohort(record, "order", "service", "opportunity")
    began = record.tasks.groupby("case")["start_h"].min().reindex(cases["case"]).to_numpy()
    mine = (cases["segment"] == "A").to_numpy()
    return float(np.nanmean((began - cases["arrived_h"].to_numpy())[mine]))


def care_lapsed(*segments: str) -> Check:
    def check(record: Record) -> float:
        care = cohort(record, "care")
        return float(((care["outcome"] == "lapsed") & care["segment"].isin(segments)).sum())

    return check


def lever_cost(record: Record) -> float:
    names = ("once_amount", "per_year_amount", "per_head_amount", "bonus_share")
    parameters = [*(f"levers.{name}" for name in names), "money.tools_amount_per_head", "leads.bought_amount"]
    return sum(record.parameters.value(parameter) for parameter in parameters)


def revenue_amount(record: Record) -> float:
    orders = cohort(record, "order")
    delivered = orders.loc[orders["outcome"] == "delivered", "value_amount"].sum()
    return float(delivered * (1 + record.parameters.value("price.rise_share")))


WORKED = ("won", "lost", "no_decision", "lapsed")
CHECKS: Mapping[str, Check] = {
    **{f"{name}_h": hours(name) for name in ("selling", "care", "service", "preparation", "travel", "coordination")},
    **{f"{name}_h": hours(name) for name in ("administration", "service_design", "development")},
    "meetings_h": hours("prioritisation"),
    "won_share": won_share,
    "no_decision": outcomes("opportunity", "no_decision"),
    "opportunities_worked": outcomes("opportunity", *WORKED),
    "deals_refused": lambda record: float((cohort(record, "lead", "opportunity")["outcome"] == "refused").sum()),
    "open_deals": lambda record: float((cohort(record, "lead", "opportunity")["outcome"] == "open").sum()),
    "leads_worked": outcomes("lead", "qualified", "dropped", "lapsed"),
    "orders_delivered": outcomes("order", "delivered"),
    "bespoke_orders": bespoke_orders,
    "order_time_h": order_time_h,
    "waiting_A_h": waiting_a_h,
    "care_lapsed": care_lapsed(*SEGMENTS),
    "care_lapsed_A": care_lapsed("A"),
    "adopted_cases": lambda record: float(cohort(record)["adopted"].sum()),
    "overtime_h": lambda record: float(sum(person.overtime_h.sum() for person in record.people)),
    "lever_cost": lever_cost,
    "revenue_amount": revenue_amount,
    "heads": lambda record: float(sum(person.joins_h < record.end_h <= person.leaves_h for person in record.people)),
}


# --- what every lever states -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", lever_names())
def test_a_lever_moves_what_it_says_and_leaves_the_rest_with_ample_capacity(name: str) -> None:
    lever = load_lever(name)
    occasion = name if name in OCCASIONS else ""
    before, after = without(occasion), play(ample_inputs(occasion), name)

    assert cohort(after)["ended_h"].notna().all(), "all work of the cohort must be done"
    wrong = {}
    for check, direction in lever.moves.items():
        change = CHECKS[check](after) - CHECKS[check](before)
        if change * direction <= 1e-9:
            wrong[check] = change
    for check in lever.unchanged:
        if CHECKS[check](after) != pytest.approx(CHECKS[check](before), rel=1e-9, abs=1e-6):
            wrong[check] = CHECKS[check](after) - CHECKS[check](before)
    assert wrong == {}


@pytest.mark.parametrize("name", [name for name in lever_names() if load_lever(name).moves_when_short])
def test_a_lever_that_needs_a_queue_moves_what_it_says_when_people_are_short(name: str) -> None:
    occasion = name if name in SHORT_OCCASIONS else ""
    before, after = without_when_short(occasion), play(short_inputs(occasion), name)

    for check, direction in load_lever(name).moves_when_short.items():
        change = CHECKS[check](after) - CHECKS[check](before)
        assert change * direction > 0, (check, change)


@pytest.mark.parametrize("name", lever_names())
def test_a_lever_says_in_both_languages_what_it_is_for_and_what_it_costs(name: str) -> None:
    lever = load_lever(name)

    assert lever.title.de != lever.title.en or name == "coaching"
    assert "ostet" in lever.purpose.de and "ost" in lever.purpose.en
    assert {*lever.moves, *lever.moves_when_short, *lever.unchanged} <= set(CHECKS)
    assert {*lever.moves, *lever.moves_when_short} and lever.unchanged
    assert {*lever.moves.values(), *lever.moves_when_short.values()} <= {1, -1}
    assert not set(lever.moves) & set(lever.unchanged)


def test_any_shipped_lever_goes_on_any_shipped_design_in_any_shipped_scenario() -> None:
    problems = override_problems(
        load_defaults(), designs=names_of("designs"), scenarios=names_of("scenarios"), levers=lever_names(), posts=20
    )

    assert [str(problem) for problem in problems] == []


# --- levers on a design ------------------------------------------------------------------------------------------------


def mixed(names: str) -> list[Lever]:
    return [load_lever(name) for name in split_mix(names)]


def test_a_design_with_levers_has_a_name_of_its_own_and_the_parameters_of_both() -> None:
    parameter_set = load_defaults()
    design = load_design("stretched_t").with_levers(mixed("lean+coaching"))

    on = design.on(parameter_set)

    assert design.name == "stretched_t[+lean+coaching]"
    assert on.value("building.share") == 0.1
    assert on["building.share"].provenance.source == "stretched_t"
    assert on.value("amo.coaching_gain") == 0.3
    coaching = on["amo.coaching_gain"].provenance
    assert (coaching.kind, coaching.source.split(":")[0], coaching.evidence_grade) == ("lever", "coaching", "V")
    assert on.value("orders.bespoke.coordination_h") == pytest.approx(
        0.9 * parameter_set.value("orders.bespoke.coordination_h")
    )


def test_levers_stay_when_parts_of_a_design_are_switched_off() -> None:
    design = load_design("stretched_t").with_levers([load_lever("lean")]).with_switches(("rule",))

    assert design.name == "stretched_t[rule][+lean]"
    assert [lever.name for lever in design.levers] == ["lean"]
    assert design.with_levers([load_lever("coaching")]).name == "stretched_t[rule][+lean+coaching]"


def test_factors_of_levers_multiply_and_their_costs_add_up_in_any_order() -> None:
    parameter_set = load_defaults()
    one, other = (load_design("baseline").with_levers(mixed(mix)) for mix in ("lean+peer_help", "peer_help+lean"))
    paid = load_design("baseline").with_levers(mixed("training+coaching+gamification"))

    assert one.on(parameter_set).value("blocked.meetings_h") == pytest.approx(
        0.9 * 1.1 * parameter_set.value("blocked.meetings_h")
    )
    assert other.on(parameter_set).value("blocked.meetings_h") == pytest.approx(
        one.on(parameter_set).value("blocked.meetings_h")
    )
    assert paid.on(parameter_set).value("levers.per_head_amount") == 1500 + 1000 + 300
    assert paid.on(parameter_set)["levers.per_head_amount"].provenance.source == "training + coaching + gamification"


def test_a_lever_for_a_part_of_the_staff_moves_its_parameters_and_its_cost_by_the_head_part_of_the_way() -> None:
    parameter_set = load_defaults()
    coaching = partly(load_lever("coaching"), 0.25, parameter_set)
    tools = partly(load_lever("tools"), 0.5, parameter_set)

    assert coaching.override["amo.coaching_gain"] == pytest.approx(0.25 * 0.3)
    assert coaching.scale["blocked.development_h"] == pytest.approx(1 + 0.25 * 1.5)
    assert coaching.cost == {"per_year_amount": 20000, "per_head_amount": 250}
    assert tools.override["outage.dependence"] == pytest.approx(1 + 0.5 * 0.3)
    assert partly(load_lever("lean"), 1, parameter_set) == load_lever("lean")


def test_a_lever_with_a_priority_table_swaps_that_of_the_design() -> None:
    design = load_design("stretched_t").with_levers([load_lever("rank_fifo")])

    assert design.priority_table.name == "fifo"
    assert load_design("baseline").with_levers(()).priority_table.name == "internal_first"


@pytest.mark.parametrize(
    ("mix", "found"),
    [("lean+lean", "'lean' is there twice"), ("rank_fifo+rank_value_first", "Two priority tables")],
)
def test_levers_that_cannot_go_together_are_refused(mix: str, found: str) -> None:
    with pytest.raises(ConfigError, match=found):
        load_design("baseline").with_levers(mixed(mix))


def test_two_levers_cannot_set_and_scale_the_same_parameter(tmp_path: Path) -> None:
    folder = own(tmp_path, "slow", {"set": {"blocked.meetings_h": 2}})

    with pytest.raises(ConfigError, match="set and scaled") as caught:
        load_design("baseline").with_levers([load_lever("lean"), load_lever("slow", folder)])

    assert "levers/slow.yaml" in caught.value.where and "levers/lean.yaml" in caught.value.where


def test_a_lever_cannot_touch_the_drawn_inputs(tmp_path: Path) -> None:
    folder = own(tmp_path, "luck", {"scale": {"leads.per_year": 2}})

    with pytest.raises(ConfigError, match=r"'leads.per_year' belongs to the replications"):
        load_lever("luck", folder)


def test_a_lever_that_moves_something_new_names_it_in_its_own_file(tmp_path: Path) -> None:
    content = {"moves": {"template_share": 1, "won_share": 1}}
    with pytest.raises(ConfigError) as caught:
        load_lever("reuse", own(tmp_path, "reuse", content))
    line = caught.value.render("en").partition("into the same file: ")[2].partition("}}")[0] + "}}"

    folder = own(tmp_path, "reuse", {**content, **yaml.safe_load(line)})  # the remedy solves the case
    assert list(load_lever("reuse", folder).labels) == ["template_share"]


def test_a_misspelt_lever_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        mixed("lean+coachin")

    assert "Maßnahme „coachin“ gibt es nicht." in caught.value.render("de")
    assert "'coaching'" in caught.value.render("de")


def own(folder: Path, name: str, content: Mapping[str, object]) -> Path:
    (folder / "levers").mkdir(exist_ok=True)
    texts = {"title": {"de": "x", "en": "x"}, "purpose": {"de": "x", "en": "x"}}
    (folder / "levers" / f"{name}.yaml").write_text(yaml.safe_dump({**texts, **content}), encoding="utf-8")
    return folder
