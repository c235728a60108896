"""The fit as a gate: whether the model is near enough to a client's measured figures for an advice to rest on it.

Pure functions of the table that sets measured and simulated figures side by side; nothing here simulates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import t

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text

TEXTS = Catalogue.beside(__file__)

Level = Literal["fits", "fits_except", "does_not_fit", "not_calibrated", "nothing_measured"]
ERROR_SHARE = 0.05  # of all quantities together, split evenly among them (Bonferroni)
WIDEST_RELATIVE = 0.25  # a wider 95 % half-width counts as not measured
WIDEST_SHARE = 0.10  # the same of a share, in points
NEEDED: tuple[str, ...] = ("orders", "contribution", "hours")
"""Kinds of quantity without which the model cannot be used at all."""


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How far a simulated figure may be from the measured one; the larger of the parts counts."""

    relative: float = 0.0
    """Share of the measured figure."""
    absolute: float = 0.0
    """In the unit of the figure."""
    mandatory: bool = True
    """Whether a miss counts at the gate, or is only told."""


TOLERANCES: dict[str, Tolerance] = {
    "orders": Tolerance(relative=0.05),
    "revenue": Tolerance(relative=0.05),
    "contribution": Tolerance(relative=0.05),
    "active_customers": Tolerance(relative=0.05),
    "hours": Tolerance(relative=0.15, absolute=0.01),
    "contacts": Tolerance(relative=0.10),
    "win_rate": Tolerance(absolute=0.03),
    "no_decision_share": Tolerance(absolute=0.03),
    "late_share": Tolerance(absolute=0.04),
    "lead_time": Tolerance(relative=0.15, absolute=1.0),
    "cycle": Tolerance(relative=0.15, absolute=1.0, mandatory=False),
    "deals": Tolerance(relative=0.10, mandatory=False),
    "requests": Tolerance(relative=0.10, mandatory=False),
}
"""By kind of quantity, the part of its key before the point. Those that are not mandatory test the model, too: they have
the tolerance of what is nearest to them, a lead time and contacts."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What the fit allows."""

    level: Level
    """Only ``fits`` lets a verdict or a headline in money pass."""
    failed: tuple[Text, ...] = ()
    """What stands in the way: mandatory quantities outside their tolerance, and needed ones that nobody measured."""
    checked: int = 0
    passed: int = 0
    """Mandatory quantities that were measured, and those of them within their tolerance."""
    words: Text
    """All of it in one sentence."""

    @property
    def passes(self) -> bool:
        """Whether a verdict and a headline in money may be told."""
        return self.level == "fits"


