"""Which designs, variants and scenarios a study runs: the experiment, with the purpose of each of its variants.

Two variants that describe the same organisation run once; a table tells which variant stands for which variant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.designs import Design, load_design
from simkit.model.specification.levers import expected
from simkit.model.specification.scenarios import Scenario, load_scenario
from simkit.study.comparison.contributions import AT_ONCE_SUFFIX, Parts, scan_label
from simkit.study.experiment.experiment_spec import Experiment, Variant
from simkit.study.experiment.precision import Precision, usual_precision
from simkit.study.plans.agreed_plan import NAME as AGREED
from simkit.study.plans.agreed_plan import NO_PLAN, AgreedPlan, levers_named
from simkit.study.plans.compared_designs import (
    balanced_sizes,
    compared_designs,
    moves_work,
    organisation,
    taken_apart,
)
from simkit.study.plans.lever_variants import LeverPlanner, LeverVariant, head_amount_per_year, variant_variant
from simkit.study.plans.plan import Plan
from simkit.study.plans.short_list import ShortList
from simkit.study.plans.study_settings import StudySettings
from simkit.study.thresholds import threshold

DUE_ONLY = "baseline~due_only"
PROBE = "baseline~due_only+care"
RELABELLED_SUFFIX = "~relabelled"
TRANSITION_PARAMETERS = ("transition.dip_share", "transition.adoption_half_months", "transition.once_amount")
MOVING_PARAMETERS = ("transition.amount_per_person_moved", "transition.amount_per_account_moved")
MERE_SPLIT = {
    "handover.giver_h": 0.0,
    "handover.taker_h": 0.0,
    "handover.clarification_chance": 0.0,
    "reaction.planned_change_share": 0.0,
}
"""What splitting roles costs by itself; without it nothing is left of a split but other names."""
FIRST_CONFIRMED = 100_000
"""First replication of the plans that a search has found: far beyond those of any search, before those of the joint draws."""
SCANNED_HEADS = (-2, -1, 1, 2)


@dataclass(frozen=True, kw_only=True)
class ExperimentPlan:
    """An experiment and what its variants are for."""

    experiment: Experiment
    main: tuple[str, ...]
    """Labels of the designs that may be recommended, the baseline first."""
    titles: Mapping[str, Text]
    """By label of a variant and name of a scenario."""
    roles: Mapping[str, str]
    """By label: "main", "step", "factorial", "scan", "lever", "price" or "probe"."""
    steps: tuple[str, ...]
    factorial: tuple[str, ...]
    """Labels of the chain and of all combinations of switches, both without a transition; the chain ends with the
    whole design and its transition. Empty where no design has switches, or the depth is missing."""
    at_once: Mapping[str, str]
    """By compared design: the variant that is the same without a transition, itself where it has none."""
    relabelled: str
    """Label of the units and routes of the design taken apart without any change of content; empty without one."""
    scans: Mapping[str, tuple[tuple[str, int], ...]]
    """By design: unit and change of heads of each variant."""
    precision: Precision | None = None
    """How precise the main designs must become; None for the replications of the experiment and no more."""
    levers: tuple[LeverVariant, ...] = ()
    """Levers with the organisations they are on: the client's variants, and in a full study all on one budget."""
    lever_budget_amount: float = 0.0
    """That budget per year."""
    agreed: AgreedPlan = NO_PLAN
    """The client's service levels in the terms of the model."""
    parts: Parts | None = None
    """The design that is taken apart by its switches; None where no compared design can be."""
    plans: Mapping[str, Plan] = field(default_factory=dict)
    """By label of what may be recommended: the plan it is; empty where designs were named instead of searched for."""
    components: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By label: its changes of today's organisation."""
    full_titles: Mapping[str, Text] = field(default_factory=dict)
    """By label: all its changes in words, where `titles` has a letter."""
    chains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By label of a plan of the short list: labels of the steps to it from today's organisation, each with one change more."""
    step_titles: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    """What each of these steps changes, the first one after today's organisation first."""
    step_purposes: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    """What is done in each of these steps."""
    priced: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By label of a plan that a condition forbids: the limits that it breaks and that are known without a run, and by how much
    (:mod:`simkit.study.search.limit_prices`)."""

    @property
    def taken_apart(self) -> str:
        """Label of the design that is taken apart by its switches; empty without one."""
        return "" if self.parts is None else self.parts.design

    @property
    def baseline(self) -> str:
        """Label of today's organisation."""
        return self.main[0]

    @property
    def main_scenario(self) -> str:
        """Name of the scenario that decides."""
        return next(iter(self.experiment.scenarios))

    def design(self, label: str) -> Design:
        """Return the design of a variant."""
        return next(variant.design for variant in self.experiment.variants if variant.label == label)


