"""Views on how sure a comparison is: tidy frames with labels in words, as the charts and tables of that chapter take them."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.study_views import PROFIT, StudyView
from simkit.study.paired_comparison import CONTRIBUTION
from simkit.study.yearly_amounts import zone_of

TEXTS = Catalogue.beside(__file__)


def joint_differences(view: StudyView) -> pd.DataFrame:
    """Return the change of profit a year against today with its simultaneous interval and the zone, by scenario."""
    table = view.study.frame("simultaneous")
    chosen = table[(table["measure"] == PROFIT) & table["design"].isin(view.compared)]
    today = view.study.select("levels", design=view.study.baseline, measure=CONTRIBUTION, year=0, group="")
    zones = {str(name): zone_of(mean) for name, mean in zip(today["scenario"], today["mean"], strict=True)}
    return _named(view, chosen).assign(zone=[zones[name] for name in chosen["scenario"]])


def regrets(view: StudyView) -> pd.DataFrame:
    """Return the regret of every design in every scenario, and its largest one as a last scenario."""
    worst = view.study.frame("worst_regret").assign(scenario=LARGEST_KEY)
    table = pd.concat([view.study.frame("regret"), worst], ignore_index=True)
    largest = view.style.translate(TEXTS["largest"])
    labels = [largest if name == LARGEST_KEY else view.scenario_label(name) for name in table["scenario"]]
    return table.assign(label=[view.design_label(name) for name in table["design"]], scenario_label=labels)


LARGEST_KEY = "*"


def _named(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(
        label=[view.design_label(name) for name in table["design"]],
        scenario_label=[view.scenario_label(name) for name in table["scenario"]],
    )
