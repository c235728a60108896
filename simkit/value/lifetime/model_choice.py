"""Which model of purchases fits repeat buyers: regularity decides k, a held-out year or the likelihood between BG and MBG."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import both_ways
from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.value.lifetime.bg_nbd import PurchaseFit, Rows, expected_purchases, fit_purchases, grouped
from simkit.value.lifetime.histories import purchases_between
from simkit.value.lifetime.holdout import LONGEST_DAYS
from simkit.value.lifetime.kinds import LEVEL
from simkit.value.lifetime.regularity import LARGEST, Regularity

TEXTS = Catalogue.beside(__file__)

FEWEST_REPEATERS = 30
"""With fewer customers who bought again, four parameters cannot be told apart."""
DRAWS = 400
"""Bootstrap draws over customers for the difference of two models; as many whatever else is drawn, so that the choice is
always the same."""
REASONS = TEXTS.group("reasons")


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """The two models that may be chosen, with the same k, fitted to the same histories."""

    plain: PurchaseFit
    """BG: nobody leaves before a repeat purchase."""
    modified: PurchaseFit
    """MBG: a customer may leave right after the first purchase."""

    def of(self, modified: bool) -> PurchaseFit:
        """Return one of the two."""
        return self.modified if modified else self.plain


@dataclass(frozen=True, kw_only=True)
class Preference:
    """Which of the two models came nearer to a held-out year in total, further than chance."""

    modified: bool
    deviation: float
    other_deviation: float
    """Foretold / actual − 1 of the chosen model and of the other one."""

    @property
    def can_be_told(self) -> bool:
        """Whether the two deviations still differ when they are rounded to a tenth of a per cent."""
        return round(100 * self.deviation, 1) != round(100 * self.other_deviation, 1)

    def told(self, deviation: float) -> Text:
        """Write one of the two in per cent, with a decimal where they would read alike without."""
        alike = round(100 * self.deviation) == round(100 * self.other_deviation)
        text = f"{100 * deviation:+.{int(alike)}f}".replace("-", "−")
        return Text(de=text.replace(".", ","), en=text)


def candidates(history: pd.DataFrame, regularity: Regularity) -> Candidates | Text:
    """Return the fitted models, or why none could be fitted.

    Parameters
    ----------
    history : pandas.DataFrame
        Result of `simkit.value.lifetime.histories.histories`.
    """
    repeaters = int((history["repeats"] > 0).sum())
    if repeaters < FEWEST_REPEATERS:
        return REASONS["few"].fill(n=repeaters, least=FEWEST_REPEATERS)
    rows = grouped(history)
    plain = _best_k(rows, regularity.nearest) if regularity.is_regular else fit_purchases(rows)
    return Candidates(plain=plain, modified=fit_purchases(rows, plain.regularity, modified=True))


def chosen_fit(
    found: Candidates | Text, regularity: Regularity, preference: Preference | None = None
) -> tuple[PurchaseFit | None, Text]:
    """Return the chosen model and why, or None and why there is none.

    Parameters
    ----------
    preference : Preference, optional
        What a held-out year said; without it the likelihood decides.
    """
    if isinstance(found, Text):
        return None, found
    by_likelihood = found.modified.log_likelihood > found.plain.log_likelihood
    best = found.of(by_likelihood if preference is None else preference.modified)
    if not best.maximum.converged:
        return None, REASONS["no_maximum"].fill(model=best.name)
    k = both_ways(regularity.k, 1)
    if preference is not None:
        return best, REASONS["held_out_year"].fill(
            model=best.name,
            other=found.of(not preference.modified).name,
            deviation=preference.told(preference.deviation),
            other_deviation=preference.told(preference.other_deviation),
        )
    case = "regular" if regularity.is_regular else "unknown" if math.isnan(regularity.k) else "random"
    return best, REASONS[case].fill(model=best.name, k=k)


def preferred(
    found: Candidates, history: pd.DataFrame, days: pd.DataFrame, span: tuple[pd.Timestamp, pd.Timestamp], *, seed: int
) -> Preference | None:
    """Return which model came nearer to the purchases of a held-out year.

    None for less than a year, for chance, and for a difference that is none once it is rounded.

    Parameters
    ----------
    found : Candidates
        Fitted to the time before the cut alone.
    history : pandas.DataFrame
        Histories up to the cut.
    days : pandas.DataFrame
        Purchase days of the whole time.
    span : tuple of Timestamp
        Cut and end of the held-out time.

    Notes
    -----
    How far a model is off is ``|log(foretold / actual)|`` in total, so that half and double are equally far; the
    difference of the two has to leave 0 out of its 95 % percentile interval over customers (paired bootstrap).
    """
    cut, end = span
    if (end - cut).days < LONGEST_DAYS:
        return None
    rows = grouped(history)
    weeks = (end - cut).days / 7
    foretold = np.array([expected_purchases(fit, rows, weeks)[rows.row_of] for fit in (found.plain, found.modified)])
    came = purchases_between(days, cut, end).reindex(history.index)["purchases"].fillna(0.0).to_numpy(dtype=float)
    if came.sum() <= 0:
        return None
    random = stream(seed, -1, "value.lifetime.model_choice")
    weights = random.multinomial(came.size, np.full(came.size, 1 / came.size), size=DRAWS).astype(float)
    arrived = weights @ came
    far = _far(foretold @ weights.T, arrived)[:, arrived > 0]
    low, high = np.quantile(far[0] - far[1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if low <= 0 <= high:
        return None
    plain, modified = (float(total / came.sum() - 1) for total in foretold.sum(axis=1))
    nearer, farther = (modified, plain) if low > 0 else (plain, modified)
    choice = Preference(modified=bool(low > 0), deviation=nearer, other_deviation=farther)
    return choice if choice.can_be_told else None


def _far(foretold: Floats, came: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw in which nothing came is left out
        found: Floats = np.abs(np.log(foretold / came))
    return found


def _best_k(rows: Rows, start: int) -> PurchaseFit:
    """Climb from the estimated k to the whole k with the highest likelihood."""
    best = fit_purchases(rows, start)
    for step in (1, -1):
        while 1 <= best.regularity + step <= LARGEST:
            near = (best.r, best.alpha * best.regularity, best.a, best.b)
            other = fit_purchases(rows, best.regularity + step, starts=(near,))
            if other.log_likelihood <= best.log_likelihood:
                break
            best = other
    return best
