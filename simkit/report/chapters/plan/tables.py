"""Tables of the plan: what was compared, the account by year, posts, what gets worse, what must be true, the roadmap."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD
from simkit.intake.workshop.choices import CHANNELS, YES_NO
from simkit.report.chapters.plan import plan_views as views
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import PROFIT, StudyView
from simkit.report.document.table_content import TableColumn, number_text
from simkit.study.advice.risk_texts import named, written
from simkit.study.bilingual_texts import numbers_of
from simkit.study.thresholds import threshold

TEXTS = Catalogue.beside(__file__)
CASE_ROWS = TEXTS.group("case_rows")


def plans_table(builder: ChapterBuilder, view: StudyView, source: str) -> Block:
    """Return the plans of the short list with their gains."""
    frame, formats = views.plans(view), builder.style.formats
    searched = len(view.study.frame("searched"))
    advice = view.study.recommendation
    told = builder.translate(
        TEXTS["plans_title"], searched=formats.number(searched), plan=view.design_label(advice.shown),
        gain=view.money(advice.money.value),
    )  # fmt: skip
    title = view.headline(told, TEXTS["plans_plain"]) if searched else builder.translate(TEXTS["plans_plain"])
    shown = frame.assign(
        gain_words=[number_text(view.money(value, signed=True), value) for value in frame["gain"]],
        span=_spans(builder, frame, view.money),
        limits=[builder.translate(TEXTS["broken"] if one else TEXTS["kept"]) for one in frame["broken"]],
    )
    columns = (
        TableColumn(name="label", label=TEXTS["plan"]),
        TableColumn(name="changes", label=TEXTS["changes"]),
        TableColumn(name="gain_words", label=TEXTS["gain"], write="figure"),
        TableColumn(name="span", label=TEXTS["range"], write="figure"),
        TableColumn(name="right", label=TEXTS["right"], write="share"),
        TableColumn(name="limits", label=TEXTS["limits"]),
    )
    note = builder.translate(
        TEXTS["plans_note"], zone=formats.share(threshold("rule.indifference_share"), 0),
        wanted=formats.share(threshold("rule.reliability"), 0),
    )  # fmt: skip
    other = views.ahead_otherwise(view, frame)
    if other:
        words = builder.translate(TEXTS["plans_rival"], plan=view.design_label(advice.shown), other=other)
        note = f"{note} {words}"
    return builder.table("plans", title, shown, columns, Caption(source=source, note=note, short=TEXTS["plans_plain"]))


def _spans(builder: ChapterBuilder, frame: pd.DataFrame, write: Callable[[float], str]) -> list[Any]:
    """Return the columns `low` and `high` as one, in words."""
    return [
        number_text(builder.translate(TEXTS["span"], low=write(low), high=write(high)), low=low, high=high)
        for low, high in zip(frame["low"], frame["high"], strict=True)
    ]


def prices_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield what each limit costs that binds the best plan; nothing where none does."""
    frame = views.prices(view)
    if frame.empty:
        return
    shown = frame.assign(
        price_words=[number_text(view.gain(value), value) for value in frame["price"]],
        span=_spans(builder, frame, view.gain),
    )
    columns = (
        TableColumn(name="label", label=TEXTS["limit"]),
        TableColumn(name="changes", label=TEXTS["forbidden"]),
        TableColumn(name="beyond", label=TEXTS["beyond"], write="figure"),
        TableColumn(name="price_words", label=TEXTS["price"], write="figure"),
        TableColumn(name="span", label=TEXTS["price_range"], write="figure"),
    )
    told = builder.translate(
        TEXTS["prices_title"], first=frame["label"].iloc[0], price=view.gain(frame["price"].iloc[0])
    )
    caption = Caption(source=source, note=TEXTS["prices_note"], short=TEXTS["prices_plain"])
    yield builder.table("prices", view.headline(told, TEXTS["prices_plain"]), shown, columns, caption)


