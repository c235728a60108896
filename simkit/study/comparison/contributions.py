"""Where the gain of a design with switches comes from: one at a time, all combinations, sizes, break-even.

The switches are added in one stated order, each as if everybody had always worked that way, and the transition comes
last; so the steps add up to the whole gain exactly. The full factorial shows how far another order would share the gain
out differently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.text import Text
from simkit.study.paired_comparison import PROFIT, half_width, mean_and_half_width, paired

if TYPE_CHECKING:
    from simkit.model.specification.designs import Design

TRANSITION, INTERACTION, TOTAL = "transition", "interaction", "total"
AT_ONCE_SUFFIX = "~at_once"
MEASURES: tuple[str, ...] = (PROFIT, "facing_h")
LABELS = {
    TRANSITION: Text(de="Umstellung", en="Transition"),
    INTERACTION: Text(de="Zusammenwirken", en="Interaction"),
    TOTAL: Text(de="{design} gesamt", en="{design} in all"),
}
STEP_COLUMNS = (
    "step", "design", "switch", "label_de", "label_en", "measure", "difference", "low", "high", "cumulative",
)  # fmt: skip
FACTORIAL_COLUMNS = ("effect", "order", "label_de", "label_en", "measure", "effect_value", "low", "high")
SINGLES_COLUMNS = ("switch", "label_de", "label_en", "measure", "difference", "low", "high")
SCAN_COLUMNS = ("design", "unit", "change", "measure", "difference", "low", "high")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A design that is taken apart, and the switches that it is taken apart by."""

    design: str
    title: Text
    labels: Mapping[str, Text]
    """What people call each switch, by its name in the design's file, in the stated order."""

    @classmethod
    def of(cls, design: Design) -> Parts:
        """Return the parts of a design whose switches are all on."""
        labels = {name: design.switch_labels[name] for name in design.switches}
        return cls(design=design.name, title=design.title, labels=labels)

    @property
    def switches(self) -> tuple[str, ...]:
        """Names of the switches, in the stated order."""
        return tuple(self.labels)

    def switched(self, switches: Sequence[str]) -> str:
        """Return the label of the design with some switches only, such as ``own[rule+teams]~at_once``."""
        chosen = [name for name in self.switches if name in switches]
        parts = "" if len(chosen) == len(self.switches) else f"[{'+'.join(chosen)}]"
        return f"{self.design}{parts}{AT_ONCE_SUFFIX}"

    def chain(self) -> tuple[tuple[str, ...], ...]:
        """Return the switches of each step in the stated order: none, the first, the first two, … all."""
        return tuple(self.switches[:number] for number in range(len(self.switches) + 1))

    def combinations(self) -> tuple[tuple[str, ...], ...]:
        """Return all 2^k combinations of the switches, in standard order (the last switch changes fastest)."""
        return tuple(
            tuple(name for name, on in zip(self.switches, mask, strict=True) if on)
            for mask in product((False, True), repeat=len(self.switches))
        )

    def label(self, names: Sequence[str]) -> Text:
        """Return what people call a switch, several that work together, or what is left besides the switches."""
        words = [self.labels.get(name) or LABELS[name].fill(design=self.title) for name in names]
        return Text(de=" × ".join(word.de for word in words), en=" × ".join(word.en for word in words))


def steps(
    frame: pd.DataFrame, scenario: str, labels: Sequence[str], parts: Parts, measures: Sequence[str] = MEASURES
) -> pd.DataFrame:
    """Return the gain of each switch when it is added to the ones before, and what the transition takes away.

    Parameters
    ----------
    scenario : str
        Scenario in which the chain was run.
    labels : sequence of str
        Designs of the chain: first none of the switches, then one more at a time, all without a transition; last the
        whole design with its transition.

    Returns
    -------
    DataFrame
        One row per measure and step, and one for the total; `cumulative` is the gain up to and with the step.

    Notes
    -----
    Step k is the mean over replications of y(k) − y(k − 1), with a paired 95 % t-interval; the steps add up to the
    total because each replication telescopes. Caveat: the share of a switch depends on the order where switches
    substitute each other (segment teams and the priority rule both protect A customers).
    """
    found = [_steps_of(paired(frame, scenario, measure), labels, parts).assign(measure=measure) for measure in measures]
    return _labelled(pd.concat(found, ignore_index=True), STEP_COLUMNS, "switch", parts)


