"""The stages of a plan by the rules. Oracle: a runner worked out by hand, in kilometres and in miles.

Usually 9 km a run, 22.5 km a week and 10 km/h. With three runs a week no run may be longer than 7.5 km, or 4.66 miles.
A third of 9 km is 3 km, or 1.86 miles; 90 % of 10 km/h are 2.5 m/s, and walking goes at 1.4 m/s.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_returns import NAN, USUAL

from stressfx.errors import InsufficientDataError
from stressfx.injury.returning.stages import round_down, rule_stages
from stressfx.injury.returning.usual import UsualRunning
from stressfx.schema import STAGES

MILE_M = 1609.344


def made(usual: UsualRunning = USUAL, *, weeks: int = 20, runs_a_week: int = 3, unit: str = "km") -> pd.DataFrame:
    return STAGES.check(rule_stages(usual, weeks=weeks, runs_a_week=runs_a_week, unit=unit))


def shown(stages: pd.DataFrame, metres: float = 1000.0) -> list[float]:
    return [round(length / metres, 6) for length in stages["distance_m"]]


def usually(distance_m: float, week_m: float) -> UsualRunning:
    return replace(USUAL, distance_m=distance_m, week_m=week_m)


def test_in_kilometres_each_stage_is_a_tenth_more_rounded_down_to_tenths_up_to_a_third_of_the_week() -> None:
    """Oracle: 3.0 for four weeks, then 3.3, 3.63, 3.96, 4.29, 4.62, 5.06, 5.5, 6.05, 6.6, 7.26, 7.92, rounded down."""
    stages = made()
    assert shown(stages) == [3.0, 3.0, 3.0, 3.0, 3.3, 3.6, 3.9, 4.2, 4.6, 5.0, 5.5, 6.0, 6.6, 7.2, 7.5]
    assert stages["stage"].tolist() == list(range(1, 16))


def test_in_miles_too() -> None:
    """Oracle: 1.86 rounded down, then 1.98, 2.09, 2.2, 2.42, 2.64, 2.86, 3.08, 3.3, 3.63, 3.96, 4.29, 4.62."""
    stages = made(unit="mi")
    assert shown(stages, MILE_M) == [1.8] * 4 + [1.9, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.3, 3.6, 3.9, 4.2, 4.6]


def test_below_one_kilometre_or_mile_hundredths_are_shown() -> None:
    """Oracle: 2 km / 3 = 0.667; 0.726, 0.792, 0.869, 0.946, 1.034. 2 km / 3 = 0.414 miles; 0.451, 0.495."""
    assert shown(made(usually(2000, 9000), weeks=9)) == [0.66] * 4 + [0.72, 0.79, 0.86, 0.94, 1.0]
    assert shown(made(usually(2000, 9000), weeks=6, unit="mi"), MILE_M) == [0.41] * 4 + [0.45, 0.49]


def test_no_week_has_more_than_the_usual_one() -> None:
    """Oracle: of 22.5 km, two runs of 9 km are less; of 4.5 km three of 1.5 km, and half of it in the first week."""
    assert shown(made(weeks=30, runs_a_week=2))[-1] == 9.0
    assert shown(made(usually(9000, 4500), weeks=30))[:5] == [0.75, 0.75, 0.75, 0.75, 0.82]
    assert shown(made(usually(9000, 4500), weeks=30))[-1] == 1.5


def test_the_first_run_lasts_three_quarters_of_an_hour_at_most() -> None:
    """Oracle: 2.5 m/s for three minutes of five and 1.4 m/s for two are 2.06 m/s, which is 5.56 km in 2700 s."""
    assert shown(made(usually(40_000, 160_000)))[0] == 5.5


def test_what_was_usual_is_reached_and_held_to_the_end() -> None:
    """Oracle: 15 stages in 20 weeks, the last of which has the six last weeks; 18 sessions of the 60."""
    stages = made()
    assert stages["sessions"].tolist() == [3] * 14 + [18]
    assert made(weeks=15)["sessions"].tolist() == [3] * 15
    held = made(usually(9000, 4500), weeks=30)["sessions"].tolist()
    assert (held[:-1], sum(held)) == ([3] * (len(held) - 1), 90)
    assert held[-1] > 3
    assert made(weeks=2, runs_a_week=2)["sessions"].tolist() == [2, 2]


def test_first_the_breaks_become_shorter_then_they_go() -> None:
    stages = made(weeks=5)
    np.testing.assert_array_equal(stages["run_bout_s"], [180, 240, 240, NAN, NAN])
    np.testing.assert_array_equal(stages["walk_bout_s"], [120, 120, 60, NAN, NAN])
    assert stages["exertion_most"].tolist() == [3, 4, 5, 5, 5]
    assert stages["what"].tolist() == [
        "run 3 min and walk 2 min, in turn; easy and flat",
        "run 4 min and walk 2 min, in turn; easy and flat",
        "run 4 min and walk 1 min, in turn; easy and flat",
        "run without a break; easy and flat",
        "run without a break; easy and flat",
    ]
    assert (stages["sessions_least"] == 2).all()
    assert (stages["body_weight_share"] == 1).all()
    assert set(stages["amount"]) == {"distance"}


def test_times_follow_from_the_distance_the_pace_ceiling_and_the_breaks() -> None:
    """Oracle: 3 km at 3/5 of 2.5 and 2/5 of 1.4 m/s are 1,456.3 s, of which 873.8 s are run; 1,200 s without breaks."""
    stages = made(weeks=4)
    assert stages["speed_most_mps"].to_numpy() == pytest.approx([2.5] * 4)
    assert stages["run_s"].iloc[0] == pytest.approx(0.6 * 3000 / 2.06)
    assert stages["walk_s"].iloc[0] == pytest.approx(0.4 * 3000 / 2.06)
    assert (stages["run_s"].iloc[3], stages["walk_s"].iloc[3]) == (pytest.approx(1200), 0)
    unknown = made(replace(USUAL, speed_mps=math.nan), weeks=4)
    assert shown(unknown) == [3.0] * 4
    assert unknown[["run_s", "walk_s", "speed_most_mps"]].isna().all(axis=None)


def test_a_usual_run_of_less_than_half_a_kilometre_makes_no_stages() -> None:
    with pytest.raises(InsufficientDataError, match="usual run before the injury is 499 m long; from 500 m on"):
        made(usually(499, 9000))
    assert shown(made(usually(500, 9000), weeks=1)) == [0.16]


@pytest.mark.parametrize(
    ("distance_m", "unit", "rounded_m"),
    [
        (2667, "km", 2600),
        (3300, "km", 3300),
        (3000 * 1.1, "km", 3300),
        (999.9, "km", 990),
        (1000, "km", 1000),
        (0.57 * 1000, "km", 570),
        (3000, "mi", 1.8 * MILE_M),
        (1609, "mi", 0.99 * MILE_M),
    ],
)
def test_a_distance_is_rounded_down_to_what_is_read(distance_m: float, unit: str, rounded_m: float) -> None:
    assert round_down(distance_m, unit) == pytest.approx(rounded_m, rel=1e-12)


@settings(max_examples=60)
@given(
    st.floats(500, 50_000),
    st.floats(0.25, 10),
    st.integers(1, 52),
    st.integers(2, 3),
    st.sampled_from(["km", "mi"]),
)
def test_every_runners_stages_begin_at_a_third_and_rise_by_a_tenth_at_most(
    distance_m: float, runs: float, weeks: int, runs_a_week: int, unit: str
) -> None:
    """Oracle: the rules themselves, for a usual week of that many usual runs."""
    usual = usually(distance_m, distance_m * runs)
    stages = made(usual, weeks=weeks, runs_a_week=runs_a_week, unit=unit)
    length = stages["distance_m"].to_numpy(float)
    assert 0 < length[0] <= distance_m / 3 * (1 + 1e-9)
    assert (length[1:] <= length[:-1] * 1.1 * (1 + 1e-9)).all()
    assert (length[1:] >= length[:-1]).all()
    assert length[-1] <= distance_m * (1 + 1e-9)
    assert length[-1] * runs_a_week <= usual.week_m * (1 + 1e-9)
    assert stages["sessions"].sum() == weeks * runs_a_week
    hundredths = length / (1000 if unit == "km" else MILE_M) * 100
    assert hundredths == pytest.approx(np.round(hundredths), abs=1e-6)
