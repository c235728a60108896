from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.effort.taxonomy import FACING, GROUPS, group_of
from simkit.effort.time_use import TimeUse, time_use
from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.errors import DataError, PrivacyError
from simkit.intake.client import ClientData, load_client

MakeClient = Callable[..., ClientData]
MONDAY = pd.Timestamp("2024-03-04 08:00")


def log_of(entries: Sequence[tuple[str | None, str, int, float]]) -> pd.DataFrame:
    """Return a log from (person, activity, week, hours)."""
    return pd.DataFrame(
        [
            {
                "employee_id": person,
                "activity": activity,
                "started_at": MONDAY + pd.Timedelta(weeks=week),
                "hours": hours,
            }
            for person, activity, week, hours in entries
        ]
    )


def everybody(people: int, hours: dict[str, float], weeks: int = 1) -> pd.DataFrame:
    return log_of(
        [(f"P{n:02d}", name, week, h) for n in range(people) for name, h in hours.items() for week in range(weeks)]
    )


def staff_of(roles: Sequence[str], fte: float = 1.0) -> pd.DataFrame:
    return pd.DataFrame({"employee_id": [f"P{n:02d}" for n in range(len(roles))], "role": roles, "fte": fte})


def estimates_of(shares: dict[str, dict[str, float]], spread: float = 0.02) -> pd.DataFrame:
    rows = [(role, name, share, spread) for role, split in shares.items() for name, share in split.items()]
    return pd.DataFrame(rows, columns=["role", "activity", "share", "spread"])


def test_shares_are_hours_over_all_hours_logged(make_client: MakeClient) -> None:
    use = time_use(make_client(activities=everybody(6, {"selling": 1.0, "travel": 1.0, "administration": 6.0})))
    shares = use.by_activity.set_index("activity")["share"]
    assert shares["selling"] == 0.125
    assert shares["administration"] == 0.75
    assert use.facing.value == 0.125
    assert use.hours_h == 48.0
    assert use.facing_hours_h == 6.0


def test_the_interval_has_no_width_when_all_people_work_alike(make_client: MakeClient) -> None:
    use = time_use(make_client(activities=everybody(6, {"selling": 2.0, "administration": 6.0})))
    assert use.facing.low == pytest.approx(0.25)
    assert use.facing.high == pytest.approx(0.25)


def test_the_interval_of_many_people_is_that_of_their_mean(make_client: MakeClient) -> None:
    random = np.random.default_rng(7)
    shares = random.beta(4, 6, size=40)
    entries = [(f"P{n:02d}", "selling", 0, 8 * share) for n, share in enumerate(shares)]
    entries += [(f"P{n:02d}", "administration", 0, 8 * (1 - share)) for n, share in enumerate(shares)]
    use = time_use(make_client(activities=log_of(entries)))
    half = 2.02 * shares.std() / np.sqrt(40)
    assert use.facing.low == pytest.approx(shares.mean() - half, abs=0.006)
    assert use.facing.high == pytest.approx(shares.mean() + half, abs=0.006)


def test_the_interval_of_a_log_is_computed_and_that_of_estimates_drawn(make_client: MakeClient) -> None:
    entries = [(f"P{n:02d}", "selling", 0, 1.0 + n % 3) for n in range(7)]
    entries += [(f"P{n:02d}", "travel", 0, 2.0) for n in range(7)]
    logged = make_client(activities=log_of(entries))
    stated = estimates_of({"field": {"selling": 0.4, "administration": 0.6}}).assign(respondents=7.0)
    estimated = make_client(time_estimates=stated)
    assert time_use(logged, seed=3).facing == time_use(logged, seed=4).facing
    assert time_use(estimated, seed=3).facing == time_use(estimated, seed=3).facing
    assert time_use(estimated, seed=3).facing != time_use(estimated, seed=4).facing


def test_hours_without_a_person_count_in_the_total_only(make_client: MakeClient) -> None:
    log = pd.concat([everybody(6, {"selling": 1.0, "administration": 1.0}), log_of([(None, "selling", 0, 3.0)])])
    use = time_use(make_client(activities=log))
    assert use.hours_h == 15.0
    assert use.facing.value == 9 / 15
    assert use.by_role["hours_h"].sum() == 12.0
    assert use.people == 6


