"""How often intervals of what follows from few replications cover the truth: regret, thresholds, ratios, worth of knowing.

Made replications of four designs in three scenarios: what they have in common (standard deviation 3) and what each has of its
own (1), normal or skewed as a gamma of shape 4. One interval of each study counts, so the studies are independent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from made_coverage import SEED, Covered, line

from simkit.foundation.random_streams import stream
from simkit.study.comparison.regret import ReplicationMeans, regrets, value_of_parameters, value_of_runs, worst_regrets
from simkit.study.mean_intervals import drawn_means, fieller, knowing, largest_interval
from simkit.study.paired_comparison import half_width, share_of_wins
from simkit.study.robustness.turning_points import break_even_elasticity

SIZES = (4, 6, 12)
STUDIES = 1000
WANTED = {False: 0.93, True: 0.90}
"""Least coverage of a 95 % interval that is asked for, of normal and of skewed replications."""
DRAWS = 500  # of the true means; no interval rests on them
TRUTHS = {
    "clear": np.array([[0.0, 2.0, 4.0, 1.0], [3.0, 1.0, 0.0, 2.0], [0.0, 3.0, 1.0, 2.0]]),
    "near": np.array([[0.0, 0.3, 0.5, -0.2], [0.2, 0.4, 0.3, 0.0], [0.0, 0.1, 0.4, 0.3]]),
    "equal": np.zeros((3, 4)),
}
"""True means, scenarios × designs."""
DESIGNS, LOOKED_AT = ("a", "b", "c", "d"), 1
ELASTICITIES, CURVE = np.array([0.0, 0.25, 0.5]), np.array([-2.0, -0.5, 4.0])
THRESHOLD = 0.25 + 0.25 * 0.5 / 4.5
GAIN, LOSS = 3.0, 2.0
LEADS = np.array([-2.0, 1.0, 3.0])
"""True leads at the low, present and high value of an assumption."""
WEIGHTS = (0.3, 0.4, 0.3)

NO_DESIGNS, OF_DESIGNS = "a difference, a ratio, a curve", "means of the designs {}"
SKEWED = (NO_DESIGNS, OF_DESIGNS.format("clear"))

Study = Callable[[np.random.Generator, int, bool], dict[str, bool]]


def noise(draw: np.random.Generator, shape: tuple[int, ...], skewed: bool) -> np.ndarray:
    """Draw noise of mean 0 and standard deviation 1."""
    found: np.ndarray = (draw.gamma(4, 1, shape) - 4) / 2 if skewed else draw.standard_normal(shape)
    return found


def holds(low: float, high: float, true: float) -> bool:
    """Tell whether an interval holds the truth, but for rounding; an end that is missing is none."""
    return not (low > true + 1e-9 or high < true - 1e-9)


def of_designs(truth: np.ndarray, draw: np.random.Generator, replications: int, skewed: bool) -> dict[str, bool]:
    """Return by quantity whether its interval holds the truth in one study of several designs."""
    common, own = noise(draw, (replications,), skewed), noise(draw, (*truth.shape, replications), skewed)
    values = truth[..., None] + 3 * common + own
    drawn = drawn_means(values, draw, DRAWS)
    scenarios = tuple(f"s{place}" for place in range(len(truth)))
    study = ReplicationMeans(scenarios=scenarios, designs=DESIGNS, values=values, drawn=drawn)
    behind = (truth.max(axis=1, keepdims=True) - truth)[:, LOOKED_AT]
    regret, worst = (frame.loc[LOOKED_AT, ["low", "high"]] for frame in (regrets(study), worst_regrets(study)))
    low, high = largest_interval(-values[:, LOOKED_AT], comparisons=len(truth))
    scenario = value_of_runs(study).loc[1, ["low", "high"]]
    best = share_of_wins(drawn[:, 0])
    return {
        "regret": holds(*regret, behind[0]),
        "largest regret": holds(*worst, behind.max()),
        "profit in the worst scenario (Pareto)": holds(-high, -low, truth[:, LOOKED_AT].min()),
        "worth of knowing the scenario (EVPI)": holds(*scenario, float(knowing(truth, [1 / 3] * 3))),
        WRONG: bool(best.max() >= 0.9 and truth[0, best.argmax()] < truth[0].max() - 1e-9),
        SURE: bool(best.max() >= 0.9),
    }


def of_lines(draw: np.random.Generator, replications: int, skewed: bool) -> dict[str, bool]:
    """Return by quantity whether its interval holds the truth in one study of a difference, a ratio, a threshold."""
    own = noise(draw, (3, replications), skewed)
    half = float(half_width(own[:1])[0])
    _, low, high = fieller(GAIN + own[0], LOSS + own[1] / 2)
    curve = pd.DataFrame(CURVE[:, None] + own[0] + own[1] * ELASTICITIES[:, None], index=ELASTICITIES)
    runs = curve.rename_axis(index="elasticity", columns="replication").stack().rename("difference").reset_index()
    threshold = break_even_elasticity(runs.assign(design="new")).loc[0, ["low", "high"]]
    worth = value_of_parameters({"assumption": LEADS[:, None] + own}, {}).loc[0, ["low", "high"]]
    true_worth = float(knowing(np.stack([LEADS, 0 * LEADS], axis=1), WEIGHTS))
    return {
        "paired difference (t)": holds(own[0].mean() - half, own[0].mean() + half, 0.0),
        "gain with A over loss with C (Fieller)": holds(
            low, high, GAIN / LOSS
        ),  # without an interval nothing is claimed
        "threshold of the elasticity (Fieller)": holds(*threshold, THRESHOLD),
        "worth of knowing an assumption (EVPPI)": holds(*worth, true_worth),
    }


SURE, WRONG = "some design is best with 90 % and more", "of them one that is not"


def results(study: Study, name: str, replications: int, number: int, *, skewed: bool) -> Mapping[str, Covered]:
    """Return by quantity how often its interval holds the truth."""
    draws = [stream(SEED, one, f"coverage.{name}.{replications}.{skewed}") for one in range(number)]
    frame = pd.DataFrame([study(draw, replications, skewed) for draw in draws])
    return {str(one): Covered(hits=int(frame[one].sum()), number=number, wanted=WANTED[skewed]) for one in frame}


def lines(number: int = STUDIES) -> list[str]:
    """Return the coverage by kind of study, quantity and number of replications."""
    sizes = ", ".join(map(str, SIZES))
    sizes_line = f"coverage of 95 % intervals, %, at {sizes} replications, {number} studies each (seed {SEED})"
    told = [f"{sizes_line}; wanted {WANTED[False]:.0%}, skewed {WANTED[True]:.0%}"]
    kinds: list[tuple[str, Study]] = [(NO_DESIGNS, of_lines)]
    kinds += [(OF_DESIGNS.format(name), partial(of_designs, truth)) for name, truth in TRUTHS.items()]
    for name, study in kinds:
        for skewed in (False, True) if name in SKEWED else (False,):
            found = [results(study, name, size, number, skewed=skewed) for size in SIZES]
            told.append(f"  {name}, {'skewed' if skewed else 'normal'}")
            told += [
                line(f"    {quantity:<40}", [one[quantity] for one in found])
                for quantity in found[0]
                if quantity not in (SURE, WRONG)
            ]
            if SURE in found[0]:
                shares = "   ".join(f"{100 * one[SURE].share:5.1f} / {100 * one[WRONG].share:.1f}" for one in found)
                told.append(f"    {SURE} / {WRONG}, % of studies: {shares}")
    return told
