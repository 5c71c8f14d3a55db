"""Files and exports that are known to have broken other programs, numbered as rows of one table; a test for each.

Oracle: what was put into the files, and the outcome that each row asks for. A test whose name begins with
``test_row_NN_`` stands for row NN. Those of one format lie beside the tests of its reader, those of whole exports here.

== ======================================================================= ===========================================
NN what is wrong                                                           what comes of it
== ======================================================================= ===========================================
1  FIT: the size of a field does not fit its type                          told; the field is kept as bytes
2  FIT: a field has no size                                                told; the field is passed over
3  FIT: an app does not say which it is                                    told; the device's own columns are kept
4  FIT: fields of apps of 64 bits                                          read
5  FIT: two apps in one file                                               read
6  FIT: bytes follow the declared end                                      told
7  FIT: the device died; the header declares nothing                       what was written is read
8  FIT: the header declares more than there is                             what there is is read
9  FIT: a kind of message that was never defined                           what stands before is read
10 FIT: more than 85 fields in one definition                              read
11 FIT: times in five bits that roll over                                  read
12 FIT: a byte order that does not exist                                   told
13 an HTML page or other foreign bytes under the name of a recording       this file is refused, the others are read
14 a clock that was never set                                              told; no date is made up
15 first samples from days before                                          told as a gap; no duration
16 a clock that is corrected on the way                                    told
17 times that run backwards                                                told and counted; sums as if in order
18 several records of one second, each with a part                         told; summed as one
19 255 and its like for a missing heart rate or cadence                    missing
20 a list of 255 where one value belongs                                   missing, and told
21 speeds and powers of a counter that wrapped                             told; raw values are kept
22 positions outside the globe                                             missing, and told
23 blanks before the XML declaration                                       told; read
24 a mark of the byte order before the XML                                 read
25 a prefix that was never declared                                        told; read
26 other prefixes and quotes                                               read
27 entities of HTML                                                        told; read
28 bytes that are not of the declared encoding                             told; read as Windows-1252
29 points without a position or a time                                     the rows are told
30 times without a zone                                                    told: UTC was assumed
31 milliseconds, and blanks around a time                                  read
32 empty values, no position, no time in TCX                               read or told
33 the table of an account in another language, width or order of columns  read by its headers; unknown ones are named
34 names of files that are errors, and files that are missing              the row is told, and counts by its totals
35 the same files imported again                                           nothing counts twice
36 another run that begins when one already there did                      both are kept and shown
37 a workout typed in, without samples                                     told; its totals count
== ======================================================================= ===========================================
"""

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import made_strava
import numpy as np
import pandas as pd
import pytest
from made_fit import RECORD, run
from samples import gpx, gpx_point

from stressfx.errors import UnknownColumnsError
from stressfx.exports.export import Export
from stressfx.exports.importing import import_export, read_store
from stressfx.exports.log import training_log
from stressfx.exports.read import read_export
from stressfx.exports.store.store import open_store
from stressfx.io.fit.encode import FitWriter

ROWS = range(1, 38)
NAMED = re.compile(r"^(?:async )?def test_row_(\d\d)_\w+\(", re.MULTILINE)

NEW_YEAR = datetime(2025, 1, 1, 10, tzinfo=UTC)
"""When the points of `samples.gpx_point` begin."""

RUNS = [
    made_strava.Workout(1, NEW_YEAR, elapsed_s=600, distance_m=1800.0, file="activities/11.gpx", steps=1600.0),
    made_strava.Workout(2, NEW_YEAR + timedelta(days=1), elapsed_s=2400, distance_m=8000.0, gear="Red ones"),
    made_strava.Workout(3, NEW_YEAR + timedelta(days=2), elapsed_s=1800, distance_m=12_345.6, long_run=True),
]
TOLD = ["start", "sport", "distance_m", "elapsed_s", "shoe_id", "long_run"]


