"""Oracle: energies worked out by hand to their printed digits, and what both equations leave unsaid."""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.activity.energy import acsm_energy, acsm_oxygen, energy_cost, minetti_energy
from stressfx.errors import SchemaError
from stressfx.schema import ENERGY, SESSIONS
from stressfx.units import joules_to_kcal

sys.path.insert(0, str(Path(__file__).parents[1]))
from made_log import frame, session

KCAL_J = 4184
MPS = 1 / 60
"""One metre a minute. [m/s]"""

LIGHT = "Less than the body weight was carried; both equations are for all of it."
OTHER = "No equation here tells what this sport costs."

NUMBERS = ["minetti_j", "acsm_gross_j", "acsm_net_j", "exercise_j"]


def run(name: str = "run", **columns: Any) -> dict[str, Any]:
    """Make ten kilometres in 50 minutes, 12 km/h, as an account without a grade tells them."""
    return session(name, 0, 50, distance_m=10_000.0, speed_mean_mps=200 * MPS, **columns)


def costs(*rows: dict[str, Any], mass_kg: Any = 70.0, **columns: Any) -> pd.DataFrame:
    return ENERGY.check(energy_cost(frame(*rows).assign(**columns), mass_kg=mass_kg))


def kcal(row: pd.Series) -> list[float]:
    return [round(float(row[name]) / KCAL_J, 2) for name in NUMBERS]


def test_ten_flat_kilometres_at_70_kg_cost_2_52_mj_or_602_3_kcal() -> None:
    joules = float(minetti_energy(10_000, mass_kg=70))
    assert joules == pytest.approx(2.52e6, rel=1e-12)
    assert joules / KCAL_J == pytest.approx(602.3, abs=0.05)


def test_a_level_kilometre_costs_0_860_kcal_for_each_kilogram_and_0_813_were_measured() -> None:
    assert float(minetti_energy(1000, mass_kg=1)) / KCAL_J == pytest.approx(0.860, abs=5e-4)
    assert joules_to_kcal(3.40 * 1000) == pytest.approx(0.813, abs=5e-4)


def test_twelve_km_an_hour_for_50_minutes_by_the_acsm_43_5_761_25_and_700_kcal() -> None:
    assert float(acsm_oxygen(200 * MPS)) == pytest.approx(43.5)
    gross, net = (float(acsm_energy(200 * MPS, 3000, mass_kg=70, net=net)) / KCAL_J for net in (False, True))
    assert (gross, net) == (pytest.approx(761.25), pytest.approx(700.0))
    assert net / (2.52e6 / KCAL_J) == pytest.approx(1.16, abs=5e-3)


def test_200_m_a_minute_at_5_per_cent_take_52_5_and_walking_takes_half_along_and_twice_up() -> None:
    assert float(acsm_oxygen(200 * MPS, 0.05)) == pytest.approx(52.5)
    assert float(acsm_oxygen(80 * MPS, 0.05, gait="walking")) == pytest.approx(8 + 7.2 + 3.5)


def test_the_energy_of_a_way_is_the_sum_over_its_stretches() -> None:
    """Cr is 5.9682 at +10 % and 2.1517 at -10 %."""
    up_and_down = minetti_energy([1000, 1000], [0.1, -0.1], mass_kg=50)
    assert up_and_down.tolist() == pytest.approx([298_410, 107_585], abs=3)
    assert minetti_energy([1000, 1000], [0.1, -0.1], mass_kg=50, gait="walking")[0] == pytest.approx(244_955, abs=3)


def test_what_cannot_be_is_missing_and_not_a_number() -> None:
    assert np.isnan(minetti_energy([-1.0, math.nan], mass_kg=70)).all()
    assert np.isnan(acsm_oxygen([-1.0, 3.0, math.nan], [0.0, -0.05, 0.0])).all()
    assert np.isnan(acsm_energy(3.0, -60, mass_kg=70))


