"""The dossier: everything that is known about one client in one run, worked out when a chapter first asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from simkit.foundation.errors import PrivacyError, UsageError
from simkit.foundation.formats import Formats
from simkit.foundation.text import LANGUAGES, Language, Text, did_you_mean
from simkit.report.theme import Look, Palette

if TYPE_CHECKING:
    from simkit.effort.efficiency import Efficiency
    from simkit.effort.meetings import Meetings
    from simkit.effort.pipeline import Pipeline
    from simkit.effort.pipeline_audit import Audit
    from simkit.effort.time_use import TimeUse
    from simkit.effort.variance_split import VarianceSplit
    from simkit.intake.client import ClientData
    from simkit.intake.config import ClientConfig
    from simkit.report.model_fit import ModelFit
    from simkit.study.client_facts import LeftOut
    from simkit.study.organisation import OrganisationStudy
    from simkit.study.robustness.study import RobustnessStudy
    from simkit.value.controlling import Controlling
    from simkit.value.customer_value import CustomerValue
    from simkit.value.dimensions import MarginSplit
    from simkit.value.lead_filter import LeadFilter
    from simkit.value.leads import LeadScores
    from simkit.value.lifetime.lifetime_value import LifetimeValue
    from simkit.value.service_study import ServiceStudy
    from simkit.value.weighting.group import GroupWeights


Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a report is made.

    Parameters
    ----------
    seed : int
        Seed of all draws.
    replications : int
        Worlds per scenario of the simulation; 0 takes the default of the depth.
    depth : {"quick", "normal", "full"}
        How much is simulated.
    results_folder : Path or None
        Where the results of the simulation are or go; None puts them into the client's cache.
    jobs : int or None
        Processes; None takes all cores.
    cluster : str
        Address of a Dask scheduler that runs the simulations; empty for this machine.
    confirmed : bool
        Whether the user has agreed to simulations that take hours.
    precision : float or None
        Half-width, as a share of the baseline's profit, that worlds are added for; None takes what client.yaml asks.
    budget : int or None
        Most worlds per scenario then; None takes that of client.yaml, else the default.
    designs : tuple of str
        Designs to compare, today's first; empty takes those of client.yaml, else the default.
    changes : mapping of str to float
        Parameters of the simulation set by hand.
    chapters : tuple of str
        Chapters wanted; empty means all.
    """

    seed: int = 1
    replications: int = 0
    depth: Literal["quick", "normal", "full"] = "normal"
    results_folder: Path | None = None
    jobs: int | None = None
    cluster: str = ""
    confirmed: bool = False
    precision: float | None = None
    budget: int | None = None
    designs: tuple[str, ...] = ()
    changes: Mapping[str, float] = field(default_factory=dict)
    chapters: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """What is known about a client.

    Parameters
    ----------
    client : ClientData
        The client's tables and settings.
    look : Look
        Language, formats and colours of the report.
    settings : Settings
        How the report is made.
    """

    client: ClientData
    look: Look
    settings: Settings

    @property
    def language(self) -> Language:
        """Language of the report."""
        return self.look.formats.language

    @cached_property
    def time_use(self) -> TimeUse | None:
        """Where the hours go; None when nothing is known about working time, or when too few people stand behind it."""
        return _shown(self._time_use)

    @property
    def time_withheld(self) -> PrivacyError | None:
        """Why the working time may not be shown, where that is so."""
        return _withheld(self._time_use)

    @cached_property
    def _time_use(self) -> TimeUse | PrivacyError | None:
        from simkit.effort.time_use import time_use

        if not (self.client.has("activities") or self.client.has("time_estimates")):
            return None
        try:
            return time_use(self.client, seed=self.settings.seed)
        except PrivacyError as error:
            if not (self.client.has("orders") or self.client.has("opportunities")):
                raise  # nothing else could be reported
            return error

    @cached_property
    def pipeline(self) -> Pipeline | None:
        """How healthy the pipeline is; None without opportunities, or when too few people stand behind them."""
        return _shown(self._pipeline)

    @property
    def pipeline_withheld(self) -> PrivacyError | None:
        """Why the pipeline may not be shown, where that is so."""
        return _withheld(self._pipeline)

    @cached_property
    def _pipeline(self) -> Pipeline | PrivacyError | None:
        from simkit.effort.pipeline import pipeline_health

        if not self.client.has("opportunities") or self.client.table("opportunities").empty:
            return None
        try:
            return pipeline_health(self.client)
        except PrivacyError as error:
            return error

    @cached_property
    def value(self) -> CustomerValue | None:
        """Which customers are valuable; None when nothing is known about sales by customer."""
        from simkit.value.customer_value import customer_value

        known = self.client.has("orders") or (
            self.client.has("opportunities") and "customer_id" in self.client.table("opportunities")
        )
        return customer_value(self.client, seed=self.settings.seed) if known else None

    @cached_property
    def margin_split(self) -> MarginSplit | Text | None:
        """Which groupings of customers explain what they bring, or why it is not known; None without customer value."""
        from simkit.value.dimensions import margin_split

        return None if self.value is None else margin_split(self.client, self.value, seed=self.settings.seed)

    @cached_property
    def service(self) -> ServiceStudy | None:
        """Which service the hours carry; None without customers' value or customer time that may be shown."""
        from simkit.value.facts import period_years
        from simkit.value.service_study import agreed_in, service_study

        if self.value is None:
            return None
        agreed = agreed_in(self.client.workshop, self.client.config.privacy.minimum_group)
        return service_study(self.client, self.value, period_years(self.client), agreed, seed=self.settings.seed)

    @cached_property
    def group_weights(self) -> GroupWeights | None:
        """What the workshop weighed; None without one, or when fewer than two participants gave weights."""
        from simkit.value.weighting.group import group_weights

        if self.client.workshop is None:
            return None
        minimum = self.client.config.privacy.minimum_group
        return group_weights(self.client.workshop, minimum=minimum, seed=self.settings.seed)

    @cached_property
    def lifetime(self) -> LifetimeValue | None:
        """What customers will be worth; None when nothing is known about sales by customer."""
        from simkit.value.lifetime.lifetime_value import lifetime_value

        return lifetime_value(self.client, seed=self.settings.seed) if self.value is not None else None

    @cached_property
    def audit(self) -> Audit:
        """What the open deals hold; only to be asked for where there is a pipeline."""
        from simkit.effort.pipeline_audit import pipeline_audit

        return pipeline_audit(self.client, seed=self.settings.seed)

    @cached_property
    def meetings(self) -> Meetings | Text:
        """What comes of meetings with customers, or why it is not known."""
        from simkit.effort.meetings import meeting_effectiveness

        return meeting_effectiveness(self.client, seed=self.settings.seed)

    @cached_property
    def variance_split(self) -> VarianceSplit | Text:
        """How much of the deals' differences lies with sellers, teams and territories, or why it is not known."""
        from simkit.effort.variance_split import variance_split

        return variance_split(self.client)

    @cached_property
    def efficiency(self) -> Efficiency | Text:
        """Whether figures of efficiency go with results, or why it is not known."""
        from simkit.effort.efficiency import efficiency_and_results

        return efficiency_and_results(self.client)

    @cached_property
    def leads(self) -> LeadScores | Text:
        """How well the lead score tells past wins apart, or why it is not known."""
        from simkit.value.leads import lead_scores

        return lead_scores(self.client)

    @cached_property
    def lead_filter(self) -> LeadFilter | Text:
        """What the lead filter would have done, or why it is not known."""
        from simkit.value.lead_filter import lead_filter

        return lead_filter(self.client)

    @cached_property
    def controlling(self) -> Controlling | Text | None:
        """Plan and actual of contacts and hours, or why they cannot be told; None without customer value."""
        from simkit.value.controlling import controlling

        return None if self.value is None else controlling(self.client, self.value, seed=self.settings.seed)

    @cached_property
    def outcome(self) -> OrganisationStudy | LeftOut:
        """The comparison of organisations, or why there is none; read from the results folder when it is there."""
        from simkit.report.simulation import study_of

        return study_of(self)

    @cached_property
    def model_fit(self) -> ModelFit | LeftOut:
        """How well the model reproduces the client, or why that cannot be said."""
        from simkit.report.model_fit import model_fit

        return model_fit(self)

    @property
    def study(self) -> OrganisationStudy | None:
        """The comparison of organisations; None when it had to be left out."""
        from simkit.study.organisation import OrganisationStudy

        return self.outcome if isinstance(self.outcome, OrganisationStudy) else None

    @cached_property
    def robustness(self) -> RobustnessStudy | None:
        """What must be true for the recommendation; None below full depth, or without a comparison."""
        from simkit.report.simulation import robustness_of

        return robustness_of(self)


