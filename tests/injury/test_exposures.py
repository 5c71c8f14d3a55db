"""Exposures against hand-worked days, plain loops over every window, and the properties of a window."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_days import NAN, frame_of_athletes

from stressfx.errors import SchemaError
from stressfx.injury.exposures import exposed, spike_days, windowed
from stressfx.schema import SPIKES
from stressfx.training.daily import daily_load
from stressfx.training.spikes import session_spikes

Loads = dict[str, list[float]]

numbers = st.just(0.0) | st.integers(-3, 9).map(float) | st.just(NAN)
histories = st.dictionaries(st.sampled_from("abc"), st.lists(numbers, min_size=1, max_size=25), max_size=3)
windows = st.tuples(st.integers(1, 9), st.integers(0, 4))


def table_of(loads: Loads, start: str = "2026-03-02") -> pd.DataFrame:
    return frame_of_athletes({name: np.array(values) for name, values in loads.items()}, start, "x")


def window_of(values: list[float], day: int, days: int, lag_days: int) -> list[float]:
    """Give the values of a window; days before the first are missing."""
    places = range(day - lag_days - days + 1, day - lag_days + 1)
    return [values[place] if place >= 0 else NAN for place in places]


def runs_of(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    """Make sessions from athlete, day after 1 January 2026 and distance [km]; those of a day follow each other."""
    start = [
        pd.Timestamp("2026-01-01T06:00Z") + pd.Timedelta(days=day, minutes=n) for n, (_, day, _) in enumerate(rows)
    ]
    starts = pd.Series(start).dt.as_unit("us")
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([name for name, _, _ in rows], dtype="str"),
            "session_id": pd.Series([f"s{n:03d}" for n in range(len(rows))], dtype="str"),
            "sport": pd.Series(["running"] * len(rows), dtype="str"),
            "start": starts,
            "date": starts.dt.tz_localize(None).dt.normalize(),
            "distance_m": [1000 * km for _, _, km in rows],
        }
    ).assign(timer_s=60.0, moving_s=60.0, elapsed_s=60.0, steps=NAN)


def spike_on(rows: list[tuple[str, int, float]]) -> "pd.Series[float]":
    """Give the spike by athlete and day after 1 January 2026."""
    runs = runs_of(rows)
    days = spike_days(session_spikes(runs), daily_load(runs))
    number = (days["date"] - pd.Timestamp("2026-01-01")).dt.days
    return pd.Series(days["spike"].to_numpy(), index=pd.MultiIndex.from_arrays([days["athlete_id"], number]))


LOG = [("a", 0, 10.0), ("a", 15, 10.0)]
"""A log whose warm-up ends on day 30; the longest run is of 10 km."""


def test_a_day_takes_the_furthest_of_its_runs() -> None:
    """By hand: 12 km after 10 km is 20 %; 15 km later that day, 25 % beyond the 12 km."""
    spike = spike_on([*LOG, ("a", 31, 12.0), ("a", 31, 15.0), ("a", 31, 3.0)])
    assert spike["a", 31] == pytest.approx(0.25)


def test_rest_and_shorter_runs_are_no_spike() -> None:
    spike = spike_on([*LOG, ("a", 31, 9.0), ("a", 33, 10.0)])
    assert spike.loc[("a", 31) : ("a", 33)].tolist() == [0.0, 0.0, 0.0]


def test_a_run_that_cannot_be_compared_leaves_its_day_unknown() -> None:
    warm_up = spike_on([*LOG, ("a", 31, 9.0)])
    assert math.isnan(warm_up["a", 0])
    assert math.isnan(warm_up["a", 15])
    assert warm_up["a", 1] == 0.0
    after_a_break = spike_on([*LOG, ("a", 60, 30.0), ("a", 60, 40.0)])
    assert math.isnan(after_a_break["a", 60])
    assert after_a_break["a", 59] == 0.0


def test_a_run_of_unknown_length_leaves_its_day_unknown() -> None:
    spike = spike_on([*LOG, ("a", 31, NAN), ("a", 32, 20.0), ("a", 32, NAN), ("a", 33, 30.0)])
    assert np.isnan(spike.loc[("a", 31) : ("a", 32)]).all()
    assert spike["a", 33] == pytest.approx(0.5)


def test_a_run_too_short_to_be_compared_is_no_spike() -> None:
    spike = spike_on([*LOG, ("a", 31, 0.499), ("a", 32, 10.0)])
    assert spike["a", 31] == 0.0


def test_a_day_that_nobody_observed_has_no_spike() -> None:
    runs = runs_of([*LOG, ("a", 31, 12.0), ("a", 33, 5.0)])
    daily = daily_load(runs, missing="nan")
    for table in (daily, daily[["athlete_id", "date", "sessions"]]):
        spike = spike_days(session_spikes(runs), table)["spike"].tolist()
        assert spike[31:] == pytest.approx([0.2, NAN, 0.0], nan_ok=True)


def test_runs_that_are_in_no_list_of_spikes_are_unknown() -> None:
    """Spikes of another runner, or of none, must not read as a runner without spikes."""
    runs = runs_of([*LOG, ("a", 31, 12.0)])
    daily = daily_load(runs).drop(columns="longest_m")
    for spikes in (session_spikes(runs).head(0), session_spikes(runs.assign(athlete_id="b"))):
        spike = spike_days(spikes, daily)["spike"]
        assert np.flatnonzero(np.isnan(spike)).tolist() == [0, 15, 31]


def test_spikes_lie_on_the_rows_of_the_table_in_any_order() -> None:
    runs = runs_of([*LOG, ("b", 3, 5.0), ("a", 31, 12.0), ("b", 20, 5.0), ("b", 34, 9.0)])
    spikes, daily = session_spikes(runs), daily_load(runs)
    mixed = daily.sample(frac=1, random_state=3)
    expected = spike_days(spikes, daily)
    assert expected.groupby("athlete_id")["spike"].max().tolist() == pytest.approx([0.2, 0.8])
    pd.testing.assert_frame_equal(spike_days(spikes.sample(frac=1, random_state=5), mixed), expected.loc[mixed.index])


def test_spikes_of_two_loads_are_refused() -> None:
    runs = runs_of([*LOG])
    both = pd.concat([session_spikes(runs), session_spikes(runs, by="timer_s")])
    with pytest.raises(ValueError, match="compare 2 loads"):
        spike_days(both, daily_load(runs))


def test_exposure_by_hand() -> None:
    table = table_of({"a": [0, 0, 5, 0, 0, NAN, 0, 6, NAN]})
    assert exposed(table, "x", above=4, days=2).tolist() == pytest.approx(
        [NAN, 0, 1, 1, 0, NAN, NAN, 1, NAN], nan_ok=True
    )
    assert exposed(table, "x", above=4, days=2, lag_days=1).tolist() == pytest.approx(
        [NAN, NAN, 0, 1, 1, 0, NAN, NAN, 1], nan_ok=True
    )


@pytest.mark.parametrize(("run", "longest", "above"), [(11.0, 10.0, 0.1), (14.3, 13.0, 0.1), (13.0, 10.0, 0.3)])
def test_a_value_at_the_threshold_is_not_above(run: float, longest: float, above: float) -> None:
    """11 / 10 - 1 is 0.10000000000000009 in floating point, and an excess of 10 %."""
    table = table_of({"a": [run / longest - 1, 1.000_001 * run / longest - 1]})
    assert exposed(table, "x", above=above, days=1).tolist() == [0.0, 1.0]


@given(histories, windows, st.integers(-2, 8))
def test_exposure_is_that_of_a_plain_loop(loads: Loads, window: tuple[int, int], above: int) -> None:
    days, lag_days = window
    expected = []
    for name in sorted(loads):
        for day in range(len(loads[name])):
            held = window_of(loads[name], day, days, lag_days)
            missing = any(math.isnan(value) for value in held)
            expected.append(NAN if missing else 1.0 if any(value > above for value in held) else 0.0)
    found = exposed(table_of(loads).sort_values(["athlete_id", "date"]), "x", above=above, days=days, lag_days=lag_days)
    np.testing.assert_array_equal(found.to_numpy(), expected)


@given(histories, windows, st.sampled_from([("mean", lambda held: sum(held) / len(held)), ("sum", sum), ("max", max)]))
def test_a_window_is_that_of_a_plain_loop(loads: Loads, window: tuple[int, int], how: tuple) -> None:  # type: ignore[type-arg]
    days, lag_days = window
    expected = []
    for name in sorted(loads):
        for day in range(len(loads[name])):
            held = window_of(loads[name], day, days, lag_days)
            expected.append(NAN if any(math.isnan(value) for value in held) else how[1](held))
    table = table_of(loads).sort_values(["athlete_id", "date"])
    found = windowed(table, "x", days=days, lag_days=lag_days, how=how[0])
    np.testing.assert_allclose(found.to_numpy(), expected, rtol=1e-12)


@given(histories, windows, st.randoms(use_true_random=False))
def test_rows_may_come_in_any_order_with_any_index(loads: Loads, window: tuple[int, int], random: object) -> None:
    days, lag_days = window
    table = table_of(loads)
    order = list(range(len(table)))
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = table.iloc[order].set_axis([f"row {place}" for place in order])
    for function in (
        lambda t: exposed(t, "x", above=2, days=days, lag_days=lag_days),
        lambda t: windowed(t, "x", days=days),
    ):
        straight, found = function(table), function(mixed)
        assert found.index.equals(mixed.index)
        np.testing.assert_array_equal(found.to_numpy(), straight.to_numpy()[order])


@given(histories.filter(bool), windows)
def test_athletes_and_dates_do_not_matter_to_each_other(loads: Loads, window: tuple[int, int]) -> None:
    days, lag_days = window
    for function in (
        lambda t: exposed(t, "x", above=2, days=days, lag_days=lag_days),
        lambda t: windowed(t, "x", days=days, lag_days=lag_days),
    ):
        alone = [function(table_of({name: loads[name]}, "1969-12-30")).to_numpy() for name in sorted(loads)]
        together = function(table_of(loads).sort_values(["athlete_id", "date"]))
        np.testing.assert_array_equal(together.to_numpy(), np.concatenate(alone))


@given(st.lists(numbers, min_size=1, max_size=25), st.lists(numbers, min_size=1, max_size=5), windows)
def test_a_later_day_changes_no_earlier_value(values: list[float], later: list[float], window: tuple[int, int]) -> None:
    days, lag_days = window
    for function in (
        lambda t: exposed(t, "x", above=2, days=days, lag_days=lag_days),
        lambda t: windowed(t, "x", days=days, lag_days=lag_days),
    ):
        short, long = function(table_of({"a": values})), function(table_of({"a": values + later}))
        np.testing.assert_array_equal(long.to_numpy()[: len(values)], short.to_numpy())


def test_a_week_of_rest_is_nothing_whatever_was_run_before() -> None:
    table = table_of({"a": [1e16, 0.1, 0.0, 0.0, 0.0]})
    assert windowed(table, "x", days=3, how="sum").tolist()[-1] == 0.0
    assert windowed(table, "x", days=3).tolist()[3] == pytest.approx(0.1 / 3, rel=1e-12)


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 0},
        {"days": 1.5},
        {"days": NAN},
        {"days": np.inf},
        {"lag_days": -1},
        {"lag_days": 0.5},
        {"lag_days": "3"},
    ],
)
def test_a_window_that_is_none_is_refused(wrong: dict[str, float]) -> None:
    table = table_of({"a": [1.0]})
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is .* a whole number of days"):
        exposed(table, "x", above=1, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is .* a whole number of days"):
        windowed(table, "x", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("above", [NAN, np.inf, -np.inf])
def test_a_threshold_that_is_none_is_refused_and_not_taken_for_one_that_nobody_passes(above: float) -> None:
    with pytest.raises(ValueError, match=f"above is {above}; a number is needed"):
        exposed(table_of({"a": [1.0, 2.0]}), "x", above=above, days=1)


def test_infinities_of_both_signs_have_no_sum() -> None:
    sums = windowed(table_of({"a": [np.inf, -np.inf, 1.0, 2.0]}), "x", days=2, how="sum").tolist()
    assert np.isnan(sums[:2]).all()
    assert sums[2:] == [-np.inf, 3.0]


def test_what_cannot_be_computed_is_named() -> None:
    table = table_of({"ann": [1.0, 2.0, 3.0, 4.0]})
    with pytest.raises(ValueError, match="'ann': the day 2026-03-03 is missing"):
        exposed(table.drop(1), "x", above=1)
    with pytest.raises(SchemaError, match="column 'y' is missing"):
        windowed(table, "y")
    with pytest.raises(SchemaError, match=r"column 'athlete_id' is (str|object)"):
        windowed(table, "athlete_id")
    with pytest.raises(ValueError, match="how is 'median'; one of mean, sum, max"):
        windowed(table, "x", how="median")
    with pytest.raises(SchemaError, match="column 'sessions' is missing"):
        spike_days(SPIKES.empty(), table)
