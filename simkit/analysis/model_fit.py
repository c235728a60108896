"""How well the model shows a client: the fit of its moments, the saved calibration and the backtest, for one client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.analysis.simulation import execution_of
from simkit.study.calibration.backtest import backtest
from simkit.study.calibration.moment_fit import bench_of, fit_of
from simkit.study.calibration.moments import measured_moments
from simkit.study.calibration.saved_calibration import Saved, client_parameter_set, open_calibration
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.identification import kept_although_delivered
from simkit.study.measured.measured_demand import SeasonTest, season_test
from simkit.study.measured.measured_response import MeasuredResponse, response

if TYPE_CHECKING:
    from simkit.effort.time_use import TimeUse
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.intake.client import ClientData
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.value.customers.customer_value import CustomerValue

FIT_REPLICATIONS = {"quick": 3, "normal": 6, "full": 8}
BACKTEST_REPLICATIONS = {"normal": 8, "full": 12}  # a draft makes none


@dataclass(frozen=True, kw_only=True)
class ModelFit:
    """How well the model shows a client."""

    saved: Saved
    """The saved calibration, or why it is not used."""
    fit: pd.DataFrame
    """Measured and simulated moments (:class:`simkit.study.calibration.moment_fit.MomentFit`); empty when nothing can
    be compared."""
    backtest: pd.DataFrame | None
    """See :func:`simkit.study.calibration.backtest.backtest`."""
    response: MeasuredResponse | None
    season: SeasonTest | None
    """What the history tells of the customers' response and of the seasons; None where it is too short."""
    parameters: ParameterSet
    """The parameter set of today's organisation."""
    kept: tuple[str, ...]
    """Parameters that the delivered tables could have given but did not."""


def model_fit(client: ClientData, settings: RunSettings, time_use: TimeUse | None, value: CustomerValue) -> ModelFit:
    """Hold the model against the client's figures, with the saved calibration where it is valid."""
    from simkit.model.specification.model_parameters import load_defaults

    saved, model_inputs, defaults = open_calibration(client), client_inputs(client, value), load_defaults()
    parameter_set = client_parameter_set(client, time_use, value)
    moments = measured_moments(client, time_use, value, model_inputs, parameter_set)
    execution = execution_of(client, settings)
    fit = pd.DataFrame()
    if moments:
        bench = bench_of(model_inputs, seed=settings.seed, execution=execution)
        fit = fit_of(moments, parameter_set, bench, FIT_REPLICATIONS[settings.depth]).table
    replications = BACKTEST_REPLICATIONS.get(settings.depth)
    return ModelFit(
        saved=saved,
        fit=fit,
        backtest=backtest(client, replications=replications, seed=settings.seed, execution=execution)
        if replications
        else None,
        response=response(client, defaults),
        season=season_test(client),
        parameters=parameter_set,
        kept=kept_although_delivered(parameter_set, frozenset(client.tables)),
    )
