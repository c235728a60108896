"""The leaving spiral of one client as blocks of a notebook: the stress test, its heat table and the critical hiring lag."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.analysis.simulation import execution_of, kept_calibration
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import UsageError
from simkit.foundation.missing import Missing, present
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.specification.designs import Design, load_design
from simkit.report.context import ReportContext
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn
from simkit.report.workbench import closed_form_figures as draw
from simkit.report.workbench.closed_form_pages import origins
from simkit.study.calibration.client_parameters import client_parameter_set
from simkit.study.calibration.stationary_today import is_stationary, stationary_today
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.measured_demand import patched
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.study_settings import BASELINE, StudySettings
from simkit.study.robustness.spiral import critical_hiring_lag, mandatory_load, spiral
from simkit.study.thresholds import threshold

if TYPE_CHECKING:
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.value.customers.customer_value import CustomerValue

TEXTS = Catalogue.beside(__file__)

NAME = "leaving_spiral"
TITLE = TEXTS["title"]
PARAMETERS = (
    "staff.quit_per_year", "staff.fill_cv", "staff.fill_chance", "staff.ramp_months", "staff.ramp_start_share",
    "overload.growth_factor", "overload.step", "overload.cap_per_year", "overload.window_days", "overload.notice_days",
)  # fmt: skip
LIMIT = "rule.runaway_capacity_share"
REPLICATIONS = "rule.runaway_replications_share"
CALM = {"reaction.on": 0.0, "reaction.churn_per_year": 0.0}
BY_NOTEBOOK = Provenance(kind="option", source="customers_react", source_de="customers_react")


@dataclass(frozen=True, kw_only=True)
class StressTest:
    """A finished stress test."""

    design: Design
    parameters: ParameterSet
    posts: int
    today: float
    """Mandatory load today, work over capacity."""
    cells: pd.DataFrame
    lags: pd.DataFrame
    """As `spiral` and `critical_hiring_lag` return them."""
    years: float
    replications: int
    """Replications for each cell."""
    customers_react: bool
    """Whether customers order less or leave when they are served badly."""

    def named(self, block: str) -> str:
        """Return the name of a block of this test, which may stand alongside one of the other kind."""
        return f"{block}_{'with_reactions' if self.customers_react else 'alone'}"


def stress_test(
    analysis: ClientAnalysis,
    *,
    design: str = BASELINE,
    loads: Sequence[float],
    fill_days: Sequence[float],
    years: float = 5.0,
    replications: int = 1,
    customers_react: bool = True,
) -> StressTest | Missing:
    """Run the stress test for a client; every argument is plain, so that a parameters cell can give it.

    Parameters
    ----------
    analysis : ClientAnalysis
        The client, with the seed in its settings.
    loads, fill_days : sequence of float
        Mandatory loads (1: as much work as capacity) and times to fill a vacancy in calendar days.
    years : float
        Horizon.
    replications : int
        Replications for each cell.
    customers_react : bool
        Whether customers order less or leave when they are served badly, which relieves the house.

    Returns
    -------
    StressTest or Missing
        `Missing` tells why the client's organisation cannot be simulated.

    Raises
    ------
    UsageError
        When a list holds something else than numbers above 0.
    ConfigError
        For an unknown design.
    """
    levels, days = rising("loads", loads), rising("fill_days", fill_days)
    value = analysis.simulated_value
    if isinstance(value, Missing):
        return value
    model_inputs = client_inputs(analysis.client, value)
    parameter_set = _parameter_set(
        analysis, value, model_inputs, replications=replications, customers_react=customers_react
    )
    organisation = load_design(design, analysis.client.folder)
    seed, how = analysis.settings.seed, execution_of(analysis.client, analysis.settings)
    cells = spiral(
        model_inputs,
        parameter_set,
        organisation,
        loads=levels,
        fill_days=days,
        years=years,
        replications=replications,
        seed=seed,
        execution=how,
    )
    return StressTest(
        design=organisation,
        parameters=parameter_set,
        posts=len(model_inputs.slots),
        today=mandatory_load(model_inputs, parameter_set),
        cells=cells,
        lags=critical_hiring_lag(cells),
        years=years,
        replications=replications,
        customers_react=customers_react,
    )


def rising(name: str, values: Sequence[float]) -> tuple[float, ...]:
    """Return numbers in rising order, each once.

    Raises
    ------
    UsageError
        When there is none, or one is no number above 0.
    """
    try:
        numbers = tuple(sorted({float(value) for value in values}))
    except ValueError:
        numbers = ()
    if not numbers or not all(0 < number < float("inf") for number in numbers):
        raise UsageError(
            Text(
                de=f"„{name}“ braucht eine Liste von Zahlen über 0, nicht {values!r}.",
                en=f"'{name}' needs a list of numbers above 0, not {values!r}.",
            ),
            name,
            Text(de="Beispiel: [0.85, 1.0]", en="Example: [0.85, 1.0]"),
        )
    return numbers


def _parameter_set(
    analysis: ClientAnalysis,
    value: CustomerValue,
    model_inputs: ModelInputs,
    *,
    replications: int,
    customers_react: bool,
) -> ParameterSet:
    """Return the client's parameter set as the comparison of organisations has it, today stationary under it."""
    parameter_set = client_parameter_set(
        analysis.client, present(analysis.time_use), value, kept_calibration(analysis.client)
    )
    if not customers_react:
        return parameter_set.patch(CALM, BY_NOTEBOOK)
    wanted = StudySettings(
        designs=(BASELINE,), scenarios=("today",), replications=replications, seed=analysis.settings.seed
    )
    plan = make_plan(wanted, model_inputs, parameter_set, analysis.client.folder)
    if is_stationary(parameter_set):
        return parameter_set
    at_rest = stationary_today(
        model_inputs,
        parameter_set,
        seed=plan.experiment.seed,
        today=plan.experiment.variants[0],
        replications=replications,
        execution=execution_of(analysis.client, analysis.settings),
    )
    return patched(parameter_set, at_rest.override)


