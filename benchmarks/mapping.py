"""How well `simkit init --from` finds what the columns of exports are, with the presets, and without one and its words.

For each system: its exports in true headings with made-up values, first with all presets; then without its preset and
without every word that stands in no other system's headings. Last the demo client's exports, whose words are left out
likewise. Leaves with 1 when a promise does not hold.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "intake"))

from machine import say
from made_exports import COMPANIES, MadeExport, made_exports

from simkit.foundation.paths import shipped
from simkit.intake.mapping.client_lines import Writing, table_lines
from simkit.intake.mapping.proposals import SURE, ColumnProposal
from simkit.intake.mapping.propose import FolderProposal, propose
from simkit.intake.presets.export_presets import Preset, load_presets
from simkit.intake.settings.schemas import TABLES
from simkit.intake.vocabulary.word_lists import WordLists, bare, folded, word_lists

KNOWN_RIGHT, UNKNOWN_RIGHT, UNKNOWN_WRONG, MOST_TYPED = 0.95, 0.70, 0.03, 12
"""What is promised: right with the preset; right and wrong without it; lines to type by hand."""
DEMO = "demo"
COMPANIONS = {
    "Kunden.csv": [
        ["Kundennummer", "Firma"],
        *([f"{10_000 + n * 17}", f"{name} Werke {'GmbH' if n % 2 else 'AG'}"] for n, name in enumerate(COMPANIES)),
    ],
}
"""What lies beside an export that is not known: the client's list of customers."""


@dataclass(frozen=True, kw_only=True)
class MappingScore:
    """What came out for one system."""

    system: str
    columns: int
    right: int
    left_open: int
    wrong: int
    wrong_and_sure: int
    typed: int
    """Lines of client.yaml that have to be written by hand."""
    details: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The score as a line of the table."""
        share = f"{self.right / max(self.columns, 1):.0%}"
        cells = (self.columns, self.right, share, self.left_open, self.wrong, self.wrong_and_sure, self.typed)
        return f"| {self.system:<18} | " + " | ".join(f"{cell!s:>5}" for cell in cells) + " |"


HEAD = "| system | columns | right | share | open | wrong | wrong above 0.9 | typed |\n" + "|---" * 8 + "|"


def score(system: str, exports: Sequence[MadeExport | DemoExport], proposals: Iterable[FolderProposal]) -> MappingScore:
    """Compare what was proposed for the exports of a system, one folder each, with what they are."""
    listed = list(proposals)
    columns = right = left = wrong = sure = typed = 0
    details: list[str] = []
    for export, proposal in zip(exports, listed, strict=True):
        for ours, verdict, one in _verdicts(export, proposal):
            columns += verdict != "additional"
            right += verdict == "right"
            left += verdict == "open"
            wrong += verdict in {"wrong", "additional"}
            sure += verdict in {"wrong", "additional"} and one is not None and one.certainty >= SURE
            if verdict != "right":
                details.append(f"{export.file}: {ours} {verdict}: {one.heading if one else '-'}")
        typed += sum(verdict == "wrong" for _, verdict, _ in _verdicts(export, proposal))
    typed += sum(typed_lines(one) for one in {id(one): one for one in listed}.values())
    return MappingScore(
        system=system, columns=columns, right=right, left_open=left, wrong=wrong, wrong_and_sure=sure, typed=typed,
        details=tuple(details),
    )  # fmt: skip


def _verdicts(
    export: MadeExport | DemoExport, proposal: FolderProposal
) -> Iterator[tuple[str, str, ColumnProposal | None]]:
    found = next((one for one in proposal.tables if one.source.name == export.file), None)
    columns = {one.ours: one for one in found.columns} if found is not None and found.table == export.table else {}
    expected = export.columns
    for ours, (heading, kind) in expected.items():
        one = columns.get(ours)
        same = one is not None and (
            (one.heading == heading and _kind(one) == kind) or (ours, one.heading) in export.also
        )
        yield ours, "open" if one is None or not one.holds else "right" if same else "wrong", one
    for ours, heading in export.asked.items():
        one = columns.get(ours)
        fits = one is not None and one.heading == heading and one.names and not one.holds
        yield ours, "right" if fits else "wrong" if one is not None and one.holds else "open", one
    for ours in export.keyed:
        one = columns.get(ours)
        yield ours, "right" if one is not None and one.key else "open" if one is None or not one.holds else "wrong", one
    for ours, one in columns.items():
        if one.holds and ours not in {*expected, *export.asked, *export.keyed}:
            yield ours, "additional", one


def _kind(one: ColumnProposal) -> str:
    if one.rule is None:
        return ""
    name = next(iter(one.rule))
    return f"{name} {one.rule[name]}" if name == "unit" else name


def typed_lines(proposal: FolderProposal) -> int:
    """Return how many lines a person has to complete: those that say "open" and are needed, and values without meaning."""
    lines = table_lines(proposal.tables, Writing(language="en", names=proposal.names))
    return sum("…" in line and "# open" in line for line in lines)


def words_of_others(system: str, exports: Sequence[MadeExport]) -> set[str]:
    """Return the words that stand in headings or values of other systems' exports, or of the demo client's."""
    others = [one for one in exports if one.system != system]
    texts = [head for one in others for head in one.content["columns"]]
    texts += [] if system == DEMO else demo_words()
    texts += [str(x) for one in others for column in one.content["columns"].values() for x in column.get("pick", [])]
    return {folded(text) for text in texts} | {word for text in texts for word in folded(text).split()}


def own_words(system: str, exports: Sequence[MadeExport], presets: Sequence[Preset], words: WordLists) -> set[str]:
    """Return the known words that stand in the headings or values of a system's exports and in those of no other."""
    own = [one for one in exports if one.system == system]
    texts = [head for one in own for head in one.content["columns"]]
    texts += [str(x) for one in own for column in one.content["columns"].values() for x in column.get("pick", [])]
    texts += [heading for one in presets if one.system == system for _, heading in one.headings()]
    others = words_of_others(system, exports) | _schema_words()
    for one in presets:
        if one.system != system:
            others |= {word for _, heading in one.headings() for word in folded(heading).split()}
    spelt = {word for text in texts for word in _spelt(text, words)}
    elsewhere = {part for word in others for part in _spelt(word, words)} | others
    return spelt - elsewhere


