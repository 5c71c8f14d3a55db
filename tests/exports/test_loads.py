"""Oracles: hand arithmetic on totals; the impulse and the damage of the samples themselves; published numbers."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_log import frame, session

from stressfx.activity.bone.damage import damage_of
from stressfx.activity.effort.impulse import trimp_of
from stressfx.errors import SchemaError
from stressfx.exports.loads import session_loads
from stressfx.exports.log import training_log
from stressfx.exports.profile import Profile
from stressfx.schema import DTYPES, INTENSITY

ANN = Profile(athlete_id="a", sex="male", heart_rate_rest_bpm=60, heart_rate_max_bpm=190)
COLUMNS = [column.name for column in INTENSITY.columns]


def spent(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Make rows of intensity: session, channel, value, time, steps, time of the steps, distance."""
    return pd.DataFrame(rows, columns=COLUMNS).astype({c.name: DTYPES[c.kind] for c in INTENSITY.columns})


def heart(name: str, *times: tuple[float, float]) -> list[tuple[Any, ...]]:
    return [(name, "heart_rate_bpm", bpm, seconds, math.nan, math.nan, math.nan) for bpm, seconds in times]


def speed(name: str, *times: tuple[float, float, float]) -> list[tuple[Any, ...]]:
    return [
        (
            name,
            "speed_mps",
            mps,
            seconds,
            seconds * spm / 60 if spm else math.nan,
            seconds if spm else 0.0,
            seconds * mps,
        )
        for mps, seconds, spm in times
    ]


def loads(*sessions: dict[str, Any], intensity: pd.DataFrame | None = None, **options: Any) -> pd.DataFrame:
    return session_loads(training_log(frame(*sessions)), intensity, **options).set_index("session_id")


def hour(name: str, minute: float = 0.0, **columns: Any) -> dict[str, Any]:
    return session(name, minute, 60, distance_m=10_800.0, speed_mean_mps=3.0, **columns)


def test_the_impulse_of_the_samples_reproduces_125_786_and_that_of_the_mean_100_440() -> None:
    halves = spent(*heart("s", (120, 1800), (180, 1800)))
    found = loads(hour("s"), hour("m", 100, heart_rate_mean_bpm=150.0), intensity=halves, profile=ANN)
    assert found.loc["s", "trimp"] == pytest.approx(125.786, abs=5e-4)
    assert found.loc["m", "trimp"] == pytest.approx(100.440, abs=5e-4)
    assert found["trimp_source"].to_dict() == {"s": "samples", "m": "mean"}


@pytest.mark.parametrize(("known_s", "source"), [(2880, "samples"), (2879, "sparse")])
def test_below_80_percent_of_the_time_there_is_no_impulse(known_s: int, source: str) -> None:
    found = loads(hour("s"), intensity=spent(*heart("s", (150, known_s))), profile=ANN).loc["s"]
    assert found["trimp_source"] == source
    assert math.isnan(found["trimp"]) == (source == "sparse")


def test_a_mean_of_sparse_samples_stands_for_nothing() -> None:
    found = loads(hour("s", heart_rate_coverage=0.5), profile=ANN).loc["s"]
    assert math.isnan(found["trimp"])
    assert not found["trimp_source"]


def test_without_a_sex_there_is_no_impulse_and_with_constants_of_ones_own_there_is() -> None:
    run, samples = hour("s"), spent(*heart("s", (150, 3600)))
    assert loads(run, intensity=samples, profile=replace(ANN, sex="")).loc["s", ["trimp", "hrss"]].isna().all()
    own = replace(ANN, sex="", trimp_a=0.5, trimp_b=2.0)
    share = 90 / 130
    assert loads(run, intensity=samples, profile=own).loc["s", "trimp"] == pytest.approx(
        60 * share * 0.5 * math.exp(2 * share)
    )


def test_hrss_of_45_minutes_at_150_with_a_threshold_of_170_is_45_670() -> None:
    run = session("s", 0, 45, speed_mean_mps=3.0)
    profile = replace(ANN, heart_rate_threshold_bpm=170)
    found = loads(run, intensity=spent(*heart("s", (150, 2700))), profile=profile)
    assert found.loc["s", "hrss"] == pytest.approx(45.670, abs=5e-4)


def test_exertion_times_minutes() -> None:
    found = loads(session("s", 0, 50, perceived_exertion=6.0), session("t", 100, 50))
    assert found["session_rpe"].tolist() == pytest.approx([300.0, math.nan], nan_ok=True)


