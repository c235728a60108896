"""The truth that an advice is held against: mean yearly gain of every organisation over today, in many replications."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.stats import t

from .days import World
from .digest import world_digest
from .draws import Floats, Whole
from .firm import YEAR_DAYS
from .plans import LEVELS, NAMES, TODAY, Plan, plans
from .settling import PAST_DAYS, Settled, settled, today

FEWEST, BATCH, MOST = 96, 96, 384
"""Replications: at least, at a time, at most."""
PRECISE = 0.003
"""Half-width of the 95 % interval of a gain, as a share of today's contribution, from which no more are run."""
HORIZON_YEARS = 2
LEAST_MORE = 0.03
"""Rise of contacts (log scale) below which it tells no elasticity."""
ZONE, RELEVANT = 0.01, 0.02
"""Gain up to which a firm counts as null, and above which it counts as gaining; shares of contribution."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of one firm."""

    seed: int
    kind: str
    people: int
    customers: int
    load: float
    """Task hours over hours that are there for tasks."""
    elasticity: float
    """Rise of contribution over rise of contacts (log scale) when service levels are agreed on: of all reactions together."""
    contribution: float
    """Of a year of today's organisation."""
    replications: int
    gains: dict[str, float]
    """By organisation: yearly gain over today as a share of that contribution, cost of the change included."""
    half_widths: dict[str, float]
    """Of their 95 % intervals, same unit."""
    world: str = ""
    """The rules that it comes from (:func:`foreign.digest.world_digest`)."""

    @property
    def best(self) -> str:
        """The organisation with the largest gain, today's where none gains."""
        return max(self.gains, key=lambda name: self.gains[name])

    @property
    def null(self) -> bool:
        """Whether nothing gains more than what counts as none."""
        return max(self.gains.values()) <= ZONE

    @property
    def gaining(self) -> bool:
        """Whether something gains relevantly."""
        return max(self.gains.values()) > RELEVANT


def change_amount(chosen: Plan, one: Settled) -> float:
    """Return what a change costs at once: by person whose task changes."""
    return float(chosen.changed.sum()) * one.firm.change.person_amount


def yearly_profit(one: Settled, chosen: Sequence[Plan], replications: Whole) -> tuple[Floats, World]:
    """Return contribution less the cost of the change a year, shape (plans, replications), and the worlds.

    Salaries are the same whatever the organisation, so they leave no difference.
    """
    days = HORIZON_YEARS * YEAR_DAYS
    world = World(one.firm, one.places, today(one.firm, one.places), replications, past_days=PAST_DAYS, days=days)
    world.run(PAST_DAYS)
    world.fork(tuple(chosen))
    world.run(days)
    whole = world.tally.contribution.sum(axis=1).reshape(len(chosen), len(replications))
    cost = np.array([change_amount(plan, one) for plan in chosen])
    return np.asarray((whole - cost[:, None]) / HORIZON_YEARS), world


def load_of(world: World, plan: int) -> float:
    """Return task hours over hours that are there for tasks under one plan."""
    mine, tally = world.plan_of == plan, world.tally
    return float(tally.hours[mine].sum() / tally.available_h[mine].sum())


def elasticity(world: World) -> float:
    """Return the elasticity of contribution to contacts between today and the agreed service levels.

    Contacts are weighted by the contribution of their segment; NaN where contacts hardly differ.
    """
    number = {plan.name: world.plan_of == place for place, plan in enumerate(world.plans)}
    now, then = number[TODAY], number[LEVELS]
    money, contacts = world.tally.by_segment, world.tally.contacts
    weight = money[now].sum(axis=0) / money[now].sum()
    more = float(weight @ np.log(contacts[then].sum(axis=0) / contacts[now].sum(axis=0)))
    return float(np.log(money[then].sum() / money[now].sum()) / more) if abs(more) > LEAST_MORE else float("nan")


def truth(seed: int, *, precise: float = PRECISE, fewest: int = FEWEST, most: int = MOST) -> Truth:
    """Return the truth about one firm: replications are added until every gain is known precisely."""
    one = settled(seed)
    chosen = plans(one.firm, one.places, one.hours, NAMES)
    profit = np.zeros((len(chosen), 0))
    while True:
        number = profit.shape[1]
        batch = np.arange(number, number + min(BATCH if number else fewest, most - number))
        more, world = yearly_profit(one, chosen, batch)
        profit = np.concatenate([profit, more], axis=1)
        mean, half = _gains(profit)
        if half.max() <= precise or profit.shape[1] >= most:
            break
    return Truth(
        seed=seed, kind=one.firm.kind, people=one.firm.people, customers=one.firm.customers,
        load=round(load_of(world, 0), 4), elasticity=round(elasticity(world), 3),

        contribution=round(float(profit[0].mean()), 0), replications=profit.shape[1],
        gains={plan.name: round(float(gain), 5) for plan, gain in zip(chosen, mean, strict=True)},
        half_widths={plan.name: round(float(width), 5) for plan, width in zip(chosen, half, strict=True)},
        world=world_digest(),
    )  # fmt: skip


def _gains(profit: Floats) -> tuple[Floats, Floats]:
    """Return mean paired gains over the first organisation, and half-widths of their 95 % intervals, as shares of it."""
    difference, number = profit - profit[0], profit.shape[1]
    base = float(profit[0].mean())
    half = t.ppf(0.975, number - 1) * difference.std(axis=1, ddof=1) / np.sqrt(number)
    return difference.mean(axis=1) / base, half / base


def read_truths(file: Path) -> list[Truth]:
    """Return the truths of a file that come from the present rules, one a line; none where there is no file."""
    if not file.is_file():
        return []
    rows = [Truth(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [one for one in rows if one.world == world_digest()]


def add_truth(file: Path, one: Truth) -> None:
    """Append one truth to a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(asdict(one)) + "\n")
