"""How much a robustness study runs, and what that costs, reported before it begins."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from simkit.foundation.text import Text, same
from simkit.model.specification.scenarios import Scenario
from simkit.study.experiment.experiment_spec import Variant
from simkit.study.robustness.sample_points import BY_POINT, HORIZON, RobustnessBench
from simkit.study.thresholds import threshold

PROBE_YEARS = 0.25
ELASTICITIES = (0.0, 0.125, 0.25, 0.5)
STRESS_LOADS = (0.85, 0.95, 1.05)
STRESS_DAYS = (60.0, 90.0, 139.0, 200.0)


def _whole(name: str) -> int:
    return round(threshold(f"robustness.{name}"))


@dataclass(frozen=True, kw_only=True)
class RobustnessSettings:
    """How much is run; the defaults are the thresholds ``robustness.*``.

    Parameters
    ----------
    screened_parameters : int
        Parameters screened one by one after the groups, at most.
    tornado_parameters : int
        Parameters in the tornado.
    points, region_parameters : int
        Points of the search for regions, and parameters that they are spread over.
    stress_replications : int
        Replications per cell of the stress test.
    """

    parameters: tuple[str, ...] = ()
    """Parameters that stand in the tornado whatever the screening says."""
    rivals: int = field(default_factory=lambda: _whole("rivals"))
    """Designs compared with today's, the best ones."""
    trajectories: int = field(default_factory=lambda: _whole("trajectories"))
    """Of the Morris screening, at least 2."""
    screening_years: float = field(default_factory=lambda: threshold("robustness.screening_years"))
    """Horizon of the screening."""
    screened_parameters: int = field(default_factory=lambda: _whole("screened_parameters"))
    tornado_parameters: int = field(default_factory=lambda: _whole("tornado_parameters"))
    replications: int = field(default_factory=lambda: _whole("replications"))
    """Replications of the tornado and per elasticity, at least 2."""
    points: int = field(default_factory=lambda: _whole("points"))
    region_parameters: int = field(default_factory=lambda: _whole("region_parameters"))
    elasticities: tuple[float, ...] = ELASTICITIES
    """Values of the elasticity between which the break-even is sought."""
    stress_loads: tuple[float, ...] = STRESS_LOADS
    stress_days: tuple[float, ...] = STRESS_DAYS
    """Cells of the stress test: mandatory load, and days to fill a vacancy."""
    stress_replications: int = field(default_factory=lambda: _whole("stress_replications"))
    stress_years: float = field(default_factory=lambda: threshold("robustness.stress_years"))
    """Its horizon."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a robustness study costs."""

    runs: int
    """Simulation runs that progress counts."""
    years: float
    """Simulated years of all runs, warm-up and the runs for today's care level included."""
    seconds_per_year: float
    """Processor time of a simulated year on this machine."""
    processes: int
    """How many share the work."""

    @property
    def minutes(self) -> float:
        """Expected minutes."""
        return self.years * self.seconds_per_year / max(self.processes, 1) / 60

    def told(self) -> Text:
        """Return the cost in one line."""
        words = Text(
            de="Robustheit prüfen: {runs} Läufe, {years} simulierte Jahre, etwa {minutes} Minuten mit {processes} Prozessen",
            en="Testing the robustness: {runs} runs, {years} simulated years, about {minutes} minutes with {processes} processes",
        )
        return words.fill(
            runs=self.runs, years=round(self.years), minutes=max(1, round(self.minutes)), processes=self.processes
        )


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of each part, known before the first run."""

    groups: int
    parameters: int
    designs: int
    """Compared designs, today's among them."""
    horizon_years: float
    warm_up_years: float
    """Of the study."""


def points_of(settings: RobustnessSettings, shape: Shape) -> tuple[int, int, int]:
    """Return the points of the screening, of the tornado and its elasticities (all replications), and of the regions, at most."""
    screened = min(settings.screened_parameters, shape.parameters)
    screening = (shape.groups + 1 + screened + 1) * settings.trajectories
    ends = (
        1
        + 2 * min(settings.tornado_parameters + len(settings.parameters), shape.parameters)
        + len(settings.elasticities)
    )
    return screening, ends * settings.replications, settings.points


def expected_cost(settings: RobustnessSettings, shape: Shape, bench: RobustnessBench, processes: int) -> Cost:
    """Return what a study will cost at most, with the speed of this machine measured on a short run."""
    screening, ends, spread = points_of(settings, shape)
    care = 1  # besides the designs, today's organisation once more for its care level
    short = settings.screening_years + shape.warm_up_years
    long = shape.horizon_years + shape.warm_up_years
    cells = len(settings.stress_loads) * len(settings.stress_days) * settings.stress_replications
    years = (shape.designs + care) * (screening * short + (ends + spread) * long)
    years += cells * (settings.stress_years + shape.warm_up_years)
    runs = shape.designs * (screening + ends + spread) + cells
    return Cost(runs=runs, years=years, seconds_per_year=_measured_speed(bench), processes=processes)


def _measured_speed(bench: RobustnessBench) -> float:
    """Return seconds of the processor per simulated year, from today's organisation over a quarter of a year."""
    parameter_set = bench.parameters.patch({HORIZON: PROBE_YEARS}, BY_POINT)
    today = Variant(label=bench.baseline, design=bench.designs[bench.baseline])
    nothing = Scenario(name="probe", title=same("probe"), purpose=same("probe"), override={})
    start = time.process_time()
    for _ in bench.engine(bench.model_inputs, parameter_set, nothing, (today,), bench.seed, 0):
        pass
    years = 2 * (PROBE_YEARS + parameter_set.value("time.warm_up_years"))
    return (time.process_time() - start) / years
