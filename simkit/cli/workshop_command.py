"""`simkit workshop`: writes questionnaires, and reads those that come back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simkit.cli.options import Commands, SettingsCommand, client_argument, debug_option
from simkit.cli.terminal import print_findings
from simkit.foundation.errors import DataError, UsageError
from simkit.foundation.text import Language, Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.intake.settings.client_settings import ClientConfig
    from simkit.intake.workshop.forms import Customer
    from simkit.intake.workshop.questionnaire import Participant, Questionnaire
    from simkit.intake.workshop.questionnaire_reading import ReadWorkshop

BLANK = Text(de="Fragebogen", en="Questionnaire")


@click.group("workshop", cls=Commands)
def command() -> None:
    """Ask people what makes a customer valuable: Excel questionnaires out, answers in."""


@command.command("new", cls=SettingsCommand, settings=("lang",))
@client_argument
@click.option("--for", "people", multiple=True, metavar="NAME;DEPARTMENT", help="One file for each; can be repeated.")
@click.option(
    "--customers", type=click.IntRange(min=0), default=15, show_default=True, help="How many customers are to be rated."
)
@click.option("--industry", help="Criteria of this industry instead of that in client.yaml.")
@debug_option
def workshop_new(client: str, debug: bool, **options: Any) -> None:
    """Write the questionnaire for CLIENT into its folder workshop, as a blank or one for each named participant."""
    make_questionnaires(client, **options)


@command.command("read", cls=SettingsCommand, settings=("lang",))
@client_argument
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Where the files are.")
@debug_option
def workshop_read(client: str, folder: Path | None, lang: Language | None, debug: bool) -> None:
    """Read all filled questionnaires of CLIENT, show what was found, and keep what was valid for the next run."""
    read_questionnaires(client, folder, lang)


def make_questionnaires(
    name: str, *, people: Sequence[str], customers: int, industry: str | None, lang: Language | None
) -> None:
    """Write a blank questionnaire, one for each named participant, and the file of criteria, and tell where they are."""
    from simkit.intake.settings.client_folders import folder_of
    from simkit.intake.settings.client_settings import load_config
    from simkit.intake.workshop.questionnaire import Questionnaire, write_questionnaire
    from simkit.intake.workshop.value_criteria import CHOICE_NAME, choice_file, client_catalogue
    from simkit.intake.workshop.workshop_results import workshop_folder
    from simkit.intake.workshop_session import usable_client
    from simkit.value.score.segments import CUTOFFS

    folder = folder_of(name)
    config = load_config(folder)
    language = lang or config.language
    place = workshop_folder(folder)
    chosen = _chosen_industry(industry, place) or config.industry
    catalogue = client_catalogue(place, chosen)
    persons = [person_of(written) for written in people]
    targets = _targets(place, persons, language)
    asked = Questionnaire(
        client=config.client,
        client_name=config.name,
        language=language,
        catalogue=catalogue,
        customers=top_customers(usable_client(folder), customers),
        segments=tuple("ABCD"[: config.score.natural_classes or len(config.score.cutoffs or CUTOFFS) + 1]),
        created=dt.datetime.combine(dt.date.today(), dt.time()),
    )
    place.mkdir(exist_ok=True)
    if not (place / CHOICE_NAME).exists():
        (place / CHOICE_NAME).write_text(choice_file(catalogue), encoding="utf-8", newline="\n")
    for target, person in targets.items():
        click.echo(str(write_questionnaire(target, asked, person=person)))
    _tell_next(config, place, asked, language)


def _chosen_industry(industry: str | None, place: Path) -> str | None:
    """Return the industry that was asked for; a file that chooses criteria already must not be passed over in silence."""
    from simkit.intake.workshop.value_criteria import CHOICE_NAME, checked_industry

    if industry and (place / CHOICE_NAME).exists():
        raise UsageError(
            Text(de="Die Kriterien sind schon gewählt.", en="The criteria are chosen already."),
            str(place / CHOICE_NAME),
            Text(
                de="Ändern Sie sie dort, oder löschen Sie die Datei, um die einer Branche zu nehmen.",
                en="Change them there, or delete the file to take those of an industry.",
            ),
        )
    return checked_industry(industry) if industry else None


def person_of(written: str) -> Participant:
    """Return a participant who is written as "name" or "name; department".

    Raises
    ------
    UsageError
        The name is empty.
    """
    from simkit.intake.workshop.questionnaire import Participant

    name, _, department = written.partition(";")
    if not name.strip():
        raise UsageError(
            Text(de="Ein Teilnehmer hat keinen Namen.", en="A participant has no name."),
            f"--for {written!r}",
            Text(de='Schreiben Sie --for "Name; Abteilung".', en='Write --for "name; department".'),
        )
    return Participant(name=name.strip(), department=department.strip())


def _targets(place: Path, people: Sequence[Participant], language: Language) -> dict[Path, Participant | None]:
    """Return the files to be written; none of them may be there already, since it may hold answers."""
    word = BLANK.to(language)
    targets: dict[Path, Participant | None] = {} if people else {place / f"{word}.xlsx": None}
    for one in people:
        safe = re.sub(r"[^\w-]+", "_", one.name).strip("_") or "x"
        if place / f"{word}_{safe}.xlsx" in targets:
            raise UsageError(
                Text(de="Zwei Teilnehmer heißen „{name}“.", en="Two participants are called '{name}'.").fill(
                    name=one.name
                ),
                "--for",
                Text(de="Ergänzen Sie einen Zusatz.", en="Add something to tell them apart."),
            )
        targets[place / f"{word}_{safe}.xlsx"] = one
    present = [path for path in targets if path.exists()]
    if present:
        raise UsageError(
            Text(de="Diesen Fragebogen gibt es schon.", en="This questionnaire exists already."),
            ", ".join(map(str, present)),
            Text(
                de="Er kann Antworten enthalten. Verschieben oder löschen Sie ihn selbst.",
                en="It may hold answers. Move or delete it yourself.",
            ),
        )
    return targets


def top_customers(client: ClientData | None, number: int) -> tuple[Customer, ...]:
    """Return the customers with the most revenue, largest first; none where revenue by customer is not known."""
    from simkit.intake.workshop.forms import Customer
    from simkit.value.customer_figures import customer_figures

    if client is None:
        return ()
    try:
        table = customer_figures(client).customers
    except DataError:
        return ()
    table = (
        table[table["revenue_amount"] > 0].sort_values("revenue_amount", ascending=False, kind="stable").head(number)
    )
    names = table["name"] if "name" in table else table.index.to_series()
    return tuple(
        Customer(customer_id=str(number), name=str(name)) for number, name in zip(table.index, names, strict=True)
    )


def _tell_next(config: ClientConfig, place: Path, asked: Questionnaire, language: Language) -> None:
    if not asked.customers:
        click.echo(
            Text(
                de="Ohne Aufträge oder Verkaufschancen mit Kunden hat das Blatt „Kunden“ keine Zeilen.",
                en="Without orders or opportunities that name customers the sheet 'Customers' has no rows.",
            ).to(language)
        )
    following = Text(
        de="{n} Kriterien, {customers} Kunden. Kriterien ändern: {place}/criteria.yaml, dann den Fragebogen neu schreiben.\n"
        "Als Nächstes: ausfüllen lassen, die Dateien in diesen Ordner legen, dann simkit workshop read {client}.",
        en="{n} criteria, {customers} customers. To change criteria: {place}/criteria.yaml, then write the questionnaire anew.\n"
        "Next: have them filled in, put the files into this folder, then simkit workshop read {client}.",
    )
    filled = following.fill(
        n=len(asked.catalogue.criteria), customers=len(asked.customers), place=place, client=config.client
    )
    click.echo(filled.to(language))


def read_questionnaires(name: str, folder: Path | None, lang: Language | None) -> None:
    """Read all questionnaires of a folder, tell what was found, and store what was valid.

    Raises
    ------
    DataError
        The folder holds no questionnaire with answers.
    """
    from simkit.intake.findings import worst_first
    from simkit.intake.settings.client_folders import folder_of
    from simkit.intake.settings.client_settings import load_config
    from simkit.intake.workshop.questionnaire_reading import NOBODY
    from simkit.intake.workshop.workshop_results import workshop_folder, write_results
    from simkit.intake.workshop_session import read_client_workshop
    from simkit.value.weighting.ahp import comparison_problems

    client_folder = folder_of(name)
    config = load_config(client_folder)
    language = lang or config.language
    place = folder or workshop_folder(client_folder)
    found = read_client_workshop(client_folder, folder)
    problems = [*found.problems, *comparison_problems(found.workshop, found.files)]
    print_findings(worst_first(one.finding() for one in problems), language)
    if not found.workshop.people:
        raise DataError(NOBODY.fill(folder=place), str(place), _NOBODY_REMEDY.fill(client=config.client))
    written = write_results(found.workshop, workshop_folder(client_folder))
    _tell_read(found, written, config, language)


def _tell_read(found: ReadWorkshop, written: Path, config: ClientConfig, language: Language) -> None:
    from simkit.foundation.missing import Missing
    from simkit.value.weighting.group import consensus_word, group_weights

    workshop = found.workshop
    sizes = Text(
        de="{people} Teilnehmer: {pairs} Vergleiche, {points} Punkte, {ratings} Noten, {taboos} Tabus.",
        en="{people} participants: {pairs} comparisons, {points} points, {ratings} ratings, {taboos} taboos.",
    )
    counts = {"pairs": "judgements", "points": "points", "ratings": "ratings", "taboos": "taboos"}
    filled = sizes.fill(people=workshop.people, **{key: len(workshop.frame(name)) for key, name in counts.items()})
    click.echo(filled.to(language))
    group = group_weights(workshop, minimum=config.privacy.minimum_group)
    if isinstance(group, Missing):
        click.echo(_NO_WEIGHTS.to(language))
    elif group.consensus is not None:
        text = Text(
            de="Einigkeit über die Gewichte: {share} % ({word}).", en="Consensus on the weights: {share}% ({word})."
        )
        said = text.fill(share=round(100 * group.consensus), word=consensus_word(group.consensus))
        click.echo(said.to(language))
    following = Text(
        de="Gespeichert in {place}; der nächste Lauf (simkit run {client}) verwendet es.",
        en="Stored in {place}; the next run (simkit run {client}) uses it.",
    )
    click.echo(following.fill(place=written, client=config.client).to(language))


_NO_WEIGHTS = Text(
    de="Weniger als zwei Teilnehmer haben gewichtet: die Gewichte bleiben, wie sie waren.",
    en="Fewer than two participants gave weights: the weights stay as they were.",
)
_NOBODY_REMEDY = Text(
    de="Legen Sie ausgefüllte Fragebögen dorthin; leere schreibt simkit workshop new {client}. Was früher eingelesen wurde, "
    "ist unverändert.",
    en="Put filled questionnaires there; simkit workshop new {client} writes blank ones. What was read earlier is unchanged.",
)
