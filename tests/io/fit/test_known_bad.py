"""The known-bad FIT files of the table in tests/test_known_bad.py, row by row; each is made here.

Oracle: what was put into the file, and the last column of the table ("ok", "flag", "salvage", "reject").
"""

import math

import numpy as np
import pandas as pd
import pytest
from made_fit import ACTIVITY, EVENT, OWNER, RECORD, SESSION, START, body_of, codes, defined, found, packed, run

from stressfx.errors import UnreadableFileError
from stressfx.io.fit.encode import BASE_TYPES, FitWriter
from stressfx.io.fit.read import read_fit
from stressfx.io.read import read_activity

OWNER_BODY = body_of(FitWriter().message(*OWNER).to_bytes())
HEARTS = [100.0 + row for row in range(20)]


def described(field: int, kind: int, name: str, app: int = 0) -> list[tuple[int, str, object]]:
    return [(0, "uint8", app), (1, "uint8", field), (2, "uint8", kind), (3, "string", name)]


def record(second: int, heart: int = 100) -> bytes:
    """Lay the time and the heart rate of one record, without its header."""
    return (START + second).to_bytes(4, "little") + bytes([heart])


def test_row_01_a_size_that_does_not_fit_the_type_is_told_and_kept_as_bytes() -> None:
    layout = defined(1, RECORD, (253, 4, 0x86), (3, 1, 2), (5, 1, 0x86), (87, 3, 0x84))
    rows = b"".join(b"\x01" + record(n, 100 + n) + b"\x07" + bytes([n, 1, 2]) for n in range(20))
    activity, where = found(packed(OWNER_BODY + layout + rows))
    assert where == {"fit-field-size": None}
    assert activity.findings["count"].tolist() == [2]
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS
    assert activity.messages("record")["unknown_87"].tolist() == [(n, 1, 2) for n in range(20)]


def test_row_02_a_field_of_no_size_is_told_and_passed_over() -> None:
    layout = defined(1, RECORD, (4, 0, 2), (253, 4, 0x86), (6, 0, 0x84), (3, 1, 2))
    rows = b"".join(b"\x01" + record(n, 100 + n) for n in range(20))
    activity, where = found(packed(OWNER_BODY + layout + rows))
    assert where == {"fit-field-empty": None}
    assert activity.findings["count"].tolist() == [2]
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS
    assert activity.records["cadence_rpm"].isna().all()


@pytest.mark.parametrize("with_description", [True, False])
def test_row_03_without_the_identity_of_an_app_native_columns_are_kept(*, with_description: bool) -> None:
    writer = FitWriter().message(*OWNER)
    if with_description:
        writer.message(206, described(0, 0x02, "Form"))
    for n in range(20):
        writer.message(RECORD, [(253, "uint32", START + n), (3, "uint8", 100 + n)], developer=[(0, 0, "uint8", n)])
    activity = read_fit(writer.to_bytes())
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS
    assert codes(activity) == ([] if with_description else ["fit-developer-unknown"])
    if with_description:
        assert activity.records["dev0.Form"].tolist() == list(range(20))


@pytest.mark.parametrize("kind", ["sint64", "uint64", "uint64z"])
def test_row_04_app_fields_of_64_bits_are_read(kind: str) -> None:
    writer = FitWriter().message(*OWNER).message(206, described(0, BASE_TYPES[kind].code, "Big"))
    writer.message(RECORD, [(253, "uint32", START)], developer=[(0, 0, kind, 2**40)])
    writer.message(RECORD, [(253, "uint32", START + 1)], developer=[(0, 0, kind, None)])
    activity = read_fit(writer.to_bytes())
    assert activity.records["dev0.Big"].tolist()[0] == 2**40
    assert math.isnan(activity.records["dev0.Big"].tolist()[1])
    assert codes(activity) == []


def test_row_05_two_apps_in_one_file_are_read() -> None:
    writer = FitWriter().message(*OWNER)
    for app, name in ((0, "Power"), (3, "Form Power")):
        writer.message(207, [(1, "byte", bytes([app]) * 16), (3, "uint8", app)])
        writer.message(206, described(0, 0x84, name, app))
    for n in range(3):
        apps = [(0, 0, "uint16", 200 + n), (3, 0, "uint16", 70 + n)]
        writer.message(RECORD, [(253, "uint32", START + n), (7, "uint16", 190)], developer=apps)
    activity = read_fit(writer.to_bytes())
    assert activity.records["dev0.Power"].tolist() == [200, 201, 202]
    assert activity.records["dev3.Form Power"].tolist() == [70, 71, 72]
    assert activity.records["power_w"].tolist() == [190] * 3
    assert codes(activity) == []


