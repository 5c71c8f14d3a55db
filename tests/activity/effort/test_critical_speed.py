"""Oracle: three worked fits to their printed digits, numpy's polyfit, and a search over every start by hundredths."""

import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import records, steady

from stressfx.activity.effort.critical_speed import (
    EFFORT_DISTANCES_M,
    best_efforts,
    critical_speed,
    leg_efforts,
    log_efforts,
)
from stressfx.errors import InsufficientDataError
from stressfx.schema import DTYPES, INTENSITY

NAN = math.nan
TRIALS = pd.DataFrame({"distance_m": [1200.0, 2400.0, 3600.0], "timer_s": [225.0, 480.0, 738.0]})


@pytest.mark.parametrize(
    ("method", "speed", "reserve"),
    [
        ("distance_on_time", 4.678309, 149.733),
        ("time_on_distance", 4.678363, 149.708),
        ("speed_on_inverse_time", 4.687244, 145.843),
    ],
)
def test_critical_speed_of_three_trials(method: str, speed: float, reserve: float) -> None:
    fit = critical_speed(TRIALS, method=method)
    assert fit.critical_speed_mps == pytest.approx(speed, abs=5.1e-7)
    assert fit.d_prime_m == pytest.approx(reserve, abs=5.1e-4)
    assert (fit.method, fit.n) == (method, 3)
    left = TRIALS["distance_m"] - fit.critical_speed_mps * TRIALS["timer_s"] - fit.d_prime_m
    assert fit.residual_m == pytest.approx(math.sqrt((left**2).sum()), rel=1e-9)  # one degree of freedom


def test_the_fit_is_that_of_polyfit() -> None:
    rng = np.random.default_rng(5)
    seconds = np.array([205.0, 320, 540, 690]) + rng.normal(0, 3, 4)
    trials = pd.DataFrame({"distance_m": [1000.0, 1500, 2400, 3000], "timer_s": seconds})
    slope, intercept = np.polyfit(trials["timer_s"], trials["distance_m"], 1)
    fit = critical_speed(trials, method="distance_on_time")
    assert (fit.critical_speed_mps, fit.d_prime_m) == (pytest.approx(slope), pytest.approx(intercept))
    slope, intercept = np.polyfit(trials["distance_m"], trials["timer_s"], 1)
    fit = critical_speed(trials)
    assert (fit.critical_speed_mps, fit.d_prime_m) == (pytest.approx(1 / slope), pytest.approx(-intercept / slope))


def test_it_is_said_what_the_fit_rests_on() -> None:
    fit = critical_speed(TRIALS)
    assert len(fit.notes) == 1
    assert "the true critical speed may be higher" in fit.notes[0]
    two = critical_speed(TRIALS.iloc[[0, 2]])
    assert two.critical_speed_mps == pytest.approx(2400 / 513, rel=1e-12)
    assert math.isnan(two.residual_m)
    assert any("Two trials alone" in note for note in two.notes)
    easy_first = pd.DataFrame({"distance_m": [1200.0, 3600.0], "timer_s": [400.0, 738.0]})
    assert critical_speed(easy_first).d_prime_m < 0
    assert any("D' is negative" in note for note in critical_speed(easy_first).notes)


def test_only_efforts_of_two_to_fifteen_minutes_count() -> None:
    further = pd.DataFrame({"distance_m": [400.0, 5000.0, 1500.0], "timer_s": [60.0, 1100.0, NAN]})
    fit = critical_speed(pd.concat([further, TRIALS]))
    assert fit.trials["distance_m"].tolist() == [1200, 2400, 3600]
    assert fit.critical_speed_mps == critical_speed(TRIALS).critical_speed_mps
    assert critical_speed(pd.concat([TRIALS, further]), longest_s=1100).n == 4
    assert critical_speed(pd.concat([TRIALS, further]), shortest_s=60).n == 4


@pytest.mark.parametrize("rows", [0, 1])
def test_too_few_efforts_are_not_enough(rows: int) -> None:
    with pytest.raises(InsufficientDataError, match=f"{rows} efforts of 120 to 900 s were found; two over different"):
        critical_speed(TRIALS.head(rows))


