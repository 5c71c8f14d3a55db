"""What a folder of real bytes becomes: sessions once each, everything else counted, nothing stopped by one file."""

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stressfx.errors import UnreadableFileError
from stressfx.exports import harvest as exports_harvest
from stressfx.exports.read import Export, read_export
from stressfx.io.fit.encode import FIT_EPOCH_S, FitWriter
from stressfx.schema import LAPS, QUARANTINE, RECORDS, SESSIONS, SHOES


def gpx(day: int, *, points: int = 30, sport: str = "running") -> bytes:
    """Write a run to the north at about 3.3 m/s, a point every ten seconds, at 8 h UTC of a day in March 2026."""
    start = pd.Timestamp(f"2026-03-{day:02d}T08:00Z")
    times = [start + pd.Timedelta(seconds=10 * number) for number in range(points)]
    rows = "".join(
        f'<trkpt lat="{52 + 0.0003 * number:.4f}" lon="13.0"><time>{time:%FT%TZ}</time></trkpt>'
        for number, time in enumerate(times)
    )
    head = '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    return f"{head}<trk><type>{sport}</type><trkseg>{rows}</trkseg></trk></gpx>".encode()


def fit(kind: int, *, day: int = 1, lap: bool = False, samples: int = 60, totals: bool = True) -> bytes:
    """Write a FIT file of a kind: 4 is an activity, 2 are settings."""
    created = int(pd.Timestamp(f"2026-03-{day:02d}T18:00Z").timestamp()) - FIT_EPOCH_S
    writer = FitWriter()
    writer.message(0, [(0, "enum", kind), (1, "uint16", 255), (4, "uint32", created)])
    if kind == 4:
        for second in range(samples):
            writer.message(20, [(253, "uint32", created + second), (5, "uint32", second * 300)])
        span = [(253, "uint32", created + 60), (2, "uint32", created), (7, "uint32", 60_000), (8, "uint32", 60_000)]
        if lap:
            writer.message(19, [*span, (9, "uint32", 17_700)])
        if totals:
            writer.message(18, [*span, (9, "uint32", 17_700), (5, "enum", 1)])
    return writer.to_bytes()


