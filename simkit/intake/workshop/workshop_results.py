"""What a workshop said, as tables without names; stored as CSV beside the questionnaires and read back by every run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import DataError
from simkit.foundation.table_writing import as_written, write_frame
from simkit.intake.containers.workbook_reading import is_workbook
from simkit.intake.findings import Finding
from simkit.intake.privacy.pseudonyms import fingerprint
from simkit.intake.workshop.problems import NOT_READ, summary_findings
from simkit.intake.workshop.value_criteria import CriteriaLibrary, client_catalogue

TEXTS = Catalogue.beside(__file__)

FOLDER, RESULTS = "workshop", "results"
OTHER_DEPARTMENT = TEXTS["other_department"]

_TEXT, _NUMBER = "str", "float64"
_PARTICIPANT = {"participant": _TEXT}
COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "participants": {**_PARTICIPANT, "department": _TEXT, "answered_on": _TEXT},
        "judgements": {**_PARTICIPANT, "first": _TEXT, "second": _TEXT, "ratio": _NUMBER},
        "points": {**_PARTICIPANT, "method": _TEXT, "criterion": _TEXT, "points": _NUMBER},
        "ratings": {**_PARTICIPANT, "customer_id": _TEXT, "factor": _TEXT, "rating": _NUMBER},
        "services": {
            **_PARTICIPANT,
            "segment": _TEXT,
            "contacts_per_year": _NUMBER,
            "channel": _TEXT,
            "response_h": _NUMBER,
            "bespoke": _TEXT,
            "price_policy": _TEXT,
        },
        "offers": {**_PARTICIPANT, "segment": _TEXT, "kind": _TEXT, "offer": _TEXT},
        "responses": {
            **_PARTICIPANT,
            "segment": _TEXT,
            "sales_at_none": _NUMBER,
            "sales_at_half": _NUMBER,
            "sales_at_more": _NUMBER,
            "sales_at_most": _NUMBER,
            "saturation_effort": _NUMBER,
        },
        "taboos": {"kind": _TEXT, "subject": _TEXT, "protection": _TEXT, "votes": _NUMBER},
        "suggestions": {"text": _TEXT},
        "problems": {"kind": _TEXT, "questionnaires": _NUMBER},
        "files": {"sha256": _TEXT},
    }
)
"""Tables of a workshop and their columns. Percentages of ``responses`` are in per cent of today, ``sales_at_none`` at no
care, ``half`` at half, ``more`` at one and a half times, ``most`` at any amount; ``taboos.subject`` of kind customer is a
customer_id, of kind person a fingerprint (a pseudonym once the client is loaded), of kind topic words that several chose.
``offers.offer`` and ``suggestions.text`` are missing where one participant alone wrote the words: they may hold a name."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What the participants of a workshop said."""

    catalogue: CriteriaLibrary
    """What they were asked about."""
    frames: Mapping[str, pd.DataFrame]
    """The tables of `COLUMNS`; participants are pseudonyms."""

    @property
    def criteria_names(self) -> tuple[str, ...]:
        """Names of the criteria that were weighed."""
        return self.catalogue.names

    def frame(self, name: str) -> pd.DataFrame:
        """Return one table; empty when nobody said anything on it."""
        return self.frames[name]

    @property
    def people(self) -> int:
        """Number of participants."""
        return len(self.frames["participants"])

    def departments(self) -> pd.Series:
        """Return the department of each participant, with the participants as index; missing where none was given."""
        return self.frames["participants"].set_index("participant")["department"]

    def ratings_table(self) -> pd.DataFrame:
        """Return the ratings in the columns of the client's table of ratings."""
        ratings = self.frames["ratings"]
        return ratings.assign(department=ratings["participant"].map(self.departments()))


def workshop_folder(client_folder: Path) -> Path:
    """Return where a client's questionnaires lie."""
    return client_folder / FOLDER


def questionnaire_files(folder: Path) -> list[Path]:
    """Return the workbooks in a folder, without the lock files that Excel and LibreOffice leave beside open ones."""
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and is_workbook(path) and not path.name.startswith(("~$", ".~lock", "."))
    )