def needed_unmeasured(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the kinds of quantity that the model cannot be used without and that were not measured, or too badly to count."""
    rows = graded(table)
    kinds = set(rows.loc[rows["mandatory"] & rows["counted"], "moment"].map(kind_of)) if len(rows) else set()
    return tuple(name for name in NEEDED if name not in kinds)


def gate(table: pd.DataFrame, *, calibrated: bool = True) -> Gate:
    """Return what a fit allows.

    Parameters
    ----------
    table : DataFrame
        One row per quantity: moment, label_de, label_en, unit, measured, measured_low, measured_high (95 %), simulated and,
        where intervals are those of a t, freedom (its degrees of freedom, infinite for a normal one); empty when nothing could
        be compared.
    calibrated : bool
        False for a draft whose parameters were not fitted.

    Notes
    -----
    ``nothing_measured``: neither orders nor contribution nor hours of any activity were measured. ``does_not_fit``: one
    of them was not, or lies outside its tolerance. ``fits_except``: another mandatory quantity lies outside. The
    tolerance is that of :func:`graded`.
    """
    rows = graded(table)
    chosen = rows[rows["mandatory"] & rows["counted"]] if len(rows) else rows
    absent = needed_unmeasured(table)
    outside = chosen[~chosen["fits"]] if len(chosen) else chosen
    failed = (
        *(TEXTS.group("not_measured")[name] for name in absent),
        *(Text(de=str(row["label_de"]), en=str(row["label_en"])) for row in outside.to_dict("records")),
    )
    level = _level(absent, [kind_of(str(name)) for name in outside["moment"]] if len(outside) else [])
    if level != "nothing_measured" and not calibrated:
        level = "not_calibrated"
    passed = len(chosen) - len(outside)
    words = TEXTS.group("gate")[level].fill(passed=passed, checked=len(chosen), failed=_listed(failed))
    return Gate(level=level, failed=failed, checked=len(chosen), passed=passed, words=words)


def gate_record(one: Gate) -> dict[str, Any]:
    """Return a gate as JSON holds it."""
    return asdict(one)


def recorded_gate(record: Mapping[str, Any]) -> Gate:
    """Return the gate that a record tells."""
    failed = tuple(Text(**one) for one in record["failed"])
    return Gate(**{**record, "failed": failed, "words": Text(**record["words"])})


NOT_CALIBRATED = Gate(level="not_calibrated", words=TEXTS.group("gate")["not_calibrated"])
"""Of a study on parameters that were not fitted to anybody."""


def _level(absent: Sequence[str], outside: Sequence[str]) -> Level:
    if len(absent) == len(NEEDED):
        return "nothing_measured"
    if absent or set(outside) & set(NEEDED):
        return "does_not_fit"
    return "fits_except" if outside else "fits"


def _listed(texts: Sequence[Text]) -> Text:
    return Text(de="; ".join(one.de for one in texts), en="; ".join(one.en for one in texts))


def kind_of(moment: str) -> str:
    """Return the kind of a quantity: ``late_share`` of ``late_share.bespoke``."""
    return moment.partition(".")[0]


def graded(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with how each quantity is held against the model.

    Returns
    -------
    DataFrame
        Besides what there was: mandatory (bool); counted (bool), False where the 95 % half-width is over 25 % of the
        figure, or 10 points of a share, which counts as not measured; accepted_low and accepted_high, between which the
        simulated figure fits; and fits (bool).

    Notes
    -----
    Accepted is the larger of the fixed tolerance (:data:`TOLERANCES`) and of the measured interval at level 1 − .05 ÷ m,
    on each side of the figure, m being the number of quantities that count as measured: with a true model one of all
    lies outside by chance in 5 % of cases at most (Bonferroni). The interval at that level is the 95 % one stretched by
    t(1 − .025 ÷ m) ÷ t(.975) with the degrees of freedom it was made with (of hours the people less one; of a normal interval
    z stands in both places), of shares in points, of others on the logarithm.
    """
    if table.empty:
        return table
    rows = table.copy()
    tolerances = [TOLERANCES[kind_of(str(name))] for name in rows["moment"]]
    rows["mandatory"] = [one.mandatory for one in tolerances]
    share = (rows["unit"] == "share").to_numpy()
    measured, low, high = (rows[name].to_numpy(dtype=float) for name in ("measured", "measured_low", "measured_high"))
    half = (high - low) / 2
    rows["counted"] = half <= np.where(share, WIDEST_SHARE, WIDEST_RELATIVE * np.abs(measured))
    freedom = rows["freedom"].to_numpy(dtype=float) if "freedom" in rows else np.full(len(rows), np.inf)
    stretch = stretched(int(rows["counted"].sum()), freedom)
    fixed = np.array(
        [max(one.relative * abs(value), one.absolute) for one, value in zip(tolerances, measured, strict=True)]
    )
    lower, upper = _stretched_interval(measured, low, high, share, stretch)
    rows["accepted_low"] = np.maximum(np.minimum(lower, measured - fixed), 0.0)
    rows["accepted_high"] = np.where(share, 1.0, np.inf).clip(max=np.maximum(upper, measured + fixed))
    rows["fits"] = rows["simulated"].between(rows["accepted_low"], rows["accepted_high"])
    return rows


def stretched(quantities: int, freedom: np.ndarray) -> np.ndarray:
    """Return how much wider intervals at level 1 − .05 ÷ m are than those at 95 %; 1 for one quantity.

    Parameters
    ----------
    quantities : int
        m, how many are held against the model.
    freedom : array of float
        Degrees of freedom of each interval; infinite, or missing, for a normal one. Five people have a t whose tails reach
        further: of fourteen quantities it stretches by 2.21, z by 1.49.
    """
    degrees = np.where(np.isnan(freedom), np.inf, freedom)
    return np.asarray(t.ppf(1 - ERROR_SHARE / (2 * max(quantities, 1)), degrees) / t.ppf(0.975, degrees))


def _stretched_interval(
    measured: np.ndarray, low: np.ndarray, high: np.ndarray, share: np.ndarray, stretch: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the wider interval: in points of a share, as a factor of everything else."""
    safe = np.maximum(measured, 1e-12)
    below, above = (np.maximum(end, 1e-12) / safe for end in (low, high))
    return (
        np.where(share, measured - stretch * (measured - low), measured * below**stretch),
        np.where(share, measured + stretch * (high - measured), measured * above**stretch),
    )
