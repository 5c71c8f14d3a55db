"""Frames against themselves, written and read again, and against pyarrow's own reader."""

import io

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from made_documents import assert_same_frame, frames, records

from stressfx.errors import SchemaError
from stressfx.exports.store.parquet import read_frame, read_identity, write_frame
from stressfx.schema import RECORDS


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(frames(RECORDS))
def test_a_frame_comes_back_as_it_was(frame: pd.DataFrame) -> None:
    data = write_frame(frame, {"who": "runner"}, b"\x00\xff payload")
    assert_same_frame(read_frame(data), frame)
    assert read_identity(data) == ({"who": "runner"}, b"\x00\xff payload")


@pytest.mark.parametrize(
    "column",
    [
        *(np.array([0, 1, 100], dtype) for dtype in ("int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64")),
        np.array([0.1, np.nan, -0.0], "float32"),
        np.array([True, False, True]),
        *(np.array(["2025-01-01", "NaT", "1969-12-31"], f"datetime64[{unit}]") for unit in ("s", "ms", "ns")),
        *(
            pd.Series(np.array(["2025-01-01", "NaT", "1969-12-31"], f"datetime64[{unit}]")).dt.tz_localize("UTC")
            for unit in ("s", "ms", "ns")
        ),
    ],
    ids=lambda column: str(column.dtype),
)
def test_other_types_of_numbers_and_times_come_back_too(column: object) -> None:
    frame = pd.DataFrame({"x": column})
    assert_same_frame(read_frame(write_frame(frame, {}, b"")), frame)


def test_a_missing_text_stays_missing() -> None:
    frame = pd.DataFrame({"trigger": pd.Series(["a", None, ""], dtype="str")})
    found = read_frame(write_frame(frame, {}, b""))["trigger"]
    assert found.isna().tolist() == [False, True, False]
    assert found.dropna().tolist() == ["a", ""]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, None], dtype="Int64"),
        pd.Series(["a", "b"], dtype="category"),
        pd.Series([1j, 2]),
        pd.Series([[1], [2]]),
        pd.Series(pd.to_timedelta([1, 2], unit="s")),
        pd.Series(pd.to_datetime(["2025-01-01", "2025-01-02"])).dt.tz_localize("Europe/Berlin"),
    ],
    ids=lambda column: str(column.dtype),
)
def test_a_type_that_would_not_come_back_is_refused(column: "pd.Series[object]") -> None:
    with pytest.raises(SchemaError, match="'x' is"):
        write_frame(pd.DataFrame({"x": column}), {}, b"")


def test_any_reader_of_parquet_can_read_the_file() -> None:
    frame = records(3)
    table = pq.read_table(io.BytesIO(write_frame(frame, {}, b"")))
    assert table.column_names == list(frame.columns)
    for name in frame.columns:
        assert table[name].to_pylist() == frame[name].tolist(), name


def test_a_page_that_does_not_match_its_checksum_is_refused() -> None:
    data = bytearray(write_frame(records(3, rows=200), {}, b""))
    data[len(data) // 3] ^= 4
    with pytest.raises(ValueError, match="cannot be read"):
        read_frame(bytes(data))