def write(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def kinds(export: Export) -> dict[str, int]:
    return dict(zip(export.files["kind"], export.files["count"], strict=True))


@pytest.fixture
def account(tmp_path: Path) -> Path:
    files = {
        "2026/b.gpx": gpx(2),
        "2026/a.fit": fit(4, day=1, lap=True),
        "2026/c.GPX.gz": gzip.compress(gpx(3)),
        "again/b copy.gpx.gz": gzip.compress(gpx(2)),
        "settings.fit": fit(2),
        "settings 2.fit": fit(2, day=2),
        "page.fit": b"<!DOCTYPE html><html><body>Not found</body></html>",
        "empty.tcx": b"",
        "photo.jpg": b"\xff\xd8",
        "activities.csv": b"Activity ID,Filename\n",
        "more.zip": b"PK\x03\x04",
        "shoes.csv": b"shoe_id,name\nblue,Made Trainer\n",
    }
    return write(tmp_path / "account", files)


def test_a_folder_becomes_sessions_and_everything_else_is_counted(account: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    export = read_export(account, athlete_id="ann", progress=lambda *step: seen.append(step))

    sessions = SESSIONS.check(export.sessions)
    assert sessions["source"].tolist() == ["2026/a.fit", "2026/b.gpx", "2026/c.GPX.gz"]
    assert sessions["date"].dt.day.tolist() == [1, 2, 3]
    assert set(sessions["athlete_id"]) == {"ann"}
    assert sessions["distance_m"].tolist() == pytest.approx([177, 29 * 33.36, 29 * 33.36], rel=0.01)
    assert LAPS.check(export.laps)["session_id"].tolist() == [sessions["session_id"][0]]

    met = {"fit": 1, "gpx": 2, "settings": 2, "repeated": 1, "unreadable": 3, "shoes": 1, "other": 2}
    assert kinds(export) == met
    assert QUARANTINE.check(export.quarantine)["source"].tolist() == ["empty.tcx", "more.zip", "page.fit"]
    assert (export.quarantine["reason"] != "").all()
    found = export.findings.groupby("code")["where"].agg(list)
    assert found["unreadable"] == ["empty.tcx", "more.zip", "page.fit"]
    assert found["same-bytes"] == ["again/b copy.gpx.gz"]
    assert export.findings.set_index("code").loc["not-activity", "count"] == 2
    assert SHOES.check(export.shoes)["shoe_id"].tolist() == ["blue"]
    assert export.source == "account"
    assert [done for done, _, _ in seen] == list(range(1, 10))
    assert seen[-1] == (9, 9, "shoes.csv")


def test_records_are_read_again(account: Path) -> None:
    export = read_export(account, athlete_id="ann")
    run = export.sessions.iloc[2]
    records = RECORDS.check(export.records(run["session_id"]))
    assert len(records) == 30
    assert records["time"].iloc[0] == run["start"]
    with pytest.raises(KeyError, match="account holds no session 'x-0'"):
        export.records("x-0")
    (account / "2026" / "c.GPX.gz").write_bytes(gpx(9))
    with pytest.raises(UnreadableFileError, match=r"^2026/c.GPX.gz: has changed since the export was read"):
        export.records(run["session_id"])


def test_a_bug_met_in_one_file_costs_only_that_file(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = exports_harvest.summarized

    def failing(activity: Any, **options: Any) -> Any:
        if activity.source.format == "fit":
            raise ZeroDivisionError("secret content of the file")
        return real(activity, **options)

    monkeypatch.setattr(exports_harvest, "summarized", failing)
    export = read_export(account, athlete_id="ann")
    assert len(export.sessions) == 2
    row = export.quarantine.set_index("source").loc["2026/a.fit"]
    assert row["kind"] == "ZeroDivisionError"
    assert "secret" not in export.quarantine.to_string() + export.findings.to_string()

    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(exports_harvest, "summarized", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_export(account, athlete_id="ann")


def test_sessions_that_break_their_schema_cost_only_their_file(account: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = exports_harvest.summarized

    def negative(activity: Any, **options: Any) -> Any:
        rows, bins, found = real(activity, **options)
        spoilt = [{**row, "distance_m": -1.0} for row in rows]
        return (spoilt if activity.source.format == "fit" else rows), bins, found

    monkeypatch.setattr(exports_harvest, "summarized", negative)
    export = read_export(account, athlete_id="ann")
    assert SESSIONS.check(export.sessions)["format"].tolist() == ["gpx", "gpx"]
    assert export.laps.empty
    assert export.quarantine.set_index("source").loc["2026/a.fit", "kind"] == "SchemaError"
    assert kinds(export)["unreadable"] == 4
    assert "fit" not in kinds(export)


def test_a_file_that_names_no_sport_is_read_and_said_to_be_no_run(tmp_path: Path) -> None:
    write(tmp_path, {"run.gpx": gpx(5).replace(b"<type>running</type>", b"")})
    export = read_export(tmp_path, athlete_id="ann")
    assert len(export.sessions) == 1
    assert export.findings.set_index("code").loc["sport-unknown", "where"] == "run.gpx"


def test_a_summary_without_samples_is_a_session_and_an_activity_without_either_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"by hand.fit": fit(4, samples=0), "nothing.fit": fit(4, samples=0, totals=False)})
    export = read_export(tmp_path, athlete_id="ann")
    assert export.sessions[["source", "distance_m"]].to_numpy().tolist() == [["by hand.fit", 177]]
    assert export.records(export.sessions["session_id"][0]).empty
    assert kinds(export) == {"fit": 1, "empty": 1}


def test_one_file_is_an_export_and_an_empty_folder_too(tmp_path: Path) -> None:
    write(tmp_path, {"run": gpx(5)})
    export = read_export(tmp_path / "run", athlete_id="ann")
    assert export.sessions["source"].tolist() == ["run"]

    (tmp_path / "nothing").mkdir()
    export = read_export(tmp_path / "nothing", athlete_id="ann")
    SESSIONS.check(export.sessions)
    LAPS.check(export.laps)
    QUARANTINE.check(export.quarantine)
    assert export.files.empty
    assert export.findings.empty


def test_a_bad_table_of_shoes_is_quarantined(tmp_path: Path) -> None:
    write(tmp_path, {"shoes.csv": b"pair\nblue\n", "run.gpx": gpx(5)})
    export = read_export(tmp_path, athlete_id="ann")
    assert len(export.sessions) == 1
    assert export.shoes.empty
    assert export.quarantine["source"].tolist() == ["shoes.csv"]
    assert kinds(export) == {"gpx": 1, "unreadable": 1}


def test_the_zone_of_the_caller_decides_the_day_of_what_tells_none(tmp_path: Path) -> None:
    """18 h UTC on 1 March is 7 h the next day in Auckland."""
    write(tmp_path, {"run.fit": fit(4, day=1)})
    session = read_export(tmp_path, athlete_id="ann", tz="Pacific/Auckland").sessions.iloc[0]
    assert session["date"] == pd.Timestamp("2026-03-02")
    assert session["offset_source"] == "caller"


def test_errors_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^gone: there is no such file or folder$"):
        read_export(tmp_path / "gone", athlete_id="ann")
    with pytest.raises(ValueError, match="tz is 'Mars/Olympus'"):
        read_export(tmp_path, athlete_id="ann", tz="Mars/Olympus")
    with pytest.raises(ValueError, match="crc is 'no'; 'warn', 'raise' or 'ignore' is needed"):
        read_export(tmp_path, athlete_id="ann", crc="no")
