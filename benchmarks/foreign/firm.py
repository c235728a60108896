"""The truth about one firm: every number of the foreign world, drawn by the firm's seed before anything is simulated.

Ranges are those in which a firm of this kind may lie; none was chosen by what the kit makes of it. Amounts are euros, days are
working days, hours are hours of work, rates are per year of 250 working days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .draws import Floats, Whole, between, lognormal, normal, one, uniform

YEAR_DAYS = 250
DAY_H = 8.0
TUNING_SEEDS, PROOF_SEEDS = 100_000, 800_000
"""Where the seeds of firms for tuning and of firms for the proof begin; neither has more than 100,000."""
STANDARD, CONFIGURED, BESPOKE = range(3)
A, B, C = range(3)
Three = tuple[float, float, float]
SEGMENT_SHARES = (0.10, 0.40)  # of customers: A, then A and B
KINDS = ("idle", "uneven", "steady", "busy", "idle")
"""Kinds of firm, in turn by seed."""
LOADS = {"idle": (0.55, 0.80), "steady": (0.78, 0.93), "busy": (0.93, 1.02), "uneven": (0.80, 0.95)}
"""True load of each kind: task hours over hours that are there for tasks. The uneven ones have busy beside idle people."""


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """How customers respond; they know how long ago they were last contacted and what they were promised, no average."""

    floor: float
    """Orders of a customer whom nobody ever contacts, relative to one contacted just now."""
    half_wait: float
    """Time since the last contact, in intervals that the customer wants, at which half of that loss has come."""
    grudge_loss: float
    """Orders lost per broken promise that is still remembered (log scale)."""
    grudge_half_days: float
    """Days after which half of a broken promise is forgotten."""
    grudge_churn: float
    """Relative rise of the hazard to leave per remembered promise."""
    silence_churn: float
    """Relative rise of it per wanted interval of silence beyond one and a half."""
    churn_per_year: float
    """Hazard of a content customer."""
    delay_logit: float
    """Chance to win, log odds lost per day that a deal waited for the seller."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What another organisation truly costs and brings in this firm."""

    dip_share: float
    dip_days: float
    """Work not done at first by people whose task changes, and when it is over."""
    person_amount: float
    """Cost of each person whose task changes."""
    account_grudge: float
    account_silence_days: float
    """What a customer feels who gets another contact: part of a broken promise, and contacts that are forgotten."""
    handover_h: float
    """Hours on both sides whenever a case changes hands."""
    clarification_chance: float
    clarification_h: float
    specialist_factor: float
    """Hours of a round by somebody who does nothing else, relative to anybody's."""
    focus_factor: float
    """Hours of somebody who serves one segment alone, relative to anybody's."""
    partner_factor: float
    repeat_factor: float
    """Waits for answers, and rounds, under modular delivery."""
    convertible_share: float
    convertible_days: float
    """Share of bespoke orders that modules replace in the end, and how long it takes to get there."""
    converted_price: float
    converted_saving: float
    """Price and cost of such an order, price relative to before, cost as saved share."""
    building_share: float
    """Of the service unit's time, for modules."""
    phone_h_share: float
    phone_worth: float
    """Hours and worth of a contact by phone relative to a visit."""
    agreement_error: Three
    """Service level that a workshop agrees on, relative to what the segment really wants."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """What cases take; hours before they are scaled to the firm's load."""

    entry_h: Three
    round_h: Three
    rounds: Three
    confirm_h: Three
    """By class of order: entry, one round with a colleague inside, mean number of rounds, confirmation."""
    regular: float
    """Share of orders whose number of rounds is the usual one; of the others it is a Poisson variable."""
    answer_days: Three
    """Mean wait for an inside answer, by class."""
    make_days: Three
    """Mean days of production, by class."""
    trouble_chance: float
    trouble_days: float
    """Chance that a supplier is late, and by how much on average: lateness that no load causes."""
    promise_spread: float
    """Coefficient of variation of promises around the usual one."""
    foresight: float
    """Part of the time that an order's rounds will take, more or less than usual, that its promise allows for."""
    prepare_h: float
    feasibility_h: float
    present_h: float
    follow_h: float
    negotiate_h: float
    follow_ups: float
    pause_days: float
    """A deal: hours of its steps, mean number of follow-ups, days between them that the customer takes."""
    request_h: float
    request_ask_chance: float
    care_h: Three
    """Contact with preparation and way, by segment."""
    qualify_h: float
    cv: float
    """Coefficient of variation of all hours."""


