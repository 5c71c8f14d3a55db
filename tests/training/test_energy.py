"""Oracle: hand arithmetic to the printed digits, day by day; and the order, company and days of the definition."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import DTYPES, ENERGY, ENERGY_NEED
from stressfx.training.daily import daily_load
from stressfx.training.energy import AVAILABILITY_RANGES, energy_availability, energy_need, intake_needed

DAY0 = pd.Timestamp("2025-03-28")
NUMBERS = ["exercise_kcal", "exercise_per_ffm", "unknown_s", "intake_needed_kcal", "intake_kcal", "availability"]
WEAK = "Information, no diagnosis"

Session = tuple[str, int, float, float]
"""Athlete, day after `DAY0`, net energy [kcal] and time [s]."""


def on(day: int) -> pd.Timestamp:
    return DAY0 + pd.Timedelta(days=day)


def energy(*sessions: Session) -> pd.DataFrame:
    athlete, day, kcal, timer_s = zip(*sessions, strict=True) if sessions else ((), (), (), ())
    told = {
        "athlete_id": athlete,
        "session_id": [f"s{number}" for number in range(len(sessions))],
        "date": [on(number) for number in day],
        "timer_s": timer_s,
        "exercise_j": np.array(kcal, float) * 4184,
    }
    blank = {"float": math.nan, "text": ""}
    columns = {c.name: told.get(c.name, [blank.get(c.kind)] * len(sessions)) for c in ENERGY.columns}
    return ENERGY.check(pd.DataFrame(columns).astype({c.name: DTYPES[c.kind] for c in ENERGY.columns}))


def needs(*sessions: Session, fat_free_mass_kg: Any = 50.0, **options: Any) -> pd.DataFrame:
    return ENERGY_NEED.check(energy_need(energy(*sessions), fat_free_mass_kg=fat_free_mass_kg, **options))


def eaten(*kcal: float) -> pd.Series:
    return pd.Series(kcal, pd.date_range(DAY0, periods=len(kcal)))


def test_2200_eaten_600_spent_50_kg_leave_32_and_700_leave_30_which_is_not_low() -> None:
    found = needs(("a", 0, 600, 3600), ("a", 1, 700, 3600), ("a", 2, 701, 3600), intake_kcal=eaten(2200, 2200, 2200))
    assert found["availability"].tolist() == pytest.approx([32.0, 30.0, 29.98])
    called = found["information"].str.extract("called ([a-z]+)")[0].tolist()
    assert called == ["reduced", "reduced", "low"]


def test_the_intake_needed_for_45_is_45_for_each_kilogram_and_the_exercise() -> None:
    """Oracle: 45 x 50 + 600 = 2850; a day of rest 2250; at a target of 40 and 46 kg 40 x 46 + 600 = 2440."""
    found = needs(("a", 0, 600, 3600), ("a", 2, 0, 60))
    assert found["intake_needed_kcal"].tolist() == [2850, 2250, 2250]
    assert found["exercise_per_ffm"].tolist() == [12, 0, 0]
    assert needs(("a", 0, 600, 3600), target=40, fat_free_mass_kg=46)["intake_needed_kcal"].tolist() == [2440]


@pytest.mark.parametrize(("kcal", "name"), [(1499.9, "low"), (1500, "reduced"), (2249.9, "reduced"), (2250, "balance")])
def test_a_limit_belongs_to_the_range_above_it(kcal: float, name: str) -> None:
    found = needs(("a", 0, 0, 60), intake_kcal=eaten(kcal))["information"].iloc[0]
    assert f"called {name}." in found
    assert WEAK in found


def test_no_mass_rounds_a_limit_into_the_range_below() -> None:
    """In floats, 30 times a mass, and an energy added and taken away, is at times a little less than 30 of them."""
    mass = np.arange(300, 900) / 10
    left = energy_availability(30 * mass + 777.7, np.full(600, 777.7), mass)
    assert (left < 30).any()
    rows: list[Session] = [(str(number), 0, 777.7, 60) for number in range(600)]
    masses = {str(number): value for number, value in enumerate(mass)}
    intake = pd.DataFrame({"athlete_id": list(masses), "date": DAY0, "intake_kcal": 30 * mass + 777.7})
    found = needs(*rows, fat_free_mass_kg=masses, intake_kcal=intake.astype({"athlete_id": "str"}))
    assert found["information"].str.contains("called reduced").all()


def test_the_ranges_meet_and_name_their_sources() -> None:
    assert [(r.name, r.low, r.high) for r in AVAILABILITY_RANGES] == [
        ("low", -math.inf, 30),
        ("reduced", 30, 45),
        ("balance", 45, math.inf),
    ]
    assert all("Loucks & Thuma 2003" in r.source and "recalled" in r.source for r in AVAILABILITY_RANGES[:2])
    assert all("Burke et al. 2018" in r.source for r in AVAILABILITY_RANGES[1:])


def test_the_calendar_goes_over_the_end_of_a_month_and_a_change_of_clocks_without_a_gap() -> None:
    found = needs(("b", 5, 100, 60), ("a", 0, 300, 60), ("a", 4, 400, 60), ("a", 4, 100, 60))
    assert found["athlete_id"].tolist() == ["a"] * 5 + ["b"]
    assert found["date"].tolist() == [on(day) for day in (0, 1, 2, 3, 4, 5)]
    assert found["exercise_kcal"].tolist() == pytest.approx([300, 0, 0, 0, 500, 100])


def test_without_an_intake_there_is_no_availability_and_days_without_one_have_none() -> None:
    rows: list[Session] = [("a", 0, 600, 60), ("a", 2, 600, 60)]
    without, some = needs(*rows), needs(*rows, intake_kcal=eaten(2200))
    assert without[["intake_kcal", "availability"]].isna().all(axis=None)
    assert without["information"].str.startswith("Energy availability cannot be told without").all()
    assert without["information"].str.contains(WEAK).all()
    assert some["availability"].notna().tolist() == [True, False, False]
    pd.testing.assert_frame_equal(some[NUMBERS[:4]], without[NUMBERS[:4]])


def test_sessions_whose_energy_is_not_known_make_lower_bounds_that_say_so() -> None:
    rows: list[Session] = [("a", 0, 600, 3600), ("a", 0, math.nan, 2400), ("a", 1, math.nan, 5400), ("a", 2, 5, 60)]
    found = needs(*rows, intake_kcal=eaten(2200, 2200, 2200))
    assert found["unknown_s"].tolist() == [2400, 5400, 0]
    assert found["exercise_kcal"].tolist() == pytest.approx([600, 0, 5])
    assert found["availability"].tolist()[:2] == pytest.approx([32, 44])
    bounds = found["information"].str.contains("lower bounds, and the availability is an upper one")
    assert bounds.tolist() == [True, True, False]
    assert found["information"].str.extract("Exercise of ([0-9:a-z ]+) is not in it")[0].tolist()[:2] == [
        "40 min",
        "1:30 h",
    ]


def test_a_session_of_unknown_energy_and_time_is_not_passed_over() -> None:
    found = needs(("a", 0, 600, 3600), ("a", 0, math.nan, math.nan), ("a", 0, math.nan, 60)).iloc[0]
    assert math.isnan(found["unknown_s"])
    assert found["exercise_kcal"] == pytest.approx(600)
    assert "Exercise of unknown length is not in it" in found["information"]


def test_the_days_of_a_daily_table_are_told_of_and_what_nobody_observed_stays_unknown() -> None:
    runs = pd.DataFrame(
        {"athlete_id": "a", "sport": "running", "date": [on(1), on(3)], "distance_m": 5000.0}
        | dict.fromkeys(["timer_s", "moving_s", "elapsed_s", "steps"], 1800.0)
    ).astype({"athlete_id": "str", "sport": "str", "date": DTYPES["date"]})
    costs: list[Session] = [("a", 1, 300, 1800), ("a", 3, 300, 1800)]
    intake = eaten(2200, 2200, 2200, 2200, 2200)
    zero = needs(*costs, daily=daily_load(runs, until=str(on(4).date())), intake_kcal=intake)
    gaps = needs(*costs, daily=daily_load(runs, missing="nan", until=str(on(4).date())), intake_kcal=intake)
    assert zero["date"].tolist() == gaps["date"].tolist() == [on(day) for day in (1, 2, 3, 4)]
    assert zero["exercise_kcal"].tolist() == pytest.approx([300, 0, 300, 0])
    np.testing.assert_allclose(gaps["exercise_kcal"], [300, np.nan, 300, np.nan])
    unseen = gaps.iloc[1]
    assert unseen[["exercise_per_ffm", "unknown_s", "intake_needed_kcal", "availability"]].isna().all()
    assert unseen["intake_kcal"] == 2200
    assert "Nobody observed the day" in unseen["information"]
    assert not zero["information"].str.contains("Nobody observed").any()


def test_a_day_that_nobody_observed_is_seen_by_its_session() -> None:
    daily = pd.DataFrame({"athlete_id": "a", "date": [on(1), on(0)], "sessions": math.nan})
    daily = daily.astype({"athlete_id": "str", "date": DTYPES["date"]})
    found = needs(("a", 0, 300, 60), ("a", 9, 300, 60), daily=daily)
    assert found["date"].tolist() == [on(0), on(1)]
    np.testing.assert_allclose(found["exercise_kcal"], [300, np.nan])


def test_each_athlete_has_a_mass_and_who_has_none_has_the_exercise_alone() -> None:
    rows: list[Session] = [(name, 0, 600, 60) for name in "abc"]
    found = needs(*rows, fat_free_mass_kg={"a": 50.0, "b": 60.0, "c": math.nan})
    np.testing.assert_allclose(found["intake_needed_kcal"], [2850, 3300, np.nan])
    np.testing.assert_allclose(found["exercise_kcal"], 600)
    for mass in ({"x": 50.0}, math.nan):
        alone = needs(rows[0], fat_free_mass_kg=mass, intake_kcal=eaten(2200)).iloc[0]
        assert alone[["exercise_per_ffm", "intake_needed_kcal", "availability"]].isna().all()
        assert alone["information"].startswith("Energy availability cannot be told")


def test_an_intake_of_several_athletes_is_a_table() -> None:
    rows: list[Session] = [("a", 0, 600, 60), ("b", 0, 600, 60)]
    table = pd.DataFrame(
        {"athlete_id": ["b", "a", "z"], "date": DAY0 + pd.Timedelta(hours=9), "intake_kcal": [3000, 2200, 1]}
    )
    found = needs(*rows, intake_kcal=table.astype({"athlete_id": "str"}))
    assert found["availability"].tolist() == [32, 48]
    with pytest.raises(ValueError, match="is a Series, and there are 2 athletes; a DataFrame with athlete_id"):
        needs(*rows, intake_kcal=eaten(2200))


def test_what_makes_no_sense_is_refused() -> None:
    row: Session = ("a", 0, 600, 60)
    for options, words in (
        ({"fat_free_mass_kg": 0}, "fat_free_mass_kg holds a number that is not finite or not above 0"),
        ({"fat_free_mass_kg": {"a": -50}}, "fat_free_mass_kg holds"),
        ({"fat_free_mass_kg": math.inf}, "fat_free_mass_kg holds"),
        ({"target": 0}, "target holds a number that is not finite or not above 0"),
        ({"intake_kcal": eaten(-1)}, "column 'intake_kcal' has 1 values outside 0 to inf kcal"),
        ({"intake_kcal": pd.Series([2200.0])}, "Intake: column 'date' is int64"),
        ({"intake_kcal": pd.concat([eaten(1), eaten(2)])}, "Intake: an athlete has a day twice; a row a day is needed"),
        (
            {"intake_kcal": pd.Series(1.0, pd.DatetimeIndex([pd.NaT]))},
            "Intake: a row has no athlete or no date; both are needed",
        ),
        ({"daily": pd.concat([needs(row), needs(row)])}, "Daily: an athlete has a day twice"),
    ):
        with pytest.raises(ValueError, match=words):
            needs(row, **options)
    for kernel in (lambda: energy_availability(2200.0, -1.0, 50.0), lambda: intake_needed(-1.0, 50.0)):
        with pytest.raises(ValueError, match="exercise_kcal holds a number that is not finite or not 0 or more"):
            kernel()
    with pytest.raises(SchemaError, match="column 'athlete_id' has missing values"):
        energy_need(energy(row).assign(athlete_id=pd.Series([None], dtype="str")), fat_free_mass_kg=50)


def test_nothing_needs_nothing() -> None:
    undated = energy(("a", 0, 600, 60)).assign(date=pd.Series([pd.NaT], dtype=DTYPES["date"]))
    for frame in (ENERGY.empty(), undated):
        assert ENERGY_NEED.check(energy_need(frame, fat_free_mass_kg=50, intake_kcal=eaten(2200))).empty


logs = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 9),
        st.integers(0, 2000).map(float) | st.just(math.nan),
        st.integers(60, 9000).map(float),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(logs)
def test_the_days_agree_with_a_loop_and_the_intake_needed_leaves_the_target(rows: list[Session]) -> None:
    found = needs(*rows)
    expected = []
    for name in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == name]
        for day in range(min(row[1] for row in own), max(row[1] for row in own) + 1):
            today = [row for row in own if row[1] == day]
            spent = sum(row[2] for row in today if not math.isnan(row[2]))
            expected.append((name, on(day), spent, sum(row[3] for row in today if math.isnan(row[2]))))
    assert list(zip(found["athlete_id"], found["date"], strict=True)) == [row[:2] for row in expected]
    np.testing.assert_allclose(found["exercise_kcal"], [row[2] for row in expected])
    np.testing.assert_allclose(found["unknown_s"], [row[3] for row in expected])
    table = found[["athlete_id", "date"]].assign(intake_kcal=found["intake_needed_kcal"])
    left = needs(*rows[::-1], intake_kcal=table)
    np.testing.assert_allclose(left["availability"], 45.0)
    assert left["information"].str.contains("called balance").all()
