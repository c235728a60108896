"""What a grid will cost, told before it starts: a slip of a digit must not keep a machine busy for a week."""

from __future__ import annotations

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text
from simkit.study.standards import standard

SECONDS_AN_HOUR = 3600.0


def serial_hours(runs: int, seconds_per_run: float | None) -> float:
    """Return the hours that runs take on one process; without a measured time per run with the standard's.

    Parameters
    ----------
    runs : int
        Number of runs.
    seconds_per_run : float or None
        Measured, processor time.
    """
    return runs * (seconds_per_run or standard("assumption.seconds_per_run")) / SECONDS_AN_HOUR


def too_long(hours: float) -> bool:
    """Tell whether hours are more than a study may take without being asked for."""
    return hours > standard("rule.confirm_hours")


def too_costly(runs: int, seconds_per_run: float | None, workers: int) -> UsageError:
    """Return the error that tells the cost and how to agree to it."""
    hours = serial_hours(runs, seconds_per_run) / workers
    measured = (
        Text(de="zuletzt gemessen", en="as last measured") if seconds_per_run else Text(de="Vorgabe", en="default")
    )
    what = Text(
        de="Das sind {runs} Läufe, die noch nicht gerechnet sind: etwa {hours} Stunden.",
        en="These are {runs} runs that have not been run yet: about {hours} hours.",
    )
    basis = Text(
        de="{seconds} s je Lauf ({measured}), Prozesse: {workers}",
        en="{seconds} s a run ({measured}), processes: {workers}",
    )
    seconds = _dotted(round(seconds_per_run or standard("assumption.seconds_per_run"), 1))
    remedy = Text(
        de="Weniger Wiederholungen, Entwürfe oder Szenarien wählen, ein --cluster angeben, oder mit --yes einverstanden sein (in "
        "einem Notebook Execution(confirmed=True)).",
        en="Choose fewer replications, designs or scenarios, name a --cluster, or agree with --yes (in a notebook "
        "Execution(confirmed=True)).",
    )
    hint = basis.fill(seconds=seconds, measured=measured, workers=workers)
    return UsageError(
        Text(
            de=f"{what.fill(runs=_dotted(runs), hours=_dotted(hours)).de} {hint.de}.",
            en=f"{what.fill(runs=_dotted(runs), hours=_dotted(hours)).en} {hint.en}.",
        ),
        "",
        remedy,
    )


def _dotted(number: float) -> Text:
    """Return a number with its thousands marked, and one decimal where it is small."""
    english = f"{number:,.1f}" if number < 10 and number != round(number) else f"{number:,.0f}"
    german = english.translate(str.maketrans(",.", ".,"))
    return Text(de=german, en=english)
