"""The customers of the demo client: invented names, master records, sales by an interpolated Lorenz curve, owner and desk."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from simkit.extras.demo_client.truth import (
    CUSTOMER_MARGIN_SPREAD,
    DEMO,
    FIRST,
    KNOWN_VOLUME_SHARE,
    LORENZ,
    PRESSED_MARGIN_LOSS,
    SEGMENT_ENDS,
    Truth,
)
from simkit.foundation.random_streams import stream

_FAMILIES = (
    "Bäuerle", "Brüggmann", "Dörflinger", "Eßlinger", "Faißt", "Fröhlich", "Gänßmantel", "Göhring",
    "Großhans", "Grünwald", "Häberle", "Haußmann", "Hößle", "Jäckle", "Käßbohrer", "Kößler",
    "Kühnle", "Löffelhardt", "Maißer", "Möhrle", "Nägele", "Öhlschläger", "Preßmar", "Pfäffle",
    "Rößler", "Rüdinger", "Schäuffele", "Schönfelder", "Strößner", "Süßkind", "Tränkle", "Überle",
    "Völkner", "Wäckerle", "Weißhaupt", "Wößner", "Zähringer", "Zürnlein", "Albersmann", "Bentrup",
    "Carlsdorf", "Dietenberg", "Ehrental", "Finkbein", "Gerstacker", "Holzapfel", "Imhofen", "Kaltenbach",
    "Lindhorst", "Merkelbach",
)  # fmt: skip
_TRADES = (
    ("Verpackungstechnik", "Verpackung"),
    ("Fördertechnik", "Intralogistik"),
    ("Präzisionsteile", "Metallbearbeitung"),
    ("Werkzeugbau", "Metallbearbeitung"),
    ("Gießerei", "Metallbearbeitung"),
    ("Kunststofftechnik", "Kunststoff"),
    ("Lebensmitteltechnik", "Nahrungsmittel"),
    ("Brauereianlagen", "Nahrungsmittel"),
    ("Großküchentechnik", "Nahrungsmittel"),
    ("Holzverarbeitung", "Holz und Möbel"),
    ("Möbelwerke", "Holz und Möbel"),
    ("Fahrzeugkomponenten", "Fahrzeugbau"),
    ("Getriebetechnik", "Fahrzeugbau"),
    ("Medizintechnik", "Medizintechnik"),
    ("Umwelttechnik", "Umwelttechnik"),
)
_FORMS = {
    "DE": ("GmbH", "GmbH & Co. KG", "AG", "KG", "e. K."),
    "AT": ("GmbH", "Ges.m.b.H.", "AG"),
    "CH": ("AG", "GmbH"),
}
#: State or canton, country, first digits of its postcodes, weight.
_REGIONS = (
    ("Baden-Württemberg", "DE", ("70", "71", "72", "73", "76", "78", "79", "88", "89"), 0.44),
    ("Bayern", "DE", ("80", "84", "86", "87", "90", "93", "97"), 0.18),
    ("Nordrhein-Westfalen", "DE", ("33", "40", "42", "44", "57", "58"), 0.10),
    ("Hessen", "DE", ("34", "35", "60", "64"), 0.05),
    ("Sachsen", "DE", ("01", "02", "04", "08", "09"), 0.05),
    ("Thüringen", "DE", ("07", "98", "99"), 0.03),
    ("Niedersachsen", "DE", ("26", "30", "37", "49"), 0.04),
    ("Oberösterreich", "AT", ("40", "41", "46"), 0.04),
    ("Vorarlberg", "AT", ("68", "69"), 0.02),
    ("Zürich", "CH", ("80", "84"), 0.02),
    ("St. Gallen", "CH", ("90", "94"), 0.03),
)


def firms(count: int, rng: np.random.Generator) -> list[dict[str, str]]:
    """Return `count` different firms with name, industry, country, region and postcode."""
    pairs = [(family, trade) for family in _FAMILIES for trade in _TRADES]
    chosen = rng.permutation(len(pairs))[:count]
    weights = np.array([weight for *_, weight in _REGIONS])
    regions = rng.choice(len(_REGIONS), size=count, p=weights / weights.sum())
    return [_firm(pairs[pair], _REGIONS[region], rng) for pair, region in zip(chosen, regions, strict=True)]


def _firm(
    pair: tuple[str, tuple[str, str]],
    place: tuple[str, str, tuple[str, ...], float],
    rng: np.random.Generator,
) -> dict[str, str]:
    family, (trade, industry) = pair
    region, country, prefixes, _ = place
    form = _FORMS[country][int(rng.integers(len(_FORMS[country])))]
    digits = 5 if country == "DE" else 4
    rest = int(rng.integers(1, 10 ** (digits - 2)))
    postcode = prefixes[int(rng.integers(len(prefixes)))] + f"{rest:0{digits - 2}d}"
    name = f"{family} {trade} {form}"
    return {"name": name, "industry": industry, "country": country, "region": region, "postcode": postcode}


def customers(staff: pd.DataFrame, true: Truth = DEMO) -> pd.DataFrame:
    """Return all customers, the largest first, with their true margin effect, growth and segment."""
    rng = stream(true.seed, -1, "demo.customers")
    frame = pd.DataFrame(firms(true.customers, rng))
    frame.insert(0, "customer_id", _numbers(true.customers, rng))
    frame["sales_amount"] = np.append(true.sales_amount * lorenz_shares(true.buying_customers), _none(true))
    frame["segment"] = _segments(true.customers)
    frame["margin_effect"] = _margin_effects(true, rng)
    frame["growth"] = np.clip(rng.normal(0.14, 0.20, true.customers), -0.4, 0.7)
    frame["care_factor"] = _care_factors(frame["segment"], rng.lognormal(-0.08, 0.4, true.customers), true)
    frame["customer_since"] = _since(true, rng)
    frame["payment_terms_days"] = rng.choice([14, 30, 45, 60], size=true.customers, p=[0.2, 0.5, 0.2, 0.1])
    frame["payment_delay_days"] = np.round(np.clip(rng.gamma(1.3, 7.0, true.customers) - 3, -3, 60), 1)
    frame["potential_amount"] = _potential(frame["sales_amount"].to_numpy(), rng)
    frame["dormant"] = frame["sales_amount"] == 0
    frame["purchasing_volume_amount"] = _purchasing_volume(frame, true)
    return _with_contacts(frame, staff, true.key_accounts, rng)


def lorenz_shares(count: int) -> np.ndarray:
    """Return the share of sales of each of `count` customers, largest first, on a curve through the points of `LORENZ`.

    Density is log-linear between the points and continuous at them; the first tenth follows a power of the rank, so
    that the largest customer stands out as it does in reality. The parts are exact: each holds the share it must.
    """
    knots = _knots()
    ends = [round(point * count) for point, _ in LORENZ]
    held = np.diff([0.0, *(share for _, share in LORENZ)])
    parts = [_tail(ends[0], held[0], knots[0] / count)]
    for number in range(1, len(LORENZ)):
        size = ends[number] - ends[number - 1]
        place = (np.arange(size) + 0.5) / size
        curve = knots[number - 1] ** (1 - place) * knots[number] ** place
        parts.append(curve * held[number] / curve.sum())
    return np.concatenate(parts)


def _knots(last: float = 0.21) -> list[float]:
    """Return the density at the end of each part, from the smallest customers upwards by logarithmic means."""
    knots = [last]
    points = [(0.0, 0.0), *LORENZ]
    for (p0, s0), (p1, s1) in reversed(list(pairwise(points[1:]))):
        knots.append(_other_end(knots[-1], (s1 - s0) / (p1 - p0)))
    return knots[::-1]


def _other_end(low: float, mean: float) -> float:
    """Return the value whose logarithmic mean with `low` is `mean`."""
    lower, upper = mean, 100.0
    for _ in range(80):
        middle = (lower + upper) / 2
        too_high = (middle - low) / np.log(middle / low) > mean
        lower, upper = (lower, middle) if too_high else (middle, upper)
    return lower


def _tail(size: int, share: float, smallest: float) -> np.ndarray:
    """Return power-law shares of the largest customers that sum to `share` and end near `smallest`."""
    ranks = np.arange(1, size + 1)
    candidates = [share * ranks**-power / (ranks**-power).sum() for power in np.linspace(0.3, 1.2, 181)]
    return min(candidates, key=lambda shares: abs(shares[-1] - smallest))


def _numbers(count: int, rng: np.random.Generator) -> list[str]:
    return [f"{number:07d}" for number in rng.choice(np.arange(10_000, 99_999), size=count, replace=False)]


def _none(true: Truth) -> np.ndarray:
    return np.zeros(true.customers - true.buying_customers)


def _segments(count: int) -> np.ndarray:
    ranks = (np.arange(count) + 0.5) / count
    return np.select([ranks <= SEGMENT_ENDS["A"], ranks <= SEGMENT_ENDS["B"]], ["A", "B"], "C")


def _margin_effects(true: Truth, rng: np.random.Generator) -> np.ndarray:
    effects = rng.normal(0.0, CUSTOMER_MARGIN_SPREAD, true.customers)
    pressed = rng.choice(np.arange(2, 40), size=true.pressed_customers, replace=False)
    effects[:40] = np.clip(effects[:40], -0.05, 0.08)
    effects[pressed] -= PRESSED_MARGIN_LOSS
    return effects


def _care_factors(segment: pd.Series, habit: np.ndarray, true: Truth) -> np.ndarray:
    """Return each customer's contacts relative to the mean of the segment: by habit, or of the best served or not."""
    factors = habit.copy()
    for name, (share, others) in true.well_served.items():
        places = np.flatnonzero(segment == name)
        best = np.floor((np.arange(len(places)) + 1) * share) > np.floor(np.arange(len(places)) * share)
        factors[places] = np.where(best, 1.0, others)
    return factors


