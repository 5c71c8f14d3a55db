"""Where a runner lives, how to reach her, and where her files lie on the disk are in no output and in no error.

Oracle: the secrets that the exports were built with, searched for in every way that they could be written.
"""

import io
import json
import logging
import math
import os
import re
import sqlite3
import traceback
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import made_apple
import made_garmin
import made_intervals
import made_polar
import made_runkeeper
import made_strava
import pytest
from called import Called, call
from made_fit import START, run
from samples import gpx, gpx_point, tcx, tcx_point

from stressfx.auditing import audit
from stressfx.errors import StressfxError
from stressfx.exports.accounts.strava import read_columns
from stressfx.exports.importing import import_export
from stressfx.exports.limits import Limits
from stressfx.exports.profile import read_profile
from stressfx.exports.read import read_export
from stressfx.exports.sessions_table import read_sessions
from stressfx.exports.store.store import open_store
from stressfx.exports.tables import read_injuries, read_shoes
from stressfx.exports.write import write_csv
from stressfx.io.fit.encode import FitWriter
from stressfx.io.read import read_activity

HOME = (47.123456, 8.654321)
E_MAIL = "jane.doe@example.org"
FOLDER = "Home-of-Jane-7f3a9c"
DAY = datetime(2025, 1, 1, 10, tzinfo=UTC)

NUMBER_START = "(?<![0-9.])"
"""A coordinate is a number of its own: the same digits in the tail of another number are chance."""

WAYS = "|".join(
    [
        *(NUMBER_START + re.escape(f"{degrees:.3f}"[:6]).replace(r"\.", "[.,]") for degrees in HOME),
        *(NUMBER_START + str(round(degrees * 2**31 / 180))[:6] for degrees in HOME),
        *(NUMBER_START + re.escape(f"{math.radians(degrees):.7f}"[:7]) for degrees in HOME),
        "jane.?doe",
        "example[.]org",
        FOLDER,
    ]
)
SECRET = re.compile(WAYS, re.IGNORECASE)


def leaks(*texts: object) -> list[str]:
    """Find what should not be there, each with what stands around it."""
    return [text[max(0, at.start() - 60) : at.end() + 20] for text in map(str, texts) for at in SECRET.finditer(text)]


def track(day: int = 0, minutes: int = 20) -> bytes:
    """Run away from home, and say who did."""
    points = [gpx_point(s, latitude_deg=HOME[0] + s / 4e6, longitude_deg=HOME[1]) for s in range(0, 60 * minutes, 10)]
    data = gpx(points).replace(b"2025-01-01", f"2025-01-{day + 1:02}".encode())
    contact = "<name>Jane Doe</name><email id='jane.doe' domain='example.org'/>"
    author = f"<metadata><author>{contact}</author><desc>{HOME}</desc></metadata>"
    data = data.replace(b'creator="test"', f'creator="the watch of {E_MAIL}"'.encode())
    return data.replace(b"<trk>", f"{author}<trk><name>{E_MAIL} at {HOME}</name>".encode())


def laps(day: int = 0) -> bytes:
    position = (
        "<Position><LatitudeDegrees>{}</LatitudeDegrees><LongitudeDegrees>{}</LongitudeDegrees></Position>".format(
            *HOME
        )
    )
    data = tcx([tcx_point(s, position) for s in range(0, 601, 20)])
    return data.replace(b"2025-01-01", f"2025-02-{day + 1:02}".encode()).replace(
        b"</Activity>", f"<Notes>{E_MAIL} {HOME}</Notes></Activity>".encode()
    )


def watch(day: int = 0) -> bytes:
    start = START + 86_400 * day
    latitude, longitude = (round(degrees * 2**31 / 180) for degrees in HOME)
    writer = run(30, start=start, writer=FitWriter())
    writer.message(3, [(0, "string", E_MAIL)])
    for second in range(30, 600, 10):
        writer.message(
            20, [(253, "uint32", start + second), (0, "sint32", latitude + second), (1, "sint32", longitude)]
        )
    totals = [
        (253, "uint32", start + 600),
        (2, "uint32", start),
        (5, "enum", 1),
        (3, "sint32", latitude),
        (4, "sint32", longitude),
    ]
    return writer.message(
        18, [*totals, (7, "uint32", 600_000), (8, "uint32", 600_000), (9, "uint32", 180_000)]
    ).to_bytes()


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


