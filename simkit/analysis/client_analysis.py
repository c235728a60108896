"""Everything that is known about one client in one run, computed when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from simkit.foundation.errors import PrivacyError
from simkit.foundation.missing import Missing, present
from simkit.foundation.text import Text
from simkit.intake.settings.run_settings import RunSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from simkit.analysis.simulation import ModelFit, Progress
    from simkit.effort.efficiency import Efficiency
    from simkit.effort.meetings import Meetings
    from simkit.effort.pipeline_audit import Audit
    from simkit.effort.pipeline_figures import PipelineFigures
    from simkit.effort.time_use import TimeUse
    from simkit.effort.variance_components import VarianceSplit
    from simkit.foundation.estimates import Estimate
    from simkit.intake.client import ClientData
    from simkit.study.calibration.saved_calibration import Saved
    from simkit.study.organisation_study import OrganisationStudy
    from simkit.study.robustness.robustness_study import RobustnessStudy
    from simkit.study.robustness.run_budget import Cost
    from simkit.value.controlling.dimensions import MarginSplit
    from simkit.value.controlling.plan_and_actual import Controlling
    from simkit.value.customers.customer_value import CustomerValue
    from simkit.value.leads.lead_filter import LeadFilter
    from simkit.value.leads.lead_score import LeadScores
    from simkit.value.lifetime.lifetime_value import LifetimeValue
    from simkit.value.service.service_study import ServiceStudy
    from simkit.value.weighting.group import GroupWeights


NO_TIME = Text(
    de="Es liegen weder Tätigkeiten noch Zeitschätzungen vor; dieses Kapitel bestünde nur aus Annahmen.",
    en="There is neither an activity log nor an estimate of time; this chapter would consist of assumptions alone.",
)
NO_PIPELINE = Text(
    de="Es liegen keine Verkaufschancen oder Angebote vor.", en="There are no opportunities or offers in the data."
)
NO_WORKSHOP = Text(
    de="Es wurden keine Fragebögen eines Workshops eingelesen.",
    en="No questionnaires of a workshop were read.",
)
NOT_FULL = Text(
    de="Auf Robustheit wird nur in voller Tiefe geprüft (--depth full).",
    en="Robustness is tested at full depth only (--depth full).",
)


@dataclass(frozen=True, kw_only=True)
class ClientAnalysis:
    """What is known about a client; a result that is not there says why, as :class:`~simkit.foundation.missing.Missing`."""

    client: ClientData
    settings: RunSettings
    """What is asked of the run."""

    @cached_property
    def time_use(self) -> TimeUse | Missing:
        """Where the hours go; missing when nothing is known about working time, or too few people stand behind it.

        Raises
        ------
        PrivacyError
            When too few people stand behind it and nothing else could be reported.
        """
        from simkit.effort.time_use import time_use

        if not (self.client.has("activities") or self.client.has("time_estimates")):
            return Missing(reason=NO_TIME)
        try:
            return time_use(self.client, seed=self.settings.seed)
        except PrivacyError as error:
            if not (self.client.has("orders") or self.client.has("opportunities")):
                raise
            return _withheld(error)

    @cached_property
    def pipeline(self) -> PipelineFigures | Missing:
        """How healthy the pipeline is; missing without opportunities, or when too few people stand behind them."""
        from simkit.effort.pipeline_figures import pipeline_health

        if not self.client.has("opportunities") or self.client.table("opportunities").empty:
            return Missing(reason=NO_PIPELINE)
        try:
            return pipeline_health(self.client)
        except PrivacyError as error:
            return _withheld(error)

    @cached_property
    def value(self) -> CustomerValue | Missing:
        """Which customers are valuable; missing when nothing is known about sales by customer."""
        from simkit.value.customer_revenue import what_sales_lack
        from simkit.value.customers.customer_value import customer_value

        return what_sales_lack(self.client) or customer_value(self.client, seed=self.settings.seed)

    @cached_property
    def margin_split(self) -> MarginSplit | Missing:
        """Which groupings of customers explain what they bring."""
        from simkit.value.controlling.dimensions import margin_split

        value = self.value
        return value if isinstance(value, Missing) else margin_split(self.client, value, seed=self.settings.seed)

    @cached_property
    def service(self) -> ServiceStudy | Missing:
        """Which service the hours carry; missing without customers' value or customer time that may be shown."""
        from simkit.value.customer_figures import period_years
        from simkit.value.service.service_study import agreed_in, service_study

        value = self.value
        if isinstance(value, Missing):
            return value
        agreed = agreed_in(self.client.workshop, self.client.config.privacy.minimum_group)
        years, logged = period_years(self.client), self.logged_share
        return service_study(self.client, value, years, agreed, logged=logged, seed=self.settings.seed)

    @cached_property
    def logged_share(self) -> Estimate | None:
        """Share of all work that the log holds, as far as it is counted on orders; None where it is not known."""
        from simkit.study.measured.rates import log_coverage

        known = log_coverage(self.client)
        return known.interval() if known is not None else None

    @cached_property
    def group_weights(self) -> GroupWeights | Missing:
        """What the workshop weighed; missing without one, or when fewer than two participants gave weights."""
        from simkit.value.weighting.group import group_weights

        if self.client.workshop is None:
            return Missing(reason=NO_WORKSHOP)
        minimum = self.client.config.privacy.minimum_group
        return group_weights(self.client.workshop, minimum=minimum)

    @cached_property
    def lifetime(self) -> LifetimeValue | Missing:
        """What customers will be worth; missing when nothing is known about sales by customer."""
        from simkit.value.lifetime.lifetime_value import lifetime_value

        value = self.value
        return value if isinstance(value, Missing) else lifetime_value(self.client, seed=self.settings.seed)

    @cached_property
    def audit(self) -> Audit | Missing:
        """What the open deals hold; missing without a pipeline that may be shown."""
        from simkit.effort.pipeline_audit import pipeline_audit

        pipeline = self.pipeline
        return pipeline if isinstance(pipeline, Missing) else pipeline_audit(self.client, seed=self.settings.seed)

    @cached_property
    def meetings(self) -> Meetings | Missing:
        """What comes of meetings with customers."""
        from simkit.effort.meetings import meeting_effectiveness

        return meeting_effectiveness(self.client, seed=self.settings.seed)

    @cached_property
    def variance_split(self) -> VarianceSplit | Missing:
        """How much of the deals' differences lies with sellers, teams and territories."""
        from simkit.effort.variance_components import variance_split

        return variance_split(self.client)

    @cached_property
    def efficiency(self) -> Efficiency | Missing:
        """Whether figures of efficiency go with results."""
        from simkit.effort.efficiency import efficiency_and_results

        return efficiency_and_results(self.client)

    @cached_property
    def leads(self) -> LeadScores | Missing:
        """How well the lead score tells past wins apart."""
        from simkit.value.leads.lead_score import lead_scores

        return self.pipeline if isinstance(self.pipeline, Missing) else lead_scores(self.client)

    @cached_property
    def lead_filter(self) -> LeadFilter | Missing:
        """What the lead filter would have done."""
        from simkit.value.leads.lead_filter import lead_filter

        return self.pipeline if isinstance(self.pipeline, Missing) else lead_filter(self.client)

    @cached_property
    def controlling(self) -> Controlling | Missing:
        """Plan and actual of contacts and hours."""
        from simkit.value.controlling.plan_and_actual import controlling

        value = self.value
        if isinstance(value, Missing):
            return value
        return controlling(self.client, value, logged=self.logged_share, seed=self.settings.seed)

    @property
    def simulated_value(self) -> CustomerValue | Missing:
        """The customers that the simulated organisation works for; missing where it cannot be simulated."""
        from simkit.analysis.simulation import NO_CUSTOMERS
        from simkit.study.measured.client_inputs import what_is_missing

        lacking = what_is_missing(self.client)
        return lacking or present(self.value) or Missing(reason=NO_CUSTOMERS)

    def calibrate(self, progress: Progress | None = None) -> Saved | Missing:
        """Open the fit of today's organisation, or make and keep it; `progress` is called with how many runs are done."""
        from simkit.analysis.simulation import calibration_of

        value = self.simulated_value
        if isinstance(value, Missing):
            return value
        return calibration_of(self.client, self.settings, present(self.time_use), value, progress)

    @cached_property
    def counted_settings(self) -> RunSettings:
        """The settings with runs in place of the minutes that a search is given; what a run takes is measured now, once."""
        from simkit.analysis.search_budget import with_runs

        value = self.simulated_value
        if isinstance(value, Missing):
            return self.settings
        return with_runs(self.client, self.settings, present(self.time_use), value)

    @cached_property
    def study(self) -> OrganisationStudy | Missing:
        """The comparison of organisations; read from the results folder when it is there."""
        return self.compare_organisations()

    def compare_organisations(self, progress: Progress | None = None) -> OrganisationStudy | Missing:
        """Open the results of the simulation, or simulate and keep them; `progress` is called with how many runs are done."""
        from simkit.analysis.simulation import kept_study, simulated_study

        value = self.simulated_value
        if isinstance(value, Missing):
            return value
        kept = kept_study(self.settings)
        if kept is not None:
            return kept
        settings = self.counted_settings
        return simulated_study(self.client, settings, present(self.time_use), value, progress, self._split)

    @property
    def _split(self) -> pd.DataFrame | None:
        """The best split of the hours of care; None where nothing is known of it."""
        return None if isinstance(self.service, Missing) else self.service.split

    @cached_property
    def model_fit(self) -> ModelFit | Missing:
        """How well the model reproduces the client."""
        from simkit.analysis.simulation import model_fit

        value = self.simulated_value
        if isinstance(value, Missing):
            return value
        return model_fit(self.client, self.settings, present(self.time_use), value)

    @cached_property
    def robustness(self) -> RobustnessStudy | Missing:
        """What must be true for the recommendation; missing below full depth, or without a comparison."""
        return self.test_robustness()

    def test_robustness(
        self, progress: Progress | None = None, tell_cost: Callable[[Cost], None] | None = None
    ) -> RobustnessStudy | Missing:
        """Open the test of robustness that belongs to the comparison, or run it and keep it beside the comparison.

        Parameters
        ----------
        progress : callable, optional
            Is called with how many runs are done.
        tell_cost : callable, optional
            Is called with what the test costs before it starts.
        """
        from simkit.analysis.simulation import kept_robustness, robustness_of, subject_of

        if isinstance(self.study, Missing):
            return self.study
        if self.settings.depth != "full":
            return Missing(reason=NOT_FULL)
        value = self.simulated_value
        if isinstance(value, Missing):
            return value
        kept = kept_robustness(self.settings)
        if kept is not None:
            return kept
        subject = subject_of(self.client, present(self.time_use), value, self.study, self._split)
        return robustness_of(subject, self.client, self.settings, progress, tell_cost)


def _withheld(error: PrivacyError) -> Missing:
    return Missing(reason=error.what, remedy=(error.remedy,) if error.remedy.en else ())
