"""The folders of clients: make a new one from the template, find one, and delete all that is held of one."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.errors import RunError, UsageError, reason_of
from simkit.foundation.paths import CLIENTS, template, template_folders, workspace
from simkit.foundation.text import Language, Text, did_you_mean

CONFIG = "client.yaml"
REPORTS = "reports"
#: Where intermediate results of a client may lie, one folder per client.
CACHE = Path(REPORTS) / ".cache"
DEMO = "demo"
MOST_REFUSED = 20
"""So many files that could not be deleted are named."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: Names that Windows keeps for devices, in every folder.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}
)
_PLACEHOLDERS = {"client: NAME_OF_THE_FOLDER": 'client: "{name}"', "language: de ": "language: {language} "}


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """What one deletion removed."""

    path: Path
    files: int
    """Number of files (and links) that were in it."""
    size_bytes: int
    """Their size."""


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
    """
    for name in () if (folder / CLIENTS).is_dir() else (CLIENTS, REPORTS):
        if not (folder / name).is_dir():
            (folder / name).mkdir(parents=True)
            (folder / name / ".gitignore").write_text("*\n", encoding="utf-8")


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
    raise _unknown_client(name, root)


def client_language(name: str, root: Path | None = None) -> Language | None:
    """Return the language of a client, also where the rest of client.yaml cannot be read; None without that file.

    Parameters
    ----------
    name : str
        Name of the client, or path of its folder.
    """
    place = Path(name)
    try:
        folder = place if (place / CONFIG).is_file() else (root or project_root()) / CLIENTS / name
        text = (folder / CONFIG).read_text(encoding="utf-8")
    except (OSError, ValueError, UsageError):
        return None
    stated = re.search(r"^language:\s*[\"']?(de|en)\b", text, re.MULTILINE)
    return "en" if stated and stated[1] == "en" else "de"


def _unknown_client(name: str, root: Path) -> UsageError:
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


def purge_client(name: str, root: Path | None = None, *, force: bool = False) -> tuple[Deleted, ...]:
    """Delete all that is held of a client: its files, its reports and what was stored in between.

    Parameters
    ----------
    force : bool
        Needed to delete the demo client, whose files belong to the project.

    Returns
    -------
    tuple of Deleted
        One entry per folder that is gone.

    Raises
    ------
    UsageError
        If the name is not valid, nothing is held of the client, it is the demo client without `force`, or a link in
        it leads out of the folder: then nothing is deleted.
    RunError
        If the system refused to delete a file, for instance because it is open in another program; all else is gone.
    """
    return _delete(purgeable(name, root, force=force))


def purge_kept(name: str, root: Path | None = None) -> tuple[Deleted, ...]:
    """Delete what is kept of a client between runs, such as finished simulations; its files and reports stay.

    Returns
    -------
    tuple of Deleted
        Empty when nothing was kept.

    Raises
    ------
    UsageError
        If there is no such client, or a link in the folder leads out of it.
    RunError
        If the system refused to delete a file, for instance because it is open in another program; all else is gone.
    """
    root = (root or project_root()).resolve()
    place = root / CACHE / client_folder(name, root).name
    if not place.is_dir():
        return ()
    _refuse_links(place)
    return _delete((place,))


def purgeable(name: str, root: Path | None = None, *, force: bool = False) -> tuple[Path, ...]:
    """Return the folders that `purge_client` would delete, and refuse what it would refuse; nothing is deleted."""
    root = (root or project_root()).resolve()
    checked_name(name)
    _protect_demo(name, force)
    places = tuple(place for place in _places(name, root) if place.is_dir() or place.is_symlink())
    if not places:
        raise _unknown_client(name, root)
    for place in places:
        _refuse_links(place)
    return places


def _places(name: str, root: Path) -> tuple[Path, ...]:
    return (root / CLIENTS / name, root / REPORTS / name, root / CACHE / name)


def _protect_demo(name: str, force: bool) -> None:
    if name.lower() == DEMO and not force:
        raise UsageError(
            Text(
                de="Der Demo-Kunde gehört zum Projekt und wird nicht gelöscht.",
                en="The demo client belongs to the project and is not deleted.",
            ),
            f"{CLIENTS}/{DEMO}",
            Text(de="Wenn Sie es wirklich wollen: --force", en="If you really want it: --force"),
        )


def _refuse_links(place: Path) -> None:
    """Raise if the folder is a link, or holds one that leads out of it."""
    _refuse_leading_out(place, place.resolve() == place)
    for path in _inside(place):
        _refuse_leading_out(path, _stays_in(path, place))


def _stays_in(path: Path, place: Path) -> bool:
    try:
        return path.resolve().is_relative_to(place)
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def _refuse_leading_out(path: Path, stays: bool) -> None:
    if not stays:
        raise UsageError(
            Text(de="Eine Verknüpfung führt aus dem Ordner hinaus.", en="A link leads out of the folder."),
            str(path),
            Text(
                de="Nichts wurde gelöscht. Entfernen Sie die Verknüpfung selbst und löschen Sie dann.",
                en="Nothing was deleted. Remove the link yourself, then delete.",
            ),
        )


def _inside(place: Path) -> Iterator[Path]:
    """Yield everything below a folder, contents before their folder, without following links."""
    for path in sorted(place.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _inside(path)
        yield path


def _delete(places: Sequence[Path]) -> tuple[Deleted, ...]:
    """Delete folders, and raise at the end if the system refused something; all else is gone then."""
    refused: dict[Path, OSError] = {}
    deleted = tuple(_delete_one(place, refused) for place in places)
    if refused:
        raise _not_deleted(refused)
    return deleted


def _delete_one(place: Path, refused: dict[Path, OSError]) -> Deleted:
    files, size = 0, 0
    for path in (*_inside(place), place):
        folder = path.is_dir() and not path.is_symlink()
        if folder and any(path in one.parents for one in refused):
            continue  # not empty: what is left in it is told
        try:
            length = 0 if folder else path.lstat().st_size
            if not folder and not path.is_symlink():
                path.chmod(stat.S_IWRITE | stat.S_IREAD)  # Windows refuses to delete what is read-only
            path.rmdir() if folder else path.unlink()
        except OSError as error:
            refused[path] = error
        else:
            files, size = files + (not folder), size + length
    return Deleted(path=place, files=files, size_bytes=size)


def _not_deleted(refused: Mapping[Path, OSError]) -> RunError:
    shown = list(refused.items())[:MOST_REFUSED]
    more = len(refused) - len(shown)
    lines = [Text(de="{path}: {reason}", en="{path}: {reason}").fill(path=p, reason=reason_of(e)) for p, e in shown]
    lines += [Text(de="… und {more} weitere", en="… and {more} more").fill(more=more)] if more else []
    what = Text(
        de="Nicht alles konnte gelöscht werden; übrig blieb:\n{lines}",
        en="Not everything could be deleted; what is left:\n{lines}",
    )
    return RunError(
        what.fill(lines=Text(de="\n".join(one.de for one in lines), en="\n".join(one.en for one in lines))),
        "",
        Text(
            de="Schließen Sie Programme, die eine der Dateien offen haben, geben Sie sich das Schreibrecht auf ihren "
            "Ordner, und wiederholen Sie den Befehl.",
            en="Close programs that have one of the files open, give yourself the right to write to its folder, and "
            "repeat the command.",
        ),
    )


def folder_of(client: str) -> Path:
    """Return the folder of a client that is given by its name, or by the path of its folder.

    Raises
    ------
    UsageError
        When there is no such client; it names the nearest ones.
    """
    path = Path(client)
    if (path / "client.yaml").is_file():
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