def demo_words() -> list[str]:
    """Return the headings of the demo client's exports and the values that its client.yaml gives a meaning."""
    config = yaml.safe_load(shipped("client_data", "demo", "client.yaml").read_text(encoding="utf-8"))
    tables = config["tables"].values()
    headings = [str(theirs) for table in tables for theirs in table["columns"].values()]
    return headings + [str(word) for t in tables for known in t.get("values", {}).values() for word in known]


def _schema_words() -> set[str]:
    labels = [label for table in TABLES.values() for one in table.columns for label in (one.label.de, one.label.en)]
    return {word for label in labels for word in folded(label).split()}


def _spelt(text: str, words: WordLists) -> set[str]:
    """Return a text, its words, and the known words inside its compounds."""
    tokens = set(folded(text).split()) | {folded(text), bare(text)}
    inside = {known for known in words.parts for token in tokens if len(known) >= 4 and known in token}
    return tokens | inside


def measure(systems: Sequence[str] = ()) -> tuple[list[MappingScore], list[MappingScore]]:
    """Return the scores with all presets, and those without each system's own preset and words."""
    exports = list(made_exports())
    presets, words = load_presets(), word_lists()
    known, unaided = [], []
    for system in systems or [*dict.fromkeys(one.system for one in exports), DEMO]:
        own = [one for one in exports if one.system == system]
        if system == DEMO:
            known.append(measure_demo(unaided=False))
            unaided.append(measure_demo(unaided=True))
            continue
        known.append(score(system, own, _proposals(own, presets, words, companions=False)))
        others = [one for one in presets if one.system != system]
        less = words.without(own_words(system, exports, presets, words))
        unaided.append(score(system, own, _proposals(own, others, less, companions=True)))
    return known, unaided


@dataclass(frozen=True, kw_only=True)
class DemoExport:
    """One file of the demo client, and what its columns are by its client.yaml."""

    system: str
    file: str
    table: str
    columns: dict[str, tuple[str, str]]
    asked: dict[str, str]
    keyed: dict[str, str]
    also: frozenset[tuple[str, str]] = frozenset()


