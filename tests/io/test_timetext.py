"""Oracle: `datetime` of the standard library, and the reader that takes one text at a time for the fast one."""

import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.io.timetext import _all_at_once, _one_by_one, read_times

ODD = [None, "", " ", "now", "nowZ", "today", "NaT", "NaTZ", "Z", "2025-01-05", "2025-01-05T10Z", "2025-01-05T10:00Z"]
ODD += [
    "2025-13-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "-025-01-05T10:00:00Z",
    "\x0025-01-05T10:00:00Z",
    "2025-01-05T24:00:00Z",
    "\u0662025",
]
ODD += ["2025-01-05T10:00:00+01:00Z", "2025-01-05T10:00:00ZZ", "2025-01-05T10:00:60Z", " 2025-01-05T10:00:00Z\n"]
ODD += ["2025-01-05T10:00:00.123456789Z", "2025-01-05T10:00:00.1234567891Z", "2025-01-05T10:00:00.", "x" * 30 + "Z"]
ODD += ["2025/01/05T10:00:00Z", "2025-01-05T1:000:00Z", "2025-01-05T10:00:00.-5Z", "2025-01-05T10:00:00..5Z"]

moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  # a zone is put on below
zones = st.integers(-15 * 60, 15 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def written(moment: datetime, digits: int) -> str:
    fraction = f".{moment.microsecond:06}"[: digits + 1] if digits else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@given(st.lists(st.tuples(moments, zones), min_size=1))
def test_offsets_are_read_as_datetime_reads_them(rows: list[tuple[datetime, timezone]]) -> None:
    zoned = [moment.replace(tzinfo=zone) for moment, zone in rows]
    times = read_times([moment.isoformat() for moment in zoned])
    assert times.instants.astype("int64").tolist() == [microseconds(moment) for moment in zoned]
    assert times[1:] == (0, 0, 0)


@given(st.lists(st.tuples(moments, st.integers(0, 6), st.sampled_from(["Z", "Z", "Z", "", "+01:00"])), min_size=1))
def test_the_fast_reader_gives_what_the_slow_one_gives(rows: list[tuple[datetime, int, str]]) -> None:
    texts = [written(moment, digits) + zone for moment, digits, zone in rows]
    slow, fast = _one_by_one(texts), read_times(texts)
    np.testing.assert_array_equal(fast.instants, slow.instants)
    assert fast[1:] == slow[1:]
    assert (_all_at_once(texts) is not None) == all(zone == "Z" for _, _, zone in rows)


@given(st.lists(st.one_of(st.sampled_from(ODD), st.just("2025-01-05T10:00:00Z"), st.text(max_size=24)), min_size=1))
def test_odd_texts_are_read_alike_by_both_and_give_no_made_up_date(texts: list[str | None]) -> None:
    slow, fast = _one_by_one(texts), read_times(texts)
    np.testing.assert_array_equal(fast.instants, slow.instants)
    assert fast[1:] == slow[1:]
    known = ~np.isnat(fast.instants)
    assert fast.missing + fast.unreadable + known.sum() == len(texts)


@pytest.mark.parametrize(
    "text", ["2025-01-05T10:00:00,25+02", " 2025-01-05 10:00:00.250+02:00 ", "2025-01-05t13:30:00.25+0530"]
)
def test_forms_that_people_write(text: str) -> None:

    assert read_times([text]).instants[0] == np.datetime64("2025-01-05T08:00:00.25", "us")


def test_what_was_wrong_is_counted_once_each() -> None:
    second = "2025-01-05T10:00:0{}Z".format
    times = read_times([second(1), second(0), second(0), None, "soon", "2025-01-05T10:00:05"])
    found = {finding.code: finding.count for finding in times.findings()}
    one = ("time-missing", "time-unreadable", "zone-assumed", "time-backwards", "time-repeated")
    assert found == dict.fromkeys(one, 1)


def test_one_long_text_does_not_widen_all_others() -> None:
    """Oracle: the size of the texts. A table as wide as its widest text would take 4 GB here."""
    texts = ["2025-01-05T10:00:00Z"] * 4000 + ["9" * 2**20 + "Z"]
    tracemalloc.start()
    try:
        times = read_times(texts)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (times.unreadable, np.isnat(times.instants).sum()) == (1, 1)
    assert peak < 50e6