def test_quartiles_need_twenty_people_with_more_than_twenty_hours(make_client: MakeClient) -> None:
    hours = {"selling": 4.0, "administration": 6.0}
    assert time_use(make_client(activities=everybody(19, hours, weeks=3))).quartiles is None
    assert time_use(make_client(activities=everybody(20, hours, weeks=2))).quartiles is None
    use = time_use(make_client(activities=everybody(20, hours, weeks=3)))
    assert use.quartiles == pytest.approx((0.4, 0.4, 0.4))
    assert use.quartile_people == 20


def test_coverage_is_logged_hours_over_contract_hours_of_everybody_employed(make_client: MakeClient) -> None:
    log = pd.concat([everybody(5, {"selling": 2.0}, weeks=2)])  # Monday to Monday: six working days
    use = time_use(make_client(activities=log, employees=staff_of(["field"] * 9, fte=0.5)))
    assert use.coverage_share == pytest.approx(5 * 4.0 / (9 * 0.5 * 8 * 6))
    unlisted = time_use(make_client(activities=log))  # without a list, everybody in the log is taken as full-time
    assert unlisted.coverage_share == pytest.approx(5 * 4.0 / (5 * 8 * 6))


def test_what_nobody_wrote_down_is_not_compared(make_client: MakeClient) -> None:
    estimates = estimates_of({"field": {"selling": 0.3, "administration": 0.6, "travel": 0.1}})
    client = make_client(
        activities=everybody(6, {"selling": 2.0, "administration": 6.0}),
        time_estimates=estimates,
        employees=staff_of(["field"] * 6),
    )
    use = time_use(client)
    marks = use.benchmarks.set_index("name")["client_share"]
    assert np.isnan(marks["proudfoot_travel"]) and np.isnan(marks["smm_internal"])
    assert marks["pace"] == pytest.approx(0.25)
    assert use.perception is not None
    assert set(use.perception["activity"]) == {
        "selling",
        "administration",
    }  # travel was felt, and not logged as nothing


def test_small_roles_are_joined_and_every_role_has_five_people(make_client: MakeClient) -> None:
    log = everybody(13, dict.fromkeys(ACTIVITIES, 1.0))
    use = time_use(make_client(activities=log, employees=staff_of(["field"] * 8 + ["inside"] * 3 + ["key"] * 2)))
    people = use.facing_by_role.set_index("role")["people"]
    assert people.to_dict() == {"field": 8, "other": 5}


def test_a_log_of_four_people_is_refused_with_a_way_out(make_client: MakeClient) -> None:
    with pytest.raises(PrivacyError, match="Only 4 people logged time") as error:
        time_use(make_client(activities=everybody(4, {"selling": 2.0})))
    assert "time_estimates" in str(error.value)
    assert error.value.exit_code == 4


def test_the_minimum_group_can_be_raised(make_client: MakeClient) -> None:
    with pytest.raises(PrivacyError, match="fewer than 8"):
        time_use(make_client(minimum_group=8, activities=everybody(7, {"selling": 2.0})))


def test_without_log_and_estimates_the_error_says_what_to_give(make_client: MakeClient) -> None:
    with pytest.raises(DataError, match="nothing is known about working time"):
        time_use(make_client())


def test_a_thin_week_is_pooled_with_another(make_client: MakeClient) -> None:
    full = everybody(6, {"selling": 1.0, "administration": 2.0}, weeks=8)
    thin = log_of([(f"P{n:02d}", name, 8, 1.0 + n) for n in range(2) for name in ("selling", "administration")])
    weeks = time_use(make_client(activities=pd.concat([full, thin]))).by_week
    assert (weeks["people"] >= 5).all()
    assert weeks["week"].isna().sum() == 2  # the pool: customer and internal
    assert weeks["hours_h"].sum() == pytest.approx(8 * 18 + 6)


def test_estimates_are_weighted_by_full_time_equivalents(make_client: MakeClient) -> None:
    estimates = estimates_of(
        {"field": {"selling": 0.5, "administration": 0.5}, "inside": {"selling": 0.1, "administration": 0.9}}
    )
    staff = pd.concat([staff_of(["field"] * 6), staff_of(["inside"] * 6, fte=0.5).assign(employee_id=list("abcdef"))])
    use = time_use(make_client(time_estimates=estimates, employees=staff))
    assert use.source == "estimates"
    assert use.facing.value == pytest.approx((6 * 0.5 + 3 * 0.1) / 9)
    assert use.coverage_share is None
    assert use.people == 12


