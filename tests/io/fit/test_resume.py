"""Oracle: the undamaged file. What is read after damage must be a part of it, and nearly all of what follows."""

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from made_fit import OWNER, RECORD, START, body_of, found, packed, run
from samples import sample_files

from stressfx.io.fit.container import Messages, read_messages
from stressfx.io.fit.encode import FitWriter
from stressfx.io.fit.resume import PROOF

HRV, EVENT = 78, 21


@cache
def interleaved() -> bytes:
    """Write records between messages without a time, small numbers everywhere: most bytes look like headers."""
    writer = FitWriter().message(*OWNER)
    for row in range(120):
        writer.message(
            RECORD, [(253, "uint32", START + row), (3, "uint8", row % 4), (4, "uint8", 1), (5, "uint32", row)]
        )
        if row % 2:
            writer.message(HRV, [(0, "uint16", [row % 5, 1, 2])])
        if row % 7 == 0:
            writer.message(RECORD, [(253, "uint32", START + row), (7, "uint16", 3)])
    return writer.to_bytes()


def indexed(data: bytes) -> Messages:
    return read_messages("x", data, crc="ignore")[0]


def kinds(messages: Messages) -> set[tuple[int, int, int]]:
    """Every message: where it starts, which it is, how long."""
    layouts = [messages.layouts[number] for number in messages.layout_ids.tolist()]
    return {(at, x.message, x.size) for at, x in zip(messages.starts.tolist(), layouts, strict=True)}


def test_after_a_damaged_header_the_rows_behind_come_back() -> None:
    data = bytearray(run(100).to_bytes())
    whole = indexed(bytes(data))
    fault = int(whole.starts[51])  # the owner stands first: this is the record of second 50
    data[fault] = 0x0E
    activity, where = found(bytes(data))
    assert activity.records["heart_rate_bpm"].tolist() == [100 + row % 80 for row in range(100) if row != 50]
    assert where == {"fit-crc": len(data) - 2, "fit-damaged": fault, "fit-resumed": int(whole.starts[52])}
    resumed = activity.findings.set_index("code").loc["fit-resumed"]
    assert (resumed["count"], resumed["severity"]) == (49, "warning")


@pytest.mark.parametrize("header", [0x0E, 0x1F, 0x3F])
def test_damage_to_any_header_never_gives_a_message_that_was_not_there(header: int) -> None:
    data = interleaved()
    whole = indexed(data)
    true = kinds(whole)
    for place in range(1, len(whole.starts)):
        fault = int(whole.starts[place])
        damaged = data[:fault] + bytes([header]) + data[fault + 1 :]
        read = kinds(indexed(damaged))
        assert read <= true, (place, sorted(read - true)[:3])
        assert {message for message in true if message[0] < fault} <= read


def test_nearly_everything_behind_the_damage_comes_back() -> None:
    data = interleaved()
    true = kinds(indexed(data))
    starts = sorted(at for at, message, _ in true if message == RECORD)
    for fault in starts[5 : -2 * PROOF]:
        damaged = data[:fault] + b"\x0e" + data[fault + 1 :]
        lost = true - kinds(indexed(damaged))
        assert {at for at, message, _ in lost if message == RECORD} == {fault}
        assert len(lost) <= 2, "the message itself, and one without a time before the next that has one"


@pytest.mark.parametrize("left", [1, PROOF - 1, PROOF])
def test_a_short_tail_is_not_resumed(left: int) -> None:
    data = bytearray(run(60).to_bytes())
    starts = indexed(bytes(data)).starts
    data[int(starts[-left - 1])] = 0x0E
    activity, where = found(bytes(data))
    assert ("fit-resumed" in where) == (left >= PROOF)
    assert len(activity.records) == (59 if left >= PROOF else 59 - left)


@pytest.mark.parametrize("shift", [-10_000, 3 * 86400])
def test_times_that_do_not_run_on_are_no_proof(shift: int) -> None:
    second = body_of(run(30, start=START + shift).to_bytes())
    first = body_of(run(30).to_bytes())
    rows = second[-30 * 12 :]
    activity, where = found(packed(first + b"\x0e" + rows))
    assert len(activity.records) == 30
    assert list(where) == ["fit-damaged"]
    assert (
        len(found(packed(first + b"\x0e" + body_of(run(30, start=START + 30).to_bytes())[-30 * 12 :]))[0].records) == 60
    )


def test_without_a_definition_or_a_time_before_the_damage_nothing_is_resumed() -> None:
    rows = body_of(run(30).to_bytes())[-30 * 12 :]
    activity, where = found(packed(rows))
    assert (len(activity.records), list(where)) == (0, ["fit-damaged", "fit-no-activity"])


@pytest.mark.parametrize(
    "path",
    [p for p in sample_files("fit") if 5_000 < p.stat().st_size < 100_000 and "strava-android" not in p.name],
    ids=lambda p: p.name,
)
def test_a_damaged_header_in_a_sample_gives_only_messages_of_the_sample(path: Path) -> None:
    """All samples but one whose bytes are lost in many places: it is no undamaged file to compare with."""
    data = path.read_bytes()
    whole = indexed(data)
    true = kinds(whole)
    for place in random.Random(path.name).sample(range(len(whole.starts)), 12):
        fault = int(whole.starts[place])
        read = kinds(indexed(data[:fault] + b"\x1f" + data[fault + 1 :]))
        assert read <= true
        assert {message for message in true if message[0] < fault} <= read
        assert np.all(np.diff(sorted(at for at, *_ in read)) > 0)
