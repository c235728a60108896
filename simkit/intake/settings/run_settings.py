"""The settings of a run, each once: type, range, default, words, and where it is asked for and recorded.

The options of the command line, the part ``study`` of client.yaml, the parameters of the notebooks and the record of a run
follow from the entries below; nothing else lists them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from simkit.foundation.errors import UsageError
from simkit.foundation.text import Language, Text, did_you_mean
from simkit.intake.settings.config_texts import expected_instead
from simkit.intake.settings.former_names import present_parameters

MOST_REPLICATIONS = 10_000  # more tell nothing that is worth the days they take
MOST_JOBS = 512
FEWEST_DRAWS = 10
"""Joint draws below which neither a range nor a share is told."""
SEARCH_DEPTHS = ("quick", "normal", "full")
FEWEST_RUNS, MOST_RUNS, MOST_MINUTES = 1_400, 10_000_000, 10_080
"""Runs of the shallowest search, and what no search takes: a week is the longest."""
_MINUTES = re.compile(r"(\d+) ?m(?:in)?")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a setting is called outside of the code."""

    help: Text
    """What it does, in one sentence."""
    flag: str = ""
    """Its option on the command line; empty for none."""
    metavar: str = ""
    """How the help writes its value; empty leaves that to its type."""
    notebook: bool = False
    """Whether it is a parameter of the notebooks that declare it."""
    recorded: bool = False
    """Whether the record of a run tells it."""


def _enough_draws(draws: int | None) -> int | None:
    """Refuse draws that would be simulated and then tell nothing."""
    if draws is not None and 0 < draws < FEWEST_DRAWS:
        raise PydanticCustomError("too_few_draws", "0, or {fewest} and more", {"fewest": FEWEST_DRAWS})
    return draws


def _known_search(search: object) -> str | None:
    """Return how far to search as it is kept: a depth, minutes (``10m``), or runs (``2400``)."""
    written = "" if search is None else str(search).strip().lower()
    if search is None or written in SEARCH_DEPTHS:
        return written or None
    if match := _MINUTES.fullmatch(written):
        minutes = int(match[1])
        if not 0 < minutes <= MOST_MINUTES:
            raise PydanticCustomError("search_minutes", "1m to {most}m", {"most": MOST_MINUTES})
        return f"{minutes}m"
    if written.isdecimal():
        if not FEWEST_RUNS <= int(written) <= MOST_RUNS:
            raise PydanticCustomError("search_runs", "{fewest} and more", {"fewest": FEWEST_RUNS, "given": written})
        return str(int(written))
    near = difflib.get_close_matches(written, SEARCH_DEPTHS, n=1)
    if near:
        raise PydanticCustomError("search_near", "did you mean {near}", {"near": near[0]})
    raise PydanticCustomError("search_unknown", "a depth, minutes or runs", {"fewest": FEWEST_RUNS})


def search_minutes(search: str | None) -> int | None:
    """Return the minutes that a search is given; None where it is given a depth or runs."""
    return int(search[:-1]) if search is not None and _MINUTES.fullmatch(search) else None


