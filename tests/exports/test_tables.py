"""Oracle: the same table written in another country's spreadsheet, or read by pandas; hand arithmetic for units."""

import codecs
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import DataQualityWarning, SchemaError, StressfxError, UnreadableFileError
from stressfx.exports.tables import Table, day, read_injuries, read_shoes, without_comments
from stressfx.exports.write import write_csv
from stressfx.schema import INJURIES, SHOES
from stressfx.training.shoes.pairs import use_periods

SAMPLES = Path(__file__).parents[2] / "data-samples"

ENGLISH = """shoe_id,name,start,start_distance_km,retired,watch_km,replace_km,default_for
blue,"Maker, Model 3",2025-01-31,12.5,,482.8,804.672,road
red,Zürich,,,2025-06-01,,,trail
"""
GERMAN = """Shoe ID;Default For;retired;replace_km;watch_km;start_distance_km;start;name;Farbe

blue;road;;804,672;482,8;12,5;2025-01-31;Maker, Model 3;blau
;;;;;;;;
red;trail;2025-06-01;;;;;Zürich;
"""


def test_shoes_are_read_as_by_hand() -> None:
    shoes = read_shoes(ENGLISH.encode())
    assert shoes["shoe_id"].tolist() == ["blue", "red"]
    assert shoes["name"].tolist() == ["Maker, Model 3", "Zürich"]
    assert shoes["start"].tolist() == [pd.Timestamp("2025-01-31"), pd.NaT]
    assert shoes["start_distance_m"].iloc[0] == 12_500
    assert shoes["replace_m"].iloc[0] == pytest.approx(804_672)
    assert shoes.iloc[1][["start_distance_m", "watch_m", "replace_m"]].isna().all()
    assert list(shoes.columns) == [column.name for column in SHOES.columns]


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.encode(),
        codecs.BOM_UTF8 + GERMAN.encode(),
        GERMAN.replace("\n", "\r\n").encode("cp1252"),
        GERMAN.encode("utf-16"),
        GERMAN.replace(";", "\t").encode(),
    ],
    ids=["semicolons", "mark", "windows", "utf-16", "tabs"],
)
def test_a_table_from_another_spreadsheet_is_the_same_table(data: bytes) -> None:
    found = read_shoes(data)
    pd.testing.assert_frame_equal(found.drop(columns="farbe"), read_shoes(ENGLISH.encode()))
    assert found["farbe"].tolist() == ["blau", ""], "further columns stay, as text"


@pytest.mark.parametrize(("unit", "metres"), [("m", 1), ("km", 1000), ("mi", 1609.344)])
def test_distances_may_be_in_any_unit(unit: str, metres: float) -> None:
    header = f"shoe_id,start_distance_{unit},watch_{unit},replace_{unit}\n"
    shoes = read_shoes(f"{header}x,1,300,500".encode())
    found = shoes[["start_distance_m", "watch_m", "replace_m"]].iloc[0].tolist()
    assert found == pytest.approx([metres, 300 * metres, 500 * metres], rel=1e-12)


@pytest.mark.parametrize("runner", ["runner-a", "runner-b"])
def test_samples_are_read_as_by_pandas(runner: str) -> None:
    dates = ["first_pain", "stopped_running", "diagnosed", "returned"]
    injuries = read_injuries(SAMPLES / runner / "injuries.csv")
    raw = pd.read_csv(SAMPLES / runner / "injuries.csv", dtype=str, keep_default_na=False)
    for column in INJURIES.columns:
        found = injuries[column.name].dt.strftime("%Y-%m-%d") if column.name in dates else injuries[column.name]
        assert found.tolist() == raw[column.name].tolist()
    raw_shoes = pd.read_csv(SAMPLES / runner / "shoes.csv")
    shoes = read_shoes(SAMPLES / runner / "shoes.csv")
    np.testing.assert_allclose(shoes["start_distance_m"], 1000 * raw_shoes["start_distance_km"])
    assert shoes["retired"].isna().tolist() == raw_shoes["retired"].isna().tolist()


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert len(read_injuries(b"athlete_id,first_pain\n")) == 0
    assert len(read_shoes(b"shoe_id\n")) == 0