def look_of(config: ClientConfig, language: Language | None = None) -> Look:
    """Return the look of a client's report, by default in the client's language."""
    formats = Formats(language=language or config.language, country=config.country, currency=config.currency)
    colours = {name: colour for name, colour in config.brand.colours.items() if name in {"primary", "accent"}}
    return Look(formats=formats, palette=Palette(**colours))


def language_named(name: str) -> Language | None:
    """Return the language that was asked for; nothing for the client's own.

    Raises
    ------
    UsageError
        For a language that reports do not have.
    """
    if not name:
        return None
    for language in LANGUAGES:
        if language == name:
            return language
    raise UsageError(
        Text(de=f"Die Sprache '{name}' gibt es nicht.", en=f"There is no language '{name}'."),
        "lang",
        did_you_mean(name, LANGUAGES),
    )


def _shown(found: Found | PrivacyError | None) -> Found | None:
    return None if isinstance(found, PrivacyError) else found


def _withheld(found: object) -> PrivacyError | None:
    return found if isinstance(found, PrivacyError) else None


def open_dossier(
    client_folder: str,
    *,
    lang: str = "",
    seed: int = 1,
    replications: int = 0,
    depth: str = "normal",
    designs: str = "",
    changes: str = "",
    results_folder: str = "",
    chapters: str = "",
) -> Dossier:
    """Load a client for a notebook; every argument is plain, so that a parameters cell can give it.

    Parameters
    ----------
    client_folder : str
        Name of a client, or the path of its folder.
    lang : str
        ``de`` or ``en``; empty for the client's own language.
    seed, replications : int
        Seed, and worlds per scenario (0: the default of the depth).
    depth : str
        ``quick``, ``normal`` or ``full``: how much is simulated.
    designs : str
        Designs to compare, today's first, with commas between; empty takes those of client.yaml, else the default.
    changes : str
        Parameters set by hand as ``path=value``, with commas between.
    results_folder : str
        Where the results of the simulation are; empty simulates when a chapter needs it.
    chapters : str
        Names of the chapters wanted, with commas between; empty means all.

    Raises
    ------
    SimkitError
        When the client cannot be loaded; in a notebook it is shown without a traceback.
    """
    from simkit.intake.client import load_client
    from simkit.report.settings_by_hand import parsed_changes, with_changes
    from simkit.report.showing import show_errors_plainly

    show_errors_plainly(lang)
    own = parsed_changes(listed(changes))
    client = with_changes(load_client(folder_of(client_folder)), own)
    look = look_of(client.config, language_named(lang))
    show_errors_plainly(look.formats.language)
    settings = Settings(
        seed=seed,
        replications=replications,
        depth=depth_named(depth),
        designs=listed(designs),
        changes=own,
        results_folder=Path(results_folder) if results_folder else None,
        chapters=listed(chapters),
    )
    return Dossier(client=client, look=look, settings=settings)