def test_zones_by_the_best_that_is_known() -> None:
    samples = spent(
        *heart("s", (120, 1000), (150, 2000), (180, 600)),
        *speed("s", (2.5, 1800, 170), (3.5, 1200, 175), (4.5, 600, 180)),
    )
    thresholds = replace(ANN, heart_rate_first_threshold_bpm=140, heart_rate_second_threshold_bpm=170)
    zones = ["easy_s", "moderate_s", "hard_s", "zones_by"]
    by_heart = loads(hour("s"), intensity=samples, profile=thresholds).loc["s", zones].tolist()
    assert by_heart == [1000, 2000, 600, "heart_rate"]
    by_speed = loads(hour("s"), intensity=samples, profile=replace(thresholds, critical_speed_mps=4.0)).loc["s", zones]
    assert by_speed.tolist() == [1800, 1200, 600, "critical_speed"]
    nothing = loads(hour("s"), intensity=samples, profile=ANN).loc["s", zones]
    assert nothing.iloc[:3].isna().all()
    assert not nothing["zones_by"]


def test_damage_is_the_sum_over_speeds_and_carries_its_exponents() -> None:
    """Half at 2.5 and half at 4 m/s; the reference is the runner's own mean of 3 m/s."""
    samples = spent(*speed("s", (2.5, 1800, 160), (4.0, 1800, 180)))
    found = loads(hour("s"), intensity=samples).loc["s"]
    for name, power in (("damage", 6.6), ("damage_low", 4.0), ("damage_high", 9.0)):
        by_hand = 4800 * (1 - 0.045) ** power + 5400 * 1.09**power
        assert found[name] == pytest.approx(by_hand, rel=1e-12)
    assert found[["damage_exponent", "damage_reference_mps", "damage_source"]].tolist() == [6.6, 3.0, "samples"]


def test_steps_without_a_cadence_are_taken_at_that_of_the_session_or_at_165_and_it_is_said() -> None:
    known = loads(hour("s"), intensity=spent(*speed("s", (3.0, 3000, 170), (3.0, 600, 0)))).loc["s"]
    assert known["damage"] == pytest.approx(60 * 170)
    assert known["damage_source"] == "samples"
    mostly = loads(hour("s"), intensity=spent(*speed("s", (3.0, 600, 170), (3.0, 3000, 0)))).loc["s"]
    assert mostly["damage"] == pytest.approx(60 * 170)
    assert mostly["damage_source"] == "samples, assumed steps"
    without = loads(hour("s"), intensity=spent(*speed("s", (3.0, 3600, 0)))).loc["s"]
    assert without["damage"] == pytest.approx(60 * 165)
    assert without["damage_source"] == "samples, assumed steps"


def test_a_session_known_by_totals_is_taken_at_its_mean_speed() -> None:
    found = loads(hour("s", steps=10_000.0), hour("t", 100, steps=math.nan), session("u", 200, 60, distance_m=math.nan))
    assert found["damage"].tolist() == pytest.approx([10_000.0, 60 * 165, math.nan], nan_ok=True)
    assert found["damage_source"].tolist() == ["mean speed", "mean speed, assumed steps", ""]


@pytest.mark.parametrize(("seconds", "share"), [(2900, 1.0), (1500, 1.0), (3600, 0.5)])
def test_a_session_whose_samples_are_lost_in_part_is_taken_at_its_mean_speed(seconds: int, share: float) -> None:
    samples = spent(*speed("s", (3.0, seconds, 170))).assign(distance_m=seconds * 3.0 * share)
    found = loads(hour("s", steps=10_000.0), intensity=samples).loc["s"]
    known = seconds == 2900
    assert found["damage"] == pytest.approx(2900 / 60 * 170 if known else 10_000.0)
    assert found["damage_source"] == ("samples" if known else "mean speed")


def test_a_mean_speed_that_nobody_runs_at_does_no_damage_that_is_known() -> None:
    """10.8 km in 3 minutes: minutes and seconds were mixed up in a table."""
    found = loads(hour("s"), session("t", 100, 3, distance_m=10_800.0, speed_mean_mps=60.0))
    assert found.loc["t", ["damage", "damage_low", "damage_high", "osteogenic"]].isna().all()
    assert not found.loc["t", "damage_source"]


def efforts(name: str, *times: tuple[float, float]) -> list[tuple[Any, ...]]:
    return [(name, "effort_m", metres, seconds, math.nan, math.nan, math.nan) for metres, seconds in times]


