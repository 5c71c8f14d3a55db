"""Oracle: scores worked by hand to their printed digits; for records, the same sum over a histogram of heart rates."""

import math
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import records, steady

from stressfx.activity.effort.impulse import Impulse, trimp_of
from stressfx.activity.effort.trimp import heart_rate_max_estimate, hrss, session_rpe, trimp
from stressfx.activity.samples import Samples, samples_of
from stressfx.errors import DataQualityWarning

NAN = math.nan
MALE = Impulse(hr_rest_bpm=60, hr_max_bpm=190, sex="male")
BLANK = samples_of(records(range(25)))


def test_trimp_of_records_is_that_of_the_time_at_each_heart_rate() -> None:
    rows = records([0, 1, 3, 4], heart_rate_bpm=[140, 150, 150, 161])
    assert trimp(rows, **MALE) == pytest.approx(trimp_of([145, 150, 155.5], [1, 2, 1], **MALE), rel=1e-12)
    lucia = trimp(rows, method="lucia", first_threshold_bpm=146, second_threshold_bpm=155)
    assert lucia == pytest.approx((1 * 1 + 2 * 2 + 3 * 1) / 60, rel=1e-12)


def test_an_hour_of_records_at_150_reproduces_the_oracle() -> None:
    assert trimp(steady(3600).assign(heart_rate_bpm=150.0), **MALE) == pytest.approx(100.4403, abs=5e-5)


def test_a_pause_adds_nothing() -> None:
    rows = records([0, 60, 4000, 4060], [0, 0, 1, 1], heart_rate_bpm=150)
    assert math.isnan(quiet(rows))  # over gaps of more than 10 s the heart rate is not known
    seconds = [*range(61), *range(4000, 4061)]
    rows = records(seconds, [0] * 61 + [1] * 61, heart_rate_bpm=150)
    assert trimp(rows, **MALE) == pytest.approx(trimp_of(150, 120, **MALE), rel=1e-12)


