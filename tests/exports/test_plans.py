"""Plans as tables: what was written comes back, what a coach changed is taken, and what cannot be read is refused.

Oracle: the frames that were written; tables typed by hand in the manner of spreadsheets.
"""

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_returns import CLEARED, START, history, injury_row, sessions_of

from stressfx.errors import SchemaError, UnreadableFileError
from stressfx.exports.plans import read_plan
from stressfx.exports.write import write_csv
from stressfx.injury.returning.plan import return_plan
from stressfx.schema import PLAN

PROGRAMMES = ("rules", "trials_2023", "antigravity_2022", "clinic_days")


def planned(programme: str, km: float = 9.0, **more: Any) -> pd.DataFrame:
    log = sessions_of(*history(km))
    return return_plan(log, injury_row(), start=START, cleared=CLEARED, programme=programme, **more).days


def written(days: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    write_csv(days, out)
    return out.getvalue()


@settings(max_examples=12)
@given(st.sampled_from(PROGRAMMES), st.floats(1, 40), st.integers(2, 14), st.sampled_from(["km", "mi"]))
def test_what_was_written_comes_back(programme: str, km: float, weeks: int, unit: str) -> None:
    days = planned(programme, km, weeks=weeks, unit=unit)
    pd.testing.assert_frame_equal(read_plan(written(days)), days)


def test_a_table_that_a_coach_changed_is_taken_as_it_is_now() -> None:
    days = planned("rules")
    days.loc[days["date"] == "2025-06-13", ["date", "distance_m"]] = [pd.Timestamp("2025-06-17"), 2500.0]
    read = read_plan(written(days))
    assert read["date"].is_monotonic_increasing
    moved = read[(read["date"] == "2025-06-17") & (read["activity"] == "run")]
    assert moved[["week", "stage", "distance_m"]].to_numpy().tolist() == [[3, 1, 2500.0]]
    assert len(read) == len(days)


def test_a_short_table_of_a_spreadsheet_is_enough() -> None:
    text = (
        "Date;Activity;Stage;Distance km;Body weight share\n2025-06-11;Cross Training;1;;\n2025-06-09;RUN;1;3,2;0,8\n"
    )
    read = read_plan(text.encode("utf-8-sig"))
    assert read[["date", "activity"]].astype(str).to_numpy().tolist() == [
        ["2025-06-09", "run"],
        ["2025-06-11", "cross_training"],
    ]
    assert read["distance_m"].iloc[0] == 3200.0
    assert read["body_weight_share"].iloc[0] == 0.8
    assert np.isnan(read["duration_s"]).all()
    assert list(read.columns) == list(PLAN.names)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("date", "11/06/2025", "a date as in 2025-01-31"),
        ("date", "", "every row needs a day"),
        ("activity", "swimming pool 5", "one of walk, run, cross_training, strength, rest"),
        ("activity", "", "one of walk"),
        ("distance_m", "-3000", "0 or more"),
        ("distance_m", "far", "a number as in"),
        ("duration_s", "-1", "0 or more"),
        ("duration_s", "inf", "0 or more"),
        ("stage", "1.5", "number of a stage"),
        ("stage", "", "number of a stage"),
        ("amount", "metres", "distance or time"),
        ("body_weight_share", "80", "from 0 to 1"),
        ("exertion_most", "11", "from 0 to 10"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_place_and_not_repeated(column: str, cell: str, words: str) -> None:
    table = pd.read_csv(io.BytesIO(written(planned("rules"))), dtype=str, keep_default_na=False)
    table.loc[11, column] = cell
    with pytest.raises(SchemaError, match=f"row 13, column {column}: .*{words}") as refused:
        read_plan(table.to_csv(index=False).encode())
    if any(sign.isalnum() for sign in cell):
        assert cell not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,activity\n2025-06-09,run\n", "the column stage is missing"),
        ("day,activity,stage\n2025-06-09,run,1\n", "the column date is missing"),
        ("date,activity,stage\n", "there is no row"),
        ("athlete_id,date,activity,stage\nann,2025-06-09,run,1\neve,2025-06-11,run,1\n", "more than one runner"),
        ("date,activity,stage,distance_km,distance_mi\n2025-06-09,run,1,3,2\n", "more than one unit"),
    ],
)
def test_a_table_that_is_no_plan_is_refused(text: str, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        read_plan(text.encode())


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(UnreadableFileError):
        read_plan(b"PK\x03\x04 a workbook")