def make_plan(
    settings: StudySettings,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    folder: Path | None = None,
    agreed: AgreedPlan = NO_PLAN,
    short_list: ShortList | None = None,
) -> ExperimentPlan:
    """Return the experiment of a study.

    Parameters
    ----------
    model_inputs, parameters
        The client and its parameter set, for the sizes of units.
    folder : Path, optional
        The client's folder, whose own designs and scenarios go before the shipped ones.
    agreed : AgreedPlan
        Service levels that the client agreed on; today's organisation runs with them too, and variants may take them.
    short_list : ShortList, optional
        The plans that a search has found; without it the designs of the settings are compared.

    Raises
    ------
    ConfigError
        For an unknown design or scenario, or a variant that takes service levels where none were agreed.
    """
    scenarios = {name: load_scenario(name, folder) for name in settings.scenarios}
    designs = compared_designs(settings, parameters, folder, agreed.lever) if short_list is None else short_list.designs
    baseline = next(iter(designs.values()))
    planner = _Planner(settings=settings, scenarios=scenarios, parameters=parameters, agreed=agreed, baseline=baseline)
    if short_list is None:
        planner.apart = taken_apart((designs[name] for name in settings.designs), baseline)
    for name, design in designs.items():
        planner.add(name, design, "main")
    if short_list is not None:
        planner.add_chains(short_list)
        planner.add_priced(short_list)
    planner.add_probe(baseline)
    if planner.apart is not None:
        planner.add_parts(planner.apart)
        planner.add_relabelled(planner.apart, baseline)
    for name, design in designs.items():
        planner.add_at_once(name, design)
    if settings.depth == "full":
        for name in designs if short_list is not None else settings.designs:
            planner.add_scan(name, designs[name], model_inputs)
    planner.add_agreed(baseline)
    planner.add_variants(folder)
    planner.add_levers(designs, model_inputs, folder)
    return planner.plan(short_list)