def test_row_06_bytes_behind_the_end_are_told_and_the_data_are_fine() -> None:
    data = run(20).to_bytes()
    activity, where = found(data + b"\0" * 37)
    assert where == {"file-trailing-bytes": len(data)}
    assert len(activity.records) == 20


@pytest.mark.parametrize("tail", [b"", b"\0\0", b"\0" * 512])
def test_row_07_data_size_zero_is_read(tail: bytes) -> None:
    """The device died: the header says nothing, and zeros may stand where the next rows would have been."""
    data = packed(body_of(run(20).to_bytes()), declared=0)[:-2] + tail
    activity, where = found(data)
    assert where["fit-no-size"] == 0
    assert activity.records["heart_rate_bpm"].tolist()[:20] == HEARTS
    assert activity.records["time"].iloc[20:].isna().all(), "zeros are rows without a date, not rows of 1989"


def test_row_08_a_declared_size_beyond_the_file_costs_nothing() -> None:
    body = body_of(run(20).to_bytes())
    data = packed(body, declared=len(body) + 11)
    activity, where = found(data)
    assert where.pop("fit-truncated") == len(data)
    assert set(where.items()) <= {("fit-damaged", len(data) - 2)}, "the checksum lies where messages are expected"
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS


def test_row_09_a_local_type_without_a_definition_ends_the_reading_there() -> None:
    data = packed(body_of(run(20).to_bytes()) + b"\x0f" + bytes(40))
    activity, where = found(data)
    assert where == {"fit-damaged": len(data) - 2 - 41}
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS


def test_row_10_more_than_85_fields_in_a_definition_are_read() -> None:
    fields = [(253, "uint32", START), (3, "uint8", 99), *((n, "uint8", n % 250) for n in range(100, 250))]
    activity = read_fit(FitWriter().message(*OWNER).message(RECORD, fields).to_bytes())
    assert codes(activity) == []
    assert activity.records["heart_rate_bpm"].tolist() == [99]
    assert activity.messages("record")["unknown_249"].tolist() == [249]


def test_row_11_compressed_times_do_not_drift_over_an_hour() -> None:
    """Samples 7 s apart for an hour: the five bits roll over a hundred times."""
    whole = defined(0, RECORD, (253, 4, 0x86), (3, 1, 2)) + b"\0" + record(0) + defined(1, RECORD, (3, 1, 2))
    rows = b"".join(bytes([0xA0 | (START + 7 * n) % 32, 100]) for n in range(1, 515))
    activity = read_fit(packed(OWNER_BODY + whole + rows))
    times = activity.records["time"]
    assert ((times - times.iloc[0]) / pd.Timedelta(seconds=1)).tolist() == [7.0 * n for n in range(515)]
    assert codes(activity) == []


def test_row_12_a_byte_order_of_128_is_told_and_what_stood_before_is_kept() -> None:
    definition = bytes([0x41, 0, 128, 20, 0, 1, 3, 1, 2])
    data = packed(body_of(run(20).to_bytes()) + definition + b"\x01\x63")
    activity, where = found(data)
    assert where == {"fit-damaged": len(data) - 2 - 11}
    assert "impossible byte order" in activity.findings["message"][0]
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS


@pytest.mark.parametrize("kind", ["relative", "missing"])
def test_row_14_of_a_clock_that_was_never_set_no_date_is_made_up(kind: str) -> None:
    writer = FitWriter().message(*OWNER)
    for n in range(20):
        time = 1000 + n if kind == "relative" else None
        writer.message(RECORD, [(253, "uint32", time), (3, "uint8", 100 + n)])
    writer.message(ACTIVITY, [(253, "uint32", START), (5, "uint32", None)])
    activity = read_fit(writer.to_bytes())
    assert activity.records["time"].isna().all()
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS
    assert codes(activity) == [f"time-{kind}"]
    assert math.isnan(activity.source.utc_offset_s)


def test_row_17_a_clock_that_steps_back_is_told_and_rows_stay_in_order() -> None:
    writer = FitWriter().message(*OWNER)
    for n, second in enumerate([0, 1, 2, 1, 3, 4]):
        writer.message(RECORD, [(253, "uint32", START + second), (3, "uint8", 100 + n)])
    activity = read_fit(writer.to_bytes())
    assert activity.records["heart_rate_bpm"].tolist() == HEARTS[:6]
    assert codes(activity) == ["time-backwards"]
    assert activity.findings["count"].tolist() == [1]


