"""`simkit plan`: searches the best plan for a client and prints short list, verdict and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from simkit.cli.options import SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import TerminalReporter, console, print_table
from simkit.foundation.errors import DataError
from simkit.foundation.text import Language, Text
from simkit.model.engine_choice import choose_engine

if TYPE_CHECKING:
    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.foundation.formats import Formats
    from simkit.foundation.missing import Missing
    from simkit.study.organisation_study import OrganisationStudy

SETTINGS = ("designs", "search", "draws", "seed", "changes", "jobs", "engine", "confirmed", "lang")
FITTING = Text(de="Modell wird angepasst", en="Fitting the model")
SEARCHING = Text(
    de="Suche nach dem besten Plan: etwa {runs} Läufe, rund {minutes} Minuten",
    en="Searching for the best plan: about {runs} runs, some {minutes} minutes",
)
AGAIN = Text(de="Dieselben Ergebnisse gibt --search {runs}", en="The same results come from --search {runs}")
NOT_POSSIBLE = Text(
    de="Ohne diese Daten lässt sich keine Organisation simulieren.", en="No organisation can be simulated."
)
HEADINGS = (
    Text(de="Plan", en="Plan"),
    Text(de="Im Jahr", en="A year"),
    Text(de="90 % der Ziehungen", en="90% of the draws"),
    Text(de="Richtig in", en="Right in"),
    Text(de="Grenzen", en="Limits"),
)
KEPT, BROKEN = Text(de="eingehalten", en="kept"), Text(de="verletzt", en="broken")
PRICES = Text(
    de="Was Grenzen kosten (beste Pläne, die nur diese eine verletzen)",
    en="What limits cost (best plans that break this one alone)",
)
PRICE = Text(de="{limit}: {price} im Jahr ({low} bis {high})", en="{limit}: {price} a year ({low} to {high})")
RESTS_ON = Text(de="Worauf das beruht", en="What it rests on")
STEPS = Text(de="Schritte", en="Steps")


@click.command("plan", cls=SettingsCommand, settings=SETTINGS)
@client_argument
@debug_option
def command(client: str, debug: bool, **options: Any) -> None:
    """Search the best plan for CLIENT: fit, search (by default normal), confirmation, verdict; `simkit run` writes the report."""
    plan_client(client, {name: value for name, value in options.items() if value is not None})


def plan_client(name: str, asked: Mapping[str, Any]) -> None:
    """Search the best plan for a client and print the answer."""
    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.cli.run_command import known_designs
    from simkit.foundation.missing import Missing
    from simkit.intake.client import load_client
    from simkit.intake.settings.client_folders import folder_of
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.report.context import style_of
    from simkit.report.run.settings_check import check_changes, check_settings, parsed_changes, with_changes

    folder = folder_of(name)
    given = dict(asked)
    if "designs" in given:
        given["designs"] = known_designs(given["designs"], folder)
    settings = RunSettings.checked(given | {"changes": parsed_changes(given.get("changes", ()))})
    check_changes(settings.changes)
    choose_engine(settings.engine)
    client = load_client(folder)
    check_settings(client.config, folder)
    if settings.search is None and client.config.study.search is None:
        settings = settings.model_copy(update={"search": "normal"})
    formats = style_of(client.config, settings.lang).formats
    analysis = ClientAnalysis(client=with_changes(client, settings.changes), settings=settings)
    with TerminalReporter(formats.language) as reporter:
        study = _searched(analysis, reporter, formats)
    if isinstance(study, Missing):
        raise _not_possible(study)
    _tell(study, formats)


def _searched(analysis: ClientAnalysis, reporter: TerminalReporter, formats: Formats) -> OrganisationStudy | Missing:
    from simkit.analysis.simulation import kept_calibration, search_cost
    from simkit.foundation.missing import Missing

    value = analysis.simulated_value
    if isinstance(value, Missing):
        return value
    if kept_calibration(analysis.client).state != "valid":
        reporter.step(FITTING)
        fitted = analysis.calibrate(reporter.simulated)
        if isinstance(fitted, Missing):
            return fitted
    runs, minutes = search_cost(analysis.client, analysis.counted_settings)
    reporter.step(SEARCHING.fill(runs=formats.number(runs), minutes=minutes))
    if (counted := analysis.counted_settings.search) != analysis.settings.search:
        reporter.step(AGAIN.fill(runs=counted))
    return analysis.compare_organisations(reporter.simulated)


def _not_possible(missing: Missing) -> DataError:
    from simkit.study.bilingual_texts import joined

    reason = missing.reason if missing.reason.en else NOT_POSSIBLE
    return DataError(reason, "client.yaml: tables", joined(*missing.remedy))


def _tell(study: OrganisationStudy, formats: Formats) -> None:
    advice, language, screen = study.recommendation, formats.language, console()
    print_table(HEADINGS, _rows(study, formats), language)
    for line in _spelled_out(study, language):
        screen.print(line, soft_wrap=True)
    screen.print(f"\n{advice.headline.to(language)}", soft_wrap=True)
    if not study.gate.passes:
        return
    screen.print(f"{advice.confidence.to(language)}", soft_wrap=True)
    prices = [_price(row, study, formats) for row in study.frame("prices").to_dict("records")]
    if prices:
        screen.print(f"\n{PRICES.to(language)}:")
        for line in prices:
            screen.print(f"  - {line}", soft_wrap=True)
    for title, texts in (
        (RESTS_ON, (*advice.reasons, *advice.confidence_reasons, *advice.risks, advice.measured)),
        (STEPS, advice.next_steps),
    ):
        screen.print(f"\n{title.to(language)}:")
        for text in texts:
            screen.print(f"  - {text.to(language)}", soft_wrap=True)


def _spelled_out(study: OrganisationStudy, language: Language) -> Iterator[str]:
    """Yield all changes of the plans that the table calls by a letter."""
    for row in study.select("designs", role="main").to_dict("records"):
        name, changes = str(row[f"label_{language}"]), str(row[f"changes_{language}"])
        if name != changes:
            yield f"{name.partition(':')[0]}: {changes}"


def _price(row: Mapping[Any, Any], study: OrganisationStudy, formats: Formats) -> str:
    from simkit.study.advice.gain_words import gain_words
    from simkit.study.bilingual_texts import numbers_of

    goals, numbers = study.settings.goals, numbers_of(formats)
    low, price, high = (gain_words(float(row[name]), goals, numbers) for name in ("low", "price", "high"))
    return PRICE.fill(limit=row[f"label_{formats.language}"], price=price, low=low, high=high).to(formats.language)


def _rows(study: OrganisationStudy, formats: Formats) -> Iterator[tuple[str, ...]]:
    """Yield the plans of the short list, the best first."""
    from simkit.study.advice.answer_texts import broken_words
    from simkit.study.advice.gain_words import gain_words
    from simkit.study.bilingual_texts import numbers_of

    label = f"label_{formats.language}"
    titles, joint = study.frame("designs").set_index("design")[label], study.drawn
    rows = study.select("confirmed", scenario=study.main_scenario).sort_values("gain", ascending=False, kind="stable")
    for row in rows.to_dict("records"):
        name = str(row["design"])
        drawn = joint.get(name)
        span = f"{formats.amount(drawn['low'])} … {formats.amount(drawn['high'])}" if drawn else "–"
        right = formats.share(drawn["reliability"], 0) if drawn else "–"
        limits = KEPT.to(formats.language)
        if isinstance(row["broken"], str) and row["broken"]:
            limits = f"{BROKEN.to(formats.language)}: {broken_words(row['broken'].split()).to(formats.language)}"
        gain = gain_words(float(row["gain"]), study.settings.goals, numbers_of(formats)).to(formats.language)
        yield str(titles[name]), gain, span, right, limits
