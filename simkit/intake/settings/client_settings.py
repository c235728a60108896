"""client.yaml: what the client is called, where its files are, and which of their columns mean what.

An unknown key is an error with the nearest spelling, because a misspelt setting that is ignored changes a result.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from babel.core import get_global
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from simkit.foundation.errors import ConfigError, one_of_all
from simkit.foundation.paths import as_stored
from simkit.foundation.text import Text, did_you_mean, same
from simkit.intake.settings import config_texts as texts
from simkit.intake.settings.customer_settings import (
    FactorFunction,
    ScoreSettings,
    SegmentService,
    ServiceLevels,
    StoppedService,
    Taboo,
)
from simkit.intake.settings.former_names import present_parameter, present_parameters, with_present_names
from simkit.intake.settings.goals_settings import Floors, Goals, Limits
from simkit.intake.settings.run_settings import StudyChoice
from simkit.intake.settings.schemas import ENOUGH_ALONE, TABLES
from simkit.intake.settings.table_settings import TableSpec, check_table, table_fields, unknown_key
from simkit.intake.settings.yaml_lines import YamlFile, dotted, read_yaml

SHARED_DATA = texts.SHARED_DATA
CONFIG_NAME = "client.yaml"
MINIMUM_GROUP = 5
EURO = "EUR"
"""The currency of the kit's own amounts."""
COLOURS = ("primary", "accent")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_text(value: object) -> object:
    if isinstance(value, str):
        return same(value)
    if isinstance(value, Mapping) and set(value) == {"de", "en"}:
        return Text(de=str(value["de"]), en=str(value["en"]))
    return value


def _flat(value: object, head: str = "") -> object:
    """Write nested lines as dotted paths: ``demand: {level: 2}`` means ``demand.level: 2``."""
    if not isinstance(value, Mapping):
        return value
    flat: dict[str, Any] = {}
    for key, below in value.items():
        path = f"{head}.{key}" if head else str(key)
        inner = _flat(below, path)
        flat |= inner if isinstance(inner, dict) else {path: inner}
    return flat


def _parameters(value: object) -> object:
    """Read values of parameters, also nested, and under the names of the version before."""
    flat = _flat(value)
    return present_parameters(flat, "client.yaml") if isinstance(flat, dict) else flat


def _parameter_names(value: object) -> object:
    """Read names of parameters, also those of the version before."""
    place = "client.yaml: study.robustness.parameters"
    return (
        [present_parameter(name, place) if isinstance(name, str) else name for name in value]
        if isinstance(value, list)
        else value
    )


class Period(_Strict):
    """First and last day of what is analysed."""

    first: dt.date
    last: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


class Brand(_Strict):
    """How the report looks: logo file, master of the slides, colours by name, and the confidentiality mark."""

    logo: str | None = None
    pptx: str | None = None
    colours: dict[str, Annotated[str, Field(pattern=texts.COLOUR)]] = {}
    confidentiality: Annotated[Text | None, BeforeValidator(_as_text)] = None


class Privacy(_Strict):
    """The smallest group of people on which anything may be shown; never under five."""

    minimum_group: Annotated[int, Field(ge=MINIMUM_GROUP)] = MINIMUM_GROUP


class Lifetime(_Strict):
    """How far ahead a customer's value is counted, in years, and at what discount per year."""

    horizon_years: Annotated[int, Field(ge=1, le=10)] = 3
    discount_rate: Annotated[float, Field(ge=0, le=0.5)] = 0.10


class PlannedEffort(_Strict):
    """What effort was planned: contacts per customer and year by class, and the column that makes customer groups."""

    contacts_per_year: dict[str, Annotated[float, Field(ge=0, le=400)]] = {}
    group_by: str = "industry"


class SalesStages(_Strict):
    """The client's own stages of a deal, first to last, as its export calls them."""

    stages: list[str] = []

    @field_validator("stages")
    @classmethod
    def _each_once(cls, stages: list[str]) -> list[str]:
        if len(set(stages)) < len(stages):
            raise ValueError("a stage is named twice")
        return stages


class Response(_Strict):
    """Whether the elasticity that the past shows takes the place of the assumption; without this line it never does."""

    from_history: bool = False


class LeadCondition(_Strict):
    """One condition of the lead filter, over a column of the customers or of the opportunities."""

    column: str
    one_of: list[str] = []
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.one_of and self.at_least is None and self.at_most is None:
            raise ValueError("one_of, at_least or at_most")
        return self


class LeadScore(_Strict):
    """Weights of the lead score's factors; what is missing keeps its default."""

    weights: dict[str, Annotated[float, Field(ge=0)]] = {}


class StudyVariant(_Strict):
    """A design with levers on it, which is compared like a design of its own."""

    design: str
    levers: Annotated[list[str], Field(min_length=1)]


