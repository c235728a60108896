"""Whether contacts come before orders: monthly orders against the contacts of each earlier month, the season taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags, Floats
from simkit.foundation.missing import Missing
from simkit.foundation.units import MONTHS_PER_YEAR

TEXTS = Catalogue.beside(__file__)

TOO_FEW, NO_CHANGE = TEXTS["lead_lag_too_few"], TEXTS["lead_lag_no_change"]
LONGEST_LAG_MONTHS = 6
FEWEST_MONTHS = 24
"""With fewer months to compare, not every month of the year stands twice, and no season can be told from an effect."""
EFFECT = 0.2
"""The effect for which power is told: twice the contacts, a fifth more orders."""
ALPHA = 0.05
COLUMNS = ("lag_months", "slope", "low", "high", "p_value", "p_holm", "power")


@dataclass(frozen=True, kw_only=True)
class LeadLag:
    """Contacts and orders over time."""

    months: int
    """Months that are compared: orders are known, and contacts of the month and of the six before."""
    by_lag: pd.DataFrame
    """``lag_months, slope, low, high, p_value, p_holm, power``: change of orders, in standard deviations, that goes with
    one standard deviation more contacts so many months earlier, 95 % interval; ``power``: chance, in 0..1, that an effect
    of 20 % (twice the contacts, a fifth more orders) would have been found at that lag."""

    @property
    def found(self) -> pd.DataFrame:
        """The lags at which something is told apart from chance after correction for looking at seven."""
        return self.by_lag[self.by_lag["p_holm"] < ALPHA]


def lead_lag(contacts: pd.Series, orders: pd.Series) -> LeadLag | Missing:
    """Regress monthly orders on the contacts of each of the months before.

    Parameters
    ----------
    contacts, orders : pandas.Series
        Numbers by month, same index of monthly periods without gaps; missing where a month is not known.

    Returns
    -------
    LeadLag or Missing
        Missing below 24 months to compare (30 months without a gap), and where contacts or orders never change.

    Notes
    -----
    For each lag an ordinary regression (statsmodels) of orders on contacts so many months earlier, a linear trend and a
    level for each month of the year. Fewer terms would leave more to see, but a season of single months is none of
    theirs: with two pairs of harmonics, firms that share nothing but one month of threefold business were said to have
    contacts before orders in 96 to 100 % of draws; with a level for each month it is chance (`benchmarks/promises.py`).
    Errors after Newey and West (1987, Econometrica 55), lags ``floor(4 (n/100)^(2/9))``, or the ordinary ones where these
    are wider, because the former are too small in short series; p-values by Holm over the seven lags. Power: noncentral t at the
    level of Holm's first step (5 % / 7), with the error found and the effect ``0.2 · (s_x / mean x) / (s_y / mean y)`` in
    standard deviations. It shows what goes together in time, not what causes what: at lag 0 an order brings contacts with it, and
    what moves both in one month of one year alone, a fair or a strike, cannot be told from an effect.
    """
    from statsmodels.stats.multitest import multipletests

    months = int(_compared(contacts, orders).sum())
    if months < FEWEST_MONTHS:
        return Missing(reason=TOO_FEW.fill(n=months, need=FEWEST_MONTHS, lags=LONGEST_LAG_MONTHS))
    if contacts.std() == 0 or orders.std() == 0:
        return Missing(reason=NO_CHANGE)
    table = slopes_by_lag(contacts, orders)
    table["p_holm"] = multipletests(table["p_value"], method="holm")[1]
    return LeadLag(months=months, by_lag=table[list(COLUMNS)])


def _compared(contacts: pd.Series, orders: pd.Series) -> Flags:
    """Return in which months orders and the contacts of every lag are known; the same months for every lag."""
    known = [contacts.shift(lag).notna() for lag in range(LONGEST_LAG_MONTHS + 1)]
    return np.asarray(np.all([*known, orders.notna()], axis=0), dtype=bool)


def slopes_by_lag(contacts: pd.Series, orders: pd.Series) -> pd.DataFrame:
    """Return what `lead_lag` says of each lag before looking at several is corrected for; at least 24 months that differ."""
    driver, answer = _standardised(contacts), _standardised(orders)
    effect = EFFECT * float((contacts.std() / contacts.mean()) / (orders.std() / orders.mean()))
    compared = _compared(contacts, orders)
    around = _around(pd.PeriodIndex(contacts.index))[compared]
    around = around[:, around.any(axis=0)]
    rows = []
    for lag in range(LONGEST_LAG_MONTHS + 1):
        earlier = driver.shift(lag)[compared].to_numpy(dtype=float)
        design = np.column_stack([earlier, around])
        rows.append((lag, *_slope(answer[compared].to_numpy(dtype=float), design, effect)))
    return pd.DataFrame(rows, columns=["lag_months", "slope", "low", "high", "p_value", "power"])


def _standardised(series: pd.Series) -> pd.Series:
    return (series - series.mean()) / series.std()


def _around(when: pd.PeriodIndex) -> Floats:
    """Return trend and the level of each month of the year as columns."""
    month = when.month.to_numpy()
    levels = (month[:, None] == np.arange(1, MONTHS_PER_YEAR + 1)).astype(float)
    return np.column_stack([np.linspace(-1, 1, len(when)), levels])


def _slope(answer: Floats, design: Floats, effect: float) -> tuple[float, float, float, float, float]:
    """Return slope of the first column, ends of its interval, p-value, and power for an effect."""
    from scipy.stats import nct
    from scipy.stats import t as student
    from statsmodels.regression.linear_model import OLS

    plain = OLS(answer, design).fit()
    bandwidth = int(4 * (len(answer) / 100) ** (2 / 9))
    robust = plain.get_robustcov_results("HAC", maxlags=bandwidth, use_correction=True)
    error = max(float(plain.bse[0]), float(robust.bse[0]))
    slope, freedom = float(plain.params[0]), len(answer) - design.shape[1]
    reach = float(student.ppf(1 - ALPHA / 2, freedom)) * error
    limit = float(student.ppf(1 - ALPHA / (LONGEST_LAG_MONTHS + 1) / 2, freedom))
    power = float(nct.sf(limit, freedom, effect / error) + nct.cdf(-limit, freedom, effect / error))
    return slope, slope - reach, slope + reach, 2 * float(student.sf(abs(slope) / error, freedom)), power
