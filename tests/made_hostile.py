"""Exports in which every text that a person or a device can choose is hostile; shares no code with the readers.

Every name says by a number of its own, such as ``n07``, which one it is, wherever it comes out.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import made_apple
import made_garmin
import made_intervals
import made_polar
import made_runkeeper
import made_strava
from made_fit import START, run
from samples import gpx, gpx_point, tcx, tcx_point

from stressfx.io.fit.encode import FitWriter

HOSTILE = (
    "<script>alert('n00')</script>",
    "</style></title></table><img src=x onerror=alert(1)>n01",
    '" onmouseover="alert(1)" data-x=\'n02',
    "<a href='https://example.org/n03'>click</a><iframe src=//example.org>",
    "javascript:alert(1)//n04",
    "${7*7} {{ 7*7 }} {% raw %} #{7*7} %(n05)s {0} %n",
    '=HYPERLINK("https://example.org","n06")',
    "+n07+cmd|' /C calc'!A0",
    "-2+3+n08",
    "@SUM(1+1)*n09",
    "\uff1d1+n10",
    " \t=1+n11",
    "n12\r\n=1+1;=2+2",
    "\u202en13gpj.exe\u2066\u200f",
    "\x1b[31m\x1b[2J\x1b]0;n14\x07\x9b5m",
    "[red]n15[/red][link=https://example.org]x[/link]:smile:",
    "n16\x00\x01\x08\x7f\x85",
    "n17" + "x" * 10_000,
    "n18\ud800\udfff\udcff",
    "n19'; DROP TABLE documents; --",
    "../../../../n20/../etc/passwd",
    "C:\\n21\\..\\con",
    "n22 $\\href{javascript:alert(1)}{x}$ \\(x\\)",
    "n23 \u0301\u0489\ufdfd\ufeff\u2028\u2029",
)

START_DAY = datetime(2025, 1, 1, 10, tzinfo=UTC)
FIT_START = datetime(1989, 12, 31, tzinfo=UTC) + timedelta(seconds=START)


def text_of(name: str, *, xml: bool = False) -> str:
    """Leave out what no UTF-8 can hold, what ends a text for some readers, and for XML what no XML can hold."""
    kept = name.encode("utf-8", "replace").decode().replace("\0", "")
    return "".join(sign if sign >= " " or sign in "\t\n\r" else "" for sign in kept) if xml else kept


def archive(files: Mapping[str, bytes]) -> bytes:
    """Pack files; their names stay as they are, but for what no archive can hold."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in files.items():
            target.writestr(name.encode("utf-8", "replace").decode(), data)
    return out.getvalue()


def track(day: int, *, kind: str = "running", creator: str = "test", title: str = "") -> bytes:
    """Record a run on one day of January."""
    points = [
        gpx_point(s, latitude_deg=50 + s / 40_000).replace("2025-01-01", f"2025-01-{day + 1:02}")
        for s in range(0, 601, 20)
    ]
    data = gpx(points, escape(text_of(kind, xml=True)))
    data = data.replace(b'creator="test"', f"creator={quoteattr(text_of(creator, xml=True))}".encode())
    return data.replace(b"<trk>", f"<trk><name>{escape(text_of(title, xml=True))}</name>".encode())


def laps(day: int, name: str) -> bytes:
    """Record a run as TCX whose recorder, sport and notes are hostile."""
    text = text_of(name, xml=True)
    data = tcx(
        [tcx_point(s) for s in range(0, 601, 60)],
        "<TotalTimeSeconds>600</TotalTimeSeconds><DistanceMeters>1800</DistanceMeters>",
    )
    data = data.replace(b"2025-01-01", f"2025-02-{day + 1:02}".encode())
    creator = f"<Notes>{escape(text)}</Notes><Creator><Name>{escape(text)}</Name></Creator></Activity>"
    return data.replace(b"</Activity>", creator.encode()).replace(
        b'"Running"', quoteattr(text).encode() if day % 2 else b'"Running"'
    )


