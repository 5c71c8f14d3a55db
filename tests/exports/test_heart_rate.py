"""Heart rates that were kept apart, against a plain search for the last one before each sample."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import gpx, gpx_point

from stressfx.activity.intensity import intensity_frame
from stressfx.exports.heart_rate import heart_rate_records, heart_rate_totals, with_heart_rate
from stressfx.exports.told import HeartRate
from stressfx.io.read import read_activity
from stressfx.schema import RECORDS

FROM = np.datetime64("2025-01-01T10:00:00", "us")


def beats(seconds: list[int], values: list[float]) -> HeartRate:
    return HeartRate(FROM + np.array(seconds, "timedelta64[s]").astype("timedelta64[us]"), np.array(values, float))


@given(st.lists(st.integers(0, 300), unique=True, max_size=40), st.lists(st.integers(0, 300), min_size=1, max_size=40))
def test_a_sample_takes_the_last_heart_rate_of_the_ten_seconds_before_it(known: list[int], asked: list[int]) -> None:
    heart_rate = beats(sorted(known), [60.0 + second % 100 for second in sorted(known)])
    records = read_activity(gpx([gpx_point(second) for second in asked])).records
    filled = RECORDS.check(with_heart_rate(records, heart_rate))["heart_rate_bpm"].tolist()
    expected = [max((second for second in known if at - 10 <= second <= at), default=None) for at in asked]
    assert [None if np.isnan(value) else value for value in filled] == [
        None if second is None else 60.0 + second % 100 for second in expected
    ]


def test_a_recording_with_heart_rates_of_its_own_keeps_them() -> None:
    records = read_activity(gpx([gpx_point(0, "<hr>99</hr>"), gpx_point(5)])).records
    assert with_heart_rate(records, beats([0, 5], [120, 120])) is records


def test_totals_are_weighted_by_time_and_what_no_heart_does_is_left_out() -> None:
    """120 for 10 s up to the middle of the next step, 140 for the rest; 250 is none."""
    totals, bins = heart_rate_totals(beats([0, 10, 20, 30], [120, 120, 140, 250]), 100.0, "a")
    assert totals["heart_rate_max_bpm"] == 140
    assert totals["heart_rate_mean_bpm"] == pytest.approx((120 * 10 + 130 * 10 + 140 * 10) / 30)
    assert totals["heart_rate_coverage"] == pytest.approx(0.3)
    assert intensity_frame(bins)[["value", "timer_s"]].to_numpy().tolist() == [[120, 10], [130, 10], [140, 10]]
    assert heart_rate_totals(beats([0], [250]), 100.0, "a") == ({}, [])
    alone, _ = heart_rate_totals(beats([0], [100]), 0.0, "a")
    assert alone["heart_rate_mean_bpm"] == 100
    assert np.isnan(alone["heart_rate_coverage"])


def test_heart_rates_alone_are_records() -> None:
    records = RECORDS.check(heart_rate_records(beats([0, 5], [100, 101])))
    assert records["heart_rate_bpm"].tolist() == [100, 101]
    assert records["time"].tolist() == [pd.Timestamp(FROM, tz="UTC"), pd.Timestamp(FROM, tz="UTC") + pd.Timedelta("5s")]
    assert records[["latitude_deg", "distance_m", "speed_mps"]].isna().all(axis=None)