@pytest.mark.parametrize("mass_kg", [0, -70, math.inf, [70, -1]])
def test_a_mass_that_is_none_is_refused(mass_kg: Any) -> None:
    needed = "mass_kg holds a mass that is not above 0, or is infinite; kilograms are needed"
    for kernel in (lambda: minetti_energy([1, 1], mass_kg=mass_kg), lambda: acsm_energy(3, [1, 1], mass_kg=mass_kg)):
        with pytest.raises(ValueError, match=needed):
            kernel()
    if not isinstance(mass_kg, list):
        for given_as in (mass_kg, {"a": mass_kg}):
            with pytest.raises(ValueError, match=needed):
                costs(run(), mass_kg=given_as)


def test_there_are_two_gaits() -> None:
    for kernel in (lambda: minetti_energy(1, mass_kg=1, gait="swimming"), lambda: acsm_oxygen(1, gait="swimming")):
        with pytest.raises(ValueError, match="gait is 'swimming'; one of running, walking is needed"):
            kernel()


def test_outdoors_minetti_counts_and_on_a_treadmill_the_acsm_and_both_are_shown() -> None:
    hills = run(grade_adjusted_m=10_400.0)
    belt = run("belt", sub_sport="treadmill", grade_adjusted_m=10_400.0)
    found = costs(run(), hills, belt, run("zwift", sub_sport="virtual_activity"))
    assert found["exercise_by"].tolist() == ["minetti", "minetti", "acsm", "acsm"]
    assert kcal(found.iloc[0]) == [602.29, 761.25, 700.0, 602.29]
    assert kcal(found.iloc[1]) == [626.39, 761.25, 700.0, 626.39]
    assert kcal(found.iloc[2]) == kcal(found.iloc[3]) == [602.29, 761.25, 700.0, 700.0]
    assert found["note"].tolist() == [
        "Reckoned as level: no grade is known.",
        "",
        *["Reckoned as level: the slope of the belt is not known."] * 2,
    ]


def test_a_walk_counts_by_the_acsm_since_minetti_is_poor_near_level() -> None:
    """An hour at 80 m/min and 50 kg: 4.8 km x 2.5 x 50 = 600 kJ; 11.5 and 8 mL/kg/min, 172.5 and 120 kcal."""
    walk = session("walk", 0, 60, sport="walking", distance_m=4800.0, speed_mean_mps=80 * MPS, grade_adjusted_m=5000.0)
    found = costs(walk, walk | {"sport": "hiking", "speed_mean_mps": math.nan}, mass_kg=50)
    assert kcal(found.iloc[0]) == kcal(found.iloc[1]) == [round(600_000 / KCAL_J, 2), 172.5, 120.0, 120.0]
    assert found["exercise_by"].tolist() == ["acsm", "acsm"]
    assert set(found["note"]) == {"Reckoned as level: the hills of a walk are left out."}


def test_the_speeds_from_which_the_acsm_is_meant_are_noted() -> None:
    def noted(metres_a_minute: float, **columns: Any) -> str:
        return str(costs(run() | {"speed_mean_mps": metres_a_minute * MPS} | columns)["note"].iloc[0])

    assert "134 m/min" not in noted(134.0)
    kmh_mps = 8.04 / 3.6  # the same, a rounding below it
    assert 60 * kmh_mps < 134
    assert "134 m/min" not in noted(kmh_mps / MPS, speed_mean_mps=kmh_mps)
    assert noted(133.9).endswith("Below 134 m/min the ACSM's equation is meant only for those who truly run.")
    assert "50 m/min" not in noted(50.0, sport="walking")
    assert noted(49.9, sport="walking").endswith("Below 50 m/min the ACSM's equation is not meant for walking.")


@pytest.mark.parametrize(
    ("columns", "share", "note"),
    [
        ({"sub_sport": "treadmill"}, 0.8, LIGHT),
        ({}, 0.0, LIGHT),
        ({"sub_sport": "antigravity"}, 1.0, LIGHT),
        ({"sport": "walking", "sub_sport": "AlterG"}, math.nan, LIGHT),
        ({"sport": "deep_water_running"}, math.nan, OTHER),
        ({"sub_sport": "elliptical"}, math.nan, OTHER),
        ({"sport": "cycling"}, math.nan, OTHER),
        ({"sport": ""}, 1.0, OTHER),
    ],
)
def test_what_no_equation_tells_has_no_number_and_a_reason(columns: dict[str, Any], share: float, note: str) -> None:
    found = costs(run(**columns), body_weight_share=share).iloc[0]
    assert found[NUMBERS].isna().all()
    assert (found["exercise_by"], found["note"], found["timer_s"]) == ("", note, 3000)