def watch(day: int, name: str) -> bytes:
    """Record a run as FIT: hostile are product, sport and an app's field and its value."""
    raw = name.encode("utf-8", "surrogatepass").replace(b"\0", b"") or b"?"
    short, start = raw[:120], START + 86_400 * day
    writer = run(30, start=start, writer=FitWriter())
    writer.message(0, [(0, "enum", 4), (1, "uint16", 255), (4, "uint32", start), (8, "string", short)])
    writer.message(12, [(0, "enum", 1), (1, "enum", 0), (3, "string", short)])
    writer.message(207, [(3, "uint8", 0), (1, "byte", bytes(range(16)))])
    writer.message(206, [(0, "uint8", 0), (1, "uint8", 7), (2, "uint8", 7), (3, "string", short), (8, "string", short)])
    writer.message(20, [(253, "uint32", start + 30), (5, "uint32", 10_000)], developer=[(0, 7, "string", short)])
    totals = [(253, "uint32", start + 600), (2, "uint32", start), (5, "enum", 1), (6, "enum", 0)]
    return writer.message(
        18, [*totals, (7, "uint32", 600_000), (8, "uint32", 600_000), (9, "uint32", 180_000)]
    ).to_bytes()


def strava() -> bytes:
    workouts, changed = [], {}
    for number, name in enumerate(map(text_of, HOSTILE)):
        start = START_DAY + timedelta(days=60 + number)
        workouts += [
            made_strava.Workout(number + 1, start, gear=name, description=name, file=f"activities/{name}.gpx"),
            made_strava.Workout(number + 101, start + timedelta(hours=3), name, distance_m=4000 + number),
        ]
        changed[2 * number] = {("Activity Name", 1): name, ("Activity Private Note", 1): name, ("Gear", 1): name}
    shoes = "Shoe Name,Shoe Brand,Shoe Model,Shoe Default Sport Types\n" + "".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in (name, name, name, name)) + "\n"
        for name in map(text_of, HOSTILE)
    )
    table = made_strava.activities_csv(workouts, changed=changed)
    return made_strava.export_zip(table, {}, shoes=shoes)


def garmin() -> bytes:
    activities, gear, worn, files = [], [], {}, {}
    for number, name in enumerate(HOSTILE):
        start = START_DAY + timedelta(days=100 + number)
        further = {"name": name, "sportType": name, "locationName": name, "deviceId": name}
        activities.append(made_garmin.activity(900 + number, start, **further))
        activities.append(made_garmin.activity(950 + number, start + timedelta(hours=5), kind=name))
        gear.append(made_garmin.shoes(number + 1, customMakeModel=name, displayName=name, gearStatusName=name))
        gear.append(made_garmin.shoes(number + 101, gearTypeName=name, uuid=name, dateBegin=name))
        worn[number + 1] = [900 + number]
        files[f"jane.doe@example.org_{name}.fit"] = watch(number, name)
    uploads = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip"
    base = f"{made_garmin.FOLDER}/jane.doe@example.org_0_"
    return archive(
        {
            uploads: archive(files),
            f"{base}summarizedActivities.json": json.dumps(made_garmin.part(*activities)).encode(),
            f"{base}gear.json": json.dumps(made_garmin.gear_table(gear, worn)).encode(),
        }
    )


def apple() -> bytes:
    elements = []
    for number, name in enumerate(text_of(name, xml=True) for name in HOSTILE):
        start = START_DAY + timedelta(days=150 + number)
        elements.append(made_apple.workout(made_apple.Run(start=start, source=name, zone=name, route=f"/{name}.gpx")))
        elements.append(
            made_apple.workout(made_apple.Run(start=start + timedelta(hours=4), kind=name, distance_of=name))
        )
    return archive({"apple_health_export/export.xml": made_apple.health_record(elements)})