def demo_exports() -> list[DemoExport]:
    """Return the demo client's files; what its client.yaml says of them is what is to be found."""
    config = yaml.safe_load(shipped("client_data", DEMO, "client.yaml").read_text(encoding="utf-8"))
    return [
        DemoExport(
            system=DEMO,
            file=file,
            table=name,
            columns={ours: (theirs, "") for ours, theirs in table["columns"].items()},
            asked={},
            keyed={},
        )
        for name, table in config["tables"].items()
        for file in (table["file"] if isinstance(table["file"], list) else [table["file"]])
    ]


def measure_demo(*, unaided: bool) -> MappingScore:
    """Return the score of the demo client's exports, without a word of its client.yaml.

    Parameters
    ----------
    unaided : bool
        Whether the words that no known system uses are left out, too.
    """
    presets, words, exports = load_presets(), word_lists(), demo_exports()
    if unaided:
        words = words.without(demo_own_words(presets, words))
    with tempfile.TemporaryDirectory() as folder:
        for one in exports:
            shutil.copyfile(shipped("client_data", DEMO, one.file), Path(folder) / one.file)
        proposal = propose(Path(folder), presets=presets, words=words)
    return score(DEMO, exports, [proposal] * len(exports))


def demo_own_words(presets: Sequence[Preset], words: WordLists) -> set[str]:
    """Return the known words that stand in the demo client's headings and values and in no known system's."""
    others = words_of_others(DEMO, list(made_exports())) | _schema_words()
    others |= {word for one in presets for _, heading in one.headings() for word in folded(heading).split()}
    spelt = {word for text in demo_words() for word in _spelt(text, words)}
    return spelt - ({part for word in others for part in _spelt(word, words)} | others)


def _proposals(
    exports: Sequence[MadeExport], presets: Sequence[Preset], words: WordLists, *, companions: bool
) -> Iterator[FolderProposal]:
    for one in exports:
        with tempfile.TemporaryDirectory() as folder:
            one.write(Path(folder))
            for name, rows in COMPANIONS.items() if companions and one.table != "customers" else ():
                (Path(folder) / name).write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
            yield propose(Path(folder), presets=presets, words=words)


def main() -> int:
    """Print both tables; return 1 when a promise does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("systems", nargs="*", help="only these systems")
    parser.add_argument("--details", action="store_true", help="say which columns are not right")
    asked = parser.parse_args()
    known, unaided = measure(asked.systems)
    held = [*_kept(known)]
    for title, scores in (("With its preset", known), ("Without its preset and its words", unaided)):
        say(f"\n{title}\n\n{HEAD}")
        for one in [*scores, _total(scores)]:
            say(one.line)
            if asked.details:
                say("\n".join(f"    {line}" for line in one.details))
    held += _kept_unaided([one for one in unaided if one.system != DEMO])
    held += [
        (f"{DEMO}, {name}", holds) for one in unaided if one.system == DEMO for name, holds in _kept_unaided([one])
    ]
    for name, holds in held:
        if not holds:
            say(f"does not hold: {name}")
    return 0 if all(holds for _, holds in held) else 1


def _kept(known: Sequence[MappingScore]) -> Iterator[tuple[str, bool]]:
    for one in known:
        yield f"{one.system}: right", one.right >= KNOWN_RIGHT * one.columns
        yield f"{one.system}: wrong above 0.9", one.wrong_and_sure == 0
        yield f"{one.system}: typed", one.typed <= MOST_TYPED


def _kept_unaided(scores: Sequence[MappingScore]) -> list[tuple[str, bool]]:
    if not scores:
        return []
    total = _total(scores)
    return [
        ("right without the preset", total.right >= UNKNOWN_RIGHT * total.columns),
        ("wrong without the preset", total.wrong <= UNKNOWN_WRONG * total.columns),
    ]


def _total(scores: Sequence[MappingScore]) -> MappingScore:
    def together(name: str) -> int:
        return sum(getattr(one, name) for one in scores)

    return MappingScore(
        system="together", columns=together("columns"), right=together("right"), left_open=together("left_open"),
        wrong=together("wrong"), wrong_and_sure=together("wrong_and_sure"), typed=max(one.typed for one in scores),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
