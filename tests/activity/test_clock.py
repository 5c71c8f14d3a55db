"""Oracle: arithmetic by hand on small runs whose clock was set, each after one that users reported."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from made_run import START, activity, records

from stressfx.activity.summary import summarized
from stressfx.io.activity import Activity

NAN = math.nan
HOUR, DAY = 3600.0, 86_400.0
MINUTE = list(range(61))


def run(seconds: Sequence[float], segment: int | Sequence[int] = 0, **told: float | str) -> Activity:
    """Run at 3 m/s for as long as there are samples, whatever their times say; one second from each to the next."""
    rows = records(seconds, segment, distance_m=[3.0 * n for n in range(len(seconds))], speed_mps=3.0)
    return activity(rows, **told)  # type: ignore[arg-type]  # one of the names is that of the format


def row(made: Activity) -> tuple[dict[str, float], dict[str, int]]:
    """Give times of the only session, start and end in seconds after the usual start, and the findings on time."""
    rows, _, findings = summarized(made)
    times = {name: rows[0][name] for name in ("elapsed_s", "timer_s", "moving_s")}
    for name in ("start", "end"):
        times[name] = (rows[0][name] - START).total_seconds()
    return times, {f.code: f.count for f in findings if f.code in {"clock-changed", "recording-gap"}}


def expected(elapsed: float, timer: float, moving: float, start: float, end: float) -> dict[str, object]:
    names = ("elapsed_s", "timer_s", "moving_s", "start", "end")
    return {name: pytest.approx(value) for name, value in zip(names, (elapsed, timer, moving, start, end), strict=True)}


def test_a_sound_clock_is_not_touched() -> None:
    assert row(run(MINUTE)) == (expected(60, 60, 60, 0, 60), {})
    assert row(run(MINUTE, timer_s=58.0, elapsed_s=70.0, file_format="fit")) == (expected(70, 58, 60, 0, 60), {})


@pytest.mark.parametrize("file_format", ["fit", "gpx"])
def test_row_15_samples_six_days_old_are_no_time(file_format: str) -> None:
    """Two samples of an app's last session, one second apart, then a run of a minute: 61 s were recorded."""
    made = run([-6 * DAY, -6 * DAY + 1, *MINUTE], file_format=file_format, elapsed_s=6 * DAY + 60)
    assert row(made) == (expected(61, 61, 61, 0, 60), {"clock-changed": 1})
    _, _, findings = summarized(made)
    message = next(finding.message for finding in findings if finding.code == "clock-changed")
    assert "144.0 h" in message  # six days


@pytest.mark.parametrize("told", [{}, {"timer_s": 1168 * HOUR + 60}, {"timer_s": 61.0}])
def test_row_16_a_clock_corrected_on_the_way_makes_no_run_of_1168_hours(told: dict[str, float]) -> None:
    seconds = [*range(21), *(1168 * HOUR + second for second in range(21, 62))]
    made = run(seconds, file_format="fit", elapsed_s=1168 * HOUR + 61, **told)
    timer = 61 if told.get("timer_s") == 61 else 60
    assert row(made) == (expected(60, timer, 60, 1168 * HOUR + 21, 1168 * HOUR + 61), {"clock-changed": 1})


def test_row_14_a_clock_set_after_the_first_samples() -> None:
    """Forty samples of 1989 and then twenty of the right date: the right date is believed, though it has fewer."""
    before = (pd.Timestamp("1989-12-31", tz="UTC") - START).total_seconds()
    made = run([*(before + second for second in range(40)), *range(20)])
    assert row(made) == (expected(39 + 19, 39 + 19, 58, 0, 19), {"clock-changed": 1})


def test_one_sample_of_another_century_costs_two_seconds() -> None:
    seconds = [*range(30), 2.0e9, *range(31, 61)]
    assert row(run(seconds)) == (expected(58, 58, 58, 0, 60), {"clock-changed": 2})


def test_a_clock_set_two_hours_ahead_is_told_by_the_devices_own_elapsed_time() -> None:
    seconds = [*range(31), *(2 * HOUR + second for second in range(31, 61))]
    times, found = row(run(seconds, file_format="fit", elapsed_s=60.0, timer_s=60.0))
    assert (times["elapsed_s"], times["timer_s"], found) == (60, 60, {"clock-changed": 1})
    times, found = row(run(seconds, file_format="fit", elapsed_s=2 * HOUR + 60, timer_s=60.0))
    assert (times["elapsed_s"], times["timer_s"], found) == (2 * HOUR + 60, 60, {"recording-gap": 1})


