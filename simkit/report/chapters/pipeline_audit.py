"""The audit part of the pipeline's chapter: stale deals, ages, what they are worth, slips, meetings, leads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from simkit.effort.experiment import TrialPlan, trial_plan
from simkit.effort.meetings import Meetings
from simkit.effort.pipeline_audit import Audit
from simkit.effort.slips import CLAIMED_SHARE, Slips
from simkit.effort.taxonomy import CATALOGUE
from simkit.effort.variance_split import VarianceSplit
from simkit.foundation.text import Text
from simkit.report import figures_controlling as draw
from simkit.report import figures_time
from simkit.report.blocks import Block
from simkit.report.chapters.experiment import trial_blocks
from simkit.report.dossier import Dossier
from simkit.report.sheet import Footing, Sheet
from simkit.report.tables import Column
from simkit.value.lead_filter import LeadFilter
from simkit.value.leads import LeadScores

REST = Text(de="Übrige", en="Others")
OPEN = Text(de="offen", en="open")
INTERVAL = Text(de="95-%-Intervall", en="95% interval")
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
LEVELS = {
    "seller": Text(de="Verkäufer", en="Seller"),
    "team": Text(de="Team", en="Team"),
    "territory": Text(de="Gebiet", en="Territory"),
    "rest": Text(de="Vorgang, Kunde und Zufall", en="Deal, customer and chance"),
}


def audit_blocks(dossier: Dossier) -> Iterator[Block]:
    """Yield the blocks of the audit; what cannot be told stands in a list with its reason."""
    sheet = Sheet(chapter="pipeline", look=dossier.look)
    audit = dossier.audit
    left_out = dict(audit.missing)
    yield from _open_deals(sheet, audit)
    if audit.slips is not None:
        yield from _slips(sheet, audit.slips)
    meetings, split = dossier.meetings, dossier.variance_split
    if isinstance(meetings, Meetings):
        shown = _meetings(sheet, meetings)
        yield shown
        plan = trial_plan(dossier.client, meetings)
        if isinstance(plan, TrialPlan):
            yield from trial_blocks(sheet, plan, partial(_kind, sheet), shown.source)
    else:
        left_out["meetings"] = meetings
    if isinstance(split, VarianceSplit):
        yield _variance(sheet, split)
    else:
        left_out["split"] = split
    scores, rules = dossier.leads, dossier.lead_filter
    left_out |= {name: found for name, found in (("leads", scores), ("filter", rules)) if isinstance(found, Text)}
    yield from _leads(sheet, scores, rules)
    if left_out:
        yield _left_out(sheet, left_out)


PARTS = {
    "stale": Text(de="Liegengebliebene Vorgänge", en="Stale deals"),
    "step": Text(de="Anteil ohne nächsten Schritt", en="Share without a next step"),
    "age": Text(de="Alter der offenen Vorgänge", en="Age of the open deals"),
    "worth": Text(de="Genannter gegen erwarteten Wert", en="Claimed against expected value"),
    "slips": Text(de="Gründe von Verschiebungen", en="Reasons of slips"),
    "meetings": Text(de="Wirkung von Terminen", en="Effect of meetings"),
    "split": Text(de="Verkäufer, Team oder Gebiet", en="Seller, team or territory"),
    "leads": Text(de="Bewertung der Leads", en="Lead score"),
    "filter": Text(de="Filter für Leads", en="Lead filter"),
}


def _left_out(sheet: Sheet, missing: dict[str, Text]) -> Block:
    points = [f"{sheet.say(PARTS[name])}: {sheet.say(reason)}" for name, reason in missing.items()]
    return sheet.text("audit_left_out", title=Text(de="Was hier fehlt", en="What is missing here"), points=points)


def _open_deals(sheet: Sheet, audit: Audit) -> Iterator[Block]:
    formats = sheet.look.formats
    source = sheet.say(OPEN_SOURCE, n=formats.number(audit.open_deals))
    if len(audit.stale):
        worst = audit.stale.iloc[0]
        title = sheet.say(
            Text(
                de="{share} der offenen Vorgänge sind {sign} ({low} bis {high})",
                en="{share} of the open deals are {sign} ({low} to {high})",
            ),
            share=formats.share(worst["share"], 0),
            sign=sheet.say(SIGNS[worst["sign"]]),
            low=formats.share(worst["low"], 0),
            high=formats.share(worst["high"], 0),
        )
        frame = audit.stale.assign(
            label=[sheet.say(SIGNS[sign]) for sign in audit.stale["sign"]], interval=_ends(sheet, audit.stale)
        )
        columns = [
            Column(name="label", label=Text(de="Zeichen", en="Sign")),
            Column(name="deals", label=Text(de="Vorgänge", en="Deals"), write="number"),
            Column(name="known", label=Text(de="davon bekannt", en="of those known"), write="number"),
            Column(name="share", label=Text(de="Anteil", en="Share"), write="share", digits=0),
            Column(name="interval", label=INTERVAL, write="figure"),
        ]
        note = Text(de="Intervalle nach Wilson.", en="Intervals by Wilson.")
        yield sheet.table("stale_deals", title, frame, columns, Footing(source=source, note=note))
    if len(audit.age_by_stage):
        yield _ages(sheet, audit, source)
    if len(audit.worth):
        yield _worth(sheet, audit, source)


def _ends(sheet: Sheet, frame: pd.DataFrame, digits: int = 0) -> list[str]:
    return [sheet.look.formats.interval(a, b, "share", digits) for a, b in frame[["low", "high"]].to_numpy(dtype=float)]


def _stage(sheet: Sheet, name: object) -> str:
    return sheet.say(OPEN) if name == "open" else name if isinstance(name, str) else sheet.say(REST)


def _ages(sheet: Sheet, audit: Audit, source: str) -> Block:
    formats = sheet.look.formats
    frame = audit.age_by_stage.assign(
        label=[_stage(sheet, name) for name in audit.age_by_stage["stage"]], interval=_ends(sheet, audit.age_by_stage)
    )
    title = sheet.say(
        Text(
            de="{old} von {all} offenen Vorgängen sind älter als drei Viertel der gewonnenen bei ihrem Abschluss ({days} Tage)",
            en="{old} of {all} open deals are older than three quarters of those won were at closing ({days} days)",
        ),
        old=formats.number(int(frame["old_deals"].sum())),
        all=formats.number(int(frame["deals"].sum())),
        days=formats.number(audit.won_old_days),
    )
    columns = [
        Column(name="label", label=Text(de="Phase", en="Stage")),
        Column(name="deals", label=Text(de="Vorgänge", en="Deals"), write="number"),
        Column(name="median_age_days", label=Text(de="Alter", en="Age"), write="number",
               unit=Text(de="Tage, Median", en="days, median")),
        Column(name="old_share", label=Text(de="davon zu alt", en="too old"), write="share", digits=0),
        Column(name="interval", label=INTERVAL, write="figure"),
    ]  # fmt: skip
    note = sheet.say(
        Text(
            de="Gewonnene Vorgänge: Median {days} Tage von Eröffnung bis Abschluss.",
            en="Deals won: median of {days} days from opening to closing.",
        ),
        days=formats.number(audit.won_median_days),
    )
    return sheet.table("age_by_stage", title, frame, columns, Footing(source=source, note=note))


def _worth(sheet: Sheet, audit: Audit, source: str) -> Block:
    formats, frame = sheet.look.formats, audit.worth
    frame = frame.assign(
        label=[_stage(sheet, name) for name in frame["stage"]],
        interval=[
            formats.interval(a, b, "money", 0) for a, b in frame[["low_amount", "high_amount"]].to_numpy(dtype=float)
        ],
    )
    stated = Text(de="Genannt: Wert mal genannte Wahrscheinlichkeit.", en="Claimed: value times stated probability.")
    full = Text(
        de="Genannt: voller Wert, da keine Wahrscheinlichkeiten (claimed_share) vorliegen.",
        en="Claimed: full value, as no probabilities (claimed_share) are stated.",
    )
    title = sheet.say(
        Text(
            de="Nach den Quoten der Vergangenheit sind von {claimed} in offenen Vorgängen {expected} zu erwarten",
            en="By past win rates, {expected} is to be expected of {claimed} in open deals",
        ),
        claimed=formats.money(float(frame["claimed_amount"].sum())),
        expected=formats.money(float(frame["expected_amount"].sum())),
    )
    columns = [
        Column(name="label", label=Text(de="Phase", en="Stage")),
        Column(name="deals", label=Text(de="Vorgänge", en="Deals"), write="number"),
        Column(name="claimed_amount", label=Text(de="Genannt", en="Claimed"), write="money"),
        Column(name="win_rate", label=Text(de="Quote", en="Win rate"), write="share", digits=0),
        Column(name="expected_amount", label=Text(de="Erwartet", en="Expected"), write="money"),
        Column(name="interval", label=INTERVAL, write="figure"),
    ]
    rate = Text(
        de="Quote: gewonnen von allen abgeschlossenen, auch ohne Entscheidung; Intervall nur der Quote (Wilson).",
        en="Win rate: won of all closed, no decision included; interval of the rate alone (Wilson).",
    )
    note = f"{sheet.say(stated if audit.claims_known else full)} {sheet.say(rate)}"
    return sheet.table("claimed_value", title, frame, columns, Footing(source=source, note=note))


def _slips(sheet: Sheet, slips: Slips) -> Iterator[Block]:
    formats = sheet.look.formats
    source = sheet.say(
        Text(de="Verkaufschancen, {n} verschobene von {all}", en="opportunities, {n} slipped of {all}"),
        n=formats.number(slips.slipped),
        all=formats.number(slips.deals),
    )
    if len(slips.reasons):
        frame = slips.reasons.assign(label=[_stage(sheet, name) for name in slips.reasons["reason"]])
        title = sheet.say(
            Text(
                de="Häufigster Grund einer Verschiebung ist „{name}“ mit {share} der Fälle",
                en="The most frequent reason of a slip is '{name}' with {share} of the cases",
            ),
            name=frame.iloc[0]["label"],
            share=formats.share(frame.iloc[0]["share"], 0),
        )
        footing = Footing(unit=Text(de="Anzahl Vorgänge", en="Number of deals"), source=source)
        yield sheet.figure("slip_reasons", title, draw.pareto(sheet.look, frame), title, footing)
    if slips.missing_among_slipped is None or slips.attributable.empty:
        return
    seen = slips.missing_among_slipped
    title = sheet.say(
        Text(
            de="Bei {share} der verschobenen Vorgänge fehlte Termin oder Zugang; behauptet werden {claimed}",
            en="{share} of the slipped deals lacked deadline or access; the claim is {claimed}",
        ),
        share=formats.share(seen.value, 0),
        claimed=formats.share(CLAIMED_SHARE, 0),
    )
    frame = slips.attributable.assign(
        label=[sheet.say(FACTORS[name]) for name in slips.attributable["factor"]],
        interval=_ends(sheet, slips.attributable),
    )
    columns = [
        Column(name="label", label=Text(de="Was fehlte", en="What was missing")),
        Column(name="share", label=Text(de="Zurechenbarer Anteil", en="Attributable share"), write="share", digits=0,
               unit=Text(de="der Verschiebungen", en="of the slips")),
        Column(name="interval", label=INTERVAL, write="figure"),
    ]  # fmt: skip
    note = sheet.say(
        Text(
            de="Fehlte bei {low} bis {high} (Wilson). Die 75 % sind eine Behauptung [S]. Zurechenbar (Miettinen): was ausbliebe, "
            "wenn sonst nichts mit dem Fehlen einhergeht.",
            en="Missing in {low} to {high} (Wilson). The 75% is a claim [S]. Attributable (Miettinen): what would not happen if "
            "nothing else goes with the lack.",
        ),
        low=formats.share(seen.low, 0),
        high=formats.share(seen.high, 0),
    )
    yield sheet.table("slip_factors", title, frame, columns, Footing(source=source, note=note))


def _meetings(sheet: Sheet, found: Meetings) -> Block:
    formats = sheet.look.formats
    frame = found.by_kind.assign(label=[_kind(sheet, name) for name in found.by_kind["kind"]])
    cut = frame[frame["cut"]]["label"].tolist()
    some = Text(
        de="Nach {share} der Termine ging es weiter; auf den Prüfstand gehört: {cut}",
        en="{share} of the meetings led on; to be put to the test: {cut}",
    )
    none = Text(de="Nach {share} der Termine ging es weiter; keine Art fällt ab",
                en="{share} of the meetings led on; no kind falls behind")  # fmt: skip
    title = sheet.say(some if cut else none, share=formats.share(found.overall.value, 0), cut=", ".join(cut))
    basis = {
        "stated": Text(
            de="Weiter heißt: Die Erfassung nennt einen vereinbarten nächsten Schritt. Wilson-Intervalle.",
            en="Leading on means: the log states a next step agreed. Wilson intervals.",
        ),
        "followed": Text(
            de="Weiter heißt: in {days} Tagen ein weiterer Schritt zum selben Vorgang oder dessen Gewinn; Termine am Ende eines "
            "Vorgangs fallen dadurch ab. Wilson-Intervalle.",
            en="Leading on means: within {days} days another step on the same deal, or its win; meetings at a deal's end fall "
            "behind by this. Wilson intervals.",
        ),
    }
    footing = Footing(
        unit=Text(de="Anteil der Termine, nach denen es weiterging", en="Share of meetings that led on"),
        source=sheet.say(
            Text(de="Tätigkeiten, {n} Termine", en="activity log, {n} meetings"),
            n=formats.number(int(frame["meetings"].sum())),
        ),
        note=sheet.say(basis[found.basis], days=found.days),
    )
    picture = figures_time.shares(sheet.look, frame, footing.unit)
    return sheet.figure("meetings", title, picture, title, footing)


def _kind(sheet: Sheet, name: object) -> str:
    """Return a kind of meeting in words: the client's own, or activity and channel."""
    if not isinstance(name, str):
        return sheet.say(REST)
    activity, separator, channel = name.partition("|")
    if not separator or activity not in CATALOGUE:
        return name
    said = sheet.say(CATALOGUE[activity].label)
    return f"{said}, {channel or sheet.say(Text(de='Kanal nicht angegeben', en='channel not stated'))}"


