"""Leads: the score's factors and its test on later deals, and the rule-based filter on past wins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.missing import Missing
from simkit.intake.client import ClientData
from simkit.intake.settings.client_settings import LeadCondition, LeadScore
from simkit.value.leads.lead_filter import NO_FILTER, LeadFilter, lead_filter
from simkit.value.leads.lead_score import (
    ALL_WON,
    FEW,
    NONE_WON,
    NOTHING_KNOWN,
    LeadScores,
    area_under_curve,
    lead_scores,
)

MakeClient = Callable[..., ClientData]


def deals() -> pd.DataFrame:
    """Return 80 closed deals: those of banks are won in three of four cases, others in one of four; and two open ones."""
    places = np.arange(80)
    bank = places % 2 == 0
    won = np.where(bank, places // 2 % 4 != 0, places // 2 % 4 == 0)
    frame = pd.DataFrame(
        {
            "opportunity_id": [f"C{n}" for n in places],
            "customer_id": np.where(bank, "bank", "shop"),
            "opened_on": pd.Timestamp("2024-01-01") + pd.to_timedelta(places, unit="D"),
            "stage": np.where(won, "won", "lost"),
            "value_amount": 100.0,
        }
    )
    waiting = frame.iloc[:2].assign(opportunity_id=["open_bank", "open_shop"], stage="open")
    return pd.concat([frame, waiting], ignore_index=True)


CUSTOMERS = pd.DataFrame({"customer_id": ["bank", "shop"], "industry": ["Bank", "Retail"], "size_people": [500.0, 5.0]})


def with_rules(client: ClientData, *rules: dict[str, object]) -> ClientData:
    conditions = [LeadCondition.model_validate(rule) for rule in rules]
    return replace(client, config=client.config.model_copy(update={"lead_filter": conditions}))


def with_weights(client: ClientData, **weights: float) -> ClientData:
    return replace(client, config=client.config.model_copy(update={"lead_score": LeadScore(weights=weights)}))


def test_why_there_is_no_score_is_told_as_it_is(make_client: MakeClient) -> None:
    """Enough deals that closed with a date: it is not their number that is wanting."""
    bare = deals().assign(value_amount=np.nan)
    found = lead_scores(make_client(opportunities=bare.drop(columns="value_amount")))
    assert isinstance(found, Missing)
    assert found.reason == NOTHING_KNOWN
    assert any("industry" in need.en for need in found.remedy)
    for stage, reason in (("won", ALL_WON), ("lost", NONE_WON)):
        later = bare["opened_on"] > pd.Timestamp("2024-01-31")
        ended = bare.assign(stage=bare["stage"].mask(later & (bare["stage"] != "open"), stage))
        found = lead_scores(make_client(opportunities=ended, customers=CUSTOMERS))
        assert isinstance(found, Missing)
        assert found.reason == reason
    few = lead_scores(make_client(opportunities=deals().head(20), customers=CUSTOMERS))
    assert isinstance(few, Missing)
    assert few.reason == FEW


def test_precision_and_recall_are_those_of_the_past(make_client: MakeClient) -> None:
    client = make_client(opportunities=deals(), customers=CUSTOMERS)
    rules = ({"column": "industry", "one_of": ["bank"]}, {"column": "size_people", "at_least": 10})
    found = lead_filter(with_rules(client, *rules))

    assert isinstance(found, LeadFilter)
    assert (found.deals, found.wins, found.passed, found.wins_passed) == (80, 40, 40, 30)
    assert found.precision is not None and found.precision.value == 0.75
    assert found.recall is not None and found.recall.value == 0.75
    assert found.base.value == 0.5
    assert found.precision.low > found.base.value
    assert found.curve[["volume_share", "yield_share"]].to_numpy().tolist() == [[0.5, 0.75], [0.5, 0.75], [1.0, 1.0]]


def test_a_filter_that_lets_nothing_through_has_no_precision(make_client: MakeClient) -> None:
    found = lead_filter(
        with_rules(make_client(opportunities=deals(), customers=CUSTOMERS), {"column": "size_people", "at_least": 1e6})
    )

    assert isinstance(found, LeadFilter)
    assert found.precision is None
    assert found.recall is not None and found.recall.value == 0


def test_unknown_columns_and_texts_compared_with_numbers_are_errors(make_client: MakeClient) -> None:
    client = make_client(opportunities=deals(), customers=CUSTOMERS)

    with pytest.raises(ConfigError, match=r"(?s)column 'industri'.*lead_filter\.0\.column.*'industry'"):
        lead_filter(with_rules(client, {"column": "industri", "one_of": ["bank"]}))
    with pytest.raises(ConfigError, match="'industry' is not a number"):
        lead_filter(with_rules(client, {"column": "industry", "at_least": 3}))
    with pytest.raises(ValueError, match="one_of, at_least or at_most"):
        LeadCondition(column="industry")


def test_without_a_filter_the_reason_is_reported(make_client: MakeClient) -> None:
    assert lead_filter(make_client(opportunities=deals())) == Missing(reason=NO_FILTER)


def test_the_score_learns_from_the_earlier_deals_and_holds_on_the_later(make_client: MakeClient) -> None:
    found = lead_scores(make_client(opportunities=deals(), customers=CUSTOMERS))

    assert isinstance(found, LeadScores)
    assert found.tested_deals == 40
    assert found.area.value == pytest.approx(0.75)
    assert found.leads["opportunity_id"].tolist() == ["open_bank", "open_shop"]
    assert set(found.missing) == {"authority", "deadline"}


def test_a_value_that_only_won_deals_keep_is_not_taken_for_potential(make_client: MakeClient) -> None:
    table = deals()
    honest = lead_scores(make_client(opportunities=table, customers=CUSTOMERS))
    table.loc[table["stage"] == "lost", "value_amount"] = 0.0
    found = lead_scores(make_client(opportunities=table, customers=CUSTOMERS))

    assert isinstance(found, LeadScores) and isinstance(honest, LeadScores)
    assert "potential" in found.missing and "potential" not in honest.missing
    assert found.area.value == pytest.approx(0.75)


def test_access_and_deadline_count_where_they_are_known(make_client: MakeClient) -> None:
    table = deals()
    table["authority_access"] = ["yes", "no"] * 40 + ["no", "yes"]
    client = make_client(opportunities=table, customers=CUSTOMERS)
    found = lead_scores(with_weights(client, fit=0, potential=0, deadline=0, authority=1))

    assert isinstance(found, LeadScores)
    assert found.leads["opportunity_id"].tolist() == ["open_shop", "open_bank"]
    assert found.weights == {"authority": 1.0}


def test_unknown_factors_and_weights_of_nothing_are_errors(make_client: MakeClient) -> None:
    client = make_client(opportunities=deals(), customers=CUSTOMERS)

    with pytest.raises(ConfigError, match=r"(?s)Unknown factor 'fitt'.*lead_score\.weights\.fitt"):
        lead_scores(with_weights(client, fitt=1))
    with pytest.raises(ConfigError, match="All weights are 0"):
        lead_scores(with_weights(client, fit=0, potential=0, deadline=0, authority=0))


def test_few_deals_do_not_teach_a_score(make_client: MakeClient) -> None:
    assert lead_scores(make_client(opportunities=deals().iloc[:20])) == Missing(reason=FEW)
    assert isinstance(lead_scores(make_client(opportunities=deals()[lambda t: t["stage"] == "open"])), Missing)


def test_the_area_is_one_for_a_perfect_score_and_a_half_for_none() -> None:
    won = pd.Series([True, True, False, False])

    assert area_under_curve(pd.Series([4.0, 3.0, 2.0, 1.0]), won).value == 1
    assert area_under_curve(pd.Series([1.0, 1.0, 1.0, 1.0]), won).value == 0.5
