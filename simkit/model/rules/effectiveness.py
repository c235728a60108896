"""How effective a person is: ability, motivation and opportunity (AMO) in one number, relative to today.

The arithmetic tenures beside the core, which receives one number per person and month; it moves win chance and the effect
of a contact, not typing speed. Incentives act on motivation only, training and coaching on ability, tools and room on
opportunity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from simkit.foundation.kept import kept_with_first
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.units import MONTHS_PER_YEAR

Tier = Literal["top", "middle", "tail"]
Form = Callable[[float, float, float], float]

DRAWS = NormalDist()


@dataclass(frozen=True, kw_only=True)
class Tiers:
    """The narrow top, broad middle and distant tail of a standard-normal ability.

    The borders belong to the population, not to the organisation: in an organisation of eight, one replication has
    no top performer and the next has two, which is luck and no effect of a lever.
    """

    top_share: float
    tail_share: float
    """Shares of the two outer tiers, 0 to 0.5 each."""

    def of(self, ability: float) -> Tier:
        """Return the tier of an ability draw."""
        if self.top_share > 0 and ability > DRAWS.inv_cdf(1 - self.top_share):
            return "top"
        if self.tail_share > 0 and ability < DRAWS.inv_cdf(self.tail_share):
            return "tail"
        return "middle"

    @property
    def top_mean(self) -> float:
        """Mean draw of the top tier, φ(z)/share with z its border; minus infinity when there is no top tier."""
        if self.top_share == 0:
            return -math.inf
        return DRAWS.pdf(DRAWS.inv_cdf(1 - self.top_share)) / self.top_share


class Effectiveness:
    """Effectiveness of people under one design, in standard deviations; the mean of today's holders is 0 without gains.

    e = form(A, M, O) less the mean of form(A, 0, 0) over today's holders, where

    - A = spread × draw + (training × 0.5^(month / half-life) + coaching) × tier factor, and for the middle tier the
      learning loop: it closes the share 1 − exp(−learning × years) of the gap to the top that is left after that;
    - M = expectancy × (incentive + games × max(0, 1 − incentive / strong incentive) × 0.5^(month / half-life of games));
    - O = opportunity gain.

    The tier factor is 1 in the middle and `amo.outer_tier_share` at top and tail. Coaching goes on and does not decay.
    It also lengthens the half-life of training, up to `amo.coaching_retention_factor` times at `amo.strong_coaching`: the
    total effect of something that halves every h months is proportional to h, so a half-life four times as long is
    what "training with coaching brings four times as much" says.

    Parameters
    ----------
    parameters : ParameterSet
        The design's parameter set, with the gains of its levers.
    abilities_today : sequence of float
        Standard-normal ability draws of today's holders; may be empty (all posts vacant): then nothing is subtracted.

    Notes
    -----
    Additive form: 91 % of explained variance, interaction 9 % (Van Iddekinge et al. 2018). Games add nothing when
    incentives are strong (Banuri et al. 2024); a negative incentive does not make them stronger than alone. Training and
    coaching by tier and the factor of coaching are vendors' figures. Caveat: one ability, while strategic and social
    competence may differ.
    """

    def __init__(self, parameters: ParameterSet, abilities_today: Sequence[float]) -> None:
        v = parameters.value
        self._spread = v("amo.spread")
        self._tiers = Tiers(top_share=v("amo.top_share"), tail_share=v("amo.tail_share"))
        self._form = _forms(v("amo.index_per_score"))[round(v("amo.form"))]
        self._incentive, self._expectancy = v("amo.motivation_gain"), v("amo.expectancy")
        room = min(1.0, max(0.0, 1 - self._incentive / v("amo.strong_incentive")))
        self._games, self._games_months = v("amo.gamification_gain") * room, v("amo.gamification_half_life_months")
        self._opportunity = v("amo.opportunity_gain")
        self._training, self._coaching = v("amo.training_gain"), v("amo.coaching_gain")
        self._training_months = v("amo.training_half_life_months") * _retention(parameters)
        self._outer_share = v("amo.outer_tier_share")
        self._learning = v("amo.learning_per_year")
        today = [self._form(self._spread * draw, 0.0, 0.0) for draw in abilities_today]
        self._mean_today = math.fsum(today) / len(today) if today else 0.0

    def tier(self, ability: float) -> Tier:
        """Return the tier of an ability draw: top, middle or tail."""
        return self._tiers.of(ability)

    def today(self, ability: float) -> float:
        """Return the effectiveness without any gain of a lever, in standard deviations."""
        return self._form(self._spread * ability, 0.0, 0.0) - self._mean_today

    def by_month(self, ability: float, months: int) -> list[float]:
        """Return the effectiveness in months 0 to `months` − 1 after go-live, with the gains of the levers.

        Parameters
        ----------
        ability : float
            Standard-normal draw of the person.
        months : int
            How many months.
        """
        tier, brought = self.tier(ability), self._months(months)
        effect = {
            month: self._form(self._ability(ability, tier, month[0], month[1]), month[2], self._opportunity)
            - self._mean_today
            for month in dict.fromkeys(brought)  # without levers all months are alike
        }
        return [effect[month] for month in brought]

    def _ability(self, ability: float, tier: Tier, taught: float, learned: float) -> float:
        own = self._spread * ability + taught * (1.0 if tier == "middle" else self._outer_share)
        if tier != "middle" or self._learning == 0 or self._spread == 0:
            return own
        top = self._spread * self._tiers.top_mean + taught * self._outer_share
        return own + max(0.0, top - own) * learned

    @kept_with_first
    def _months(self, months: int) -> list[tuple[float, float, float]]:
        """Return what each month brings to anybody: ability taught, share of the gap to the top closed, motivation."""
        return [
            (
                self._coaching + self._training * _halved(month, self._training_months),
                1 - math.exp(-self._learning * month / MONTHS_PER_YEAR),
                self._expectancy * (self._incentive + self._games * _halved(month, self._games_months)),
            )
            for month in range(months)
        ]


def _retention(parameters: ParameterSet) -> float:
    """Return how many times longer training lasts with this much coaching."""
    v = parameters.value
    strength = min(1.0, max(0.0, v("amo.coaching_gain") / v("amo.strong_coaching")))
    return 1 + (v("amo.coaching_retention_factor") - 1) * strength


def _halved(month: int, half_life_months: float) -> float:
    return math.exp(-math.log(2) * month / half_life_months)


def _forms(index_per_score: float) -> tuple[Form, Form, Form]:
    """Return the three ways of putting A, M and O together, each in standard deviations (0 = today's middle)."""

    def additive(ability: float, motivation: float, opportunity: float) -> float:
        return ability + motivation + opportunity

    def multiplicative(ability: float, motivation: float, opportunity: float) -> float:
        scores = (ability, motivation, opportunity)
        return (math.prod(max(0.0, 1 + index_per_score * score) for score in scores) - 1) / index_per_score

    def minimum(ability: float, motivation: float, opportunity: float) -> float:
        return min(ability, motivation, opportunity)

    return additive, multiplicative, minimum
