"""First runs on a surface against cases by hand, a plain loop over all pairs, and the properties of the definition."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import SchemaError
from stressfx.schema import SURFACES
from stressfx.training.surfaces.first_days import first_days

DAY_0 = pd.Timestamp("2025-01-01")

Row = tuple[str, int, str, float]
"""Athlete, day, class and share."""


def surfaces_of(rows: list[Row], *, day_0: pd.Timestamp = DAY_0) -> pd.DataFrame:
    athlete, day, surface, share = zip(*rows, strict=True) if rows else ((),) * 4
    ids = [f"{row[0]}-{row[1]:03}-{row[2]}-{row[3]}" for row in rows]
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(athlete, dtype="str"),
            "session_id": pd.Series(ids, dtype="str"),
            "date": pd.Series([day_0 + pd.Timedelta(days=n) for n in day], dtype="datetime64[us]"),
            "surface": pd.Series(surface, dtype="str"),
            "share": pd.Series(share, dtype="float64"),
            "distance_m": pd.Series([np.nan] * len(rows), dtype="float64"),
            "source": pd.Series(["label"] * len(rows), dtype="str"),
        }
    )


def days(rows: list[Row], **options: Any) -> list[tuple[int, str]]:
    listed = SURFACES.check(first_days(surfaces_of(rows), **options))
    return list(zip((listed["date"] - DAY_0).dt.days, listed["surface"], strict=True))


STEADY: list[Row] = [("a", day, "trail", 1.0) for day in range(0, 100, 2)]


def test_a_surface_is_new_after_more_than_28_days_without_it() -> None:
    assert days([*STEADY, ("a", 40, "sand", 1.0), ("a", 68, "sand", 1.0)]) == [(40, "sand")]
    assert days([*STEADY, ("a", 40, "sand", 1.0), ("a", 69, "sand", 1.0)]) == [(40, "sand"), (69, "sand")]
    listed = first_days(surfaces_of([*STEADY, ("a", 40, "sand", 1.0), ("a", 69, "sand", 1.0)]))
    np.testing.assert_array_equal(listed["days_since"], [np.nan, 29])
    assert days([*STEADY, ("a", 40, "sand", 1.0), ("a", 51, "sand", 1.0)], absent_days=10) == [
        (40, "sand"),
        (51, "sand"),
    ]


def test_the_first_28_days_only_fill_the_window() -> None:
    assert days([*STEADY, ("a", 27, "sand", 1.0)]) == []
    assert days([*STEADY, ("a", 28, "sand", 1.0)]) == [(28, "sand")]


def test_after_28_days_without_any_run_not_every_surface_is_new() -> None:
    assert days([("a", 0, "trail", 1.0), ("a", 29, "sand", 1.0), ("a", 30, "grass", 1.0)]) == [(30, "grass")]
    assert days([("a", 0, "trail", 1.0), ("a", 28, "sand", 1.0)]) == [(28, "sand")]


def test_a_few_metres_are_not_run_on_and_unknown_ground_is_never_new() -> None:
    assert days([*STEADY, ("a", 40, "sand", 0.049), ("a", 50, "sand", 0.05)]) == [(50, "sand")]
    assert days([*STEADY, ("a", 40, "unknown", 1.0)]) == []


def test_all_runs_of_the_day_are_listed() -> None:
    assert days([*STEADY, ("a", 40, "sand", 1.0), ("a", 40, "sand", 0.5)]) == [(40, "sand"), (40, "sand")]


def test_the_rows_are_those_of_the_surfaces_with_whatever_else_they_hold() -> None:
    surfaces = surfaces_of([*STEADY, ("a", 40, "sand", 0.5)]).assign(mine=range(51))
    surfaces.loc[0, "date"] = pd.NaT
    listed = first_days(surfaces)
    assert listed.columns.tolist() == [*surfaces.columns, "days_since"]
    assert listed["mine"].tolist() == [50]


def test_nothing_and_nonsense() -> None:
    assert SURFACES.check(first_days(SURFACES.empty())).empty
    with pytest.raises(ValueError, match="absent_days is 0; 1 day or more is needed"):
        first_days(SURFACES.empty(), absent_days=0)
    with pytest.raises(SchemaError, match="of no class that is known"):
        first_days(surfaces_of([("a", 0, "tarmac", 1.0)]))


rows_ = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 120),
        st.sampled_from(["trail", "sand", "unknown"]),
        st.sampled_from([1.0, 0.5, 0.01]),
    ),
    max_size=25,
    unique=True,
)


def by_all_pairs(rows: list[Row]) -> list[str]:
    found = []
    for athlete, day, surface, share in sorted(rows):
        own = [row for row in rows if row[0] == athlete]
        before = [row for row in own if day - 28 <= row[1] < day]
        seen = any(row[2] == surface and row[3] >= 0.05 for row in before)
        warm = day - min(row[1] for row in own) >= 28
        if warm and before and not seen and surface != "unknown" and share >= 0.05:
            found.append(f"{athlete}-{day:03}-{surface}-{share}")
    return found


@given(rows_)
def test_first_days_agree_with_a_loop_over_all_pairs(rows: list[Row]) -> None:
    assert sorted(first_days(surfaces_of(rows))["session_id"]) == sorted(by_all_pairs(rows))


@settings(max_examples=40)
@given(rows_, st.randoms(use_true_random=False), st.integers(1, 60))
def test_order_company_calendar_and_later_runs_do_not_matter(rows: list[Row], random: Any, after: int) -> None:
    listed = first_days(surfaces_of(rows))
    shuffled = rows.copy()
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(first_days(surfaces_of(shuffled)), listed)
    alone = [first_days(surfaces_of([row for row in rows if row[0] == name])) for name in "ab"]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), listed)
    later = first_days(surfaces_of(rows, day_0=DAY_0 + pd.Timedelta(days=1000)))
    back = (later["date"] - pd.Timedelta(days=1000)).astype("datetime64[us]")
    pd.testing.assert_frame_equal(later.assign(date=back), listed)
    end = max((row[1] for row in rows), default=0)
    more = first_days(surfaces_of([*rows, ("a", end + after, "sand", 1.0)]))
    before = more[more["date"] <= DAY_0 + pd.Timedelta(days=end)].reset_index(drop=True)
    pd.testing.assert_frame_equal(before, listed)
