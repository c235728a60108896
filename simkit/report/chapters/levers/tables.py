"""Tables of levers: which there are, what they bring for their budget, and what of each was simulated."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simkit.effort.taxonomy import label_of
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.model.specification.levers import EFFECT_LABELS
from simkit.report.chapters.organisation.gain_views import in_words
from simkit.report.document.study_views import StudyView

TEXTS = Catalogue.beside(__file__)

ARROWS = {"+": "↑", "-": "↓"}
EXTENTS = TEXTS.group("extents")
MONEY_UNIT, MINUTES = "money", "min"


def levers(view: StudyView, base: str, *, budgeted: bool = True) -> pd.DataFrame:
    """Return the levers on one organisation by falling net gain, in words.

    Parameters
    ----------
    base : str
        Label of the organisation.
    budgeted : bool
        Those on the common budget, or the client's own variants.

    Returns
    -------
    DataFrame
        The columns of the frame ``levers`` with ``label``, ``extent_words``, ``month_words``, ``earliest_words``,
        ``latest_words``, ``evidence_words``, ``source_words``, ``moves_words``, and ``…_thousand`` of cost, gain and net.
    """
    table = view.study.frame("levers")
    chosen = table[(table["base"] == base) & (table["budget_amount"].notna() == budgeted)]
    chosen = chosen.sort_values("net", ascending=False, kind="stable").reset_index(drop=True)
    language = view.style.formats.language
    own = _own_labels(view)
    return chosen.assign(
        label=chosen[f"label_{language}"],
        extent_words=[_extent(view, row["extent"], row["size"]) for _, row in chosen.iterrows()],
        evidence_words=[evidence_grade or "–" for evidence_grade in chosen["evidence_grade"]],
        source_words=[source or view.style.translate(TEXTS["assumption"]) for source in chosen[f"source_{language}"]],
        moves_words=[
            moves_in_words(view, moves, own.get(lever, {}))
            for lever, moves in zip(chosen["lever"], chosen["moves"], strict=True)
        ],
        **{f"{name}_thousand": chosen[name] / 1e3 for name in ("cost", "gain", "net", "net_low", "net_high")},
        **{
            f"{name}_words": [
                in_words(view, value, int(months)) for value, months in zip(chosen[name], chosen["months"], strict=True)
            ]
            for name in ("month", "earliest", "latest")
        },
    )


def bases(view: StudyView, *, budgeted: bool = True) -> list[str]:
    """Return the organisations that levers stand on, today's first."""
    table = view.study.frame("levers")
    return list(dict.fromkeys(table.loc[table["budget_amount"].notna() == budgeted, "base"]))


def budget_amount(view: StudyView) -> float:
    """Return the common budget per year; missing when none was compared on one."""
    return float(view.study.frame("levers")["budget_amount"].max())


def months(view: StudyView, base: str) -> pd.DataFrame:
    """Return the cumulated net gain of each lever of an organisation by month, in the order of :func:`levers`."""
    order = levers(view, base)
    table = view.study.frame("lever_months")
    chosen = table[(table["base"] == base) & table["lever"].isin(order["lever"])]
    labels = dict(zip(order["lever"], order["label"], strict=True))
    place = {name: number for number, name in enumerate(labels)}
    chosen = chosen.sort_values("lever", key=lambda names: names.map(place), kind="stable")
    return chosen.assign(label=chosen["lever"].map(labels))


def interactions(view: StudyView) -> pd.DataFrame:
    """Return what each lever brings on the one organisation and on the other."""
    table = view.study.frame("lever_interactions")
    first = levers(view, str(table["base"].iloc[0])) if len(table) else pd.DataFrame({"lever": [], "label": []})
    labels = dict(zip(first["lever"], first["label"], strict=True))
    thousand = {f"{name}_thousand": table[name] / 1e3 for name in ("on_base", "on_other", "difference", "low", "high")}
    return table.assign(label=[labels.get(name, name) for name in table["lever"]], **thousand)


def tool_stack(view: StudyView) -> pd.DataFrame:
    """Return the cost of tools and the minutes that they save and have to save, as written values."""
    table = view.study.frame("tool_stack")
    language = view.style.formats.language
    values = [_tool_value(view, value, unit) for value, unit in zip(table["value"], table["unit"], strict=True)]
    return table.assign(
        label=table[f"label_{language}"], value_words=values, source_words=table[f"source_{language}"],
        evidence_words=[evidence_grade or "–" for evidence_grade in table["evidence_grade"]],
    )  # fmt: skip


def moves_in_words(view: StudyView, moves: str, own: Mapping[str, Text]) -> str:
    """Return what a lever moves, such as "↑ Win rate, ↓ Meetings"; its outlay stands in a column of its own.

    Parameters
    ----------
    moves : str
        Names with their signs, such as "won_share+ meetings_h-".
    own : mapping of str to Text
        What the lever's file calls them, where it has words of its own.
    """
    named = [(move[:-1], ARROWS[move[-1]]) for move in moves.split()]
    told = [
        f"{arrow}\u00a0{view.style.translate(own.get(name) or _effect_label(name))}"
        for name, arrow in named
        if name != "lever_cost"
    ]
    return ", ".join(told) or "–"


def _effect_label(name: str) -> Text:
    activity = name.removesuffix("_h")
    return label_of(activity) if activity in ACTIVITIES else EFFECT_LABELS[name]


def _own_labels(view: StudyView) -> dict[str, dict[str, Text]]:
    """Return what the levers' own files call the things that they move: lever → effect → label."""
    labels: dict[str, dict[str, Text]] = {}
    for _, row in view.study.frame("lever_effects").iterrows():
        labels.setdefault(row["lever"], {})[row["effect"]] = Text(de=row["label_de"], en=row["label_en"])
    return labels


def _extent(view: StudyView, extent: str, size: float) -> str:
    if extent == "staff":
        share = view.style.formats.share(size, 0)
        return view.style.translate(EXTENTS["all"] if size == 1 else EXTENTS["staff"].fill(size=share))
    if extent == "posts":
        return view.style.translate(
            EXTENTS["post"] if size == 1 else EXTENTS["posts"].fill(size=view.style.formats.number(size))
        )
    return view.style.translate(EXTENTS["whole"])


def _tool_value(view: StudyView, value: float, unit: str) -> str:
    formats = view.style.formats
    if unit == MONEY_UNIT:
        return formats.money(value)
    if unit == MINUTES:
        return f"{formats.number(value, 1)}\u00a0min"
    return f"{formats.number(value)}\u00a0{unit}"
