"""How a gain is written: in money where money counts, else in what the goals of the client count."""

from __future__ import annotations

from simkit.foundation.text import Text
from simkit.intake.settings.goals_settings import Goals
from simkit.study.bilingual_texts import BilingualNumbers

HOURS = Text(de="{n} Stunden", en="{n} hours")
WEIGHTED = Text(de="{n} (gewichtet)", en="{n} (weighted)")


def gain_words(value: float, goals: Goals, numbers: BilingualNumbers) -> Text:
    """Return a yearly gain in words.

    Parameters
    ----------
    value : float
        In the unit of the goals (:attr:`simkit.intake.settings.goals_settings.Goals.gains_in`).
    """
    if goals.gains_in == "money":
        return numbers.amount(value)
    if goals.gains_in == "hours":
        return HOURS.fill(n=numbers.number(value))
    return WEIGHTED.fill(n=numbers.signed_share(value))
