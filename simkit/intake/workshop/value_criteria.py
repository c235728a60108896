"""The criteria a workshop weighs: a library by industry, and a short file in the client's folder that chooses from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.paths import shown, template
from simkit.foundation.text import Text, did_you_mean
from simkit.intake.settings.schemas import RATED_FACTORS
from simkit.intake.settings.yaml_lines import YamlFile, read_yaml

TEXTS = Catalogue.beside(__file__)

CHOICE_NAME = "criteria.yaml"
GENERAL = "general"
RATED_AS = {"growth_outlook": "growth"}
"""Factors whose ratings have another name in the table of ratings."""
FEWEST, MOST = 2, 15
"""With more than 15 no random index exists, and nobody compares 105 pairs."""


@dataclass(frozen=True, kw_only=True)
class ValueCriterion:
    """One thing that can make a customer valuable."""

    name: str
    label: Text
    meaning: Text
    """Name and explanation for participants."""
    worst: Text
    best: Text
    """The ends between which swing weights are judged."""
    factor: str
    """Factor of customer value that measures it, where there is one of this name."""

    @property
    def rated_as(self) -> str:
        """Name in the column ``factor`` of ratings."""
        return RATED_AS.get(self.factor, self.factor)


@dataclass(frozen=True, kw_only=True)
class CriteriaLibrary:
    """What one workshop asks for."""

    criteria: tuple[ValueCriterion, ...]
    """Criteria to be weighed."""
    ratings: tuple[ValueCriterion, ...]
    """Soft factors by which customers are rated."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the criteria to be weighed."""
        return tuple(one.name for one in self.criteria)


def _library() -> YamlFile:
    return _read_once(template("workshop", "criteria.yaml"))


@cache
def _read_once(file: Path) -> YamlFile:
    return read_yaml(file)


def industries() -> dict[str, Text]:
    """Return the industries of the library with their labels."""
    return {name: _text(entry["label"]) for name, entry in _library().content["industries"].items()}


def library() -> dict[str, ValueCriterion]:
    """Return all criteria of the library by name."""
    return {name: _criterion(name, entry) for name, entry in _library().content["criteria"].items()}


def industry_catalogue(industry: str | None) -> CriteriaLibrary:
    """Return the library's choice for an industry, or the general one.

    Parameters
    ----------
    industry : str or None
        Name of an industry; None or one that the library does not have takes the general choice.
    """
    content = _library().content
    chosen = content["industries"].get(industry or GENERAL, content["industries"][GENERAL])["criteria"]
    known = library()
    return CriteriaLibrary(
        criteria=tuple(known[name] for name in chosen), ratings=tuple(known[name] for name in content["ratings"])
    )


def checked_industry(name: str) -> str:
    """Return an industry that was asked for by name.

    Raises
    ------
    ConfigError
        The library does not have it; the text names the nearest.
    """
    if name not in industries():
        raise ConfigError(_NO_INDUSTRY.fill(name=name), "--industry", did_you_mean(name, industries()))
    return name


def client_catalogue(folder: Path, industry: str | None) -> CriteriaLibrary:
    """Return the criteria of a workshop: those of its criteria.yaml, else the library's for the industry.

    Raises
    ------
    ConfigError
        The file names a criterion that neither it nor the library describes, one twice, too few or too many, or one to
        be rated that no customer can be rated by.
    """
    if not (folder / CHOICE_NAME).is_file():
        return industry_catalogue(industry)
    source = read_yaml(folder / CHOICE_NAME)
    known = {**library(), **_own(source)}
    default = industry_catalogue(industry)
    chosen = _chosen(source, "criteria", known, [one.name for one in default.criteria])
    rated = _chosen(source, "ratings", known, [one.name for one in default.ratings])
    if not FEWEST <= len(chosen) <= MOST:
        raise ConfigError(_COUNT.fill(n=len(chosen)), source.place(("criteria",)), _COUNT_REMEDY)
    for one in rated:
        if one.rated_as not in RATED_FACTORS:
            raise ConfigError(
                _NOT_RATED.fill(name=one.name), source.place(("ratings",)), did_you_mean(one.name, RATED_FACTORS)
            )
    _refuse_same_labels(chosen, source)
    _refuse_same_labels(rated, source)
    return CriteriaLibrary(criteria=tuple(chosen), ratings=tuple(rated))


