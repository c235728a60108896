"""Deadlines that deals missed: the reasons people give, and the share that goes with what the sellers did not clear.

Beside it stands the claim of one source that three quarters of missed deadlines lack a qualified deadline or access.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import pooled, wilson
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

CLAIMED_SHARE = 0.75
"""Claimed share of missed deadlines without a qualified deadline or without access to authority [S]."""
FEWEST_SLIPS = 10
FACTORS = ("deadline_qualified", "authority_access")

NO_SLIPS = Text(
    de="Weder erwartete Abschlusstage (expected_on) noch Gründe von Verschiebungen (slip_reason) sind bekannt.",
    en="Neither expected closing days (expected_on) nor reasons of slips (slip_reason) are known.",
)
FEW_SLIPS = Text(
    de="Weniger als {n} verschobene Vorgänge sind bekannt.", en="Fewer than {n} deals that slipped are known."
).fill(n=FEWEST_SLIPS)


@dataclass(frozen=True, kw_only=True)
class Slips:
    """Deadlines missed."""

    deals: int
    slipped: int
    """Deals for which it is known whether they slipped, and those that did."""
    reasons: pd.DataFrame
    """``reason`` (missing for the pool of reasons given by too few people), ``deals, share, cumulative_share``; empty
    where no reasons are recorded."""
    missing_among_slipped: Estimate | None
    """Share of the slipped deals in which the deadline was not qualified or access was missing (Wilson): the figure
    that the claim of 75 % speaks of."""
    attributable: pd.DataFrame
    """``factor`` ("deadline_qualified", "authority_access", "either"), ``share, low, high``; empty where the fields
    are missing or nobody has both."""


def slips(client: ClientData, deals: pd.DataFrame, last: pd.Timestamp, *, seed: int, draws: int) -> Slips | Missing:
    """Return what is known of missed deadlines, or why nothing is.

    Parameters
    ----------
    client : ClientData
        For the smallest group of people that may be shown.
    deals : pandas.DataFrame
        The opportunities.
    last : Timestamp
        Last day of the data: what is still open after its expected day has slipped.
    seed, draws : int
        Bootstrap over deals.
    """
    slipped = _slipped(deals, last)
    if slipped is None:
        return Missing(reason=NO_SLIPS)
    known = deals[slipped.notna()].assign(slipped=slipped.dropna().astype(bool))
    if int(known["slipped"].sum()) < FEWEST_SLIPS:
        return Missing(reason=FEW_SLIPS)
    late = known[known["slipped"]]
    minimum = client.config.privacy.minimum_group
    present = [name for name in FACTORS if name in known and known[name].notna().any()]
    asked = late.dropna(subset=present) if present else late.iloc[:0]
    return Slips(
        deals=len(known),
        slipped=len(late),
        reasons=_reasons(late, minimum),
        missing_among_slipped=wilson(int((asked[present] == "no").any(axis=1).sum()), len(asked)),
        attributable=attributable_shares(known, seed=seed, draws=draws),
    )


def _slipped(deals: pd.DataFrame, last: pd.Timestamp) -> pd.Series | None:
    """Say of each deal whether it missed its expected day; missing where nothing was expected."""
    if "expected_on" in deals and deals["expected_on"].notna().any():
        end = deals["closed_on"].fillna(last)
        return (end > deals["expected_on"]).astype(object).where(deals["expected_on"].notna())
    if "slip_reason" in deals and deals["slip_reason"].notna().any():
        return deals["slip_reason"].notna().astype(object)
    return None


def _reasons(late: pd.DataFrame, minimum: int) -> pd.DataFrame:
    columns = ["reason", "deals", "share", "cumulative_share"]
    if "slip_reason" not in late or late["slip_reason"].isna().all():
        return pd.DataFrame(columns=columns)
    named = late[late["slip_reason"].notna()]
    shown = pooled(named["slip_reason"].astype(object), named["employee_id"], minimum)
    counts = shown.value_counts(dropna=False).rename_axis("reason").reset_index(name="deals")
    share = counts["deals"] / counts["deals"].sum()
    return counts.assign(share=share, cumulative_share=share.cumsum())[columns]


def attributable_shares(known: pd.DataFrame, *, seed: int = 1, draws: int = 2000) -> pd.DataFrame:
    """Return the share of the slips that would not have happened with a qualified deadline, with access, with both.

    Parameters
    ----------
    known : pandas.DataFrame
        ``slipped`` (bool) and, where the client has them, ``deadline_qualified`` and ``authority_access`` ("yes", "no").
    seed, draws : int
        Bootstrap over deals.

    Returns
    -------
    pandas.DataFrame
        ``factor, share, low, high``. Deals in which a field is not filled in are left out.

    Notes
    -----
    Population attributable fraction (Miettinen 1974, American Journal of Epidemiology 99), standardised over the other
    factor as by a saturated logit: ``1 − sum_s n_s P(slip | factor fine, s) / slips``. It is causal only if nothing
    else that makes deals slip goes with the factors. Interval: deals drawn again, 2.5 and 97.5 % points. A stratum in
    which nobody has the factor keeps its own rate, which makes the share smaller, never larger.
    """
    columns = ["factor", "share", "low", "high"]
    present = [name for name in FACTORS if name in known and set(known[name].dropna()) == {"yes", "no"}]
    whole = known.dropna(subset=present) if present else known.iloc[:0]
    if not whole["slipped"].any():
        return pd.DataFrame(columns=columns)
    shape = (2,) * (len(present) + 1)
    cells = [(whole[name] == "no").astype(int).to_numpy() for name in present] + [
        whole["slipped"].astype(int).to_numpy()
    ]
    counts = np.bincount(np.ravel_multi_index(cells, shape), minlength=2 ** len(shape)).astype(float)
    random = stream(seed, -1, "effort.slips")
    drawn = random.multinomial(len(whole), counts / counts.sum(), size=draws).astype(float)
    table = np.concatenate([counts[None], drawn]).reshape(-1, *shape)
    results = {name: _attributable(table, [place + 1]) for place, name in enumerate(present)}
    if len(present) > 1:
        results["either"] = _attributable(table, list(range(1, len(present) + 1)))
    rows = [
        (name, shares[0], *np.nanquantile(shares[1:], [0.025, 0.975])) for name, shares in results.items()
    ]  # the first table is the one observed
    return pd.DataFrame(rows, columns=columns).astype({"share": float, "low": float, "high": float})


def _attributable(table: Floats, axes: list[int]) -> Floats:
    """Return the attributable share of missing factors along some axes (0 fine, 1 missing) of many tables of counts."""
    total = table.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):  # a drawn table may have an empty cell
        risk = table[..., 1] / total
        fine = risk
        for axis in axes:
            fine = np.take(fine, [0], axis=axis)
        expected = np.where(np.isnan(fine), risk, np.broadcast_to(fine, risk.shape))
        avoided = np.nansum(total * (risk - expected), axis=tuple(range(1, total.ndim)))
        slipped: Floats = table[..., 1].sum(axis=tuple(range(1, total.ndim)))
        share: Floats = avoided / slipped
    return share
