"""Views on the comparison of organisations: tidy frames with labels in words, as charts and tables take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.report.document.style import Style
from simkit.study.advice.gain_words import gain_words
from simkit.study.bilingual_texts import numbers_of
from simkit.study.comparison.contributions import TOTAL
from simkit.study.comparison.profit_bridge import LINES

if TYPE_CHECKING:
    from simkit.study.organisation_study import OrganisationStudy

TEXTS = Catalogue.beside(__file__)

PROFIT = "company_profit_amount"
SALES_PROFIT = "sales_profit_amount"
MONEY_PARTS = {name: LINES[name] for name in ("contribution_amount", "work_in_progress_amount", *LINES)}
"""What company profit is made of, with the sign that it counts with."""
PICTURE_ROWS = 5
"""Rows of what is left undone that the picture has room for."""
NOT_COUNTED = ("h", "d")
"""Units of what is left undone that are no number of cases."""
BANDS = TEXTS.group("bands")
"""The bands of the one picture, from bottom to top."""


@dataclass(frozen=True, kw_only=True)
class StudyView:
    """One study as a reader of one language sees it."""

    study: OrganisationStudy
    style: Style

    @property
    def label_column(self) -> str:
        """Name of the column with labels in the report's language."""
        return f"label_{self.style.formats.language}"

    @property
    def shown(self) -> str:
        """The design set against today's: the one advised; without one that whose parts are known."""
        advice = self.study.recommendation
        if advice.shown != self.study.baseline:
            return advice.shown
        if self.taken_apart:
            return self.taken_apart
        frame = self.profit_differences()
        today = select(frame, scenario=self.study.main_scenario)
        return str(today.iloc[int(today["difference"].to_numpy().argmax())]["design"])

    @property
    def taken_apart(self) -> str:
        """The design that was taken apart by its switches; empty without one."""
        steps = self.study.frames.get("steps", pd.DataFrame(columns=["switch", "design"]))
        whole = select(steps, switch=TOTAL)["design"]
        return str(whole.iloc[0]) if len(whole) else ""

    @property
    def compared(self) -> tuple[str, ...]:
        """The designs compared with today's, in order."""
        main = self.study.select("designs", role="main")["design"]
        return tuple(name for name in main if name != self.study.baseline)

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios, in order."""
        return tuple(self.study.frame("scenarios")["scenario"])

    def design_label(self, name: str) -> str:
        """Return what people call a design."""
        return self._labels("designs", "design").get(name, name)

    def scenario_label(self, name: str) -> str:
        """Return what people call a scenario."""
        return self._labels("scenarios", "scenario").get(name, name)

    def unit_label(self, name: str) -> str:
        """Return what people call a unit of a design."""
        return self._labels("units", "unit").get(name, name)

    def money(self, value: float, *, signed: bool = False, scale: float | None = None) -> str:
        """Write an amount in the unit that `scale` asks for, as the sentences of the recommendation do."""
        return self.style.formats.amount(value, scale=scale, signed=signed)

    def moneys(self, *values: float) -> list[str]:
        """Write changes of money that stand next to each other in one unit, with their signs."""
        scale = max(abs(value) for value in values)
        return [self.money(value, signed=True, scale=scale) for value in values]

    def gain(self, value: float) -> str:
        """Write a yearly gain in what the goals of the client count."""
        return self.style.translate(gain_words(value, self.study.settings.goals, numbers_of(self.style.formats)))

    def headline(self, told: str, plain: Text) -> str:
        """Return a title with an amount or a verdict where the model fits the client, else the plain one in its place."""
        return told if self.study.gate.passes else self.style.translate(plain)

    def profit_differences(self) -> pd.DataFrame:
        """Return the change of profit a year against today for each design and scenario."""
        return self.differences(PROFIT)

    def differences(self, measure: str, year: int = 0) -> pd.DataFrame:
        """Return the change of one measure against today, with labels of design and scenario."""
        table = self.study.frame("differences")
        chosen = table[(table["measure"] == measure) & (table["year"] == year) & (table["group"].fillna("") == "")]
        return self._labelled(chosen[chosen["design"].isin(self.compared)])

    def probabilities(self) -> pd.DataFrame:
        """Return the probability of being best for each design and scenario, today's organisation among them."""
        table = self.study.frame("best")
        order = {name: place for place, name in enumerate((self.study.baseline, *self.compared))}
        chosen = table[table["design"].isin(order)]
        return self._labelled(chosen.sort_values("design", key=lambda names: names.map(order), kind="stable"))

    def bands(self) -> pd.DataFrame:
        """Return full-time equivalents by band before and after, in the main scenario."""
        wide = self._before_after(self._main("picture"), "band", "fte")
        return wide.assign(label=[self.style.translate(BANDS.get(band, band)) for band in wide["band"]])

    def undone(self) -> pd.DataFrame:
        """Return what was left undone in the main scenario, with the segment in its label."""
        table = self._main("undone")
        groups = table["group"].fillna("").astype(str)
        labels = [f"{label} {group}".strip() for label, group in zip(table[self.label_column], groups, strict=True)]
        return table.assign(label=labels, key=table["item"] + groups)

    def undone_changes(self) -> pd.DataFrame:
        """Return what was left undone before and after as counts, the largest changes first, in the main scenario."""
        table = self.undone()
        wide = self._before_after(table[~table["unit"].isin(NOT_COUNTED)], "key", "mean")
        labels = table.drop_duplicates("key").set_index("key")["label"].to_dict()
        order = (wide["after"] - wide["before"]).abs().sort_values(ascending=False).index
        return wide.assign(label=[labels[key] for key in wide["key"]]).loc[order].head(PICTURE_ROWS)

    def profit_steps(self) -> pd.DataFrame:
        """Return the change of profit step by step with the total last: by switch, or else by kind of money."""
        steps = self.steps(PROFIT)
        if self.shown == self.taken_apart and not steps.empty:
            return steps
        total = self._money_change(PROFIT, 1)
        parts = [self._money_change(measure, sign) for measure, sign in MONEY_PARTS.items()]
        moved = [part for part in parts if (part[["low", "high"]] != 0).any(axis=None)]
        complete = abs(sum(float(part["difference"].sum()) for part in moved) - float(total["difference"].sum())) < 1.0
        return pd.concat([*(moved if complete else []), total], ignore_index=True)

    def _money_change(self, measure: str, sign: int) -> pd.DataFrame:
        """Return what one kind of money adds to profit for the design shown; a cost that rises takes away."""
        frame = self.differences(measure)
        row = select(frame, design=self.shown, scenario=self.study.main_scenario)
        ends = row[["low", "high"]] * sign
        names = self._labels("measures", "measure")
        return row.assign(
            label=names.get(measure, measure),
            difference=row["difference"] * sign,
            low=ends.min(axis=1),
            high=ends.max(axis=1),
        )[["label", "difference", "low", "high"]]

    def steps(self, measure: str) -> pd.DataFrame:
        """Return the gain of the switches added one at a time, the total last."""
        table = self.study.frames.get("steps", pd.DataFrame(columns=["measure"]))
        chosen = select(table, measure=measure)
        if chosen.empty:
            return pd.DataFrame(columns=["label", "difference", "low", "high"])
        chosen = chosen.sort_values("step", kind="stable")
        return chosen.assign(label=chosen[self.label_column])[["label", "difference", "low", "high"]]

    def published_profit(self) -> pd.DataFrame:
        """Return what the published case would mean for today's result of sales here; only a comparison, never a target."""
        table = self.study.frames.get("ticks", pd.DataFrame())
        level = self.level(self.study.baseline, SALES_PROFIT)
        if table.empty or level is None or level <= 0 or self.shown != self.taken_apart:
            return pd.DataFrame(columns=["label", "value"])
        chosen = select(table, measure=SALES_PROFIT)
        return pd.DataFrame(
            {
                "label": [self.style.formats.signed_share(value, 0) for value in chosen["value"]],
                "value": [level * value for value in chosen["value"]],
            }
        )

    def level(self, design: str, measure: str, year: int = 0) -> float | None:
        """Return the mean of one measure for one design in the main scenario; None when it was not measured."""
        table = self.study.frame("levels")
        chosen = table[
            (table["design"] == design)
            & (table["scenario"] == self.study.main_scenario)
            & (table["measure"] == measure)
            & (table["year"] == year)
            & (table["group"].fillna("") == "")
        ]
        return None if chosen.empty else float(chosen["mean"].iloc[0])

    def customer_hours(self) -> float | None:
        """Return the relative change of customer hours; None when they were not measured."""
        frame = self.differences("facing_h")
        chosen = select(frame, design=self.shown, scenario=self.study.main_scenario)
        return None if chosen.empty else float(chosen["relative"].iloc[0])

    def ceiling(self) -> pd.DataFrame:
        """Return the customer-facing share today, after, at most, and published."""
        table = self.study.frames.get("ceiling", pd.DataFrame())
        if table.empty or "ceiling_share" not in set(table["item"]):
            return pd.DataFrame(columns=["label", "share", "low", "high", "role"])
        roles = {"share_now": "now", "ceiling_share": "ceiling"}
        chosen = table[(table["design"] == self.study.baseline) & table["item"].isin(roles)]
        rows = chosen.assign(
            label=chosen[self.label_column], share=chosen["value"], role=[roles[item] for item in chosen["item"]]
        )
        parts = [select(rows, role="now"), self._share_after(), select(rows, role="ceiling"), self._share_ticks()]
        return pd.concat([part for part in parts if not part.empty], ignore_index=True)[
            ["label", "share", "low", "high", "role"]
        ]

    def _share_after(self) -> pd.DataFrame:
        chosen = self.study.select(
            "levels", design=self.shown, scenario=self.study.main_scenario, measure="facing_share", year=0
        )
        return chosen.assign(label=self.design_label(self.shown), share=chosen["mean"], role="design")

    def _share_ticks(self) -> pd.DataFrame:
        table = self.study.frames.get("ticks", pd.DataFrame(columns=["measure"]))
        chosen = select(table, measure="facing_share")
        if chosen.empty:
            return pd.DataFrame()
        return chosen.assign(
            label=chosen[self.label_column],
            share=chosen["value"],
            low=float("nan"),
            high=float("nan"),
            role="published",
        )

    def _main(self, name: str) -> pd.DataFrame:
        table = self.study.frame(name)
        return select(table, scenario=self.study.main_scenario)

    def _before_after(self, table: pd.DataFrame, key: str, value: str) -> pd.DataFrame:
        before = select(table, design=self.study.baseline).set_index(key)[value]
        after = select(table, design=self.shown).set_index(key)[value]
        return pd.DataFrame({"before": before, "after": after}).dropna().rename_axis(key).reset_index()

    def _labelled(self, table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(
            label=[self.design_label(name) for name in table["design"]],
            scenario_label=[self.scenario_label(name) for name in table["scenario"]],
        )

    def _labels(self, frame: str, key: str) -> dict[str, str]:
        table = self.study.frame(frame)
        return dict(zip(table[key], table[self.label_column], strict=True))
