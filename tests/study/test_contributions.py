from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import runs

from simkit.model.specification.designs import load_design
from simkit.study.comparison.contributions import Parts, break_even, factorial, scan, scan_label, singles, steps

PROFIT = ("company_profit_amount",)
PARTS = Parts.of(load_design("stretched_t"))
SWITCHES = PARTS.switches
LABELS = [*(PARTS.switched(switches) for switches in PARTS.chain()), "stretched_t"]
ALL = [PARTS.switched(switches) for switches in PARTS.combinations()]


def test_the_stated_order_begins_with_the_rule_and_ends_with_everything():
    assert PARTS.chain()[1] == ("rule",) and PARTS.chain()[-1] == SWITCHES and len(set(ALL)) == 16


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(-(10**6), 10**6), min_size=6, max_size=6), min_size=2, max_size=6))
def test_the_steps_add_up_to_the_whole_gain(replications):
    values = {label: [float(replication[i]) for replication in replications] for i, label in enumerate(LABELS)}
    table = steps(runs(values), "today", LABELS, PARTS, PROFIT).set_index("switch")
    total = float(np.mean(values[LABELS[-1]]) - np.mean(values[LABELS[0]]))
    assert table.loc[[*SWITCHES, "transition"], "difference"].sum() == pytest.approx(total, abs=1e-6)
    assert table.loc["total", "difference"] == pytest.approx(total, abs=1e-6)
    assert table.loc["transition", "cumulative"] == pytest.approx(total, abs=1e-6)


def made_factorial(effect_of) -> dict[str, list[float]]:
    replications = [100.0, 300.0, -50.0]
    return {
        PARTS.switched(switches): [replication + effect_of(switches) for replication in replications]
        for switches in PARTS.combinations()
    }


def test_additive_switches_have_their_effect_and_no_interaction():
    gain = {"rule": 8.0, "frontline": -2.0, "service_design": 3.0, "modular_delivery": 0.5}
    frame = runs(made_factorial(lambda switches: sum(gain[name] for name in switches)))
    table = factorial(frame, "today", ALL, PARTS, PROFIT)
    effects = table[table["order"] == 1].set_index("effect")["effect_value"]
    assert effects.to_dict() == pytest.approx(gain)
    assert table.loc[table["order"] == 2, "effect_value"].abs().max() == pytest.approx(0, abs=1e-9)
    assert len(table) == 10


def test_two_switches_that_substitute_each_other_have_a_negative_interaction():
    frame = runs(made_factorial(lambda s: 10.0 if "rule" in s or "frontline" in s else 0.0))
    table = factorial(frame, "today", ALL, PARTS, PROFIT).set_index("effect")
    assert table.loc["rule", "effect_value"] == pytest.approx(5.0)
    assert table.loc["rule × frontline", "effect_value"] == pytest.approx(-5.0)
    assert table.loc["rule × frontline", "label_de"] == "Vorrangregel × Frontline-Teams"


def test_single_gains_and_their_interaction_add_up_to_the_total():
    made = made_factorial(lambda s: len(s) ** 2 * 1.0)
    frame = runs({**made, "stretched_t": [value - 5.0 for value in made[PARTS.switched(SWITCHES)]]})
    table = singles(frame, "today", ALL, PARTS, PROFIT).set_index("switch")["difference"]
    assert table["total"] == pytest.approx(11) and table["interaction"] == pytest.approx(12)
    assert table["transition"] == pytest.approx(-5)
    assert table[list(SWITCHES)].tolist() == pytest.approx([1.0] * 4)


def test_the_scan_compares_with_the_design_as_it_is_sized():
    frame = runs(
        {"t": [10.0, 20.0], scan_label("t", "service", -1): [7.0, 17.0], scan_label("t", "service", 1): [11.0, 23.0]}
    )
    table = scan(frame, "today", "t", [("service", -1), ("service", 1)], PROFIT)
    assert table["difference"].tolist() == [-3.0, 2.0] and table["low"].iloc[0] == -3.0


def test_break_even_line_of_a_hand_computed_case():
    line = break_even(
        order_h=5.9, effort_factor=0.8, clarification_chance=0.1, clarification_h=0.75, hand_over_h=0.3, idle_share=0.0
    )
    assert line.line == pytest.approx(0.8 * (1 + 0.075 / 5.9) + 0.3 / 5.9)
    assert round(line.line, 2) == 0.86
    assert line.idle_limit == pytest.approx(1 - line.line)


def test_break_even_needs_hours_to_move():
    with pytest.raises(ValueError, match="above 0"):
        break_even(order_h=0, effort_factor=1, clarification_chance=0, clarification_h=0, hand_over_h=0, idle_share=0)