def test_all_of_the_body_weight_or_no_word_of_it_is_the_same() -> None:
    for share in (1.0, math.nan):
        pd.testing.assert_frame_equal(costs(run(), body_weight_share=share), costs(run()))


def test_without_a_distance_or_a_time_the_other_equation_stands_alone() -> None:
    nowhere = run(sub_sport="treadmill") | {"distance_m": math.nan}
    timeless = run() | {"timer_s": math.nan}
    nothing = timeless | {"distance_m": math.nan, "speed_mean_mps": math.nan}
    found = costs(nowhere, timeless, nothing)
    assert found[NUMBERS].notna().to_numpy().tolist() == [[False, *[True] * 3], [True, False, False, True], [False] * 4]
    assert found["exercise_by"].tolist() == ["acsm", "minetti", ""]
    assert found["note"].tolist() == [
        "The distance is not known. Reckoned as level: the slope of the belt is not known.",
        "The speed or the time is not known. Reckoned as level: no grade is known.",
        "The distance is not known. The speed or the time is not known.",
    ]


def test_each_athlete_has_a_mass_and_who_has_none_has_no_energy() -> None:
    found = costs(run(), run(athlete_id="b"), run(athlete_id="c"), mass_kg={"a": 70.0, "b": 35.0, "c": math.nan})
    assert (found["exercise_j"] / 1e6).round(2).tolist()[:2] == [2.52, 1.26]
    unknown = [
        found.iloc[2],
        costs(run(athlete_id="d"), mass_kg={"a": 70.0}).iloc[0],
        costs(run(), mass_kg=math.nan).iloc[0],
    ]
    for row in unknown:
        assert row[NUMBERS].isna().all()
        assert (row["exercise_by"], row["note"]) == ("", "The body mass is not known.")


def test_a_row_a_session_that_counts_in_the_order_given() -> None:
    log = frame(run("c"), run("a", sport="swimming"), run("b")).assign(counted=[True, True, False])
    found = energy_cost(log.set_index(pd.Index([7, 7, 9])), mass_kg=70)
    assert found["session_id"].tolist() == ["c", "a"]
    assert found.index.tolist() == [0, 1]
    assert ENERGY.check(energy_cost(SESSIONS.empty(), mass_kg=70)).empty


def test_sessions_that_make_no_sense_are_refused() -> None:
    log = frame(run())
    with pytest.raises(SchemaError, match="column 'distance_m' has 1 values outside 0 to inf m"):
        energy_cost(log.assign(distance_m=-1.0), mass_kg=70)
    with pytest.raises(SchemaError, match=r"column 'counted' is .*; bool is needed"):
        energy_cost(log.assign(counted="no"), mass_kg=70)
    with pytest.raises(SchemaError, match="column 'sub_sport' is missing"):
        energy_cost(log.drop(columns="sub_sport"), mass_kg=70)


@settings(max_examples=30)
@given(st.floats(30, 150), st.floats(100, 60_000), st.floats(300, 20_000), st.floats(0.1, 4))
def test_energy_goes_with_mass_and_distance_and_gross_is_net_and_rest(
    mass_kg: float, metres: float, seconds: float, times: float
) -> None:
    one = session("s", 0, seconds / 60, distance_m=metres)
    found, heavier = costs(one, mass_kg=mass_kg).iloc[0], costs(one, mass_kg=mass_kg * times).iloc[0]
    assert heavier[NUMBERS].tolist() == pytest.approx((found[NUMBERS] * times).tolist())
    rest_kcal = 3.5 * mass_kg * seconds / 60 * 5 / 1000
    assert (found["acsm_gross_j"] - found["acsm_net_j"]) / KCAL_J == pytest.approx(rest_kcal)
    assert found["acsm_net_j"] / KCAL_J == pytest.approx(mass_kg * metres / 1000)