@dataclass(frozen=True, kw_only=True)
class Firm:
    """One firm."""

    seed: int
    kind: str
    people: int
    customers: int
    """Buying customers."""
    load: float
    """Load that hours are scaled to."""
    orders_per_customer: float
    deals_per_customer: float
    requests_per_customer: float
    class_shares: Three
    class_values: Three
    margins: Three
    value_cv: float
    deal_value: float
    """Orders from won deals are worth so many times a usual one."""
    win_share: float
    undecided_share: float
    qualified_share: float
    potential_spread: float
    """Spread of customers' order rates (log scale)."""
    wanted: Three
    planned: Three
    """Contacts a year by segment: what customers want, and what is planned today."""
    season: float
    season_peak: float
    """Amplitude, and day of the year in 0..1 at which demand is highest."""
    meetings_h: float
    administration_h: float
    development_h: float
    """Fixed hours of a present day."""
    holiday_days: float
    sick_days: float
    quit_per_year: float
    vacancy_days: float
    ramp_days: float
    talent_spread: float
    """Spread of sellers' log odds to win."""
    portfolio_spread: float
    """How unevenly customers are spread over people (log scale)."""
    help_days: float
    """After how long a colleague with time to spare takes over."""
    late_shares: Three
    """Promises are what all but this share of orders kept to when they were first made."""
    coverage: tuple[float, float]
    """Range of the share of work that people write down."""
    salary_amount: float
    work: Work
    reaction: Reaction
    change: Change
    effort: float = 1.0
    """All hours of tasks are scaled by this; found by a trial of today (:mod:`foreign.settling`)."""
    promises: tuple[float, float, float] = (10.0, 20.0, 40.0)
    """Usual promise by class; found by the same trial."""
    leads_per_year: float = 100.0
    """Found by the same trial, so that customers come and go in balance."""
    segments: tuple[int, ...] = ()
    """Segment of each place, by revenue of the last two years; while there are no books, by what customers are worth."""

    @property
    def name(self) -> str:
        """Name of the client."""
        return f"foreign{self.seed}"

    @property
    def slots(self) -> int:
        """Places for customers, filled or not."""
        return int(np.ceil(1.25 * self.customers)) + 4


@dataclass(frozen=True, kw_only=True)
class Places:
    """What is fixed about the places of customers and about posts; arrays by place, or by post."""

    order_rate: Floats
    deal_rate: Floats
    request_rate: Floats
    """Cases a year of a customer contacted just now."""
    value: Floats
    """Worth of an order relative to the usual one of its class."""
    segment: Whole
    owner: Whole
    fte: Floats
    talent: Floats


def _scaled(values: Three, factor: float) -> Three:
    first, second, third = values
    return first * factor, second * factor, third * factor


def _each(low: float, high: float, seed: int, name: str) -> Three:
    return one(low, high, seed, name, A), one(low, high, seed, name, B), one(low, high, seed, name, C)