def spiral_blocks(report: ReportContext, test: StressTest | Missing) -> list[Block]:
    """Return the stress test as key figures, heat table and list of critical hiring lags; or why there is none."""
    builder = report.builder(NAME)
    if isinstance(test, Missing):
        return [builder.other("left_out", f"{NAME}_left_out", TITLE, {"reason": report.style.translate(test.reason)})]
    return [_key_figures(builder, test), _heat_table(builder, test), _lags(builder, test)]


def _key_figures(builder: ChapterBuilder, test: StressTest) -> Block:
    formats = builder.style.formats
    away = int(test.cells["runs_away"].sum())
    figures = [
        KeyFigure(
            label=TEXTS["load_today"],
            value=formats.share(test.today, 0),
            detail=TEXTS["mandatory_work_over_capacity"],
            number=test.today,
            unit="share",
        ),
        KeyFigure(label=TEXTS["posts"], value=formats.number(test.posts), number=test.posts),
        KeyFigure(
            label=TEXTS["cases_that_run_away"],
            value=formats.number(away),
            detail=TEXTS["of_tested"].fill(n=formats.number(len(test.cells))),
            number=away,
        ),
    ]
    return builder.key_figures(test.named("spiral_key_figures"), figures)


def _heat_table(builder: ChapterBuilder, test: StressTest) -> Block:
    formats, limit = builder.style.formats, threshold(LIMIT)
    title = spiral_message(builder, test)
    unit = TEXTS["heat_table_unit"]
    short = TEXTS.group("short")["spiral"]
    caption = Caption(unit=unit, source=_source(builder, test), note=_note(builder, test), short=short)
    figure = draw.spiral_table(builder.style, test.cells, test.lags, limit)
    alt = f"{title} ({formats.share(limit, 0)})"
    return builder.figure(test.named("spiral"), title, figure, alt, caption)


def spiral_message(builder: ChapterBuilder, test: StressTest) -> str:
    """Return from which load and time to fill on the organisation empties, or that it does not."""
    formats, cells = builder.style.formats, test.cells
    away = test.lags.dropna(subset=["first_runaway_days"])
    if away.empty:
        worst = cells.sort_values("capacity_share", kind="stable").iloc[0]
        words = TEXTS["spiral_message_words"]
        values = (worst["load"], worst["fill_days"], worst["capacity_share"])
    else:
        first = away.sort_values("load").iloc[0]
        words = TEXTS["spiral_message_words_from_load_organisation"]
        values = (first["load"], first["first_runaway_days"], float("nan"))
    load, days, share = values
    return builder.translate(
        words, load=formats.share(load, 0), days=formats.number(days), share=formats.share(share, 0)
    )


def _source(builder: ChapterBuilder, test: StressTest) -> str:
    words = TEXTS["source_words"]
    formats = builder.style.formats
    run = builder.translate(
        words,
        design=builder.style.translate(test.design.title),
        replications=formats.number(test.replications),
        years=formats.number(test.years, int(test.years % 1 != 0)),
    )
    return f"{run} {origins(builder, test.parameters, PARAMETERS)}"


def _note(builder: ChapterBuilder, test: StressTest) -> str:
    formats = builder.style.formats
    rule = builder.translate(
        TEXTS["note_rule"],
        replications=formats.share(threshold(REPLICATIONS), 0),
        limit=formats.share(threshold(LIMIT), 0),
    )
    relief = {
        True: TEXTS["note_true_relief"],
        False: TEXTS["note_false_relief"],
    }[test.customers_react]
    return f"{rule} {builder.style.translate(relief)}"


def _lags(builder: ChapterBuilder, test: StressTest) -> Block:
    days = TEXTS["calendar_days"]
    missing = TEXTS["none_of_those_tested"]
    formats = builder.style.formats
    frame = test.lags.assign(
        longest=[
            formats.number(value) if value else builder.style.translate(missing) for value in test.lags["longest_days"]
        ],
        first=[
            builder.style.translate(missing) if math.isnan(value) else formats.number(value)
            for value in test.lags["first_runaway_days"]
        ],
    )
    columns = (
        TableColumn(name="load", label=TEXTS["load_label"], write="share"),
        TableColumn(name="longest", label=TEXTS["longest_time_survived"], write="figure", unit=days),
        TableColumn(name="first", label=TEXTS["first_that_runs_away"], write="figure", unit=days),
    )
    title = TEXTS["critical_hiring_lag"]
    return builder.table(
        test.named("critical_hiring_lag"), title, frame, columns, Caption(source=_source(builder, test))
    )
