"""Oracle: by hand, and a loop over the samples that keeps the latest time so far."""

import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from made_run import START, records

from stressfx.activity.samples import OUT_OF_ORDER_S, samples_of

NAN = math.nan
ticks = st.one_of(st.integers(-40, 40).map(float), st.just(NAN))


def test_samples_are_the_columns_of_the_records() -> None:
    rows = records([0, 1.5, NAN], [0, 0, 1], altitude_m=[5, 6, NAN], cadence_rpm=80)
    samples = samples_of(rows)
    assert len(samples) == 3
    assert samples.time.tolist()[:2] == [START.tz_localize(None), START.tz_localize(None) + pd.Timedelta("1.5s")]
    assert np.isnat(samples.time[2])
    np.testing.assert_array_equal(samples.seconds - START.timestamp(), [0, 1.5, NAN])
    np.testing.assert_array_equal(samples.altitude_m, [5, 6, NAN])
    assert (samples.segment.tolist(), samples.cadence_rpm.tolist()) == ([0, 0, 1], [80, 80, 80])
    assert samples.horizontal_accuracy_m is None
    assert samples_of(samples) is samples


def test_times_since_the_device_was_switched_on_are_seconds_too() -> None:
    rows = records([NAN, NAN, NAN], relative_time_s=[12, 13, NAN])
    np.testing.assert_array_equal(samples_of(rows).seconds, [12, 13, NAN])


def test_some_of_the_samples() -> None:
    samples = samples_of(records(range(4), speed_mps=[1, 2, 3, 4], horizontal_accuracy_m=[4, 3, 2, 1]))
    some = samples.where(np.array([True, False, False, True]))
    assert some.speed_mps.tolist() == [1, 4]
    assert some.horizontal_accuracy_m is not None
    assert some.horizontal_accuracy_m.tolist() == [4, 1]
    assert (some.seconds - START.timestamp()).tolist() == [0, 3]


def test_a_clock_that_nearly_always_stands_has_no_resolution() -> None:
    """Of ten samples eight have the time of the one before, or all nine that have one before."""
    assert samples_of(records([*[0] * 9, 1])).resolution_s == 1
    assert samples_of(records([0] * 10)).resolution_s == math.inf


@given(st.lists(ticks, min_size=1, max_size=30))
def test_the_latest_time_so_far(steps: list[float]) -> None:
    seconds = np.where(np.isnan(steps), NAN, 1000 + np.nancumsum(steps))
    samples = samples_of(records(seconds.tolist()))
    latest, before, expected = -math.inf, -math.inf, []
    for second in seconds.tolist():
        if not math.isnan(second):
            latest = second if second < before - OUT_OF_ORDER_S else max(latest, second)
            before = second
        expected.append(NAN if math.isnan(second) else latest)
    np.testing.assert_array_equal(samples.newest_s - START.timestamp(), expected)
    late = [False] * len(seconds) if samples.late is None else samples.late.tolist()
    assert late == (seconds < np.array(expected)).tolist()
