"""The dossier: everything that is known about one client in one run, worked out when a chapter first asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from simkit.foundation.errors import PrivacyError, UsageError
from simkit.foundation.formats import Formats
from simkit.foundation.text import Language, Text
from simkit.intake.run_settings import RunSettings
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
    from simkit.study.organisation import LeftOut, OrganisationStudy
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
class Dossier:
    """What is known about a client.

    Parameters
    ----------
    client : ClientData
        The client's tables and settings.
    look : Look
        Language, formats and colours of the report.
    settings : RunSettings
        How the report is made.
    """

    client: ClientData
    look: Look
    settings: RunSettings

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


def _shown(found: Found | PrivacyError | None) -> Found | None:
    return None if isinstance(found, PrivacyError) else found


def _withheld(found: object) -> PrivacyError | None:
    return found if isinstance(found, PrivacyError) else None


def open_dossier(client_folder: str, **asked: Any) -> Dossier:
    """Load a client for a notebook.

    Parameters
    ----------
    client_folder : str
        Name of a client, or the path of its folder.
    **asked
        Settings of the run in plain values, as a parameters cell gives them; see `RunSettings`.

    Raises
    ------
    SimkitError
        When a setting does not fit, or the client cannot be loaded; in a notebook it is shown without a traceback.
    """
    from simkit.intake.client import load_client
    from simkit.report.settings_by_hand import check_changes, with_changes
    from simkit.report.showing import show_errors_plainly

    show_errors_plainly(asked.get("lang") or "")
    settings = RunSettings.checked(asked)
    check_changes(settings.changes)
    client = with_changes(load_client(folder_of(client_folder)), settings.changes)
    look = look_of(client.config, settings.lang)
    show_errors_plainly(look.formats.language)
    return Dossier(client=client, look=look, settings=settings)


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
