"""Alerts of shoes against logs worked by hand, Student's t from its table, and a loop over days."""

import math
from itertools import accumulate

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_shoes import D0, DAY, NAN, shoes_of, wear_of

from stressfx.errors import SchemaError
from stressfx.schema import ALERTS, WEAR
from stressfx.training.shoes.alerts import shoe_alerts

T_3 = 3.182446
"""97.5 % quantile of Student's t with 3 degrees of freedom, as printed in tables."""


def day(number: int) -> pd.Timestamp:
    return D0 + number * DAY


def status_at(total_m: float, **limits: float) -> str:
    shoes = shoes_of({"shoe_id": "blue", **limits})
    return shoe_alerts(wear_of(("a", "blue", 0, total_m)), shoes)["status"].item()


@pytest.mark.parametrize(
    ("total_m", "status"),
    [
        (0.0, "ok"),
        (482_803.1, "ok"),
        (482_803.2, "watch"),
        (482_803.3, "watch"),
        (804_671.9, "watch"),
        (804_672.0, "watch"),
        (804_672.1, "replace"),
    ],
)
def test_the_band_is_300_to_500_miles(total_m: float, status: str) -> None:
    """300 mi are 482.8032 km and 500 mi 804.672 km, the second included in its class."""
    assert status_at(total_m) == status
    alert = shoe_alerts(wear_of(("a", "blue", 0, total_m))).iloc[0]
    assert alert[["watch_m", "replace_m"]].tolist() == [482_803.2, 804_672.0]
    assert alert["limits_by"] == "convention"


def test_distances_that_add_up_to_a_limit_are_at_it() -> None:
    third, fifth = 482_803.2 / 3, 804_672.0 / 1.1 * 1.1
    summed = third + third + third * (1 - 1e-12)
    assert (summed, fifth) < (482_803.2, 804_672.1)
    assert (status_at(summed), status_at(804_672.0 * (1 + 1e-12))) == ("watch", "watch")
    assert status_at(804_672.0 * (1 + 1e-8)) == "replace"


def test_the_runners_own_limits_win() -> None:
    assert status_at(400_000.0, watch_m=300_000.0, replace_m=390_000.0) == "replace"
    assert status_at(400_000.0, watch_m=300_000.0) == "watch"
    assert status_at(900_000.0, watch_m=950_000.0) == "ok"
    wear = wear_of(("a", "blue", 0, 1.0))
    limits = ["watch_m", "replace_m", "limits_by"]
    for own, expected in (
        ({"watch_m": 300_000.0}, [300_000.0, 804_672.0, "runner"]),
        ({"watch_m": 950_000.0}, [950_000.0, 950_000.0, "runner"]),
        ({"replace_m": 643_738.0}, [482_803.2, 643_738.0, "runner"]),
        ({"replace_m": 300_000.0}, [300_000.0, 300_000.0, "runner"]),
    ):
        assert shoe_alerts(wear, shoes_of({"shoe_id": "blue", **own}))[limits].iloc[0].tolist() == expected
    other = shoe_alerts(wear, watch_mi=100, replace_mi=200)[limits].iloc[0].tolist()
    assert other == pytest.approx([160_934.4, 321_868.8, "runner"])


def test_a_retired_pair_is_retired_from_the_day_after_its_last() -> None:
    shoes = shoes_of({"shoe_id": "blue", "start": 0, "retired": 9})
    wear = wear_of(("a", "blue", 0, 900_000.0), ("a", "blue", 9, 1.0), ("a", "", 20, 1.0))
    assert shoe_alerts(wear, shoes, on=day(9))["status"].item() == "replace"
    assert shoe_alerts(wear, shoes, on=day(10))["status"].item() == "retired"
    assert shoe_alerts(wear, shoes)["replace_on"].item() == day(0), "a day that has passed stays"


def test_a_pair_worn_after_its_last_day_is_still_in_use_and_that_is_said() -> None:
    shoes = shoes_of({"shoe_id": "blue", "start": 2, "retired": 9})
    wear = wear_of(*(("a", "blue", number, 1000.0) for number in (1, 2, 9, 10)))
    alerts = shoe_alerts(wear, shoes)
    assert alerts[["status", "outside_days"]].to_numpy().tolist() == [["ok", 2]]
    assert shoe_alerts(wear, shoes, on=day(9))["outside_days"].item() == 1


def test_a_pair_that_is_taken_up_again_is_in_use_again() -> None:
    shoes = shoes_of({"shoe_id": "blue", "retired": 9}, {"shoe_id": "blue", "start": 20, "retired": 29})
    wear = wear_of(*(("a", "blue", number, 1000.0) for number in (5, 22)), ("a", "", 40, 1.0))
    states = [shoe_alerts(wear, shoes, on=day(number))["status"].item() for number in (9, 15, 20, 29, 30)]
    assert states == ["ok", "retired", "ok", "ok", "retired"]
    assert shoe_alerts(wear, shoes)["outside_days"].item() == 0


