"""Labels: what things of the kit are called, kept in catalogue files beside the code, de and en in one entry.

They stand outside the code so that they can be reworded without touching what computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import LANGUAGES, Text


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
        import yaml

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
