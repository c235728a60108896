"""Words in catalogue files beside the code: texts with named places and plural forms, and labels of the things of the kit."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import yaml
from babel import Locale

from simkit.foundation.errors import ConfigError
from simkit.foundation.formats import Formats
from simkit.foundation.text import LANGUAGES, Language, Text, did_you_mean

FILE_NAME = "texts.yaml"
_OTHER = "other"
"""The form that every language has."""
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every scalar as text ("no", "1" and "2026-01-01" are words here); written in C where that is there."""
_INVALID = Text(de="Der Katalog ist kein gültiges YAML: {error}", en="The catalogue is not valid YAML: {error}")
_INVALID_REMEDY = Text(
    de="Setzen Sie Texte mit Doppelpunkt, Klammern oder # in Anführungszeichen.",
    en="Put texts with a colon, brackets or # in quotes.",
)
_NO_TEXT = Text(
    de="Der Eintrag ist kein Text in beiden Sprachen.",
    en="The entry is no text in both languages.",
)
_NO_TEXT_REMEDY = Text(
    de="Schreiben Sie ihn unter 'de' und 'en'; hat er Formen für eine Anzahl, gehört 'other' dazu.",
    en="Write it under 'de' and 'en'; where it has forms for a number, 'other' is one of them.",
)


@dataclass(frozen=True)
class PluralText(Text):
    """A text about ``{count}`` things; `de` and `en` are its forms for any other number."""

    forms: Mapping[Language, Mapping[str, str]] = field(hash=False)
    """Language → form of babel's plural rules (``one``, ``other``) → text with its places."""

    @classmethod
    def of(cls, forms: Mapping[Language, Mapping[str, str]]) -> PluralText:
        """Return the text of these forms."""
        return cls(de=forms["de"][_OTHER], en=forms["en"][_OTHER], forms=forms)

    def fill(self, **values: object) -> Text:
        """Return the form for ``count`` with all places completed; without a count, that place alone stays open.

        Whole numbers are written with the separators of each language.
        """
        if "count" in values:
            return Text(**{language: self._filled(language, values) for language in LANGUAGES})
        return PluralText.of(
            {
                language: {
                    name: form.format(**_written(values, language), count="{count}") for name, form in forms.items()
                }
                for language, forms in self.forms.items()
            }
        )

    def _filled(self, language: Language, values: Mapping[str, object]) -> str:
        forms = self.forms[language]
        form = Locale(language).plural_form(cast("int", values["count"]))
        return forms.get(form, forms[_OTHER]).format(**_written(values, language))


def _written(values: Mapping[str, object], language: Language) -> dict[str, object]:
    formats = Formats(language=language)
    return {
        name: formats.number(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else value.to(language)
        if isinstance(value, Text)
        else value
        for name, value in values.items()
    }


@dataclass(frozen=True)
class Catalogue:
    """The texts of one file, read when the first of them is asked for."""

    file: Path
    """A YAML file of entries and groups of entries."""

    @classmethod
    def beside(cls, module_file: str) -> Catalogue:
        """Return the catalogue that lies beside a module: ``TEXTS = Catalogue.beside(__file__)``."""
        return cls(Path(module_file).with_name(FILE_NAME))

    def __getitem__(self, key: str) -> Text:
        """Return one text.

        Raises
        ------
        KeyError
            There is no such text; the nearest is named.
        ConfigError
            The file is no catalogue.
        """
        found = self._entry(key)
        if not isinstance(found, Text):
            raise KeyError(f"{self.file}: '{key}' is a group of texts")
        return found

    def group(self, name: str) -> dict[str, Text]:
        """Return the texts of one group by their keys, in the order of the file; raises as one text does."""
        found = self._entry(name)
        if isinstance(found, Text):
            raise KeyError(f"{self.file}: '{name}' is one text, not a group")
        return dict(found)

    def _entry(self, key: str) -> Text | Mapping[str, Text]:
        entries = _read(self.file)
        if key not in entries:
            raise KeyError(f"{self.file}: no text '{key}'. {did_you_mean(key, entries)}")
        return entries[key]


@functools.cache
def _read(file: Path) -> Mapping[str, Text | Mapping[str, Text]]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ConfigError(_INVALID.fill(error=error), str(file), _INVALID_REMEDY) from error
    if not isinstance(content, dict):
        raise ConfigError(_NO_TEXT, str(file), _NO_TEXT_REMEDY)
    return {key: _entry_or_group(entry, f"{file}: {key}") for key, entry in content.items()}


def _entry_or_group(entry: Any, where: str) -> Text | Mapping[str, Text]:
    if isinstance(entry, dict) and not set(entry) & set(LANGUAGES):
        return {key: _text(one, f"{where}.{key}") for key, one in entry.items()}
    return _text(entry, where)


def _text(entry: Any, where: str) -> Text:
    if isinstance(entry, dict) and set(entry) == set(LANGUAGES):
        forms = {language: _forms(entry[language]) for language in LANGUAGES}
        if all(_OTHER in found for found in forms.values()):
            return PluralText.of(forms) if any(isinstance(one, dict) for one in entry.values()) else Text(**entry)
    raise ConfigError(_NO_TEXT, where, _NO_TEXT_REMEDY)


def _forms(written: Any) -> Mapping[str, str]:
    forms = written if isinstance(written, dict) else {_OTHER: written}
    return forms if all(isinstance(form, str) and form for form in forms.values()) else {}


class Labels(Mapping[str, Text]):
    """The labels of one catalogue file by name; the file is read when the first one is asked for.

    Parameters
    ----------
    file : Path
        A YAML file of entries ``name: {de: …, en: …}``.

    Raises
    ------
    ConfigError
        At the first access, if an entry lacks a language.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def __getitem__(self, name: str) -> Text:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    @cached_property
    def _texts(self) -> dict[str, Text]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        entries: dict[str, Any] = yaml.load(self.file.read_text(encoding="utf-8"), Loader=loader)
        return {name: self._text(name, entry) for name, entry in entries.items()}

    def _text(self, name: str, entry: Any) -> Text:
        if isinstance(entry, dict) and set(entry) == set(LANGUAGES) and all(isinstance(v, str) for v in entry.values()):
            return Text(**entry)
        raise ConfigError(
            Text(
                de=f"Die Beschriftung „{name}“ braucht einen Text auf Deutsch und einen auf Englisch.",
                en=f"The label '{name}' needs one text in German and one in English.",
            ),
            f"{self.file}: {name}",
            Text(
                de=f'So schreiben: {name}: {{de: "…", en: "…"}}',
                en=f'Write it so: {name}: {{de: "…", en: "…"}}',
            ),
        )
