"""Which parameters are drawn, which move together, and that everything else has a reason."""

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.joint_draws.drawn_parameters import PARAMETER_COLUMNS, drawn_set
from simkit.study.measured.fitted_work import FITTED

PARAMETERS = load_defaults()
DESIGNS = {name: load_design(name) for name in ("baseline", "stretched_t", "inside_sales_hub")}


def chosen(parameters=PARAMETERS, designs=DESIGNS, **options):
    return drawn_set(parameters, designs, **options)


def drawn(parameters=PARAMETERS, **options):
    return {one.path: one for one in chosen(parameters, **options).drawn}


def test_every_parameter_is_drawn_or_left_out_with_a_reason():
    found = chosen()
    assert {one.path for one in found.drawn} | set(found.left_out) == set(PARAMETERS)
    frame = found.frame()
    assert tuple(frame.columns) == PARAMETER_COLUMNS
    assert (frame.loc[~frame["drawn"], "reason_de"] != "").all() and (frame.loc[frame["drawn"], "low"] > -1e9).all()


def test_calendar_demand_and_what_today_determines_are_not_drawn():
    found, left_out = drawn(), chosen().left_out
    assert not [path for path in found if path.startswith(("time.", "demand.", "small."))]
    assert left_out["demand.growth_per_year"].en == "what may come; there are scenarios for it"
    assert left_out["time.day_h"].en == "calendar or technique, no assumption about your company"
    assert left_out["money.fixed_cost_share"].en == "the same for all designs"
    assert not [path for path in found if path.startswith("reaction.care_before_")]


def test_what_was_set_by_hand_is_known():
    by_hand = PARAMETERS.patch({"reaction.churn_per_year": 0.05}, Provenance(kind="option"))
    assert "reaction.churn_per_year" in drawn() and "reaction.churn_per_year" not in drawn(by_hand)
    assert chosen(by_hand).left_out["reaction.churn_per_year"].en == "set by hand"


def test_what_is_plausible_at_one_value_only_is_not_drawn():
    agreed = PARAMETERS.patch({"reaction.A.elasticity_factor": 1.7}, Provenance(kind="workshop"))
    assert chosen(agreed).left_out["reaction.A.elasticity_factor"].en == "without a plausible range"


def test_a_target_of_delivery_cost_is_drawn_only_where_somebody_named_one():
    paths = [path for path in PARAMETERS if path.endswith(".delivery_cost_saving_share")]
    assert paths and not {*paths, "money.bespoke_extra_share"} & set(drawn())
    named = PARAMETERS.patch({paths[0]: 0.05}, Provenance(kind="workshop"))
    assert set(paths) & set(drawn(named)) == {paths[0]}


def test_what_a_design_sets_is_drawn_in_it_alone_around_its_own_value():
    one = drawn()["handover.specialist_effort_factor"]
    setting = {name for name, design in DESIGNS.items() if "handover.specialist_effort_factor" in design.override}
    assert set(one.marginals) == setting and "baseline" not in setting and setting
    assert all(one.marginals[name].value == DESIGNS[name].override[one.path] for name in setting)
    cost = drawn()["transition.once_amount"].marginals
    assert set(cost) == {name for name, design in DESIGNS.items() if "transition.once_amount" in design.override}


def test_work_that_one_factor_has_fitted_moves_as_one():
    interval = Estimate(value=1.0, low=0.8, high=1.2)
    paths = FITTED["selling"]
    fitted = PARAMETERS.patch(dict.fromkeys(paths, 1.0), Provenance(kind="partly", interval=interval))
    assert {drawn(fitted)[path].together for path in paths} == {"hours of selling"}
    assert {drawn()[path].together for path in paths} == set(paths)
