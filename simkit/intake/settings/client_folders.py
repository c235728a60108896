"""The folders of clients: make a new one from the template, and find one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from simkit.foundation.errors import UsageError
from simkit.foundation.paths import CLIENTS, template, template_folders, workspace
from simkit.foundation.text import Language, Text, did_you_mean

CONFIG = "client.yaml"
REPORTS = "reports"
#: Where intermediate results of a client may lie, one folder per client.
CACHE = Path(REPORTS) / ".cache"
DEMO = "demo"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: Names that Windows keeps for devices, in every folder.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}
)
_PLACEHOLDERS = {"client: NAME_OF_THE_FOLDER": 'client: "{name}"', "language: de ": "language: {language} "}


def project_root(start: Path | None = None) -> Path:
    """Return the workspace: the nearest parent that holds client_data/.

    Parameters
    ----------
    start : Path, optional
        Where to begin; without a workspace there, and by default, the present folder.

    Raises
    ------
    UsageError
        If there is none.
    """
    if (root := (workspace(start) if start else None) or workspace()) is not None:
        return root
    raise UsageError(
        Text(
            de="Kein Arbeitsordner gefunden: er enthält den Ordner client_data.",
            en="No workspace found: it holds the folder client_data.",
        ),
        str(Path.cwd()),
        Text(
            de="Wechseln Sie in Ihren Arbeitsordner, oder legen Sie hier einen an: simkit demo (mit dem Demo-Kunden) oder "
            "simkit init KUNDE.",
            en="Change to your workspace, or make one here: simkit demo (with the demo client) or simkit init CLIENT.",
        ),
    )


def make_workspace(folder: Path) -> None:
    """Make a folder a workspace; what is new in it stays out of git, as client data must.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; one that is a workspace already stays as it is.

    Raises
    ------
    UsageError
        A file has the name of one of its folders.
    """
    for name in (CLIENTS, REPORTS):
        if (folder / name).is_file():
            raise _no_folder(folder / name)
    for name in () if (folder / CLIENTS).is_dir() else (CLIENTS, REPORTS):
        if not (folder / name).is_dir():
            (folder / name).mkdir(parents=True)
            (folder / name / ".gitignore").write_text("*\n", encoding="utf-8")


def _no_folder(place: Path) -> UsageError:
    """Return that a file stands where a folder belongs; no command of simkit would delete it."""
    return UsageError(
        Text(
            de="„{name}“ ist eine Datei; dort gehört ein Ordner hin.",
            en="'{name}' is a file; a folder belongs there.",
        ).fill(name=place.name),
        str(place),
        Text(
            de="Verschieben Sie die Datei, oder benennen Sie sie um.",
            en="Move the file, or rename it.",
        ),
    )


def client_names(root: Path | None = None) -> tuple[str, ...]:
    """Return the names of all clients that have a client.yaml, in alphabetical order."""
    folder = (root or project_root()) / CLIENTS
    return tuple(sorted(place.parent.name for place in folder.glob("*/client.yaml")))


def client_folder(name: str, root: Path | None = None) -> Path:
    """Return the folder of an existing client.

    Parameters
    ----------
    name : str
        Name of the client, which is the name of its folder.

    Raises
    ------
    UsageError
        If the name is not valid, or no such client exists; the message names the nearest ones.
    """
    root = root or project_root()
    folder = root / CLIENTS / checked_name(name)
    if (folder / "client.yaml").is_file():
        return folder
    if folder.is_file():
        raise _no_folder(folder)
    if folder.is_dir():
        raise UsageError(
            Text(
                de="Der Ordner des Kunden „{name}“ hat keine client.yaml.",
                en="The folder of client '{name}' has no client.yaml.",
            ).fill(name=name),
            str(folder),
            Text(
                de="simkit init muster legt eine an, die Sie hierher kopieren können.",
                en="simkit init pattern makes one that you can copy here.",
            ),
        )
    raise unknown_client(name, root)


def client_language(name: str, root: Path | None = None) -> Language | None:
    """Return the language of a client, also where the rest of client.yaml cannot be read; None without that file.

    Parameters
    ----------
    name : str
        Name of the client, or path of its folder.
    """
    place = Path(name)
    try:
        place = place.parent if place.name == CONFIG else place
        folder = place if (place / CONFIG).is_file() else (root or project_root()) / CLIENTS / name
        text = (folder / CONFIG).read_text(encoding="utf-8")
    except (OSError, ValueError, UsageError):
        return None
    stated = re.search(r"^language:\s*[\"']?(de|en)\b", text, re.MULTILINE)
    return "en" if stated and stated[1] == "en" else "de"


def unknown_client(name: str, root: Path) -> UsageError:
    """Return that there is no such client, with the nearest names."""
    names = client_names(root)
    hint = did_you_mean(name, names) if names else Text(de="Es gibt noch keine.", en="There are none yet.")
    everything = Text(de="{hint} Neu anlegen: simkit {make}", en="{hint} To make a new one: simkit {make}")
    return UsageError(
        Text(de="Kein Kunde „{name}“.", en="No client '{name}'.").fill(name=name),
        str(root / CLIENTS),
        everything.fill(hint=hint, make=DEMO if name == DEMO else f"init {name}"),
    )


def checked_name(name: str) -> str:
    """Return the name if it can be the name of a folder on every system.

    Raises
    ------
    UsageError
        If it has other characters than letters, digits, - and _, is longer than 64, or is a device name of Windows.
    """
    if _NAME.fullmatch(name) and name.lower() not in _DEVICES:
        return name
    what = Text(de="„{name}“ ist kein Name für einen Kunden.", en="'{name}' cannot be the name of a client.")
    raise UsageError(
        what.fill(name=name),
        "",
        Text(
            de="Erlaubt sind Buchstaben ohne Umlaute, Ziffern, - und _ (höchstens 64 Zeichen, vorn Buchstabe oder "
            "Ziffer); Gerätenamen wie con oder nul gehen unter Windows nicht.",
            en="Allowed are letters a to z, digits, - and _ (at most 64, the first a letter or digit); "
            "device names such as con or nul do not work on Windows.",
        ),
    )


def init_client(name: str, root: Path | None = None, *, language: Language = "de") -> Path:
    """Make the folder of a new client from the template and return it.

    Parameters
    ----------
    root : Path, optional
        The workspace; by default the present one, and without one the present folder becomes it.

    Raises
    ------
    UsageError
        If the name is not valid, the folder exists already, or the template is missing.
    """
    root = root or workspace() or Path.cwd()
    folder = root / CLIENTS / checked_name(name)
    if (root / CLIENTS).is_file():
        raise _no_folder(root / CLIENTS)
    _refuse_existing(folder)
    template("client", CONFIG)
    make_workspace(root)
    for skeleton in reversed(template_folders("client")):  # what the workspace has of its own replaces what is shipped
        shutil.copytree(skeleton, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
    _fill_in(folder / "client.yaml", name, language)
    return folder


def _refuse_existing(folder: Path) -> None:
    """Raise if the folder exists, also in another spelling that some systems do not tell apart."""
    present = {place.name.lower(): place for place in folder.parent.iterdir()} if folder.parent.is_dir() else {}
    found = present.get(folder.name.lower())
    if found is not None and found.is_file():
        raise _no_folder(found)
    if found is not None:
        raise UsageError(
            Text(de="Den Kunden „{name}“ gibt es schon.", en="Client '{name}' exists already.").fill(name=found.name),
            str(found),
            Text(
                de="Wählen Sie einen anderen Namen, oder löschen Sie ihn mit simkit purge {name}.",
                en="Choose another name, or delete it by simkit purge {name}.",
            ).fill(name=found.name),
        )


def _fill_in(path: Path, name: str, language: Language) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern, filled in _PLACEHOLDERS.items():
        text = text.replace(pattern, filled.format(name=name, language=language), 1)
    path.write_text(text, encoding="utf-8", newline="\n")


def folder_of(client: str) -> Path:
    """Return the folder of a client that is given by its name, or by the path of its folder or of its client.yaml.

    Raises
    ------
    UsageError
        When there is no such client; it names the nearest ones.
    """
    path = Path(client)
    if path.name == CONFIG and path.is_file():
        return path.parent
    if (path / CONFIG).is_file():
        return path
    if len(path.parts) != 1 or client in (".", ".."):
        raise UsageError(
            Text(de="In diesem Ordner liegt keine client.yaml.", en="There is no client.yaml in this folder."),
            str(path),
            Text(
                de="Geben Sie den Namen eines Kunden an oder den Ordner mit seiner client.yaml.",
                en="Give the name of a client, or the folder that holds its client.yaml.",
            ),
        )
    return client_folder(client)
