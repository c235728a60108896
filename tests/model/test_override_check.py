"""All problems of a study's designs, scenarios and levers are found before its first run, in one list, with file and line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.parameter_set import Parameter, ParameterSet, Provenance
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.override_check import override_problems, raise_list
from simkit.model.specification.overrides import INPUT_PARAMETERS
from simkit.study.robustness.tested_parameters import FITTED_TO_TODAY
from tests.model.conftest import patched

TEXTS = "title: {de: x, en: x}\npurpose: {de: x, en: x}\n"  # lines 1 and 2
OWN = TEXTS + "base: baseline\n"  # line 3


def write(folder: Path, place: str, content: str) -> Path:
    file = folder / place
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return folder


def problems(folder: Path, design: str = "baseline", **more: object) -> list[ConfigError]:
    return override_problems(load_defaults(), designs=[design], folder=folder, **more)  # type: ignore[arg-type]


# --- one problem, its line and its remedy --------------------------------------------------------------------------

DESIGN_PROBLEMS = [
    ("set: {care.A.talk_hours: 1}\n", "own.yaml:4 (set.care.A.talk_hours)", "care.A.talk_hours", "care.A.talk_h"),
    ("set:\n  building.share: 2\n", "own.yaml:5 (set.building.share)", "out of range", "Allowed: 0"),
    ("scale: {handover.giver_h: 100}\n", "own.yaml:4 (scale.handover.giver_h)", "out of range", "Allowed: 0"),
    ("set: {building.share: much}\n", "own.yaml:4 (set.building.share)", "needs a number, not 'much'", ""),
    ("set:\n  building.share: 0,3\n", "own.yaml:5 (set.building.share)", "not '0,3'", "Write 0.3, with a point"),
    ("set: {demand.level: 1.1}\n", "own.yaml:4 (set.demand.level)", "belongs to the replications", "in a scenario"),
    ("set: 5\n", "own.yaml:4 (set)", "wrong form", "key: number"),
    ("routes:\n  - {unit: salse}\n", "own.yaml:5 (routes.0.unit)", "Unknown unit 'salse'", "'sales'"),
    ("routes: [{unit: sales, work: coordinaton}]\n", "own.yaml:4 (routes.0.work)", "'coordinaton'", "coordination"),
    ("units: {sales: null}\n", "own.yaml (routes)", "Nobody does 'lead'", "Add a route"),
    ("units: {sales: null}\nroutes: [{unit: sales}]\n", "own.yaml:5 (routes.0.unit)", "Unknown unit 'sales'", ""),
    (
        "units: {sales: {title: {de: x}}}\n",
        "own.yaml:4 (units.sales.title)",
        "missing in one language",
        "{de: …, en: …}",
    ),
    ("units: {x: {title: {de: x, en: x}, asignment: owner}}\n", "(units.x.asignment)", "'asignment'", "'assignment'"),
    ("units: {x: {title: {de: x, en: x}, prefer: best}}\n", "own.yaml:4 (units.x.prefer)", "'best'", "highest_ability"),
    ("units: {x: {title: {de: x, en: x}, size: -1}}\n", "own.yaml:4 (units.x.size)", "wrong form", "posts from 0"),
    ("units: {x: {title: {de: x, en: x}, fallback: y}}\n", "(units.x.fallback)", "Unknown fallback 'y'", "sales"),
    (
        "units: {x: {title: {de: x, en: x}, fallback: [sales, saels]}}\n",
        "own.yaml:4 (units.x.fallback.1)",
        "Unknown fallback 'saels'",
        "'sales'",
    ),
    ("units: {x: {title: {de: x, en: x}, fallback: [sales, 5]}}\n", "(units.x.fallback.1)", "Unknown fallback '5'", ""),
    ("units: {x: {title: {de: x, en: x}, fallback: {y: 1}}}\n", "(units.x.fallback)", "Unknown fallback", "sales"),
    (
        "units: {x: {title: {de: x, en: x}, fallback: [sales, x]}}\n",
        "(units.x.fallback.1)",
        "A cycle of hand-overs: x → x.",
        "Remove",
    ),
    (
        "units: {x: {title: {de: x, en: x}, fallback: x}}\n",
        "(units.x.fallback)",
        "A cycle of hand-overs: x → x.",
        "Remove",
    ),
    (
        "units: {x: {title: {de: x, en: x}, fallback: [], fallback_after_h: 8}}\n",
        "(units.x.fallback_after_h)",
        "without 'fallback' does nothing",
        "",
    ),
    (
        "units: {x: {title: {de: x, en: x}, fallback_after_h: 8}}\n",
        "(units.x.fallback_after_h)",
        "without 'fallback' does nothing",
        "takes over",
    ),
    ("units: [sales]\n", "own.yaml:4 (units)", "wrong form", "units with names"),
    (
        "priority_table: value_frist\n",
        "own.yaml:4 (priority_table)",
        "no priority table 'value_frist'",
        "'value_first'",
    ),
    ("discretionary: [rest]\n", "own.yaml:4 (discretionary.0)", "'rest'", "prospecting"),
    ("help_after_h: soon\n", "own.yaml:4 (help_after_h)", "wrong form", "hours from 0"),
    ("untis: {}\n", "own.yaml:4 (untis)", "Unknown key 'untis'", "'units'"),
    ("switches: {part: {set: {}}}\n", "own.yaml:4 (switches.part.title)", "missing in one language", ""),
    ("switches: {part: {title: {de: x, en: x}, st: {}}}\n", "(switches.part.st)", "Unknown key 'st'", "'set'"),
    ("set: {care.C.contacts_per_year: 0}\n", "(set.care.C.contacts_per_year)", "without service level", "add up to 1"),
    (
        "set: {channel.C.partner_share: 0.7, channel.C.dropped_share: 0.6}\n",
        "own.yaml:4",
        "More than all",
        "1 together",
    ),
]


@pytest.mark.parametrize(("content", "place", "found", "remedy"), DESIGN_PROBLEMS)
def test_a_problem_of_a_design_is_reported_with_file_line_and_remedy(
    tmp_path: Path, content: str, place: str, found: str, remedy: str
) -> None:
    told = problems(write(tmp_path, "designs/own.yaml", OWN + content), "own")

    fitting = [one for one in told if found in one.what.en]
    assert fitting, [str(one) for one in told]
    assert "designs/own.yaml" in fitting[0].where and place in fitting[0].where
    assert remedy in fitting[0].remedy.en
    assert fitting[0].what.de and fitting[0].what.de != fitting[0].what.en


def test_a_fallback_may_name_the_unit_of_a_part_that_is_off(tmp_path: Path) -> None:
    unit = "{title: {de: x, en: x}, fallback: [%s]}"
    part = "switches: {part: {title: {de: x, en: x}, units: {y: {title: {de: y, en: y}}}}}\n"
    content = OWN + "units: {x: " + unit + "}\nroutes: [{unit: x, work: lead}]\n" + part
    write(tmp_path, "designs/own.yaml", content % "y, sales")
    assert problems(tmp_path, "own") == []
    assert load_design("own", tmp_path, switches=()).units[-1].fallback == "sales"

    write(tmp_path, "designs/own.yaml", content % "y")
    with pytest.raises(ConfigError, match=r"Unknown fallback 'y'[\s\S]*sales"):
        load_design("own", tmp_path, switches=())


def test_a_segment_whom_partners_serve_needs_no_contacts_of_ours(tmp_path: Path) -> None:
    content = "set: {care.C.contacts_per_year: 0, channel.C.partner_share: 1}\n"

    assert problems(write(tmp_path, "designs/own.yaml", OWN + content), "own") == []


def test_a_priority_table_that_forgets_a_segment_is_found(tmp_path: Path) -> None:
    write(tmp_path, "designs/own.yaml", OWN + "priority_table: mine\n")
    ranks = (
        "title: {de: x, en: x}\nranks:\n  - [order, service, lead, opportunity]\n  - [care A, care B]\n  - [caer C]\n"
    )

    told = problems(write(tmp_path, "priorities/mine.yaml", ranks), "own")

    assert [(one.what.en, one.where) for one in told] == [
        ("Unknown word 'caer' in 'caer C'.", "priorities/mine.yaml:5 (ranks.2)"),
        ("No rank for care standard C.", "priorities/mine.yaml:2 (ranks)"),
    ]


def test_bases_in_a_circle_are_found(tmp_path: Path) -> None:
    write(tmp_path, "designs/one.yaml", TEXTS + "base: two\n")
    write(tmp_path, "designs/two.yaml", TEXTS + "base: one\n")

    (told,) = problems(tmp_path, "one")

    assert told.what.en == "A cycle of bases: one → two → one."
    assert told.where == "designs/two.yaml:3 (base)"


def test_fallbacks_in_a_circle_are_reported_once(tmp_path: Path) -> None:
    content = (
        "units:\n"
        "  x: {title: {de: x, en: x}, fallback: y}\n"
        "  y: {title: {de: y, en: y}, fallback: z}\n"
        "  z: {title: {de: z, en: z}, fallback: x}\n"
    )

    (told,) = problems(write(tmp_path, "designs/own.yaml", OWN + content), "own")

    assert told.what.en == "A cycle of hand-overs: x → y → z → x."
    assert told.where == "designs/own.yaml:5 (units.x.fallback)"


@pytest.mark.parametrize(
    ("sizes", "posts", "wrong"),
    [((2, 9), 10, True), ((2, 3), 10, True), ((2, 8), 10, False), ((2, None), 10, False), ((12, None), 10, True)],
)
def test_head_counts_that_do_not_add_up_to_the_posts_are_found(
    tmp_path: Path, sizes: tuple[int, int | None], posts: int, wrong: bool
) -> None:
    size = "" if sizes[1] is None else f", size: {sizes[1]}"
    content = (
        f"units:\n  sales: {{title: {{de: x, en: x}}, size: {sizes[0]}}}\n  more: {{title: {{de: y, en: y}}{size}}}\n"
    )

    told = problems(write(tmp_path, "designs/own.yaml", OWN + content), "own", posts=posts)

    assert [one.where for one in told] == (["designs/own.yaml:5 (units.sales.size)"] if wrong else [])
    assert all(f"the client {posts}" in one.what.en for one in told)


@pytest.mark.parametrize(
    ("kind", "content", "place", "found"),
    [
        ("scenarios", "set: {staff.quits_per_year: 1}\n", ":3 (set.staff.quits_per_year)", "no parameter"),
        ("scenarios", "set: {staff.fill_days: -1}\n", ":3 (set.staff.fill_days)", "out of range"),
        ("scenarios", "sett: {}\n", ":3 (sett)", "Unknown key"),
        ("levers", "set: {amo.training_gains: 1}\n", ":3 (set.amo.training_gains)", "no parameter"),
        ("levers", "scale: {orders.bespoke.repeat_chance: 3}\n", ":3 (scale.orders.bespoke", "out of range"),
        ("levers", "scale: {leads.per_year: 2}\n", ":3 (scale.leads.per_year)", "belongs to the replications"),
        ("levers", "cost: {onec_amount: 5}\n", ":3 (cost.onec_amount)", "Unknown key"),
        ("levers", "set: {amo.form: 1}\nscale: {amo.form: 1}\n", ":3 (set.amo.form)", "set and scaled"),
        ("levers", "priority_table: lifo\n", ":3 (priority_table)", "no priority table"),
        ("levers", "evidence_grade: X\n", ":3 (evidence_grade)", "evidence grade"),
        ("levers", "unchanged: care_h\n", ":3 (unchanged)", "wrong form"),
        ("levers", "moves: {template_share: 1}\n", ":3 (moves.template_share)", "has no label"),
        ("levers", "moves_when_short: {template_share: 1}\n", ":3 (moves_when_short.template_share)", "has no label"),
        ("levers", "labels: {care_h: {de: x, en: x}}\n", ":3 (labels.care_h)", "Unknown key"),
        ("levers", "moves: {new: 1}\nlabels: {new: {de: x}}\n", ":4 (labels.new", "missing in one language"),
        ("levers", "labels: care_h\n", ":3 (labels)", "wrong form"),
    ],
)
def test_a_problem_of_a_scenario_or_lever_is_reported_with_file_and_line(
    tmp_path: Path, kind: str, content: str, place: str, found: str
) -> None:
    told = problems(write(tmp_path, f"{kind}/own.yaml", TEXTS + content), **{kind: ["own"]})

    assert any(found in one.what.en and one.where.startswith(f"{kind}/own.yaml{place}") for one in told), told


def test_a_title_that_a_comma_has_cut_in_two_is_found(tmp_path: Path) -> None:
    content = "title: {de: Erst dies, en: First this, then that}\npurpose: {de: x, en: x}\nset: {}\n"

    (told,) = problems(write(tmp_path, "scenarios/own.yaml", content), scenarios=["own"])

    assert (told.what.en, told.where) == ("Unknown key 'then that'.", "scenarios/own.yaml:1 (title.then that)")


# --- mixes -----------------------------------------------------------------------------------------------------------


def test_overrides_of_one_mix_that_contradict_each_other_name_both_lines(tmp_path: Path) -> None:
    write(tmp_path, "scenarios/own.yaml", TEXTS + "set: {building.share: 0.2, time.overtime_share: 0.2}\n")

    told = problems(tmp_path, "stretched_t", scenarios=["own"], levers=["overtime"])

    assert [(one.what.en, one.where.split("; ")[0]) for one in told] == [
        ("'building.share' is set twice, to 0.2 and to 0.1.", "scenarios/own.yaml:3 (set.building.share)"),
        ("'time.overtime_share' is set twice, to 0.2 and to 0.1.", "scenarios/own.yaml:3 (set.time.overtime_share)"),
    ]
    assert "stretched_t.yaml" in told[0].where and "levers/overtime.yaml" in told[1].where


def test_scenarios_of_a_combination_that_contradict_each_other_are_found(tmp_path: Path) -> None:
    (told,) = problems(tmp_path, scenarios=["demand_growth+demand_decline"])

    assert told.what.en == "'demand.growth_per_year' is set twice, to 0.05 and to -0.05."


def test_the_same_value_twice_is_no_contradiction(tmp_path: Path) -> None:
    assert problems(tmp_path, scenarios=["vacancies_139_days+shortage_leave"], levers=["overtime", "tools"]) == []


def test_levers_that_together_leave_the_range_of_a_parameter_are_found(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path, f"levers/{name}.yaml", TEXTS + "scale: {blocked.meetings_h: 2.5}\n")  # 0.8 → 2 → 5

    inside = problems(tmp_path, levers=["one+two"])
    outside = override_problems(
        patched({"blocked.meetings_h": 1}), designs=["baseline"], levers=["one", "one+two"], folder=tmp_path
    )

    assert inside == []
    assert [(one.what.en, one.where) for one in outside] == [
        ("'blocked.meetings_h' = 6.25 is out of range.", "levers/two.yaml:3 (scale.blocked.meetings_h)")
    ]


# --- all in one list -------------------------------------------------------------------------------------------------


def test_all_problems_of_a_study_are_in_one_list(tmp_path: Path) -> None:
    write(
        tmp_path, "designs/own.yaml", OWN + "set: {bulding.share: 0.1}\nroutes: [{unit: salse}]\npriority_table: lifo\n"
    )
    write(tmp_path, "designs/broken.yaml", "title: {de: x\n")
    write(tmp_path, "scenarios/bad.yaml", TEXTS + "set: {staff.fill_days: 99999, staff.quits: 1}\n")
    write(tmp_path, "levers/bad.yaml", TEXTS + "set: {leads.per_year: 5}\ncots: {}\n")
    write(tmp_path, "levers/gone.yaml", TEXTS + "set: {leads.new_customer_share: 0.4}\n")

    with pytest.raises(ConfigError) as caught:
        raise_list(
            override_problems(
                load_defaults(),
                designs=["baseline", "own", "broken", "streched_t"],
                scenarios=["today", "bad+tody"],
                levers=["lean+bad", "gone"],
                folder=tmp_path,
            )
        )

    english, german = caught.value.render("en"), caught.value.render("de")
    for found in (
        "designs/own.yaml:4 (set.bulding.share): There is no parameter 'bulding.share'. Did you mean 'building.share',",
        "designs/own.yaml:5 (routes.0.unit): Unknown unit 'salse'. Did you mean 'sales'?",
        "designs/own.yaml:6 (priority_table): There is no priority table 'lifo'. Did you mean 'fifo'?",
        "designs/broken.yaml:2: Not valid YAML",
        "There is no design 'streched_t'. Did you mean 'stretched_t'?",
        "scenarios/bad.yaml:3 (set.staff.fill_days): 'staff.fill_days' = 99999 is out of range.",
        "levers/gone.yaml:3 (set.leads.new_customer_share): 'leads.new_customer_share' is no longer set by hand: new customers",
        "scenarios/bad.yaml:3 (set.staff.quits): There is no parameter 'staff.quits'.",
        "There is no scenario 'tody'. Did you mean 'today'?",
        "levers/bad.yaml:3 (set.leads.per_year): 'leads.per_year' belongs to the replications",
        "levers/bad.yaml:4 (cots): Unknown key 'cots'. Did you mean 'cost'",
    ):
        assert found in english, english
    assert english.startswith("Problems in designs, scenarios or levers: 11.\n1. ")
    assert "Meinten Sie" in german and "There is" not in german
    assert pickle.loads(pickle.dumps(caught.value)).render("de") == german
    assert caught.value.exit_code == 2


def test_a_study_in_order_passes(tmp_path: Path) -> None:
    assert not override_problems(
        load_defaults(),
        designs=["baseline", "pods"],
        scenarios=["today", "hiring_freeze+demand_growth"],
        levers=["lean+coaching"],
        posts=20,
        folder=tmp_path,
    )


# --- what describes today --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["designs", "scenarios", "levers"])
@pytest.mark.parametrize("parameter", ["load.utilisation", "reaction.care_before_B", "reaction.late_before_A"])
def test_what_describes_today_is_set_for_the_client_and_nowhere_else(tmp_path: Path, kind: str, parameter: str) -> None:
    text = (OWN if kind == "designs" else TEXTS) + f"set: {{{parameter}: 0.9}}\n"
    write(tmp_path, f"{kind}/own.yaml", text)
    (told,) = problems(
        tmp_path,
        **{"design": "own"} if kind == "designs" else {"design": "baseline", kind: ["own"]},  # type: ignore[arg-type]
    )
    assert told.what.en.startswith(f"'{parameter}' describes how the client stands today")
    assert f"{kind}/own.yaml" in told.where and f"(set.{parameter})" in told.where
    assert "client.yaml" in told.remedy.en
    load_defaults().patch({parameter: 0.9}, Provenance(kind="option"))  # what client.yaml does with it


def test_what_is_fitted_to_runs_of_today_describes_today() -> None:
    drawn = {"customers.new_per_lost"}  # which a scenario may set
    fitted = {path for path in load_defaults() if path.startswith(FITTED_TO_TODAY)} - drawn
    told = {path for path, parameter in load_defaults().items() if parameter.today}
    assert told == fitted | {"load.utilisation"} and drawn <= set(INPUT_PARAMETERS)


# --- the drawn inputs --------------------------------------------------------------------------------------------------------


# How many leads of new customers are drawn follows from today's; a design's own values act in the run.
AS_TODAY = {
    "leads.qualified_share",
    "reaction.churn_per_year",
    *(f"winning.{name}_logit" for name in ("base", "preparation", "quality", "access", "deadline")),
    "winning.flag_share",
    "winning.preparation_factor",
    # Who is lost today is what new customers are like.
    "reaction.on",
    "reaction.late_churn_share",
    "reaction.forgiveness",
    *(f"reaction.{name}_before_{segment}" for name in ("care", "late") for segment in "ABC"),
}


def test_the_parameters_that_only_a_scenario_may_set_are_those_the_replication_is_drawn_from() -> None:
    class Traced(ParameterSet):
        def __getitem__(self, path: str) -> Parameter:
            read.add(path)
            return super().__getitem__(path)

    read: set[str] = set()
    parameter_set = Traced(dict(patched({"presence.wave_share": 1}).items()))
    read.clear()

    draw_inputs(example_inputs(customers=20, posts=2, orders_per_year=50), parameter_set, seed=1, replication=0)

    assert sorted(read - AS_TODAY) == list(INPUT_PARAMETERS)
    assert read > AS_TODAY