def strava(folder: Path, language: str = "en") -> Path:
    workouts = [
        made_strava.Workout(1, DAY, file="activities/1.gpx", description=f"{E_MAIL} at {HOME}"),
        made_strava.Workout(2, DAY + timedelta(days=1), f"from {HOME[0]}, {E_MAIL}", file="activities/2.gpx"),
        made_strava.Workout(3, DAY + timedelta(days=2), distance_m=4000, gear="Shoes"),
    ]
    table = made_strava.activities_csv(workouts, language, changed={0: {("Activity Date", 1): f"{E_MAIL} {HOME}"}})
    files = {"activities/1.gpx": track(), "activities/x.fit.gz": b"\x1f\x8b" + b"damaged"}
    (folder / "strava.zip").write_bytes(made_strava.export_zip(table, files))
    return folder / "strava.zip"


def garmin(folder: Path) -> Path:
    places = {"startLatitude": HOME[0], "startLongitude": HOME[1], "locationName": f"{HOME}"}
    told = [
        made_garmin.activity(1, datetime(2021, 9, 8, 1, 46, 40, tzinfo=UTC), **places),
        made_garmin.activity(2, DAY, kind=E_MAIL, **places),
        made_garmin.activity(3, DAY + timedelta(days=9), **(places | {"distance": f"{HOME[0]}", "duration": E_MAIL})),
    ]
    gear = made_garmin.gear_table([made_garmin.shoes(1, dateBegin=E_MAIL), E_MAIL], {1: [1]})
    inner = archive(
        folder / "inner.zip", {f"{E_MAIL}_{n}.fit": watch(n) if n else b"<html>" + E_MAIL.encode() for n in range(3)}
    )
    base = f"{made_garmin.FOLDER}/{E_MAIL}_0_"
    files = {
        f"DI_CONNECT/DI-Connect-Uploaded-Files/{E_MAIL}_Part1.zip": inner.read_bytes(),
        f"{base}summarizedActivities.json": json.dumps(made_garmin.part(*told)).encode(),
        f"{base}1001_summarizedActivities.json": json.dumps(made_garmin.part(*told)).encode()[:-40],
        f"{base}gear.json": json.dumps(gear).encode(),
        f"{E_MAIL}/{E_MAIL}.zip": b"no archive",
    }
    inner.unlink()
    return archive(folder / "garmin.zip", files)


