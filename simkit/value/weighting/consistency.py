"""Contradictions in words: what the three comparisons say that fit together worst, for the facilitator to talk through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simkit.foundation.text import Text
from simkit.intake.workshop.problems import Problem
from simkit.intake.workshop.results import Workshop
from simkit.value.weighting.ahp import AhpResult, Triad, comparison_matrix, is_connected, solve, unlinked


def triad_words(triad: Triad, labels: Mapping[str, Text]) -> Text:
    """Return a contradiction in words.

    Parameters
    ----------
    triad : Triad
        Three criteria with their comparisons.
    labels : mapping of str to Text
        Label of each criterion.
    """
    return Text(
        de="{first} zählt {one} {middle} und {middle} {two} {last}; dann müsste {first} {implied} {last} zählen, gesagt ist "
        "aber: {direct} {last}.",
        en="{first} counts {one} {middle}, and {middle} {two} {last}; then {first} would count {implied} {last}, but what was "
        "said is: {direct} {last}.",
    ).fill(
        first=labels[triad.first],
        middle=labels[triad.middle],
        last=labels[triad.last],
        one=times(triad.step_one),
        two=times(triad.step_two),
        implied=times(triad.implied),
        direct=times(triad.direct),
    )


def times(ratio: float) -> Text:
    """Return how much one thing counts against another: "3 times as much as", "a third (1/3) as much as", "as much as"."""
    if abs(ratio - 1) < 0.05:
        return Text(de="gleich viel wie", en="as much as")
    if ratio > 1:
        number = f"{ratio:.1f}".removesuffix(".0")
        return Text(de=f"{number.replace('.', ',')}-mal so viel wie", en=f"{number} times as much as")
    number = f"{1 / ratio:.1f}".removesuffix(".0")
    return Text(de=f"nur 1/{number.replace('.', ',')} so viel wie", en=f"only 1/{number} as much as")


def comparison_problems(workshop: Workshop, files: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with the comparisons of each participant: some criteria not linked, or contradictions.

    Parameters
    ----------
    workshop : Workshop
        What was read.
    files : mapping of str to str
        File of each participant, to say where to look.
    """
    criteria = workshop.criteria_names
    labels = {one.name: one.label for one in workshop.catalogue.criteria}
    for participant, judgements in workshop.frame("judgements").groupby("participant", sort=True):
        file = files[str(participant)]
        matrix = comparison_matrix(judgements, criteria)
        if not is_connected(matrix):
            names = [labels[name] for name in unlinked(matrix, criteria)]
            listed = Text(de=", ".join(one.de for one in names), en=", ".join(one.en for one in names))
            yield Problem(kind="not_linked", details={"criteria": listed}, file=file)
            continue
        result = solve(matrix, criteria)
        if result.inconsistent and result.worst_triad is not None:
            yield Problem(kind="inconsistent", details=inconsistency_details(result, labels), file=file)


def inconsistency_details(result: AhpResult, labels: Mapping[str, Text]) -> dict[str, Text]:
    """Return ratio and worst triad as the words of the problem want them."""
    assert result.worst_triad is not None
    number = f"{result.consistency_ratio:.2f}"
    ratio = Text(de=number.replace(".", ","), en=number)
    return {"ratio": ratio, "triad": triad_words(result.worst_triad, labels)}
