"""How much of the difference between deals lies with the seller, the team and the territory.

Shares of the variance only; no seller, team or territory is named or ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

FEWEST_TEAMS = 2
SPAN = 1.920729410347062
"""Half the 95 % point of chi-squared with one degree of freedom: how far the likelihood may fall in the interval."""
LEVELS = ("seller", "team", "territory")

NO_PEOPLE = Text(
    de="Verkäufer der Vorgänge (employee_id) und ihr Team (employees: team) sind nicht bekannt.",
    en="The sellers of the deals (employee_id) and their team (employees: team) are not known.",
)
TOO_FEW = Text(
    de="Es braucht mindestens {sellers} Verkäufer in mindestens {teams} Teams.",
    en="It takes at least {sellers} sellers in at least {teams} teams.",
)


@dataclass(frozen=True, kw_only=True)
class VarianceSplit:
    """Shares of the variance."""

    deals: int
    sellers: int
    teams: int
    territories: int
    """What the split rests on; territories is 0 where they are not known apart from teams."""
    shares: pd.DataFrame
    """``outcome`` ("won": won or not among the closed; "value": logarithm of the value of those won), ``level``
    ("seller", "team", "territory", "rest": the deal, the customer and chance), ``share, low, high``."""


def variance_split(client: ClientData) -> VarianceSplit | Missing:
    """Split the variance of outcomes and values of the closed deals, or say why that cannot be done.

    Parameters
    ----------
    client : ClientData
        With opportunities that name their seller, and employees with a team.
    """
    if not client.has("opportunities", "employees") or "team" not in client.table("employees"):
        return Missing(reason=NO_PEOPLE)
    deals, staff = client.table("opportunities"), client.table("employees")
    if "employee_id" not in deals:
        return Missing(reason=NO_PEOPLE)
    places = staff.reindex(columns=["employee_id", "team", "territory"]).dropna(subset=["team"])
    closed = deals[deals["stage"].isin(("won", "lost"))].merge(places, on="employee_id")
    minimum = client.config.privacy.minimum_group
    if closed["employee_id"].nunique() < minimum or closed["team"].nunique() < FEWEST_TEAMS:
        return Missing(reason=TOO_FEW.fill(sellers=minimum, teams=FEWEST_TEAMS))
    outcomes = {"won": (closed["stage"] == "won").astype(float)}
    if "value_amount" in closed:
        won = closed[(closed["stage"] == "won") & (closed["value_amount"] > 0)]
        if won["employee_id"].nunique() >= minimum and won["team"].nunique() >= FEWEST_TEAMS:
            outcomes["value"] = np.log(won["value_amount"])
    parts = [
        variance_shares(values, groups_of(closed.loc[values.index])).assign(outcome=name)
        for name, values in outcomes.items()
        if values.var() > 0
    ]
    if not parts:
        return Missing(reason=TOO_FEW.fill(sellers=minimum, teams=FEWEST_TEAMS))
    levels = groups_of(closed)
    return VarianceSplit(
        deals=len(closed),
        sellers=int(closed["employee_id"].nunique()),
        teams=int(closed["team"].nunique()),
        territories=int(levels["territory"].nunique()) if "territory" in levels else 0,
        shares=pd.concat(parts, ignore_index=True)[["outcome", "level", "share", "low", "high"]],
    )


def groups_of(deals: pd.DataFrame) -> pd.DataFrame:
    """Return ``seller, team`` and, where it divides otherwise than the teams, ``territory`` of each deal."""
    first_seen = pd.factorize(deals["employee_id"])[0]  # the order of the file: that of pseudonyms is by chance
    levels = {"seller": pd.Series(first_seen, index=deals.index), "team": deals["team"]}
    territory = deals["territory"] if "territory" in deals else pd.Series(None, index=deals.index)
    if territory.notna().all() and 1 < territory.nunique() < deals["team"].nunique():
        levels["territory"] = territory
    return pd.DataFrame(levels)


def variance_shares(values: pd.Series, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the variance at each level, with profile-likelihood intervals.

    Parameters
    ----------
    values : pandas.Series
        One value per deal.
    groups : pandas.DataFrame
        ``seller`` and further levels that are constant within a seller.

    Returns
    -------
    pandas.DataFrame
        ``level, share, low, high``; the last level is "rest".

    Notes
    -----
    Mixed model with a mean and a random intercept for every level, by restricted maximum likelihood as statsmodels'
    ``MixedLM``. As all levels are constant within a seller, the likelihood depends on the deals through each seller's
    number, mean and sum of squares alone; the matrices are thus as many rows as there are sellers. For won or not it is
    a linear probability model. Interval: the shares at which the profile log-likelihood has fallen by 1.92 (Venzon and
    Moolgavkar 1988, Applied Statistics 37); at the edge 0 it is somewhat too wide.
    """
    model = _Model.of(values, groups)
    best, ratios = model.maximum(None, 0.0)
    total = 1 + ratios.sum()
    point = [*(ratios / total), 1 / total]
    rows = []
    for place, level in enumerate([*groups.columns, "rest"]):
        low, high = model.interval(place, point[place], best)
        rows.append((level, point[place], low, high))
    return pd.DataFrame(rows, columns=["level", "share", "low", "high"])