def conditions_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield how far the plan shown is from each floor and limit; nothing where no plan was confirmed."""
    frame = views.conditions(view)
    if frame.empty:
        return
    broken = frame[~frame["holds"]]
    words = TEXTS["conditions_kept"] if broken.empty else TEXTS["conditions_broken"]
    title = builder.translate(
        words, plan=view.design_label(view.study.recommendation.shown), first=frame["label"].iloc[0],
        n=builder.style.formats.number(len(broken) or len(frame)),
    )  # fmt: skip
    shown = frame.assign(state=[builder.translate(TEXTS["kept"] if one else TEXTS["broken"]) for one in frame["holds"]])
    columns = (
        TableColumn(name="label", label=TEXTS["limit"]),
        TableColumn(name="value", label=TEXTS["condition_value"], write="figure"),
        TableColumn(name="limit", label=TEXTS["condition_limit"], write="figure"),
        TableColumn(name="room", label=TEXTS["condition_room"], write="figure"),
        TableColumn(name="state", label=TEXTS["limits"]),
    )
    caption = Caption(source=source, note=TEXTS["conditions_note"], short=TEXTS["conditions_plain"])
    yield builder.table("conditions", view.headline(title, TEXTS["conditions_plain"]), shown, columns, caption)


def case_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield the account by year: effects, running and one-off cost, and from when on it pays."""
    frame = views.by_year(view)
    if frame.empty:
        return
    wide = frame.pivot(index="item", columns="year", values="value").loc[list(CASE_ROWS)]
    years = [int(year) for year in wide.columns]
    table = pd.DataFrame({f"year_{year}": wide[year].to_numpy() for year in years})
    table.insert(0, "label", [builder.translate(text) for text in CASE_ROWS.values()])
    columns = (
        TableColumn(name="label", label=TEXTS["case_item"]),
        *(TableColumn(name=f"year_{year}", label=TEXTS["year"].fill(n=year), write="signed_amount") for year in years),
    )
    note = builder.translate(TEXTS["case_note"], need=view.money(views.cash_need(view)))
    caption = Caption(source=source, note=note, short=TEXTS["case_plain"])
    title = view.headline(_case_title(builder, view, wide), TEXTS["case_plain"])
    yield builder.table("business_case", title, table, columns, caption)


def service_levels_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield what each segment gets today and with the plan; nothing where the plan changes none of it."""
    frame = views.served(view)
    if frame.empty:
        return
    levels = list(frame["level"])
    shown = frame.assign(
        segment=[builder.translate(TEXTS["segment_of"].fill(s=one)) for one in frame["segment"]],
        level=[builder.translate(TEXTS.group("levels")[one]) for one in levels],
        **{
            end: [_level_words(builder, one, float(value)) for one, value in zip(levels, frame[end], strict=True)]
            for end in ("before", "after")
        },
    )
    columns = (
        TableColumn(name="segment", label=TEXTS["segment"]),
        TableColumn(name="level", label=TEXTS["level"]),
        TableColumn(name="before", label=TEXTS["before"], write="figure"),
        TableColumn(name="after", label=TEXTS["after"], write="figure"),
    )
    caption = Caption(source=source, note=TEXTS["levels_note"], short=TEXTS["levels_plain"])
    title = view.headline(_levels_title(builder, frame), TEXTS["levels_plain"])
    yield builder.table("service_levels", title, shown, columns, caption)


COUNTED_LEVELS = {"contacts_per_year": 1, "answer_h": 0}
"""Service levels that are numbers, with their decimals; the others are chosen."""


def _level_words(builder: ChapterBuilder, level: str, value: float) -> Any:
    if level in COUNTED_LEVELS:
        return number_text(builder.style.formats.number(value, COUNTED_LEVELS[level]), value)
    choice = CHANNELS["phone" if value >= 0.5 else "visit"] if level == "by_phone" else YES_NO["yes" if value else "no"]
    return builder.translate(choice)


def _levels_title(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    """Return a title that names the segment whose contacts change most; without a change of contacts, what is shown."""
    contacts = frame[frame["level"] == "contacts_per_year"]
    if contacts.empty:
        return builder.translate(TEXTS["levels_plain"])
    row = contacts.iloc[int((contacts["after"] - contacts["before"]).abs().to_numpy().argmax())]
    before, after = (builder.style.formats.number(row[end], 1) for end in ("before", "after"))
    return builder.translate(TEXTS["levels_title"], s=row["segment"], before=before, after=after)


def _case_title(builder: ChapterBuilder, view: StudyView, wide: pd.DataFrame) -> str:
    sums, first = wide.sum(axis=1), wide[wide.columns[0]]
    once, month = -float(sums[views.CHANGE]), views.payback_month(view)
    if once < 1:
        return builder.translate(TEXTS["case_without"], gain=view.money(float(first[PROFIT])))
    never = month != month
    payback = TEXTS["payback_never"] if never else TEXTS["payback"].fill(month=builder.style.formats.number(month))
    return builder.translate(TEXTS["case_title"], once=view.money(once), payback=builder.translate(payback))


def posts_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield the organisation today and then: posts by unit, and who moves; nothing where all stays as it is."""
    frame = views.posts(view)
    (people, accounts), number = views.moved(view), builder.style.formats.number
    if bool((frame["before"] == frame["after"]).all()) and people < 1:
        return
    small = builder.translate(TEXTS["small_units"])
    if people >= 1:
        title = builder.translate(TEXTS["posts_title"], people=number(people), accounts=number(accounts))
    elif accounts >= FEWEST_TOLD:
        title = builder.translate(TEXTS["posts_same_accounts"], accounts=number(accounts))
    else:
        title = builder.translate(TEXTS["posts_same"])
    columns = (
        TableColumn(name="label", label=TEXTS["unit"]),
        TableColumn(name="before", label=TEXTS["today"], write="number"),
        TableColumn(name="after", label=TEXTS["then"], write="number"),
    )
    shown = frame.assign(label=[name or small for name in frame["label"]])
    yield builder.table("posts", title, shown, columns, Caption(source=source, note=TEXTS["posts_note"]))