def quiet(rows: pd.DataFrame | Samples, **further: float) -> float:
    """Impulse without its warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        return trimp(rows, **MALE, **further)


def test_below_the_coverage_there_is_no_impulse_and_a_warning_at_the_call() -> None:
    """Of 100 s the heart rate is known over 79, and over 80."""
    known = np.where(np.arange(101) < 80, 150.0, NAN)
    rows = records(range(101), heart_rate_bpm=known.tolist())
    assert trimp(rows, **MALE) == pytest.approx(trimp_of(150, 80, **MALE), rel=1e-12)
    known[79] = NAN
    rows = records(range(101), heart_rate_bpm=known.tolist())
    with pytest.warns(DataQualityWarning, match="known for 79% of the recorded time; 80% is needed") as caught:
        assert math.isnan(trimp(rows, **MALE))
    assert caught[0].filename == __file__
    assert trimp(rows, **MALE, minimum_coverage=0.75) == pytest.approx(trimp_of(150, 79, **MALE), rel=1e-12)


@pytest.mark.parametrize("seconds", [[], [0], [0, 1, 2]])
def test_without_a_heart_rate_there_is_no_impulse(seconds: list[float]) -> None:
    with pytest.warns(DataQualityWarning, match="no time at all" if len(seconds) < 2 else "0% of the recorded"):
        assert math.isnan(trimp(records(seconds), **MALE))


def test_heart_rates_that_no_heart_has_are_no_coverage() -> None:
    rows = records(range(101), heart_rate_bpm=[150.0] * 70 + [20.0] * 31)
    assert math.isnan(quiet(rows))
    spike = records(range(101), heart_rate_bpm=[150.0] * 50 + [200.0] + [150.0] * 50)
    assert quiet(spike) == pytest.approx(trimp_of(150, 98, **MALE), rel=1e-12)  # 50 bpm within a second


def test_a_choice_is_asked_for_before_the_coverage_is_looked_at() -> None:
    with pytest.raises(ValueError, match="sex has to be 'female' or 'male'"):
        trimp(records([]), hr_rest_bpm=60, hr_max_bpm=190)


@settings(max_examples=1000)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(100, 190)), min_size=2, max_size=25), st.data())
def test_trimp_of_a_session_split_at_any_sample_is_that_of_the_whole(
    samples: list[tuple[int, int]], data: st.DataObject
) -> None:
    steps, heart_rate = np.array(samples, float).T
    whole = replace(BLANK.where(np.arange(len(steps))), seconds=np.cumsum(steps), heart_rate_bpm=heart_rate)
    cut = data.draw(st.integers(0, len(whole) - 1))
    parts = [whole.where(np.arange(cut + 1)), whole.where(np.arange(cut, len(whole)))]
    in_parts = [quiet(part, minimum_coverage=0.0) for part in parts]
    assert np.nansum(in_parts) == pytest.approx(np.nan_to_num(quiet(whole, minimum_coverage=0.0)), rel=1e-9, abs=1e-12)


@settings(max_examples=100)
@given(st.integers(90, 170), st.integers(0, 15), st.integers(60, 400))
def test_trimp_of_every_fifth_second_is_within_one_per_cent(middle: int, sway: int, period: int) -> None:
    after = np.arange(0, 1201)
    heart_rate = np.round(middle + sway * np.sin(2 * np.pi * after / period))
    rows = records(after.tolist(), heart_rate_bpm=heart_rate.tolist())
    every = rows.iloc[::5].reset_index(drop=True)
    assert trimp(every, **MALE) == pytest.approx(trimp(rows, **MALE), rel=0.01)


def test_hrss_of_45_minutes_at_150_with_a_threshold_of_170() -> None:
    impulse = trimp_of(150, 45 * 60, **MALE)
    assert hrss(impulse, threshold_bpm=170, **MALE) == pytest.approx(45.670, abs=5e-4)
    assert hrss(trimp_of(170, 3600, **MALE), threshold_bpm=170, **MALE) == pytest.approx(100, rel=1e-12)


def test_hrss_of_many_sessions_keeps_what_is_missing() -> None:
    impulses = pd.Series([trimp_of(170, 1800, **MALE), NAN, 0.0], index=[4, 2, 9])
    pd.testing.assert_series_equal(
        hrss(impulses, threshold_bpm=170, **MALE), pd.Series([50.0, NAN, 0.0], index=[4, 2, 9])
    )


@pytest.mark.parametrize("threshold", [60, 40, NAN])
def test_hrss_needs_a_threshold_above_rest(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold_bpm has to be a heart rate above rest"):
        hrss(50.0, threshold_bpm=threshold, **MALE)


def test_session_rpe_of_50_minutes_at_6_is_300() -> None:
    assert session_rpe(6.0, 50 * 60.0) == 300
    assert session_rpe(np.array([0.0, NAN, 10.0]), 600.0)[[0, 2]].tolist() == [0, 100]
    ratings, seconds = pd.Series([6.0, NAN, 3.0]), pd.Series([3000.0, 600.0, NAN])
    pd.testing.assert_series_equal(session_rpe(ratings, seconds), pd.Series([300.0, NAN, NAN]))


def test_no_session_lasts_for_less_than_no_time() -> None:
    with pytest.raises(ValueError, match="duration_s must not be negative"):
        session_rpe(5.0, -60.0)


@pytest.mark.parametrize("rating", [-0.1, 10.1, 13])
def test_a_rating_on_another_scale_is_refused(rating: float) -> None:
    with pytest.raises(ValueError, match="outside 0 to 10"):
        session_rpe(pd.Series([5.0, rating]), 60.0)


def test_the_estimate_of_the_highest_heart_rate() -> None:
    """By hand: 208 - 0.7 x 20 = 194."""
    assert heart_rate_max_estimate(20.0) == 194
