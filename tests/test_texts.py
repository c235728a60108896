"""Every catalogue of texts and the code that reads it fit together, and both languages of a text fill the same places."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from simkit.foundation.catalogue import FILE_NAME
from simkit.foundation.text import LANGUAGES

PACKAGE = Path(__file__).resolve().parent.parent / "simkit"
CATALOGUES = sorted(PACKAGE.rglob(FILE_NAME))


def doubled(node: yaml.Node, where: str = "") -> list[str]:
    """Return the keys that stand twice; YAML itself lets the last one win silently."""
    if not isinstance(node, yaml.MappingNode):
        return []
    keys = [key.value for key, _ in node.value]
    found = [f"{where}{key}" for key in sorted({key for key in keys if keys.count(key) > 1})]
    return found + [name for key, value in node.value for name in doubled(value, f"{where}{key.value}.")]


def entries(content: dict[str, dict[str, object]]) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield all entries with their names, those of groups as group.key."""
    for key, entry in content.items():
        if set(entry) & set(LANGUAGES):
            yield key, entry
        else:
            yield from ((f"{key}.{name}", dict(one)) for name, one in entry.items() if isinstance(one, dict))


def written_forms(entry: dict[str, object]) -> list[str]:
    forms = []
    for written in entry.values():
        forms += [str(form) for form in written.values()] if isinstance(written, dict) else [str(written)]
    return forms


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def uneven(content: dict[str, dict[str, object]]) -> list[str]:
    """Return the entries that lack a language, or whose forms do not all have the same places."""
    wrong = []
    for name, entry in entries(content):
        forms = written_forms(entry)
        if set(entry) != set(LANGUAGES) or not all(forms) or len({frozenset(places(form)) for form in forms}) > 1:
            wrong.append(name)
    return wrong


def used_keys(folder: Path) -> tuple[set[str], list[str]]:
    """Return the keys that the modules of a folder ask for, and the places where a key is not written out."""
    keys, unclear = set(), []
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            key = asked(node)
            if isinstance(key, ast.Constant):
                keys.add(str(key.value))
            elif key is not None:
                unclear.append(f"{file.name}:{key.lineno}")
    return keys, unclear


def asked(node: ast.AST) -> ast.expr | None:
    """Return the key of ``TEXTS[key]`` and ``TEXTS.group(key)``."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "TEXTS":
        return node.slice
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "TEXTS.group":
        return node.args[0]
    return None


def check(file: Path) -> list[str]:
    """Return what is wrong with one catalogue and its readers."""
    text = file.read_text(encoding="utf-8")
    content = yaml.load(text, Loader=yaml.BaseLoader)
    keys, unclear = used_keys(file.parent)
    return [
        *(f"stands twice: {key}" for key in doubled(yaml.compose(text))),
        *(f"lacks a language, or its places differ: {key}" for key in uneven(content)),
        *(f"nothing asks for it: {key}" for key in sorted(set(content) - keys)),
        *(f"is asked for and not there: {key}" for key in sorted(keys - set(content))),
        *(f"key not written out: {place}" for place in unclear),
    ]


def test_every_text_is_complete_used_and_there() -> None:
    wrong = {str(file.relative_to(PACKAGE)): found for file in CATALOGUES if (found := check(file))}

    assert wrong == {}


NOT_TO_READERS = re.compile(
    r"[Vv]om Kunden gemessen|[Tt]abellen des Kunden|\b[Tt]his client\b|\bthe client's tables\b|--no-"
)
"""Words by which the reader, who is the client, is taken for his own buyer or for another, and options of the tool."""


@pytest.mark.parametrize("part", ["report/chapters", "study"])
def test_texts_of_a_report_speak_to_the_client(part: str) -> None:
    files = sorted((PACKAGE / part).rglob("*.yaml"))
    assert files
    assert not [f"{file}: {line}" for file in files for line in NOT_TO_READERS.findall(file.read_text("utf-8"))]


def test_every_module_that_reads_texts_has_a_catalogue_beside_it() -> None:
    readers = {
        file.parent
        for file in PACKAGE.rglob("*.py")
        if "Catalogue.beside(__file__)\n" in file.read_text(encoding="utf-8")
    }

    assert [str(folder) for folder in sorted(readers) if not (folder / FILE_NAME).is_file()] == []


@pytest.mark.parametrize(
    ("catalogue", "code", "told"),
    [
        ("a: {de: x, en: y}", 'TEXTS["a"]', []),
        ("a: {b: {de: x, en: y}}", 'TEXTS.group("a")["b"]', []),
        ('a: {de: {one: "{n} x", other: "{n} y"}, en: "{n} z"}', 'TEXTS["a"]', []),
        ("a: {de: x, en: y}", "", ["nothing asks for it: a"]),
        ("a: {de: x, en: y}", 'TEXTS["a"], TEXTS["b"]', ["is asked for and not there: b"]),
        ("a: {de: x, en: y}", 'TEXTS["a"], TEXTS[name]', ["key not written out: chapter.py:1"]),
        ("a: {de: x}", 'TEXTS["a"]', ["lacks a language, or its places differ: a"]),
        ('a: {de: x, en: ""}', 'TEXTS["a"]', ["lacks a language, or its places differ: a"]),
        ('a: {b: {de: "{n}", en: "{m}"}}', 'TEXTS.group("a")', ["lacks a language, or its places differ: a.b"]),
        (
            'a: {de: {one: x, other: "{n} y"}, en: "{n} z"}',
            'TEXTS["a"]',
            ["lacks a language, or its places differ: a"],
        ),
        ("a: {de: x, en: y}\na: {de: x, en: z}", 'TEXTS["a"]', ["stands twice: a"]),
    ],
)
def test_the_check_sees_what_is_wrong(tmp_path: Path, catalogue: str, code: str, told: list[str]) -> None:
    (tmp_path / FILE_NAME).write_text(catalogue, encoding="utf-8")
    (tmp_path / "chapter.py").write_text(code, encoding="utf-8")

    assert check(tmp_path / FILE_NAME) == told
