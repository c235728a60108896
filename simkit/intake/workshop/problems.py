"""What can be wrong with a filled questionnaire: each kind with its words, its remedy, and how much it matters.

While reading, a problem names file, sheet and cell; what is stored and reported only counts questionnaires by kind, so that
no answer leads back to a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from simkit.foundation.text import Text, same
from simkit.intake.findings import Finding, Severity


@dataclass(frozen=True, kw_only=True)
class ProblemKind:
    """One kind of problem."""

    severity: Severity
    """Whether it changes a result."""
    what: Text
    """What was found, with places for the details."""
    remedy: Text
    summary: Text
    """The same without details, for the report."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One problem at one place."""

    kind: str
    """Key in `KINDS`."""
    details: Mapping[str, Any]
    """Fills the places of its words."""
    file: str
    sheet: str = ""
    cell: str = ""
    """Where; cell as Excel names it."""
    row: int | None = None
    """Row as Excel counts."""

    def finding(self) -> Finding:
        """Return it as a finding with its place."""
        kind = KINDS[self.kind]
        return Finding(
            severity=kind.severity,
            what=kind.what.fill(**self.details),
            file=f"{self.file}!{self.sheet}" if self.sheet else self.file,
            column=self.cell,
            row=self.row,
            remedy=kind.remedy.fill(**self.details),
        )


def counted(problems: Iterable[Problem]) -> dict[str, int]:
    """Return in how many files each kind of problem occurs."""
    files: dict[str, set[str]] = defaultdict(set)
    for one in problems:
        files[one.kind].add(one.file)
    return {kind: len(files[kind]) for kind in KINDS if kind in files}


def summary_findings(counts: Mapping[str, int], place: str) -> tuple[Finding, ...]:
    """Return one finding per kind, without file and cell.

    Parameters
    ----------
    counts : mapping of str to int
        Questionnaires by kind of problem.
    place : str
        Where the questionnaires lie.
    """
    return tuple(
        Finding(severity=KINDS[kind].severity, what=KINDS[kind].summary, file=place, count=count, remedy=READ_AGAIN)
        for kind, count in counts.items()
        if kind in KINDS
    )


READ_AGAIN = Text(de="Einzelheiten zeigt simkit workshop read.", en="simkit workshop read shows the details.")
_CORRECT = Text(de="Korrigieren Sie die Zelle und lesen Sie neu ein.", en="Correct the cell and read again.")
_FILL_IN = Text(de="Lassen Sie das Blatt ausfüllen, wenn es gebraucht wird.", en="Have the sheet filled in if needed.")


def _kind(severity: Severity, what: Text, remedy: Text, summary: Text) -> ProblemKind:
    return ProblemKind(severity=severity, what=what, remedy=remedy, summary=summary)


