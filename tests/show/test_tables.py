"""The folder of tables: every frame, harmless in a spreadsheet, and nobody's files overwritten.

Oracle: the frames of the audit, read back with pandas.
"""

import stat
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest
from made_audit import made_audit

from stressfx.show.options import WrongCallError
from stressfx.show.tables import write_tables

AUDIT = made_audit()
FRAMES = {field.name for field in fields(AUDIT) if isinstance(getattr(AUDIT, field.name), pd.DataFrame)}


def test_every_frame_is_a_file_with_its_rows_and_columns(tmp_path: Path) -> None:
    names = write_tables(AUDIT, tmp_path / "new" / "tables")
    folder = tmp_path / "new" / "tables"
    assert sorted(names) == sorted(path.name for path in folder.iterdir())
    assert {f"audit-{name}.csv" for name in FRAMES} < set(names)
    for name in FRAMES:
        frame, held = getattr(AUDIT, name), pd.read_csv(folder / f"audit-{name}.csv", keep_default_na=False)
        assert list(held.columns) == list(frame.columns)
        assert len(held) == len(frame)
    weeks = pd.read_csv(folder / "audit-weeks.csv", dtype=str)  # Python reads numbers to the last digit
    assert [float(cell) for cell in weeks["distance_m"]] == AUDIT.weeks["distance_m"].tolist()
    contents = pd.read_csv(folder / "audit-contents.csv").set_index("file")["rows"]
    assert contents["audit-spikes.csv"] == len(AUDIT.spikes)
    listed = pd.read_csv(folder / "audit-definition_list.csv")
    assert set(listed["column"]) == set(AUDIT.definitions.attrs["definitions"])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_formulas_are_defused(tmp_path: Path) -> None:
    write_tables(replace(AUDIT, shoes=AUDIT.shoes.assign(name="=1+1")), tmp_path)
    assert "'=1+1" in (tmp_path / "audit-shoes.csv").read_text(encoding="utf-8")


def test_what_an_earlier_call_wrote_is_replaced_and_what_lies_beside_it_stays(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    write_tables(AUDIT, tmp_path)
    write_tables(replace(AUDIT, spikes=AUDIT.spikes.head(3)), tmp_path)
    assert len(pd.read_csv(tmp_path / "audit-spikes.csv")) == 3
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["audit-shoes.csv", "audit-contents.csv"])
def test_a_file_of_somebody_else_is_never_replaced(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine\n")
    with pytest.raises(WrongCallError, match=f"holds {name}, which was not written by this command"):
        write_tables(AUDIT, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name], "nothing else was written"
    assert (tmp_path / name).read_text() == "mine\n"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tables").write_text("mine")
    with pytest.raises(WrongCallError, match="tables: is a file"):
        write_tables(AUDIT, tmp_path / "tables")


def test_no_name_is_one_that_a_reader_of_exports_takes_for_the_runners_own(tmp_path: Path) -> None:
    names = write_tables(AUDIT, tmp_path)
    assert not {"sessions.csv", "shoes.csv", "injuries.csv", "activities.csv"} & set(names)