def other_accounts(folder: Path) -> None:
    apple = made_apple.health_record(
        [
            made_apple.workout(made_apple.Run(start=DAY, source=f"{E_MAIL}", route="/workout-routes/1.gpx")),
            made_apple.workout(
                made_apple.Run(start=DAY + timedelta(days=1), source=E_MAIL, kind=f"{E_MAIL}{HOME}", zone=E_MAIL)
            ),
        ]
    )
    route = made_apple.route([(DAY + timedelta(seconds=s), *HOME) for s in range(60)])
    archive(
        folder / "apple.zip",
        {"apple_health_export/export.xml": apple, "apple_health_export/workout-routes/1.gpx": route},
    )
    runs = [
        made_runkeeper.Run(name=E_MAIL, notes=f"{HOME}", friends=E_MAIL, gpx=f"{E_MAIL}.gpx"),
        made_runkeeper.Run(kind=f"{HOME} {E_MAIL}"),
    ]
    archive(folder / "runkeeper.zip", {"cardioActivities.csv": made_runkeeper.table(*runs)})
    (folder / "i1_activities.csv").write_bytes(
        made_intervals.table({"name": E_MAIL, "type": f"{HOME}", "external_id": f"{E_MAIL}.fit"}, {"distance": E_MAIL})
    )
    part = made_polar.Part(DAY + timedelta(days=20), positions=[(*HOME, 400.0)] * 60)
    (folder / "training-session-1.json").write_bytes(
        json.dumps(made_polar.session(part) | {"name": E_MAIL, "note": f"{HOME}"}).encode()
    )
    (folder / "sessions.csv").write_text(
        f"date,distance_km,sport\n2025-03-01,5,\n{E_MAIL},{HOME[0]},\n2025-03-02,3,{E_MAIL}\n"
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build every account in a folder whose name nobody should learn."""
    folder = tmp_path_factory.mktemp("privacy") / FOLDER
    folder.mkdir()
    everything = folder / "export"
    everything.mkdir()
    strava(everything)
    garmin(everything)
    other_accounts(everything)
    (everything / f"{E_MAIL}.gpx").write_bytes(track(5))
    (everything / f"{E_MAIL} 2.gpx").write_bytes(track(5))
    (everything / f"{E_MAIL}.tcx").write_bytes(laps())
    (everything / f"{E_MAIL}.fit").write_bytes(watch(40))
    (everything / "cut.fit").write_bytes(watch(41)[:-50])
    (everything / "cut.gpx").write_bytes(track(7)[:-300])
    (everything / "bad.gpx").write_bytes(track(8).replace(b"</trkpt>", b"</nonsense>", 1))
    (everything / "link.fit").symlink_to(folder)
    (folder / "bare").mkdir()
    return folder


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check the log of everything that is done here."""
    caplog.set_level(logging.DEBUG)
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    assert leaks(*(record.getMessage() for record in records if not record.name.startswith("matplotlib"))) == []


def discreet(called: Called, code: int = 0) -> Called:
    assert called.code == code, called
    assert leaks(called.out, called.err) == []
    return called


def test_the_secrets_are_found_where_they_are_allowed(home: Path) -> None:
    """Else nothing here would prove anything."""
    export = read_export(home / "export", athlete_id="a")
    assert {"fit", "gpx", "tcx", "polar", "strava", "garmin", "apple", "runkeeper", "intervals", "sessions"} == set(
        export.sessions["format"]
    )
    gpx_row = export.sessions[export.sessions["format"] == "gpx"].iloc[0]
    assert leaks(export.records(gpx_row["session_id"]).to_csv())
    assert leaks(
        E_MAIL.upper(),
        "jane_doe",
        f"{HOME[0]:.4f}",
        "8,6543",
        f"{HOME[1] * 2**31 / 180:.0f}",
        f"{math.radians(HOME[0]):.6f}",
    )
    assert len(export.quarantine) >= 3
    assert len(export.findings) >= 20


def test_no_frame_but_the_records_holds_a_secret(home: Path) -> None:
    export = read_export(home / "export", athlete_id="a")
    audited = audit(export)
    frames = [vars(thing)[name] for thing in (export, audited) for name in vars(thing)]
    for frame in frames:
        if hasattr(frame, "to_csv"):
            assert leaks(frame.to_csv()) == []
    out = io.BytesIO()
    write_csv(export.sessions, out)
    assert leaks(out.getvalue().decode()) == []


def test_what_a_notebook_shows_by_itself_holds_no_secret(home: Path) -> None:
    export = read_export(home / "export", athlete_id="a")
    audited = audit(export)
    with open_store(home / "shown", create=True) as store:
        brought = import_export(home / "export", store, athlete_id="a")
        things = [export, audited, store, brought, store.shelf, store.verify()]
        shown = [show(thing) for thing in things for show in (repr, str)]
    shown += [audited._repr_html_()]
    for file in sorted((home / "export").iterdir()):
        if file.suffix in {".fit", ".gpx", ".tcx"} and file.name != "link.fit":
            activity = read_activity(file)
            shown += [
                repr(activity),
                str(activity),
                activity._repr_html_(),
                repr(activity.source),
                activity.findings.to_csv(),
            ]
    assert leaks(*shown) == []
    assert len(shown) > 20


def test_no_command_shows_a_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    report = home / "r.html"
    discreet(call("audit", "export", "-o", "r.html"))
    assert leaks(re.sub('"data:image/png;base64,[^"]*"', "", report.read_text(encoding="utf-8"))) == []
    discreet(call("audit", home / "export"))
    for name in ("strava.zip", "garmin.zip", "apple.zip", "runkeeper.zip"):
        discreet(call("audit", Path("export", name)))
    for file in sorted(Path("export").iterdir()):
        if file.suffix in {".fit", ".gpx", ".tcx", ".json"} and file.name != "link.fit":
            discreet(call("doctor", file))
    for _ in range(2):
        discreet(call("import", "export", "--store", "runs"))
    discreet(call("import", home / "export", "--store", home / "absolute"))
    for command in (("audit", "--store", "runs"), ("store", "verify", home / "runs"), ("store", "rebuild", "runs")):
        discreet(call(*command))
    discreet(call("store", "export", "runs", "tables", "--format", "csv"))
    allowed = {path for path in (home / "tables").rglob("*.csv") if path.parent.name == "records"}
    assert len(allowed) > 5
    for name in ("sessions", "shoes", "findings", "quarantine", "laps"):
        assert leaks((home / "tables" / f"{name}.csv").read_text(encoding="utf-8")) == []
    discreet(call("store", "forget", "runs", "--athlete", "export", "--yes"))
    for kind in ("sessions", "injuries", "shoes", "profile"):
        discreet(call("template", kind))


def test_a_table_of_headers_shows_headers_and_nothing_else(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home / "bare")
    (home / "unknown").mkdir()
    discreet(call("audit", strava(home / "unknown", "xx")), 2)
    assert leaks((home / "bare" / "strava-columns.toml").read_text(encoding="utf-8")) == []


def broken(home: Path) -> dict[str, Callable[[], object]]:
    """Give everything that is documented to fail, with secrets as near to the failure as can be."""
    folder = home / "broken"
    folder.mkdir(exist_ok=True)
    secret = f"{E_MAIL} {HOME[0]} {HOME[1]}"
    texts = {
        f"{E_MAIL}.fit": f"<html>{secret}",
        "text.gpx": secret,
        "open.gpx": f"<gpx><trk><trkseg><trkpt lat='{HOME[0]}' lon='{HOME[1]}'><{E_MAIL}",
        "entity.gpx": f"<!DOCTYPE gpx [<!ENTITY e '{secret}'>]><gpx>&e;</gpx>",
        "shoes.csv": f"shoe_id,start\nblue,{secret}\n",
        "twice.csv": f"shoe_id\n{E_MAIL}\n{E_MAIL}\n",
        "injuries.csv": f"athlete_id,first_pain\n{E_MAIL},{secret}\n",
        "column.csv": f"{E_MAIL},{HOME[0]}\n1,2\n",
        "sessions.csv": f"date,distance_km\n2025-01-01,{secret}\n",
        "kind.csv": f"date,distance_km,sport\n2025-01-01,3,{secret}\n",
        "profile.toml": f"[runner]\nmass_kg = '{secret}'\n",
        "name.toml": f"['{E_MAIL}']\na = 1\n",
        "again.toml": f"['{E_MAIL}']\n['{E_MAIL}']\n",
        "key.toml": f"'{E_MAIL}' = 1\n'{E_MAIL}' = 2\n",
        "syntax.toml": f"[runner]\nathlete_id = {secret}\n",
        "columns.toml": f"[columns]\ndate = '{secret}'\n'{E_MAIL}' = 'x'\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    (folder / f"{E_MAIL}.zip").write_bytes(b"PK\3\4" + E_MAIL.encode() * 9)
    good = archive(folder / f"good {E_MAIL}.zip", {f"{E_MAIL}.gpx": track(), f"{E_MAIL} 2.gpx": track(1)})
    (folder / "cut.zip").write_bytes(good.read_bytes()[:-200])
    (folder / "no store").mkdir(exist_ok=True)
    (folder / "no store" / "x").write_text(secret)
    return {
        **{
            name: (lambda name=name: read_activity(folder / name))
            for name in (f"{E_MAIL}.fit", "text.gpx", "entity.gpx", "gone.fit", "no store")
        },
        **{name: (lambda name=name: read_shoes(folder / name)) for name in ("shoes.csv", "twice.csv", "column.csv")},
        **{name: (lambda name=name: read_injuries(folder / name)) for name in ("injuries.csv", "gone.csv")},
        **{name: (lambda name=name: read_sessions(folder / name)) for name in ("sessions.csv", "kind.csv")},
        **{
            name: (lambda name=name: read_profile(folder / name))
            for name in ("profile.toml", "name.toml", "again.toml", "key.toml", "syntax.toml")
        },
        "columns.toml": lambda: read_columns(folder / "columns.toml"),
        "gone export": lambda: read_export(folder / E_MAIL, athlete_id="a"),
        "damaged archive": lambda: read_export(folder / f"{E_MAIL}.zip", athlete_id="a"),
        "cut archive": lambda: read_export(folder / "cut.zip", athlete_id="a"),
        "entries": lambda: read_export(good, athlete_id="a", limits=Limits(entries=1)),
        "total": lambda: read_export(good, athlete_id="a", limits=Limits(total_bytes=10)),
        "no session": lambda: read_export(good, athlete_id="a").records(f"{HOME}"[:0] + "nothing"),
        "no message": lambda: read_activity(watch()).messages("nothing"),
        "no store": lambda: open_store(folder / "no store"),
        "gone store": lambda: open_store(folder / "gone" / "runs"),
        "unwritable": lambda: write_csv(read_export(good, athlete_id="a").sessions, folder / "gone" / "x.csv"),
    }


def test_no_exception_holds_a_secret(home: Path) -> None:
    for name, ask in broken(home).items():
        with pytest.raises((StressfxError, KeyError)) as error:
            ask()
        told = "".join(traceback.format_exception(error.value))
        told = "\n".join(line for line in told.splitlines() if not line.startswith("    "))  # lines of code
        assert leaks(str(error.value), repr(error.value), *error.value.args, told) == [], name


def test_no_command_that_fails_shows_a_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken(home)
    folder = home / "broken"
    monkeypatch.chdir(folder)
    commands = [
        ("doctor", folder / f"{E_MAIL}.fit"),
        ("audit", folder / f"{E_MAIL}.zip"),
        ("audit", folder / "gone"),
        ("audit", folder / f"good {E_MAIL}.zip", "--max-entries", 1),
        ("audit", f"good {E_MAIL}.zip", "--injuries", folder / "injuries.csv"),
        ("audit", "cut.zip", "--shoes", "shoes.csv"),
        ("audit", "cut.zip", "--profile", "syntax.toml"),
        ("audit", "cut.zip", "--columns", "columns.toml"),
        ("audit", "no store", "-o", folder / "gone" / "r.html"),
        ("import", f"good {E_MAIL}.zip", "--store", folder / "new"),
        ("import", "no store", "--store", folder / "no store"),
        ("store", "verify", folder / "gone"),
        ("store", "rebuild", folder / "no store"),
        ("store", "forget", folder / "gone", "--athlete", "a"),
    ]
    for command in commands:
        called = call(*command)
        assert called.code == 2, called
        assert leaks(called.out, called.err) == [], command
        assert called.err.count("\n") == 1


def test_a_folder_that_may_not_be_opened_is_named_without_its_place(home: Path) -> None:
    (home / "locked" / "inside").mkdir(parents=True)
    real = os.scandir

    def refuses(path: str | Path) -> object:
        if Path(path).name in {"inside", "locked"} and refuses.which == Path(path).name:  # type: ignore[attr-defined]
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    for which, code in (("inside", 0), ("locked", 2)):
        refuses.which = which  # type: ignore[attr-defined]
        with patch("os.scandir", refuses):
            called = discreet(call("audit", home / "locked"), code)
        assert which == "inside" or "locked: cannot be opened (Permission denied)" in called.err


def test_a_store_that_is_damaged_or_in_use_is_named_without_its_place(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    store = home / "hurt"
    discreet(call("import", home / "export", "--store", store))
    for file in sorted((store / "activities").iterdir())[:3]:
        data = bytearray(file.read_bytes())
        data[len(data) // 3] ^= 8
        file.write_bytes(data)
    discreet(call("store", "verify", store), 1)
    discreet(call("store", "export", store, "hurt tables", "--format", "csv"))
    discreet(call("store", "rebuild", store), 1)
    for error in (
        sqlite3.OperationalError(f"{store} is locked"),
        PermissionError(13, "Permission denied", str(store)),
        OSError(28, "No space left on device", str(store / "x")),
    ):
        with patch("stressfx.exports.store.manifest.Manifest.read", side_effect=error):
            for command in (
                ("audit", "--store", store),
                ("store", "verify", store),
                ("import", home / "export", "--store", store),
            ):
                called = discreet(call(*command), 2)
                assert "hurt" in called.err
    manifest = next(path for path in store.iterdir() if path.is_file() and path.read_bytes()[:6] == b"SQLite")
    manifest.write_bytes(manifest.read_bytes()[:5000] + b"\xff" * 5000)
    for command in (("audit", "--store", store), ("store", "verify", store)):
        called = call(*command)
        assert called.code in {1, 2}
        assert leaks(called.out, called.err) == []