def test_efforts_that_tell_no_speed_are_not_enough() -> None:
    same = pd.DataFrame({"distance_m": [1200.0, 1200.0], "timer_s": [225.0, 230.0]})
    with pytest.raises(InsufficientDataError, match="two over different distances"):
        critical_speed(same)
    falling = pd.DataFrame({"distance_m": [1200.0, 2400.0, 3600.0], "timer_s": [700.0, 500.0, 300.0]})
    for method in ("time_on_distance", "distance_on_time"):
        with pytest.raises(InsufficientDataError, match="Longer efforts do not take longer"):
            critical_speed(falling, method=method)
    with pytest.raises(ValueError, match="method is 'hyperbola'; one of time_on_distance"):
        critical_speed(TRIALS, method="hyperbola")


def test_the_best_effort_by_hand() -> None:
    """300 m in 100 s, 400 in 100, 300 in 100: the best 500 m begin or end with the fast part."""
    found = best_efforts([0, 300, 700, 1000], [0, 100, 200, 300], [200, 400, 500, 700, 1000, 1000.1])
    assert found[:5] == pytest.approx([50, 100, 100 + 100 / 3, 200, 300])
    assert math.isnan(found[5])


def test_standing_is_no_part_of_the_best_effort_before_and_after() -> None:
    way, seconds = [0, 100, 100, 500, 500, 600], [0, 50, 90, 190, 290, 340]
    assert best_efforts(way, seconds, [400, 500]).tolist() == [100, 190]


@pytest.mark.parametrize(
    ("way", "seconds"),
    [([0, 5, 4], [0, 1, 2]), ([0, 5, 6], [0, 2, 1]), ([0, NAN], [0, 1]), ([0, math.inf], [0, 1]), ([0], [0, 1])],
)
def test_what_falls_or_is_missing_is_refused(way: list[float], seconds: list[float]) -> None:
    with pytest.raises(ValueError, match="neither may fall or be missing"):
        best_efforts(way, seconds)


def test_nothing_has_no_efforts() -> None:
    assert np.isnan(best_efforts([], [])).all()
    assert np.isnan(best_efforts([0], [0])).all()
    for rows in (records([]), records([0]), steady(60), steady(1800).assign(distance_m=NAN, latitude_deg=NAN)):
        assert np.isnan(leg_efforts(rows)).all()
        assert len(leg_efforts(rows)) == len(EFFORT_DISTANCES_M) == 8


strides = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=30)


@settings(max_examples=300)
@given(strides, st.integers(1, 60))
def test_the_best_effort_is_that_of_a_search_over_every_start(steps: list[tuple[int, int]], distance: int) -> None:
    """With whole metres, the best start lies at a sample, or a whole distance before one."""
    gone, took = np.array(steps).T
    way, seconds = np.append(0, np.cumsum(gone)), np.append(0, np.cumsum(took))

    def at(metre: float, *, leaving: bool) -> float:
        """Time at a metre: when the runner leaves it, or first gets there."""
        here = [float(second) for place, second in zip(way, seconds, strict=True) if place == metre]
        if here:
            return max(here) if leaving else min(here)
        after = int(np.argmax(way > metre))
        share = (metre - way[after - 1]) / (way[after] - way[after - 1])
        return float(seconds[after - 1] + share * (seconds[after] - seconds[after - 1]))

    starts = range(int(way[-1]) - distance + 1)
    expected = [at(start + distance, leaving=False) - at(start, leaving=True) for start in starts]
    found = best_efforts(way, seconds, [distance])[0]
    assert found == pytest.approx(min(expected), abs=1e-9) if expected else math.isnan(found)


def test_an_even_run_takes_distance_over_speed() -> None:
    best = leg_efforts(steady(3600, mps=3.0))
    expected = [distance / 3.0 for distance in EFFORT_DISTANCES_M]
    assert best == pytest.approx(expected, rel=1e-9)
    assert leg_efforts(steady(3600, every=4), distances=[1000.0]) == pytest.approx([1000 / 3], rel=1e-9)


def test_no_effort_reaches_over_a_pause() -> None:
    after = [*range(201), *range(500, 701)]
    way = [3.0 * min(second, second - 300 if second > 400 else second) for second in after]
    segment = [0] * 201 + [1] * 201
    rows = records(after, segment, distance_m=way, speed_mps=3.0)
    best = leg_efforts(rows, distances=[600.0, 601.0])
    assert best[0] == pytest.approx(200)
    assert math.isnan(best[1])
    assert leg_efforts(rows.assign(segment=0), distances=[601.0])[0] > 200


def test_no_effort_reaches_over_an_hour_without_a_sample() -> None:
    after = [*range(101), *range(4000, 4101)]
    way = [3.0 * second if second <= 100 else 3.0 * (second - 3900) for second in after]
    best = leg_efforts(records(after, distance_m=way, speed_mps=3.0), distances=[300.0, 301.0])
    assert best[0] == pytest.approx(100)
    assert math.isnan(best[1])


