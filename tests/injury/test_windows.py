"""Windows before an injury against hand-worked calendars, and against a plain search over every day before."""

import math
import warnings
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import DataQualityWarning
from stressfx.injury.windows import loads_before
from stressfx.schema import BEFORE, DTYPES, INJURIES

MONDAY = pd.Timestamp("2026-03-02")
NAN = float("nan")


class Told(NamedTuple):
    """An injury; days count from `MONDAY`."""

    athlete: str
    onset: int | None
    returned: int | None = None
    case: bool = True


Logs = dict[str, list[bool]]
"""Of every runner whether each day, from `MONDAY` on, was observed."""

Window = tuple[int, int, int]
"""Row of the injury, number of the window, its last day."""


def date_of(days: list[int | None]) -> pd.Series:
    return pd.Series([pd.NaT if day is None else MONDAY + pd.Timedelta(days=day) for day in days], dtype=DTYPES["date"])


def injuries_of(told: list[Told]) -> pd.DataFrame:
    columns: dict[str, Any] = {column.name: pd.Series([None] * len(told), dtype="str") for column in INJURIES.columns}
    columns["athlete_id"] = pd.Series([injury.athlete for injury in told], dtype="str")
    columns |= {name: date_of([None] * len(told)) for name in ("stopped_running", "diagnosed")}
    columns["first_pain"] = date_of([injury.onset for injury in told])
    columns["returned"] = date_of([injury.returned for injury in told])
    return pd.DataFrame({column.name: columns[column.name] for column in INJURIES.columns})


def table_of(logs: Logs) -> pd.DataFrame:
    """Make a table; the column x is the day's number."""
    days = [(name, day, seen) for name, log in logs.items() for day, seen in enumerate(log)]
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([name for name, _, _ in days], dtype="str"),
            "date": date_of([day for _, day, _ in days]),
            "sessions": [1.0 if seen else NAN for _, _, seen in days],
            "x": [day for _, day, _ in days],
            "surface": pd.Series([f"ground {day}" for _, day, _ in days], dtype="str"),
        }
    )


def quietly(logs: Logs, told: list[Told], **options: Any) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        cases = np.array([injury.case for injury in told], dtype=bool)
        return BEFORE.check(loads_before(table_of(logs), injuries_of(told), cases=cases, **options))


def windows_of(before: pd.DataFrame) -> list[Window]:
    last = before[before["day"] == 0]
    day = (last["date"] - MONDAY).dt.days
    return list(zip(last["injury"].tolist(), last["window"].tolist(), day.tolist(), strict=True))


def test_windows_by_hand() -> None:
    """Five days and the onset on day 40: the runner's own windows end 7, 14 and 21 days before."""
    before = quietly({"ann": [True] * 50}, [Told("ann", 40)], days=5, matched=3)
    assert windows_of(before) == [(0, 0, 40), (0, 1, 33), (0, 2, 26), (0, 3, 19)]
    assert before["day"].tolist() == [-5, -4, -3, -2, -1, 0] * 4
    assert before["x"].tolist()[:6] == [35.0, 36.0, 37.0, 38.0, 39.0, 40.0]
    assert before["surface"].tolist()[6] == "ground 28"
    assert before["date"].tolist()[6] == MONDAY + pd.Timedelta(days=28)
    assert before.columns.tolist() == [*BEFORE.names, "sessions", "x", "surface"]


@pytest.mark.parametrize(("days", "ends"), [(6, [33, 26, 19]), (7, [26, 12]), (13, [26]), (20, []), (40, [])])
def test_longer_windows_lie_further_apart(days: int, ends: list[int]) -> None:
    """A window of 7 days and the onset holds 8 days, so that the next one on the weekday would share a day."""
    found = windows_of(quietly({"ann": [True] * 50}, [Told("ann", 40)], days=days, matched=3))
    assert [day for _, window, day in found if window] == ends