def test_row_18_parts_of_one_second_become_one_row_and_what_contradicts_stays() -> None:
    writer = FitWriter().message(*OWNER)
    for n in range(5):
        for field in ((3, "uint8", 100 + n), (4, "uint8", 80), (6, "uint16", 3000)):
            writer.message(RECORD, [(253, "uint32", START + n), field])
    for heart_rate in (120, 130):
        writer.message(RECORD, [(253, "uint32", START + 5), (3, "uint8", heart_rate), (4, "uint8", 81)])
    activity = read_fit(writer.to_bytes())
    columns = activity.records[["heart_rate_bpm", "cadence_rpm", "speed_mps"]]
    assert columns[:5].to_numpy().tolist() == [[100 + n, 80, 3] for n in range(5)]
    assert columns["heart_rate_bpm"][5:].tolist() == [120, 130]
    found = dict(zip(activity.findings["code"], activity.findings["count"], strict=True))
    assert found == {"record-parts": 10, "time-repeated": 1}
    assert len(activity.messages("record")) == 17, "as written"


def test_row_19_marks_for_missing_are_no_heart_rates() -> None:
    row = [(3, "uint8", 255), (4, "uint8", 255), (13, "sint8", 127), (7, "uint16", 65535), (6, "uint16", 65535)]
    summary = [(2, "uint32", START), (16, "uint8", 255), (17, "uint8", 255), (9, "uint32", 2**32 - 1)]
    writer = FitWriter().message(*OWNER).message(RECORD, [(253, "uint32", START), *row]).message(SESSION, summary)
    activity = read_fit(writer.to_bytes())
    names = ["heart_rate_bpm", "cadence_rpm", "temperature_c", "power_w", "speed_mps"]
    assert activity.records[names].isna().all(axis=None)
    assert activity.sessions[["heart_rate_mean_bpm", "heart_rate_max_bpm", "distance_m"]].isna().all(axis=None)
    assert codes(activity) == []


def test_row_20_a_list_of_missing_values_is_missing_and_told() -> None:
    writer = FitWriter().message(*OWNER)
    for n in range(3):
        writer.message(
            RECORD, [(253, "uint32", START + n), (3, "uint8", [255, 255, 255]), (7, "uint16", [65535, 200 + n])]
        )
    activity = read_fit(writer.to_bytes())
    assert activity.records["heart_rate_bpm"].isna().all()
    assert activity.records["power_w"].tolist() == [200, 201, 202]
    assert codes(activity) == ["fit-array"]


def test_row_21_values_out_of_this_world_are_kept_as_they_are() -> None:
    """To doubt them is for the summary of a session; the records hold what the file says."""
    writer = FitWriter().message(*OWNER)
    for n, (speed, power) in enumerate([(3000, 200), (8_361_000, 1627), (3000, 200)]):
        writer.message(RECORD, [(253, "uint32", START + n), (73, "uint32", speed), (7, "uint16", power)])
    records = read_fit(writer.to_bytes()).records
    assert records["speed_mps"].tolist() == [3, 8361, 3]
    assert records["power_w"].tolist() == [200, 1627, 200]


def test_row_37_an_entry_by_hand_has_its_summary_and_no_samples() -> None:
    fields = [
        (253, "uint32", START),
        (2, "uint32", START),
        (5, "enum", 1),
        (7, "uint32", 1_800_000),
        (9, "uint32", 500_000),
    ]
    writer = (
        FitWriter().message(*OWNER).message(SESSION, fields).message(EVENT, [(253, "uint32", START), (0, "enum", 8)])
    )
    activity = read_fit(writer.to_bytes())
    leg = activity.sessions.iloc[0]
    assert (len(activity.records), activity.source.kind) == (0, "activity")
    assert (leg["sport"], leg["distance_m"], leg["elapsed_s"]) == ("running", 5000, 1800)
    assert leg["end"] - leg["start"] == pd.Timedelta(minutes=30)
    assert np.isnan(leg["timer_s"])


@pytest.mark.parametrize("data", [b"<!DOCTYPE html><html>", b'{"error": 404}', b"PK\x03\x04rest", b"\0" * 100])
def test_row_13_foreign_bytes_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_activity(data)
    with pytest.raises(UnreadableFileError, match="no FIT header"):
        read_fit(data)