def _since(true: Truth, rng: np.random.Generator) -> list[pd.Timestamp]:
    """Return the first day of each relationship; a few small customers are new within the period."""
    years = np.minimum(rng.gamma(2.0, 6.0, true.customers) + 0.3, 38)
    days = (-years * 365.25).astype(int)
    newcomers = round(true.buying_customers / 20.5)
    new = rng.choice(
        np.arange(round(0.366 * true.buying_customers), true.buying_customers), size=newcomers, replace=False
    )
    days[new] = rng.integers(20, 400, size=newcomers)
    return [pd.Timestamp(FIRST) + pd.Timedelta(days=int(day)) for day in days]


def _potential(sales: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the yearly potential: today's sales and what a competitor has, rounded as people estimate it."""
    yearly = np.where(sales > 0, sales / 2, 40_000.0) * (1 + rng.gamma(1.2, 0.6, len(sales)))
    return np.maximum(np.round(yearly, -3), 5_000)


def _purchasing_volume(frame: pd.DataFrame, true: Truth) -> np.ndarray:
    """Return what each customer buys in a year from us and others, as far as the sales staff know it.

    It is at least the potential, which is the part of it that could be ours. It has a stream of its own, so that no other
    number of the demo moves.
    """
    rng = stream(true.seed, -1, "demo.customers.purchasing")
    volume = np.round(frame["potential_amount"] * (1 + rng.gamma(1.5, 0.25, len(frame))), -3)
    return np.where(rng.random(len(frame)) < KNOWN_VOLUME_SHARE, volume, np.nan)


def _with_contacts(
    frame: pd.DataFrame, staff: pd.DataFrame, key_accounts: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Give each customer an owner and a desk; key accounts take the largest, the rest is spread by weight."""
    roles = staff["role"].to_numpy()
    weight = np.sqrt(np.maximum(frame["sales_amount"].to_numpy(), 20_000.0))
    key = np.arange(len(frame)) < key_accounts
    owners = np.zeros(len(frame), dtype=int)
    owners[key] = _spread(weight[key], np.flatnonzero(roles == "Key-Account"), staff)
    owners[~key] = _spread(weight[~key], np.flatnonzero(roles == "Außendienst"), staff)
    desks = _spread(weight * rng.uniform(0.8, 1.2, len(frame)), np.flatnonzero(roles == "Innendienst"), staff)
    return frame.assign(owner=owners, desk=desks)


def _spread(weight: np.ndarray, candidates: np.ndarray, staff: pd.DataFrame) -> np.ndarray:
    """Assign weights, largest first, to the person with the least weight per FTE."""
    fte = staff["fte"].to_numpy()[candidates]
    load = np.zeros(len(candidates))
    chosen = np.empty(len(weight), dtype=int)
    for position in np.argsort(-weight, kind="stable"):
        person = int(np.argmin((load + weight[position]) / fte))
        load[person] += weight[position]
        chosen[position] = candidates[person]
    return chosen
