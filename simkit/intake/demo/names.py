"""Invented firm names, places and trades of the demo client's customers."""

from __future__ import annotations

import numpy as np

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
