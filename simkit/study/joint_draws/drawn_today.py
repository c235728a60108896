"""Today in each draw: a client of whom the draw were true has the load, the contacts and the customers that were measured.

What a draw says of work, needs or reactions would by itself make today's organisation another one: busier, or with fewer
customers every year. So work content is brought to the drawn load, and today's organisation is simulated in every draw to
plan the contacts with which the measured ones are received, and to bring customers' reactions to rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from simkit.foundation.parameter_set import Parameter, ParameterSet
from simkit.foundation.text import same
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.model.specification.scenarios import Scenario
from simkit.study.calibration.stationary_today import new_customers_override, play_today, profile_of
from simkit.study.calibration.today_profile import TodayProfile, response_override
from simkit.study.experiment.experiment_spec import Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.joint_draws.drawn_sets import BY_DRAW, Draws
from simkit.study.measured.load import scaled_to_load
from simkit.study.measured.measured_demand import patched
from simkit.study.robustness.sample_points import HORIZON, RobustnessBench

REPLICATIONS = 2
"""Per draw: with one alone its luck could not be told from the draw."""
FIRST_REPLICATION = 1_000_000
"""Far beyond the replications of any comparison, so that no draw is met by luck that chose the design."""
ROUNDS = 2
"""Of today in every draw: one without reactions, from which contacts are planned, and one with them."""
WATCHED_YEARS = 1.5
"""Horizon of these runs, as in the calibration of today."""
SOURCE = same("draw")


def own_replications(count: int) -> dict[str, int]:
    """Return the number of the first replication of each draw, by its name."""
    return {str(place + 1): FIRST_REPLICATION + REPLICATIONS * place for place in range(count)}


def reacts(parameters: ParameterSet) -> bool:
    """Return whether customers react to care at all."""
    return parameters.value("reaction.on") >= 0.5


def play_drawn_today(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Yield what customers of today's organisation go through in a draw; see
    :func:`simkit.study.calibration.stationary_today.play_today`."""
    yield from play_today(model_inputs, scenario.on(parameters), _nothing(scenario), variants, seed, replication)


def _nothing(scenario: Scenario) -> Scenario:
    return replace(scenario, override={})


def with_today_at_rest(bench: RobustnessBench, draws: Draws) -> Draws:
    """Return the draws with everything that follows from today in each of them.

    Parameters
    ----------
    bench : RobustnessBench
        For the client, the parameter set that the draws start from, and today's organisation.

    Notes
    -----
    In each draw: all work content times one factor, so that the load is the drawn one
    (:func:`simkit.study.measured.load.scaled_to_load`). Then today's organisation without reactions: with planned p and received
    r contacts, w being those that are received in the study's own parameters (times the drawn over the present plan, as far as
    that was drawn), the plan becomes p × w ÷ r, at most what customers need. Then with reactions: care level, exponent, level
    and churn are those of :func:`simkit.study.calibration.today_profile.response_override`, new customers as many as are lost.
    What was set by hand stays.
    """
    drawn = [loaded(bench, draw.client) for draw in draws.draws]
    if reacts(bench.parameters):
        wanted = [_received(bench.parameters, one) for one in drawn]
        for number in range(ROUNDS):
            profiles = _profiles(bench, drawn, calm=number == 0)
            if number == 0:
                drawn = [_planned(*args) for args in zip(drawn, profiles, wanted, strict=True)]
            drawn = [_at_rest(bench, *args) for args in zip(drawn, profiles, strict=True)]
    changed = [differences_of(one, bench.parameters) for one in drawn]
    return replace(
        draws,
        draws=tuple(replace(draw, client=client) for draw, client in zip(draws.draws, changed, strict=True)),
    )


