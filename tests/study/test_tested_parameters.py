"""Which parameters are tested: every parameter is tested or left out with a reason, and the reasons hold."""

import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.designs import load_design
from simkit.model.specification.levers import load_lever
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.robustness.parameter_groups import group_label, group_of
from simkit.study.robustness.tested_parameters import check_parameters, choose_parameters, outside_of_range

PARAMETER_SET = load_defaults()
TODAY, STRETCHED, PARTNERS = (load_design(name) for name in ("baseline", "stretched_t", "partner_channel"))


def chosen(parameter_set=PARAMETER_SET, designs=(TODAY, STRETCHED), **options):
    choice = choose_parameters(parameter_set, designs, **options)
    return {parameter.path: parameter for parameter in choice.tested}, {
        path: reason.en for path, reason in choice.left_out.items()
    }


def test_every_parameter_is_tested_or_left_out_with_a_reason():
    tested, left_out = chosen()
    assert sorted([*tested, *left_out]) == sorted(PARAMETER_SET)
    assert all(left_out.values())


@pytest.mark.parametrize(
    ("parameter", "reason"),
    [
        ("small.clog.effort_h", "small model"),
        ("care.A.by_phone", "switch"),
        ("time.horizon_years", "setting of the experiment"),
        ("price.rise_share", "decision"),
        ("amo.training_gain", "decision"),
        ("outage.days", "event"),
        ("reaction.care_before_A", "anew in every point"),
        ("price.elasticity", "acts only together with 'Price rise'"),
        ("partner.margin_share", "acts only together with 'A customers served by a partner'"),
        ("overload.step", "acts only together with 'Overload drives people away (1 = on)'"),
    ],
)
def test_what_cannot_act_or_is_no_assumption_is_left_out(parameter, reason):
    assert reason in chosen()[1][parameter]


def test_a_parameter_acts_as_soon_as_a_compared_design_turns_it_on():
    assert "partner.margin_share" in chosen(designs=(TODAY, PARTNERS))[0]
    assert "building.module_h" in chosen()[0]
    assert "building.module_h" not in chosen(designs=(TODAY,))[0]


def test_with_reactions_off_what_customers_do_is_left_out():
    calm = PARAMETER_SET.patch({"reaction.on": 0.0}, Provenance(kind="assumption"))
    assert "acts only together" in chosen(calm)[1]["reaction.elasticity"]


def test_what_is_set_by_hand_by_a_scenario_or_by_a_lever_is_left_out():
    by_hand = PARAMETER_SET.patch({"staff.fill_days": 100.0}, Provenance(kind="option"))
    assert chosen(by_hand)[1]["staff.fill_days"] == "set by hand"
    assert chosen(fixed=("staff.fill_days",))[1]["staff.fill_days"] == "set by the scenario"
    lean = STRETCHED.with_levers([load_lever("lean")])
    assert {chosen(designs=(TODAY, lean))[1].get(path) for path in load_lever("lean").scale} == {
        "set by a lever of a compared design"
    }


def test_a_measured_parameter_runs_over_its_interval_and_without_one_it_is_left_out():
    interval = Estimate(value=0.3, low=0.28, high=0.32, level=0.95)
    path = "orders.bespoke.share"
    measured = PARAMETER_SET.patch({path: 0.3}, Provenance(kind="measured", interval=interval))
    parameter = chosen(measured)[0][path]
    assert (parameter.low, parameter.high, parameter.range_from) == (0.28, 0.32, "interval")
    counted = PARAMETER_SET.patch({path: 0.3}, Provenance(kind="measured"))
    assert chosen(counted)[1][path] == "measured, without an interval"


def test_the_ends_hold_the_value_and_those_of_the_designs():
    wide = PARAMETER_SET.patch({"staff.fill_days": 300.0}, Provenance(kind="published"))
    parameter = chosen(wide)[0]["staff.fill_days"]
    assert (parameter.low, parameter.high, parameter.outside) == (60.0, 300.0, True)
    factor = chosen()[0]["handover.specialist_effort_factor"]
    assert (factor.value, factor.set_by_designs) == (0.8, True)


def test_a_place_between_the_ends_is_a_value_of_the_parameter():
    parameter = chosen()[0]["reaction.elasticity"]
    assert [round(parameter.at(place), 3) for place in (0.0, 0.5, 1.0)] == [0.1, 0.3, 0.5]


def test_a_misspelt_parameter_names_the_nearest():
    with pytest.raises(ConfigError, match=r"Did you mean 'staff.fill_days'"):
        check_parameters(("staff.fil_days",), PARAMETER_SET)


def test_a_value_outside_of_what_is_measured_or_plausible_is_flagged():
    flagged = outside_of_range(PARAMETER_SET, {"slow": {"staff.fill_days": 200.0}, "usual": {"staff.fill_days": 100.0}})
    assert flagged[["set_by", "parameter", "value", "high"]].values.tolist() == [
        ["slow", "staff.fill_days", 200.0, 139.0]
    ]
    by_hand = PARAMETER_SET.patch({"reaction.elasticity": 0.9}, Provenance(kind="option"))
    assert outside_of_range(by_hand, {})["set_by"].tolist() == [""]


def test_every_tested_parameter_has_a_group_with_a_name_in_both_languages():
    for path in chosen()[0]:
        label = group_label(group_of(path))
        assert label.de != group_of(path) or label.en != group_of(path), path


def test_a_target_of_the_clients_is_tested_only_where_there_is_one():
    path = "orders.standard.delivery_cost_saving_share"
    tested, left_out = chosen()
    assert path not in tested and left_out[path] == "only by a target of your own"
    assert left_out["lateness.penalty_cap_share"].startswith("acts only together")
    wanted = load_defaults().patch({path: 0.05, "lateness.penalty_share_per_week": 0.002}, Provenance(kind="workshop"))
    found = choose_parameters(wanted, [load_design("baseline")])
    assert {path, "lateness.penalty_share_per_week", "lateness.penalty_cap_share"} <= {one.path for one in found.tested}


def test_the_price_of_a_conversion_is_tested_where_a_design_converts():
    plain = choose_parameters(load_defaults(), [load_design("baseline")])
    building = choose_parameters(load_defaults(), [load_design("baseline"), load_design("stretched_t")])
    assert [one.path for one in plain.named(["conversion.price_share", "conversion.accepted_share"])] == []
    names = ["conversion.price_share", "conversion.accepted_share", "conversion.cost_saving_share"]
    assert [one.path for one in building.named(names)] == ["conversion.price_share", "conversion.cost_saving_share"]
