"""simkit: diagnose and redesign B2B sales organisations from a client's own exports.

What a notebook or a script needs is offered here and loaded when it is first used, so that ``import simkit`` stays light;
everything else is imported from its module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simkit.foundation.paths import VERSION

if TYPE_CHECKING:
    from simkit.analysis.client_analysis import ClientAnalysis
    from simkit.effort.time_use import time_use
    from simkit.foundation.errors import SimkitError
    from simkit.foundation.estimates import Estimate
    from simkit.foundation.missing import Missing
    from simkit.foundation.text import Text
    from simkit.intake.client import load_client
    from simkit.intake.settings.run_settings import RunSettings
    from simkit.model.engine.engine import simulate
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.levers import load_lever
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.model.specification.scenarios import load_scenario
    from simkit.report.chapters.registry import write_chapter
    from simkit.report.run.notebook_session import open_report
    from simkit.study.experiment.experiment_spec import Experiment, Variant
    from simkit.study.experiment.run_experiment import run_experiment
    from simkit.value.customers.customer_value import customer_value

__version__ = VERSION

_MODULES = {
    "ClientAnalysis": "simkit.analysis.client_analysis",
    "Estimate": "simkit.foundation.estimates",
    "Experiment": "simkit.study.experiment.experiment_spec",
    "Missing": "simkit.foundation.missing",
    "RunSettings": "simkit.intake.settings.run_settings",
    "SimkitError": "simkit.foundation.errors",
    "Text": "simkit.foundation.text",
    "Variant": "simkit.study.experiment.experiment_spec",
    "customer_value": "simkit.value.customers.customer_value",
    "draw_inputs": "simkit.model.inputs.replication_inputs",
    "load_client": "simkit.intake.client",
    "load_defaults": "simkit.model.specification.model_parameters",
    "load_design": "simkit.model.specification.designs",
    "load_lever": "simkit.model.specification.levers",
    "load_scenario": "simkit.model.specification.scenarios",
    "open_report": "simkit.report.run.notebook_session",
    "run_experiment": "simkit.study.experiment.run_experiment",
    "simulate": "simkit.model.engine.engine",
    "time_use": "simkit.effort.time_use",
    "write_chapter": "simkit.report.chapters.registry",
}

__all__ = [
    "ClientAnalysis",
    "Estimate",
    "Experiment",
    "Missing",
    "RunSettings",
    "SimkitError",
    "Text",
    "Variant",
    "__version__",
    "customer_value",
    "draw_inputs",
    "load_client",
    "load_defaults",
    "load_design",
    "load_lever",
    "load_scenario",
    "open_report",
    "run_experiment",
    "simulate",
    "time_use",
    "write_chapter",
]


def __getattr__(name: str) -> Any:
    """Load a name of the public API when it is first used."""
    if name not in _MODULES:
        raise AttributeError(f"module 'simkit' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(_MODULES[name]), name)
    return found


def __dir__() -> list[str]:
    """Return the public API."""
    return __all__