def test_any_date_of_an_injury_may_be_missing() -> None:
    injuries = read_injuries(b"athlete_id,first_pain,diagnosed,note\nann,,2025-02-03,\nann,NA,,\n")
    assert injuries["first_pain"].isna().all()
    assert injuries["diagnosed"].tolist() == [pd.Timestamp("2025-02-03"), pd.NaT]
    assert injuries["returned"].isna().all()


INJURY = "athlete_id,first_pain,stopped_running,diagnosed,returned\n"


@pytest.mark.parametrize(
    "dates",
    [
        "2025-05-02,,,2025-05-01",
        ",2025-05-02,,2025-05-01",
        ",,2025-05-02,2025-05-01",
        "2025-04-01,2025-05-02,,2025-05-01",  # between the pain and the stop
    ],
)
def test_nobody_returns_before_the_injury(dates: str) -> None:
    with pytest.raises(SchemaError) as caught:
        read_injuries(f"{INJURY}ann,2025-01-01,,,\nann,{dates}\n".encode())
    assert str(caught.value).startswith("<bytes>: row 3, column returned: the day of the return lies before the injury")
    assert "2025" not in str(caught.value)


@pytest.mark.parametrize(
    ("dates", "doubt"),
    [
        ("2025-05-02,2025-05-01,,", "stopped_running lies before first_pain in row 3"),
        ("2025-05-02,,2025-05-01,", "diagnosed lies before first_pain in row 3"),
        ("2025-05-02,,2025-06-01,2025-05-20", "returned lies before diagnosed in row 3"),
        ("2025-05-02,2025-05-03,,2025-05-03", "returned is the day of stopped_running in row 3"),
        ("2199-01-01,,,", "a date lies in the future in row 3"),
        ("2025-05-01,,,9999-12-31", "a date lies in the future in row 3"),
        ("0205-05-01,,,", "a date lies before 1970 in row 3"),
    ],
)
def test_dates_that_cannot_all_be_right_are_kept_and_named(dates: str, doubt: str) -> None:
    with pytest.warns(DataQualityWarning) as said:
        injuries = read_injuries(f"{INJURY}ann,2025-01-01,,,\nann,{dates}\n".encode())
    assert [str(warning.message) for warning in said] == [f"<bytes>: {doubt}. Kept as written: please look."]
    assert said[0].filename == __file__
    columns = injuries[["first_pain", "stopped_running", "diagnosed", "returned"]]
    assert ",".join("" if pd.isna(date) else date.strftime("%Y-%m-%d").zfill(10) for date in columns.iloc[1]) == dates


@pytest.mark.parametrize(
    "dates",
    [
        ",,,",
        "2025-05-01,2025-05-01,2025-05-01,2025-05-02",
        "2025-05-02,,,2025-05-02",
        "2025-05-01,2025-05-20,2025-05-10,2025-06-30",  # ran on for ten days after the diagnosis
        ",2025-05-20,2025-05-10,2025-06-30",
        ",,,2025-05-01",
        f"{pd.Timestamp.now():%Y-%m-%d},,,",
    ],
)
def test_dates_that_can_be_right_are_read_in_silence(dates: str) -> None:
    assert len(read_injuries(f"{INJURY}ann,{dates}\n".encode())) == 1


def test_the_words_of_an_injury_are_the_declared_ones() -> None:
    written = {
        "imaging": ["mri", "MR", "Xray", "X-RAY", "x ray", "ct", "Bone Scan", "scintigraphy", "None", "n/a", ""],
        "status": ["Confirmed", "SUSPECTED", "suspicion", *[""] * 8],
        "side": ["L", "right", "R", "Bilateral", "Both", *[""] * 6],
    }
    rows = "\n".join(",".join(("ann", "2025-05-01", *cells)) for cells in zip(*written.values(), strict=True))
    injuries = read_injuries(f"athlete_id,first_pain,{','.join(written)}\n{rows}".encode())
    assert injuries["imaging"].tolist() == [
        *("MRI", "MRI", "x-ray", "x-ray", "x-ray", "CT", "bone scan", "bone scan", "none", "", ""),
    ]
    assert injuries["status"].tolist()[:4] == ["confirmed", "suspected", "suspected", ""]
    assert injuries["side"].tolist()[:6] == ["left", "right", "right", "both", "both", ""]