def choice_file(catalogue: CriteriaLibrary) -> str:
    """Return the text of a criteria.yaml that chooses what a catalogue holds, ready to be edited."""
    criteria = ", ".join(one.name for one in catalogue.criteria)
    ratings = ", ".join(one.name for one in catalogue.ratings)
    others = sorted(set(library()) - set(catalogue.names))
    place = shown(template("workshop", "criteria.yaml"))
    return _CHOICE_FILE.format(criteria=criteria, ratings=ratings, others=", ".join(others), library=place)


def _own(source: YamlFile) -> dict[str, ValueCriterion]:
    own = source.content.get("own") or {}
    if not isinstance(own, Mapping):
        raise ConfigError(_NO_OWN, source.place(("own",)), _OWN_REMEDY)
    for name, entry in own.items():
        if not isinstance(entry, Mapping) or not {"label", "meaning", "worst", "best"} <= set(entry):
            raise ConfigError(_OWN_LACKS.fill(name=name), source.place(("own", str(name))), _OWN_REMEDY)
    return {str(name): _criterion(str(name), entry) for name, entry in own.items()}


def _chosen(
    source: YamlFile, key: str, known: Mapping[str, ValueCriterion], default: Iterable[str]
) -> list[ValueCriterion]:
    unknown = set(source.content) - {"criteria", "ratings", "own"}
    if unknown:
        name = sorted(map(str, unknown))[0]
        raise ConfigError(
            _KEY.fill(key=name), source.place((name,)), did_you_mean(name, ("criteria", "ratings", "own"))
        )
    names = source.content.get(key, list(default))
    if not isinstance(names, list):
        raise ConfigError(_NO_LIST.fill(key=key), source.place((key,)), _NO_LIST_REMEDY.fill(key=key))
    for name in names:
        if str(name) not in known:
            raise ConfigError(_NO_CRITERION.fill(name=name), source.place((key,)), did_you_mean(str(name), known))
        if names.count(name) > 1:
            raise ConfigError(_TWICE.fill(name=name), source.place((key,)), _TWICE_REMEDY)
    return [known[str(name)] for name in names]


def _refuse_same_labels(criteria: Iterable[ValueCriterion], source: YamlFile) -> None:
    """Labels are how a filled questionnaire says which criterion it means."""
    seen: set[str] = set()
    for one in criteria:
        labels = {one.label.de.casefold(), one.label.en.casefold()}
        if labels & seen:
            raise ConfigError(_TWICE.fill(name=one.label), source.place(("own", one.name)), _LABEL_REMEDY)
        seen |= labels


def _criterion(name: str, entry: Mapping[str, Any]) -> ValueCriterion:
    texts = {key: _text(entry[key]) for key in ("label", "meaning", "worst", "best")}
    return ValueCriterion(name=name, factor=str(entry.get("factor") or name), **texts)


def _text(entry: Any) -> Text:
    return (
        Text(de=str(entry["de"]), en=str(entry["en"])) if isinstance(entry, Mapping) else Text(str(entry), str(entry))
    )


_CHOICE_FILE = """\
# Kriterien dieses Workshops, 2 bis 15; Reihenfolge wie im Fragebogen. Nach dem Verschicken nicht mehr ändern.
# Criteria of this workshop, 2 to 15, in the order of the questionnaire. Do not change them once it is sent out.
# Weitere in {library} · further ones there: {others}
criteria: [{criteria}]

# Weiche Faktoren, nach denen Kunden benotet werden · soft factors by which customers are rated
ratings: [{ratings}]

# Eigene Kriterien · criteria of your own:
# own:
#   service_share:
#     label: {{de: Serviceanteil, en: Service share}}
#     meaning: {{de: Anteil der Dienstleistungen am Umsatz, en: Share of services in revenue}}
#     worst: {{de: kauft nur Teile, en: buys parts only}}
#     best: {{de: Vollservice-Vertrag, en: full-service contract}}
"""
_NO_INDUSTRY = TEXTS["no_industry"]
_COUNT = TEXTS["count"]
_COUNT_REMEDY = TEXTS["count_remedy"]
_NOT_RATED = TEXTS["not_rated"]
_NO_OWN = TEXTS["no_own"]
_OWN_LACKS = TEXTS["own_lacks"]
_OWN_REMEDY = TEXTS["own_remedy"]
_KEY = TEXTS["key"]
_NO_LIST = TEXTS["no_list"]
_NO_LIST_REMEDY = TEXTS["no_list_remedy"]
_NO_CRITERION = TEXTS["no_criterion"]
_TWICE = TEXTS["twice"]
_TWICE_REMEDY = TEXTS["twice_remedy"]
_LABEL_REMEDY = TEXTS["label_remedy"]
