"""What customers of today's organisation go through, and the response parameters under which it stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.foundation.text import Text
from simkit.model.engine.customer_response import Adbudg
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.measured.measured_demand import Override

BIN, BINS = 0.02, 200  # care levels up to 4
COLUMNS = ("weight", "weight_kept", "count", "count_late")
EXPONENTS = np.linspace(0.3, 4.0, 371)
LEAST_CARE = 0.05  # lower end of the parameters reaction.care_before_*
REACHED = Text(
    de="{source}; erreichte Elastizität {reached} statt {wanted}",
    en="{source}; elasticity reached {reached} instead of {wanted}",
)


@dataclass(frozen=True, kw_only=True)
class TodayProfile:
    """What the customers of today's organisation go through, summed over customers and weeks."""

    table: Mapping[str, Floats]
    """Columns of `COLUMNS`, each (segments, bins of care): weight = order rate × value, what lateness and lost contact
    persons leave of it, customers, and their sum of late memory. What is left is noted customer by customer: of the mean
    memory it would be less, since those who order most remember most late orders."""
    rise: Floats
    """(segments,) care level that the customers receive less the mean of what they remember."""
    late_rise: Floats
    """(segments,) the same of late orders: how many more a customer comes to remember than he remembered on average."""
    needed: Floats
    """(segments,) contacts needed a year, with which the care levels were measured."""
    customer_years: float
    lost: float
    won: float
    """Customers lost and won with as many customers as today, expected: sums of hazards, and leads of new customers × mean
    chance that a lead wins."""

    def levels(self, segment: int, parameters: ParameterSet) -> tuple[Floats, float]:
        """Return the care level of each bin and their mean, measured against the needs of a parameter set."""
        need = parameters.value(f"care.{SEGMENTS[segment]}.needed_contacts_per_year")
        count, middle = self.table["count"][segment], (np.arange(BINS) + 0.5) * BIN
        remembered = float((count * middle).sum() / count.sum())
        received = max(remembered + self.rise[segment], LEAST_CARE)
        scale = (received / remembered) * (self.needed[segment] / need)
        return middle * scale, max(received * self.needed[segment] / need, LEAST_CARE)


def response_override(parameters: ParameterSet, profile: TodayProfile, source: Text) -> Override:
    """Return care level, exponent and level of each segment's curve, and the churn level, that fit a profile.

    Parameters
    ----------
    parameters : ParameterSet
        With the elasticities, floor, ceiling, churn and needs that the response is to have; lateness and loss are those of
        the profile.
    source : Text
        Where the values come from.
    """
    found: Override = {}
    factor, count = 0.0, 0.0
    for number, name in enumerate(SEGMENTS):
        here = profile.table["count"][number]
        if (
            here.sum() == 0
            or min(profile.needed[number], parameters.value(f"care.{name}.needed_contacts_per_year")) <= 0
        ):
            continue
        care, mean = profile.levels(number, parameters)
        if by_hand(parameters, f"reaction.care_before_{name}"):
            mean = parameters.value(f"reaction.care_before_{name}")
        kept = _mean_in_bins(profile, "weight_kept", number, "weight")
        late = float(profile.table["count_late"][number].sum() / here.sum()) + float(profile.late_rise[number])
        found[f"reaction.late_before_{name}"] = (max(late, 0.0), simulated_from(source))
        curve, reached = _fitted_curve(parameters, name, care, mean, profile.table["weight"][number])
        found[f"reaction.care_before_{name}"] = (float(mean), simulated_from(source))
        wanted = parameters.value("reaction.elasticity") * parameters.value(f"reaction.{name}.elasticity_factor")
        told = source if abs(reached - wanted) < 5e-3 else _reached(source, reached, wanted)
        found[f"reaction.curve_exponent_{name}"] = (curve.c, simulated_from(told))
        ceiling = parameters.value("reaction.rate_ceiling")
        level = _fitted_level(_values(curve, care), ceiling, profile.table["weight"][number], kept)
        found[f"reaction.curve_level_{name}"] = (level, simulated_from(source))
        factor += float((here * _churn_factor(parameters, profile, number, care, mean)).sum())
        count += float(here.sum())
    if count:
        found["reaction.churn_level"] = (factor / count, simulated_from(source))
    return {path: value for path, value in found.items() if not by_hand(parameters, path)}


