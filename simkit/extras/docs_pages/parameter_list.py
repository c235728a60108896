"""The parameters of the simulation as a list: what each is, what it may be, where it comes from, and what has set it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.errors import UsageError
from simkit.foundation.parameter_set import KIND_LABELS, Leaf, Parameters, Provenance
from simkit.foundation.table_writing import csv_text
from simkit.foundation.text import Language, Text, did_you_mean
from simkit.foundation.units import UNIT_WORDS

CSV_COLUMNS = (
    "path", "value", "default", "unit", "minimum", "maximum", "low", "high", "kind", "source", "mark", "label",
)  # fmt: skip
HEADINGS = (
    Text(de="Parameter", en="Parameter"),
    Text(de="Bedeutung", en="Meaning"),
    Text(de="Wert", en="Value"),
    Text(de="Vorgabe", en="Default"),
    Text(de="Erlaubt", en="Allowed"),
    Text(de="Plausibel", en="Plausible"),
    Text(de="Herkunft", en="Source"),
)


@dataclass(frozen=True, kw_only=True)
class Overrides:
    """What is put on the tree before it is listed.

    Parameters
    ----------
    design : str
        Name of a design; empty for none.
    scenarios, levers : tuple of str
        Names.
    folder : Path, optional
        The client's folder, whose own files go before the shipped ones and whose assumptions count.
    """

    design: str = ""
    scenarios: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    folder: Path | None = None

    def on(self, parameters: Parameters) -> Parameters:
        """Return the tree with the client's assumptions, the scenarios, the design and the levers in it.

        Raises
        ------
        ConfigError
            For an override that does not exist or does not fit the tree, or overrides that contradict each other.
        """
        from simkit.model.specification.designs import load_design
        from simkit.model.specification.levers import lever_contradictions, load_lever, put_on
        from simkit.model.specification.overrides import raise_first
        from simkit.model.specification.scenarios import load_scenario

        tree = self._with_assumptions(parameters)
        if self.scenarios:
            tree = load_scenario("+".join(self.scenarios), self.folder).on(tree)
        levers = [load_lever(name, self.folder) for name in self.levers]
        raise_first(lever_contradictions(levers, "--lever"))
        if self.design:
            return load_design(self.design, self.folder).with_levers(levers).on(tree)
        return put_on(levers, tree)

    def _with_assumptions(self, parameters: Parameters) -> Parameters:
        from simkit.intake.settings.client_settings import load_config

        own = load_config(self.folder).assumptions if self.folder is not None else {}
        return parameters.patch(own, Provenance(kind="option", source="client.yaml")) if own else parameters


def chosen_leaves(tree: Parameters, words: Sequence[str], language: Language) -> list[Leaf]:
    """Return the leaves whose path, label or source holds all words.

    Raises
    ------
    UsageError
        When there is none; it names the nearest.
    """

    def found(leaf: Leaf) -> str:
        origin = leaf.provenance.origin.to(language)
        return f"{leaf.path} {leaf.label.to(language)} {leaf.provenance.kind} {origin}".lower()

    chosen = [leaf for leaf in tree.values() if all(word.lower() in found(leaf) for word in words)]
    if not chosen:
        raise UsageError(
            Text(de="Kein Parameter passt dazu.", en="No parameter matches."),
            " ".join(words),
            did_you_mean(words[0] if words else "", tree),
        )
    return chosen


def written_rows(leaves: Iterable[Leaf], defaults: Parameters, language: Language) -> Iterator[tuple[str, ...]]:
    """Yield one row of words for each leaf, as :data:`HEADINGS`; the default only where the value is another."""
    for leaf in leaves:
        default = defaults.value(leaf.path)
        unit = UNIT_WORDS[leaf.unit].to(language)
        yield (
            leaf.path,
            leaf.label.to(language),
            f"{_plain(leaf.value)} {unit}".strip(),
            "" if default == leaf.value else _plain(default),
            f"{_plain(leaf.minimum)} … {_plain(leaf.maximum)}",
            f"{_plain(leaf.low)} … {_plain(leaf.high)}",
            _origin(leaf, language),
        )


def _origin(leaf: Leaf, language: Language) -> str:
    provenance = leaf.provenance
    source, kind = provenance.origin.to(language), KIND_LABELS[provenance.kind].to(language)
    mark = f" [{provenance.mark}]" if provenance.mark else ""
    return f"{kind}: {source}{mark}" if source else kind


def as_csv(leaves: Iterable[Leaf], defaults: Parameters, language: Language) -> str:
    """Return the leaves as CSV with a header, numbers as they are, text in one language."""
    return csv_text([CSV_COLUMNS, *(_csv_row(leaf, defaults, language) for leaf in leaves)])


def _csv_row(leaf: Leaf, defaults: Parameters, language: Language) -> tuple[str, ...]:
    origin = leaf.provenance
    values = [_plain(value) for value in (leaf.value, defaults.value(leaf.path))]
    ranges = [_plain(value) for value in (leaf.minimum, leaf.maximum, leaf.low, leaf.high)]
    words = (origin.kind, origin.origin.to(language), origin.mark, leaf.label.to(language))
    return (leaf.path, *values, leaf.unit, *ranges, *words)


def _plain(value: float) -> str:
    """Write a number as it is typed into client.yaml: no powers of ten, no rests of binary fractions."""
    return f"{value:.12g}"