class StudyRobustness(_Strict):
    """How much the test of robustness does, and parameters that it always looks at; what is empty keeps its default."""

    parameters: Annotated[list[str], BeforeValidator(_parameter_names)] = []
    rivals: Annotated[int, Field(ge=1, le=20)] | None = None
    trajectories: Annotated[int, Field(ge=2, le=100)] | None = None
    screened_parameters: Annotated[int, Field(ge=1, le=500)] | None = None
    tornado_parameters: Annotated[int, Field(ge=1, le=500)] | None = None
    replications: Annotated[int, Field(ge=2, le=200)] | None = None
    points: Annotated[int, Field(ge=20, le=5000)] | None = None
    region_parameters: Annotated[int, Field(ge=2, le=30)] | None = None


class Study(StudyChoice, _Strict):
    """Which organisations meet which scenarios, how precisely, and what levers may cost; what is empty keeps its default."""

    scenarios: list[str] = []
    variants: list[StudyVariant] = []
    lever_budget_amount: Annotated[float, Field(gt=0, le=1e12)] | None = None
    robustness: StudyRobustness = StudyRobustness()


class ClientConfig(_Strict):
    """All that client.yaml says."""

    client: Annotated[str, Field(pattern=texts.CLIENT)]
    name: str
    country: Annotated[str, Field(pattern=texts.COUNTRY)] = "DE"
    state: str | None = None
    currency: Annotated[str, Field(pattern=texts.CURRENCY)] = "EUR"
    currency_rate: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = None
    """Amount of the client's currency for one euro, by which the kit's own amounts are converted."""
    language: Literal["de", "en"] = "de"
    time_zone: str | None = None
    industry: str | None = None
    contract_hours_per_week: Annotated[float, Field(gt=0, le=80)] = 40.0
    period: Period | None = None
    brand: Brand = Brand()
    privacy: Privacy = Privacy()
    tables: dict[str, TableSpec]
    score: ScoreSettings = ScoreSettings()
    lifetime: Lifetime = Lifetime()
    controlling: PlannedEffort = PlannedEffort()
    pipeline: SalesStages = SalesStages()
    lead_score: LeadScore = LeadScore()
    lead_filter: list[LeadCondition] = []
    study: Study = Study()
    response: Response = Response()
    service_levels: ServiceLevels = ServiceLevels()
    goals: Goals = Goals()
    assumptions: Annotated[dict[str, Any], BeforeValidator(_parameters)] = {}

    @property
    def euro_rate(self) -> float:
        """What one euro is worth in the client's currency; 1 where no rate is stated."""
        return 1.0 if self.currency_rate is None else self.currency_rate

    @model_validator(mode="before")
    @classmethod
    def _parts_of_comments_only(cls, content: Any) -> Any:
        """Keep the defaults of a part under which every line is a comment; YAML reads it as nothing, not as a part."""
        if not isinstance(content, dict):
            return content
        optional = {name for name, field in cls.model_fields.items() if isinstance(field.default, BaseModel)}
        kept = {name: value for name, value in content.items() if value is not None or name not in optional}
        return kept | {"tables": {}} if "tables" in kept and kept["tables"] is None else kept


def load_config(folder: Path) -> ClientConfig:
    """Read and check client.yaml of one client folder.

    Returns
    -------
    ClientConfig
        The checked settings.

    Raises
    ------
    ConfigError
        Anything in it is unknown, missing or impossible; the text names the key and its line.
    """
    source = _read(folder)
    try:
        config = ClientConfig.model_validate(source.content)
    except ValidationError as error:
        raise _config_error(error, source) from error
    if config.client != Path(folder).resolve().name:
        raise ConfigError(
            texts.WRONG_FOLDER.fill(client=config.client, folder=Path(folder).resolve().name),
            source.place(("client",)),
            texts.WRONG_FOLDER_REMEDY,
        )
    if config.currency == EURO and config.euro_rate != 1.0:
        raise ConfigError(texts.RATE_OF_EURO, source.place(("currency_rate",)), texts.LINES_REMEDY)
    if config.currency != EURO and config.currency not in get_global("all_currencies"):
        hint = did_you_mean(config.currency, get_global("all_currencies"))
        near = hint if hint.en.startswith("Did you mean") else texts.CURRENCY_CODE_REMEDY
        raise ConfigError(texts.NO_CURRENCY.fill(code=config.currency), source.place(("currency",)), near)
    for name in config.brand.colours:
        if name not in COLOURS:
            raise unknown_key(("brand", "colours", name), COLOURS, source)
    _check_tables(config, source)
    return config


def place_of(folder: Path, *path: str | int) -> str:
    """Return where a key of client.yaml stands, as "client.yaml:12 (a.b)", for what is found wrong later on."""
    source = _read(folder)
    spread = (*path[:-1], *str(path[-1]).split("."))
    return source.place(spread if spread in source.lines else path)


def _read(folder: Path) -> YamlFile:
    return with_present_names(read_yaml(Path(folder) / CONFIG_NAME), "client")