def test_other_windows_keep_clear_of_injuries_and_of_days_that_nobody_observed() -> None:
    """By hand: of the weekdays before day 60, those whose six days before them are quiet."""
    seen = [True] * 70
    seen[30] = False
    told = [Told("ann", 60), Told("ann", 40, 42, case=False), Told("ann", 16, 16, case=False)]
    found = windows_of(quietly({"ann": seen}, told, days=6, matched=9, washout_days=3))
    # 53; 46 to 40 is run-up, absence and wash-out; 39 run-up; 32 holds day 30; 25; 18 is wash-out; 11 run-up
    assert found == [(0, 0, 60), (0, 1, 53), (0, 2, 25)]


@pytest.mark.parametrize(("onset", "ends"), [(26, [53, 46, 39, 18, 11]), (24, [53, 46, 39, 32, 11])])
def test_no_other_window_holds_a_day_before_an_injury_that_took_no_time_away(onset: int, ends: list[int]) -> None:
    """By hand: an onset on day 26 is the first day of the window to 32; one on 24 has the last day of that to 18."""
    told = [Told("ann", 60), Told("ann", onset, onset, case=False)]
    found = windows_of(quietly({"ann": [True] * 70}, told, days=6, matched=9, washout_days=0))
    assert [day for _, _, day in found] == [60, *ends]


def test_a_window_is_shown_as_far_as_the_log_reaches() -> None:
    early = quietly({"ann": [True] * 9}, [Told("ann", 2)], days=4)
    assert early["x"].tolist() == pytest.approx([NAN, NAN, 0, 1, 2], nan_ok=True)
    assert early["surface"].isna().tolist() == [True, True, False, False, False]
    late = quietly({"ann": [True] * 9}, [Told("ann", 10)], days=4, matched=0)
    assert late["x"].tolist() == pytest.approx([6, 7, 8, NAN, NAN], nan_ok=True)
    assert windows_of(quietly({"ann": [True] * 16}, [Told("ann", 17)], days=4)) == [(0, 0, 17), (0, 1, 10)]
    assert windows_of(quietly({"ann": [True] * 50}, [Told("ann", 58)], days=10, matched=1)) == [(0, 0, 58), (0, 1, 44)]


@pytest.mark.parametrize(
    "lost",
    [
        Told("ann", None),
        Told("ben", 10),
        Told("ann", -60, -59),
        Told("ann", 55),
        Told("ann", 43, 43),
        Told("ann", 40, 41),
    ],
)
def test_an_injury_without_a_window_is_said(lost: Told) -> None:
    table = table_of({"ann": [True] * 50})
    with pytest.warns(DataQualityWarning, match="^Without a window: 1 of 2 injuries") as said:
        before = loads_before(table, injuries_of([Told("ann", 40, 44), lost]), days=5, matched=2, washout_days=0)
    assert windows_of(before) == [(0, 0, 40), (0, 1, 33), (0, 2, 26)]
    assert len(said) == 1
    assert said[0].filename == __file__


def test_fewer_windows_than_asked_for_are_said() -> None:
    told = injuries_of([Told("ann", 40), Told("ben", 40)])
    table = table_of({"ann": [True] * 50, "ben": [False] * 20 + [True] * 30})
    with pytest.warns(DataQualityWarning, match=r"^Fewer than 4 other windows: 1 of 2 injuries \(6 windows in all\)"):
        before = loads_before(table, told, days=5)
    assert before.groupby("injury")["window"].max().tolist() == [4, 2]


def test_nothing_to_show_is_an_empty_frame() -> None:
    none = loads_before(table_of({"ann": [True] * 9}), injuries_of([]))
    assert none.columns.tolist() == [*BEFORE.names, "sessions", "x", "surface"]
    assert len(BEFORE.check(none)) == 0
    assert quietly({}, [Told("ann", 3)]).empty


