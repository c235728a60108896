"""Deletes all that is held of a client, or only what can be made again, and says what was deleted."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.errors import RunError, UsageError, reason_of
from simkit.foundation.paths import CLIENTS
from simkit.foundation.text import Text
from simkit.intake.settings.client_folders import (
    CACHE,
    DEMO,
    REPORTS,
    checked_name,
    client_folder,
    project_root,
    unknown_client,
)
from simkit.intake.settings.living_runs import living_runs

MOST_REFUSED = 20
"""So many files that could not be deleted are named."""


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """What one deletion removed."""

    path: Path
    files: int
    """Number of files (and links) that were in it."""
    size_bytes: int
    """Their size."""


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
        If the name is not valid, nothing is held of the client, it is the demo client without `force`, a run of it is
        under way, or a link in it leads out of the folder: then nothing is deleted.
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
    _refuse_living_runs(place.name, root)
    return _delete((place,))


def purgeable(name: str, root: Path | None = None, *, force: bool = False) -> tuple[Path, ...]:
    """Return the folders that `purge_client` would delete, and refuse what it would refuse; nothing is deleted."""
    root = (root or project_root()).resolve()
    checked_name(name)
    _protect_demo(name, force)
    places = tuple(place for place in _places(name, root) if place.is_dir() or place.is_symlink())
    if not places:
        raise unknown_client(name, root)
    for place in places:
        _refuse_links(place)
    _refuse_living_runs(name, root)
    return places


def _places(name: str, root: Path) -> tuple[Path, ...]:
    return (root / CLIENTS / name, root / REPORTS / name, root / CACHE / name)


def _refuse_living_runs(name: str, root: Path) -> None:
    """Raise if a run of the client is under way: it would make again what is deleted now."""
    if living := living_runs(root / REPORTS / name, root / CACHE / name):
        raise UsageError(
            Text(de="Ein Lauf von „{name}“ rechnet noch.", en="A run of '{name}' is still under way.").fill(name=name),
            str(living[0]),
            Text(
                de="Nichts wurde gelöscht. Warten Sie, bis der Lauf fertig ist, oder beenden Sie ihn mit Strg-C in seinem "
                "Fenster; wiederholen Sie dann den Befehl.",
                en="Nothing was deleted. Wait until the run has ended, or stop it by Ctrl-C in its window; then repeat "
                "the command.",
            ),
        )


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