def by_hand(parameters: ParameterSet, path: str) -> bool:
    """Tell whether somebody has set a parameter by hand; no fit moves it then."""
    return parameters[path].provenance.kind == "option"


def _fitted_curve(
    parameters: ParameterSet, segment: str, care: Floats, mean: float, weight: Floats
) -> tuple[Adbudg, float]:
    """Return the curve through 1 at the mean care level whose mean elasticity is nearest to the wanted one, and that."""
    v = parameters.value
    wanted = v("reaction.elasticity") * v(f"reaction.{segment}.elasticity_factor")
    floor, ceiling = v("reaction.rate_floor"), v("reaction.rate_ceiling")
    lo = floor + (1 - v(f"reaction.{segment}.fall_share")) * (1 - floor)
    hi = ceiling - (1 - v(f"reaction.{segment}.rise_share")) * (ceiling - 1)
    own = v(f"reaction.curve_exponent_{segment}")
    exponents = [own] if by_hand(parameters, f"reaction.curve_exponent_{segment}") else EXPONENTS.tolist()
    curves = [Adbudg.through_today(lo=lo, hi=hi, elasticity=wanted, care_before=mean, exponent=c) for c in exponents]
    reached = _mean_elasticities(curves, care, weight)
    best = int(np.argmin(np.abs(reached - wanted)))
    return curves[best], float(reached[best])


def _values(curve: Adbudg, care: Floats) -> Floats:
    power = care**curve.c
    values: Floats = curve.lo + (curve.hi - curve.lo) * power / (curve.d + power)
    return values


def _mean_elasticities(curves: Sequence[Adbudg], care: Floats, weight: Floats) -> Floats:
    """Return Σ w f′(x)x ÷ Σ w f(x) of curves that differ in exponent alone; shape (curves,)."""
    lo, hi = curves[0].lo, curves[0].hi
    c, d = (np.array([getattr(curve, name) for curve in curves])[:, None] for name in ("c", "d"))
    power = care**c
    slope, value = (hi - lo) * c * d * power / (d + power) ** 2, lo + (hi - lo) * power / (d + power)
    found: Floats = (weight * slope).sum(axis=1) / np.maximum((weight * value).sum(axis=1), 1e-12)
    return found


def _fitted_level(values: Floats, ceiling: float, weight: Floats, kept: Floats) -> float:
    """Return κ with Σ w min(κ f(x), ceiling)·kept = Σ w; the ceiling is that of all segments, as in a run."""
    level = 1.0
    for _ in range(20):
        happening = float((weight * np.minimum(level * values, ceiling) * kept).sum())
        level *= float(weight.sum()) / max(happening, 1e-12)
    return level


def _mean_in_bins(profile: TodayProfile, total: str, number: int, over: str) -> Floats:
    counted = profile.table[over][number]
    mean: Floats = np.divide(profile.table[total][number], counted, out=np.zeros(BINS), where=counted > 0)
    return mean


def _churn_factor(parameters: ParameterSet, profile: TodayProfile, number: int, care: Floats, mean: float) -> Floats:
    v = parameters.value
    late = _mean_in_bins(profile, "count_late", number, "count")
    late = late * (1 - v("reaction.forgiveness") * np.minimum(care, 1.0))
    factor: Floats = np.exp(-v("reaction.churn_care") * (care - mean)) * (1 + v("reaction.late_churn_share") * late)
    return factor


def simulated_from(source: Text) -> Provenance:
    """Return the provenance of a value that runs have given."""
    return Provenance(kind="simulated", source=source.en, source_de=source.de)


def _reached(source: Text, reached: float, wanted: float) -> Text:
    return REACHED.fill(source=source, reached=f"{reached:.2f}", wanted=f"{wanted:.2f}")