def test_other_words_are_kept_and_named_by_row_without_repeating_them() -> None:
    rows = "\n".join(["ann,,MRI,secret", *["ann,,secret,confirmed"] * 7])
    with pytest.warns(DataQualityWarning) as said:
        injuries = read_injuries(f"athlete_id,first_pain,imaging,status\n{rows}".encode())
    (warning,) = said
    assert str(warning.message) == (
        "<bytes>: imaging is none of none, x-ray, MRI, CT, bone scan in rows 3, 4, 5, 6, 7 and 2 more; "
        "status is none of confirmed, suspected in row 2; "
        "an earlier row says the same in rows 4, 5, 6, 7, 8 and 1 more. Kept as written: please look."
    )
    assert injuries["imaging"].tolist() == ["MRI", *["secret"] * 7]
    assert injuries["status"].tolist() == ["secret", *["confirmed"] * 7]


def test_a_date_with_dots_has_its_day_first() -> None:
    """Oracle: how spreadsheets write 3 April 2025 in Berlin; without leading zeros too."""
    assert [f"{day(cell):%Y-%m-%d}" for cell in ("03.04.2025", "3.4.2025")] == ["2025-04-03"] * 2
    with pytest.raises(ValueError, match="2025-01-31"):
        day("31.31.2025")