def test_zones_by_the_critical_speed_of_the_log_are_those_of_its_runs() -> None:
    """The worked fit, 4.678363 m/s: rides as fast as somebody, and copies of runs, tell nothing of it."""
    samples = spent(
        *efforts("s", (1200, 225), (2400, 480), (3600, 738)),
        *efforts("c", (1200, 160), (2400, 310), (3600, 460)),
        *speed("s", (3.97, 1000, 170), (3.98, 2000, 170), (4.68, 600, 180)),
        *speed("c", (7.8, 3600, 0)),
    )
    zones = ["easy_s", "moderate_s", "hard_s", "zones_by"]
    found = loads(hour("s"), hour("c", 100, sport="cycling"), intensity=samples)[zones]
    assert found.loc["s"].tolist() == [1000, 2000, 600, "log_critical_speed"]
    assert found.loc["c", zones[:3]].isna().all()
    assert not found.loc["c", "zones_by"]


def test_sports_without_steps_do_no_damage_and_nobody_knows_of_games() -> None:
    found = loads(
        hour("r", steps=100.0),
        hour("c", 100, sport="cycling"),
        hour("w", 200, sport="walking"),
        hour("g", 300, sport="tennis"),
    )
    assert found.loc[["c", "w"], "damage"].tolist() == [0.0, 10_200.0]
    assert found.loc["c", "osteogenic"] == 0.0
    assert found.loc["g", ["damage", "osteogenic"]].isna().all()


def test_body_weight_that_is_carried_for_the_runner() -> None:
    """80 % of the body weight: 0.2293 of the damage; none in deep water."""
    log = training_log(frame(hour("s", steps=1000.0), hour("t", 100, steps=1000.0), hour("u", 200, steps=1000.0)))
    found = session_loads(log.assign(body_weight_share=[1.0, 0.8, 0.0]))
    assert found["damage"].tolist() == pytest.approx([1000.0, 229.3, 0.0], abs=0.05)
    assert found["damage_source"].str.endswith("body-weight model").tolist() == [False, True, True]


def test_a_second_bout_soon_after_builds_less_bone() -> None:
    """ln(N + 1) cycles of a leg at strain 1; four hours after the end of the first the second counts 0.4866."""
    run = {"steps": 2000.0, "distance_m": 10_800.0, "speed_mean_mps": 3.0}
    found = loads(session("s", 0, 60, **run), session("t", 300, 60, **run))
    assert found["osteogenic"].tolist() == pytest.approx([math.log(1001), 0.4866 * math.log(1001)], rel=1e-4)


def test_a_copy_of_a_run_is_no_second_bout() -> None:
    run = {"steps": 2000.0, "distance_m": 10_800.0, "speed_mean_mps": 3.0}
    found = loads(session("s", 0, 60, **run), session("t", 1, 60, **run))
    assert found["counted"].tolist() == [True, False]
    assert found.loc["s", "osteogenic"] == pytest.approx(math.log(1001))


def test_many_athletes_are_each_athlete_alone_in_any_order() -> None:
    rng = np.random.default_rng(7)
    sessions = [
        hour(f"{athlete}{number}", 1440 * number, athlete_id=athlete, steps=9000.0 + number)
        for number in range(12)
        for athlete in "ab"
    ]
    samples = spent(
        *(row for one in sessions[:20] for row in heart(one["session_id"], (rng.integers(100, 180), 3600.0))),
        *(row for one in sessions[4:] for row in speed(one["session_id"], (rng.uniform(2, 4), 3600.0, 170))),
    )
    profiles = {"a": ANN, "b": replace(ANN, sex="female", heart_rate_threshold_bpm=165)}
    log = training_log(frame(*sessions))
    mixed = session_loads(log.sample(frac=1, random_state=3), samples.sample(frac=1, random_state=4), profile=profiles)
    together = mixed.sort_values("session_id", ignore_index=True)
    alone = pd.concat(
        session_loads(log[log["athlete_id"] == name], samples, profile=profiles[name]) for name in "ab"
    ).sort_values("session_id", ignore_index=True)
    pd.testing.assert_frame_equal(together, alone, rtol=1e-12)


def test_a_log_without_sessions_gives_none() -> None:
    assert session_loads(training_log(frame())).empty


def test_sessions_of_one_id_are_refused() -> None:
    log = training_log(frame(hour("s"), hour("s", 500)))
    with pytest.raises(SchemaError, match="one session_id"):
        session_loads(log)


def test_the_kernels_are_those_of_one_run() -> None:
    found = loads(hour("s"), intensity=spent(*heart("s", (150, 3600)), *speed("s", (3.3, 3600, 172))), profile=ANN)
    assert found.loc["s", "trimp"] == trimp_of(150, 3600, hr_rest_bpm=60, hr_max_bpm=190, sex="male")
    assert found.loc["s", "damage"] == damage_of(172 * 60, 3.3, reference_mps=3.0)
