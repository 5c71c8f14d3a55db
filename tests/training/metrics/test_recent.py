"""Weekly change and the largest load against hand arithmetic, pandas, the package acwr 0.1.1 and a plain loop."""

import acwr as other
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from made_days import NAN, any_loads, broken_loads, days_of, observed_loads

from stressfx.training.metrics.recent import largest_load, weekly_change


def test_ten_per_cent_by_hand() -> None:
    change = weekly_change(days_of([5.0, 0, 10, 0, 5, 0, 20, 0, 12, 0, 8, 0, 0, 24]))
    assert change.isna().tolist() == [True] * 13 + [False]
    assert change.iloc[-1] == pytest.approx(10, rel=1e-12)  # 40, then 44
    assert change.name == "weekly_change"


def change_by_a_loop(loads: npt.NDArray[np.float64]) -> list[float]:
    known, weeks, changes = np.flatnonzero(~np.isnan(loads)), [], []
    for day in range(len(loads)):
        age = day - known[0] + 1 if len(known) and day >= known[0] else 0
        last, before = loads[max(day - 6, 0) : day + 1], loads[max(day - 13, 0) : max(day - 6, 0)]
        weeks.append(float(np.nanmean(last)) if age >= 7 and np.isnan(last).sum() <= 1 else NAN)
        changes.append(NAN)
        if age < 14 or np.isnan([*last, *before]).sum() > 1:
            continue
        earlier = float(np.nanmean(before))
        past = [week for week in weeks[: day - 6] if not np.isnan(week)]
        if earlier > 0 and earlier >= 0.05 * np.median(past):
            changes[-1] = 100 * (float(np.nanmean(last)) / earlier - 1)
    return changes


@given(any_loads | broken_loads | observed_loads)
@settings(max_examples=1000)
def test_agreement_with_a_loop_over_days(loads: npt.NDArray[np.float64]) -> None:
    np.testing.assert_allclose(weekly_change(days_of(loads)), change_by_a_loop(loads), rtol=1e-9, atol=1e-9)


@given(observed_loads)
@settings(max_examples=300)
def test_weekly_change_agrees_with_the_package_acwr(loads: npt.NDArray[np.float64]) -> None:
    """Where the week before was not next to nothing."""
    load = days_of(loads)
    ours, expected = weekly_change(load), other.week_to_week_change(load)
    given_by_both = ours.notna()
    np.testing.assert_allclose(ours[given_by_both], expected[given_by_both], rtol=1e-9, atol=1e-9)
    assert not (ours.isna() & (expected < 100)).any()


def test_after_a_break_there_is_no_week_to_compare_with_until_there_is_one() -> None:
    """Weeks of 70, three of rest, one short jog, then runs again: 3 is below 5 % of 70, and 4 is not."""
    for jog, given_again in ((3.0, False), (4.0, True)):
        loads = [10.0] * 70 + [0.0] * 21 + [0.0] * 6 + [jog] + [10.0] * 14
        change = weekly_change(days_of(loads))
        assert np.isnan(change.iloc[90])  # rest after rest
        assert change.iloc[76] == -100  # rest after a week of 70
        assert (not np.isnan(change.iloc[104])) == given_again
        assert change.iloc[111] == pytest.approx(0)


def test_what_is_next_to_nothing_is_told_by_the_weeks_so_far() -> None:
    """A beginner's week of 3 is a week; that later weeks are of 700 does not take it away."""
    loads = np.array([0.0] * 6 + [3.0] + [1.0] * 7 + [100.0] * 70)
    change = weekly_change(days_of(loads))
    assert change.iloc[13] == pytest.approx(100 * (7 - 3) / 3)


def test_one_day_of_fourteen_may_be_missing() -> None:
    loads = np.array([5.0] * 7 + [6.0] * 7)
    loads[9] = NAN
    assert weekly_change(days_of(loads)).iloc[-1] == pytest.approx(20)
    loads[2] = NAN
    assert np.isnan(weekly_change(days_of(loads)).iloc[-1])
    assert weekly_change(days_of(loads), max_missing=0.2).iloc[-1] == pytest.approx(20)


@given(observed_loads)
@settings(max_examples=300)
def test_largest_load_agrees_with_pandas(loads: npt.NDArray[np.float64]) -> None:
    load = days_of(loads)
    for days in (1, 2, 7, 30, 33):
        np.testing.assert_array_equal(largest_load(load, days=days), load.rolling(days).max())


def test_seven_days_of_thirty_may_be_missing() -> None:
    loads = np.array([9.0, *[5.0] * 29])
    loads[3:10] = NAN
    assert largest_load(days_of(loads)).iloc[-1] == 9
    loads[10] = NAN
    assert np.isnan(largest_load(days_of(loads)).iloc[-1])


def test_errors_name_what_is_needed() -> None:
    with pytest.raises(ValueError, match="days is 0; a whole number of days, 1 or more, is needed"):
        weekly_change(days_of([1.0]), days=0)
    with pytest.raises(ValueError, match=r"max_missing is -0.1; a share from 0 to less than 1 is needed"):
        weekly_change(days_of([1.0]), max_missing=-0.1)
    with pytest.raises(ValueError, match="days is -3"):
        largest_load(days_of([1.0]), days=-3)
