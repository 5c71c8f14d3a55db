"""Oracle: the same diary from another country's spreadsheet, hand arithmetic for units, the table that was written."""

import io
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.errors import DataQualityWarning, SchemaError, StressfxError, UnreadableFileError
from stressfx.exports.pain import read_pain
from stressfx.exports.write import write_csv
from stressfx.schema import DTYPES, PAIN

NAN = float("nan")

DIARY = """date,activity,minutes,during,after,next_morning,stage,note
2025-01-20,walk,30,0,0.5,0,,"stairs, down"
2025-01-22,run,,1,2,,3,
2025-01-23,,,,,4,,
"""
GERMAN = """# mine

Date;Activity;Minutes;Next Morning;during;after;stage;note;Schuhe

2025-01-20 18:30;Walking;30,0;0;0;0,5;n/a;stairs, down;blau
;;;;;;;;
2025-01-22;JOGGING;;;1,0;2;3,0;
2025-01-23;Rest;;4;;;
"""


def told(text: str) -> "pd.Series[float]":
    frame = read_pain(text.encode())
    assert len(frame) == 1
    return frame.iloc[0]


def test_a_diary_is_read_as_by_hand() -> None:
    pain = read_pain(DIARY.encode())
    assert list(pain.columns) == list(PAIN.names)
    assert pain["date"].tolist() == [pd.Timestamp(f"2025-01-{day}") for day in (20, 22, 23)]
    assert pain["activity"].tolist() == ["walk", "run", ""]
    numbers = pain[["duration_s", "during", "after", "next_morning", "stage"]].to_numpy()
    np.testing.assert_array_equal(numbers, [[1800, 0, 0.5, 0, NAN], [NAN, 1, 2, NAN, 3], [NAN, NAN, NAN, 4, NAN]])
    assert pain["note"].tolist() == ["stairs, down", "", ""]
    assert pain["athlete_id"].tolist() == ["", "", ""]


@pytest.mark.parametrize(
    "data",
    [
        GERMAN.encode("utf-8-sig"),
        GERMAN.replace("\n", "\r\n").encode("cp1252"),
        GERMAN.encode("utf-16"),
        GERMAN.replace(";", "\t").encode(),
    ],
    ids=["mark", "windows", "utf-16", "tabs"],
)
def test_a_diary_from_another_spreadsheet_is_the_same_diary(data: bytes) -> None:
    found = read_pain(data)
    pd.testing.assert_frame_equal(found.drop(columns="schuhe"), read_pain(DIARY.encode()))
    assert found["schuhe"].tolist() == ["blau", "", ""], "further columns stay, as text"


@pytest.mark.parametrize(
    ("column", "cell", "seconds"),
    [
        ("minutes", "52.5", 3150),
        ("minutes", "1440", 86_400),
        ("duration", "52:30", 3150),
        ("duration", "1:02:30", 3750),
        ("duration", "24:00:00", 86_400),
        ("duration", "n/a", NAN),
        ("duration_s", "3150", 3150),
        ("duration_s", "", NAN),
    ],
)
def test_each_way_to_write_how_long_it_was(column: str, cell: str, seconds: float) -> None:
    np.testing.assert_equal(told(f"date,after,{column}\n2025-01-20,0,{cell}\n")["duration_s"], float(seconds))


@pytest.mark.parametrize(
    ("words", "activity"),
    [
        ("run Running JOG jogging run/walk Treadmill AlterG anti-gravity", "run"),
        ("walk walking Hike hiking", "walk"),
        (
            "cross_training Cross-training crosstraining XT x-training bike cycling swim swimming rowing",
            "cross_training",
        ),
        ("elliptical aqua-jogging deep-water-running pool_running spinning", "cross_training"),
        ("strength Weights weight-training balance stretching yoga", "strength"),
        ("rest n/a NaN", ""),
    ],
)
def test_other_ways_to_write_an_activity_become_the_word(words: str, activity: str) -> None:
    for word in words.split():
        for written in (word, word.replace("-", " ")):
            assert told(f"date,activity,after\n2025-01-20,{written},0\n")["activity"] == activity, written


@pytest.mark.parametrize("column", ["during", "after", "next_morning"])
def test_one_of_the_three_pains_is_enough(column: str) -> None:
    row = told(f"date,{column}\n2025-01-20,10\n")
    assert row[column] == 10
    assert row[["during", "after", "next_morning"]].isna().sum() == 2