def plain_search(logs: Logs, told: list[Told], days: int, matched: int, washout: int) -> list[Window]:
    """Look at every day before every injury."""

    def blocked(name: str, day: int) -> bool:
        return any(
            other.athlete == name
            and other.onset is not None
            and other.onset < day
            and (other.returned is None or day < max(other.returned, other.onset) + washout)
            for other in told
        )

    def run_up(name: str, day: int) -> bool:
        return any(
            other.athlete == name and other.onset is not None and other.onset - days <= day <= other.onset
            for other in told
        )

    found = []
    for n, injury in enumerate(told):
        name, end = injury.athlete, injury.onset
        if (
            not injury.case
            or end is None
            or name not in logs
            or blocked(name, end)
            or not 0 <= end < len(logs[name]) + days
        ):
            continue
        if any(other.case and (other.athlete, other.onset) == (name, end) for other in told[:n]):
            continue
        found.append((n, 0, end))
        taken = set(range(end - days, end + 1))
        for day in range(end - 1, -1, -1):
            held = range(day - days, day + 1)
            quiet = day - days >= 0 and day < len(logs[name])
            quiet = quiet and all(logs[name][d] and not blocked(name, d) and not run_up(name, d) for d in held)
            weekday = (MONDAY + pd.Timedelta(days=day)).weekday() == (MONDAY + pd.Timedelta(days=end)).weekday()
            if quiet and weekday and not taken & set(held) and found[-1][1] < matched:
                found.append((n, found[-1][1] + 1, day))
                taken |= set(held)
    return found


logs_drawn = st.dictionaries(
    st.sampled_from("ab"),
    st.tuples(st.integers(1, 90), st.sets(st.integers(0, 90), max_size=3)).map(
        lambda drawn: [day not in drawn[1] for day in range(drawn[0])]
    ),
    max_size=2,
)
told_drawn = st.lists(
    st.tuples(
        st.sampled_from("aabc"), st.none() | st.integers(-5, 99), st.none() | st.integers(-2, 15), st.booleans()
    ).map(
        lambda drawn: Told(*drawn[:2], None if None in drawn[1:3] else drawn[1] + drawn[2], drawn[3] or drawn[0] == "a")
    ),
    max_size=4,
)


@given(
    logs_drawn, told_drawn, st.integers(1, 16), st.integers(0, 4), st.integers(0, 10), st.randoms(use_true_random=False)
)
def test_windows_are_those_of_a_plain_search(
    logs: Logs, told: list[Told], days: int, matched: int, washout: int, random: Any
) -> None:
    """With the table in any order; and every day of every window holds that day's values."""
    table = table_of(logs)
    order = list(range(len(table)))
    random.shuffle(order)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        before = loads_before(
            table.iloc[order],
            injuries_of(told),
            days=days,
            matched=matched,
            washout_days=washout,
            cases=np.array([injury.case for injury in told], dtype=bool),
        )
    expected = plain_search(logs, told, days, matched, washout)
    assert windows_of(before) == expected
    every = [(told[n].athlete, end + day) for n, _, end in expected for day in range(-days, 1)]
    assert list(zip(before["athlete_id"], (before["date"] - MONDAY).dt.days, strict=True)) == every
    for (name, day), x in zip(every, before["x"], strict=True):
        assert x == day if 0 <= day < len(logs[name]) else math.isnan(x)


def test_what_cannot_be_laid_out_is_named() -> None:
    table, told = table_of({"ann": [True] * 9}), injuries_of([Told("ann", 4)])
    with pytest.raises(ValueError, match="days is 0; a whole number of days, 1 or more"):
        loads_before(table, told, days=0)
    with pytest.raises(ValueError, match="matched is -1; a whole number"):
        loads_before(table, told, matched=-1)
    with pytest.raises(ValueError, match="'day' of its own; rename"):
        loads_before(table.assign(day=1), told)
    with pytest.raises(ValueError, match="'ann': the day 2026-03-04 is missing"):
        loads_before(table.drop(2), told)
