"""The parameter tree: one leaf per number, with unit, allowed range, plausible range and provenance.

Designs, scenarios, levers and measurements are overrides that patch named leaves; a misspelt leaf is an error that names
the nearest ones, and the report's assumption list is read off the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.labels import Labels
from simkit.foundation.text import Text, did_you_mean

Kind = Literal[
    "measured", "partly", "workshop", "simulated", "published", "assumption", "design", "scenario", "lever", "option"
]  # fmt: skip

KIND_LABELS = Labels(Path(__file__).with_name("kind_labels.yaml"))


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a value comes from.

    Parameters
    ----------
    kind : str
        One of the keys of `KIND_LABELS`.
    source : str
        Publication, table of the client, or name of the design, scenario or lever; in English where it is a sentence.
    source_de : str
        The same in German, where that differs.
    mark : str
        Trust mark of a publication: P peer-reviewed, O official, V vendor or second-hand, S one source text only.
    interval : Estimate, optional
        Interval of a measured value, in the leaf's unit.
    """

    kind: Kind = "assumption"
    source: str = ""
    source_de: str = ""
    mark: str = ""
    interval: Estimate | None = None

    @property
    def origin(self) -> Text:
        """The source in both languages."""
        return Text(de=self.source_de or self.source, en=self.source)


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One number of the model.

    Parameters
    ----------
    path : str
        Dotted name, such as ``orders.bespoke.entry_h``.
    value : float
        Value, in `unit`.
    unit : str
        ``h``, ``d`` (working days), ``share`` (0..1), ``money`` (client's currency), ``1/a``, …
    minimum, maximum : float
        Allowed range; a value outside is refused.
    low, high : float
        Plausible range, used for sensitivities.
    label : Text
        What it is.
    provenance : Provenance
        Where the value comes from.
    """

    path: str
    value: float
    unit: str
    minimum: float
    maximum: float
    low: float
    high: float
    label: Text
    provenance: Provenance = field(default_factory=Provenance)


class Parameters(Mapping[str, Leaf]):
    """An immutable tree of leaves.

    Parameters
    ----------
    leaves : mapping of str to Leaf
        Leaves by path.
    """

    def __init__(self, leaves: Mapping[str, Leaf]) -> None:
        self._leaves = dict(leaves)

    def __getitem__(self, path: str) -> Leaf:
        try:
            return self._leaves[path]
        except KeyError:
            raise _unknown_leaf(path, self._leaves) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._leaves)

    def __len__(self) -> int:
        return len(self._leaves)

    def __contains__(self, path: object) -> bool:
        return path in self._leaves

    def value(self, path: str) -> float:
        """Return the value of one leaf, in its unit."""
        return self[path].value

    def patch(self, values: Mapping[str, float], provenance: Provenance) -> Parameters:
        """Return a new tree in which some leaves have other values.

        Parameters
        ----------
        values : mapping of str to float
            New value by path.
        provenance : Provenance
            Where the new values come from.

        Raises
        ------
        ConfigError
            For an unknown leaf, a value that is no number, or one outside the allowed range.
        """
        leaves = dict(self._leaves)
        for path, value in values.items():
            leaf = self[path]
            leaves[path] = replace(leaf, value=_checked(leaf, value, provenance.source), provenance=provenance)
        return Parameters(leaves)


def load_leaves(file: Path, labels: Labels) -> Parameters:
    """Read a tree from a YAML file (path -> value, unit, range, plausible, kind, source, source_de, mark).

    Parameters
    ----------
    file : Path
        The numbers.
    labels : Labels
        What each of them is called.

    Raises
    ------
    ConfigError
        If a value is no number, out of its range or without a label.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: dict[str, dict[str, Any]] = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    if lacking := [path for path in entries if path not in labels]:
        raise _no_label(lacking[0], labels.file)
    return Parameters({path: _leaf(path, entry, labels[path]) for path, entry in entries.items()})


def _leaf(path: str, entry: Mapping[str, Any], label: Text) -> Leaf:
    minimum, maximum = entry["range"]
    low, high = entry["plausible"]
    provenance = Provenance(
        kind=entry.get("kind", "assumption"),
        source=entry.get("source", ""),
        source_de=entry.get("source_de", ""),
        mark=entry.get("mark", ""),
    )
    leaf = Leaf(
        path=path,
        value=float(entry["value"]),
        unit=entry["unit"],
        minimum=float(minimum),
        maximum=float(maximum),
        low=float(low),
        high=float(high),
        label=label,
        provenance=provenance,
    )
    _checked(leaf, leaf.value, "")
    return leaf


def _checked(leaf: Leaf, value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise ConfigError(
            Text(
                de=f"„{leaf.path}“ braucht eine Zahl, nicht {value!r}.",
                en=f"'{leaf.path}' needs a number, not {value!r}.",
            ),
            where,
            Text(de=f"Einheit: {leaf.unit}", en=f"Unit: {leaf.unit}"),
        )
    if not leaf.minimum <= value <= leaf.maximum:
        allowed = f"{leaf.minimum:g} … {leaf.maximum:g} {leaf.unit}"
        raise ConfigError(
            Text(de=f"„{leaf.path}“ = {value:g} liegt außerhalb.", en=f"'{leaf.path}' = {value:g} is out of range."),
            where,
            Text(de=f"Erlaubt: {allowed}", en=f"Allowed: {allowed}"),
        )
    return float(value)


def _unknown_leaf(path: str, known: Mapping[str, Leaf]) -> ConfigError:
    return ConfigError(
        Text(de=f"Es gibt keinen Parameter „{path}“.", en=f"There is no parameter '{path}'."),
        path,
        did_you_mean(path, known),
    )


def _no_label(path: str, file: Path) -> ConfigError:
    return ConfigError(
        Text(de=f"Der Parameter „{path}“ hat keine Beschriftung.", en=f"The parameter '{path}' has no label."),
        str(file),
        Text(
            de=f'Dort eintragen: {path}: {{de: "…", en: "…"}}',
            en=f'Enter it there: {path}: {{de: "…", en: "…"}}',
        ),
    )
