"""Local days of sessions that do not tell their zone, against hand cases and Python's own zones."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_log import frame, session

from stressfx.exports.log import training_log
from stressfx.exports.zones import clock_time
from stressfx.schema import LOG

DAY = 1440
EAST_S = -5 * 3600.0
LATE = session("late", 19 * 60 + 32, 60, offset_source="assumed")
"""A run at 3:32 in UTC, on the second of March 2026: at 22:32 on the first in New York."""


def placed(*rows: dict[str, Any], tz: str | None = None) -> dict[str, tuple[str, float, str]]:
    """Give day, offset and its source of every session."""
    log = LOG.check(training_log(frame(*rows), tz=tz))
    return {row.session_id: (f"{row.date:%m-%d}", row.utc_offset_s, row.offset_source) for row in log.itertuples()}


def neighbour(name: str, minute: float, **columns: Any) -> dict[str, Any]:
    return session(name, minute, 60, **{"utc_offset_s": EAST_S} | columns)


@pytest.mark.parametrize("source", ["file", "position", "account", "caller"])
def test_a_session_gets_the_offset_that_both_neighbours_tell(source: str) -> None:
    rows = [neighbour("before", -2 * DAY, offset_source=source), LATE, neighbour("after", 4 * DAY)]
    assert placed(*rows)["late"] == ("03-01", EAST_S, "neighbours")
    assert placed(*reversed(rows))["late"] == ("03-01", EAST_S, "neighbours")


@pytest.mark.parametrize(
    "others",
    [
        [],
        [neighbour("before", -DAY)],
        [neighbour("after", 2 * DAY)],
        [neighbour("before", -DAY), neighbour("after", 2 * DAY, utc_offset_s=EAST_S + 3600)],
        [neighbour("before", -DAY, athlete_id="b"), neighbour("after", 2 * DAY)],
        [neighbour("before", -DAY, offset_source="assumed"), neighbour("after", 2 * DAY)],
        [neighbour("before", -DAY), neighbour("after", 2 * DAY, offset_source="neighbours")],
        [neighbour("before", -DAY, offset_source="local"), neighbour("after", 2 * DAY)],
        [neighbour("before", 19 * 60 + 31 - 7 * DAY), neighbour("after", 2 * DAY)],
        [neighbour("before", -DAY), neighbour("after", 19 * 60 + 33 + 7 * DAY)],
    ],
)
def test_nothing_is_guessed_from_one_side_from_afar_from_others_or_from_disagreement(others: list[Any]) -> None:
    assert placed(LATE, *others)["late"] == ("03-02", 0.0, "assumed")


def test_seven_days_are_near_enough_and_the_nearest_counts() -> None:
    week = [neighbour("before", 19 * 60 + 32 - 7 * DAY), neighbour("after", 19 * 60 + 32 + 7 * DAY)]
    assert placed(LATE, *week)["late"] == ("03-01", EAST_S, "neighbours")
    nearer = [neighbour("home", 0, utc_offset_s=3600.0), neighbour("home too", 3 * DAY, utc_offset_s=3600.0)]
    assert placed(LATE, *week, *nearer)["late"] == ("03-02", 3600.0, "neighbours")


def test_a_clock_that_was_never_set_says_nothing_and_is_told_nothing() -> None:
    unset = {name: pd.Timestamp("1989-12-31", tz="UTC") for name in ("start", "end")}
    rows = [LATE | unset, told(0) | unset, neighbour("before", 0) | unset, neighbour("after", 0) | unset]
    for tz in (None, "America/New_York"):
        sources = {name: source for name, (_, _, source) in placed(*rows, tz=tz).items()}
        assert sources == {"late": "assumed", "told": "local", "before": "file", "after": "file"}


def told(minute: float, **columns: Any) -> dict[str, Any]:
    """Give a row of which an account tells the clock, but no zone."""
    return session("told", minute, 60, offset_source="local", format="runkeeper", source="", **columns)


def test_a_clock_keeps_its_day_and_gets_its_instant_from_the_caller() -> None:
    """22:32 on the first in New York was 3:32 on the second in UTC; without a zone nothing moves."""
    row = told(14 * 60 + 32)
    assert placed(row)["told"] == ("03-01", 0.0, "local")
    assert placed(row, tz="America/New_York")["told"] == ("03-01", EAST_S, "caller")
    log = training_log(frame(row), tz="America/New_York")
    assert log["start"].tolist() == [LATE["start"]]
    assert log["end"].tolist() == [LATE["end"]]


def test_a_clock_keeps_its_day_and_gets_its_instant_from_neighbours() -> None:
    """Its neighbours by the clock are those at 21:00 and 23:59 of the same evening, not those nearer to its digits."""
    evening = [neighbour("21:00", 18 * 60), neighbour("23:59", 21 * 60 - 1)]
    others = [
        neighbour(name, hour * 60, utc_offset_s=9 * 3600.0) for name, hour in (("digits", 14), ("digits too", 15))
    ]
    log = training_log(frame(told(14 * 60 + 32), *evening, *others)).set_index("session_id")
    assert log.loc["told", ["date", "utc_offset_s", "offset_source"]].tolist() == [
        pd.Timestamp("2026-03-01"),
        EAST_S,
        "neighbours",
    ]
    assert (log.loc["told", "start"], log.loc["told", "end"]) == (LATE["start"], LATE["end"])
    assert log.index.tolist() == ["digits", "digits too", "21:00", "told", "23:59"]


def test_clocks_that_occur_twice_or_never_are_told_as_stated() -> None:
    """In Berlin, 2:30 occurred twice on 26 October 2025, and never on 30 March."""
    for day, hours in (("2025-10-26", 2), ("2025-03-30", 1)):
        start = pd.Timestamp(f"{day}T02:30", tz="UTC")
        row = told(0) | {"start": start, "end": start + pd.Timedelta(hours=1), "date": pd.Timestamp(day)}
        log = training_log(frame(row), tz="Europe/Berlin")
        assert log["start"].tolist() == [start - pd.Timedelta(hours=hours)]
        assert log["date"].tolist() == [pd.Timestamp(day)]


zones = st.sampled_from(["Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu"])
minutes = st.integers(0, 365 * DAY)


@settings(max_examples=40)
@given(st.lists(minutes, min_size=1, max_size=6), zones)
def test_days_agree_with_pythons_zones_and_clocks_are_never_moved(starts: list[int], tz: str) -> None:
    rows = [
        session(f"{kind}{number}", minute, 30, offset_source=kind, sport=kind)
        for number, minute in enumerate(starts)
        for kind in ("assumed", "local")
    ]
    before = frame(*rows).set_index("session_id")
    after = training_log(frame(*rows), tz=tz).set_index("session_id").loc[before.index]
    clock = (before["offset_source"] == "local").to_numpy()
    assert (after["date"][clock] == before["date"][clock]).all()
    np.testing.assert_array_equal(clock_time(after)[clock], clock_time(before)[clock])
    for row in after[~clock].itertuples():
        local = row.start.to_pydatetime().astimezone(ZoneInfo(tz))
        assert row.date.date() == local.date()
        assert timedelta(seconds=row.utc_offset_s) == local.utcoffset()
    for row in after[clock].itertuples():
        naive = datetime.fromtimestamp(row.start.timestamp() + row.utc_offset_s, ZoneInfo("UTC")).replace(tzinfo=None)
        assert timedelta(seconds=row.utc_offset_s) == naive.replace(tzinfo=ZoneInfo(tz)).utcoffset()
    assert (after["end"] - after["start"] == pd.Timedelta(minutes=30)).all()


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            minutes.map(lambda minute: minute % (30 * DAY)),
            st.sampled_from(["file", "position", "assumed", "local", "neighbours"]),
            st.sampled_from([0.0, EAST_S]),
            st.sampled_from(["a", "b"]),
        ),
        max_size=12,
        unique_by=lambda row: row[0],
    )
)
def test_neighbours_agree_with_a_plain_search(drawn: list[tuple[int, str, float, str]]) -> None:
    rows = [
        session(
            f"{number}",
            minute,
            1,
            athlete_id=athlete,
            offset_source=source,
            utc_offset_s=0.0 if source in {"assumed", "local"} else offset_s,
        )
        for number, (minute, source, offset_s, athlete) in enumerate(drawn)
    ]
    log = training_log(frame(*rows)).set_index("session_id")
    for row in rows:
        expected = row["offset_source"], row["utc_offset_s"]
        if row["offset_source"] in {"assumed", "local"}:
            found = searched(row, rows)
            expected = ("neighbours", found) if found is not None else expected
        assert tuple(log.loc[row["session_id"], ["offset_source", "utc_offset_s"]]) == expected
    pd.testing.assert_frame_equal(training_log(log.reset_index())[log.columns], log.reset_index()[log.columns])


def searched(row: dict[str, Any], rows: list[dict[str, Any]]) -> float | None:
    """Look for the offset that the nearest known session on each side tells, from the definition."""

    def at(other: dict[str, Any]) -> pd.Timestamp:
        by_clock = row["offset_source"] == "local"
        moment: pd.Timestamp = other["start"] + pd.Timedelta(seconds=other["utc_offset_s"] if by_clock else 0)
        return moment

    known = [other for other in rows if other["offset_source"] in {"file", "position"}]
    known = [other for other in known if other["athlete_id"] == row["athlete_id"]]
    known = [other for other in known if abs(at(other) - at(row)) <= pd.Timedelta(days=7)]
    before = sorted((at(other), other["utc_offset_s"]) for other in known if at(other) <= at(row))
    after = sorted((at(other), other["utc_offset_s"]) for other in known if at(other) >= at(row))
    if before and after and before[-1][1] == after[0][1]:
        return float(before[-1][1])
    return None
