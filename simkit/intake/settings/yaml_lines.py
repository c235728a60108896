"""Reads a YAML file and remembers on which line each key stands.

YAML itself lets a doubled key silently win over the first one, and knows no line numbers afterwards; a person who
mends a file by hand needs both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError, reason_of
from simkit.foundation.paths import shown, template_folders
from simkit.foundation.text import Text

TEXTS = Catalogue.beside(__file__)

KeyPath = tuple[str | int, ...]
LARGEST, DEEPEST, MOST_KEYS, MOST_BRACKETS = 500_000, 40, 20_000, 200
"""Bytes, levels, keys and open brackets of the largest file that a person writes; aliases count as often as they are used."""
_PASTED = frozenset({"currency"})
"""Plain keys at the top that a line to paste may state again: the line further down holds."""
_SHORT = 100_000  # characters that the plain parser reads in a second or two


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C where it is there, ten times as fast
    """Reads "No" and "NO" (a label, or Norway), NULL, 007 and 12:30 as text; nothing is written null or ~."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":int", ":null"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|false|False)$"), list("tTfF"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


@dataclass(frozen=True, kw_only=True)
class YamlFile:
    """The content of a YAML file with the line of every key."""

    path: Path
    content: dict[str, Any]
    lines: Mapping[KeyPath, int]
    """Line (from 1) of the key at a path such as ``("tables", "orders", "file")``."""

    def place(self, path: KeyPath) -> str:
        """Return "file, line n: a.b.c" for the nearest key on that path that stands in the file."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        line = f":{self.lines[known]}" if known else ""
        return f"{self.path.name}{line}" + (f" ({dotted(path)})" if path else "")


def dotted(path: KeyPath) -> str:
    """Write a path of keys as "a.b.c"."""
    return ".".join(str(part) for part in path)


def quoted(text: str) -> str:
    """Write a text so that it can stand anywhere in YAML, whatever quotation marks and signs it holds."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in written)


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML file whose top level is a mapping.

    Raises
    ------
    ConfigError
        The file is missing, is no UTF-8 text, is no valid YAML, doubles a key, or is not a mapping.
    """
    text = _text_of(path)
    lines: dict[KeyPath, int] = {}
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise ConfigError(_NO_MAPPING, path.name, _NO_MAPPING_REMEDY.fill(folder=_pattern_of(path)))
        _join_pasted_lines(node)
        _collect_lines(node, (), lines, path)
        content = loader.construct_document(node)
    except RecursionError as error:
        raise ConfigError(_TOO_DEEP, path.name, _TOO_DEEP_REMEDY) from error
    except yaml.YAMLError as error:
        raise _syntax_error(path, _in_full(text, error)) from error
    except (ValueError, TypeError, OverflowError) as error:  # a date such as 2024-02-30, a list as a key
        raise _syntax_error(path, error) from error
    return _spread_dotted_keys(YamlFile(path=path, content=content, lines=lines))


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(_TOO_DEEP, path.name, _TOO_DEEP_REMEDY)
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(_MISSING.fill(name=path.name), str(path.parent), _MISSING_REMEDY) from error
    except UnicodeDecodeError as error:
        raise ConfigError(_NOT_UTF8, path.name, _NOT_UTF8_REMEDY) from error
    except OSError as error:
        raise ConfigError(_NO_ACCESS.fill(reason=reason_of(error)), path.name, _NO_ACCESS_REMEDY) from error
    if _open_brackets(text) > MOST_BRACKETS:
        raise ConfigError(_TOO_DEEP, path.name, _TOO_DEEP_REMEDY)
    return text


def _open_brackets(text: str) -> int:
    """Return how many brackets are open at most; the parser takes seconds to find that they are too many."""
    steps = (1 if found[0] in "[{" else -1 for found in re.finditer(r"[\[\]{}]", text))
    return max(accumulate(steps), default=0)


def _collect_lines(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int], file: Path) -> None:
    if len(path) > DEEPEST or len(lines) > MOST_KEYS:  # an alias that holds itself, or ten of ten of ten
        raise ConfigError(_TOO_DEEP, file.name, _TOO_DEEP_REMEDY)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            key_path = (*path, str(key.value))
            line = key.start_mark.line + 1
            if key_path in lines:
                raise ConfigError(
                    _DOUBLED.fill(key=dotted(key_path), first=lines[key_path]), f"{file.name}:{line}", _DOUBLED_REMEDY
                )
            lines[key_path] = line
            _collect_lines(value, key_path, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            lines[(*path, number)] = item.start_mark.line + 1
            _collect_lines(item, (*path, number), lines, file)


def _join_pasted_lines(node: yaml.MappingNode) -> None:
    """Make one of two parts under the same dotted key: a line that was pasted for one finding leaves room for the next."""
    parts: dict[tuple[str, type[yaml.Node]], yaml.CollectionNode] = {}
    last = {str(key.value): key for key, value in node.value if isinstance(value, yaml.ScalarNode)}
    kept = []
    for key, value in node.value:
        place = (str(key.value), type(value))
        if place[0] in _PASTED and last.get(place[0], key) is not key:
            continue
        if place in parts:
            parts[place].value.extend(value.value)
            continue
        if "." in place[0] and isinstance(value, yaml.CollectionNode):
            parts[place] = value
        kept.append((key, value))
    node.value = kept


def _spread_dotted_keys(file: YamlFile) -> YamlFile:
    """Turn a top-level key "tables.orders.encoding" into its nested form, so that a remedy is one line to paste."""
    content: dict[str, Any] = {key: value for key, value in file.content.items() if not _is_dotted(key)}
    lines = dict(file.lines)
    for key, value in file.content.items():
        if _is_dotted(key):
            path = tuple(key.split("."))
            content = _with_value(content, path, value)
            lines[path] = file.lines[(key,)]
            for depth in range(1, len(path)):  # what stands nowhere else begins here
                lines.setdefault(path[:depth], lines[path])
    return YamlFile(path=file.path, content=content, lines=lines)


def _is_dotted(key: object) -> bool:
    return isinstance(key, str) and "." in key


def _with_value(parameter_set: Mapping[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    head, rest = path[0], path[1:]
    below = parameter_set.get(head)
    if rest:
        return {**parameter_set, head: _with_value(below if isinstance(below, Mapping) else {}, rest, value)}
    return {**parameter_set, head: _added(below, value)}


def _added(before: object, more: object) -> object:
    """Add to what is there: a pasted line must not throw away the labels that are mapped already."""
    if isinstance(before, Mapping) and isinstance(more, Mapping):
        return {**before, **more}
    if isinstance(before, list) and isinstance(more, list):
        return [*before, *more]
    return more


def _pattern_of(path: Path) -> str:
    """Return the folder of templates of the same kind."""
    known = ("designs", "scenarios", "levers", "priorities", "workshop")
    return shown(template_folders(path.parent.name if path.parent.name in known else "client")[-1])


def _in_full(text: str, error: yaml.YAMLError) -> yaml.YAMLError:
    """Return the error of the plain parser, which says more than the fast one and the same on every machine."""
    if len(text) > _SHORT:
        return error
    try:
        yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as told:
        return told
    return error


def _syntax_error(path: Path, error: Exception) -> ConfigError:
    mark = getattr(error, "problem_mark", None)
    place = f"{path.name}:{mark.line + 1}" if mark is not None else path.name
    said = str(getattr(error, "problem", None) or error)
    detail = next((words for start, words in _SAID.items() if said.startswith(start)), Text(de="unlesbar", en=said))
    return ConfigError(_SYNTAX.fill(detail=detail), place, _SYNTAX_REMEDY)


_MISSING = TEXTS["missing"]
_MISSING_REMEDY = TEXTS["missing_remedy"]
_NOT_UTF8 = TEXTS["not_utf8"]
_NOT_UTF8_REMEDY = TEXTS["not_utf8_remedy"]
_TOO_DEEP = TEXTS["too_nested"]
_TOO_DEEP_REMEDY = TEXTS["too_nested_remedy"]
_NO_ACCESS = TEXTS["no_access"]
_NO_ACCESS_REMEDY = TEXTS["no_access_remedy"]
_NO_MAPPING = TEXTS["no_mapping"]
_NO_MAPPING_REMEDY = TEXTS["no_mapping_remedy"]
_DOUBLED = TEXTS["doubled"]
_DOUBLED_REMEDY = TEXTS["doubled_remedy"]
_SYNTAX = TEXTS["syntax"]
#: What the reader of YAML says, by its beginning, in words that help.
_SAID = {
    "mapping values are not allowed": Text(
        de="hier passt kein weiterer Schlüssel mit Doppelpunkt", en="no further key with a colon fits here"
    ),
    "expected ',' or '}'": Text(de="eine Klammer { ist nicht geschlossen", en="a bracket { is not closed"),
    "expected ',' or ']'": Text(de="eine Klammer [ ist nicht geschlossen", en="a bracket [ is not closed"),
    "found character '\\t'": Text(de="ein Tabulator statt Leerzeichen", en="a tab in place of spaces"),
    "could not find expected ':'": Text(
        de="nach einem Schlüssel fehlt der Doppelpunkt", en="a key has no colon after it"
    ),
    "found unexpected end of stream": Text(
        de="ein Anführungszeichen ist nicht geschlossen", en="a quotation mark is not closed"
    ),
    "expected <block end>": Text(
        de="die Einrückung passt nicht zu den Zeilen davor", en="the indentation does not fit"
    ),
    "day is out of range": Text(de="diesen Tag gibt es nicht", en="there is no such day"),
    "month must be in": Text(de="diesen Monat gibt es nicht", en="there is no such month"),
}
_SYNTAX_REMEDY = TEXTS["syntax_remedy"]