class StudyChoice(BaseModel):
    """What client.yaml may choose for every run in its part ``study``, and a single run for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    designs: Annotated[
        tuple[str, ...],
        Setting(
            flag="--designs",
            notebook=True,
            recorded=True,
            help=Text(
                de="Organisationen, die mit der heutigen verglichen werden, mit Kommas getrennt; statt derer in client.yaml.",
                en="Designs to compare with today's, comma-separated; instead of those of client.yaml.",
            ),
        ),
    ] = ()
    replications: Annotated[
        int | None,
        Field(ge=2, le=MOST_REPLICATIONS),
        Setting(
            flag="--reps",
            notebook=True,
            recorded=True,
            help=Text(
                de="Simulationsläufe je Szenario; Vorgabe 12, mit --quick 4.",
                en="Replications per scenario; default 12, with --quick 4.",
            ),
        ),
    ] = None
    precision: Annotated[
        float | None,
        Field(gt=0, lt=1),
        Setting(
            flag="--precision",
            notebook=True,
            recorded=True,
            help=Text(
                de="Läufe ergänzen, bis Gewinnunterschiede auf diesen Anteil des Deckungsbeitrags bekannt sind, etwa 0.005.",
                en="Add replications until profit differences are known to this share of contribution, such as 0.005.",
            ),
        ),
    ] = None
    budget: Annotated[
        int | None,
        Field(ge=3, le=MOST_REPLICATIONS),
        Setting(
            flag="--budget",
            notebook=True,
            recorded=True,
            help=Text(
                de="Höchstens so viele Simulationsläufe je Szenario mit --precision; Vorgabe 100.",
                en="Most replications per scenario with --precision; default 100.",
            ),
        ),
    ] = None
    draws: Annotated[
        int | None,
        Field(ge=0, le=MOST_REPLICATIONS),
        AfterValidator(_enough_draws),
        Setting(
            flag="--draws",
            notebook=True,
            recorded=True,
            help=Text(
                de="Ziehungen aller offenen Annahmen gemeinsam; Vorgabe 50, 100 oder 200, wie weit gesucht wird; im Entwurf 0.",
                en="Joint draws of all open assumptions; default 50, 100 or 200, by how far is searched; in a draft 0.",
            ),
        ),
    ] = None
    search: Annotated[
        str | None,
        BeforeValidator(_known_search),
        Setting(
            flag="--search",
            metavar="DEPTH|MINUTES",
            notebook=True,
            recorded=True,
            help=Text(
                de="Wie weit nach dem besten Plan gesucht wird: quick, normal, full (etwa 1.400, 3.000, 9.000 Läufe), "
                "Minuten wie 10m, oder Läufe.",
                en="How far the best plan is searched for: quick, normal, full (about 1,400, 3,000, 9,000 runs), "
                "minutes such as 10m, or runs.",
            ),
        ),
    ] = None
    """A depth, minutes (``10m``), from which runs follow, or runs (``2400``), which give the same results again."""


def _present_names(changes: object) -> object:
    """Take parameters set by hand also under the names of the version before."""
    return present_parameters(changes, "changes, --set") if isinstance(changes, Mapping) else changes


class RunSettings(StudyChoice):
    """How a report is made; what is None or empty takes what client.yaml chooses, else the default."""

    depth: Annotated[
        Literal["quick", "normal", "full"],
        Setting(
            flag="--depth",
            notebook=True,
            recorded=True,
            help=Text(de="Wie viel simuliert wird.", en="How much is simulated."),
        ),
    ] = "normal"
    seed: Annotated[
        int,
        Field(ge=0),
        Setting(
            flag="--seed",
            notebook=True,
            recorded=True,
            help=Text(de="Startwert aller Ziehungen.", en="Seed of all draws."),
        ),
    ] = 1
    changes: Annotated[
        Mapping[str, float],
        BeforeValidator(_present_names),
        Field(validation_alias=AliasChoices("changes", "parameters")),  # records of 0.1.0 call them parameters
        Setting(
            flag="--set",
            metavar="PATH=VALUE",
            notebook=True,
            recorded=True,
            help=Text(de="Einen Parameter setzen; siehe simkit params.", en="Set a parameter; see simkit params."),
        ),
    ] = {}
    chapters: Annotated[
        tuple[str, ...],
        Setting(
            flag="--chapters",
            notebook=True,
            recorded=True,
            help=Text(de="Nur diese Kapitel, mit Kommas getrennt.", en="Only these chapters, comma-separated."),
        ),
    ] = ()
    calibrate: Annotated[
        bool,
        Setting(
            flag="--no-calibrate",
            notebook=True,
            recorded=True,
            help=Text(
                de="Das Modell nicht anpassen: ein Entwurf ohne Urteil.",
                en="Do not fit the model: a draft without a verdict.",
            ),
        ),
    ] = True
    jobs: Annotated[
        int | None,
        Field(ge=1, le=MOST_JOBS),
        Setting(flag="--jobs", help=Text(de="Prozesse; Vorgabe: alle Kerne.", en="Processes; default: all cores.")),
    ] = None
    engine: Annotated[
        Literal["compiled", "reference"],
        Setting(
            flag="--engine",
            help=Text(
                de="Womit simuliert wird; die lesbare Referenz ist langsamer und rechnet dasselbe.",
                en="What simulates; the readable reference is slower and gives the same results.",
            ),
        ),
    ] = "compiled"
    cluster: Annotated[
        str,
        Setting(
            flag="--cluster",
            metavar="ADDRESS",
            help=Text(
                de="Auf einem Dask-Cluster simulieren, etwa tcp://host:8786.",
                en="Simulate on a Dask cluster, such as tcp://host:8786.",
            ),
        ),
    ] = ""
    confirmed: Annotated[
        bool,
        Setting(
            flag="--yes",
            help=Text(de="Simulationen zustimmen, die Stunden dauern.", en="Agree to simulations that take hours."),
        ),
    ] = False
    output: Annotated[
        Path | None,
        Setting(
            flag="--output",
            help=Text(de="Wohin geschrieben wird.", en="Where the files go."),
        ),
    ] = None
    formats: Annotated[
        tuple[str, ...] | None,
        Setting(
            flag="--formats",
            help=Text(
                de="Nur diese Formate, mit Kommas getrennt, etwa html,xlsx.",
                en="Only these formats, comma-separated, such as html,xlsx.",
            ),
        ),
    ] = None
    results_folder: Annotated[
        Path | None,
        Setting(
            notebook=True,
            help=Text(
                de="Wo die Ergebnisse der Simulation liegen; ohne Angabe im Zwischenspeicher des Kunden.",
                en="Where the results of the simulation are; none given puts them into the client's cache.",
            ),
        ),
    ] = None
    lang: Annotated[
        Language | None,
        Setting(
            flag="--lang",
            notebook=True,
            help=Text(de="Sprache von Bericht und Meldungen.", en="Language of report and messages."),
        ),
    ] = None

    @classmethod
    def entries(cls) -> dict[str, Setting]:
        """Return what each setting is called outside, by its name."""
        return {
            name: next(part for part in field.metadata if isinstance(part, Setting))
            for name, field in cls.model_fields.items()
        }

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings that were asked for.

        Parameters
        ----------
        values : mapping of str to value
            By name of the setting; what is missing keeps its default.

        Raises
        ------
        UsageError
            For the first name that is no setting, or value that it cannot have.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            detail = error.errors()[0]
        name = str(detail["loc"][0])
        if detail["type"] == "extra_forbidden":
            unknown = Text(de="Die Einstellung '{name}' gibt es nicht.", en="There is no setting '{name}'.")
            raise UsageError(unknown.fill(name=name), name, did_you_mean(name, cls.model_fields))
        wrong = Text(de="Der Wert für {name} passt nicht.", en="The value for {name} does not fit.")
        raise UsageError(wrong.fill(name=name), name, expected_instead(detail))

    def plain(self) -> dict[str, Any]:
        """Return what notebooks take as parameters, in plain values: lists, mappings, numbers, texts and None."""
        return self._named({name for name, entry in self.entries().items() if entry.notebook})

    def record(self) -> dict[str, Any]:
        """Return what the record of a run tells of its settings, as JSON holds it."""
        return self._named({name for name, entry in self.entries().items() if entry.recorded})

    def _named(self, names: set[str]) -> dict[str, Any]:
        return self.model_dump(mode="json", include=names)


def settings_in(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings among a notebook's variables: what its parameters cell declares, or papermill has put there."""
    return {
        name: variables[name] for name, entry in RunSettings.entries().items() if entry.notebook and name in variables
    }