def _variance(sheet: Sheet, found: VarianceSplit) -> Block:
    formats = sheet.look.formats
    shares = found.shares.assign(ends=_ends(sheet, found.shares, 1))
    shares["cell"] = [f"{formats.share(v, 1)} ({e})" for v, e in zip(shares["share"], shares["ends"], strict=True)]
    wide = shares.pivot(index="level", columns="outcome", values="cell")
    frame = wide.reindex([level for level in LEVELS if level in wide.index]).reset_index()
    frame = frame.assign(label=[sheet.say(LEVELS[level]) for level in frame["level"]])
    won = shares[shares["outcome"] == shares["outcome"].iloc[0]].set_index("level")["share"]
    heads = {
        "won": Text(de="Gewonnen oder verloren", en="Won or lost"),
        "value": Text(de="Wert der gewonnenen", en="Value of those won"),
    }
    title = sheet.say(
        Text(
            de="Ob ein Vorgang gewonnen wird, liegt zu {seller} am Verkäufer und zu {rest} an Vorgang, Kunde und Zufall",
            en="Whether a deal is won lies to {seller} with the seller and to {rest} with deal, customer and chance",
        ),
        seller=formats.share(won["seller"], 0),
        rest=formats.share(won["rest"], 0),
    )
    columns = [
        Column(name="label", label=Text(de="Ebene", en="Level")),
        *(Column(name=str(name), label=heads[str(name)], write="figure") for name in heads if name in wide),
    ]
    note = Text(
        de="Anteile an der Varianz mit 95-%-Intervall (gemischtes Modell, Profil der Likelihood; gewonnen oder nicht als "
        "lineares Wahrscheinlichkeitsmodell, Wert logarithmiert). Keine Person und kein Team wird gezeigt.",
        en="Shares of the variance with 95% interval (mixed model, profile likelihood; won or not as a linear probability model, "
        "value in logarithms). No person and no team is shown.",
    )
    source = sheet.say(
        Text(
            de="Verkaufschancen, {deals} Vorgänge, {sellers} Verkäufer, {teams} Teams",
            en="opportunities, {deals} deals, {sellers} sellers, {teams} teams",
        ),
        deals=formats.number(found.deals),
        sellers=formats.number(found.sellers),
        teams=formats.number(found.teams),
    )
    return sheet.table("variance_split", title, frame, columns, Footing(source=source, note=note))


