"""A report of the demo client, with a comparison of organisations whose answer is known."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.estimates import Estimate
from simkit.foundation.text import Text
from simkit.intake.client import ClientData, load_client
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import Block
from simkit.study.calibration.fit_gate import Gate
from simkit.study.measured.measured_demand import SeasonTest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "study"))

PROFIT = {"baseline": 9e6, "baseline_value_first": 9.6e6, "stretched_t": 10.8e6, "hunter_farmer": 8.4e6}


@pytest.fixture(scope="session")
def demo(project: Path) -> ClientData:
    """The demo client."""
    return load_client(project / "client_data" / "demo")


FITS = Gate(level="fits", checked=14, passed=14, words=Text(de="Das Modell passt.", en="The model fits."))


def made_past() -> pd.DataFrame:
    """Two measured years of revenue, contribution, customers and contacts."""
    from simkit.study.comparison.today_by_year import PAST_COLUMNS

    values = {
        ("revenue_amount", ""): 1e7, ("contribution_amount", ""): 6.1e6, ("active_customers", ""): 300.0,
        ("care_contacts", "A"): 8.5, ("fte", ""): 11.6,
    }  # fmt: skip
    rows = [
        (year, f"{2024 + year}-07-01", f"{2025 + year}-06-30", False, item, group, value, value * 0.95, value * 1.05)
        for year in (-1, 0)
        for (item, group), value in values.items()
    ]
    return pd.DataFrame(rows, columns=list(PAST_COLUMNS))


@pytest.fixture(scope="session")
def made_outcome():
    """A full study in which the Stretched T earns most."""
    from made_study import made_results

    from simkit.study.bilingual_texts import BilingualNumbers
    from simkit.study.organisation_study import OrganisationStudy
    from simkit.study.plans.study_settings import StudySettings
    from simkit.study.result_tables import all_frames, recommendation_of

    flow = pd.DataFrame(
        [("new", 12.0, 9.0, 16.0), ("lost", 10.0, 7.0, 14.0), ("net", 2.0, -3.0, 7.0), ("growth", 0.04, 0.01, 0.07)],
        columns=["item", "per_year", "low", "high"],
    )
    results = made_results(PROFIT, depth="full", replications=6)
    results = replace(results, gate=FITS, past=made_past(), flow=flow)
    frames = all_frames(results)
    return OrganisationStudy(
        settings=StudySettings(depth="full", replications=6),
        baseline="baseline",
        main_scenario="today",
        recommendation=recommendation_of(results, frames, BilingualNumbers()),
        frames=frames,
        key="made",
        gate=FITS,
    )


@pytest.fixture(scope="session")
def made_model_fit():
    """A fit in which one figure fits and three do not, each for another reason, and a backtest with one miss."""
    from simkit.analysis.simulation import ModelFit
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.study.calibration.saved_calibration import Saved
    from simkit.value.service.response_history import History

    labels = {
        "hours.care": ("Stunden: Betreuung", "Hours: Care", "h/a"),
        "lead_time.bespoke": ("Durchlaufzeit: Sonderauftrag", "Lead time: bespoke", "d"),
        "late_share.bespoke": ("Verspätet geliefert: Sonderauftrag", "Delivered late: bespoke", "share"),
        "hours.coordination": ("Stunden: Interne Abstimmung", "Hours: Coordination", "h/a"),
    }
    fit = pd.DataFrame(
        {
            "moment": list(labels), "label_de": [one[0] for one in labels.values()],
            "label_en": [one[1] for one in labels.values()], "unit": [one[2] for one in labels.values()],
            "measured": [1200.0, 37.0, 0.3, 1.7e4], "measured_low": [900.0, 36.5, 0.28, 1.69e4],
            "measured_high": [1500.0, 38.0, 0.33, 1.71e4], "simulated": [1250.0, 30.0, 0.45, 1.9e4],
            "simulated_low": [1100.0, 28.0, 0.4, 1.85e4], "simulated_high": [1400.0, 32.0, 0.5, 1.95e4],
            "mandatory": [True, True, True, False], "counted": [True] * 4, "fitted": [True, True, False, True],
            "accepted_low": [900.0, 31.0, 0.25, 1.5e4], "accepted_high": [1500.0, 43.0, 0.36, 1.8e4],
            "fits": [True, False, False, False], "why": ["", "limit", "no_parameter", "not_reached"],
            "parameter": ["care.A.talk_h", "orders.bespoke.partner_delay_h", "", "service.coordination_h"],
        }
    )  # fmt: skip
    backtest = pd.DataFrame(
        {
            "figure": ["orders", "hours.care"], "label_de": ["Aufträge", "Betreuung"], "label_en": ["Orders", "Care"],
            "unit": ["1", "h"], "observed": [1300.0, 700.0], "predicted": [1310.0, 600.0], "low": [1250.0, 550.0],
            "high": [1370.0, 650.0], "covered": [True, False],
        }
    )  # fmt: skip
    return ModelFit(
        saved=Saved(state="none", override={}, fit=pd.DataFrame()),
        fit=fit,
        gate=FITS,
        backtest=backtest,
        response=History(elasticity=Estimate(value=0.1, low=-0.1, high=0.3), customers=40, quarters=7),
        season=SeasonTest(levels=(0.9, 1.0, 1.0, 1.1), errors=(0.02,) * 4, p_value=0.3),
        parameters=load_defaults(),
        kept=("staff.quit_per_year", "reaction.elasticity"),
        received=pd.DataFrame(
            [("A", 8.5, 25.0, 0.34, 0.3, 0.39, "im Workshop vereinbart", "agreed in the workshop")],
            columns=[
                "segment",
                "measured",
                "needed",
                "received_share",
                "low",
                "high",
                "source_de",
                "source_en",
            ],
        ),
    )


@pytest.fixture(scope="session")
def report_in(demo: ClientData, made_outcome, made_model_fit) -> Callable[[str], ReportContext]:
    """Return the report in one language; what was measured is measured once."""
    first = ClientAnalysis(client=demo, settings=RunSettings())
    known = {
        "study": made_outcome, "model_fit": made_model_fit, "time_use": first.time_use, "value": first.value,
        "lifetime": first.lifetime, "controlling": first.controlling, "audit": first.audit,
        "meetings": first.meetings, "variance_split": first.variance_split, "efficiency": first.efficiency,
        "leads": first.leads,
        "lead_filter": first.lead_filter,
        "service": first.service, "margin_split": first.margin_split,
    }  # fmt: skip

    def build(language: str) -> ReportContext:
        style = style_of(demo.config, "de" if language == "de" else "en")
        report = ReportContext(analysis=replace(first), style=style)
        report.analysis.__dict__.update(known)
        return report

    return build


Chapters = Callable[[str, str], tuple[Block, ...]]


@pytest.fixture(scope="session")
def chapter_in(report_in: Callable[[str], ReportContext]) -> Chapters:
    """Return the chapter of a name in one language; tests that only read it share it, since its charts take seconds."""
    return cache(lambda name, language: tuple(write_chapter(name, report_in(language))))


@pytest.fixture(scope="session")
def diagnosis_only(report_in: Callable[[str], ReportContext]) -> ReportContext:
    """A report of a client for whom nothing but time estimates is known."""
    from simkit.foundation.missing import Missing

    whole = report_in("en")
    client = replace(whole.analysis.client, tables={"time_estimates": whole.analysis.client.table("time_estimates")})
    report = replace(whole, analysis=replace(whole.analysis, client=client))
    reason = Text(de="Es fehlen Aufträge.", en="Orders are missing.")
    missing = (Text(de="Aufträge", en="orders"), Text(de="Personal", en="staff"))
    report.analysis.__dict__["study"] = Missing(reason=reason, remedy=missing)
    return report
