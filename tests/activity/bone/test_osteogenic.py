"""Oracles: hand-worked logarithms and recoveries to their printed digits, and a loop over all pairs of bouts."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.activity.bone.osteogenic import osteogenic_index, recovery_factor

T0 = pd.Timestamp("2026-03-01T06:00", tz="UTC")
Bout = tuple[str, int, int]
"""Athlete, hours from `T0` to the start, and hours that it lasted."""

bouts = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.integers(0, 30)), max_size=20)


def factors(rows: list[Bout]) -> np.ndarray:
    athlete, start, hours = zip(*rows, strict=True) if rows else ((), (), ())
    begins = (T0 + pd.to_timedelta(pd.Series(start, dtype="float64"), unit="h")).astype("datetime64[us, UTC]")
    ends = begins + pd.to_timedelta(pd.Series(hours, dtype="float64"), unit="h")
    return recovery_factor(begins, ends.astype("datetime64[us, UTC]"), pd.Series(athlete, dtype="str"))


def test_most_cycles_add_next_to_nothing() -> None:
    """Oracle: ln(N + 1) for 40, 100, 1,000 and 5,000 cycles."""
    assert [f"{value:.3f}" for value in osteogenic_index(1, [40, 100, 1000, 5000])] == [
        "3.714",
        "4.615",
        "6.909",
        "8.517",
    ]
    assert osteogenic_index([2.0, 0.0, np.nan], [0.0, 10.0, 10.0]).tolist()[:2] == [0, 0]
    assert np.isnan(osteogenic_index([1.0, np.nan], [np.nan, 1.0])).all()


@pytest.mark.parametrize(("hours", "printed"), [(4, "0.4866"), (8, "0.7364"), (12, "0.8647"), (24, "0.9817")])
def test_a_second_bout_counts_for_what_has_recovered(hours: int, printed: str) -> None:
    """Oracle: 1 - exp(-t / 6 h)."""
    first, second = factors([("a", 0, 1), ("a", 1 + hours, 1)])
    assert (first, f"{second:.4f}") == (1, printed)


def test_the_bout_that_ended_last_decides() -> None:
    """By hand: one of 20 hours from 0, one of an hour from 2; at 26 the long one has ended 6 hours before."""
    found = factors([("a", 0, 20), ("a", 2, 1), ("a", 26, 1)])
    assert found.tolist() == pytest.approx([1, 0, 1 - math.exp(-1)])


def test_without_a_start_nothing_is_known_and_without_an_end_the_start_counts() -> None:
    start = pd.Series([T0, pd.NaT, T0 + pd.Timedelta(hours=6)]).astype("datetime64[us, UTC]")
    found = recovery_factor(start, start.where(start > T0), pd.Series(["a"] * 3, dtype="str"))
    np.testing.assert_allclose(found, [1, np.nan, 1 - math.exp(-1)])
    assert np.isnan(recovery_factor(start.iloc[1:2], start.iloc[1:2], pd.Series(["a"]))).all()


@settings(max_examples=300)
@given(bouts, st.randoms(use_true_random=False))
def test_athletes_interleaved_in_any_order_are_a_loop_over_pairs(rows: list[Bout], random: object) -> None:
    random.shuffle(rows)  # type: ignore[attr-defined]
    expected = []
    for athlete, start, _ in rows:
        ends = [begin + hours for name, begin, hours in rows if name == athlete and begin < start]
        expected.append(1 - math.exp(-max(start - max(ends), 0) / 6) if ends else 1.0)
    np.testing.assert_allclose(factors(rows), expected, atol=1e-15)


@settings(max_examples=100)
@given(bouts, st.integers(0, 10))
def test_a_later_bout_changes_no_earlier_one(rows: list[Bout], hours: int) -> None:
    later = [("a", 61, hours), ("b", 70, hours)]
    assert factors([*rows, *later])[: len(rows)].tolist() == factors(rows).tolist()


def test_what_is_out_of_range_is_said() -> None:
    bout = pd.Series([T0])
    with pytest.raises(ValueError, match="must not be negative"):
        osteogenic_index(1, -1)
    with pytest.raises(ValueError, match="time_constant_h is 0"):
        recovery_factor(bout, bout, pd.Series(["a"]), time_constant_h=0)
    with pytest.raises(ValueError, match="1 starts, 1 ends and 2 athletes"):
        recovery_factor(bout, bout, pd.Series(["a", "b"]))
