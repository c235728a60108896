"""What a client's data and files let the next run expect: what stands in the way of a verdict, of a calibration, of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.analysis.simulation import kept_calibration
from simkit.foundation.errors import ConfigError
from simkit.foundation.missing import Missing, present
from simkit.foundation.paths import workspace
from simkit.foundation.text import Text
from simkit.intake.client import ClientData
from simkit.model.specification.model_parameters import SEGMENTS, ParameterSet
from simkit.study.bilingual_texts import joined
from simkit.study.calibration.client_fit import draft, what_stands_in_the_way
from simkit.study.calibration.client_parameters import own_parameters
from simkit.value.customers.customer_value import CustomerValue

NEEDED = Text(de="{reason} Dafür nötig: {remedy}.", en="{reason} Needed for that: {remedy}.")
UNUSABLE = Text(de="{what} ({where}) {remedy}", en="{what} ({where}) {remedy}")
OVER_NEED = Text(
    de="{path} ist von Hand auf {planned} gesetzt; das ist mehr, als Kunden im Jahr brauchen ({need}: {needed}). Prüfen Sie "
    "beide Zahlen.",
    en="{path} is set to {planned} by hand, which is more than customers need a year ({need}: {needed}). Check both "
    "numbers.",
)


def run_outlook(analysis: ClientAnalysis) -> Iterator[Text]:
    """Yield one sentence for each thing that a run of a client would meet; nothing where all is in order."""
    value = analysis.simulated_value
    if isinstance(value, Missing):
        yield _told(value)
    else:
        yield from _on_fit(analysis, value)
    yield from _on_calibration(analysis.client)


def _on_fit(analysis: ClientAnalysis, value: CustomerValue) -> Iterator[Text]:
    client, time_use = analysis.client, present(analysis.time_use)
    if (missing := what_stands_in_the_way(draft(client, time_use, value))) is not None:
        yield _told(missing)
    yield from over_need(own_parameters(client, time_use, value))


def _told(missing: Missing) -> Text:
    remedy = joined(*missing.remedy)
    return NEEDED.fill(reason=missing.reason, remedy=remedy) if missing.remedy else missing.reason


def over_need(parameters: ParameterSet) -> Iterator[Text]:
    """Yield a warning for every segment with more contacts planned by hand than its customers need."""
    for name in SEGMENTS:
        path, need = f"care.{name}.contacts_per_year", f"care.{name}.needed_contacts_per_year"
        planned, needed = parameters[path], parameters[need]
        if planned.provenance.kind == "option" and planned.value > needed.value:
            values = {"planned": f"{planned.value:.6g}", "needed": f"{needed.value:.6g}"}  # as they are typed
            yield OVER_NEED.fill(path=path, need=need, **values)


def _on_calibration(client: ClientData) -> Iterator[Text]:
    """Yield what is wrong with the calibration that is kept; outside of a workspace none is."""
    if (workspace(client.folder) or workspace()) is None:
        return
    try:
        saved = kept_calibration(client)
    except ConfigError as error:
        yield UNUSABLE.fill(what=error.what, where=error.where, remedy=error.remedy)
        return
    if saved.state not in ("none", "valid"):
        yield saved.words
