"""Oracle: the number, duration or table that was written the way people of another country write it."""

import codecs
import csv
import io
import math
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.exports.accounts import textcells
from stressfx.exports.accounts.textcells import decimal_mark, duration_s, number, read_rows

MARKS = [(".", ""), (".", ","), (",", ""), (",", "."), (",", "\u202f"), (".", "'"), (",", "\u00a0")]
"""Decimal mark and mark of thousands, as countries pair them."""


def written(value: float, digits: int, decimal: str, thousands: str) -> str:
    return f"{value:,.{digits}f}".replace(",", "t").replace(".", decimal).replace("t", thousands)


@given(st.floats(-1e9, 1e9), st.sampled_from([0, 1, 2, 4]), st.sampled_from(MARKS))
def test_a_number_of_any_country_is_that_number_once_its_decimal_mark_is_known(
    value: float, digits: int, marks: tuple[str, str]
) -> None:
    cell = written(value, digits, *marks)
    assert number(cell, decimal=marks[0]) == float(f"{value:.{digits}f}")


@given(st.floats(-1e9, 1e9), st.sampled_from([1, 2, 4]), st.sampled_from(MARKS))
def test_the_decimal_mark_is_told_by_digits_that_no_thousands_have(
    value: float, digits: int, marks: tuple[str, str]
) -> None:
    cell = written(value, digits, *marks)
    assert decimal_mark(["", "7", cell]) == marks[0]
    assert number(cell) == float(f"{value:.{digits}f}")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.234.567", 1_234_567.0),
        ("1,234,567", 1_234_567.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234", 1.234),
        ("\N{MINUS SIGN}3,5", -3.5),
        (".5", 0.5),
        ("2e3", 2000.0),
    ],
)
def test_numbers_by_hand(cell: str, value: float) -> None:
    assert number(cell) == value


@pytest.mark.parametrize(
    "cell", ["1,234", "12,34,5", "1.2.3", "1e999", "9" * 400, "inf", "1_000", "0x10", "5 km", "1:30"]
)
def test_what_may_be_two_numbers_or_none_is_missing_and_counted(cell: str) -> None:
    unread: Counter[str] = Counter()
    assert math.isnan(number(cell, unread, "column"))
    assert unread == {"column": 1}


@pytest.mark.parametrize("cell", ["", "-", "--", "N/A", "NaN", "null"])
def test_an_empty_cell_is_missing_and_not_counted(cell: str) -> None:
    unread: Counter[str] = Counter()
    assert math.isnan(number(cell, unread))
    assert math.isnan(duration_s(cell, unread))
    assert not unread


def test_one_thousand_or_one_and_a_bit_depends_on_the_mark() -> None:
    assert number("1,234", decimal=".") == 1234
    assert number("1,234", decimal=",") == 1.234
    assert number("1.234", decimal=",") == 1234
    assert decimal_mark(["1,234", "5"]) == ""
    assert decimal_mark(["1,5", "1.5"]) == "", "a column that contradicts itself tells nothing"


@given(st.integers(0, 360_000))
@example(59)
@example(3600)
def test_durations_are_what_they_were_written_from(seconds: int) -> None:
    minutes = seconds // 60
    for cell in (f"{minutes // 60}:{minutes % 60:02d}:{seconds % 60:02d}", f"{minutes}:{seconds % 60:02d}"):
        assert duration_s(cell) == seconds
        assert duration_s(cell + ",5") == seconds + 0.5
    assert duration_s(f"{seconds}.0") == seconds


@pytest.mark.parametrize("cell", ["1:60", "1:60:00", "1:2:3:4", ":30", "1:", "a:30", "-1:30"])
def test_what_is_no_duration_is_counted(cell: str) -> None:
    unread: Counter[str] = Counter()
    assert math.isnan(duration_s(cell, unread, "time"))
    assert unread == {"time": 1}


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(str.strip)
tables = st.lists(st.lists(words, min_size=3, max_size=3), min_size=1, max_size=6)


@given(tables, st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_table_is_read_as_it_was_written(rows: list[list[str]], separator: str, encoding: str) -> None:
    rows = [["Name", "Höhe", "Zeit\nraum"], *rows]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    header, found = read_rows(out.getvalue().encode(encoding), "t.csv")
    assert header == rows[0]
    filled = [(place, row) for place, row in enumerate(rows, 1) if any(row)]
    assert found == filled[1:]


def test_windows_1252_is_read_where_it_is_no_utf_8() -> None:
    assert read_rows("Höhe;x\n“1”;2".encode("cp1252"), "t.csv") == (["Höhe", "x"], [(2, ["“1”", "2"])])


def test_rows_keep_the_cells_that_they_have() -> None:
    assert read_rows(b"a,b\n\n1\n1,2,3\n", "t.csv")[1] == [(3, ["1"]), (4, ["1", "2", "3"])]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "is empty"),
        (codecs.BOM_UTF8 + b" \n", "is empty"),
        (b"a,b\n1,\x002", "NUL"),
        (b"PK\x03\x04", "workbook"),
        (b'a,b\n1,"2"3\n', "from row 2 on"),
        (b'a,b\n1,"2', "no table of text"),
        (b"a,b\n" + b"x" * 200_000, "field larger"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, text: str) -> None:
    with pytest.raises(UnreadableFileError, match=text):
        read_rows(data, "t.csv")


def test_quotes_that_do_not_fit_are_taken_as_they_come_on_demand() -> None:
    assert read_rows(b'a,b\n1,"2"3\n', "t.csv", strict=False)[1] == [(2, ["1", "23"])]


def test_size_and_cells_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textcells, "MAX_TABLE_BYTES", 100)
    monkeypatch.setattr(textcells, "MAX_CELLS", 10)
    with pytest.raises(LimitError, match="larger than 100 bytes"):
        read_rows(b"a" * 101, "t.csv")
    with pytest.raises(LimitError, match="more than 10 cells"):
        read_rows(b"a,b" + b"," * 20, "t.csv")
