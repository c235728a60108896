"""Every number of the page that a managing director reads stands in a table of results, and means the same there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.effort.taxonomy import group_of
from simkit.foundation.estimates import Estimate
from simkit.foundation.formats import Formats
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.organisation_study import OrganisationStudy

NUMBER = re.compile(r"\d[\d.,]*\d|\d")
OF_THE_TEXT = {"95", "20"}
"""The level of an interval, and the top fifth of customers: said, not found."""


def page_one(report: ReportContext) -> dict[str, object]:
    return next(block for block in write_chapter("decision", report) if block.kind == "decision").content


def numbers(content: dict[str, object]) -> set[str]:
    """Return every number that the page shows, without sign and unit."""
    return set(NUMBER.findall(json.dumps(content, ensure_ascii=False))) - OF_THE_TEXT


def known(report: ReportContext) -> set[str]:
    """Return the numbers of the cells that the page speaks of, written as the report writes them."""
    formats = report.style.formats
    cells = [*time_cells(report, formats), *value_cells(report, formats)]
    study = report.analysis.study
    if not isinstance(study, Missing):
        cells += [*study_cells(study, formats), *count_cells(study, formats)]
    return {number for cell in cells for number in NUMBER.findall(cell)}


def time_cells(report: ReportContext, formats: Formats) -> Iterator[str]:
    found = report.analysis.time_use
    groups = found.by_activity.assign(group=[group_of(code) for code in found.by_activity["activity"]])
    shares = groups.groupby("group")["share"].sum()
    yield formats.share(shares["customer"])
    yield formats.share(shares["internal"])
    # interval and coverage as the key figures of the chapter on time state them
    keys = next(block for block in write_chapter("time", report) if block.name == "time_key_figures")
    yield keys.content["items"][0]["detail"]
    yield keys.content["items"][-1]["value"]


def value_cells(report: ReportContext, formats: Formats) -> Iterator[str]:
    found = report.analysis.value
    top = found.concentration.top.set_index("top_share")["revenue_share"]
    yield formats.share(top[0.2], 0)
    for _, row in found.effort.iterrows():
        yield formats.share(row["hours_share"], 0)
        yield formats.share(row["value_share"], 0)
    assert found.whale is not None
    falls = np.diff(found.whale.curve["cumulative_amount"].to_numpy()) < 0
    yield formats.number(int(falls.sum()))


def study_cells(study: OrganisationStudy, formats: Formats) -> Iterator[str]:
    """Yield the gains a year, with their intervals and shares, and the zone that counts as no difference."""
    best = study.recommendation.best
    whole = select(study.frame("differences"), scenario=study.main_scenario, year=0, group="")
    contribution = select(study.frame("levels"), scenario=study.main_scenario, year=0, measure="contribution_amount")
    today = float(select(contribution, design=study.baseline)["mean"].iloc[0])
    for _, row in select(whole, measure="company_profit_amount").iterrows():
        yield from (money(row[name], formats) for name in ("difference", "low", "high"))
        yield formats.share(row["difference"] / today)
    for _, row in select(whole, design=best).iterrows():
        digits = {"fte": 1, "facing_h": 0}.get(str(row["measure"]))
        if digits is not None:
            yield from (formats.number(row[name], digits) for name in ("difference", "low", "high"))
    yield money(float(select(study.frame("selection"), scenario=study.main_scenario)["zone_amount"].iloc[0]), formats)


def money(value: float, formats: Formats) -> str:
    """Write an amount by the one rule of rounding that sentences and tables of the study share."""
    return BilingualNumbers().amount(value).to(formats.language)


def count_cells(study: OrganisationStudy, formats: Formats) -> Iterator[str]:
    scenarios = study.frame("by_scenario")
    best = study.recommendation.best
    yield formats.number(len(scenarios))
    yield formats.number(int((scenarios["best"] == best).sum()))
    yield formats.number(int((scenarios["verdict"] == "winner").sum()))
    yield formats.number(int(study.frame("levels")["replications"].iloc[0]))
    assumed, measured = study.frame("assumed"), study.frame("measured")
    load = select(pd.concat([measured, assumed]), path="load.utilisation").iloc[0]
    yield from (formats.share(load[name], 0) for name in ("value", "low", "high"))
    yield formats.number(len(assumed) + len(measured))
    yield formats.share(len(measured) / (len(assumed) + len(measured)), 0)
    yield formats.number(len(measured))
    yield formats.number(int((assumed["kind"] == "published").sum()))
    yield formats.number(study.gate.checked)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_number_of_page_one_stands_in_a_table_of_results(report_in, language):
    report = report_in(language)
    content = page_one(report)

    assert len(numbers(content)) > 20
    assert numbers(content) - known(report) == set()


def test_a_number_that_no_table_holds_is_found_out(report_in):
    report = report_in("de")
    content = page_one(report)
    facing = report.analysis.time_use.facing
    other = replace(report.analysis.time_use, facing=Estimate(value=facing.value + 0.003, low=0.1234, high=0.1876))
    moved = replace(report, analysis=replace(report.analysis))
    moved.analysis.__dict__.update({**report.analysis.__dict__, "time_use": other})

    assert {"14,4", "12,3", "18,8"} <= numbers(page_one(moved)) - known(report)
    assert numbers(content) - known(report) == set()