def test_a_long_stop_that_no_file_marks_is_elapsed_time_alone() -> None:
    """A GPX file whose program wrote no pause: an hour and a half of lunch."""
    seconds = [*range(31), *(1.5 * HOUR + second for second in range(31, 61))]
    times, found = row(run(seconds))
    assert (times["elapsed_s"], times["timer_s"], times["moving_s"]) == (1.5 * HOUR + 60, 59, 59)
    assert found == {"recording-gap": 1}


def test_a_pause_of_hours_is_a_pause() -> None:
    """A ride split over a day: 14 h elapsed, and no more of it recorded than there was."""
    seconds = [*range(31), *(14 * HOUR + second for second in range(31, 61))]
    segment = [0] * 31 + [1] * 30
    assert row(run(seconds, segment)) == (expected(14 * HOUR + 60, 59, 59, 0, 14 * HOUR + 60), {})


def test_a_pause_of_more_than_a_day_is_left_out_and_said() -> None:
    seconds = [*range(31), *(2 * DAY + second for second in range(31, 60))]
    times, found = row(run(seconds, [0] * 31 + [1] * 29))
    assert (times["elapsed_s"], times["start"], times["end"], found) == (58, 0, 30, {"clock-changed": 1})


def test_a_clock_set_back_loses_nothing() -> None:
    """By half an hour after 30 s: the run lasts 30 + 29 s; it started when its first sample says."""
    seconds = [*range(31), *(second - 1800 for second in range(31, 61))]
    assert row(run(seconds)) == (expected(59, 59, 59, 0, 30), {"clock-changed": 1})
    _, found = row(run([0, 1, 3, 2, 4]))
    assert found == {}  # out of order by a second, and no clock set


def test_what_the_device_sums_up_is_not_believed_against_its_samples() -> None:
    times, found = row(run(MINUTE, file_format="fit", elapsed_s=1168 * HOUR, timer_s=60.0))
    assert (times, found) == (expected(60, 60, 60, 0, 60), {"clock-changed": 1})
    early = START - pd.Timedelta(days=6)
    times, found = row(run(MINUTE, file_format="fit", start=early, elapsed_s=60.0))  # type: ignore[arg-type]  # a time
    assert (times, found) == (expected(60, 60, 60, 0, 60), {"clock-changed": 1})


def test_without_samples_the_timer_is_believed_against_an_elapsed_time_of_weeks() -> None:
    """A session that somebody typed in, or whose samples are lost."""
    told = {"start": START, "end": START + pd.Timedelta(hours=1168), "elapsed_s": 1168 * HOUR, "timer_s": 1800.0}
    rows, _, findings = summarized(activity(records([]), file_format="fit", distance_m=5000.0, **told))  # type: ignore[arg-type]  # times
    assert (rows[0]["elapsed_s"], rows[0]["end"]) == (1800, START + pd.Timedelta(minutes=30))
    assert {"clock-changed", "no-records"} <= {finding.code for finding in findings}
    told["elapsed_s"] = 2000.0
    told["end"] = START + pd.Timedelta(seconds=2000)
    rows, _, _ = summarized(activity(records([]), file_format="fit", distance_m=5000.0, **told))  # type: ignore[arg-type]  # times
    assert rows[0]["elapsed_s"] == 2000
    told |= {"elapsed_s": 9e15, "timer_s": 1e15}
    rows, _, _ = summarized(activity(records([]), file_format="fit", **told))  # type: ignore[arg-type]  # times
    assert (rows[0]["start"], rows[0]["elapsed_s"]) == (START, 1e15)
    assert pd.isna(rows[0]["end"])


def test_times_since_the_device_was_switched_on_last_as_long_as_dates() -> None:
    rows = records(
        [NAN] * 61, relative_time_s=np.arange(12.0, 73.0).tolist(), distance_m=(3.0 * np.arange(61)).tolist()
    )
    found, _, _ = summarized(activity(rows, file_format="fit"))
    assert (found[0]["elapsed_s"], found[0]["timer_s"], found[0]["distance_m"]) == (60, 60, 180)
    assert pd.isna(found[0]["start"])