def test_the_interval_of_estimates_follows_their_spread(make_client: MakeClient) -> None:
    estimates = estimates_of({"field": {"selling": 0.4, "administration": 0.6}}, spread=0.05)
    use = time_use(make_client(time_estimates=estimates, employees=staff_of(["field"] * 6)), draws=8000)
    error = np.hypot(0.6 * 0.05, 0.4 * 0.05)  # first order: s = a / (a + b)
    assert use.facing.value - use.facing.low == pytest.approx(1.96 * error, rel=0.08)
    assert use.facing.high - use.facing.value == pytest.approx(1.96 * error, rel=0.08)


def test_estimates_of_an_unknown_number_of_people_are_refused(make_client: MakeClient) -> None:
    with pytest.raises(PrivacyError, match="respondents"):
        time_use(make_client(time_estimates=estimates_of({"field": {"selling": 1.0}})))


def test_estimates_stand_in_for_a_log_of_too_few_people(make_client: MakeClient) -> None:
    estimates = estimates_of({"field": {"selling": 0.4, "administration": 0.5}}).assign(respondents=8.0, spread=np.nan)
    use = time_use(make_client(activities=everybody(3, {"selling": 1.0}), time_estimates=estimates))
    assert use.source == "estimates"
    assert use.facing.value == pytest.approx(0.4 / 0.9)
    topics = [found.topic.en for found in use.assumptions]
    assert topics == ["Time estimates", "Spread of the time estimates", "Sum of the time estimates"]


def test_respondents_stand_in_for_a_list_of_staff(make_client: MakeClient) -> None:
    estimates = estimates_of({"field": {"selling": 0.2, "travel": 0.8}}).assign(respondents=7.0)
    assert time_use(make_client(time_estimates=estimates)).people == 7


def test_with_both_the_log_counts_and_the_estimates_stand_beside(make_client: MakeClient) -> None:
    log = everybody(6, {"selling": 2.0, "administration": 6.0})
    estimates = estimates_of({"field": {"selling": 0.4, "administration": 0.6}})
    use = time_use(make_client(activities=log, time_estimates=estimates, employees=staff_of(["field"] * 6)))
    assert use.source == "log"
    assert use.perception is not None
    gap = use.perception.set_index("activity")["gap_share"]
    assert gap["selling"] == pytest.approx(0.15)


def test_each_benchmark_is_compared_by_its_own_definition(make_client: MakeClient) -> None:
    hours = {"selling": 2.0, "care": 1.0, "service": 1.0, "travel": 1.0, "administration": 5.0}
    marks = time_use(make_client(activities=everybody(6, hours))).benchmarks.set_index("name")
    assert marks.loc["pace", "client_share"] == pytest.approx(0.2)
    assert marks.loc["cso", "client_share"] == pytest.approx(0.3)
    assert marks.loc["case_before", "client_share"] == pytest.approx(0.4)
    assert marks.loc["proudfoot_travel", "client_share"] == pytest.approx(0.1)
    # the client's 40 stand beside the claim of 10/90, with an interval
    case = marks.loc["case_before"]
    assert (case["published_low"], case["published_high"], case["evidence_grade"]) == (0.1, 0.1, "S")
    assert case["low"] <= case["client_share"] <= case["high"]
    marks = marks[marks["client_share"].notna()]  # coordination and prioritisation were not logged
    assert (marks["low"] <= marks["client_share"]).all()


def test_a_benchmark_that_would_uncover_a_small_group_is_left_blank(make_client: MakeClient) -> None:
    log = pd.concat([everybody(6, {"selling": 2.0, "service": 1.0}), log_of([("P01", "care", 0, 4.0)])])
    use = time_use(make_client(activities=log.reset_index(drop=True)))
    marks = use.benchmarks.set_index("name")
    assert "care" not in set(use.by_activity["activity"])
    assert np.isnan(marks.loc["cso", "client_share"])  # selling + care would give care away
    assert marks.loc["pace", "client_share"] == pytest.approx(12 / 22)


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from([f"P{n:02d}" for n in range(12)]),
        st.sampled_from(ACTIVITIES),
        st.integers(0, 5),
        st.sampled_from([0.5, 1.0, 4.0]),
    ),
    min_size=1,
    max_size=120,
)
ROLES = ["field"] * 6 + ["inside"] * 4 + ["key"] * 2