KINDS: Mapping[str, ProblemKind] = MappingProxyType(
    {
        "broken_file": _kind(
            "serious",
            Text(de="Die Datei lässt sich nicht öffnen: {reason}", en="The file cannot be opened: {reason}"),
            Text(
                de="Öffnen Sie sie in Excel und speichern Sie sie ohne Kennwort als .xlsx.",
                en="Open it in Excel and save it as .xlsx without a password.",
            ),
            Text(de="Fragebogen nicht lesbar", en="Questionnaire cannot be opened"),
        ),
        "no_questionnaire": _kind(
            "minor",
            Text(de="Die Datei ist kein Fragebogen.", en="The file is not a questionnaire."),
            Text(
                de="Legen Sie nur Fragebögen in diesen Ordner, oder stellen Sie die Überschriften wieder her.",
                en="Put questionnaires only into this folder, or restore the headings.",
            ),
            Text(de="Datei ohne Fragebogen im Ordner des Workshops", en="File without a questionnaire in the folder"),
        ),
        "other_client": _kind(
            "serious",
            Text(de="Der Fragebogen gehört zum Kunden „{found}“.", en="The questionnaire belongs to client '{found}'."),
            Text(
                de="Er wurde nicht eingelesen; legen Sie ihn zu seinem Kunden.",
                en="It was not read; put it to its client.",
            ),
            Text(de="Fragebogen eines anderen Kunden", en="Questionnaire of another client"),
        ),
        "blank": _kind(
            "minor",
            Text(de="Der Fragebogen ist leer.", en="The questionnaire is empty."),
            Text(de="Nichts zu tun, wenn es die Vorlage ist.", en="Nothing to do if it is the template."),
            Text(de="Leerer Fragebogen", en="Empty questionnaire"),
        ),
        "older_vote": _kind(
            "serious",
            Text(
                de="Dieselbe Person hat noch einen Fragebogen: {newer}. Der neuere zählt, dieser nicht.",
                en="The same person has another questionnaire: {newer}. The newer one counts, this one does not.",
            ),
            Text(
                de="Sind es zwei Personen gleichen Namens, ergänzen Sie im Blatt „Zur Person“ einen Zusatz.",
                en="If they are two people of the same name, add something to the name on the sheet 'About you'.",
            ),
            Text(
                de="Zweiter Fragebogen einer Person, der neuere zählt",
                en="Second questionnaire of a person, the newer counts",
            ),
        ),
        "same_vote": _kind(
            "minor",
            Text(de="Die Datei ist eine Kopie von {newer}.", en="The file is a copy of {newer}."),
            Text(de="Sie zählt nur einmal; löschen Sie eine.", en="It counts once; delete one."),
            Text(de="Kopie eines Fragebogens", en="Copy of a questionnaire"),
        ),
        "no_name": _kind(
            "serious",
            Text(
                de="Der Name fehlt; ein zweiter Fragebogen dieser Person würde nicht erkannt.",
                en="The name is missing; a second questionnaire of this person would not be noticed.",
            ),
            Text(de="Tragen Sie einen Namen oder ein Kürzel ein.", en="Enter a name or a code."),
            Text(de="Fragebogen ohne Namen", en="Questionnaire without a name"),
        ),
        "no_department": _kind(
            "minor",
            Text(de="Die Abteilung fehlt.", en="The department is missing."),
            Text(
                de="Tragen Sie sie ein; sonst zählt die Person zu „andere“.",
                en="Enter it; else the person counts as 'other'.",
            ),
            Text(de="Fragebogen ohne Abteilung", en="Questionnaire without a department"),
        ),
        "no_sheet": _kind(
            "minor",
            Text(
                de="Das Blatt „{sheet}“ fehlt oder seine Überschriften sind geändert.",
                en="The sheet '{sheet}' is missing, or its headings are changed.",
            ),
            Text(
                de="Stellen Sie die Überschriften wieder her, wenn dort Antworten stehen.",
                en="Restore the headings if there are answers.",
            ),
            Text(de="Blatt fehlt oder Überschriften geändert", en="Sheet missing or headings changed"),
        ),
        "lost_column": _kind(
            "serious",
            Text(
                de="Die Spalte „{column}“ ist nicht mehr zu finden.",
                en="The column '{column}' cannot be found any more.",
            ),
            Text(de="Stellen Sie ihre Überschrift wieder her.", en="Restore its heading."),
            Text(de="Spalte nicht mehr zu finden", en="Column not found any more"),
        ),
        "unreadable": _kind(
            "serious",
            Text(de="„{entry}“ ist keine mögliche Antwort.", en="'{entry}' is not a possible answer."),
            _CORRECT,
            Text(de="Unlesbare Antworten, weggelassen", en="Answers that cannot be read, left out"),
        ),
        "out_of_range": _kind(
            "serious",
            Text(de="„{entry}“ liegt außerhalb von {low} bis {high}.", en="'{entry}' lies outside of {low} to {high}."),
            _CORRECT,
            Text(de="Antworten außerhalb des Bereichs, weggelassen", en="Answers out of range, left out"),
        ),
        "not_whole": _kind(
            "serious",
            Text(
                de="„{entry}“ ist keine ganze Zahl von {low} bis {high}.",
                en="'{entry}' is no whole number from {low} to {high}.",
            ),
            _CORRECT,
            Text(
                de="Bewertungen, die keine ganze Zahl sind, weggelassen",
                en="Ratings that are no whole number, left out",
            ),
        ),
        "ambiguous": _kind(
            "serious",
            Text(de="„{entry}“ kann zweierlei heißen.", en="'{entry}' can mean two things."),
            Text(
                de="Schreiben Sie die Zahl ohne Tausenderzeichen.", en="Write the number without thousands separator."
            ),
            Text(de="Mehrdeutige Antworten, weggelassen", en="Ambiguous answers, left out"),
        ),
        "turned_into_date": _kind(
            "serious",
            Text(
                de="Excel hat aus der Antwort ein Datum gemacht ({entry}).",
                en="Excel made a date of the answer ({entry}).",
            ),
            Text(de="Wählen Sie die Antwort aus der Liste.", en="Choose the answer from the list."),
            Text(de="Antworten, die Excel in ein Datum verwandelt hat", en="Answers that Excel turned into a date"),
        ),
        "unknown_criterion": _kind(
            "serious",
            Text(de="unbekanntes Kriterium „{entry}“", en="unknown criterion '{entry}'"),
            Text(de="{hint}", en="{hint}"),
            Text(de="Unbekannte Kriterien, weggelassen", en="Unknown criteria, left out"),
        ),
        "unknown_customer": _kind(
            "serious",
            Text(de="Die Kundennummer „{entry}“ gibt es nicht.", en="There is no customer number '{entry}'."),
            Text(de="{hint}", en="{hint}"),
            Text(de="Unbekannte Kundennummern, weggelassen", en="Unknown customer numbers, left out"),
        ),
        "unknown_segment": _kind(
            "serious",
            Text(de="Das Segment „{entry}“ gibt es nicht.", en="There is no segment '{entry}'."),
            Text(de="{hint}", en="{hint}"),
            Text(de="Unbekannte Segmente, weggelassen", en="Unknown segments, left out"),
        ),
        "answered_twice": _kind(
            "serious",
            Text(
                de="Diese Zeile steht zweimal da; die erste Antwort zählt.",
                en="This row is there twice; the first answer counts.",
            ),
            Text(de="Löschen Sie eine der beiden Zeilen.", en="Delete one of the two rows."),
            Text(de="Doppelte Zeilen, die erste zählt", en="Doubled rows, the first counts"),
        ),
        "sum_differs": _kind(
            "minor",
            Text(
                de="Die Punkte ergeben {sum} statt 100; sie wurden umgerechnet.",
                en="The points add up to {sum} instead of 100; they were rescaled.",
            ),
            Text(de="Nichts zu tun, wenn das Verhältnis stimmt.", en="Nothing to do if the proportions are right."),
            Text(
                de="Punkte ergaben nicht 100 und wurden umgerechnet",
                en="Points did not add up to 100 and were rescaled",
            ),
        ),
        "all_zero": _kind(
            "serious",
            Text(de="Alle Punkte sind 0.", en="All points are 0."),
            Text(de="Geben Sie mindestens einem Kriterium Punkte.", en="Give points to at least one criterion."),
            Text(de="Alle Punkte 0, ohne Gewicht", en="All points 0, no weights"),
        ),
        "half_filled": _kind(
            "minor",
            Text(
                de="{answered} von {possible} Vergleichen sind beantwortet; gerechnet wird mit diesen.",
                en="{answered} of {possible} comparisons are answered; these are computed with.",
            ),
            Text(
                de="Lassen Sie weitere ergänzen, wenn das Ergebnis strittig ist.",
                en="Have more added if the result is disputed.",
            ),
            Text(de="Paarvergleich nur teilweise ausgefüllt", en="Comparisons filled in only in part"),
        ),
        "not_linked": _kind(
            "serious",
            Text(
                de="Die Vergleiche verbinden nicht alle Kriterien: {criteria} hängen nicht mit den übrigen zusammen.",
                en="The comparisons do not link all criteria: {criteria} are not linked with the others.",
            ),
            Text(
                de="Lassen Sie dazu je einen Vergleich ergänzen; bis dahin zählen Punkte oder Sprünge der Person.",
                en="Have one comparison each added; until then the person's points or swings count.",
            ),
            Text(de="Vergleiche, die nicht alle Kriterien verbinden", en="Comparisons that do not link all criteria"),
        ),
        "inconsistent": _kind(
            "minor",
            Text(
                de="Die Vergleiche widersprechen sich (Konsistenzverhältnis {ratio}, üblich bis 0,10). Am meisten: {triad}",
                en="The comparisons contradict each other (consistency ratio {ratio}, usual up to 0.10). Most of all: {triad}",
            ),
            Text(
                de="Sprechen Sie diese drei Vergleiche noch einmal durch; gerechnet wird trotzdem.",
                en="Talk these three comparisons through again; they are used all the same.",
            ),
            Text(
                de="Vergleiche widersprechen sich (Konsistenzverhältnis über 0,10)",
                en="Comparisons contradict each other (consistency ratio above 0.10)",
            ),
        ),
        "falling_response": _kind(
            "serious",
            Text(
                de="Mit mehr Betreuung sinkt hier der Umsatz ({values}).",
                en="With more care the sales fall here ({values}).",
            ),
            Text(de="Klären Sie die Antwort; sie wurde weggelassen.", en="Clear the answer up; it was left out."),
            Text(
                de="Antworten, nach denen mehr Betreuung weniger Umsatz bringt",
                en="Answers by which more care brings less sales",
            ),
        ),
        "half_taboo": _kind(
            "minor",
            Text(de="Bei diesem Tabu fehlt „Wer oder was“.", en="This taboo lacks 'Who or what'."),
            _FILL_IN,
            Text(de="Unvollständige Tabus, weggelassen", en="Incomplete taboos, left out"),
        ),
        "unknown_person": _kind(
            "minor",
            Text(
                de="Die genannte Person steht nicht als Personalnummer in den Daten; gezählt wird sie ohne Bezug.",
                en="The person named is not a personnel number in the data; the taboo is counted without a link.",
            ),
            Text(de="Tragen Sie die Personalnummer ein.", en="Enter the personnel number."),
            Text(de="Tabus zu Personen, die nicht in den Daten stehen", en="Taboos on people who are not in the data"),
        ),
    }
)
NOT_READ = ProblemKind(
    severity="minor",
    what=Text(
        de="Fragebögen im Ordner, die noch nicht eingelesen oder seitdem geändert sind: {n}",
        en="Questionnaires in the folder that were not read yet or have changed since: {n}",
    ),
    remedy=Text(de="simkit workshop read {client}", en="simkit workshop read {client}"),
    summary=same(""),
)
