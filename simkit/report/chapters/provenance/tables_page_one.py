"""The figures of page one as a table: each with its interval and where the report takes it from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.pipeline_figures import STAGES
from simkit.effort.taxonomy import group_of, label_of
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.parameter_set import KIND_LABELS
from simkit.foundation.text import Text
from simkit.intake.settings.goals_settings import DEFAULT_GOALS
from simkit.report.chapters.assumptions import chapter as assumptions
from simkit.report.chapters.calibration import chapter as calibration
from simkit.report.chapters.comparison import chapter as comparison
from simkit.report.chapters.decision import chapter as decision
from simkit.report.chapters.organisation import chapter as organisation
from simkit.report.chapters.pipeline import chapter as pipeline
from simkit.report.chapters.robustness import chapter as robustness
from simkit.report.chapters.time import chapter as time
from simkit.report.chapters.value import chapter as value
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.study.advice.answer_texts import LEAST_WORTH, WEEKS_TO_MEASURE
from simkit.study.advice.gain_words import gain_words
from simkit.study.advice.risk_texts import LATE, written
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.comparison.deteriorations import LARGEST, deteriorations
from simkit.study.measures.measures import MEASURE_LABELS
from simkit.study.organisation_study import OrganisationStudy
from simkit.study.paired_comparison import PROFIT
from simkit.study.thresholds import threshold

TEXTS = Catalogue.beside(__file__)
LOAD = "load.utilisation"
NUMBER = re.compile(r"\d[\d.,]*\d|\d")
"""A number as a text writes it."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One figure as page one writes it."""

    label: str
    value: str
    low: str = ""
    high: str = ""
    """Its interval; empty where it has none."""
    source: str
    """The chapter that tells more."""

    @property
    def numbers(self) -> set[str]:
        """Its numbers as they are written, without sign and unit."""
        return set(NUMBER.findall(" ".join((self.value, self.low, self.high))))


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """Makes the lines of one part of the page."""

    builder: ChapterBuilder
    source: Text
    """Title of the chapter that tells more."""

    def of(self, label: Text | str, value: str, low: str = "", high: str = "", **places: object) -> Line:
        """Return a line; `label` is a text, or the name of one in ``page_one_labels``."""
        words = label if isinstance(label, Text) else TEXTS.group("page_one_labels")[label]
        said = self.builder.translate(words, **places)
        return Line(label=said, value=value, low=low, high=high, source=self.builder.translate(self.source))

    def share(self, label: Text | str, *ends: float, digits: int = 0, **places: object) -> Line:
        """Return a line of a share, with or without its interval."""
        value, low, high = (*(self.builder.style.formats.share(end, digits) for end in ends if end == end), "", "")[:3]
        return self.of(label, value, low, high, **places)

    def number(self, label: Text | str, value: float, digits: int = 0, **places: object) -> Line:
        """Return a line of a plain number."""
        return self.of(label, self.builder.style.formats.number(value, digits), "", "", **places)


def page_one(builder: ChapterBuilder, analysis: ClientAnalysis) -> Block:
    """Return the table of the figures that page one tells, those of one chapter together."""
    study = analysis.study
    lines = [*_time(builder, analysis), *_customers(builder, analysis), *_deals(builder, analysis)]
    if not isinstance(study, Missing):
        lines += _basis(builder, study)
        if study.gate.passes:
            lines += [*_gains(builder, study), *_worse(builder, study), *_confidence(builder, study)]
            lines += _worth(builder, analysis, study)
    told = _numbers_told(builder, analysis)
    lines = [line for line in dict.fromkeys(lines) if line.numbers & told]
    frame = pd.DataFrame([asdict(line) for line in lines], columns=["label", "value", "low", "high", "source"])
    places = {name: place for place, name in enumerate(dict.fromkeys(frame["source"]))}
    frame = frame.sort_values("source", key=lambda names: names.map(places), kind="stable", ignore_index=True)
    columns = (
        TableColumn(name="label", label=TEXTS["page_one_figure"]),
        TableColumn(name="value", label=TEXTS["page_one_value"], write="figure"),
        TableColumn(name="low", label=TEXTS["page_one_low"], write="figure"),
        TableColumn(name="high", label=TEXTS["page_one_high"], write="figure"),
        TableColumn(name="source", label=TEXTS["page_one_source"]),
    )
    return builder.table("page_one", TEXTS["page_one_title"], frame, columns)


def _numbers_told(builder: ChapterBuilder, analysis: ClientAnalysis) -> set[str]:
    """Return the numbers that page one writes."""
    return {
        number
        for block in decision.blocks(analysis, builder)
        for text in _texts(block.content)
        for number in NUMBER.findall(text)
    }