def test_a_pair_that_was_never_worn_is_listed_from_its_first_day_of_use() -> None:
    shoes = shoes_of({"shoe_id": "new", "start": 5, "start_distance_m": 500_000.0, "name": "New"})
    wear = wear_of(("a", "", 0, 1000.0), ("b", "", 9, 1000.0))
    alert = ALERTS.check(shoe_alerts(wear, shoes))
    assert alert[["athlete_id", "status", "total_m", "watch_on"]].to_numpy().tolist() == [["b", "watch", 5e5, day(5)]]
    assert alert["days_since_new"].item() == 4
    assert alert[["first_worn", "last_worn", "replace_on"]].isna().all(axis=None)
    assert shoe_alerts(wear, shoes, on=day(4)).empty


def test_dates_by_hand() -> None:
    """Weekly 70, 50, 90 and 70 km: a mean of 70 km, and an interval of 3.182 times 16.33 km over 2."""
    weekly = [70_000.0, 50_000.0, 90_000.0, 70_000.0]
    wear = wear_of(*(("a", "blue", 7 * number, metres) for number, metres in enumerate([*([70_000.0] * 3), *weekly])))
    on = day(7 * 7 - 1)
    alert = shoe_alerts(wear, on=on).iloc[0]
    assert alert["total_m"] == 490_000
    assert alert["recent_m_per_day"] == 10_000
    assert alert["watch_on"] == day(42), "the seventh run brings 420 to 490 km"
    assert alert["replace_on"] == on + 32 * DAY, "314.672 km left at 10 km a day"
    half_m = T_3 * math.sqrt((0 + 20_000**2 + 20_000**2 + 0) / 3) / 2
    assert alert["replace_from"] == on + math.ceil(314_672 / ((70_000 + half_m) / 7)) * DAY
    assert alert["replace_until"] == on + math.ceil(314_672 / ((70_000 - half_m) / 7)) * DAY


def test_a_pair_at_its_second_limit_passes_it_tomorrow_at_the_earliest() -> None:
    alert = shoe_alerts(wear_of(("a", "blue", 0, 804_672.0))).iloc[0]
    assert (alert["status"], alert["replace_on"]) == ("watch", day(1))


def test_the_interval_is_open_where_the_rate_may_be_none() -> None:
    wear = wear_of(*(("a", "blue", 7 * number, metres) for number, metres in enumerate([1e3, 1e3, 60e3, 1e3, 70e3])))
    alert = shoe_alerts(wear, on=day(34)).iloc[0]
    assert alert["replace_from"] < alert["replace_on"]
    assert alert["replace_until"] is pd.NaT


def test_a_new_pair_has_the_rate_of_its_whole_weeks_and_of_one_at_least() -> None:
    rows = [("a", "old", 0, 1.0), ("a", "new", 40, 14_000.0), ("a", "new", 48, 7000.0), ("a", "new", 54, 7000.0)]
    wear = wear_of(*rows)

    def rate(number: int) -> float:
        return shoe_alerts(wear, on=day(number)).set_index("shoe_id").loc["new", "recent_m_per_day"]

    assert rate(40) == rate(46) == rate(52) + 1000 == 2000, "one week, which ends with the day asked for"
    assert rate(53) == (14_000 + 7000) / 14
    assert rate(54) == (7000 + 7000) / 14, "the weeks end with the day: the first run is 14 days back"
    first = shoe_alerts(wear, on=day(52)).set_index("shoe_id").loc["new"]
    assert first[["replace_from", "replace_until"]].isna().all(), "one week has no spread"


def test_what_is_not_worn_lately_is_not_projected_nor_what_lies_too_far_ahead() -> None:
    wear = wear_of(("a", "blue", 0, 300_000.0), ("a", "red", 27, 100.0), ("a", "", 28, 1.0))
    alerts = shoe_alerts(wear)
    assert alerts["recent_m_per_day"].tolist() == [0, 100 / 7]
    assert alerts[["watch_on", "replace_on", "replace_from", "replace_until"]].isna().all(axis=None)


def test_a_limit_that_the_pair_came_with_was_reached_on_its_first_day() -> None:
    told = {"shoe_id": "blue", "start_distance_m": 900_000.0}
    wear = wear_of(("a", "blue", 8, 1000.0)).assign(total_m=901_000.0)
    known = shoe_alerts(wear, shoes_of(told | {"start": 3})).iloc[0]
    assert known[["status", "watch_on", "replace_on"]].tolist() == ["replace", day(3), day(3)]
    unknown = shoe_alerts(wear, shoes_of(told)).iloc[0]
    assert unknown[["status", "watch_on", "replace_on"]].tolist() == ["replace", pd.NaT, pd.NaT]


def test_days_since_a_new_pair_and_what_is_not_known() -> None:
    wear = wear_of(("a", "blue", 5, 1000.0), ("a", "blue", 8, NAN), ("a", "red", 6, NAN), unknown=(1, 2))
    shoes = shoes_of({"shoe_id": "blue", "start": -10, "start_distance_m": 0.0}, {"shoe_id": "red", "start": 7})
    alerts = shoe_alerts(WEAR.check(wear), shoes)
    assert alerts["days_since_new"].tolist() == [18, 2]
    assert alerts["unknown_runs"].tolist() == [1, 1]
    assert alerts["start_known"].tolist() == [True, False]
    assert alerts["total_m"].tolist() == [1000, 0]
    assert alerts["first_worn"].tolist() == [day(5), day(6)]
    assert alerts["last_worn"].tolist() == [day(8), day(6)]


