"""Oracles: published and hand-worked powers to their printed digits, a loop over the samples, sums of parts."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import records, steady
from samples import SAMPLES

from stressfx.activity.bone.damage import (
    BAND,
    EXPONENT,
    STRAIN_PER_MPS,
    bone_damage,
    break_even,
    damage_of,
    damage_source,
    loads_shin,
    relative_strain,
)
from stressfx.errors import InsufficientDataError, StressfxError
from stressfx.io.read import read_activity

NAN = math.nan
EXPONENTS = [4, 6.6, 7, 9]
speeds = st.floats(0.0, 12.5)
references = st.floats(0.5, 8.0)
exponents = st.floats(1.0, 12.0)


def run_of(speed_mps: list[float], cadence_rpm: list[float], step_s: list[int]) -> pd.DataFrame:
    """Make a run of stretches, each at a speed and a cadence of its own."""
    seconds = np.concatenate([[0], np.cumsum(step_s)])
    metres = np.concatenate([[0], np.cumsum(np.array(speed_mps) * step_s)])
    return records(
        seconds.tolist(),
        distance_m=metres.tolist(),
        speed_mps=[speed_mps[0], *speed_mps],
        cadence_rpm=[cadence_rpm[0], *cadence_rpm],
    )


runs = st.integers(2, 12).flatmap(
    lambda count: st.builds(
        run_of,
        st.lists(st.floats(1.0, 7.0), min_size=count, max_size=count),
        st.lists(st.floats(61.0, 114.0), min_size=count, max_size=count),
        st.lists(st.integers(1, 10), min_size=count, max_size=count),
    )
)


@pytest.mark.parametrize(
    ("strain", "powers"),
    [
        (1.10, ["1.464", "1.876", "1.949", "2.358"]),
        (0.95, ["0.8145", "0.7128", "0.6983", "0.6302"]),
        (1.09, ["1.412", "1.766", "1.828", "2.172"]),
    ],
)
def test_a_little_more_strain_is_much_more_damage(strain: float, powers: list[str]) -> None:
    """Oracle: powers of 1.10, 0.95 and 1.09 for b = 4, 6.6, 7 and 9."""
    speed = 3.0 + (strain - 1) / STRAIN_PER_MPS
    found = damage_of(1, speed, exponent=EXPONENTS, reference_mps=3.0)
    places = len(powers[0].split(".")[1])
    assert [f"{value:.{places}f}" for value in found] == powers


def test_one_metre_a_second_more_is_nine_percent_more_strain() -> None:
    """Oracle: Baggaley et al., arXiv:2305.04139."""
    assert relative_strain([2.5, 3.5, 4.5], reference_mps=3.5).tolist() == pytest.approx([0.91, 1, 1.09])


@pytest.mark.parametrize(
    ("speed_mps", "cadence_spm", "steps", "damage", "damage_low"),
    [
        (2.5, 160, 10667, "0.8639", "0.9738"),
        (3.0, 164, 9111, "1.0000", "1.0000"),
        (3.5, 170, 8095, "1.1880", "1.0596"),
        (4.0, 176, 7333, "1.4215", "1.1362"),
    ],
)
def test_ten_kilometres_at_four_speeds(
    speed_mps: float, cadence_spm: float, steps: int, damage: str, damage_low: str
) -> None:
    """Oracle: 10 km worked by hand, relative to 3.0 m/s at 164 steps a minute."""
    taken = 10_000 / speed_mps / 60 * cadence_spm
    assert round(taken) == steps
    easy = 10_000 / 3.0 / 60 * 164
    for exponent, printed in ((EXPONENT, damage), (BAND[0], damage_low)):
        assert f"{float(damage_of(taken, speed_mps, exponent=exponent, reference_mps=3.0)) / easy:.4f}" == printed
    seconds = round(10_000 / speed_mps)
    rows = records(
        range(seconds + 1),
        distance_m=(speed_mps * np.arange(seconds + 1)).tolist(),
        speed_mps=speed_mps,
        cadence_rpm=cadence_spm / 2,
    )
    found = bone_damage(rows, reference_mps=3.0).iloc[0]
    assert found["steps"] == pytest.approx(steps, abs=1)
    assert found["damage"] / easy == pytest.approx(float(damage), abs=3e-4)
    assert found["damage_low"] / easy == pytest.approx(float(damage_low), abs=3e-4)


def test_more_steps_pay_if_each_strains_a_little_less() -> None:
    """Oracle: 10 % more steps break even at 2.35, 1.43 and 1.05 % less for b = 4, 6.6 and 9."""
    assert [f"{100 * drop:.2f}" for drop in break_even(0.10, exponent=[4, 6.6, 9])] == ["2.35", "1.43", "1.05"]
    assert 1.1 * (1 - break_even(0.1)) ** EXPONENT == pytest.approx(1, rel=1e-12)


def test_carried_body_weight() -> None:
    """Oracle: powers of the share of the body weight."""
    shares = [0.5, 0.6, 0.7, 0.8, 0.9]
    printed = {
        4: ["0.0625", "0.1296", "0.2401", "0.4096", "0.6561"],
        6.6: ["0.0103", "0.0343", "0.0950", "0.2293", "0.4989"],
    }
    for exponent, values in printed.items():
        found = damage_of(1, 3.0, exponent=exponent, reference_mps=3.0, body_weight_share=shares)
        assert [f"{value:.4f}" for value in found] == values


def test_a_run_on_an_antigravity_treadmill_counts_for_its_share_and_says_so() -> None:
    rows = steady(600)
    whole = bone_damage(rows, reference_mps=3.0).iloc[0]
    half = bone_damage(rows, reference_mps=3.0, body_weight_share=0.5).iloc[0]
    assert half["damage"] == pytest.approx(whole["damage"] * 0.5**6.6)
    assert half["damage_low"] == pytest.approx(whole["damage_low"] * 0.5**4)
    assert half["damage_low"] > half["damage"] > half["damage_high"], "named by the exponent, not by the number"
    assert (whole["carried_m"], half["carried_m"]) == (1800, 900)
    assert (whole["source"], half["source"]) == ("samples", "samples, body-weight model")
    assert half["steps"] == whole["steps"] == pytest.approx(1700)


def test_deep_water_does_no_damage() -> None:
    found = bone_damage(steady(600), reference_mps=3.0, body_weight_share=0.0).iloc[0]
    assert found[["damage", "damage_low", "damage_high", "carried_m"]].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("sport", "sub_sport", "loads"),
    [
        ("running", "treadmill", 1),
        ("walking", "", 1),
        ("hiking", "", 1),
        ("", "", 1),
        ("cycling", "road", 0),
        ("swimming", "open_water", 0),
        ("fitness_equipment", "elliptical", 0),
        ("deep_water_running", "", 0),
        ("fitness_equipment", "indoor_rowing", 0),
        ("fitness_equipment", "stair_climbing", NAN),
        ("fitness_equipment", "", NAN),
        ("soccer", "", NAN),
        ("transition", "", NAN),
    ],
)
def test_which_sports_load_the_shin(sport: str, sub_sport: str, loads: float) -> None:
    np.testing.assert_equal(loads_shin(sport, sub_sport), float(loads))


def test_the_row_carries_its_assumptions() -> None:
    found = bone_damage(steady(600), reference_mps=2.5, exponent=7)
    assert found.columns.tolist() == [
        "damage",
        "damage_low",
        "damage_high",
        "damage_exponent",
        "damage_reference_mps",
        "steps",
        "steps_assumed",
        "cycles_per_leg",
        "body_weight_share",
        "carried_m",
        "source",
    ]
    row = found.iloc[0]
    assert len(found) == 1
    assert row["damage"] == pytest.approx(1700 * 1.045**7)
    assert row["damage_low"] == pytest.approx(1700 * 1.045**4)
    assert row["damage_high"] == pytest.approx(1700 * 1.045**9)
    assert row["damage_exponent":"steps_assumed"].tolist() == [7, 2.5, pytest.approx(1700), 0]
    assert row["cycles_per_leg"] == pytest.approx(850)


def test_steps_that_were_assumed_are_told() -> None:
    rows = steady(600).assign(cadence_rpm=NAN)
    found = bone_damage(rows, reference_mps=3.0).iloc[0]
    assert (found["damage"], found["steps_assumed"]) == (pytest.approx(1650), pytest.approx(1650))
    assert found["source"] == "samples, assumed steps"
    lengths = np.full(50, NAN)
    lengths[12] = 1.2
    assert bone_damage(rows, reference_mps=3.0, lengths=lengths)["damage"].iloc[0] == pytest.approx(1500)


def test_what_a_damage_rests_on_in_words() -> None:
    assert damage_source("samples") == "samples"
    assert damage_source("mean speed", assumed=True) == "mean speed, assumed steps"


def test_one_run_cannot_tell_its_own_reference() -> None:
    with pytest.raises(InsufficientDataError, match="easy_speed") as raised:
        bone_damage(steady(60))
    assert isinstance(raised.value, StressfxError)
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"reference_mps": 0}, "reference_mps must be above 0"),
        ({"reference_mps": 12}, "below 11.1 m/s"),
        ({"reference_mps": 3, "exponent": 0}, "exponent must be above 0"),
        ({"reference_mps": 3, "exponent": NAN}, "exponent must be above 0"),
        ({"reference_mps": 3, "body_weight_share": 80}, "no percentage"),
        ({"reference_mps": 3, "body_weight_share": -0.1}, "from 0 to 1"),
        ({"reference_mps": 3, "cadence": "both"}, "'auto', 'strides' or 'steps'"),
        ({"reference_mps": 3, "grade": "up"}, "'none' or 'rice'"),
    ],
)
def test_what_is_out_of_range_is_said(options: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        bone_damage(steady(60), **options)  # type: ignore[arg-type]


def test_nobody_knows_nothing_is_missing_and_who_stood_did_no_damage() -> None:
    for rows in (records([]), records([0]), records(range(60), cadence_rpm=85.0)):
        found = bone_damage(rows, reference_mps=3.0).iloc[0]
        assert np.isnan(found[["damage", "damage_low", "damage_high", "steps", "carried_m"]].astype(float)).all()
        assert found["source"] == ""
        assert found["damage_exponent"] == EXPONENT
    stood = bone_damage(records(range(60), speed_mps=0.0, cadence_rpm=85.0), reference_mps=3.0).iloc[0]
    assert (stood["damage"], stood["steps"]) == (0, 0)


def test_a_flight_is_no_run() -> None:
    rows = records(range(60), speed_mps=[3.0] * 30 + [60.0] * 30, cadence_rpm=85.0)
    found = bone_damage(rows, reference_mps=3.0).iloc[0]
    assert found["damage"] == found["steps"] == pytest.approx(29 * 170 / 60)


def test_missing_arguments_are_missing_and_no_steps_are_no_damage() -> None:
    found = damage_of([0, 100, 100, 100], [NAN, NAN, 3, -1], reference_mps=3.0)
    np.testing.assert_array_equal(found, [0, NAN, 100, NAN])
    np.testing.assert_array_equal(damage_of(100, 3.0, reference_mps=[3.0, NAN]), [100, NAN])
    np.testing.assert_array_equal(damage_of(100, 3.0, reference_mps=3.0, body_weight_share=[1, NAN]), [100, NAN])


@settings(max_examples=200)
@given(runs, references, exponents)
def test_a_run_is_the_sum_of_its_seconds(rows: pd.DataFrame, reference_mps: float, exponent: float) -> None:
    """Oracle: a plain loop; a stretch has the speed at its end, and the middle of the cadences at both."""
    expected = 0.0
    seconds = (rows["time"] - rows["time"].iloc[0]).dt.total_seconds().tolist()
    for place in range(1, len(rows)):
        strides = (rows["cadence_rpm"].iloc[place - 1] + rows["cadence_rpm"].iloc[place]) / 2
        steps = 2 * strides * (seconds[place] - seconds[place - 1]) / 60
        expected += steps * (1 + 0.09 * (rows["speed_mps"].iloc[place] - reference_mps)) ** exponent
    found = bone_damage(rows, reference_mps=reference_mps, exponent=exponent)
    assert found["damage"].iloc[0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
@settings(max_examples=1000)
@given(runs, st.data())
def test_a_run_cut_in_two_did_as_much_damage(rows: pd.DataFrame, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(rows) - 2))
    names = ["damage", "damage_low", "damage_high", "steps", "cycles_per_leg", "carried_m"]
    parts = [bone_damage(part, reference_mps=3.0)[names] for part in (rows.iloc[: cut + 1], rows.iloc[cut:])]
    whole = bone_damage(rows, reference_mps=3.0)[names].iloc[0]
    assert (parts[0] + parts[1]).iloc[0].tolist() == pytest.approx(whole.tolist(), rel=1e-9)


@settings(max_examples=1000)
@given(st.floats(1.0, 1e5), speeds, st.floats(1e-3, 5.0), references, exponents)
def test_faster_steps_and_more_steps_do_more_damage(
    steps: float, speed_mps: float, more: float, reference_mps: float, exponent: float
) -> None:
    here = damage_of(steps, speed_mps, exponent=exponent, reference_mps=reference_mps)
    assert here > 0
    assert damage_of(steps, speed_mps + more, exponent=exponent, reference_mps=reference_mps) > here
    assert damage_of(steps + more, speed_mps, exponent=exponent, reference_mps=reference_mps) > here
    assert damage_of(2 * steps, speed_mps, exponent=exponent, reference_mps=reference_mps) == pytest.approx(2 * here)


def test_an_array_of_many_runners_is_each_runner_alone() -> None:
    chance = np.random.default_rng(4)
    steps, speed, reference, share = chance.uniform([[1], [1], [2], [0]], [[2e4], [6], [4], [1]], (4, 500))
    found = damage_of(steps, speed, reference_mps=reference, body_weight_share=share)
    alone = [
        float(damage_of(n, v, reference_mps=r, body_weight_share=w))
        for n, v, r, w in zip(steps, speed, reference, share, strict=True)
    ]
    np.testing.assert_allclose(found, alone, rtol=1e-14)


def test_every_fifth_sample_tells_the_same_damage_to_a_hundredth() -> None:
    after = np.arange(1801)
    speed = 3.2 + 0.6 * np.sin(after / 120)
    rows = steady(1800).assign(
        speed_mps=speed, distance_m=np.append(0, np.cumsum(speed[1:])), cadence_rpm=83 + 2 * speed
    )
    names = ["damage", "damage_low", "damage_high"]
    fine, coarse = (bone_damage(part, reference_mps=3.0)[names].iloc[0] for part in (rows, rows.iloc[::5]))
    assert coarse.tolist() == pytest.approx(fine.tolist(), rel=0.01)


def test_slopes_change_no_number_and_are_told_in_a_word() -> None:
    rows = steady(600)
    flat = bone_damage(rows, reference_mps=3.0)
    steep = bone_damage(rows.assign(grade=0.12), reference_mps=3.0, grade="rice")
    pd.testing.assert_frame_equal(steep[flat.columns], flat)
    assert steep["grade_effect"].tolist() == ["higher"]
    assert bone_damage(rows, reference_mps=3.0, grade="rice")["grade_effect"].tolist() == ["unknown"]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the device samples are absent")
def test_real_runs_by_their_own_mean_speed_do_about_as_much_damage_as_they_have_steps() -> None:
    """Runs at an even pace; damage is above the steps, since what is fast costs more than what is slow saves."""
    for name in ("fit/muktihari__triathlon_summary_first.fit", "gpx/runpandas__stopped_example.gpx"):
        rows = read_activity(SAMPLES / name).records
        run = rows[rows["leg"] == rows["leg"].max()]
        speed = run["speed_mps"].mean() if run["speed_mps"].notna().any() else 2.8
        found = bone_damage(run, reference_mps=speed).iloc[0]
        assert found["damage"] == pytest.approx(found["steps"], rel=0.15)
        assert found["damage_low"] != found["damage"] != found["damage_high"]


def test_nobody_takes_less_than_no_step() -> None:
    with pytest.raises(ValueError, match="steps must not be negative"):
        damage_of([100.0, -1.0], 3.0, reference_mps=3.0)