def firm(seed: int) -> Firm:
    """Draw the truth about one firm; effort, promises and balance are still to be found (:func:`foreign.settling.settled`)."""
    kind = KINDS[seed % len(KINDS)]
    people = round(8 + 32 * one(0, 1, seed, "people") ** 2.5)  # many small firms, up to 40 people
    customers = round(people * one(8, 16, seed, "customers"))
    shares = (one(0.30, 0.50, seed, "standard"), 0.35, one(0.10, 0.35, seed, "bespoke"))
    base = one(2_000, 7_000, seed, "value")
    margin = one(0.22, 0.38, seed, "margin")
    wanted = (one(8, 18, seed, "wanted", A), one(3, 8, seed, "wanted", B), one(1.0, 3.0, seed, "wanted", C))
    # three in five firms plan about what their customers want; the others less
    served = _each(*((0.9, 1.15) if one(0, 1, seed, "served") < 0.6 else (0.45, 0.9)), seed, "planned")
    low = one(0.60, 0.85, seed, "coverage")
    return Firm(
        seed=seed, kind=kind, people=people, customers=customers, load=one(*LOADS[kind], seed, "load"),
        orders_per_customer=one(6.0, 12.0, seed, "orders"), deals_per_customer=one(0.9, 2.2, seed, "deals"),
        requests_per_customer=one(2.5, 6.0, seed, "requests"),
        class_shares=_scaled(shares, 1 / sum(shares)), class_values=(base, 2.2 * base, one(3.5, 6.0, seed, "big") * base),
        margins=(margin + 0.03, margin, margin - one(0.0, 0.08, seed, "thin")), value_cv=0.6,
        deal_value=one(1.0, 2.5, seed, "deal value"), win_share=one(0.25, 0.50, seed, "win"),
        undecided_share=one(0.2, 0.5, seed, "undecided"), qualified_share=one(0.25, 0.5, seed, "qualified"),
        potential_spread=one(0.6, 1.0, seed, "potential"), wanted=wanted,
        planned=(wanted[A] * served[A], wanted[B] * served[B], wanted[C] * served[C]),
        season=one(0.0, 0.25, seed, "season"), season_peak=one(0, 1, seed, "peak"),
        meetings_h=one(0.4, 1.1, seed, "meetings"), administration_h=one(0.3, 0.8, seed, "administration"),
        development_h=one(0.05, 0.2, seed, "development"), holiday_days=one(27, 31, seed, "holidays"),
        sick_days=one(6, 14, seed, "sick"), quit_per_year=one(0.03, 0.12, seed, "quit"),
        vacancy_days=one(30, 90, seed, "vacancy"), ramp_days=one(60, 160, seed, "ramp"),
        talent_spread=one(0.1, 0.6, seed, "talent"),
        portfolio_spread=one(0.35, 0.6, seed, "uneven") if kind == "uneven" else one(0.0, 0.2, seed, "uneven"),
        help_days=one(2, 6, seed, "help"),
        late_shares=(one(0.05, 0.18, seed, "late", 0), one(0.08, 0.22, seed, "late", 1), one(0.10, 0.30, seed, "late", 2)),
        coverage=(low, min(low + one(0.05, 0.2, seed, "coverage width"), 1.0)),
        salary_amount=one(60_000, 90_000, seed, "salary"),
        work=_work(seed), reaction=_reaction(seed), change=_change(seed),
    )  # fmt: skip


def _work(seed: int) -> Work:
    # from trade and technical service, where an order is done once all inside have answered, to machines that take months
    inside, making = one(0.6, 2.4, seed, "inside"), float(np.exp(one(np.log(0.1), np.log(1.5), seed, "making")))
    outside = uniform(seed, "outside trouble")[0] < 0.5  # lateness that load does not cause, in half of the firms
    return Work(
        entry_h=(0.4, 0.7, 1.2), round_h=(1.0, 1.3, 1.7),
        rounds=(one(0.2, 0.6, seed, "rounds", 0), one(0.9, 1.7, seed, "rounds", 1), one(2.2, 4.2, seed, "rounds", 2)),
        confirm_h=(0.2, 0.35, 0.6), answer_days=_scaled((0.8, 1.5, 2.5), inside), make_days=_scaled((2.0, 6.0, 18.0), making),
        trouble_chance=one(0.10, 0.25, seed, "trouble") if outside else one(0.0, 0.03, seed, "trouble"),
        trouble_days=one(4, 12, seed, "trouble days"), promise_spread=one(0.05, 0.2, seed, "promise"),
        regular=one(0.0, 1.0, seed, "regular"), foresight=one(0.0, 1.0, seed, "foresight"),
        prepare_h=2.5, feasibility_h=1.5, present_h=3.0, follow_h=0.6, negotiate_h=1.0, follow_ups=2.0,
        pause_days=one(4, 10, seed, "pause"), request_h=0.7, request_ask_chance=one(0.1, 0.4, seed, "ask"),
        care_h=(3.6, 2.6, 1.4), qualify_h=0.7, cv=0.6,
    )  # fmt: skip