@dataclass(frozen=True)
class _Model:
    """What the restricted likelihood needs of the data: sellers' numbers and means, and who shares a group."""

    number: Floats
    mean: Floats
    within: float
    together: tuple[Floats, ...]

    @staticmethod
    def of(values: pd.Series, groups: pd.DataFrame) -> _Model:
        by_seller = values.groupby(groups["seller"], sort=True)
        number: Floats = by_seller.size().to_numpy().astype(float)
        mean: Floats = by_seller.mean().to_numpy().astype(float)
        within = float(((values - by_seller.transform("mean")) ** 2).sum())
        first = groups.groupby("seller", sort=True).first().reset_index()
        together = tuple(
            (first[level].to_numpy()[:, None] == first[level].to_numpy()[None, :]).astype(float) for level in groups
        )
        return _Model(number, mean, within, together)

    def log_likelihood(self, ratios: Floats) -> float:
        """Return the restricted log-likelihood of variances as ratios to that of the rest, up to a constant."""
        matrix = np.diag(1 / self.number) + sum(r * m for r, m in zip(ratios, self.together, strict=True))
        factor = np.linalg.cholesky(matrix)
        ones, mean = np.linalg.solve(factor, np.column_stack([np.ones_like(self.mean), self.mean])).T
        information = float(ones @ ones)
        residual = mean - ones * float(ones @ mean) / information
        degrees = float(self.number.sum()) - 1
        variance = (float(residual @ residual) + self.within) / degrees
        logs = 2 * float(np.log(np.diag(factor)).sum()) + float(np.log(information))
        return -0.5 * (degrees * float(np.log(variance)) + logs)

    def maximum(self, fixed: int | None, share: float) -> tuple[float, Floats]:
        """Return the greatest log-likelihood with one share held, and the ratios there; `None` holds none.

        The last place is the share of the rest.
        """
        from scipy.optimize import minimize

        levels = len(self.together)

        def ratios(free: Floats) -> Floats:
            if fixed is None:
                return np.exp(free)
            if fixed == levels:  # the ratios add up to (1 - share) / share, divided as the free numbers say
                weights = np.exp(np.append(free, 0.0))
                whole: Floats = weights / weights.sum() * (1 - share) / share
                return whole
            others = np.exp(free)
            return np.insert(others, fixed, share * (1 + others.sum()) / (1 - share))

        size = levels if fixed is None else levels - 1
        if size == 0:
            held = ratios(np.empty(0))
            return self.log_likelihood(held), held
        start = [0.0 if fixed == levels else -4.0] * size

        def loss(free: Floats) -> float:
            return -self.log_likelihood(ratios(free))

        ends = (-8.0, 8.0) if fixed == levels else (-12.0, 5.0)
        found = minimize(loss, start, method="L-BFGS-B", bounds=[ends] * size, tol=1e-8)
        return -float(found.fun), ratios(np.asarray(found.x, dtype=float))

    def interval(self, place: int, share: float, best: float) -> tuple[float, float]:
        """Return between which values of one share the profile stays within the allowed fall."""
        from scipy.optimize import brentq

        def fall(value: float) -> float:
            return best - self.maximum(place, value)[0] - SPAN

        tiny = 1e-7
        low, high = 0.0, 1.0
        if share > 1e-4 and fall(tiny) > 0:
            low = float(brentq(fall, tiny, min(share, 1 - tiny), xtol=2e-3, rtol=1e-3))
        if share < 1 - 1e-4 and fall(1 - 1e-3) > 0:
            high = float(brentq(fall, max(share, tiny), 1 - 1e-3, xtol=2e-3, rtol=1e-3))
        return low, high