def _texts(content: object) -> Iterator[str]:
    """Yield every text in the content of a block."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        yield from (text for one in content.values() for text in _texts(one))
    elif isinstance(content, Sequence):
        yield from (text for one in content for text in _texts(one))


def _time(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Line]:
    found, lines = analysis.time_use, _Lines(builder=builder, source=time.TITLE)
    if isinstance(found, Missing):
        return
    yield lines.share("facing", found.facing.value, found.facing.low, found.facing.high, digits=1)
    if (internal := time.group_share(found, "internal")) == internal:
        yield lines.share("internal", internal, digits=1)
    for code, share in zip(found.by_activity["activity"], found.by_activity["share"], strict=True):
        if group_of(code) == "internal":
            yield lines.share("largest_block", float(share), digits=1, activity=builder.translate(label_of(code)))
    if found.coverage_share is not None:
        yield lines.share("coverage", found.coverage_share)


def _customers(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Line]:
    found, lines = analysis.value, _Lines(builder=builder, source=value.TITLE)
    if isinstance(found, Missing):
        return
    yield lines.number("buying", found.concentration.customers)
    yield lines.of("revenue", builder.style.formats.amount(float(found.customers["revenue_amount"].sum())))
    yield lines.share("top", value.top_share(found, 0.2))
    for _, row in found.effort.iterrows():
        hours, worth = builder.style.formats.shares_apart(row["hours_share"], row["value_share"])
        yield lines.of("hours_of", hours, segment=row["segment"])
        yield lines.of("value_of", worth, segment=row["segment"])
    if found.whale is not None and found.whale.below_zero:
        yield lines.number("costly", found.whale.below_zero)
        yield lines.of("loss", builder.style.formats.amount(found.whale.loss_amount))


def _deals(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Line]:
    found, lines = analysis.pipeline, _Lines(builder=builder, source=pipeline.TITLE)
    if isinstance(found, Missing):
        return
    if found.win_rate is not None:
        yield lines.share("win_rate", found.win_rate.value, found.win_rate.low, found.win_rate.high, digits=1)
    for row in found.by_stage.to_dict("records"):
        stage = STAGES[str(row["stage"])]
        yield lines.number("deals_of", int(row["deals"]), stage=builder.translate(stage))
        yield lines.of(
            "worth_of", builder.style.formats.amount(float(row["value_amount"])), stage=builder.translate(stage)
        )
    yield lines.number("open_deals", found.open_deals)
    yield lines.number("dated_deals", found.dated_open_deals)
    if found.dated_open_deals:
        yield lines.share("stale", found.stale_share)


def _basis(builder: ChapterBuilder, study: OrganisationStudy) -> Iterator[Line]:
    lines = _Lines(builder=builder, source=assumptions.TITLE)
    everything = pd.concat([study.frame("measured"), study.frame("assumed")], ignore_index=True)
    load = select(everything, path=LOAD)
    if len(load):
        yield lines.share("load", *(float(load[end].iloc[0]) for end in ("value", "low", "high")))
    known = everything["kind"].isin(["measured", "partly"])
    yield lines.share("measured_share", float(known.mean()))
    yield lines.number("parameters", len(everything))
    for kind, number in everything["kind"].value_counts(sort=False).items():
        yield lines.number("of_kind", int(number), kind=KIND_LABELS[str(kind)])
    if study.gate.level == "not_calibrated":  # nothing was fitted, so nothing could fit
        return
    fit = _Lines(builder=builder, source=calibration.TITLE)
    yield fit.number("checked", study.gate.checked)
    yield fit.number("passed", study.gate.passed)


def _gains(builder: ChapterBuilder, study: OrganisationStudy) -> Iterator[Line]:
    lines, view = _Lines(builder=builder, source=organisation.TITLE), StudyView(study=study, style=builder.style)
    advice, formats = study.recommendation, builder.style.formats
    money = advice.money
    yield lines.of(money.label, *view.moneys(money.value, money.low, money.high))
    if money.relative == money.relative:
        yield lines.of("of_contribution", formats.signed_share(money.relative))
    own = select(
        study.frame("differences"), scenario=study.main_scenario, design=advice.shown, measure=PROFIT, year=0, group=""
    )
    yield from (lines.share("gain_share", float(share), digits=1) for share in own["relative"])
    for figure, digits in ((advice.people, 1), (advice.hours, 0)):
        yield lines.of(figure.label, *(formats.signed(end, digits) for end in (figure.value, figure.low, figure.high)))
    numbers = BilingualNumbers(currency=formats.currency)
    for _, row in select(study.frame("differences"), scenario=study.main_scenario, measure=PROFIT, group="").iterrows():
        ends = (numbers.amount(float(row[end])).to(formats.language) for end in ("difference", "low", "high"))
        year = f", {builder.translate(TEXTS['page_one_year'], n=int(row['year']))}" if row["year"] else ""
        yield lines.of("gain_of", *ends, design=view.design_label(str(row["design"])), year=year)
    yield from _confirmed(lines, study, numbers)


def _confirmed(lines: _Lines, study: OrganisationStudy, numbers: BilingualNumbers) -> Iterator[Line]:
    """Yield how the plan shown stands on fresh replications, and what each step to it adds."""
    language = lines.builder.style.formats.language

    def written_ends(row: pd.Series, names: tuple[str, ...]) -> list[str]:
        return [numbers.amount(float(row[name])).to(language) for name in names]

    table = study.frame("confirmed")
    for _, row in select(table, design=study.recommendation.shown).iterrows():
        yield lines.of("confirmed", *written_ends(row, ("gain", "low", "high")), scenario=row["scenario"])
    for _, row in select(table, scenario=study.main_scenario).iterrows():
        yield lines.of("confirmed_most", *written_ends(row, ("high",)))
        yield lines.of("zone", *written_ends(row, ("zone",)))
    for _, row in select(study.frame("chain"), plan=study.recommendation.shown, measure=PROFIT).iterrows():
        yield lines.of("step", *written_ends(row, ("difference", "low", "high")), name=row[f"label_{language}"])


def _worse(builder: ChapterBuilder, study: OrganisationStudy) -> Iterator[Line]:
    """Yield what the design shown makes worse, and the other figures that make its numbers doubtful."""
    lines, formats = _Lines(builder=builder, source=organisation.TITLE), builder.style.formats
    shown, numbers = study.recommendation.shown, BilingualNumbers(currency=builder.style.formats.currency)
    differences = study.frame("differences")
    found = deteriorations(differences, study.main_scenario, shown, largest=LARGEST + 1)
    late = select(differences, scenario=study.main_scenario, design=shown, measure=LATE, year=0, group="")
    for _, row in pd.concat([found, late], ignore_index=True).iterrows():
        name, group = str(row["measure"]), str(row["group"] or "")
        for label in ("mean", "baseline", "difference"):
            told = written(float(row[label]), name, numbers).to(formats.language)
            yield lines.of(f"worse_{label}", told, measure=MEASURE_LABELS[name], group=f" {group}" if group else "")
        if row["baseline"]:
            yield lines.of(
                "worse_share", formats.signed_share(float(row["difference"]) / float(row["baseline"]), 0),
                measure=MEASURE_LABELS[name], group=f" {group}" if group else "",
            )  # fmt: skip
    growth = select(study.frame("sustainability"), scenario=study.main_scenario, design=shown)
    for name in ("open_work_growth_share", "last_year_share"):
        yield from (lines.share("open_work", float(share), digits=1) for share in growth[name])
    for _, row in study.frame("elasticity").iterrows():
        yield lines.number("elasticity", float(row["value"]), 2)
        yield from (lines.number("elasticity_range", float(row[end]), 1) for end in ("limit_low", "limit_high"))
    yield lines.share("reallocation", threshold("rule.reallocation_gain_share"))


def _confidence(builder: ChapterBuilder, study: OrganisationStudy) -> Iterator[Line]:
    lines, best = _Lines(builder=builder, source=comparison.TITLE), study.recommendation.shown
    yield lines.number("replications", int(study.frame("levels")["replications"].iloc[0]))
    yield lines.share("reliability_wanted", threshold("rule.reliability"))
    yield lines.number("weeks", WEEKS_TO_MEASURE)
    for _, row in select(study.frame("joint_summary"), design=best).iterrows():
        yield lines.share("reliability", *(float(row[f"reliability{end}"]) for end in ("", "_low", "_high")))
        yield lines.number("draws", int(row["draws"]))


def _worth(builder: ChapterBuilder, analysis: ClientAnalysis, study: OrganisationStudy) -> Iterator[Line]:
    """Yield what it is worth to know an assumption before deciding."""
    lines, language = _Lines(builder=builder, source=robustness.TITLE), builder.style.formats.language
    numbers, goals = BilingualNumbers(currency=builder.style.formats.currency), study.settings.goals
    drivers = select(study.frame("joint_drivers"), design=study.recommendation.shown)
    for _, row in drivers.iterrows():
        effect = gain_words(abs(float(row["effect"])), goals, numbers).to(language)
        yield lines.of("hangs_on", effect, name=row[f"label_{language}"])
    frames = [(drivers.assign(value=drivers["worth"]), goals), (study.frame("information"), DEFAULT_GOALS)]
    if not isinstance(analysis.robustness, Missing):
        frames.append((analysis.robustness.frames["information"], DEFAULT_GOALS))
    for frame, counted in frames:
        for _, row in frame[frame["value"] >= LEAST_WORTH[counted.gains_in]].iterrows():
            label = TEXTS.group("page_one_labels")["worth"].fill(name=row[f"label_{language}"])
            yield lines.of(label, gain_words(float(row["value"]), counted, numbers).to(language))