def made_frame(name: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Return rows as the table of this name, with its columns and types even when there are none."""
    columns = COLUMNS[name]
    return pd.DataFrame(rows, columns=list(columns)).astype(dict(columns))


def write_results(workshop: Workshop, folder: Path) -> Path:
    """Write all tables as CSV into the folder ``results`` and return it.

    Parameters
    ----------
    workshop : Workshop
        What was read.
    """
    place = folder / RESULTS
    place.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        write_frame(place / f"{name}.csv", workshop.frames[name][list(columns)])
    return place


def load_workshop(client_folder: Path, industry: str | None) -> tuple[Workshop | None, dict[str, str]]:
    """Read the stored results of a client's workshop, and their hash.

    Returns
    -------
    Workshop or None
        None when no questionnaire was ever read.
    dict of str to str
        SHA-256 of all tables together, under the name of their folder.

    Raises
    ------
    DataError
        A stored table is damaged or missing, or the criteria have changed since.
    ConfigError
        criteria.yaml is wrong.
    """
    place = workshop_folder(client_folder) / RESULTS
    if not place.is_dir():
        return None, {}
    catalogue = client_catalogue(workshop_folder(client_folder), industry)
    frames, digest = {}, hashlib.sha256()
    for name, columns in COLUMNS.items():
        path = place / f"{name}.csv"
        shown = f"{FOLDER}/{RESULTS}/{path.name}"
        try:
            content = path.read_bytes()
            frames[name] = _read_frame(path, columns)
        except (OSError, ValueError, KeyError) as error:
            raise DataError(_DAMAGED.fill(name=shown), str(path), _DAMAGED_REMEDY) from error
        digest.update(content)
    workshop = Workshop(catalogue=catalogue, frames=frames)
    _refuse_other_criteria(workshop, place)
    return (workshop if workshop.people else None), {f"{FOLDER}/{RESULTS}": digest.hexdigest()}


def _read_frame(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    """Read a stored table with the texts as the participants wrote them."""
    frame = pd.read_csv(path, dtype=dict(columns), encoding="utf-8")[list(columns)]
    texts = [name for name, kind in columns.items() if kind == _TEXT]
    return frame.assign(**{name: frame[name].map(as_written, na_action="ignore").astype("str") for name in texts})


def _refuse_other_criteria(workshop: Workshop, place: Path) -> None:
    """Raise if answers name criteria that are not asked about any more."""
    judged, shared = workshop.frame("judgements"), workshop.frame("points")
    named = {*judged["first"], *judged["second"], *shared["criterion"]}
    unknown = sorted(map(str, named - set(workshop.criteria_names)))
    if unknown:
        raise DataError(_OTHER_CRITERIA.fill(names=", ".join(unknown)), str(place), _DAMAGED_REMEDY)


def stored_findings(workshop: Workshop, client_folder: Path, client: str) -> list[Finding]:
    """Return what was found in the questionnaires, counted by kind, and whether some are newer than what was read."""
    counts = workshop.frame("problems").set_index("kind")["questionnaires"].astype(int).to_dict()
    found = list(summary_findings({str(kind): int(count) for kind, count in counts.items()}, FOLDER))
    known = frozenset(workshop.frame("files")["sha256"])
    fresh = [path for path in questionnaire_files(workshop_folder(client_folder)) if sha256_of(path) not in known]
    if fresh:
        found.append(
            Finding(
                severity=NOT_READ.severity,
                what=NOT_READ.what.fill(n=len(fresh)),
                file=FOLDER,
                remedy=NOT_READ.remedy.fill(client=client),
                count=len(fresh),
            )
        )
    return found


def sha256_of(path: Path) -> str:
    """Return the hash of a file; empty when it cannot be read at the moment."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def with_people(workshop: Workshop, key: Mapping[str, str], secret: str) -> Workshop:
    """Return the workshop with the pseudonyms of employees in the list of taboos.

    Parameters
    ----------
    workshop : Workshop
        As it was stored.
    key : mapping of str to str
        Employees of the client's tables and their pseudonyms.
    secret : str
        Of the client, under which fingerprints were made.
    """
    known = {fingerprint(person, "P", secret): pseudonym for person, pseudonym in key.items()}
    taboos = workshop.frame("taboos")
    person = taboos["kind"] == "person"
    subject = taboos["subject"].where(~person, taboos["subject"].map(known))
    return replace(workshop, frames={**workshop.frames, "taboos": taboos.assign(subject=subject)})


def with_workshop(tables: Mapping[str, pd.DataFrame], workshop: Workshop | None) -> dict[str, pd.DataFrame]:
    """Return the client's tables with the ratings of the workshop beside those that the client had already."""
    if workshop is None or workshop.frame("ratings").empty:
        return dict(tables)
    before = tables.get("ratings")
    added = workshop.ratings_table()
    if before is not None:
        added = added.assign(participant=[f"W{name}" for name in added["participant"]])
        added = pd.concat([before, added], ignore_index=True)
    return {**tables, "ratings": added}


_OTHER_CRITERIA = TEXTS["other_criteria"]
_DAMAGED = TEXTS["damaged"]
_DAMAGED_REMEDY = TEXTS["damaged_remedy"]
