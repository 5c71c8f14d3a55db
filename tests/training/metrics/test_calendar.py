"""Calendars with and without gaps: every wrong one is named, by hand and by hypothesis."""

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_days import MONDAY, NAN, any_loads, days_of, frame_of_athletes

from stressfx.errors import SchemaError
from stressfx.training.metrics.calendar import ATHLETES_A_BLOCK, long_table, series_block


def test_a_series_is_one_column() -> None:
    block = series_block(days_of([1.0, NAN, 0.0]))
    np.testing.assert_array_equal(block.loads, [[1], [NAN], [0]])
    assert not block.gapless
    assert series_block(days_of([1.0, 0.0])).gapless


@pytest.mark.parametrize("dtype", ["int64", "Int64", "Float64", "float32", "bool"])
def test_numbers_of_every_type_are_loads(dtype: str) -> None:
    load = pd.Series([1, 0, 1], pd.date_range(MONDAY, periods=3)).astype(dtype)  # type: ignore[call-overload]  # its stubs list them one by one
    assert series_block(load).loads.ravel().tolist() == [1, 0, 1]


def test_a_missing_cell_of_a_nullable_type_is_a_day_that_was_not_observed() -> None:
    load = pd.Series([1, None, 3], pd.date_range(MONDAY, periods=3), dtype="Int64")
    np.testing.assert_array_equal(series_block(load).loads.ravel(), [1, NAN, 3])


def test_no_day_and_one_day() -> None:
    assert series_block(days_of([])).loads.shape == (0, 1)
    assert series_block(days_of([5.0])).loads.tolist() == [[5.0]]


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (["2026-03-02", "2026-03-04"], "the day 2026-03-03 is missing, between 2026-03-02 and 2026-03-04; a complete"),
        (["2026-02-28", "2026-03-02", "2026-03-09"], "the day 2026-03-01 is missing, between 2026-02-28"),
        (["2026-03-02", "2026-03-02"], "the day 2026-03-02 is there twice"),
        (["2026-03-02T07:00", "2026-03-02T18:00"], "the day 2026-03-02 is there twice"),
        (["2026-03-03", "2026-03-02"], "the day 2026-03-02 comes after 2026-03-03"),
        (["2026-03-02", None], "the index has a row without a day"),
    ],
)
def test_a_wrong_index_is_named(days: list[str | None], message: str) -> None:
    load = pd.Series(1.0, pd.DatetimeIndex(days))
    with pytest.raises(ValueError, match=message):
        series_block(load)


def test_an_index_of_another_kind_is_named() -> None:
    with pytest.raises(ValueError, match="the index is RangeIndex; a DatetimeIndex, a day a row, is needed"):
        series_block(pd.Series([1.0, 2.0]))
    with pytest.raises(ValueError, match="the index is in the time zone Europe/Berlin; local calendar days"):
        series_block(pd.Series([1.0, 2.0], pd.date_range("2026-03-28", periods=2, tz="Europe/Berlin")))


@pytest.mark.parametrize("load", [-1.0, np.inf, -np.inf])
def test_a_load_that_no_day_can_have_is_refused(load: float) -> None:
    with pytest.raises(ValueError, match="a load is negative or infinite"):
        series_block(days_of([1.0, load]))
    with pytest.raises(SchemaError, match="Daily: column 'distance_m' has"):
        long_table(frame_of_athletes({"a": np.array([1.0, load])}), "distance_m")


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the loads are .*; numbers are needed"):
        series_block(pd.Series(["8 km", "9 km"], pd.date_range(MONDAY, periods=2)))


def test_a_gap_names_the_athlete() -> None:
    daily = frame_of_athletes({"ann": np.ones(5), "bob": np.ones(6)})
    with pytest.raises(ValueError, match="athlete 'bob': the day 2026-03-04 is missing, between 2026-03-03 and 2026"):
        long_table(daily.drop(index=7), "distance_m")
    twice = pd.concat([daily, daily.iloc[[2]]], ignore_index=True)
    with pytest.raises(ValueError, match="athlete 'ann': the day 2026-03-04 is there twice"):
        long_table(twice, "distance_m")


def test_a_name_cannot_break_the_message() -> None:
    daily = frame_of_athletes({"a\n\x1b[31mb": np.ones(3)}).drop(index=1)
    with pytest.raises(ValueError, match=r"athlete 'a\\n\\x1b\[31mb': the day 2026-03-03 is missing"):
        long_table(daily, "distance_m")


def test_what_the_frame_lacks_is_named() -> None:
    daily = frame_of_athletes({"a": np.ones(3)})
    with pytest.raises(SchemaError, match="Daily: column 'trimp' is missing"):
        long_table(daily, "trimp")
    with pytest.raises(SchemaError, match=r"Daily: column 'date' is .*; datetime64"):
        long_table(daily.assign(date="2026-03-02"), "distance_m")
    for name in ("athlete_id", "date"):
        lacking = daily.copy()
        lacking.loc[1, name] = None
        with pytest.raises(SchemaError, match=f"Daily: column '{name}' has missing values; none are allowed"):
            long_table(lacking.astype(daily.dtypes), "distance_m")


athletes = st.dictionaries(st.sampled_from(list("abcdefgh")), any_loads, max_size=6)


@given(athletes, st.randoms(use_true_random=False), st.integers(1, 4))
def test_blocks_hold_every_athlete_once_in_whatever_order_the_rows_are(
    loads: dict[str, npt.NDArray[np.float64]], random: st.DataObject, width: int
) -> None:
    daily = frame_of_athletes(loads)
    rows = list(range(len(daily)))
    random.shuffle(rows)  # type: ignore[attr-defined]  # it is a random.Random
    table = long_table(daily.take(rows), "distance_m")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stressfx.training.metrics.calendar.ATHLETES_A_BLOCK", width)
        blocks = list(table.blocks())
    again = np.full_like(table.loads, -1)
    found = {}
    for numbers, block in blocks:
        assert len(numbers) <= width
        table.put(block.loads, numbers, again)
        for number, column in zip(numbers, block.loads.T, strict=True):
            length = table.lengths[number]
            assert np.isnan(column[length:]).all()
            assert block.gapless == (not np.isnan(column[:length]).any())
            found[sorted(loads)[number]] = column[:length]
    assert found.keys() == loads.keys()
    for name, values in found.items():
        np.testing.assert_array_equal(values, loads[name])
    np.testing.assert_array_equal(again, table.loads)


def test_equal_calendars_end_to_end_are_laid_out_as_others_are() -> None:
    rng = np.random.default_rng(2)
    many = {f"{number:04d}": rng.random(150) for number in range(ATHLETES_A_BLOCK + 5)}
    table = long_table(frame_of_athletes(many), "distance_m")
    (first, block), (rest, _) = table.blocks()
    assert (len(first), len(rest)) == (ATHLETES_A_BLOCK, 5)
    np.testing.assert_array_equal(block.loads.T, [many[f"{number:04d}"] for number in first])
    assert table.order is None
