"""Names of the version before: what users have typed under them is read as before, with one line that gives the new name.

Only this version reads them. The next one drops this module and its calls.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simkit.foundation.errors import ConfigError, FormerNameWarning
from simkit.foundation.text import Text
from simkit.intake.settings.yaml_lines import KeyPath, YamlFile, dotted

_ANY = "*"
FORMER_PARAMETERS: Mapping[str, str] = {"service_level.configured_instead_share": "conversion.accepted_share"}
"""Former name of a parameter of the simulation → what it is called now."""
_SET: dict[tuple[str, ...], str] = {
    (key, former): present for key in ("set", "scale") for former, present in FORMER_PARAMETERS.items()
}
_SET_BY_PART: dict[tuple[str, ...], str] = {("switches", _ANY, *path): present for path, present in _SET.items()}
FORMER_KEYS: Mapping[str, Mapping[tuple[str, ...], str]] = {
    "client": {
        ("study", "robustness", "leaves"): "parameters",
        ("study", "robustness", "screened_leaves"): "screened_parameters",
        ("study", "robustness", "tornado_leaves"): "tornado_parameters",
        ("study", "robustness", "region_leaves"): "region_parameters",
        ("study", "robustness", "worlds"): "replications",
    },
    "designs": {
        ("rank_table",): "priority_table",
        ("switches", _ANY, "rank_table"): "priority_table",
        **_SET,
        **_SET_BY_PART,
    },
    "levers": {
        ("rank_table",): "priority_table",
        ("mark",): "evidence_grade",
        **_SET,
    },
    "scenarios": {("mark",): "evidence_grade", **_SET},
}
"""Kind of file → path of a former key (``*`` is any key or number of an entry) → what its last part is called now."""
FORMER_FOLDERS: Mapping[str, str] = {"priorities": "rank_tables"}
"""Kind of template → what its folder was called."""


def with_present_names(file: YamlFile, kind: str, folder: str = "") -> YamlFile:
    """Return a file that a user wrote with its former keys renamed; each of them is told by a `FormerNameWarning`.

    Parameters
    ----------
    file : YamlFile
        What was read.
    kind : str
        What it is: a key of `FORMER_KEYS`; any other has no former keys.
    folder : str
        Folder that messages name before the file, with its slash.

    Raises
    ------
    ConfigError
        A key stands there under both names.
    """
    keys = FORMER_KEYS.get(kind, {})
    former = [path for path in file.lines if _is_former(path, keys)]
    for path in former:
        _refuse_both(file, path, keys, folder)
        tell_former_name(str(path[-1]), _present(path, keys), f"{folder}{file.path.name}:{file.lines[path]}")
    if not former:
        return file
    lines = {_present_path(path, keys): line for path, line in file.lines.items()}
    return replace(file, content=present_keys(file.content, kind), lines=lines)


def present_parameter(name: str, place: str) -> str:
    """Return what a parameter is called now; its former name is told by a `FormerNameWarning`."""
    present = FORMER_PARAMETERS.get(name, name)
    if present != name:
        tell_former_name(name, present, place)
    return present


def present_parameters(values: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return values by parameter with former names replaced, each of them told by a `FormerNameWarning`.

    Raises
    ------
    ConfigError
        A parameter stands there under both names.
    """
    for former, present in FORMER_PARAMETERS.items():
        if former in values and present in values:
            raise ConfigError(_BOTH_PARAMETERS.fill(former=former, present=present), place, _DELETE.fill(former=former))
    return {present_parameter(name, place): value for name, value in values.items()}


def present_keys(content: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return the content of a file with its former keys renamed, in the same order; for what no user typed."""
    renamed: dict[str, Any] = _renamed(content, (), FORMER_KEYS[kind])
    return renamed


def tell_former_name(former: str, present: str, place: str) -> None:
    """Warn that a name is read for the last time; the command line prints that once for each name."""
    warnings.warn(FormerNameWarning(former, _TOLD.fill(former=former, present=present, place=place)), stacklevel=2)


def _is_former(path: KeyPath, keys: Mapping[tuple[str, ...], str]) -> bool:
    return any(_fits(path, pattern) for pattern in keys)


def _fits(path: KeyPath, pattern: tuple[str, ...]) -> bool:
    return len(path) == len(pattern) and all(wanted in (_ANY, part) for part, wanted in zip(path, pattern, strict=True))


def _present(path: KeyPath, keys: Mapping[tuple[str, ...], str]) -> Any:
    """Return what the last part of a path is called now."""
    return next((present for pattern, present in keys.items() if _fits(path, pattern)), path[-1])


def _present_path(path: KeyPath, keys: Mapping[tuple[str, ...], str]) -> KeyPath:
    return tuple(_present(path[:end], keys) for end in range(1, len(path) + 1))


def _renamed(value: Any, path: KeyPath, keys: Mapping[tuple[str, ...], str]) -> Any:
    if isinstance(value, Mapping):
        return {_present((*path, key), keys): _renamed(below, (*path, key), keys) for key, below in value.items()}
    if isinstance(value, list):
        return [_renamed(entry, (*path, number), keys) for number, entry in enumerate(value)]
    return value


def _refuse_both(file: YamlFile, path: KeyPath, keys: Mapping[tuple[str, ...], str], folder: str) -> None:
    present = _present_path(path, keys)
    if present in file.lines:
        raise ConfigError(
            _BOTH.fill(former=path[-1], present=present[-1], line=file.lines[present]),
            f"{folder}{file.place(path)}",
            _BOTH_REMEDY.fill(former=dotted(path), line=file.lines[path]),
        )


_TOLD = Text(
    de="{former} heißt jetzt {present} ({place}); die nächste Version liest den alten Namen nicht mehr.",
    en="{former} is called {present} now ({place}); the next version no longer reads the old name.",
)
_BOTH = Text(
    de="„{former}“ ist der frühere Name von „{present}“ (Zeile {line}); beide stehen da.",
    en="'{former}' is the former name of '{present}' (line {line}); both are there.",
)
_BOTH_PARAMETERS = Text(
    de="„{former}“ ist der frühere Name von „{present}“; beide stehen da.",
    en="'{former}' is the former name of '{present}'; both are there.",
)
_DELETE = Text(de="Löschen Sie {former}.", en="Delete {former}.")
_BOTH_REMEDY = Text(de="Löschen Sie {former} in Zeile {line}.", en="Delete {former} on line {line}.")
