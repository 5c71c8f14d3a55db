"""The tables that come out of a store, read by pandas, against the documents that went in."""

import stat
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from made_documents import HOW, account, activity, put, quarantined, records, sha_of

from stressfx.errors import StoreError
from stressfx.exports.store.folder import ACTIVITIES
from stressfx.exports.store.store import Store

HOSTILE = '=HYPERLINK("http://example.org")'


def fill(store: Store) -> None:
    put(store, range(3))
    store.commit([store.shelf.write(made, None, HOW) for made in (account(3), quarantined(5))])
    other = replace(HOW, athlete_id=HOSTILE)
    store.commit([store.shelf.write(activity(1, athlete_id=HOSTILE, source=HOSTILE), records(1), other)])


def test_tables_hold_what_the_store_holds(tmp_path: Path, store: Store) -> None:
    fill(store)
    store.export(tmp_path / "out")
    tables = {path.stem: pd.read_parquet(path) for path in (tmp_path / "out").glob("*.parquet")}
    assert {name: len(frame) for name, frame in tables.items()} == {
        "sessions": 4,
        "laps": 8,
        "told": 3,
        "findings": 5,
        "quarantine": 1,
    }
    sessions = tables["sessions"]
    assert sorted(sessions["athlete_id"]) == [HOSTILE, "runner", "runner", "runner"]
    assert sessions["records"].is_unique
    for _, session in sessions.iterrows():
        number = int(str(session["session_id"]) == f"{sha_of(1)[:12]}-0") or int(session["source"].split("/")[1][0])
        found = pd.read_parquet(tmp_path / "out" / session["records"])
        pd.testing.assert_frame_equal(found, records(number))
    assert tables["quarantine"]["reason"].tolist() == ["is no FIT file"]
    assert tables["told"]["distance_m"].tolist() == [5000.1, 5001.1, 5002.1]
    for path in (tmp_path / "out").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_tables_for_a_spreadsheet_hold_no_formula(tmp_path: Path, store: Store) -> None:
    fill(store)
    store.export(tmp_path / "out", format="csv")
    sessions = pd.read_csv(tmp_path / "out" / "sessions.csv")
    assert sorted(sessions["athlete_id"]) == [f"'{HOSTILE}", "runner", "runner", "runner"]
    assert len(pd.read_csv(tmp_path / "out" / sessions["records"].iloc[0])) == 20
    assert len(list((tmp_path / "out" / "records").iterdir())) == 4


def test_damaged_samples_are_left_out_and_said(tmp_path: Path, root: Path, store: Store) -> None:
    fill(store)
    (path,) = (root / ACTIVITIES).glob(f"{sha_of(2)}*")
    path.write_bytes(path.read_bytes()[:-1])
    store.export(tmp_path / "out")
    sessions = pd.read_parquet(tmp_path / "out" / "sessions.parquet")
    assert (sessions["records"] == "").sum() == 1
    found = pd.read_parquet(tmp_path / "out" / "findings.parquet")
    assert found[found["code"] == "store-damaged"]["where"].tolist() == ["activities/2.fit"]


def test_nothing_is_written_over(tmp_path: Path, store: Store) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.odt").write_bytes(b"")
    with pytest.raises(StoreError, match="'out' is not empty"):
        store.export(tmp_path / "out")
    with pytest.raises(ValueError, match="'xlsx'; one of parquet, csv is needed"):
        store.export(tmp_path / "new", format="xlsx")