def _reaction(seed: int) -> Reaction:
    return Reaction(
        # together they span the elasticities of orders to contacts that are published, .1 to .5, and weaker ones
        floor=one(0.1, 0.8, seed, "floor"), half_wait=float(np.exp(one(np.log(0.4), np.log(2.0), seed, "half wait"))),
        grudge_loss=one(0.01, 0.10, seed, "grudge"), grudge_half_days=one(60, 180, seed, "forgotten"),
        grudge_churn=one(0.1, 0.7, seed, "grudge churn"), silence_churn=one(0.05, 0.5, seed, "silence churn"),
        churn_per_year=one(0.03, 0.08, seed, "churn"), delay_logit=one(0.0, 0.05, seed, "delay"),
    )  # fmt: skip


def _change(seed: int) -> Change:
    return Change(
        dip_share=one(0.0, 0.2, seed, "dip"), dip_days=one(60, 200, seed, "dip days"),
        person_amount=one(500, 6_000, seed, "person"), account_grudge=one(0.0, 0.6, seed, "account"),
        account_silence_days=one(0, 40, seed, "silence"), handover_h=one(0.15, 0.6, seed, "handover"),
        clarification_chance=one(0.05, 0.3, seed, "clarify"), clarification_h=one(0.4, 1.0, seed, "clarify h"),
        specialist_factor=one(0.6, 1.05, seed, "specialist"), focus_factor=one(0.88, 1.04, seed, "focus"),
        partner_factor=one(0.65, 1.0, seed, "partner"),
        repeat_factor=one(0.7, 1.0, seed, "repeat"), convertible_share=one(0.0, 0.3, seed, "convertible"),
        convertible_days=one(300, 700, seed, "converting"), converted_price=one(0.8, 1.0, seed, "price"),
        converted_saving=one(0.0, 0.2, seed, "saving"), building_share=0.1,
        phone_h_share=0.4, phone_worth=one(0.5, 1.0, seed, "phone"),
        agreement_error=_each(0.8, 1.2, seed, "agreed"),
    )  # fmt: skip


def places(firm: Firm) -> Places:
    """Return what is fixed about a firm's places for customers and its posts; the same in every replication."""
    seed, number, place, post = firm.seed, firm.slots, np.arange(firm.slots), np.arange(firm.people)
    potential = np.exp(firm.potential_spread * normal(seed, "place potential", place))
    potential /= potential.mean()
    value = lognormal(0.5, seed, "place value", place)
    worth = potential * value
    order = np.argsort(-worth, kind="stable")
    segment = np.full(number, C)
    segment[order[: round(SEGMENT_SHARES[1] * number)]] = B
    segment[order[: round(SEGMENT_SHARES[0] * number)]] = A
    if firm.segments:
        segment = np.array(firm.segments)
    fte = np.where(uniform(seed, "part time", post) < 0.15, 0.75, 1.0)
    mild = potential**0.6  # big customers do not ask in proportion
    return Places(
        order_rate=firm.orders_per_customer * potential,
        deal_rate=firm.deals_per_customer * mild / mild.mean(),
        request_rate=firm.requests_per_customer * mild / mild.mean(),
        value=value, segment=segment, owner=_owners(firm, potential, fte), fte=fte,
        talent=firm.talent_spread * normal(seed, "talent", post),
    )  # fmt: skip


def _owners(firm: Firm, potential: Floats, fte: Floats) -> Whole:
    """Give every place to the post with the least work so far, relative to the share that the post is meant to have."""
    meant = fte * np.exp(firm.portfolio_spread * normal(firm.seed, "portfolio", np.arange(firm.people)))
    weight = np.sqrt(potential)  # contacts and requests go by heads, orders by potential
    return balanced(weight, meant, np.argsort(between(0, 1, firm.seed, "dealt", np.arange(len(weight)))))


def balanced(weight: Floats, meant: Floats, order: Whole) -> Whole:
    """Return who gets what, in the given order, each to whoever has least relative to what he is meant to have."""
    held, owner = np.zeros(len(meant)), np.zeros(len(weight), dtype=np.int64)
    for place in order:
        post = int(np.argmin((held + weight[place]) / meant))
        owner[place] = post
        held[post] += weight[place]
    return owner


def with_found(firm: Firm, **found: object) -> Firm:
    """Return the firm with what a trial has found."""
    return replace(firm, **found)  # type: ignore[arg-type]
