"""Oracle: files whose every byte is laid here, so that what is wrong with them and where is known."""

import pytest
from made_fit import FILE_ID, RECORD, START, body_of, defined, found, packed, run

from stressfx.errors import UnreadableFileError
from stressfx.findings import CODES
from stressfx.io.fit.container import is_fit
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.read import read_fit

BODY = body_of(run(60).to_bytes())
WHOLE = packed(BODY)
ROW = 12  # header, time, heart rate, speed, distance


def hearts(data: bytes, **options: str | bool) -> list[float]:
    rows: list[float] = found(data, **options)[0].records["heart_rate_bpm"].tolist()
    return rows


ALL = hearts(WHOLE)


def test_the_whole_file_has_no_findings() -> None:
    assert found(WHOLE)[1] == {}
    assert hearts(WHOLE) == [float(100 + row) for row in range(60)]


@pytest.mark.parametrize("data", [packed(BODY, size=12), packed(BODY, head_crc=0), packed(BODY, size=12, head_crc=1)])
def test_short_headers_and_headers_without_a_checksum_are_no_fault(data: bytes) -> None:
    assert found(data)[1] == {}
    assert hearts(data, recover=False, crc="raise") == ALL


def test_a_wrong_header_checksum_is_told_and_stops_nothing() -> None:
    data = packed(BODY, head_crc=0xBEEF)
    activity, where = found(data, recover=False)
    assert where == {"fit-header-crc": 0}
    assert activity.records["heart_rate_bpm"].tolist() == ALL
    assert found(WHOLE + data)[1] == {"fit-header-crc": len(WHOLE), "time-backwards": None}


def test_chained_files_bring_their_own_definitions() -> None:
    """The second file defines local type 0 otherwise, and the third leans on a definition of the second in vain."""
    second = FitWriter(big_endian=True).message(RECORD, [(3, "uint8", 7), (253, "uint32", START + 100)]).to_bytes()
    activity, where = found(WHOLE + second)
    assert activity.records["heart_rate_bpm"].tolist() == [*ALL, 7]
    assert where == {}
    third = packed(body_of(second)[-6:])
    activity, where = found(WHOLE + second + third)
    assert activity.records["heart_rate_bpm"].tolist() == [*ALL, 7]
    assert where == {"fit-damaged": len(WHOLE) + len(second) + 14}


