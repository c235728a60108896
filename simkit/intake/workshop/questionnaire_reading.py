"""Reads filled questionnaires: forgiving in form, strict in content; an entry that cannot be used is reported with its place."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simkit.foundation.text import Language, Text
from simkit.intake.containers.container_texts import LOCKED_WORKBOOK
from simkit.intake.containers.workbook_reading import read_grids
from simkit.intake.findings import FindingsError
from simkit.intake.privacy.disclosure import FEWEST_WRITERS, shared_words
from simkit.intake.privacy.pseudonyms import fingerprint, key_of
from simkit.intake.workshop import choices
from simkit.intake.workshop.forms import forms
from simkit.intake.workshop.grids import find_forms, matching
from simkit.intake.workshop.problems import Problem, counted
from simkit.intake.workshop.questionnaire_answers import Answers, Context, interpreted
from simkit.intake.workshop.workshop_results import COLUMNS, Workshop, made_frame, questionnaire_files, sha256_of

LOCKED = Text(de="sie ist mit einem Kennwort geschützt.", en="it is protected by a password.")
NO_ACCESS = Text(
    de="sie ist gesperrt oder nicht lesbar; vielleicht ist sie in Excel offen.",
    en="it is locked or must not be read; it may be open in Excel.",
)
DAMAGED = Text(de="sie ist beschädigt oder keine Excel-Datei.", en="it is damaged or no Excel file.")
BY_PARTICIPANT = tuple(name for name, columns in COLUMNS.items() if "participant" in columns and name != "participants")


@dataclass(frozen=True, kw_only=True)
class Filled:
    """One questionnaire that was read."""

    file: str
    sha256: str
    saved: dt.datetime
    answers: Answers

    @property
    def person(self) -> str:
        """What tells the person apart: the name in any order and case, else the file."""
        words = sorted(self.answers.name.replace(",", " ").casefold().split())
        return " ".join(words) or f"file {self.file}"

    @property
    def age(self) -> tuple[dt.date, dt.datetime, str]:
        """What the newest questionnaire is largest in: the date entered, else that of saving."""
        return (self.answers.date or self.saved.date(), self.saved, self.file)


@dataclass(frozen=True, kw_only=True)
class ReadWorkshop:
    """All questionnaires of a folder."""

    workshop: Workshop
    """Tables without names."""
    problems: tuple[Problem, ...]
    """All that was found, in the order of the files."""
    files: Mapping[str, str]
    """File of each participant; it stays in memory, so that the facilitator can be told where to look."""


def read_workshop(folder: Path, context: Context) -> ReadWorkshop:
    """Read all questionnaires in a folder.

    Parameters
    ----------
    folder : Path
        Folder with the files, whatever their names.

    Notes
    -----
    Of several questionnaires of one person the newest counts: by the date entered, else by the time of saving.
    """
    problems: list[Problem] = []
    hashes = []
    read: list[Filled] = []
    for path in questionnaire_files(folder):
        hashes.append(sha256_of(path))
        found = read_file(path, context, problems)
        if found is not None:
            read.append(found)
    newest = _newest(read, problems)
    key = key_of((one.person for one in newest), "T", context.secret)
    named = sorted(((key[one.person], one) for one in newest), key=lambda pair: pair[0])
    return ReadWorkshop(
        workshop=Workshop(catalogue=context.catalogue, frames=_frames(named, hashes, problems, context)),
        problems=tuple(problems),
        files={participant: one.file for participant, one in named},
    )


def read_file(path: Path, context: Context, problems: list[Problem]) -> Filled | None:
    """Read one questionnaire; None when there is nothing in it to be used."""
    try:
        grids = read_grids(path)
    except (FindingsError, OSError) as error:
        locked = isinstance(error, FindingsError) and error.what == LOCKED_WORKBOOK
        reason = LOCKED if locked else NO_ACCESS if isinstance(error, OSError) else DAMAGED
        problems.append(Problem(kind="broken_file", details={"reason": reason}, file=path.name))
        return None
    asked = forms(context.catalogue)
    found = {one.form.name: one for one in find_forms(grids, asked)}
    if len(found) < 2:
        problems.append(Problem(kind="no_questionnaire", details={}, file=path.name))
        return None
    answers = interpreted(found, asked, path.name, context, problems)
    if answers is None:
        return None
    saved = dt.datetime.fromtimestamp(path.stat().st_mtime)
    return Filled(file=path.name, sha256=sha256_of(path), saved=saved, answers=answers)


def _newest(read: Sequence[Filled], problems: list[Problem]) -> list[Filled]:
    """Return one questionnaire per person and tell which did not count."""
    chosen: dict[str, Filled] = {}
    for one in sorted(read, key=lambda filled: filled.age, reverse=True):
        if one.person not in chosen:
            chosen[one.person] = one
            continue
        newer = chosen[one.person]
        kind = "same_vote" if one.sha256 == newer.sha256 else "older_vote"
        problems.append(Problem(kind=kind, details={"newer": newer.file}, file=one.file))
    return list(chosen.values())


def _frames(
    named: Sequence[tuple[str, Filled]], hashes: Iterable[str], problems: list[Problem], context: Context
) -> dict[str, Any]:
    participants: list[dict[str, object]] = [
        {
            "participant": participant,
            "department": _department(one.answers.department, context.language),
            "answered_on": one.age[0].isoformat(),
        }
        for participant, one in named
    ]
    frames = {
        name: made_frame(
            name, [{"participant": who, **row} for who, one in named for row in one.answers.rows.get(name, ())]
        )
        for name in BY_PARTICIPANT
    }
    kinds: list[dict[str, object]] = [
        {"kind": kind, "questionnaires": count} for kind, count in counted(problems).items()
    ]
    offers = frames["offers"]
    about = offers["segment"].str.cat(offers["kind"], sep=" ")
    return {
        **frames,
        "offers": offers.assign(offer=shared_words(offers["offer"], offers["participant"], about).astype("str")),
        "participants": made_frame("participants", participants),
        "taboos": made_frame("taboos", _taboos(named, context)),
        "suggestions": made_frame("suggestions", _suggestions(named)),
        "problems": made_frame("problems", kinds),
        "files": made_frame("files", [{"sha256": one} for one in sorted(set(hashes))]),
    }


def _suggestions(named: Sequence[tuple[str, Filled]]) -> list[dict[str, object]]:
    """Return the criteria that are missed, in the words that several participants chose; the others are counted."""
    said = [(who, one.answers.suggestion) for who, one in named if one.answers.suggestion]
    given = pd.DataFrame(said, columns=["who", "text"], dtype="str")
    shown = shared_words(given["text"], given["who"])
    several = shown.dropna().groupby(shown.dropna().str.strip().str.casefold()).first()
    return [{"text": text} for text in (*several, *([None] * int(shown.isna().sum())))]


def _department(written: str, language: Language) -> str | None:
    """Return a usual department in the client's language, any other as it was written."""
    code = matching(written, choices.DEPARTMENTS)
    return choices.DEPARTMENTS[code].to(language) if code else written or None


def _taboos(named: Sequence[tuple[str, Filled]], context: Context) -> list[dict[str, object]]:
    """Return each taboo once with the number of participants who named it: people as fingerprints, topics without the words
    that one participant alone wrote."""
    votes: Counter[tuple[str, str, str]] = Counter()
    for _, one in named:
        said = {(str(row["kind"]), str(row["subject"]), str(row["protection"])) for row in one.answers.rows["taboos"]}
        votes.update(said)
    return [
        {
            "kind": kind,
            "subject": _stored_subject(kind, subject, count, context),
            "protection": protection,
            "votes": count,
        }
        for (kind, subject, protection), count in sorted(votes.items())
    ]


def _stored_subject(kind: str, subject: str, votes: int, context: Context) -> str | None:
    if kind == "person":
        return fingerprint(subject, "P", context.secret)
    return None if kind == "topic" and votes < FEWEST_WRITERS else subject


NOBODY = Text(
    de="Kein Fragebogen mit Antworten liegt in {folder}.", en="There is no questionnaire with answers in {folder}."
)