class _Planner:
    """Collects variants; a variant that equals a variant already there is that variant."""

    def __init__(
        self,
        *,
        settings: StudySettings,
        scenarios: Mapping[str, Scenario],
        parameters: ParameterSet,
        agreed: AgreedPlan,
        baseline: Design,
    ) -> None:
        self.settings, self.scenarios, self.parameters = settings, scenarios, parameters
        self.agreed, self.baseline = agreed, baseline
        self.apart: Design | None = None
        self.parts: Parts | None = None
        self.variants: list[Variant] = []
        self.roles: dict[str, str] = {}
        self.titles: dict[str, Text] = {name: scenario.title for name, scenario in scenarios.items()}
        self.steps: tuple[str, ...] = ()
        self.chains: dict[str, tuple[str, ...]] = {}
        self.priced: dict[str, Mapping[str, float]] = {}
        self.combined: tuple[str, ...] = ()
        self.at_once: dict[str, str] = {}
        self.relabelled = ""
        self.scans: dict[str, tuple[tuple[str, int], ...]] = {}
        self.levers: list[LeverVariant] = []
        self.budget_amount = 0.0

    def add(
        self,
        label: str,
        design: Design,
        role: str,
        *,
        title: Text | None = None,
        changes: Mapping[str, float] | None = None,
    ) -> str:
        """Add a variant and return its label, or the label of the variant that is the same organisation.

        Main variants and those of a scan are found by their own labels, so they stand alone.
        """
        changed = dict(changes or {})
        for variant in self.variants:
            if (
                role not in ("main", "scan")
                and changed == variant.changes
                and organisation(variant.design) == organisation(design)
            ):
                return variant.label
        only = () if role == "main" else (self.settings.scenarios[0],)
        self.variants.append(Variant(label=label, design=design, changes=changed, scenarios=only))
        self.roles[label] = role
        self.titles[label] = title or design.title
        return label

    def add_chains(self, short_list: ShortList) -> None:
        """Add the steps to every plan of the short list: which one is shown is known only after the draws."""
        space = short_list.space
        for label, steps in short_list.chains.items():
            self.chains[label] = tuple(self.add(short_list.label(step), space.design(step), "step") for step in steps)

    def add_priced(self, short_list: ShortList) -> None:
        """Add the plans that show what a condition costs."""
        for plan, beyond in short_list.priced.items():
            label = self.add(short_list.label(plan), short_list.space.design(plan), "price")
            self.priced[label] = beyond

    def add_parts(self, whole: Design) -> None:
        """Add the chain of switches, and in a full study all their combinations, without a transition."""
        parts = self.parts = Parts.of(whole)
        self.steps = (*(self._add_switched(whole, parts, chosen, "step") for chosen in parts.chain()), whole.name)
        if self.settings.depth == "full":
            every = parts.combinations()
            self.combined = tuple(self._add_switched(whole, parts, chosen, "factorial") for chosen in every)

    def _add_switched(self, whole: Design, parts: Parts, switches: tuple[str, ...], role: str) -> str:
        design = whole.with_switches(switches)
        titles = [whole.switch_titles[name] for name in switches]
        title = Text(de=" + ".join(one.de for one in titles), en=" + ".join(one.en for one in titles))
        return self.add(parts.switched(switches), design, role, title=title, changes=self._no_transition(design))

    def _no_transition(self, design: Design) -> dict[str, float]:
        """Return the changes that take the transition out of a design: what it sets itself, and the cost of moving."""
        parameter_set = design.on(self.parameters)
        own = [path for path in TRANSITION_PARAMETERS if parameter_set[path].provenance.kind == "design"]
        moving = MOVING_PARAMETERS if moves_work(design, self.baseline) else ()
        return {path: 0.0 for path in (*own, *moving) if parameter_set.value(path)}

    def add_relabelled(self, whole: Design, baseline: Design) -> None:
        """Add the units and routes of the design taken apart with today's ranks, and nothing else; if they are others."""
        if whole.routes == baseline.routes:
            return
        label = f"{whole.name}{RELABELLED_SUFFIX}"
        units = tuple(
            replace(unit, specialist=False, builds=False, ranks_as_order=False, prefer_ability=False)
            for unit in whole.units
        )
        mere = replace(baseline, name=label, units=units, routes=whole.routes, override=dict(MERE_SPLIT), switches=())
        title = Text(de="Bloße Aufteilung der Rollen", en="Mere split of roles")
        self.relabelled = self.add(label, mere, "probe", title=title)

    def add_probe(self, baseline: Design) -> None:
        """Add today's organisation without extra work, alone and with more care received.

        Extra contacts stop at a care level, so with them on more care in one place would be taken away in another.
        """
        step = threshold("rule.care_step_share")
        due_only = replace(baseline, discretionary=("nothing",))
        without = Text(de="Heute ohne Zusatzarbeit", en="Today without extra work")
        more = Text(de=f"{without.de}, {step:.0%} mehr Betreuung", en=f"{without.en}, {step:.0%} more care")
        self.add(DUE_ONLY, due_only, "probe", title=without)
        self.add(PROBE, due_only, "probe", title=more, changes={"care.received_factor": 1 + step})

    def add_at_once(self, name: str, design: Design) -> None:
        """Add a compared design without its transition, where it has one."""
        if design == self.baseline:
            return
        changes = self._no_transition(design)
        title = Text(
            de=f"{design.title.de} ohne Umstellungsverlust", en=f"{design.title.en} without the loss of the transition"
        )
        label = f"{name}{AT_ONCE_SUFFIX}"
        self.at_once[name] = self.add(label, design, "probe", title=title, changes=changes) if changes else name

    def add_scan(self, name: str, design: Design, model_inputs: ModelInputs) -> None:
        """Move heads between the last unit and the largest other one, beyond its own, as far as both keep somebody."""
        sizes = balanced_sizes(design, model_inputs, self.parameters, self.baseline)
        if len(sizes) < 2:
            return
        unit = list(sizes)[-1]
        partner = max((other for other in sizes if other != unit), key=lambda other: sizes[other])
        changes = [c for c in SCANNED_HEADS if sizes[unit] + c >= 1 and sizes[partner] - c >= 1]
        moved = {one.name: one.resize for one in design.units}
        for change in changes:
            resized = design.resized(moved | {unit: moved[unit] + change, partner: moved[partner] - change})
            label = scan_label(name, unit, change)
            title = Text(de=f"{design.title.de} ({unit} {change:+d})", en=f"{design.title.en} ({unit} {change:+d})")
            self.add(label, resized, "scan", title=title)
        if changes:
            self.scans[name] = tuple((unit, change) for change in changes)

    def add_agreed(self, baseline: Design) -> None:
        """Add today's organisation with the agreed service levels, to tell what they do by themselves."""
        lever = self.agreed.lever
        if lever is None:
            return
        title = Text(de=f"{baseline.title.de} + {lever.title.de}", en=f"{baseline.title.en} + {lever.title.en}")
        label = self.add(f"{baseline.name}~{AGREED}", baseline.with_levers([lever]), "lever", title=title)
        self.levers.append(variant_variant(label, baseline.name, (lever,)))

    def add_variants(self, folder: Path | None) -> None:
        """Set the client's own variants beside their designs without levers."""
        for chosen in self.settings.variants:
            named = levers_named(chosen.levers, self.agreed.lever, folder)
            levers = tuple(expected(one, self.parameters) for one in named)
            bare = load_design(chosen.design, folder)
            base = self.add(chosen.design, bare, "lever")
            own = bare.with_levers(levers)
            variant = variant_variant(own.name, base, levers)
            title = Text(de=f"{bare.title.de} + {variant.title.de}", en=f"{bare.title.en} + {variant.title.en}")
            variant = replace(variant, variant=self.add(variant.variant, own, "lever", title=title))
            if not any(known.base == base and known.lever == variant.lever for known in self.levers):
                self.levers.append(variant)

    def add_levers(self, designs: Mapping[str, Design], model_inputs: ModelInputs, folder: Path | None) -> None:
        """Set the levers' common budget, and in a full study add them on today's organisation and on another one.

        The other one is the design taken apart or else the next one: which one is best is not known before the run.
        """
        budget = self.settings.lever_budget_amount or head_amount_per_year(model_inputs, self.parameters)
        self.budget_amount = budget
        if self.settings.depth != "full":
            return
        planner = LeverPlanner(
            budget_amount=budget, model_inputs=model_inputs, parameters=self.parameters, folder=folder
        )
        today = next(iter(designs))
        variants = list(planner.on(today, designs[today]))
        if self.apart is not None:
            variants += planner.reorganisation(today, self.apart)
        other = self.apart.name if self.apart is not None else next((name for name in designs if name != today), None)
        if other is not None:
            variants += planner.on(other, designs[other])
        for one, design in variants:
            self._add_lever(one, design)

    def _add_lever(self, one: LeverVariant, design: Design) -> None:
        base = self.titles[one.base]
        title = Text(de=f"{base.de} + {one.title.de}", en=f"{base.en} + {one.title.en}")
        label = self.add(one.variant, design, "lever", title=title)
        if label not in {known.variant for known in self.levers if known.base == one.base}:
            self.levers.append(replace(one, variant=label))

    def plan(self, short_list: ShortList | None) -> ExperimentPlan:
        experiment = Experiment(
            variants=tuple(self.variants),
            scenarios=self.scenarios,
            replications=self.settings.replications,
            seed=self.settings.seed,
            first_replication=0 if short_list is None else FIRST_CONFIRMED,
        )
        main = tuple(label for label, role in self.roles.items() if role == "main")
        return ExperimentPlan(
            experiment=experiment, main=main, titles=self.titles, roles=self.roles, steps=self.steps, factorial=self.combined,
            at_once=self.at_once, relabelled=self.relabelled, scans=self.scans, precision=self._precision(),
            levers=tuple(self.levers), lever_budget_amount=self.budget_amount, agreed=self.agreed,
            parts=self.parts, chains=self.chains, priced=self.priced,
            full_titles={} if short_list is None else short_list.full_titles,
            step_titles={name: short_list.step_titles(name) for name in self.chains} if short_list is not None else {},
            step_purposes={name: short_list.step_purposes(name) for name in self.chains} if short_list is not None else {},
            plans={} if short_list is None else short_list.plans,
            components={} if short_list is None else short_list.components,
        )  # fmt: skip

    def _precision(self) -> Precision | None:
        asked, budget = self.settings.precision, self.settings.budget
        return None if asked is None else usual_precision(asked, budget)