@settings(deadline=None, derandomize=True, max_examples=30)
@given(entries=ENTRIES)
def test_no_table_shows_a_group_under_five_people(
    make_client: MakeClient, entries: list[tuple[str, str, int, float]]
) -> None:
    log = log_of(entries)
    try:
        use = time_use(make_client(activities=log, employees=staff_of(ROLES)), draws=20)
    except PrivacyError:
        return
    assert_shown_people(use, log)


@pytest.mark.parametrize("seed", range(8))
def test_a_full_log_is_shown_by_week_and_role_without_a_group_under_five(make_client: MakeClient, seed: int) -> None:
    random = np.random.default_rng(seed)
    common = random.dirichlet(np.full(len(ACTIVITIES), 0.5))
    entries = [
        (f"P{random.integers(12):02d}", str(random.choice(ACTIVITIES, p=common)), int(random.integers(8)), 1.0)
        for _ in range(500)
    ]
    log = log_of(entries)
    use = time_use(make_client(activities=log, employees=staff_of(ROLES)), draws=20)
    assert_shown_people(use, log)
    assert use.by_week["week"].nunique() > 1


def assert_shown_people(use: TimeUse, log: pd.DataFrame) -> None:
    """Check that what is shown by its own name was logged by nobody or by five people, and that sums leave no rest."""
    assert (use.by_role["people"] >= 5).all()
    assert (use.by_week["people"] >= 5).all()
    assert use.by_activity["hours_h"].sum() == pytest.approx(log["hours"].sum())
    assert use.by_role["hours_h"].sum() == pytest.approx(log["hours"].sum())
    for name in set(use.by_activity["activity"]) & set(ACTIVITIES):
        people = log.loc[log["activity"] == name, "employee_id"].nunique()
        assert people == 0 or people >= 5
    facing = log.loc[log["activity"].isin(FACING), "employee_id"].nunique()
    assert facing == 0 or facing >= 5
    day = log["started_at"].dt.normalize()
    by_group = log.assign(week=day, group=log["activity"].map(group_of))
    people = by_group.groupby(["week", "group"])["employee_id"].nunique()
    for row in use.by_week.dropna(subset=["week"]).itertuples():
        if row.group in GROUPS:
            assert people[(row.week, row.group)] >= 5
    if not use.by_week.empty:  # nothing is left over that a reader could work out
        assert use.by_week["hours_h"].sum() == pytest.approx(log["hours"].sum())


def test_no_frame_carries_person_or_customer_ids(make_client: MakeClient) -> None:
    use = time_use(make_client(activities=everybody(6, {"selling": 1.0}).assign(customer_id="K1")))
    for name in ("by_activity", "by_role", "facing_by_role", "by_week", "dropped", "benchmarks"):
        assert not {"employee_id", "customer_id"} & set(getattr(use, name).columns)


@pytest.fixture(scope="module")
def lender(shared_data: Path, project: Path) -> TimeUse:
    return time_use(load_client(project / "tests" / "clients" / "bpic2012"))


def test_the_lender_spends_3896_percent_of_touch_time_on_customers(lender: TimeUse) -> None:
    assert lender.facing.value == pytest.approx(0.3896, abs=5e-5)
    assert lender.facing.low < 0.3896 < lender.facing.high


def test_the_lender_has_the_known_quartiles_over_44_people(lender: TimeUse) -> None:
    assert lender.quartile_people == 44
    assert lender.quartiles == pytest.approx((0.346, 0.512, 0.623), abs=5e-4)


def test_the_lenders_forgotten_ends_and_unknown_people_are_counted(lender: TimeUse) -> None:
    rows = lender.dropped.set_index("reason")["rows"]
    assert rows["too_long"] == 295
    assert rows["no_person"] == 8000 - 25  # 25 of the 8,000 are among the over-long ones


def test_the_demo_clients_true_share_is_found(project: Path) -> None:
    import yaml

    folder = project / "client_data" / "demo"
    truth = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))["realised"]["time"]
    use = time_use(load_client(folder))
    assert use.facing.value == pytest.approx(truth["facing_share_of_logged"], abs=0.002)
    assert use.coverage_share == pytest.approx(truth["logged_share_of_contract"], abs=0.005)
    assert 0.10 <= use.facing.value <= 0.20