def _steps_of(table: pd.DataFrame, labels: Sequence[str], parts: Parts) -> pd.DataFrame:
    chain = table[list(labels)].to_numpy(dtype=float).T
    gains = np.vstack([np.diff(chain, axis=0), chain[-1] - chain[0]])
    mean, width = gains.mean(axis=1), half_width(gains)
    return pd.DataFrame(
        {
            "step": range(1, len(gains) + 1),
            "design": [*labels[1:], labels[-1]],
            "switch": [*parts.switches, TRANSITION, TOTAL],
            "difference": mean,
            "low": mean - width,
            "high": mean + width,
            "cumulative": [*np.cumsum(mean[:-1]), mean[-1]],
        }
    )


def factorial(
    frame: pd.DataFrame, scenario: str, labels: Sequence[str], parts: Parts, measures: Sequence[str] = MEASURES
) -> pd.DataFrame:
    """Return the main effects and two-way interactions of the switches.

    Parameters
    ----------
    labels : sequence of str
        Designs in the order of :meth:`Parts.combinations`.

    Returns
    -------
    DataFrame
        Columns effect, order (1 main effect, 2 interaction), label_de, label_en, measure, effect_value, low, high.

    Notes
    -----
    Effect = contrast / 2^(k−1) with signs ±1, k switches (Box, Hunter, Hunter, *Statistics for Experimenters*, chapter 5): a
    main effect is the mean change when the switch goes on, averaged over all settings of the others; an interaction
    is half the change of one switch's effect when the other goes on. Computed within each replication, then given a
    paired 95 % t-interval. Caveat: intervals hold one at a time; with ten effects one in two tables shows a false one.
    """
    names, number = parts.switches, len(parts.switches)
    signs = np.where(np.array(list(product((False, True), repeat=number))), 1.0, -1.0)
    terms = [(i,) for i in range(number)] + list(combinations(range(number), 2))
    contrasts = np.array([signs[:, list(term)].prod(axis=1) for term in terms]) / 2 ** (number - 1)
    found = []
    for measure in measures:
        effects: Floats = contrasts @ paired(frame, scenario, measure)[list(labels)].to_numpy(dtype=float).T
        mean, width = effects.mean(axis=1), half_width(effects)
        found.append(
            pd.DataFrame(
                {
                    "effect": [" × ".join(names[i] for i in term) for term in terms],
                    "order": [len(term) for term in terms], "measure": measure,
                    "effect_value": mean, "low": mean - width, "high": mean + width,
                }
            )
        )  # fmt: skip
    return _labelled(pd.concat(found, ignore_index=True), FACTORIAL_COLUMNS, "effect", parts)


def _labelled(frame: pd.DataFrame, columns: Sequence[str], key: str, parts: Parts) -> pd.DataFrame:
    """Add both labels, which for an interaction join those of its switches."""
    labels = [parts.label(text.split(" × ")) for text in frame[key]]
    return frame.assign(label_de=[one.de for one in labels], label_en=[one.en for one in labels])[list(columns)]