def listed(names: str) -> tuple[str, ...]:
    """Return names that stand with commas between them."""
    return tuple(name.strip() for name in names.split(",") if name.strip())


def depth_named(name: str) -> Literal["quick", "normal", "full"]:
    """Return a depth by its name.

    Raises
    ------
    UsageError
        For an unknown name.
    """
    depths: tuple[Literal["quick", "normal", "full"], ...] = ("quick", "normal", "full")
    for depth in depths:
        if depth == name:
            return depth
    raise UsageError(
        Text(de=f"Die Tiefe '{name}' gibt es nicht.", en=f"There is no depth '{name}'."),
        "depth",
        did_you_mean(name, depths),
    )


def folder_of(client: str) -> Path:
    """Return the folder of a client that is given by its name, or by the path of its folder.

    Raises
    ------
    UsageError
        When there is no such client; it names the nearest ones.
    """
    from simkit.intake.folder import client_folder

    path = Path(client)
    if (path / "client.yaml").is_file():
        return path
    if len(path.parts) != 1 or client in (".", ".."):
        raise UsageError(
            Text(de="In diesem Ordner liegt keine client.yaml.", en="There is no client.yaml in this folder."),
            str(path),
            Text(
                de="Geben Sie den Namen eines Kunden an oder den Ordner mit seiner client.yaml.",
                en="Give the name of a client, or the folder that holds its client.yaml.",
            ),
        )
    return client_folder(client)
