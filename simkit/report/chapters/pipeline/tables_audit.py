"""The audit part of the pipeline's chapter: stale deals, ages, what they are worth, slips, meetings, leads."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.date_slippage import CLAIMED_SHARE, Slips
from simkit.effort.pipeline_audit import Audit
from simkit.effort.trial_plan import trial_plan
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.controlling import figures as draw
from simkit.report.chapters.pipeline.pipeline_words import INTERVAL, REST, ends
from simkit.report.chapters.pipeline.tables_leads import lead_blocks
from simkit.report.chapters.pipeline.tables_meetings import meeting_blocks
from simkit.report.chapters.pipeline.tables_sellers import efficiency_block, variance_block
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn

OPEN = Text(de="offen", en="open")
OPEN_SOURCE = Text(de="Verkaufschancen, {n} offene Vorgänge", en="opportunities, {n} open deals")
SIGNS = {
    "old": Text(de="älter als 60 Tage", en="older than 60 days"),
    "no_step": Text(de="ohne künftigen nächsten Schritt", en="without a next step ahead"),
}
FACTORS = {
    "deadline_qualified": Text(de="Termin nicht qualifiziert", en="deadline not qualified"),
    "authority_access": Text(de="kein Zugang zum Entscheider", en="no access to the decision maker"),
    "either": Text(de="eines von beiden oder beides", en="one of them or both"),
}


def audit_blocks(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    """Yield the blocks of the audit; what cannot be told stands in a list with its reason."""
    audit = analysis.audit
    if isinstance(audit, Missing):
        return
    yield from _open_deals(builder, audit)
    if not isinstance(audit.slips, Missing):
        yield from _slips(builder, audit.slips)
    meetings, split, efficiency = analysis.meetings, analysis.variance_split, analysis.efficiency
    scores, rules = analysis.leads, analysis.lead_filter
    parts = {
        "slips": audit.slips,
        "meetings": meetings,
        "split": split,
        "efficiency": efficiency,
        "leads": scores,
        "filter": rules,
    }
    left_out = {**audit.missing, **{name: found.reason for name, found in parts.items() if isinstance(found, Missing)}}
    if not isinstance(meetings, Missing):
        yield from meeting_blocks(builder, meetings, trial_plan(analysis.client, meetings))
    if not isinstance(split, Missing):
        yield variance_block(builder, split)
    if not isinstance(efficiency, Missing):
        yield efficiency_block(builder, efficiency)
    yield from lead_blocks(builder, scores, rules)
    if left_out:
        yield _left_out(builder, left_out)


PARTS = {
    "stale": Text(de="Liegengebliebene Vorgänge", en="Stale deals"),
    "step": Text(de="Anteil ohne nächsten Schritt", en="Share without a next step"),
    "age": Text(de="Alter der offenen Vorgänge", en="Age of the open deals"),
    "worth": Text(de="Genannter gegen erwarteten Wert", en="Claimed against expected value"),
    "slips": Text(de="Gründe von Verschiebungen", en="Reasons of slips"),
    "meetings": Text(de="Wirkung von Terminen", en="Effect of meetings"),
    "split": Text(de="Verkäufer, Team oder Gebiet", en="Seller, team or territory"),
    "efficiency": Text(de="Effizienz und Ergebnis", en="Efficiency and results"),
    "leads": Text(de="Bewertung der Leads", en="Lead score"),
    "filter": Text(de="Filter für Leads", en="Lead filter"),
}


def _left_out(builder: ChapterBuilder, missing: dict[str, Text]) -> Block:
    points = [f"{builder.translate(PARTS[name])}: {builder.translate(reason)}" for name, reason in missing.items()]
    return builder.text("audit_left_out", title=Text(de="Was hier fehlt", en="What is missing here"), points=points)


def _open_deals(builder: ChapterBuilder, audit: Audit) -> Iterator[Block]:
    formats = builder.style.formats
    source = builder.translate(OPEN_SOURCE, n=formats.number(audit.open_deals))
    if len(audit.stale):
        worst = audit.stale.iloc[0]
        title = builder.translate(
            Text(
                de="{share} der offenen Vorgänge sind {sign} ({low} bis {high})",
                en="{share} of the open deals are {sign} ({low} to {high})",
            ),
            share=formats.share(worst["share"], 0),
            sign=builder.translate(SIGNS[worst["sign"]]),
            low=formats.share(worst["low"], 0),
            high=formats.share(worst["high"], 0),
        )
        frame = audit.stale.assign(
            label=[builder.translate(SIGNS[sign]) for sign in audit.stale["sign"]], interval=ends(builder, audit.stale)
        )
        columns = [
            TableColumn(name="label", label=Text(de="Zeichen", en="Sign")),
            TableColumn(name="deals", label=Text(de="Vorgänge", en="Deals"), write="number"),
            TableColumn(name="known", label=Text(de="davon bekannt", en="of those known"), write="number"),
            TableColumn(name="share", label=Text(de="Anteil", en="Share"), write="share", digits=0),
            TableColumn(name="interval", label=INTERVAL, write="figure"),
        ]
        note = Text(de="Intervalle nach Wilson.", en="Intervals by Wilson.")
        yield builder.table("stale_deals", title, frame, columns, Caption(source=source, note=note))
    if len(audit.age_by_stage):
        yield _ages(builder, audit, source)
    if len(audit.worth):
        yield _worth(builder, audit, source)


def _stage(builder: ChapterBuilder, name: object) -> str:
    return builder.translate(OPEN) if name == "open" else name if isinstance(name, str) else builder.translate(REST)


def _ages(builder: ChapterBuilder, audit: Audit, source: str) -> Block:
    formats = builder.style.formats
    frame = audit.age_by_stage.assign(
        label=[_stage(builder, name) for name in audit.age_by_stage["stage"]],
        interval=ends(builder, audit.age_by_stage),
    )
    title = builder.translate(
        Text(
            de="{old} von {all} offenen Vorgängen sind älter als drei Viertel der gewonnenen bei ihrem Abschluss ({days} Tage)",
            en="{old} of {all} open deals are older than three quarters of those won were at closing ({days} days)",
        ),
        old=formats.number(int(frame["old_deals"].sum())),
        all=formats.number(int(frame["deals"].sum())),
        days=formats.number(audit.won_old_days),
    )
    columns = [
        TableColumn(name="label", label=Text(de="Phase", en="Stage")),
        TableColumn(name="deals", label=Text(de="Vorgänge", en="Deals"), write="number"),
        TableColumn(name="median_age_days", label=Text(de="Alter", en="Age"), write="number",
               unit=Text(de="Tage, Median", en="days, median")),
        TableColumn(name="old_share", label=Text(de="davon zu alt", en="too old"), write="share", digits=0),
        TableColumn(name="interval", label=INTERVAL, write="figure"),
    ]  # fmt: skip
    note = builder.translate(
        Text(
            de="Gewonnene Vorgänge: Median {days} Tage von Eröffnung bis Abschluss.",
            en="Deals won: median of {days} days from opening to closing.",
        ),
        days=formats.number(audit.won_median_days),
    )
    return builder.table("age_by_stage", title, frame, columns, Caption(source=source, note=note))


def _worth(builder: ChapterBuilder, audit: Audit, source: str) -> Block:
    formats, frame = builder.style.formats, audit.worth
    frame = frame.assign(
        label=[_stage(builder, name) for name in frame["stage"]],
        interval=[
            formats.interval(a, b, "money", 0) for a, b in frame[["low_amount", "high_amount"]].to_numpy(dtype=float)
        ],
    )
    stated = Text(de="Genannt: Wert mal genannte Wahrscheinlichkeit.", en="Claimed: value times stated probability.")
    full = Text(
        de="Genannt: voller Wert, da keine Wahrscheinlichkeiten (claimed_share) vorliegen.",
        en="Claimed: full value, as no probabilities (claimed_share) are stated.",
    )
    title = builder.translate(
        Text(
            de="Nach den Quoten der Vergangenheit sind von {claimed} in offenen Vorgängen {expected} zu erwarten",
            en="By past win rates, {expected} is to be expected of {claimed} in open deals",
        ),
        claimed=formats.money(float(frame["claimed_amount"].sum())),
        expected=formats.money(float(frame["expected_amount"].sum())),
    )
    columns = [
        TableColumn(name="label", label=Text(de="Phase", en="Stage")),
        TableColumn(name="deals", label=Text(de="Vorgänge", en="Deals"), write="number"),
        *(
            [TableColumn(name="value_amount", label=Text(de="Wert", en="Value"), write="money")]
            if audit.claims_known
            else []
        ),
        TableColumn(name="claimed_amount", label=Text(de="Genannt", en="Claimed"), write="money"),
        TableColumn(name="win_rate", label=Text(de="Quote", en="Win rate"), write="share", digits=0),
        TableColumn(name="expected_amount", label=Text(de="Erwartet", en="Expected"), write="money"),
        TableColumn(name="interval", label=INTERVAL, write="figure"),
    ]
    rate = Text(
        de="Erwartet: Wert mal Quote; Quote: gewonnen von allen abgeschlossenen, auch ohne Entscheidung; Intervall nur der Quote "
        "(Wilson).",
        en="Expected: value times win rate; win rate: won of all closed, no decision included; interval of the rate alone "
        "(Wilson).",
    )
    note = f"{builder.translate(stated if audit.claims_known else full)} {builder.translate(rate)}"
    return builder.table("claimed_value", title, frame, columns, Caption(source=source, note=note))


def _slips(builder: ChapterBuilder, slips: Slips) -> Iterator[Block]:
    formats = builder.style.formats
    source = builder.translate(
        Text(de="Verkaufschancen, {n} verschobene von {all}", en="opportunities, {n} slipped of {all}"),
        n=formats.number(slips.slipped),
        all=formats.number(slips.deals),
    )
    if len(slips.reasons):
        frame = slips.reasons.assign(label=[_stage(builder, name) for name in slips.reasons["reason"]])
        title = builder.translate(
            Text(
                de="Häufigster Grund einer Verschiebung ist „{name}“ mit {share} der Fälle",
                en="The most frequent reason of a slip is '{name}' with {share} of the cases",
            ),
            name=frame.iloc[0]["label"],
            share=formats.share(frame.iloc[0]["share"], 0),
        )
        caption = Caption(unit=Text(de="Anzahl Vorgänge", en="Number of deals"), source=source)
        yield builder.figure("slip_reasons", title, draw.pareto(builder.style, frame), title, caption)
    if slips.missing_among_slipped is None or slips.attributable.empty:
        return
    seen = slips.missing_among_slipped
    title = builder.translate(
        Text(
            de="Bei {share} der verschobenen Vorgänge fehlte Termin oder Zugang (behauptet: {claimed}), zurechenbar sind {due}",
            en="{share} of the slipped deals lacked deadline or access (the claim: {claimed}), {due} are attributable to it",
        ),
        share=formats.share(seen.value, 0),
        claimed=formats.share(CLAIMED_SHARE, 0),
        due=formats.share(slips.attributable["share"].iloc[-1], 0),
    )
    frame = slips.attributable.assign(
        label=[builder.translate(FACTORS[name]) for name in slips.attributable["factor"]],
        interval=ends(builder, slips.attributable),
    )
    columns = [
        TableColumn(name="label", label=Text(de="Was fehlte", en="What was missing")),
        TableColumn(name="share", label=Text(de="Zurechenbarer Anteil", en="Attributable share"), write="share", digits=0,
               unit=Text(de="der Verschiebungen", en="of the slips")),
        TableColumn(name="interval", label=INTERVAL, write="figure"),
    ]  # fmt: skip
    note = builder.translate(
        Text(
            de="Fehlte bei {low} bis {high} (Wilson). Die 75 % sind eine Behauptung [S]. Zurechenbar (Miettinen): was ausbliebe, "
            "wenn sonst nichts mit dem Fehlen einhergeht.",
            en="Missing in {low} to {high} (Wilson). The 75% is a claim [S]. Attributable (Miettinen): what would not happen if "
            "nothing else goes with the lack.",
        ),
        low=formats.share(seen.low, 0),
        high=formats.share(seen.high, 0),
    )
    yield builder.table("slip_factors", title, frame, columns, Caption(source=source, note=note))