def worse_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield what the plan makes worse, the largest first."""
    frame = views.worse(view)
    numbers = numbers_of(builder.style.formats)
    if frame.empty:
        yield builder.text("worse", TEXTS["worse_note"], title=TEXTS["worse_none"])
        return
    language = builder.style.formats.language
    rows = frame.to_dict("records")
    names = [named(str(row["measure"]), str(row["group"])).to(language) for row in rows]
    ends = {
        column: [written(float(row[end]), str(row["measure"]), numbers).to(language) for row in rows]
        for column, end in (("before", "baseline"), ("after", "mean"))
    }
    change = [builder.style.formats.signed_share(_relative(row), 0) for row in rows]
    shown = frame.assign(label=names, **ends, change=change)
    columns = (
        TableColumn(name="label", label=TEXTS["figure"]),
        TableColumn(name="before", label=TEXTS["before"], write="figure"),
        TableColumn(name="after", label=TEXTS["after"], write="figure"),
        TableColumn(name="change", label=TEXTS["change"], write="figure"),
    )
    first = {end: values[0] for end, values in ends.items()}
    title = builder.translate(TEXTS["worse_title"], first=names[0], **first)
    yield builder.table("worse", title, shown, columns, Caption(source=source, note=TEXTS["worse_note"]))


def _relative(row: dict[Hashable, Any]) -> float:
    """Return the change as a share of today's value; NaN where that is 0."""
    base = float(row["baseline"])
    return float(row["difference"]) / base if base else float("nan")


def true_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the assumptions that the gain hangs on, where they were drawn."""
    frame = views.drivers(view)
    if frame.empty:
        return
    draws = int(view.study.frame("joint_summary")["draws"].iloc[0])
    shown = frame.assign(
        **{
            f"{name}_words": [number_text(view.gain(value), value) for value in frame[name]]
            for name in ("effect", "worth")
        }
    )
    columns = (
        TableColumn(name="label", label=TEXTS["assumption"]),
        TableColumn(name="share", label=TEXTS["share"], write="share"),
        TableColumn(name="effect_words", label=TEXTS["effect"], write="figure"),
        TableColumn(name="worth_words", label=TEXTS["worth"], write="figure"),
    )
    title = view.headline(builder.translate(TEXTS["true_title"], first=frame["label"].iloc[0]), TEXTS["true_plain"])
    caption = Caption(
        source=builder.translate(TEXTS["drawn_source"], n=builder.style.formats.number(draws)), note=TEXTS["true_note"]
    )
    yield builder.table("must_be_true", title, shown, columns, caption)


def roadmap(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield the steps of the plan with month, effort, effect, and room for who is responsible."""
    steps = views.chain(view)
    if steps.empty:
        return
    once = views.once_amounts(view)
    frame = pd.DataFrame(
        {
            "month": [1 + views.MONTHS_APART * place for place in range(len(steps))],
            "label": steps["label"].tolist(),
            "purpose": steps["purpose"].tolist(),
            "effort": [once.get(str(name), float("nan")) for name in steps["design"]],
            "brings": steps["difference"].tolist(),
            "owner": "",
        }
    )
    columns = (
        TableColumn(name="month", label=TEXTS["month"], write="number"),
        TableColumn(name="label", label=TEXTS["step"]),
        TableColumn(name="purpose", label=TEXTS["purpose"]),
        TableColumn(name="effort", label=TEXTS["effort"], write="amount"),
        TableColumn(name="brings", label=TEXTS["brings"], write="signed_amount"),
        TableColumn(name="owner", label=TEXTS["owner"]),
    )
    told = builder.translate(TEXTS["roadmap_title"], n=builder.style.formats.number(len(frame)))
    caption = Caption(source=source, note=TEXTS["roadmap_note"], short=TEXTS["roadmap_plain"])
    yield builder.table("roadmap", view.headline(told, TEXTS["roadmap_plain"]), frame, columns, caption)