def loaded(bench: RobustnessBench, client: Mapping[str, float]) -> ParameterSet:
    """Return the parameter set of a draw with the contacts received as measured and all work content at its load."""
    parameters = bench.parameters.patch(client, BY_DRAW)
    level = {}
    for name in SEGMENTS:
        parameter, path = parameters[f"reaction.care_before_{name}"], f"care.{name}.needed_contacts_per_year"
        before, need = bench.parameters.value(path), parameters.value(path)
        if _free(parameter) and need > 0 and need != before:
            level[parameter.path] = parameter.within(parameter.value * before / need)
    return scaled_to_load(parameters.patch(level, BY_DRAW), bench.model_inputs)


def _received(before: ParameterSet, drawn: ParameterSet) -> dict[str, float]:
    """Return the contacts a year that a customer of each segment receives today, as far as they were drawn."""
    found = {}
    for name in SEGMENTS:
        plan = f"care.{name}.contacts_per_year"
        received = before.value(f"care.{name}.needed_contacts_per_year") * before.value(f"reaction.care_before_{name}")
        found[name] = received * (drawn.value(plan) / before.value(plan) if before.value(plan) > 0 else 1.0)
    return found


def _planned(parameters: ParameterSet, profile: TodayProfile, wanted: Mapping[str, float]) -> ParameterSet:
    """Return the parameter set with the plan under which the wanted contacts are received."""
    plans = {}
    for number, name in enumerate(SEGMENTS):
        parameter = parameters[f"care.{name}.contacts_per_year"]
        need = parameters.value(f"care.{name}.needed_contacts_per_year")
        if not _free(parameter) or need <= 0 or profile.table["count"][number].sum() == 0:
            continue
        received = profile.levels(number, parameters)[1] * need
        plans[parameter.path] = parameter.within(
            min(parameter.value * wanted[name] / received, max(need, parameter.value))
        )
    return parameters.patch(plans, BY_DRAW)


def _at_rest(bench: RobustnessBench, parameters: ParameterSet, profile: TodayProfile) -> ParameterSet:
    found = response_override(parameters, profile, SOURCE)
    found |= new_customers_override(bench.model_inputs, parameters, profile, SOURCE)
    fitting = {
        path: (parameters[path].within(value), provenance)
        for path, (value, provenance) in found.items()
        if _free(parameters[path])
    }
    return patched(parameters, fitting)


def _free(parameter: Parameter) -> bool:
    return parameter.provenance.kind != "option"


def _profiles(bench: RobustnessBench, drawn: Sequence[ParameterSet], *, calm: bool) -> list[TodayProfile]:
    """Return what customers of today's organisation go through in each draw."""
    years = min(WATCHED_YEARS, bench.parameters.value(HORIZON))
    first = own_replications(len(drawn))
    today = Variant(
        label=bench.baseline, design=bench.designs[bench.baseline], changes={"reaction.on": 0.0} if calm else {}
    )
    experiment = Experiment(
        variants=(today,),
        scenarios={
            name: scenario_of(name, differences_of(one, bench.parameters))
            for name, one in zip(first, drawn, strict=True)
        },
        replications=REPLICATIONS,
        seed=bench.seed,
        own_replications=first,
    )
    frame = run_experiment(
        experiment,
        bench.model_inputs.settled(),
        bench.parameters.patch({HORIZON: years}, BY_DRAW),
        execution=bench.execution,
        progress=bench.counter(experiment.runs),
        engine=play_drawn_today,
    ).frame
    by_draw = dict(list(frame.groupby("scenario", sort=False)))
    return [profile_of(by_draw[name], bench.model_inputs, one) for name, one in zip(first, drawn, strict=True)]


def differences_of(drawn: ParameterSet, before: ParameterSet) -> dict[str, float]:
    """Return what is otherwise, parameter: value."""
    return {path: one.value for path, one in drawn.items() if one.value != before.value(path)}


def scenario_of(name: str, client: Mapping[str, float]) -> Scenario:
    """Return a draw as a scenario."""
    return Scenario(name=name, title=same(name), purpose=same(name), override=client)