@pytest.mark.parametrize(
    ("data", "error", "text"),
    [
        (b"", UnreadableFileError, "is empty; a first row with the names of the columns is needed"),
        (b"date,activity\n2025-01-20,run", SchemaError, "at least one of during, after, next_morning is missing"),
        (b"activity,after\nrun,0", SchemaError, "the column date is missing"),
        (b"date,after,After\n2025-01-20,0,0", SchemaError, "a column is named twice"),
        (b"date,after,minutes,duration\n2025-01-20,0,3,3:00", SchemaError, "minutes and duration say the same"),
        (
            b"date,after\n2025-01-20,0\n,1",
            SchemaError,
            "row 3, column date: the cell is empty; every entry needs a day",
        ),
        (b"date,after\n20/01/2025,0", SchemaError, "row 2, column date: 00/00/0000 found; a date as in 2025-01-31"),
        (b"date,after\n2025-01-20,10.5", SchemaError, "row 2, column after: 00.0 found; a number from 0 to 10 is"),
        (b"date,during\n2025-01-20,-1", SchemaError, "row 2, column during: -0 found; a number of 0 or more"),
        (b"date,during\n2025-01-20,inf", SchemaError, "row 2, column during: xxx found; a number of 0 or more"),
        (
            b"date,next morning\n2025-01-20,a bit",
            SchemaError,
            "row 2, column next_morning: x xxx found; a number as in",
        ),
        (
            b"date,after,activity\n2025-01-20,0,chess",
            SchemaError,
            "row 2, column activity: xxxxx found; run, walk, cross",
        ),
        (b"date,after,stage\n2025-01-20,0,2.5", SchemaError, "row 2, column stage: 0.0 found; the number of a stage"),
        (
            b"date,after,minutes\n2025-01-20,0,1441",
            SchemaError,
            "row 2, column minutes: 0000 found; a number from 0 to",
        ),
        (b"date,after,duration\n2025-01-20,0,30", SchemaError, "row 2, column duration: 00 found; a duration as in"),
        (b"date,after,duration\n2025-01-20,0,25:00:00", SchemaError, "row 2, column duration: 00:00:00 found; a dur"),
        (b"date,after\n2025-01-20,0,0", UnreadableFileError, "row 2 has more cells than the header has columns"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, error: type[Exception], text: str) -> None:
    with pytest.raises(error) as caught:
        read_pain(data)
    assert str(caught.value).startswith("<bytes>: ")
    assert text in str(caught.value)


def test_what_can_hardly_be_right_is_kept_and_said() -> None:
    late = pd.Timestamp.now().normalize() + pd.Timedelta(days=3)
    rows = ["1969-12-31,run,0", f"{late:%Y-%m-%d},run,0", *["2025-01-20,run,1"] * 7, "2025-01-20,walk,1"]
    with pytest.warns(DataQualityWarning) as said:
        pain = read_pain("\n".join(["date,activity,after", *rows]).encode())
    (warning,) = said
    assert str(warning.message) == (
        "<bytes>: an earlier row is of the same day and activity in rows 5, 6, 7, 8, 9 and 1 more; the date lies in "
        "the future in row 3; the date lies before 1970 in row 2. Kept as written: please look."
    )
    assert warning.filename == __file__
    assert len(pain) == 10
    assert len(read_pain(b"date,activity,after,athlete_id\n2025-01-20,run,0,ann\n2025-01-20,run,0,ben\n")) == 2


numbers = st.sampled_from([0.0, 0.5, 3.0, 10.0, NAN])


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(numbers, numbers, numbers, st.sampled_from(["run", "walk", "cross_training", "strength", ""])),
        max_size=6,
    )
)
def test_what_stressfx_wrote_comes_back_as_it_was(rows: list[tuple[float, float, float, str]]) -> None:
    days = pd.date_range("2025-01-20", periods=len(rows)).astype(DTYPES["date"])
    during, after, morning, activity = zip(*rows, strict=True) if rows else ((),) * 4
    pain = pd.DataFrame(
        {
            "athlete_id": "=ann",
            "date": days,
            "activity": activity,
            "duration_s": [1234.5 * (number + 1) for number in range(len(rows))],
            "during": during,
            "after": after,
            "next_morning": morning,
            "stage": [math.floor(number) for number in morning] if not pd.isna(list(morning)).any() else NAN,
            "note": "-, ;\u00fc",
        }
    ).astype({column.name: DTYPES[column.kind] for column in PAIN.columns})
    out = io.BytesIO()
    write_csv(PAIN.check(pain), out)
    pd.testing.assert_frame_equal(read_pain(out.getvalue()), pain)


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.text(alphabet='date,after;stg"\n\r\t2025-01 :.', max_size=200).map(str.encode))
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    for content in (data, b"date,after\n" + data):
        try:
            read_pain(content)
        except StressfxError as error:
            assert str(error)  # noqa: PT017  # any other error fails the test