def locate(folder: Path, written: str) -> Path:
    """Return the place of a file named in client.yaml.

    Parameters
    ----------
    folder : Path
        The client's folder, to which the name is relative.
    written : str
        Relative, absolute, or beginning with ``${SIMKIT_SHARED_DATA}/``.

    Raises
    ------
    ConfigError
        A relative name leads out of the client's folder, holds a control character, or the variable is not set.
    """
    if "\0" in written:
        raise ConfigError(texts.CONTROL_CHARACTER, CONFIG_NAME, texts.CONTROL_CHARACTER_REMEDY)
    marker = f"${{{SHARED_DATA}}}"
    if written.startswith(marker):
        place = os.environ.get(SHARED_DATA)
        if not place:
            raise ConfigError(texts.NO_VARIABLE, f"{CONFIG_NAME}: {written}", texts.NO_VARIABLE_REMEDY)
        return as_stored(Path(place) / written[len(marker) :].lstrip("/\\"))
    path = Path(written)
    if path.is_absolute():
        return as_stored(path)
    inside = folder.resolve()
    if not (inside / path).resolve().is_relative_to(inside):
        raise ConfigError(texts.OUTSIDE.fill(file=written), CONFIG_NAME, texts.OUTSIDE_REMEDY)
    return as_stored(folder / path)


def _check_tables(config: ClientConfig, source: YamlFile) -> None:
    for name, spec in config.tables.items():
        if name not in TABLES:
            raise unknown_key(("tables", name), TABLES, source)
        check_table(TABLES[name], spec, source)
    if not set(config.tables) & set(ENOUGH_ALONE):
        names = ", ".join(ENOUGH_ALONE)
        raise ConfigError(texts.TOO_LITTLE.fill(names=names), source.place(("tables",)), texts.TOO_LITTLE_REMEDY)


def _config_error(error: ValidationError, source: YamlFile) -> ConfigError:
    """Return everything that does not fit the form of client.yaml, in one error."""
    details = error.errors(include_url=False)
    mistyped = {detail["loc"][:-1] for detail in details if detail["type"] == "extra_forbidden"}
    # Where a key is mistyped, the right one is missing too; the one message with the nearest name is enough.
    found = [
        _problem(detail, source)
        for detail in details
        if detail["type"] != "missing" or detail["loc"][:-1] not in mistyped
    ]
    return one_of_all(list({(one.what.en, one.where): one for one in found}.values()), texts.PROBLEMS)


def _problem(detail: ErrorDetails, source: YamlFile) -> ConfigError:
    path = detail["loc"]
    if path[0] == "tables" and len(path) > 1 and path[1] not in TABLES:
        return unknown_key(path[:2], TABLES, source)  # what such a table lacks does not matter: its name is the slip
    if detail["type"] == "extra_forbidden":
        return unknown_key(path, _model_fields(path), source)
    if detail["type"] == "missing":
        return ConfigError(
            texts.LACKING.fill(key=dotted(path)), source.place(path), texts.LACKING_REMEDY.fill(key=path[-1])
        )
    if path[:2] == ("privacy", "minimum_group"):
        return ConfigError(texts.GROUP_TOO_SMALL, source.place(path), texts.GROUP_REMEDY)
    while path and path not in source.lines:  # pydantic adds the type it tried to the path
        path = path[:-1]
    return ConfigError(texts.IMPOSSIBLE.fill(key=dotted(path)), source.place(path), texts.expected_instead(detail))


def _model_fields(path: tuple[str | int, ...]) -> tuple[str, ...]:
    models: dict[str, type[BaseModel]] = {
        "period": Period, "brand": Brand, "privacy": Privacy, "score": ScoreSettings, "lifetime": Lifetime, "study": Study,
        "controlling": PlannedEffort, "pipeline": SalesStages, "lead_score": LeadScore, "lead_filter": LeadCondition,
        "goals": Goals,
    }  # fmt: skip
    if path[0] == "goals" and len(path) > 2:
        return tuple((Limits if path[1] == "limits" else Floors if path[1] == "floors" else Goals).model_fields)
    if path[:2] == ("score", "functions") and len(path) > 2:
        return tuple(FactorFunction.model_fields)
    if path[:2] == ("study", "variants"):
        return tuple(StudyVariant.model_fields)
    if path[0] == "service_levels":
        return _service_fields(path)
    if path[:2] == ("study", "robustness"):
        return tuple(StudyRobustness.model_fields)
    if len(path) == 1:
        return tuple(ClientConfig.model_fields)
    if path[0] == "tables":
        return table_fields(path)
    return tuple(models[str(path[0])].model_fields)


def _service_fields(path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return what could stand at a place of the service levels."""
    if "stops" in path[:-1]:
        return tuple(StoppedService.model_fields)
    if path[1] == "taboos" and len(path) > 2:
        return tuple(Taboo.model_fields)
    return tuple((SegmentService if path[1] == "segments" and len(path) > 3 else ServiceLevels).model_fields)