def _leads(sheet: Sheet, scores: LeadScores | Text, rules: LeadFilter | Text) -> Iterator[Block]:
    formats = sheet.look.formats
    known = [found for found in (scores, rules) if not isinstance(found, Text)]
    if not known:
        return
    parts, numbers = [], []
    if isinstance(scores, LeadScores):
        area = scores.area
        parts.append(
            Text(
                de="Bewertung: Eine gewonnene Chance liegt mit {x} ({low} bis {high}) vor einer anderen; 50 % wäre Zufall. "
                "Geprüft an {n} späteren Chancen, gelernt an den früheren.",
                en="Score: a deal won ranks above another with {x} ({low} to {high}); 50% would be chance. Tested on {n} later "
                "deals, taught by the earlier.",
            ).fill(
                x=formats.share(area.value, 0),
                low=formats.share(area.low, 0),
                high=formats.share(area.high, 0),
                n=formats.number(scores.tested_deals),
            )
        )
        numbers.append(scores.tested_deals)
    if isinstance(rules, LeadFilter):
        numbers.append(rules.deals)
        parts.append(_filter_words(sheet, rules))
    title = _lead_title(sheet, scores, rules)
    none = pd.DataFrame(columns=["conditions", "volume_share", "yield_share", "low", "high"])
    picture = draw.yield_curve(
        sheet.look,
        scores.curve if isinstance(scores, LeadScores) else none,
        rules.curve if isinstance(rules, LeadFilter) else none,
    )
    footing = Footing(
        unit=Text(de="Anteile der Chancen und der Gewinne", en="Shares of deals and of wins"),
        source=sheet.say(
            Text(de="Verkaufschancen, {n} abgeschlossene", en="opportunities, {n} closed"),
            n=formats.number(max(numbers)),
        ),
        note=" ".join(sheet.say(part) for part in parts),
    )
    yield sheet.figure("lead_yield", title, picture, title, footing)