def test_nothing_worn_nothing_to_say() -> None:
    for wear in (WEAR.empty(), wear_of(("a", "", 0, 1000.0))):
        alerts = shoe_alerts(wear)
        assert ALERTS.check(alerts).empty
        assert list(alerts.columns[-2:]) == ["outside_days", "start_known"]
    assert shoe_alerts(wear_of(("a", "blue", 5, 1.0)), on="2026-01-05").empty
    assert len(shoe_alerts(wear_of(("a", "blue", 5, 1.0)), on="2026-01-06")) == 1


def test_errors_name_what_is_needed() -> None:
    wear = wear_of(("a", "blue", 0, 1000.0))
    for watch, replace in ((0, 500), (500, 300), (300, math.inf), (math.nan, 500)):
        with pytest.raises(ValueError, match="ascending distances above 0 are needed"):
            shoe_alerts(wear, watch_mi=watch, replace_mi=replace)
    for days in (0, 6, 30):
        with pytest.raises(ValueError, match=f"recent_days is {days}; whole weeks are needed, such as 28"):
            shoe_alerts(wear, recent_days=days)
    with pytest.raises(SchemaError, match="Wear: column 'total_m' is missing"):
        shoe_alerts(wear.drop(columns="total_m"))


logs = st.lists(
    st.tuples(st.sampled_from(["", "p0", "p1"]), st.integers(0, 80), st.integers(0, 200_000).map(float)),
    max_size=12,
    unique_by=lambda row: row[:2],
).map(lambda rows: sorted(rows, key=lambda row: row[1]))


@pytest.mark.slow
@settings(max_examples=1000)
@given(logs, st.integers(0, 80), st.integers(0, 80) | st.just(pd.NaT), st.randoms(use_true_random=False))
def test_alerts_use_no_later_day_and_dates_passed_are_those_of_a_loop(
    rows: list[tuple[str, int, float]], on: int, retired: int, random: st.DataObject
) -> None:
    """One log stands beside its own past as that of another athlete, both in any order."""
    past = [row for row in rows if row[1] <= on]
    wear = wear_of(*(("whole", *row) for row in rows), *(("past", *row) for row in past))
    order = list(range(len(wear)))
    random.shuffle(order)  # type: ignore[attr-defined]  # it is a random.Random
    shoes = shoes_of({"shoe_id": "p0", "retired": retired}, {"shoe_id": "p2", "start": 40})
    alerts = shoe_alerts(wear.iloc[order], shoes, on=day(on))
    whole, alone = (alerts[alerts["athlete_id"] == name].drop(columns="athlete_id") for name in ("whole", "past"))
    pd.testing.assert_frame_equal(whole.reset_index(drop=True), alone.reset_index(drop=True), check_exact=True)
    for alert in alone.to_dict("records"):
        own = [(when, metres) for pair, when, metres in past if pair == alert["shoe_id"]]
        totals = list(accumulate(metres for _, metres in own))
        passed = [when for (when, _), total in zip(own, totals, strict=True) if total > 804_672]
        if passed:
            assert alert["replace_on"] == alert["replace_from"] == alert["replace_until"] == day(passed[0])
        elif alert["replace_on"] is not pd.NaT:
            assert alert["replace_on"] > day(on)
            assert alert["replace_from"] is pd.NaT or alert["replace_from"] <= alert["replace_on"]
            assert alert["replace_until"] is pd.NaT or alert["replace_until"] >= alert["replace_on"]
        weeks = min(4, max(1, (on - own[0][0] + 1) // 7)) if own else 1
        recent = sum(metres for when, metres in own if on - when < 7 * weeks)
        assert alert["recent_m_per_day"] == pytest.approx(recent / (7 * weeks), rel=1e-12)


def test_the_interval_holds_the_rate_as_often_as_it_says() -> None:
    """Oracle: the definition of a 95 % interval, on weeks that are independent draws."""
    rng = np.random.default_rng(11)
    runners, weeks = 2000, 4
    weekly = rng.normal(50_000, 10_000, (runners, weeks))
    rows = [
        (f"r{runner:04d}", "blue", 7 * week, weekly[runner, week]) for runner in range(runners) for week in range(weeks)
    ]
    alerts = shoe_alerts(wear_of(*rows), on=day(27), watch_mi=1, replace_mi=2000)
    left = alerts["replace_m"] - alerts["total_m"]
    true_day = day(27) + pd.to_timedelta(np.ceil(left / (50_000 / 7)), unit="D")
    held = (alerts["replace_from"] <= true_day) & (
        (true_day <= alerts["replace_until"]) | alerts["replace_until"].isna()
    )
    assert held.mean() == pytest.approx(0.95, abs=0.015)