@pytest.mark.parametrize(
    ("data", "error", "text"),
    [
        (b"", UnreadableFileError, "is empty; a first row with the names of the columns is needed"),
        (b"name\nx", SchemaError, "the column shoe_id is missing"),
        (b"shoe_id,NAME,name\nx,y,z", SchemaError, "a column is named twice"),
        (b"shoe_id\n\nx\nx", SchemaError, "row 4, column shoe_id: an earlier row has the same name"),
        (b"shoe_id,name\n,y", SchemaError, "row 2, column shoe_id: the cell is empty"),
        (
            b"shoe_id,start,retired\nx,2025-03-01,2025-02-28",
            SchemaError,
            "row 2, column retired: the last day of use lies",
        ),
        (
            b"shoe_id,start,retired\nx,,2025-03-01\nx,2025-03-01,",
            SchemaError,
            "row 3, column shoe_id: an earlier row has",
        ),
        (
            b"shoe_id,start,retired\nx,2025-03-01,\nx,,2025-02-01",
            SchemaError,
            "row 3, column shoe_id: an earlier row has",
        ),
        (
            b"shoe_id,start,retired,start_distance_mi\nx,,2025-03-01,5\nx,2025-03-02,,7",
            SchemaError,
            "row 3, column start_distance_mi: only the pair's first row can hold one",
        ),
        (b"shoe_id,start\nx,31/12/2024", SchemaError, "row 2, column start: 00/00/0000 found; a date as in 2025-01-31"),
        (b"shoe_id;watch_km\nx;1.000,5", SchemaError, "row 2, column watch_km: 0.000,0 found; a number as in"),
        (b"shoe_id,watch_km\nx,-5", SchemaError, "row 2, column watch_km: -0 found; a number of 0 or more"),
        (b"shoe_id,watch_km\nx,inf", SchemaError, "a number of 0 or more"),
        (b"shoe_id,watch_km,watch_mi\nx,1,2", SchemaError, "watch is given in more than one unit"),
        (b"shoe_id,name\nx,y,z", UnreadableFileError, "row 2 has more cells than the header has columns"),
        (b'shoe_id,name\nx,"y', UnreadableFileError, "is no table of text"),
        (b"PK\x03\x04abc", UnreadableFileError, "save the sheet as CSV"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        read_shoes(data)
    assert str(caught.value).startswith("<bytes>: ")
    assert text in str(caught.value)


def test_a_pair_may_have_a_row_for_every_period_of_use() -> None:
    text = (
        b"shoe_id,start,retired,start_distance_km\nx,,2025-03-01,5\ny,,,\nx,2025-03-02,2025-04-01,0\nx,2025-06-01,,\n"
    )
    shoes = read_shoes(text)
    assert shoes["shoe_id"].tolist() == ["x", "y", "x", "x"]
    assert shoes["start"].dt.month.tolist()[2:] == [3, 6]
    periods = use_periods(shoes, pd.Series(["ann"], dtype="str"))
    assert periods["shoe_id"].tolist() == ["x", "x", "x", "y"], "what is read is taken by those who count"


def test_pairs_of_several_runners_may_have_one_name() -> None:
    shoes = read_shoes(b"athlete_id,shoe_id\nann,x\nbob,x\n,x\n")
    assert shoes["athlete_id"].tolist() == ["ann", "bob", ""]
    with pytest.raises(SchemaError, match="row 3, column shoe_id: an earlier row has the same name"):
        read_shoes(b"athlete_id,shoe_id\nann,x\nann,x\n")


def test_messages_name_the_file_without_folder_and_content(tmp_path: Path) -> None:
    path = tmp_path / "shoes.csv"
    path.write_text("shoe_id,start\nx,secret place\n")
    with pytest.raises(SchemaError) as caught:
        read_shoes(path)
    assert str(caught.value).startswith("shoes.csv: row 2")
    assert "secret" not in str(caught.value)
    with pytest.raises(UnreadableFileError, match=r"^gone\.csv: "):
        read_injuries(tmp_path / "gone.csv")
    with pytest.raises(SchemaError, match="at least one of first_pain, stopped_running, diagnosed"):
        read_injuries(b"athlete_id,returned\nann,2025-01-01")


@given(
    st.one_of(st.binary(max_size=200), st.text(alphabet='shoe_id,;"\n\r\t2025-01 km.', max_size=200).map(str.encode))
)
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    for read in (read_shoes, read_injuries):
        try:
            read(data)
        except StressfxError as error:
            assert str(error)  # noqa: PT017  # any other error fails the test


def test_comments_before_the_header_are_passed_over_and_rows_keep_their_numbers() -> None:
    text = '# a, "b"; c\n\n  #d\n"# e",,\n"#f, ""g"""\n \nshoe_id;start\n#1;2025-01-31\n'
    shoes = read_shoes(text.encode())
    assert shoes["shoe_id"].tolist() == ["#1"], "what stands behind the header is no comment"
    with pytest.raises(SchemaError, match="row 8, column start"):
        read_shoes(text.replace("2025", "soon").encode())
    assert without_comments(text).count("\n") == text.count("\n")


def test_what_stressfx_wrote_comes_back_as_it_was() -> None:
    shoes = read_shoes(b"shoe_id,name,start,replace_km,=more\n-blue,@home,2025-01-31,800,'x\n'=red,\"a;+b\",,,\n")
    assert shoes["shoe_id"].tolist() == ["-blue", "=red"], "the apostrophe is what stressfx itself writes"
    out = io.BytesIO()
    write_csv(shoes, out)
    assert b"\n'-blue," in out.getvalue()
    pd.testing.assert_frame_equal(read_shoes(out.getvalue()), shoes)


@given(st.lists(st.text(alphabet="ab'=+-@;, \t", max_size=6), min_size=1, max_size=4))
def test_texts_survive_writing_and_reading(cells: list[str]) -> None:
    frame = pd.DataFrame({"name": pd.Series(["x", *(cell.strip() for cell in cells)], dtype="str")})
    out = io.BytesIO()
    write_csv(frame, out)
    found = [row["name"] for row in Table.read(out.getvalue()).rows]
    assert found == [cell for cell in frame["name"] if cell], "rows without any cell are no rows"


def test_an_injury_that_is_listed_twice_is_said() -> None:
    with pytest.warns(DataQualityWarning, match="an earlier row says the same in row 4. Kept as written"):
        told = read_injuries(f"{INJURY}ann,2025-05-01,,,\nben,2025-05-01,,,\nann,2025-05-01,,,\n".encode())
    assert len(told) == 3