def _filter_words(sheet: Sheet, rules: LeadFilter) -> Text:
    formats = sheet.look.formats
    if rules.precision is None or rules.recall is None:
        return Text(de="Der Filter lässt keine Chance durch.", en="The filter lets no deal through.")
    return Text(
        de="Filter: {precision} der durchgelassenen wurden gewonnen ({plow} bis {phigh}), ohne Filter {base}; er hält "
        "{recall} der Gewinne ({rlow} bis {rhigh}). Intervalle nach Wilson.",
        en="Filter: {precision} of those let through were won ({plow} to {phigh}), without a filter {base}; it keeps {recall} of "
        "the wins ({rlow} to {rhigh}). Intervals by Wilson.",
    ).fill(
        precision=formats.share(rules.precision.value, 0),
        plow=formats.share(rules.precision.low, 0),
        phigh=formats.share(rules.precision.high, 0),
        base=formats.share(rules.base.value, 0),
        recall=formats.share(rules.recall.value, 0),
        rlow=formats.share(rules.recall.low, 0),
        rhigh=formats.share(rules.recall.high, 0),
    )


def _lead_title(sheet: Sheet, scores: LeadScores | Text, rules: LeadFilter | Text) -> str:
    share = sheet.look.formats.share
    if isinstance(rules, LeadFilter):
        worked = rules.passed / rules.deals
        kept = rules.wins_passed / rules.wins if rules.wins else float("nan")
        words = Text(
            de="Der Filter lässt {worked} der Chancen durch und hält {kept} der Gewinne",
            en="The filter lets {worked} of the deals through and keeps {kept} of the wins",
        )
        return sheet.say(words, worked=share(worked, 0), kept=share(kept, 0))
    assert isinstance(scores, LeadScores)
    half = scores.curve.iloc[(scores.curve["volume_share"] - 0.5).abs().argmin()]
    telling = scores.area.low > 0.5
    words = Text(
        de="Die besser bewertete Hälfte der Chancen bringt {kept} der Gewinne",
        en="The better-scored half of the deals brings {kept} of the wins",
    ) if telling else Text(
        de="Die Bewertung trennt spätere Gewinne nicht erkennbar: Die bessere Hälfte bringt {kept} davon",
        en="The score does not visibly tell later wins apart: the better half brings {kept} of them",
    )  # fmt: skip
    return sheet.say(words, kept=share(half["yield_share"], 0))