def runkeeper() -> bytes:
    runs = []
    for number, name in enumerate(map(text_of, HOSTILE)):
        date = f"{START_DAY + timedelta(days=180 + number):%Y-%m-%d %H:%M:%S}"
        quoted = made_runkeeper.quoted(name)
        runs.append(made_runkeeper.Run(name=quoted, date=date, notes=name, route=name, gpx=quoted))
        runs.append(made_runkeeper.Run(name=f"r{number}", date=date, kind=quoted, distance="4.00"))
    return archive({"cardioActivities.csv": made_runkeeper.table(*runs)})


def intervals() -> bytes:
    rows = []
    for number, name in enumerate(map(text_of, HOSTILE)):
        start = START_DAY + timedelta(days=210 + number)
        times = {"start_date_local": f"{start:%Y-%m-%dT%H:%M:%S}", "start_date": f"{start:%Y-%m-%dT%H:%M:%S}Z"}
        chosen = dict.fromkeys(("id", "name", "gear", "description", "external_id", "timezone", "file_type"), name)
        rows.append(times | chosen)
        rows.append({"id": f"i{number}", "type": name, "sub_type": name} | times)
    return made_intervals.table(*rows)


def polar() -> dict[str, bytes]:
    files = {}
    for number, name in enumerate(HOSTILE):
        part = made_polar.Part(START_DAY + timedelta(days=240 + number), sport=(name, name), metres=3000)
        told = made_polar.session(part) | {"name": name, "deviceId": name, "note": name}
        files[f"training-session-{number}.json"] = json.dumps(told).encode()
    return files


def own_tables() -> dict[str, bytes]:
    """Tables that a runner types: sessions, shoes, injuries."""
    sessions, shoes = ["date,sport,sub_sport,distance_km,shoe_id,session_id"], ["shoe_id,name,default_for"]
    injuries = ["athlete_id,first_pain,site,side,tissue,osiics,imaging,grade,status,note"]
    for number, name in enumerate(map(text_of, HOSTILE)):
        cell = made_runkeeper.quoted(name)
        day = f"{START_DAY + timedelta(days=270 + number):%Y-%m-%d}"
        sessions += [f"{day},,,5,{cell},{cell}", f"{day},{cell},,6,,", f"{day},,{cell},7,,"]
        shoes.append(f"{cell},{cell},{cell}")
        injuries.append(f"ann,{day}" + f",{cell}" * 8)
    tables = {"sessions.csv": sessions, "shoes.csv": shoes, "injuries.csv": injuries}
    return {name: ("\n".join(lines) + "\n").encode() for name, lines in tables.items()}


def recordings() -> dict[str, bytes]:
    """Runs whose file names and devices are hostile, and files of such names that nobody can read."""
    files = {}
    for number, name in enumerate(HOSTILE):
        files[f"a/{name}.gpx"] = track(number, creator=name, title=name, kind=name if number % 2 else "running")
        files[f"b/{name}.tcx"] = laps(number, name)
        files[f"c/{name}/run.fit"] = b"<html>" + bytes([number])
        files[f"d/{name}.zip"] = b"no archive"
    return files


def hostile_export(folder: Path) -> Path:
    """Write everything hostile into one folder, which is an export of every account at once."""
    root = folder / "everything"
    root.mkdir()
    packed = {
        "strava": strava(),
        "garmin": garmin(),
        "apple": apple(),
        "runkeeper": runkeeper(),
        "names": archive(recordings()),
    }
    for name, data in packed.items():
        (root / f"{name}.zip").write_bytes(data)
    for name, data in (polar() | own_tables() | {"i1_activities.csv": intervals()}).items():
        (root / name).write_bytes(data)
    for number, name in enumerate(HOSTILE):
        raw = text_of(name).replace("/", "_").replace("\0", "").encode()[:200] + b"\xff.gpx"
        (root / raw.decode("utf-8", "surrogateescape")).write_bytes(track(number, creator="on the disk"))
    return root
