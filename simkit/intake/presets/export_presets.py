"""Known exports: the files of templates/presets/, which say by which headings one is told and what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from simkit.foundation.errors import ConfigError
from simkit.foundation.paths import template_folders
from simkit.foundation.text import Text, did_you_mean, same
from simkit.intake.settings.operations import NoOperationError, operation
from simkit.intake.settings.schemas import TABLES
from simkit.intake.settings.yaml_lines import read_yaml
from simkit.intake.vocabulary.word_lists import bare, folded

OTHERWISE = "*"
"""Stands for all other values of a column."""


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _as_text(value: object) -> object:
    return Text(**value) if isinstance(value, dict) else value


NO_DOUBT = same("")
Headings = Annotated[list[str], BeforeValidator(_listed), Field(min_length=1)]
Operations = Annotated[list[dict[str, Any]], BeforeValidator(_listed), Field(min_length=1)]


class PresetExport(BaseModel, extra="forbid", frozen=True):
    """One kind of file that a system exports."""

    name: str
    table: str
    """Our table that it fills."""
    signature: Annotated[list[list[str]], Field(min_length=1)]
    """Headings by which it is told; all of one list have to be there."""
    columns: dict[str, Headings] = {}
    """Our column → headings, of which the first that is there is taken."""
    compute: dict[str, Operations] = {}
    """Our column → operations, of which the first whose headings are all there is taken."""
    key: dict[str, Headings] = {}
    """Our column → headings that make it together."""
    values: dict[str, dict[str, str | None]] = {}
    """Our column → value of the client → our value; ``*`` stands for all others."""
    constants: dict[str, str] = {}
    where_not: dict[str, Headings] = {}
    """Heading → values of rows that do not count; only those that occur are written."""
    sign: dict[str, Headings] = {}
    """Heading → values of rows whose amounts are negative."""
    lines: bool = False
    """Whether several rows are one order."""
    not_taken: Headings = [""]
    """Headings that look like one of our columns and are none."""
    doubt: Annotated[Text, BeforeValidator(_as_text)] = NO_DOUBT
    """Why the file is not taken without a yes; empty where it is."""
    certainty: Annotated[float, Field(gt=0, le=1)] = 0.97


class PresetFile(BaseModel, extra="forbid", frozen=True):
    """One file of templates/presets/: a system and its exports."""

    label: str
    exports: Annotated[list[PresetExport], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Preset:
    """One export of one system."""

    system: str
    """Name of the file."""
    label: str
    export: PresetExport

    def headings(self) -> Iterator[tuple[str, str]]:
        """Yield (our column, heading) of all that it knows."""
        for ours, headings in (*self.export.columns.items(), *self.export.key.items()):
            yield from ((ours, heading) for heading in headings)
        for ours, written in self.export.compute.items():
            for one in written:
                yield from ((ours, heading) for heading in operation(one).headings)

    def fits(self, headings: Iterable[str]) -> bool:
        """Whether a file with these headings is this export."""
        present = {written(heading) for heading in headings if heading for written in (bare, folded)}
        return any(all(folded(one) in present for one in signature) for signature in self.export.signature)


def load_presets(folders: Sequence[Path] | None = None) -> tuple[Preset, ...]:
    """Return all known exports; a file of the workspace goes before the shipped one of the same name.

    Raises
    ------
    ConfigError
        A file is no preset; the text names file and key.
    """
    files: dict[str, Path] = {}
    for folder in folders if folders is not None else template_folders("presets"):
        for path in sorted(folder.glob("*.yaml")):
            files.setdefault(path.stem, path)
    return tuple(preset for path in files.values() for preset in _presets_of(path))


def _presets_of(path: Path) -> Iterator[Preset]:
    content = read_yaml(path).content
    try:
        file = PresetFile.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = f"{path.name}: {'.'.join(map(str, first['loc']))}"
        raise ConfigError(_NO_PRESET.fill(problem=first["msg"]), where, _NO_PRESET_REMEDY) from error
    for export in file.exports:
        _check_export(export, path)
        yield Preset(system=path.stem, label=file.label, export=export)


def _check_export(export: PresetExport, path: Path) -> None:
    """What an export fills has to be a table and columns of ours, and its operations have to be some."""
    where = f"{path.name}: {export.name}"
    if export.table not in TABLES:
        raise ConfigError(_UNKNOWN.fill(name=export.table), where, did_you_mean(export.table, TABLES))
    table = TABLES[export.table]
    for ours in (*export.columns, *export.compute, *export.key, *export.values, *export.constants):
        if ours not in table.names:
            raise ConfigError(_UNKNOWN.fill(name=ours), where, did_you_mean(ours, table.names))
    for written in export.compute.values():
        for one in written:
            try:
                operation(one)
            except NoOperationError as error:
                raise ConfigError(error.what, where, error.remedy) from error


def fitting_preset(headings: Sequence[str], presets: Iterable[Preset]) -> Preset | None:
    """Return the known export that a file with these headings is; of several, the one that knows most of them."""
    present = {bare(heading) for heading in headings if heading}
    fitting = [preset for preset in presets if preset.fits(headings)]
    return max(
        fitting, key=lambda preset: len({bare(heading) for _, heading in preset.headings()} & present), default=None
    )


def synonyms(presets: Iterable[Preset]) -> Mapping[tuple[str, str], frozenset[str]]:
    """Return the headings that known exports use for our columns: (table, column) → headings, folded."""
    found: dict[tuple[str, str], set[str]] = {}
    for preset in presets:
        for ours, headings in preset.export.columns.items():
            found.setdefault((preset.export.table, ours), set()).update(map(bare, headings))
    return {place: frozenset(words) for place, words in found.items()}


_NO_PRESET = Text(de="Die Vorlage ist keine: {problem}", en="This is no preset: {problem}")
_NO_PRESET_REMEDY = Text(
    de="Nehmen Sie eine der Dateien in templates/presets/ als Muster.",
    en="Take one of the files in templates/presets/ as a pattern.",
)
_UNKNOWN = Text(
    de="'{name}' gehört nicht zu unseren Tabellen und Spalten.", en="'{name}' is none of our tables and columns."
)
