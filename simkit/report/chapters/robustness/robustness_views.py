"""Views on the test of robustness: tidy frames with labels in words, and the rules of the regions as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.document.study_views import PROFIT, StudyView
from simkit.report.document.style import Style
from simkit.report.document.table_content import rounded_value, written_value
from simkit.study.robustness.discovery import OUTCOMES
from simkit.study.robustness.parameter_groups import group_label

if TYPE_CHECKING:
    from simkit.study.robustness.robustness_study import RobustnessStudy

TEXTS = Catalogue.beside(__file__)

SHOWN = 15


@dataclass(frozen=True, kw_only=True)
class RobustnessView:
    """One test of robustness as a reader of one language sees it."""

    found: RobustnessStudy
    study: StudyView
    """The comparison of organisations that was tested, for its labels."""

    @property
    def style(self) -> Style:
        """Language and formats."""
        return self.study.style

    def frame(self, name: str) -> pd.DataFrame:
        """Return one frame of the test."""
        return self.found.frames[name]

    @property
    def shown(self) -> str:
        """The design whose advantage over today the screening shows: the best, or the first rival of today's."""
        return self.found.best if self.found.best != self.found.baseline else self.found.designs[1]

    def label(self, design: str) -> str:
        """Return what people call a design."""
        return self.study.design_label(design)

    def parameter_labels(self) -> dict[str, str]:
        """Return what people call each tested parameter."""
        table = self.frame("parameters")
        return dict(zip(table["parameter"], table[self.study.label_column], strict=True))

    def value(self, value: float, unit: str) -> str:
        """Write the value of a parameter with two significant digits and its unit."""
        return written_value(self.style, rounded_value(value), unit, named=True)

    def effects(self, measure: str = PROFIT) -> pd.DataFrame:
        """Return the strongest parameters of the screening on the shown design's advantage over today."""
        table = self.frame("screening")
        chosen = select(table, design=self.shown, measure=measure)
        names = self.parameter_labels()
        ordered = chosen.sort_values("mu_star", ascending=False, kind="stable").head(SHOWN)
        return ordered.assign(label=[names[path] for path in ordered["factor"]])

    def groups(self) -> pd.DataFrame:
        """Return all groups of the screening, the strongest first, with whether they were looked into."""
        table = self.frame("screening_groups")
        chosen = select(table, design=self.shown, measure=PROFIT)
        ordered = chosen.sort_values("mu_star", ascending=False, kind="stable")
        words = {True: TEXTS["yes"], False: TEXTS["tornado_table_false_false_words"]}
        return ordered.assign(
            label=[self.style.translate(group_label(str(name))) for name in ordered["factor"]],
            looked=[self.style.translate(words[bool(flag)]) for flag in ordered["looked_into"]],
        )

    def swings(self, against: str) -> pd.DataFrame:
        """Return the tornado against one design, with labels and the ends in words."""
        table = self.frame("tornado")
        chosen = select(table, against=against).reset_index(drop=True)
        ends = {
            f"{end}_words": [
                self.value(value, unit) for value, unit in zip(chosen[f"{end}_value"], chosen["unit"], strict=True)
            ]
            for end in ("low", "base", "high")
        }
        return chosen.assign(label=chosen[self.study.label_column], **ends)

    def information(self) -> pd.DataFrame:
        """Return what it is worth to know each assumption, those that are worth something, with the end that turns."""
        table = self.frame("information")
        chosen = table[table["value"] > 0]
        ends = [
            " ".join(self.style.translate(TEXTS.group("end_words")[name]) for name in str(cell).split())
            for cell in chosen["turns_at"]
        ]
        return chosen.assign(
            label=chosen[self.study.label_column],
            worth=[self.study.money(value) for value in chosen["value"]],
            turns=ends,
        )

    def rule(self, design: str) -> str:
        """Return in a sentence where a design earns most, or plainly that nothing can be said."""
        table = self.frame("regions")
        (row,) = select(table, design=design).to_dict("records")
        density, base, coverage = (
            self.style.formats.share(float(row[name]), 0) for name in ("density", "base_share", "coverage")
        )
        today = row["outcome"] == "region" and design == self.found.baseline
        text = OUTCOMES["today's region" if today else str(row["outcome"])]
        if row["outcome"] != "region":
            return self.style.translate(text.fill(design=self.label(design), share=base))
        said = self.style.translate(text.fill(design=self.label(design), rule=self._sides(design)))
        held = self.style.translate(TEXTS["held"].fill(density=density, base=base, coverage=coverage))
        return f"{said.removesuffix('.')}{held}."

    def _sides(self, design: str) -> str:
        table = self.frame("sides")
        parts = []
        for _, side in select(table, design=design).iterrows():
            bound = self.value(float(side["bound"]), str(side["unit"]))
            words = TEXTS["above"] if side["above"] else TEXTS["below"]
            parts.append(self.style.translate(words.fill(label=side[self.study.label_column], bound=bound)))
        return self.style.translate(TEXTS["and"]).join(parts)

    def map_axes(self) -> list[str]:
        """Return the two parameters of the map: those of the best design's rule, filled up with the most telling ones."""
        sides = self.frame("sides")
        ruled = [parameter for design in self._best_first() for parameter in select(sides, design=design)["parameter"]]
        return list(dict.fromkeys((*ruled, *self.frame("region_parameters")["parameter"])))[:2]

    def map_points(self, axes: Sequence[str]) -> pd.DataFrame:
        """Return the points over two parameters, with the winner's name, in the order of the designs."""
        table = self.frame("points")
        place = {design: number for number, design in enumerate(self.found.designs)}
        ordered = table.sort_values("winner", key=lambda names: names.map(place), kind="stable")
        return pd.DataFrame(
            {"x": ordered[axes[0]], "y": ordered[axes[1]], "label": [self.label(name) for name in ordered["winner"]]}
        )

    def map_box(self, axes: Sequence[str]) -> pd.DataFrame:
        """Return the sides along the map's axes of the best design's rule, or else of the first other one."""
        sides = self.frame("sides")
        ruled = [design for design in self._best_first() if (sides["design"] == design).any()]
        chosen = sides[(sides["design"] == (ruled[0] if ruled else "")) & sides["parameter"].isin(axes)]
        named = chosen.assign(
            axis=["xy"[list(axes).index(parameter)] for parameter in chosen["parameter"]],
            design=[self.label(str(name)) for name in chosen["design"]],
        )
        return named[["design", "axis", "above", "bound"]]

    def _best_first(self) -> list[str]:
        return list(dict.fromkeys((self.found.best, *self.found.designs)))

    def compared(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame with the names of its designs in words."""
        return frame.assign(label=[self.label(str(name)) for name in frame["design"]])
