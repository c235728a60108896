"""The audit: stale deals, their age and worth, slips with their attributable share, meetings, and the variance split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.effort.date_slippage import NO_SLIPS, attributable_shares
from simkit.effort.meetings import NO_LOG, NO_OUTCOME, Meetings, meeting_effectiveness
from simkit.effort.pipeline_audit import NO_LOST, NO_RATE, NO_VALUE, pipeline_audit, stage_rates
from simkit.effort.variance_components import NO_PEOPLE, VarianceSplit, variance_shares, variance_split
from simkit.foundation.missing import Missing
from simkit.foundation.random_streams import stream
from simkit.intake.client import ClientData
from simkit.intake.settings.client_settings import SalesStages

MakeClient = Callable[..., ClientData]
LAST = pd.Timestamp("2025-12-31")


def closed(number: int = 60, sellers: int = 6) -> pd.DataFrame:
    """Return closed deals of several sellers, half of them won after 40 days, the others lost."""
    places = np.arange(number)
    opened = pd.Timestamp("2025-01-01") + pd.to_timedelta(places, unit="D")
    return pd.DataFrame(
        {
            "opportunity_id": [f"C{n}" for n in places],
            "customer_id": "K1",
            "employee_id": [f"P{n % sellers:02d}" for n in places],
            "opened_on": opened,
            "closed_on": opened + pd.Timedelta(days=40),
            "stage": np.where(places // sellers % 2 == 0, "won", "lost"),
            "value_amount": 100.0,
        }
    )


def waiting(ages: list[int], sellers: int = 6, **more: list[object]) -> pd.DataFrame:
    """Return open deals of so many days."""
    return pd.DataFrame(
        {
            "opportunity_id": [f"O{n}" for n in range(len(ages))],
            "customer_id": "K1",
            "employee_id": [f"P{n % sellers:02d}" for n in range(len(ages))],
            "opened_on": [LAST - pd.Timedelta(days=age) for age in ages],
            "closed_on": pd.NaT,
            "stage": "open",
            "value_amount": 1000.0,
            **more,
        }
    )


def test_old_deals_and_those_without_a_step_ahead_are_stale(make_client: MakeClient) -> None:
    steps = [LAST + pd.Timedelta(days=3)] * 4 + [LAST - pd.Timedelta(days=3), pd.NaT, pd.NaT, pd.NaT]
    deals = pd.concat([closed(), waiting([10] * 6 + [61, 90], next_step_on=steps)], ignore_index=True)
    stale = pipeline_audit(make_client(opportunities=deals)).stale.set_index("sign")

    assert stale.loc["old", ["deals", "known"]].tolist() == [2, 8]
    assert stale.loc["no_step", ["deals", "known"]].tolist() == [4, 8]
    assert (stale["low"] < stale["share"]).all() and (stale["share"] < stale["high"]).all()


def test_age_is_held_against_the_age_of_deals_that_were_won(make_client: MakeClient) -> None:
    stages = ["offer"] * 6 + ["contract"] * 6
    deals = pd.concat([closed(), waiting([20] * 6 + [80] * 6, sales_stage=stages)], ignore_index=True)
    audit = pipeline_audit(make_client(opportunities=deals))
    ages = audit.age_by_stage.set_index("stage")

    assert audit.won_median_days == 40
    assert ages["median_age_days"].to_dict() == {"offer": 20, "contract": 80}
    assert ages["old_share"].to_dict() == {"offer": 0, "contract": 1}


def test_a_stage_of_few_people_is_not_told_by_itself(make_client: MakeClient) -> None:
    stages = ["offer"] * 6 + ["contract"] * 2
    deals = pd.concat([closed(), waiting([20] * 6 + [80] * 2, sales_stage=stages)], ignore_index=True)
    audit = pipeline_audit(make_client(opportunities=deals))

    assert audit.age_by_stage["stage"].isna().tolist() == [True]
    assert audit.worth["stage"].isna().tolist() == [True]


def test_the_claim_is_held_against_the_closing_rate_of_the_past(make_client: MakeClient) -> None:
    claims = [0.9] * 8 + [np.nan] * 2
    deals = pd.concat([closed(), waiting([10] * 10, claimed_share=claims)], ignore_index=True)
    audit = pipeline_audit(make_client(opportunities=deals))
    (row,) = audit.worth.to_dict("records")

    assert row["value_amount"] == pytest.approx(10_000)
    assert (row["claimed_deals"], row["claimed_amount"]) == (8, pytest.approx(7200))
    assert row["expected_amount"] == pytest.approx(5000)
    assert row["low_amount"] < 5000 < row["high_amount"]
    unclaimed = pipeline_audit(make_client(opportunities=pd.concat([closed(), waiting([10] * 10)])))
    assert unclaimed.worth["claimed_amount"].isna().all()  # nobody stated anything, which is neither 0 nor all


def ended(counts: dict[str, tuple[int, int]], sellers: int = 6) -> pd.DataFrame:
    """Return closed deals by the stage in which they ended: so many won, so many lost."""
    rows = [(name, end) for name, (won, lost) in counts.items() for end in ["won"] * won + ["lost"] * lost]
    frame = closed(len(rows), sellers)
    return frame.assign(sales_stage=[name for name, _ in rows], stage=[end for _, end in rows])


ENDS = {"1 lead": (5, 45), "2 offer": (20, 5), "3 contract": (25, 0)}
ONE_OF_EACH = ["1 lead"] * 6 + ["2 offer"] * 6 + ["3 contract"] * 6


def test_an_open_deal_is_worth_the_share_won_of_those_that_reached_its_stage(make_client: MakeClient) -> None:
    deals = pd.concat([ended(ENDS), waiting([10] * 18, sales_stage=ONE_OF_EACH)], ignore_index=True)
    audit = pipeline_audit(make_client(opportunities=deals))

    # of all 100 half were won; 50 reached the offer, of which 45 were won; all 25 that reached the contract were
    assert audit.worth["win_rate"].tolist() == pytest.approx([0.5, 0.9, 1.0])
    assert audit.worth["expected_amount"].tolist() == pytest.approx([3000, 5400, 6000])
    assert audit.stages is not None and audit.stages.basis == "numbers"


def test_the_order_of_the_stages_is_stated_or_read_off_the_claims_or_unknown(make_client: MakeClient) -> None:
    plain = {"contact": ENDS["1 lead"], "offer": ENDS["2 offer"], "contract": ENDS["3 contract"]}
    stages = [name for name in plain for _ in range(6)]
    claims = [0.2] * 6 + [0.5] * 6 + [0.8] * 6
    past = ended(plain)
    claimed = pd.concat([past, waiting([10] * 18, sales_stage=stages, claimed_share=claims)], ignore_index=True)
    silent = claimed.drop(columns="claimed_share")

    read_off = stage_rates(claimed, 5)
    stated = stage_rates(silent, 5, ["contact", "offer", "contract"])
    unknown = stage_rates(silent, 5)
    assert read_off is not None and stated is not None and unknown is not None
    assert read_off.basis == "claims" and stated.basis == "stated" and unknown.basis == "unknown"
    assert {name: rate.value for name, rate in stated.by_stage.items()} == pytest.approx(
        {"contact": 0.5, "offer": 0.9, "contract": 1.0}
    )
    assert read_off.by_stage == stated.by_stage
    assert unknown.by_stage == {} and unknown.of("contract") == unknown.overall


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=5))
def test_a_later_stage_is_never_worth_less(counts: list[tuple[int, int]]) -> None:
    deals = ended({f"{place} stage": count for place, count in enumerate(counts)})
    found = stage_rates(deals, 5, [f"{place} stage" for place in range(len(counts))])
    if found is not None:
        values = [rate.value for rate in found.by_stage.values()]
        assert (*found.by_stage, *found.unrated) == found.order
        assert values == sorted(values) and values[0] == found.overall.value


def test_a_crm_that_moves_closed_deals_out_of_their_stage(make_client: MakeClient) -> None:
    # won deals went through all stages; of lost ones that are all in "9 closed lost" nobody knows how far they came
    past = ended(ENDS)
    moved_won = past.assign(sales_stage=past["sales_stage"].where(past["stage"] == "lost", "8 closed won"))
    moved = moved_won.assign(sales_stage=moved_won["sales_stage"].where(past["stage"] == "won", "9 closed lost"))
    open_deals = waiting([10] * 18, sales_stage=ONE_OF_EACH)

    kept = stage_rates(pd.concat([moved_won, open_deals], ignore_index=True), 5)
    lost = stage_rates(pd.concat([moved, open_deals], ignore_index=True), 5)
    assert kept is not None and lost is not None
    assert [rate.value for rate in kept.by_stage.values()] == pytest.approx([0.5, 50 / 55])
    assert (
        kept.unrated == ("3 contract",) and kept.of("3 contract") is None
    )  # not 100 %: nobody is known to have left it
    overall = lost.of("3 contract")
    assert not lost.ends_known and overall is not None and overall.value == 0.5


def moved_won(deals: pd.DataFrame) -> pd.DataFrame:
    """Return deals as a CRM has them that moves those that are won to a name of its own."""
    return deals.assign(sales_stage=deals["sales_stage"].mask(deals["stage"] == "won", "8 closed won"))


def test_a_stage_that_nobody_has_left_has_no_rate_and_its_deals_are_in_no_expectation(make_client: MakeClient) -> None:
    deals = pd.concat([moved_won(ended(ENDS)), waiting([10] * 18, sales_stage=ONE_OF_EACH)], ignore_index=True)
    audit = pipeline_audit(make_client(opportunities=deals))
    last = audit.worth.set_index("stage").loc["3 contract"]

    assert audit.worth["rated_deals"].tolist() == [6, 6, 0]
    assert last[["rated_amount", "win_rate", "expected_amount", "low_amount", "high_amount"]].isna().all()
    assert last["value_amount"] == pytest.approx(6000)
    assert audit.worth["expected_amount"].sum() == pytest.approx(3000 + 6000 * 50 / 55)


def test_a_pool_of_stages_has_the_rate_of_its_deals_that_have_one(make_client: MakeClient) -> None:
    stages = ["1 lead"] * 6 + ["3 contract"] * 2
    deals = pd.concat([moved_won(ended(ENDS)), waiting([10] * 8, sales_stage=stages)], ignore_index=True)
    (row,) = pipeline_audit(make_client(opportunities=deals)).worth.to_dict("records")

    assert (row["deals"], row["rated_deals"], row["rated_amount"]) == (8, 6, pytest.approx(6000))
    assert (row["win_rate"], row["expected_amount"]) == (pytest.approx(0.5), pytest.approx(3000))


def test_where_no_open_deal_stands_in_a_stage_with_a_rate_nothing_is_expected(make_client: MakeClient) -> None:
    deals = pd.concat([moved_won(ended(ENDS)), waiting([10] * 6, sales_stage=["3 contract"] * 6)], ignore_index=True)
    audit = pipeline_audit(make_client(opportunities=deals))

    assert audit.missing["worth"] == NO_RATE and audit.worth.empty


def test_a_stage_that_few_have_left_keeps_the_rate_of_the_stage_before() -> None:
    found = stage_rates(ended({**ENDS, "3 contract": (3, 0)}), 5, list(ENDS))
    assert found is not None and found.unrated == ()
    assert found.of("3 contract") == found.of("2 offer")


def test_deals_in_a_stage_that_the_order_does_not_name_are_counted(make_client: MakeClient) -> None:
    deals = pd.concat([ended(ENDS), waiting([10] * 18, sales_stage=ONE_OF_EACH)], ignore_index=True)
    client = make_client(opportunities=deals)
    config = client.config.model_copy(update={"pipeline": SalesStages(stages=["2 offer", "3 contract"])})
    found = pipeline_audit(replace(client, config=config))
    rates = stage_rates(deals, 5, ["1 lead", "2 offer"])

    assert pipeline_audit(client).unplaced_deals == 0
    assert found.stages is not None and found.stages.by_stage == {}  # most of the lost ended in an unknown stage
    assert found.unplaced_deals == 0  # so that all have the rate of all
    assert rates is not None
    assert (
        rates.unplaced(pd.Series(["1 lead", "2 offer", "3 contract", None, ""])).tolist()
        == [False] * 2 + [True] + [False] * 2
    )
    assert rates.of("3 contract") == rates.overall


def test_nothing_is_expected_where_only_won_deals_are_known(make_client: MakeClient) -> None:
    won = closed()[lambda t: t["stage"] == "won"]
    audit = pipeline_audit(make_client(opportunities=pd.concat([won, waiting([10] * 6)], ignore_index=True)))

    assert audit.missing["worth"] == NO_LOST and audit.worth.empty


def test_what_is_not_in_the_export_is_left_out_with_its_reason(make_client: MakeClient) -> None:
    deals = pd.concat([closed(), waiting([10]).assign(value_amount=np.nan)], ignore_index=True)
    audit = pipeline_audit(make_client(opportunities=deals))

    assert audit.missing["worth"] == NO_VALUE
    assert audit.slips == Missing(reason=NO_SLIPS)
    assert {"step", "worth"} == set(audit.missing)


def slip_table(counts: dict[tuple[str, str, bool], int]) -> pd.DataFrame:
    """Return one row per deal: deadline qualified, authority accessed, slipped."""
    rows = [cell for cell, number in counts.items() for _ in range(number)]
    return pd.DataFrame(rows, columns=["deadline_qualified", "authority_access", "slipped"])


COUNTS = {
    ("yes", "yes", True): 10, ("yes", "yes", False): 90,
    ("no", "yes", True): 30, ("no", "yes", False): 70,
    ("yes", "no", True): 20, ("yes", "no", False): 80,
    ("no", "no", True): 60, ("no", "no", False): 40,
}  # fmt: skip


def test_the_attributable_share_is_that_of_the_table() -> None:
    shares = attributable_shares(slip_table(COUNTS)).set_index("factor")

    # 120 slips; with a qualified deadline 10 + 10 + 20 + 20 remain, with access 10 + 10 + 30 + 30, with both 4 × 10
    assert shares["share"].to_dict() == pytest.approx(
        {"deadline_qualified": 60 / 120, "authority_access": 40 / 120, "either": 80 / 120}
    )
    assert (shares["low"] < shares["share"]).all() and (shares["share"] < shares["high"]).all()


def test_the_attributable_share_is_that_of_a_saturated_logit() -> None:
    from statsmodels.formula.api import logit

    table = slip_table(COUNTS).assign(y=lambda t: t["slipped"].astype(int))
    fit = logit("y ~ C(deadline_qualified) * C(authority_access)", table).fit(disp=0)
    avoided = 1 - fit.predict(table.assign(deadline_qualified="yes")).sum() / table["y"].sum()

    assert attributable_shares(table, draws=10)["share"].iloc[0] == pytest.approx(avoided, abs=1e-6)


def test_a_factor_that_makes_no_difference_accounts_for_nothing() -> None:
    even = dict.fromkeys(COUNTS, 25)
    shares = attributable_shares(slip_table(even))

    assert shares["share"].tolist() == pytest.approx([0, 0, 0])
    assert (shares["low"] < 0).all() and (shares["high"] > 0).all()


def test_slips_are_dates_missed_and_reasons_of_few_people_are_pooled(make_client: MakeClient) -> None:
    deals = closed(48).assign(expected_on=lambda t: t["closed_on"] - pd.Timedelta(days=5), deadline_qualified="no")
    deals.loc[:23, "expected_on"] = deals.loc[:23, "closed_on"] + pd.Timedelta(days=5)
    deals["slip_reason"] = ["budget"] * 46 + ["illness", "illness"]
    found = pipeline_audit(make_client(opportunities=deals)).slips

    assert found is not None
    assert (found.deals, found.slipped) == (48, 24)
    assert "illness" not in set(found.reasons["reason"].dropna())
    assert found.reasons["cumulative_share"].iloc[-1] == pytest.approx(1)
    assert found.missing_among_slipped is not None and found.missing_among_slipped.value == 1


def meetings_log(number: int = 60, **more: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": [f"P{n % 6:02d}" for n in range(number)],
            "customer_id": "K1",
            "started_at": pd.Timestamp("2025-03-01 09:00") + pd.to_timedelta(np.arange(number), unit="D"),
            "hours": 2.0,
            "activity": "selling",
            **more,
        }
    )


def test_kinds_of_meetings_with_a_low_yield_are_on_the_cut_list(make_client: MakeClient) -> None:
    kinds = ["workshop"] * 30 + ["status call"] * 30
    answers = ["yes"] * 27 + ["no"] * 3 + ["yes"] * 3 + ["no"] * 27
    found = meeting_effectiveness(make_client(activities=meetings_log(meeting_type=kinds, next_step=answers)))

    assert isinstance(found, Meetings)
    assert found.basis == "stated"
    assert found.overall.value == 0.5
    assert found.by_kind.set_index("kind")["cut"].to_dict() == {"workshop": False, "status call": True}
    assert found.by_kind["led_on_per_h"].tolist() == pytest.approx([27 / 60, 3 / 60])


def test_without_an_answer_a_meeting_leads_on_when_another_day_or_the_win_follows(make_client: MakeClient) -> None:
    days = pd.to_datetime(["2025-03-01", "2025-03-01", "2025-03-20", "2025-09-01"])
    deals = closed(40).assign(closed_on=pd.Timestamp("2025-09-10"))
    log = pd.concat(
        [
            pd.DataFrame(
                {
                    "employee_id": f"P{n % 6:02d}", "case_id": f"C{n}", "started_at": days, "activity": "selling",
                    "hours": 1.0,
                }
            )
            for n in range(12)
        ]
    )  # fmt: skip
    found = meeting_effectiveness(make_client(opportunities=deals, activities=log))

    assert isinstance(found, Meetings)
    assert found.basis == "followed"
    # both entries of the first day lead to the twentieth; that one to nothing; the last to a win for C0 to C5 only
    assert found.by_kind["led_on"].sum() == 12 * 2 + 6


def test_meetings_that_nothing_is_known_of_are_left_out_with_the_reason(make_client: MakeClient) -> None:
    assert meeting_effectiveness(make_client(opportunities=closed())) == Missing(reason=NO_LOG)
    assert meeting_effectiveness(make_client(activities=meetings_log())) == Missing(reason=NO_OUTCOME)
    few = meetings_log(next_step="yes").assign(employee_id="P01")
    assert isinstance(meeting_effectiveness(make_client(activities=few)), Missing)


def made_sellers(deals: int = 12, sellers: int = 12) -> tuple[pd.Series, pd.DataFrame]:
    """Return values with a seller part of 1, a team part of 0.25 and a rest of 1, in three teams."""
    random = stream(3, -1, "tests.variance")
    seller = np.repeat(np.arange(sellers), deals)
    team = seller % 3
    values = random.normal(0, 1, sellers)[seller] + random.normal(0, 0.5, 3)[team] + random.normal(0, 1, len(seller))
    return pd.Series(values), pd.DataFrame({"seller": [f"P{s}" for s in seller], "team": [f"T{t}" for t in team]})


def test_the_variance_split_is_that_of_statsmodels() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    values, groups = made_sellers()
    frame = groups.assign(y=values)
    model = MixedLM.from_formula(
        "y ~ 1", groups="team", vc_formula={"seller": "0 + C(seller)"}, re_formula="1", data=frame
    )
    fit = model.fit(reml=True)
    parts = np.array([fit.vcomp[0], float(fit.cov_re.iloc[0, 0]), fit.scale])
    found = variance_shares(values, groups)

    assert found["level"].tolist() == ["seller", "team", "rest"]
    assert found["share"].to_numpy() == pytest.approx(parts / parts.sum(), abs=0.005)
    assert ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).all()
    assert found["low"].iloc[0] > 0.01  # that sellers differ is beyond chance


def test_the_split_names_no_seller_and_no_team(make_client: MakeClient) -> None:
    staff = pd.DataFrame({"employee_id": [f"P{n:02d}" for n in range(6)], "team": ["north", "south"] * 3})
    found = variance_split(make_client(opportunities=closed(), employees=staff))

    assert isinstance(found, VarianceSplit)
    assert (found.sellers, found.teams, found.territories) == (6, 2, 0)
    assert set(found.shares["level"]) == {"seller", "team", "rest"}
    assert found.shares["share"].sum() == pytest.approx(1)  # all values are alike, so that only won or lost is split


def test_too_few_sellers_or_teams_are_not_split(make_client: MakeClient) -> None:
    staff = pd.DataFrame({"employee_id": [f"P{n:02d}" for n in range(6)], "team": ["north", "south"] * 3})
    few = variance_split(make_client(opportunities=closed(sellers=4), employees=staff))
    one = variance_split(make_client(opportunities=closed(), employees=staff.assign(team="north")))

    assert isinstance(few, Missing) and "5" in few.reason.en
    assert isinstance(one, Missing) and "2 teams" in one.reason.en
    assert variance_split(make_client(opportunities=closed())) == Missing(reason=NO_PEOPLE)
