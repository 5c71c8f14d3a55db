"""Oracle: Python's own CSV reader, the definition of a formula written out a second time, and the frame itself."""

import csv
import io
import os
import pickle
import stat
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import StressfxError
from stressfx.exports.write import UnwritableFileError, defuse, undefuse, write_csv

SIGNS = "=+-@" + "".join(chr(ord(sign) + 0xFEE0) for sign in "=+-@")
"""The signs and, so far behind them, their full-width forms."""

nasty = st.text(alphabet=SIGNS + "'; \t\r\n,\"a1\u00a0\u200b\ufeff", max_size=12)
texts = st.one_of(st.text(max_size=40), nasty)


def rows_of(frame: pd.DataFrame) -> list[list[str]]:
    out = io.BytesIO()
    write_csv(frame, out)
    return list(csv.reader(io.StringIO(out.getvalue().decode("utf-8"), newline=""), strict=True))


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet may run a cell: its first character that is no blank is a sign."""
    for character in cell:
        if character in "\t\r\n" or character in SIGNS:
            return True
        if not (character.isspace() or unicodedata.category(character) == "Cc" or character in "\u200b\u2060\ufeff"):
            return False
    return False


@given(st.lists(texts, min_size=1, max_size=4), texts)
def test_every_text_comes_back_and_none_is_a_formula(cells: list[str], name: str) -> None:
    frame = pd.DataFrame({name: pd.Series(cells, dtype="str"), "second": pd.Series(cells, dtype=object)})
    found = rows_of(frame)
    wanted = [[name, "second"], *([cell, cell] for cell in cells)]
    assert [[undefuse(cell) for cell in row] for row in found] == wanted
    assert not any(is_formula(cell) for row in found for cell in row)


@given(nasty)
def test_a_file_split_in_another_country_holds_no_formula_either(text: str) -> None:
    for separator in ";\t\n\r":
        assert not any(is_formula(part) for part in defuse(text).split(separator))


@given(texts)
def test_harmless_texts_are_left_alone(text: str) -> None:
    parts = text.replace("\t", ";").replace("\r", ";").replace("\n", ";").split(";")
    if "'" not in text and not any(is_formula(part) for part in [text, *parts]) and text.isprintable():
        assert defuse(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("  +1", "'  +1"),
        ("\u200b\ufeff@SUM(A1)", "'\u200b\ufeff@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\r", "'\r"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("'tis a run", "'tis a run"),
        ("5-10", "5-10"),
        ("x;-1\n=2", "x;'-1\n'=2"),
        ("\t\n=", "'\t'\n'="),
    ],
)
def test_formulas_are_defused_as_by_hand(text: str, written: str) -> None:
    assert defuse(text) == written
    assert undefuse(written) == text


def test_numbers_stay_numbers_and_times_are_iso() -> None:
    frame = pd.DataFrame(
        {
            "whole": [-1, 2],
            "real": [-0.1, np.nan],
            "mark": [True, False],
            "start": pd.Series(pd.to_datetime(["2025-01-31T22:15:00.5Z", None], format="ISO8601")),
            "local": pd.Series(pd.to_datetime(["2025-01-31T00:00:00", "2025-01-31T07:00:00"])),
            "date": pd.Series(pd.to_datetime(["2025-01-31", None])),
            "any": ["-x", -3],
        }
    )
    assert rows_of(frame) == [
        ["whole", "real", "mark", "start", "local", "date", "any"],
        ["-1", "-0.1", "True", "2025-01-31T22:15:00.500000Z", "2025-01-31T00:00:00", "2025-01-31", "'-x"],
        ["2", "", "False", "", "2025-01-31T07:00:00", "", "-3"],
    ]


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_numbers_keep_all_their_digits(values: list[float]) -> None:
    assert [float(row[0]) for row in rows_of(pd.DataFrame({"x": values}))[1:]] == values


def test_days_of_clocks_that_were_never_set_can_be_written() -> None:
    frame = pd.DataFrame({"date": pd.Series(np.array(["0001-01-01", "9999-12-31"], "datetime64[us]"))})
    assert rows_of(frame) == [["date"], ["0001-01-01"], ["9999-12-31"]]


def test_no_row_and_no_column() -> None:
    assert rows_of(pd.DataFrame({"a": [], "=b": []})) == [["a", "'=b"]]
    assert rows_of(pd.DataFrame()) == [[]]


def test_a_file_is_replaced_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("old")
    path.chmod(0o644)
    write_csv(pd.DataFrame({"a": ["Zürich"]}), path)
    assert path.read_bytes() == "a\r\nZürich\r\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["log.csv"]


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.csv"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device", str(tmp_path))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnwritableFileError) as caught:
        write_csv(pd.DataFrame({"a": [1]}), path)
    assert str(caught.value) == "log.csv: cannot be written (No space left on device)"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301  # made the line before
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize("name", ["gone/log.csv", "folder", "n\0ul.csv"])
def test_where_nothing_can_be_written_is_said_without_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StressfxError) as caught:
        write_csv(pd.DataFrame({"a": [1]}), tmp_path / name)
    assert str(caught.value).startswith(f"{Path(name).name}: cannot be written (")
    assert str(tmp_path) not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_a_stream_stays_open_for_its_owner() -> None:
    out = io.BytesIO()
    write_csv(pd.DataFrame({"a": [1]}), out)
    out.write(b"more")
    assert out.getvalue() == b"a\r\n1\r\nmore"
