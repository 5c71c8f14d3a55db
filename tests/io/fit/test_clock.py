"""Oracle: times counted up one message at a time, and FIT's words on times that are no dates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_fit import FILE_ID, RECORD, START, codes, defined, packed

from stressfx.findings import Finding
from stressfx.io.fit.clock import EPOCH_S, instants, time_findings
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit

TIMED = defined(0, RECORD, (253, 4, 0x86), (3, 1, 2))
UNTIMED = defined(1, RECORD, (3, 1, 2))
BARE = defined(2, RECORD)  # no field at all: only the header says something
FROM = pd.Timestamp("2021-09-08T01:46:40Z")


def timed(second: int) -> bytes:
    return b"\0" + (START + second).to_bytes(4, "little") + b"\x64"


def seconds_of(body: bytes) -> list[float]:
    """Seconds since START of every record; NaN where it has no time."""
    seconds: list[float] = ((read_fit(packed(body)).records["time"] - FROM) / pd.Timedelta(seconds=1)).tolist()
    return seconds


@given(st.lists(st.tuples(st.integers(1, 31), st.integers(0, 4)), max_size=80), st.integers(0, 10**6))
def test_five_bits_step_on_from_the_last_time(steps: list[tuple[int, int]], first: int) -> None:
    """Whole times, compressed ones with and without fields, and rows without any time between them."""
    body, now, expected = TIMED + UNTIMED + BARE + timed(first), first, [float(first)]
    for step, kind in steps:
        now += step
        low = START + now & 0x1F
        body += (
            timed(now),
            bytes([0xA0 | low, 70]),
            bytes([0xC0 | low]),
            bytes([0x80 | low]) + timed(now)[1:],
            b"\x01\x50",
        )[kind]
        now -= step if kind == 4 else 0
        expected.append(float(now) if kind < 4 else np.nan)
    np.testing.assert_array_equal(seconds_of(body), expected)


def test_five_bits_roll_over() -> None:
    """START is 0 modulo 32: 30, 31, then 0 and 5 of the next round, and the same bits again mean the same second."""
    assert START % 32 == 0
    body = TIMED + UNTIMED + timed(29) + b"".join(bytes([0xA0 | low, 70]) for low in (30, 31, 0, 5, 5, 4))
    assert seconds_of(body) == [29, 30, 31, 32, 37, 37, 68]


def test_five_bits_count_on_from_other_messages_too_and_not_into_the_next_file() -> None:
    event = defined(3, 21, (253, 4, 0x86)) + b"\x03" + (START + 100).to_bytes(4, "little")
    body = TIMED + UNTIMED + timed(0) + event + bytes([0xA0 | 7, 70])
    assert seconds_of(body) == [0, 103]
    second = packed(UNTIMED + bytes([0xA0 | 9, 71]))
    times = read_fit(packed(body) + second).records["time"]
    assert times.isna().tolist() == [False, False, True], "nothing is known yet in the second file"


def test_events_and_laps_take_compressed_times_as_well() -> None:
    body = TIMED + timed(3) + defined(1, 21, (0, 1, 0), (1, 1, 0)) + bytes([0xA0 | 5, 0, 0])
    activity = read_fit(packed(body))
    assert activity.events["time"].tolist() == [FROM + pd.Timedelta(seconds=5)]
    assert activity.messages("event")["timestamp"].tolist() == activity.events["time"].tolist()


def test_times_since_the_device_was_switched_on_are_no_dates() -> None:
    writer = FitWriter().message(FILE_ID, [(0, "enum", 4), (4, "uint32", 900)])
    for second in (900, 901, 0x0FFFFFFF, 0x10000000):
        writer.message(RECORD, [(253, "uint32", second), (3, "uint8", 99)])
    activity = read_fit(writer.to_bytes())
    assert activity.records["time"].isna().tolist() == [True, True, True, False]
    assert activity.records["relative_time_s"].tolist()[:3] == [900, 901, 0x0FFFFFFF]
    assert np.isnan(activity.records["relative_time_s"].tolist()[3])
    assert activity.records["time"].iloc[3] == pd.Timestamp(0x10000000 + EPOCH_S, unit="s", tz="UTC")
    found = activity.findings.set_index("code").loc["time-relative"]
    assert (found["count"], found["where"], found["severity"]) == (3, "records", "warning")
    table = activity.messages("record")
    assert table["timestamp_relative_s"].tolist()[:3] == [900, 901, 0x0FFFFFFF]
    assert activity.messages("file_id")["time_created_relative_s"].tolist() == [900]


@pytest.mark.parametrize("big", [False, True])
def test_a_time_of_all_ones_is_missing_and_not_the_year_2126(*, big: bool) -> None:
    writer = FitWriter(big_endian=big).message(RECORD, [(253, "uint32", START), (3, "uint8", 99)])
    activity = read_fit(writer.message(RECORD, [(253, "uint32", None), (3, "uint8", 98)]).to_bytes())
    assert activity.records["time"].tolist()[0] == FROM
    assert activity.records["time"].isna().tolist() == [False, True]
    assert codes(activity) == ["time-missing"]
    assert "relative_time_s" not in activity.records


def test_rows_that_run_backwards_or_share_a_second_stay_in_file_order() -> None:
    seconds = [0, 1, 1, 1, 5, 4, 6]
    activity = read_fit(packed(TIMED + b"".join(map(timed, seconds))))
    assert seconds_of(TIMED + b"".join(map(timed, seconds))) == seconds
    found = dict(zip(activity.findings["code"], activity.findings["count"], strict=True))
    assert found == {"time-backwards": 1, "time-repeated": 2}


@given(st.lists(st.one_of(st.just(np.nan), st.integers(0, 0xFFFFFFFE).map(float)), max_size=30))
def test_instants_are_those_of_pandas_or_none(seconds: list[float]) -> None:
    expected = [pd.Timestamp(int(s) + EPOCH_S, unit="s") if s >= 0x10000000 else pd.NaT for s in seconds]
    assert [str(pd.Timestamp(time)) for time in instants(np.array(seconds))] == [str(time) for time in expected]
    found = time_findings(np.array(seconds), "rows")
    counted = {finding.code: finding.count for finding in found}
    assert counted.get("time-missing", 0) == sum(np.isnan(seconds))
    assert counted.get("time-relative", 0) == sum(s < 0x10000000 for s in seconds)
    assert all(isinstance(finding, Finding) and finding.where == "rows" for finding in found)


def test_numbers_that_no_time_can_be_are_no_instants() -> None:
    assert np.isnat(instants(np.array([2.0**32, 1e300, np.inf, -np.inf, -5.0, 0xFFFFFFFF]))).all()