def test_of_a_file_without_a_size_everything_is_read() -> None:
    closed = packed(BODY, declared=0)
    for data in (closed[:-2], closed[:-2][: -ROW // 2]):
        activity, where = found(data)
        rows = (len(data) - 14 - (len(BODY) - 60 * ROW)) // ROW
        assert activity.records["heart_rate_bpm"].tolist() == ALL[:rows]
        assert where == {"fit-no-size": 0}
    with pytest.raises(UnreadableFileError, match="recover=True"):
        read_fit(closed[:-2], recover=False)


@pytest.mark.parametrize("missing", [1, 2, 3, ROW + 1, ROW + 2, ROW + 3, 30 * ROW])
def test_of_a_truncated_file_every_whole_row_is_read(missing: int) -> None:
    data = WHOLE[:-missing]
    activity, where = found(data)
    lost = -(-max(0, missing - 2) // ROW)
    assert activity.records["heart_rate_bpm"].tolist() == ALL[: 60 - lost]
    assert where == {"fit-truncated": len(data)}
    assert activity.findings["count"].tolist() == [missing]
    with pytest.raises(UnreadableFileError, match=f"{missing} bytes shorter"):
        read_fit(data, recover=False)


def test_bytes_behind_the_end_are_told_and_not_read() -> None:
    data = WHOLE + BODY[-3 * ROW :]
    activity, where = found(data)
    assert activity.records["heart_rate_bpm"].tolist() == ALL
    assert where == {"file-trailing-bytes": len(WHOLE)}
    assert activity.findings["count"].tolist() == [3 * ROW]
    with pytest.raises(UnreadableFileError, match="bytes follow"):
        read_fit(data, recover=False)


def test_a_wrong_checksum_is_told_raised_or_ignored() -> None:
    data = bytearray(WHOLE)
    data[-2 - ROW + 5] ^= 1  # the last heart rate
    data = bytes(data)
    rows = [*ALL[:-1], float(int(ALL[-1]) ^ 1)]
    activity, where = found(data)
    assert (activity.records["heart_rate_bpm"].tolist(), where) == (rows, {"fit-crc": len(data) - 2})
    activity, where = found(data, crc="ignore", recover=False)
    assert (activity.records["heart_rate_bpm"].tolist(), where) == (rows, {})
    with pytest.raises(UnreadableFileError, match=r"checksum does not match.*crc='warn'"):
        read_fit(data, crc="raise")
    with pytest.raises(UnreadableFileError, match="recover=True"):
        read_fit(data, recover=False)
    with pytest.raises(ValueError, match="crc is 'strict'"):
        read_fit(data, crc="strict")


def test_a_header_of_no_defined_message_ends_the_reading() -> None:
    data = packed(BODY[: -2 * ROW] + b"\x0e" + bytes(20))
    activity, where = found(data)
    assert activity.records["heart_rate_bpm"].tolist() == ALL[:-2]
    assert where == {"fit-damaged": 14 + len(BODY) - 2 * ROW}
    assert "21 bytes follow" in activity.findings["message"][0]
    with pytest.raises(UnreadableFileError, match="was not defined"):
        read_fit(data, recover=False)


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b"\x41\0\x80\x14\0\0", "impossible byte order"),
        (defined(1, RECORD, (3, 1, 2))[:-1], "cut off"),
        (defined(1, RECORD, (3, 1, 2), apps=((0, 1, 0),))[:-1], "cut off"),
        (defined(1, RECORD, (3, 1, 2))[:3], "cut off"),
        (b"\x03\x02", "not defined"),
        (b"\x20\x02\x03", "not defined"),  # the bit of app fields, where there are none
        (b"\x81\x02\x03", "cut off"),
    ],
)
def test_the_reason_of_damage_is_named(tail: bytes, reason: str) -> None:
    data = packed(BODY + tail)
    activity, where = found(data)
    assert where == {"fit-damaged": 14 + len(BODY)}
    assert reason in activity.findings["message"][0]
    assert activity.records["heart_rate_bpm"].tolist() == ALL


def test_damage_in_a_chained_file_costs_only_that_file() -> None:
    """A header that is damaged hides its file; the next whole file is found by its signature and its checksum."""
    broken = bytearray(WHOLE)
    broken[8:12] = b".FIX"
    data = WHOLE + bytes(broken) + WHOLE
    activity, where = found(data)
    assert activity.records["heart_rate_bpm"].tolist() == ALL + ALL
    assert where == {"fit-resumed": 2 * len(WHOLE), "time-backwards": None}
    broken = bytearray(WHOLE)
    broken[0] = 13
    activity, where = found(WHOLE + bytes(broken))
    assert activity.records["heart_rate_bpm"].tolist() == ALL
    assert where == {"fit-file-lost": len(WHOLE)}
    inner = bytearray(WHOLE)
    inner[14 + len(BODY) - ROW] = 0x0E
    activity, where = found(bytes(inner) + WHOLE)
    assert activity.records["heart_rate_bpm"].tolist() == ALL[:-1] + ALL
    assert where == {"fit-crc": len(WHOLE) - 2, "fit-damaged": 14 + len(BODY) - ROW, "time-backwards": None}


def test_what_is_no_fit_file_is_refused_by_name() -> None:
    for data in (b"", b"\x0e", b"<html>", WHOLE[:13], b"\x0d" + WHOLE[1:], WHOLE[:8] + b".FIX" + WHOLE[12:]):
        assert not is_fit(data)
        with pytest.raises(UnreadableFileError, match="no FIT header"):
            read_fit(data)
    assert is_fit(WHOLE[:14])
    assert is_fit(packed(b"", size=12)[:12])


def test_a_file_without_messages_is_read_as_empty() -> None:
    for data in (WHOLE[:14], packed(b""), packed(defined(0, FILE_ID))):
        activity, _ = found(data)
        assert (len(activity.records), activity.source.kind) == (0, "unknown")
    assert set(found(packed(b""))[1]) <= set(CODES)
