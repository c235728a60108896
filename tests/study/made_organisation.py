"""A client and a horizon so small that the real engine takes a tenth of a second."""

from __future__ import annotations

from simkit.foundation.parameter_set import Provenance
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Experiment, Variant

MODEL_INPUTS = example_inputs(customers=20, posts=4, orders_per_year=250)
PARAMETER_SET = load_defaults().patch(
    {"time.horizon_years": 0.25, "time.warm_up_years": 0.1, "leads.per_year": 40.0, "opportunities.per_year": 20.0,
     "service.requests_per_year": 100.0, "extra.leads_ceiling_per_year": 80.0},
    Provenance(kind="option", source="test"),
)  # fmt: skip


def tiny_experiment(
    *, replications: int = 3, designs: tuple[str, ...] = ("baseline", "stretched_t"), **changed
) -> Experiment:
    variants = tuple(Variant(label=name, design=load_design(name)) for name in designs)
    scenarios = {name: load_scenario(name) for name in ("today", "vacancies_139_days")}
    return Experiment(
        **{"variants": variants, "scenarios": scenarios, "replications": replications, "seed": 5, **changed}
    )
