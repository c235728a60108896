"""Reading the YAML files of designs, scenarios and rank tables, with errors that name file and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from simkit.foundation.errors import ConfigError
from simkit.foundation.places import TEMPLATES
from simkit.foundation.text import Text, did_you_mean

KIND_WORDS: Mapping[str, Text] = {
    "designs": Text(de="Organisationsmodell", en="design"),
    "scenarios": Text(de="Szenario", en="scenario"),
    "rank_tables": Text(de="Rangtabelle", en="rank table"),
}


def names_of(kind: str, folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all files of one kind, shipped and in the client's folder."""
    return tuple(sorted({file.stem for place in _places(kind, folder) for file in place.glob("*.yaml")}))


def read_overlay(kind: str, name: str, folder: Path | None = None) -> tuple[Mapping[str, Any], Path]:
    """Read one file; the client's own file goes before the shipped one of the same name.

    Parameters
    ----------
    kind : {"designs", "scenarios", "rank_tables"}
        What it is.
    name : str
        Name of the file without its ending.
    folder : Path, optional
        The client's folder.

    Raises
    ------
    ConfigError
        If there is no such file, or it is not a mapping.
    """
    import yaml

    for place in _places(kind, folder):
        file = place / f"{name}.yaml"
        if name in names_of(kind, folder) and file.is_file():
            try:
                content = yaml.safe_load(file.read_text(encoding="utf-8"))
            except yaml.YAMLError as error:
                raise ConfigError(
                    Text(de="Die Datei ist kein gültiges YAML.", en="The file is not valid YAML."), f"{file}: {error}"
                ) from error
            if not isinstance(content, dict):
                raise ConfigError(Text(de="Die Datei ist leer.", en="The file is empty."), str(file))
            return content, file
    word = KIND_WORDS[kind]
    raise ConfigError(
        Text(de=f"{word.de} „{name}“ gibt es nicht.", en=f"There is no {word.en} '{name}'."),
        f"templates/{kind}/",
        did_you_mean(name, names_of(kind, folder)),
    )


def check_keys(content: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    """Refuse keys that mean nothing, naming the nearest that do.

    Raises
    ------
    ConfigError
        For the first unknown key.
    """
    known = tuple(allowed)
    for key in content:
        if key not in known:
            raise ConfigError(
                Text(de=f"Unbekannter Eintrag „{key}“.", en=f"Unknown key '{key}'."),
                f"{where}: {key}",
                did_you_mean(str(key), known),
            )


def text_of(value: object, where: str) -> Text:
    """Read a text that is given in both languages.

    Raises
    ------
    ConfigError
        If one of the languages is missing.
    """
    if isinstance(value, dict) and {"de", "en"} <= set(value):
        return Text(de=str(value["de"]).strip(), en=str(value["en"]).strip())
    raise ConfigError(
        Text(de="Der Text fehlt in einer Sprache.", en="The text is missing in one language."),
        where,
        Text(de="Schreiben Sie {de: …, en: …}.", en="Write {de: …, en: …}."),
    )


def _places(kind: str, folder: Path | None) -> tuple[Path, ...]:
    shipped = TEMPLATES / kind
    return (folder / kind, shipped) if folder is not None else (shipped,)
