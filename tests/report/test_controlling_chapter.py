"""The chapter on controlling and the audit in the pipeline's chapter: whole, with what is missing named."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.missing import Missing
from simkit.foundation.text import same
from simkit.report.chapters.registry import write_chapter
from simkit.report.chapters.works_council import chapter as works_council
from simkit.value.controlling.plan_and_actual import compliance_of
from simkit.value.customers.lead_lag import LeadLag

SVG_WORDS = r"<text[^>]*>([^<]*)</text>"


def without_answers(report):
    """Return a report whose deals have no column of the audit, and whose client.yaml has no filter."""
    deals = report.analysis.client.table("opportunities")
    plain = deals.drop(columns=["next_step_on", "expected_on", "slip_reason", "claimed_share"])
    config = report.analysis.client.config.model_copy(update={"lead_filter": []})
    client = replace(
        report.analysis.client, tables={**report.analysis.client.tables, "opportunities": plain}, config=config
    )
    return replace(report, analysis=replace(report.analysis, client=client))


@pytest.mark.parametrize(
    ("language", "foreign"), [("de", r"\b(the|and|of|hours|share)\b"), ("en", r"\b(der|Anteil|Stunden|Vorgänge)\b")]
)
def test_charts_and_tables_speak_one_language(chapter_in, language, foreign):
    for block in (*chapter_in("controlling", language), *chapter_in("pipeline", language)):
        words = [block.title, block.note, block.unit, *re.findall(SVG_WORDS, str(block.content.get("svg", "")))]
        assert not [word for word in words if re.search(foreign, word)]


def test_the_chapter_tells_plan_limits_and_misallocation(chapter_in):
    names = [block.name for block in chapter_in("controlling", "en")]

    assert names[1:] == [
        "controlling_key_figures", "controlling_hours_h", "controlling_contacts", "controlling_classes",
        "controlling_groups", "lead_lag",
    ]  # fmt: skip


def told(report, **changed):
    """Return the blocks of the chapter by name, with what was found changed."""
    if "months" in changed:
        changed["compliance"] = compliance_of(changed["months"])
    other = replace(report, analysis=replace(report.analysis))
    other.analysis.__dict__["controlling"] = replace(report.analysis.controlling, **changed)
    return {block.name: block for block in write_chapter("controlling", other)}


def months_of(actual: dict[str, float], alarm: dict[str, str]) -> pd.DataFrame:
    """Return eight months of three classes whose plan is 100, for both measures alike."""
    months = pd.period_range("2025-01", periods=8, freq="M")
    index = pd.MultiIndex.from_product(
        [["contacts", "hours_h"], list("ABC"), months], names=["measure", "segment", "month"]
    )
    frame = index.to_frame(index=False).assign(planned=100.0, low=80.0, high=120.0)
    return frame.assign(actual=frame["segment"].map(actual), alarm=[alarm.get(name, "") for name in frame["segment"]])


def steady_of(**ratios: tuple[float, float, float]) -> pd.DataFrame:
    rows = [(m, name, *ratios.get(name, (1.0, 0.9, 1.1))) for m in ("contacts", "hours_h") for name in "ABC"]
    return pd.DataFrame(rows, columns=["measure", "segment", "ratio", "low", "high"])


def test_a_steady_deviation_is_told_as_one_whether_or_not_single_months_stand_out(report_in):
    report = report_in("en")
    line = dict.fromkeys("ABC", 100.0)
    quiet = told(report, months=months_of(line, {}), steady=steady_of())
    assert quiet["controlling_contacts"].title == "Contacts stayed within the limits around the plan in every month"
    near = told(report, months=months_of(line | {"B": 90.0}, {}), steady=steady_of(B=(0.9, 0.85, 0.95)))
    assert near["controlling_contacts"].title == (
        "No single month of contacts stands out, but class B is steadily below its plan: at 90% (85% to 95%)"
    )
    far = told(report, months=months_of(line | {"C": 700.0}, {"C": "above"}), steady=steady_of(C=(7.0, 6.5, 7.5)))
    assert far["controlling_hours_h"].title == (
        "Class C is steadily above its plan of hours: at 700% (650% to 750%), outside the limits in 8 of 8 months"
    )
    once = told(report, months=months_of(line | {"A": 130.0}, {"A": "above"}), steady=steady_of())
    assert once["controlling_contacts"].title == "Class A is above its plan of contacts in 8 of 8 months"
    rows = far["controlling_classes"].content["rows"]
    assert [row[-1] for row in rows] == ["100% (90% to 110%)", "100% (90% to 110%)", "700% (650% to 750%)"]


def test_months_that_are_not_drawn_are_told_and_counted(report_in):
    report = report_in("en")
    months = months_of(dict.fromkeys("ABC", 100.0), {"A": "below"})
    steady = steady_of(A=(0.6, 0.5, 0.7))
    blocks = told(report, compliance=compliance_of(months), steady=steady, withheld=1)
    assert "outside the limits in 8 of 8 months" in blocks["controlling_hours_h"].title
    for name in ("controlling_hours_h", "controlling_contacts", "controlling_classes"):
        assert "1 of 8 months are not drawn" in blocks[name].note


@pytest.mark.parametrize(
    ("language", "words"), [("de", "gilt hier nichts als zu wenig"), ("en", "counts as too little")]
)
def test_contacts_against_a_plan_name_the_share_of_the_log(report_in, language, words):
    report = report_in(language)
    known = told(report, contacts_scale="all", logged_share=Estimate(value=0.78, low=0.7, high=0.86))
    for name in ("controlling_contacts", "controlling_classes"):
        assert "78" in known[name].note and "70" in known[name].note
    steady = steady_of(A=(0.66, 0.6, np.inf))
    unknown = told(report, contacts_scale="unknown", logged_share=None, steady=steady)
    for name in ("controlling_contacts", "controlling_classes"):
        assert words in unknown[name].note
    assert re.search(r"(mindestens|at least) 66", str(unknown["controlling_classes"].content["rows"]))
    alike = told(report, contacts_scale="logged", logged_share=None)
    assert words not in alike["controlling_contacts"].note


def test_the_plan_of_contacts_is_told_with_its_source(report_in):
    report = report_in("de")
    plan = pd.DataFrame(
        {"segment": list("ABC"), "contacts_per_year": [12, 4.5, 1], "source": ["workshop", "workshop", "controlling"]}
    )
    note = told(report, plan=plan, contacts_plan="stated")["controlling_contacts"].note
    assert "A 12, B 4,5 (im Workshop vereinbart); C 1 (client.yaml: controlling)." in note
    part = told(report, plan=plan[:1], contacts_plan="value_share")["controlling_contacts"].note
    assert "nur für einen Teil der Klassen: A 12 (im Workshop vereinbart)" in part
    none = told(report, plan=plan[:0], contacts_plan="value_share")["controlling_contacts"].note
    assert "Es ist kein Plan hinterlegt" in none


@pytest.mark.parametrize(
    ("lag", "title"),
    [
        (
            0,
            "Contacts and orders rise and fall together within the month; which of them comes first this does not show",
        ),
        (1, "Orders go most clearly with the contacts of the month before"),
        (4, "Orders go most clearly with the contacts of 4 months before"),
        (None, "Over 36 months no lead of contacts before orders can be told apart from chance"),
    ],
)
def test_what_goes_together_is_told_with_its_months(report_in, lag, title):
    report = report_in("en")
    by_lag = pd.DataFrame({"lag_months": range(7), "slope": 0.2, "low": 0.1, "high": 0.3, "power": 0.4})
    p_value = np.where(by_lag["lag_months"] == lag, 0.001, 0.5)
    study = LeadLag(months=36, by_lag=by_lag.assign(p_value=p_value, p_holm=np.minimum(7 * p_value, 1.0)))
    block = told(report, lead_lag=study)["lead_lag"]

    assert block.title == title
    assert "36 months" in block.note


def test_without_a_log_the_chapter_is_left_out_with_the_reason(report_in):
    whole = report_in("en")
    tables = {name: table for name, table in whole.analysis.client.tables.items() if name != "activities"}
    report = replace(whole, analysis=replace(whole.analysis, client=replace(whole.analysis.client, tables=tables)))
    report.analysis.__dict__["value"] = whole.analysis.value
    (block,) = write_chapter("controlling", report)

    assert "no activity log" in block.content["reason"]


def test_what_the_audit_cannot_tell_stands_in_a_list_with_its_reason(report_in):
    whole = report_in("en")
    report = without_answers(whole)
    report.analysis.__dict__.update(
        {name: getattr(whole.analysis, name) for name in ("meetings", "variance_split", "efficiency", "leads")}
    )
    block = next(b for b in write_chapter("pipeline", report) if b.name == "audit_left_out")

    assert [point.split(":")[0] for point in block.content["points"]] == [
        "Share without a next step", "Reasons of slips", "Lead filter",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["de", "en"])
def test_slips_stand_beside_the_claim_of_three_quarters(chapter_in, language):
    blocks = {block.name: block for block in chapter_in("pipeline", language)}

    assert {"slip_reasons", "slip_factors", "stale_deals"} <= set(blocks)
    assert "75" in blocks["slip_factors"].title
    assert len(blocks["slip_factors"].content["rows"]) == 3
    assert len(blocks["stale_deals"].content["rows"]) == 2


def test_the_pipeline_of_the_demo_lacks_nothing_and_names_no_seller(chapter_in):
    blocks = {block.name: block for block in chapter_in("pipeline", "en")}

    assert "audit_left_out" not in blocks
    assert {"claimed_value", "meetings", "meeting_money", "variance_split", "efficiency", "lead_yield"} <= set(blocks)
    assert not re.search(r"\bP\d{2}\b", str(blocks["efficiency"].content) + str(blocks["meeting_money"].content))


def test_the_works_council_reads_of_figures_over_sellers_where_there_are_any(report_in):
    report = report_in("en")
    assert "between sellers" in str(list(works_council.blocks(report.analysis, report.builder("works_council"))))

    report.analysis.__dict__.update(variance_split=Missing(reason=same("-")), efficiency=Missing(reason=same("-")))
    assert "between sellers" not in str(list(works_council.blocks(report.analysis, report.builder("works_council"))))