def outdoors(*, metres_per_s: float = 3.0, longitude_deg: float = 10.0) -> bytes:
    """Record ten minutes along a meridian."""
    steps = range(0, 601, 10)
    points = [(s, 50 + metres_per_s * s / 111_195) for s in steps]
    return gpx([gpx_point(s, latitude_deg=latitude, longitude_deg=longitude_deg) for s, latitude in points])


def account(folder: Path, table: str, files: dict[str, bytes] | None = None) -> Export:
    path = folder / "export.zip"
    path.write_bytes(made_strava.export_zip(table, {"activities/11.gpx": outdoors()} if files is None else files))
    return read_export(path, athlete_id="a")


def laid(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files into a new folder."""
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def counted(sessions: pd.DataFrame) -> pd.DataFrame:
    log = training_log(sessions)
    return log[log["counted"]].reset_index(drop=True)


def test_every_row_has_a_test() -> None:
    tests = Path(__file__).parent
    named = {int(row) for path in tests.rglob("test_*.py") for row in NAMED.findall(path.read_text("utf-8"))}
    assert sorted(named) == list(ROWS)
    table = __doc__ or ""
    assert [int(row) for row in re.findall(r"^(\d+) +\S", table, re.MULTILINE)] == list(ROWS)


@pytest.mark.parametrize("name", ["page.fit", "page.gpx", "page.tcx.gz"])
@pytest.mark.parametrize("foreign", [b"<!DOCTYPE html><html>Please log in</html>", b'{"error": 429}', b"", b"\0" * 99])
def test_row_13_a_failed_download_is_refused_and_the_others_are_read(tmp_path: Path, name: str, foreign: bytes) -> None:
    export = read_export(laid(tmp_path / "x", {"run.fit": run().to_bytes(), name: foreign}), athlete_id="a")
    assert export.quarantine[["source", "kind"]].to_numpy().tolist() == [[name, "UnreadableFileError"]]
    assert export.sessions["source"].tolist() == ["run.fit"]
    assert export.findings.loc[export.findings["code"] == "unreadable", "where"].tolist() == [name]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "nl", "it", "pt", "ja"])
@pytest.mark.parametrize("width", [10, 87, 92, 94, 99, 101, 103])
def test_row_33_a_table_is_read_by_its_headers_in_any_language_and_width(
    tmp_path: Path, language: str, width: int
) -> None:
    sessions = account(tmp_path, made_strava.activities_csv(RUNS, language, width)).sessions
    assert sessions["start"].dt.tz_convert(UTC).tolist() == [pd.Timestamp(one.start) for one in RUNS]
    exact = 1e-9 if width > 10 else 5.0
    np.testing.assert_allclose(sessions["distance_m"][1:], [8000.0, 12_345.6], atol=exact)
    assert sessions["elapsed_s"].tolist() == [600, 2400, 1800]
    assert (sessions["sport"] == "running").all()


@pytest.mark.parametrize("seed", range(5))
def test_row_33_columns_may_stand_anywhere_and_unknown_ones_between_them(tmp_path: Path, seed: int) -> None:
    """Of headers that occur twice the order stays: it is all that tells kilometres from metres."""
    dice = random.Random(seed)
    table = made_strava.activities_csv(RUNS)
    usual = account(tmp_path, table).sessions
    columns = list(map(list, zip(*(line.split(",") for line in plain(table)), strict=True)))
    columns += [[f"New column {number}", "1", "2", "3"] for number in range(4)]
    twice = {name for name, *_ in columns if sum(other[0] == name for other in columns) > 1}
    free = [column for column in columns if column[0] not in twice]
    dice.shuffle(free)
    places = sorted(dice.sample(range(len(columns)), len(columns) - len(free)))
    repeated = iter([column for column in columns if column[0] in twice])
    others = iter(free)
    mixed = [next(repeated) if place in places else next(others) for place in range(len(columns))]
    lines = "\n".join(",".join(cells) for cells in zip(*mixed, strict=True)).replace("\t", ",")
    pd.testing.assert_frame_equal(account(tmp_path, lines).sessions[TOLD], usual[TOLD])


def plain(table: str) -> list[str]:
    """Give the lines of a table with its commas in quotes as tabs, and so that each comma parts two cells."""
    return [re.sub(r'"[^"]*"', lambda cell: cell[0].replace(",", "\t"), line) for line in table.splitlines()]


def test_row_33_headers_of_an_unknown_language_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownColumnsError, match="Sträcka") as raised:
        account(tmp_path, made_strava.activities_csv(RUNS, "xx"))
    assert "Tid" in str(raised.value)


@pytest.mark.parametrize("name", ["#error#", "activities/gone.fit.gz"])
def test_row_34_a_row_whose_file_is_an_error_or_missing_is_told_and_counts(tmp_path: Path, name: str) -> None:
    table = made_strava.activities_csv(RUNS, changed={1: {("Filename", 1): name}})
    export = account(tmp_path, table)
    told = export.findings[export.findings["code"].isin(["strava-file-error", "file-missing"])]
    assert told["count"].sum() == 1
    row = export.sessions.iloc[1]
    assert (row["distance_m"], row["elapsed_s"], row["shoe_id"]) == (8000, 2400, "Red ones")
    assert counted(export.sessions)["session_id"].tolist() == export.sessions["session_id"].tolist()


def test_row_35_what_is_imported_again_counts_once(tmp_path: Path) -> None:
    """Under other names, packed, in another order and twice in one folder: what counts are the bytes."""
    first, second = outdoors(), run(600).to_bytes()
    once = laid(tmp_path / "once", {"a.gpx": first, "b.fit": second})
    again = laid(tmp_path / "again", {"1.gpx": first, "2.gpx": first, "3.fit": second, "copy of 3.fit": second})
    alone = read_export(once, athlete_id="a").sessions
    with open_store(tmp_path / "store", create=True) as store:
        for folder in (once, again, once):
            import_export(folder, store, athlete_id="a")
            kept = read_store(store, athlete_id="a").sessions
            assert kept["session_id"].tolist() == alone["session_id"].tolist()
            assert counted(kept)["distance_m"].tolist() == counted(alone)["distance_m"].tolist()
    together = pd.concat([alone, read_export(again, athlete_id="a").sessions], ignore_index=True)
    assert counted(together)["distance_m"].sum() == alone["distance_m"].sum()


def test_row_36_a_run_that_begins_when_another_did_is_never_dropped(tmp_path: Path) -> None:
    """Two recordings of one sport and start: both are in the export, the store and the log, and one of them counts.

    One that only begins at the same instant, because it broke off at once, does not take the place of the run.
    """
    writer = FitWriter().message(0, [(0, "enum", 4), (1, "uint16", 1)])
    start = int((NEW_YEAR - datetime(1989, 12, 31, tzinfo=UTC)).total_seconds())
    for second in range(5):
        writer.message(RECORD, [(253, "uint32", start + second), (3, "uint8", 140)])
    broken = writer.message(18, [(253, "uint32", start + 5), (2, "uint32", start), (5, "enum", 1)]).to_bytes()
    files = {"long.gpx": outdoors(), "copy.gpx": outdoors(longitude_deg=10.00001), "broken.fit": broken}
    export = read_export(laid(tmp_path / "x", files), athlete_id="a")
    assert sorted(export.sessions["source"]) == sorted(files)
    assert (export.sessions["start"] == NEW_YEAR).all()
    log = training_log(export.sessions).set_index("source")
    assert log["counted"].sum() == 1
    assert not log.loc["broken.fit", "counted"]
    shadowed = log[~log["counted"]]
    assert (shadowed["duplicate_of"] == log.loc[log["counted"], "session_id"].item()).all()
    with open_store(tmp_path / "store", create=True) as store:
        import_export(tmp_path / "x", store, athlete_id="a")
        assert sorted(read_store(store, athlete_id="a").sessions["source"]) == sorted(files)
