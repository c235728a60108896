"""Chapter: does the model reproduce this client? Measured against simulated figures, and a backtest."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing, present
from simkit.foundation.parameter_set import KIND_LABELS
from simkit.foundation.units import UNIT_WORDS
from simkit.intake.checks.log_coverage import scaled_days
from simkit.model.inputs.demand import SEASONS
from simkit.report.chapters.calibration import figures as figures_calibration
from simkit.report.charts.charts_base import THOUSANDS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn, number_text
from simkit.study.measured.fitted_work import FITTED

if TYPE_CHECKING:
    from simkit.analysis.simulation import ModelFit
    from simkit.intake.client import ClientData
    from simkit.value.service.service_study import ServiceStudy

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
WORK = frozenset(path for paths in FITTED.values() for path in paths)


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.model_fit
    if isinstance(found, Missing):
        return found
    if found.fit.empty:
        return Missing(reason=TEXTS["nothing_to_compare"])
    return _blocks(found, present(analysis.service), builder, analysis.client)


def _blocks(
    found: ModelFit, service: ServiceStudy | None, builder: ChapterBuilder, client: ClientData
) -> Iterator[Block]:
    table = _labelled(builder, found.fit)
    yield builder.text("calibration_state", found.saved.words, found.gate.words)
    yield _key_figures(builder, found, table)
    yield _fit_table(builder, found, table, scaled_days(client))
    yield from _received(builder, found, service)
    yield from _backtest(builder, found.backtest)
    yield _history(builder, found, from_history=client.config.response.from_history)
    yield from _kept(builder, found)


def _labelled(builder: ChapterBuilder, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(label=frame[f"label_{builder.style.formats.language}"])


def _key_figures(builder: ChapterBuilder, found: ModelFit, table: pd.DataFrame) -> Block:
    number = builder.style.formats.number
    kinds = Counter(parameter.provenance.kind for parameter in found.parameters.values())
    told = kinds["measured"] + kinds["partly"] + kinds["workshop"]
    fits = TEXTS["key_figures_fits"]
    figures = [
        KeyFigure(
            label=TEXTS["figures_that_fit"],
            value=fits.fill(fits=number(int(table["fits"].sum())), all=number(len(table))),
            detail=TEXTS["key_figures_detail"].fill(
                passed=number(found.gate.passed), checked=number(found.gate.checked)
            ),
            number=int(table["fits"].sum()),
        ),
        KeyFigure(
            label=TEXTS["measured_in_your_company"],
            value=fits.fill(fits=number(told), all=number(len(found.parameters))),
            detail=TEXTS["parameters_of_the_model"],
            number=told,
        ),
    ]
    if found.backtest is not None and len(found.backtest):
        figures.append(
            KeyFigure(
                label=TEXTS["predictions_that_came_true"],
                value=fits.fill(fits=number(int(found.backtest["covered"].sum())), all=number(len(found.backtest))),
                detail=TEXTS["key_figures_detail_80_percent_interval"],
                number=int(found.backtest["covered"].sum()),
            )
        )
    return builder.key_figures("calibration_figures", figures)


def _fit_table(builder: ChapterBuilder, found: ModelFit, table: pd.DataFrame, days: int | None) -> Block:
    """Return every figure, measured and simulated; `days` of an activity log that is scaled up to a year."""

    def write(row: pd.Series, name: str) -> Any:
        value, low, high = (
            _written(builder, float(row[end]), str(row["unit"])) for end in (name, f"{name}_low", f"{name}_high")
        )
        numbers = [float(row[end]) for end in (name, f"{name}_low", f"{name}_high")]
        return number_text(value if math.isnan(numbers[1]) else f"{value} ({low} … {high})", *numbers)

    rows = [row for _, row in table.iterrows()]
    frame = table.assign(
        measured_shown=[write(row, "measured") for row in rows],
        simulated_shown=[write(row, "simulated") for row in rows],
        unit_shown=[_unit(builder, str(unit)) for unit in table["unit"]],
        accepted=[
            number_text(
                f"{_written(builder, float(row['accepted_low']), str(row['unit']))} … "
                f"{_written(builder, float(row['accepted_high']), str(row['unit']))}",
                None,
                float(row["accepted_low"]),
                float(row["accepted_high"]),
            )
            for row in rows
        ],
        role=[builder.translate(TEXTS.group("role")[_role(row)]) for row in rows],
        verdict=[_verdict(builder, found, row) for row in rows],
    )
    columns = (
        TableColumn(name="label", label=TEXTS["figure"]),
        TableColumn(name="unit_shown", label=TEXTS["unit"]),
        TableColumn(name="measured_shown", label=TEXTS["measured_95_percent"], write="figure"),
        TableColumn(name="simulated_shown", label=TEXTS["simulated_95_percent"], write="figure"),
        TableColumn(name="accepted", label=TEXTS["accepted"], write="figure"),
        TableColumn(name="role", label=TEXTS["role_label"]),
        TableColumn(name="verdict", label=TEXTS["fits"]),
    )
    title = TEXTS["measured_and_simulated"]
    note = builder.translate(TEXTS["fit_table_note"])
    if days is not None:
        note = f"{note} {builder.translate(TEXTS['fit_table_scaled'], days=builder.style.formats.number(days))}"
    return builder.table("calibration_moments", title, frame, columns, Caption(source=TEXTS["source"], note=note))


def _role(row: pd.Series) -> str:
    """Return what a figure is for: fitted or a test of the others, and whether it has to fit."""
    if not row["counted"]:
        return "too_uncertain"
    return ("fitted" if row["fitted"] else "tests") + ("_mandatory" if row["mandatory"] else "")


def _verdict(builder: ChapterBuilder, found: ModelFit, row: pd.Series) -> str:
    if row["fits"]:
        return builder.translate(TEXTS["yes"])
    parameter = str(row["parameter"])
    unfitted = row["why"] == "not_reached" and found.saved.state != "valid"
    text = TEXTS["not_adjusted"] if unfitted else TEXTS.group("why")[str(row["why"])]
    label = (
        builder.style.translate(TEXTS["effort"] if parameter in WORK else found.parameters[parameter].label)
        if parameter
        else ""
    )
    no = builder.translate(TEXTS["verdict_no"])
    return f"{no}: {builder.translate(text, parameter=label)}"


def _unit(builder: ChapterBuilder, unit: str) -> str:
    if unit.startswith("money"):
        return builder.translate(THOUSANDS.fill(symbol=builder.style.formats.currency_symbol))
    return "%" if unit == "share" else builder.style.translate(UNIT_WORDS[unit])


def _written(builder: ChapterBuilder, value: float, unit: str) -> str:
    formats = builder.style.formats
    if unit.startswith("money"):
        return formats.number(value / 1000)
    if unit == "share":
        return formats.number(100 * value, 1)
    if math.isinf(value):
        return "∞"
    return formats.number(value, 0 if abs(value) >= 100 else 1)


def _received(builder: ChapterBuilder, found: ModelFit, service: ServiceStudy | None) -> Iterator[Block]:
    """Yield the contacts of a customer by each of the definitions that the report uses, beside what is needed."""
    table, formats = found.received, builder.style.formats
    if table.empty:
        return
    least = table.sort_values("received_share", kind="stable").iloc[0]
    title = builder.translate(
        TEXTS["received_title"],
        segment=least["segment"],
        share=formats.share(least["received_share"], 0),
        low=formats.share(least["low"], 0),
        high=formats.share(least["high"], 0),
    )
    simulated = found.fit.set_index("moment")["simulated"]
    frame = table.assign(
        talks=[_talks(service, str(name)) for name in table["segment"]],
        planned=[found.parameters[f"care.{name}.contacts_per_year"].value for name in table["segment"]],
        simulated=[simulated.get(f"contacts.{name}", float("nan")) for name in table["segment"]],
        share=[
            number_text(f"{formats.share(share, 0)} ({formats.interval(low, high, 'share', 0)})", share, low, high)
            for share, low, high in table[["received_share", "low", "high"]].to_numpy(dtype=float)
        ],
        source=table[f"source_{formats.language}"],
    )
    figures = {
        "talks": TEXTS["received_talks"], "measured": TEXTS["received_measured"], "planned": TEXTS["received_planned"],
        "simulated": TEXTS["received_simulated"], "needed": TEXTS["received_needed"],
    }  # fmt: skip
    columns = (
        TableColumn(name="segment", label=TEXTS["segment"]),
        *(
            TableColumn(name=name, label=label, write="number", digits=1)
            for name, label in figures.items()
            if frame[name].notna().any()
        ),
        TableColumn(name="share", label=TEXTS["received_share"], write="figure"),
        TableColumn(name="source", label=TEXTS["received_source"]),
    )
    by_load = service is not None and not service.time.complete
    scale = "talks" if frame["talks"].notna().any() else "scaled_by_load" if by_load else None
    notes = TEXTS.group("received_notes")
    note = " ".join(builder.translate(notes[name]) for name in ("care", scale, "model") if name is not None)
    caption = Caption(unit=TEXTS["received_unit"], source=TEXTS["source"], note=note)
    yield builder.table("calibration_received", title, frame, columns, caption)


def _talks(service: ServiceStudy | None, segment: str) -> float:
    """Return the talks per customer and year of a segment, selling and care together.

    NaN where they are not shown, or are only those logged: a part that is scaled up is not set beside a whole that is not.
    """
    if service is None or not service.time.complete or segment not in service.time.segments.index:
        return float("nan")
    customers = service.levels.set_index("segment")["customers"]
    return service.time.of(segment)["contacts"] / float(customers[segment])


def _backtest(builder: ChapterBuilder, frame: pd.DataFrame | None) -> Iterator[Block]:
    if frame is None or frame.empty:
        yield builder.text("backtest_missing", TEXTS["no_backtest"])
        return
    table = _labelled(builder, frame)
    title = TEXTS["backtest_title"].fill(hits=int(table["covered"].sum()), n=len(table))
    alt = TEXTS["backtest_alt"]
    unit = TEXTS["ratio_to_the_prediction"]
    figure = figures_calibration.backtest(builder.style, table)
    yield builder.figure(
        "calibration_backtest",
        title,
        figure,
        alt,
        Caption(unit=unit, source=TEXTS["backtest_source"], short=TEXTS.group("short")["calibration_backtest"]),
    )


def _history(builder: ChapterBuilder, found: ModelFit, *, from_history: bool) -> Block:
    """Tell what the history says of response and seasons, whether or not it is used, and which response the model has."""
    number, points = builder.style.formats.number, []
    if found.response is not None:
        values = {
            "value": number(found.response.elasticity.value, 2),
            "low": number(found.response.elasticity.low, 2),
            "high": number(found.response.elasticity.high, 2),
            "customers": number(found.response.customers),
            "quarters": number(found.response.quarters),
        }
        points.append(TEXTS["response_seen"].fill(**values))
    if from_history and (found.response is None or not found.response.usable):
        points.append(TEXTS["response_not_usable"])
    elasticity = found.parameters["reaction.elasticity"]
    origin = elasticity.provenance
    points.append(
        TEXTS["response_used"].fill(
            used=number(elasticity.value, 2), kind=KIND_LABELS[origin.kind], origin=origin.origin
        )
    )
    if found.season is not None:
        used = found.parameters["demand.season_1"].provenance.kind == "measured"
        levels = ", ".join(builder.style.formats.share(level, 0) for level in found.season.levels)
        p_value = number(found.season.p_value, 2)
        points.append((TEXTS["season_used"] if used else TEXTS["season_kept"]).fill(levels=levels, p=p_value))
    return builder.text("calibration_history", title=TEXTS["history"], points=points)


TOLD_ABOVE = frozenset({"reaction.elasticity", *SEASONS})


def _kept(builder: ChapterBuilder, found: ModelFit) -> Iterator[Block]:
    """List what the delivered tables could have told but were too thin for."""
    labels = [found.parameters[path].label for path in found.kept if path not in TOLD_ABOVE]
    if not labels:
        return
    title = TEXTS["kept_title"]
    text = TEXTS["kept_text"]
    yield builder.text("calibration_kept", text, title=title, points=labels)
