"""Builds whole account exports from what happened: the table, the recordings, and what else lies beside them."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import made_garmin
import made_strava
from made_fit import START, run
from samples import gpx, gpx_point

from stressfx.io.fit.encode import FitWriter

NEW_YEAR = datetime(2025, 1, 1, 10, tzinfo=UTC)
"""When the first sample of `outdoors` is taken, in Germany."""

FIT_START = datetime(1989, 12, 31, tzinfo=UTC) + timedelta(seconds=START)


def outdoors(minutes: int = 30, *, more: str = "") -> bytes:
    """Record a run of 3 m/s along a meridian."""
    return gpx([gpx_point(s, more, latitude_deg=50 + 3 * s / 111_195) for s in range(0, 60 * minutes + 1, 10)])


def indoors(metres: float, *, seconds: int = 1800) -> bytes:
    """Record a treadmill run: no positions."""
    sport = [(0, "enum", 1), (1, "enum", 1)]
    writer = run(60, writer=FitWriter())
    totals = [(253, "uint32", START + seconds), (2, "uint32", START), (5, "enum", 1), (6, "enum", 1)]
    totals += [(7, "uint32", 1000 * seconds), (8, "uint32", 1000 * seconds), (9, "uint32", round(100 * metres))]
    return writer.message(12, sport).message(18, totals).to_bytes()


STRAVA = [
    made_strava.Workout(
        1,
        NEW_YEAR,
        elapsed_s=1800,
        distance_m=5400.0,
        file="activities/11.gpx",
        gear="Blue ones",
        perceived_exertion=7.0,
        steps=4700.0,
        dirt_distance_m=1200.0,
        competition=True,
        description='with "quotes",\nlines, and, commas',
    ),
    made_strava.Workout(2, NEW_YEAR + timedelta(days=1, hours=8), elapsed_s=2400, distance_m=8000.0, gear="Red ones"),
    made_strava.Workout(3, FIT_START, elapsed_s=1800, distance_m=6000.0, file="activities/13.fit", long_run=True),
    made_strava.Workout(4, NEW_YEAR + timedelta(days=3), elapsed_s=3600, distance_m=9000.0, file="activities/gone.gpx"),
    made_strava.Workout(5, NEW_YEAR + timedelta(days=4), "ride", elapsed_s=3600, distance_m=25_000.0),
]
FILES = {"activities/11.gpx": outdoors(), "activities/13.fit": indoors(5000)}


def strava(folder: Path, language: str = "en", prefix: str = "") -> Path:
    table = made_strava.activities_csv(STRAVA, language)
    path = folder / "strava.zip"
    path.write_bytes(made_strava.export_zip(table, FILES, folder=prefix))
    return path


GARMIN = [
    made_garmin.activity(71, FIT_START, kind="treadmill_running", metres=5500, seconds=1800, offset=timedelta(hours=2)),
    made_garmin.activity(72, NEW_YEAR + timedelta(days=9), metres=10_000, seconds=3000, offset=timedelta(hours=-5)),
]


def garmin(folder: Path) -> Path:
    """Pack an account: nested archives of recordings named after an e-mail address, most of them no activities."""
    inner = io.BytesIO()
    settings = [FitWriter().message(0, [(0, "enum", 2), (4, "uint32", START + n)]).to_bytes() for n in range(30)]
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("jane.doe@example.org_501.fit", indoors(5000))
        for number, data in enumerate(settings):
            target.writestr(f"jane.doe@example.org_{number}.fit", data)
    gear = made_garmin.gear_table([made_garmin.shoes(9)], {9: [71]})
    path = folder / "garmin.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip", inner.getvalue())
        base = f"{made_garmin.FOLDER}/jane.doe@example.org_0_"
        target.writestr(f"{base}summarizedActivities.json", json.dumps(made_garmin.part(*GARMIN)))
        target.writestr(f"{base}gear.json", json.dumps(gear))
        target.writestr("DI_CONNECT/DI-Connect-Wellness/x_sleepData.json", "[]")
    return path