def singles(
    frame: pd.DataFrame, scenario: str, labels: Sequence[str], parts: Parts, measures: Sequence[str] = MEASURES
) -> pd.DataFrame:
    """Return the gain of each switch alone, what they gain or lose together beyond that, and the transition.

    Parameters
    ----------
    frame, scenario, labels, parts, measures
        As in :func:`factorial`.

    Returns
    -------
    DataFrame
        Columns switch (each, "interaction", "transition", "total"), label_de, label_en, measure, difference, low,
        high; paired 95 % t-intervals; all but the last add up to the total.
    """
    at = dict(zip(parts.combinations(), labels, strict=True))
    found = []
    for measure in measures:
        table = paired(frame, scenario, measure)
        alone = [table[at[(name,)]] - table[at[()]] for name in parts.switches]
        together = table[at[parts.switches]] - table[at[()]]
        total = table[parts.design] - table[at[()]]
        gains = np.array([*alone, together - sum(alone), total - together, total], dtype=float)
        mean, width = gains.mean(axis=1), half_width(gains)
        names = [*parts.switches, INTERACTION, TRANSITION, TOTAL]
        part = {"switch": names, "measure": measure, "difference": mean}
        found.append(pd.DataFrame({**part, "low": mean - width, "high": mean + width}))
    return _labelled(pd.concat(found, ignore_index=True), SINGLES_COLUMNS, "switch", parts)


def scan_label(design: str, unit: str, change: int) -> str:
    """Return the label of a design with one unit resized, such as ``own{service+1}``."""
    return f"{design}{{{unit}{change:+d}}}"


def scan(
    frame: pd.DataFrame,
    scenario: str,
    design: str,
    changes: Sequence[tuple[str, int]],
    measures: Sequence[str] = MEASURES,
) -> pd.DataFrame:
    """Return what one or two heads more or fewer in a unit change, against the design as it is sized.

    Parameters
    ----------
    frame, scenario
        Tidy runs, and the scenario in which the scan was run.
    design : str
        The design that was resized.
    changes : sequence of (str, int)
        Unit and heads added or taken away.

    Returns
    -------
    DataFrame
        Columns design, unit, change, measure, difference, low, high; paired 95 % t-intervals.
    """
    rows = []
    for measure in measures:
        table = paired(frame, scenario, measure)
        for unit, change in changes:
            gain = (table[scan_label(design, unit, change)] - table[design]).to_numpy(dtype=float)
            mean, width = mean_and_half_width(gain)
            rows.append((design, unit, change, measure, mean, mean - width, mean + width))
    return pd.DataFrame(rows, columns=list(SCAN_COLUMNS))


@dataclass(frozen=True, kw_only=True)
class BreakEven:
    """The terms of the break-even line of service design."""

    speed: float
    """Effort of the specialists relative to the generalists."""
    clarification: float
    """Expected clarification per order, as a share of an order's effort."""
    hand_over: float
    """Effort of handing an order over, both sides, as a share of an order's effort."""
    idle: float
    """Share of the service unit's time that is idle."""

    @property
    def line(self) -> float:
        """Hours needed per hour done today: speed × (1 + clarification) + hand-over + idle; below 1 it pays."""
        return self.speed * (1 + self.clarification) + self.hand_over + self.idle

    @property
    def idle_limit(self) -> float:
        """Idle share at which service design neither saves nor costs hours; negative when it cannot pay at all."""
        return self.idle + 1 - self.line


def break_even(
    *, order_h: float, effort_factor: float, clarification_chance: float, clarification_h: float, hand_over_h: float,
    idle_share: float,
) -> BreakEven:  # fmt: skip
    """Return the break-even line of service design.

    Parameters
    ----------
    order_h : float
        Hours of a bespoke order that move to service design, today.
    effort_factor : float
        Effort of the specialists relative to the generalists.
    clarification_chance, clarification_h : float
        Chance (0..1) of the one extra clarification per order, and its hours on both sides.
    hand_over_h : float
        Hours of handing an order over, both sides.
    idle_share : float
        Share of the service unit's time that is idle, in 0..1.

    Returns
    -------
    BreakEven
        With every term as a share of `order_h`.

    Raises
    ------
    ValueError
        If `order_h` is not above 0.
    """
    if not order_h > 0:
        raise ValueError(f"order_h must be above 0, not {order_h}")
    return BreakEven(
        speed=effort_factor,
        clarification=clarification_chance * clarification_h / order_h,
        hand_over=hand_over_h / order_h,
        idle=idle_share,
    )
