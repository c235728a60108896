"""Everything that is known about one client in one run, computed when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from simkit.foundation.errors import PrivacyError
from simkit.foundation.text import Text
from simkit.intake.run_settings import RunSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from simkit.analysis.model_fit import ModelFit
    from simkit.analysis.simulation import Progress
    from simkit.effort.efficiency import Efficiency
    from simkit.effort.meetings import Meetings
    from simkit.effort.pipeline import Pipeline
    from simkit.effort.pipeline_audit import Audit
    from simkit.effort.time_use import TimeUse
    from simkit.effort.variance_split import VarianceSplit
    from simkit.intake.client import ClientData
    from simkit.study.organisation import LeftOut, OrganisationStudy
    from simkit.study.robustness.effort import Cost
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
class ClientAnalysis:
    """What is known about a client.

    Parameters
    ----------
    client : ClientData
        The client's tables and settings.
    settings : RunSettings
        What is asked of the run.
    """

    client: ClientData
    settings: RunSettings

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

    @property
    def simulated_value(self) -> CustomerValue | LeftOut:
        """The customers that the simulated organisation works for, or why it cannot be simulated."""
        from simkit.analysis.simulation import NO_CUSTOMERS
        from simkit.study.calibration import LeftOut, what_is_missing

        return what_is_missing(self.client) or self.value or LeftOut(reason=NO_CUSTOMERS, missing=())

    @cached_property
    def outcome(self) -> OrganisationStudy | LeftOut:
        """The comparison of organisations, or why there is none; read from the results folder when it is there."""
        return self.compare_organisations()

    def compare_organisations(self, progress: Progress | None = None) -> OrganisationStudy | LeftOut:
        """Open the results of the simulation, or simulate and keep them; `progress` is told how many runs are done."""
        from simkit.analysis.simulation import kept_study, simulated_study
        from simkit.study.calibration import LeftOut

        value = self.simulated_value
        if isinstance(value, LeftOut):
            return value
        kept = kept_study(self.settings)
        return kept or simulated_study(self.client, self.settings, self.time_use, value, progress)

    @cached_property
    def model_fit(self) -> ModelFit | LeftOut:
        """How well the model reproduces the client, or why that cannot be said."""
        from simkit.analysis.model_fit import model_fit
        from simkit.study.calibration import LeftOut

        value = self.simulated_value
        return value if isinstance(value, LeftOut) else model_fit(self.client, self.settings, self.time_use, value)

    @property
    def study(self) -> OrganisationStudy | None:
        """The comparison of organisations; None when it had to be left out."""
        from simkit.study.organisation import OrganisationStudy

        return self.outcome if isinstance(self.outcome, OrganisationStudy) else None

    @cached_property
    def robustness(self) -> RobustnessStudy | None:
        """What must be true for the recommendation; None below full depth, or without a comparison."""
        return self.test_robustness()

    def test_robustness(
        self, progress: Progress | None = None, tell_cost: Callable[[Cost], None] | None = None
    ) -> RobustnessStudy | None:
        """Open the test of robustness that belongs to the comparison, or run it and keep it beside the comparison.

        Parameters
        ----------
        progress : callable, optional
            Is told how many runs are done.
        tell_cost : callable, optional
            Is told what the test costs before it starts.

        Returns
        -------
        RobustnessStudy or None
            None below full depth, or when there is no comparison to test.
        """
        from simkit.analysis.simulation import kept_robustness, robustness_of, subject_of

        study, value = self.study, self.value
        if study is None or value is None or self.settings.depth != "full":
            return None
        kept = kept_robustness(self.settings)
        if kept is not None:
            return kept
        subject = subject_of(self.client, self.time_use, value, study)
        return robustness_of(subject, self.client, self.settings, progress, tell_cost)


def _shown(found: Found | PrivacyError | None) -> Found | None:
    return None if isinstance(found, PrivacyError) else found


def _withheld(found: object) -> PrivacyError | None:
    return found if isinstance(found, PrivacyError) else None