def test_efforts_over_adjusted_distances() -> None:
    rows = steady(600)
    assert leg_efforts(rows, flat_m=np.full(600, 6.0), distances=[1200.0]) == pytest.approx([200])
    assert np.isnan(leg_efforts(rows, flat_m=np.full(600, NAN))).all()


@pytest.mark.parametrize(("mps", "possible"), [(7.9, True), (9.0, False), (9.6, False)])
def test_what_is_faster_than_anyone_is_no_effort(mps: float, possible: bool) -> None:  # noqa: FBT001  # as parametrized
    best = leg_efforts(steady(600, mps=mps), distances=[400.0, 800.0, 3000.0])
    assert (~np.isnan(best) == possible).all()


def test_a_ride_makes_no_longer_effort_of_a_walk() -> None:
    """50 s in a car at 11 m/s, and a walk before and after: 1000 m in 282 s would be a good run."""
    way = np.cumsum([0.0, *[1.0] * 600, *[11.0] * 50, *[1.0] * 600])
    assert np.isnan(leg_efforts(records(range(1251), distance_m=way.tolist(), speed_mps=3.0))).all()
    walk = leg_efforts(records(range(601), distance_m=way[:601].tolist(), speed_mps=1.0), distances=[400.0])
    assert walk == pytest.approx([400])


def test_an_effort_crosses_the_laps_of_a_recording_with_the_time_between_them() -> None:
    """Laps of 1 km at 4 m/s, each a segment of its own, 3 s and 12 m apart."""
    after = [second for second in range(1000) if second % 250 < 248]
    rows = records(after, [second // 250 for second in after], distance_m=[4.0 * second for second in after])
    assert leg_efforts(rows, distances=[400.0, 3000.0]) == pytest.approx([100, 750])
    standing = records(
        [*range(101), *range(108, 209)], [0] * 101 + [1] * 101, distance_m=[*range(101), *range(100, 201)]
    )
    assert leg_efforts(standing, distances=[150.0]) == pytest.approx([158])  # the 8 s between count


def intensity(rows: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    """Make rows of session, channel, value and seconds."""
    named = [dict(zip(("session_id", "channel", "value", "timer_s"), row, strict=True)) for row in rows]
    cells = {
        column.name: pd.Series([row.get(column.name, NAN) for row in named], dtype=DTYPES[column.kind])
        for column in INTENSITY.columns
    }
    return INTENSITY.check(pd.DataFrame(cells))


def test_the_best_efforts_of_a_log() -> None:
    table = intensity(
        [
            ("a", "effort_m", 1000, 240),
            ("a", "effort_m", 400, 90),
            ("a", "heart_rate_bpm", 150, 60),
            ("b", "effort_m", 1000, 230),
            ("b", "effort_m", 5000, 1300),
            ("car", "effort_m", 1000, 100),
        ]
    )
    best = log_efforts(table)
    assert best.to_dict("list") == {
        "distance_m": [400, 1000, 5000],
        "timer_s": [90, 230, 1300],
        "session_id": ["a", "b", "b"],
    }
    assert list(log_efforts(INTENSITY.empty()).columns) == ["distance_m", "timer_s", "session_id"]


def test_the_critical_speed_of_a_log_is_that_of_its_best_efforts() -> None:
    """Even runs at D = 4 t + 150, hidden among slower ones."""
    trials = [(1200, 262.5), (1500, 337.5), (2400, 562.5), (3000, 712.5)]
    rows = [(f"r{k}", "effort_m", metres, seconds) for k, (metres, seconds) in enumerate(trials)]
    slower = [("slow", "effort_m", metres, seconds * 1.3) for metres, seconds in trials]
    fit = critical_speed(log_efforts(intensity(slower + rows)))
    assert fit.critical_speed_mps == pytest.approx(4)
    assert fit.d_prime_m == pytest.approx(150)
    assert fit.residual_m == pytest.approx(0, abs=1e-9)
    assert fit.trials["session_id"].tolist() == ["r0", "r1", "r2", "r3"]


def test_eleven_distances_over_4000_samples_take_about_a_millisecond() -> None:
    """A bound far above what it takes (0.4 ms), so that only a loop over the samples passes it."""
    way = np.cumsum(np.random.default_rng(2).uniform(2, 4, 4000))
    seconds = np.arange(4000.0)
    took = []
    for _ in range(20):
        start = time.perf_counter()
        best_efforts(way, seconds)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.004
