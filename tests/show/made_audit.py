"""A made audit: nine months of one runner with a spike, new ground, new shoes, an injury, and files left out."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from stressfx.auditing import Audit, audit
from stressfx.findings import Finding, findings_frame
from stressfx.schema import DTYPES, INJURIES, INTENSITY, QUARANTINE, SESSIONS, SHOES, Schema

if TYPE_CHECKING:
    from stressfx.exports.read import Export

FIRST = pd.Timestamp("2026-01-05")
DAYS = 270
SPIKE_DAY = 202
TRACK_FROM = 196
"""On this day the runner takes to the track, in the second pair. [d]"""
ONSET = FIRST + pd.Timedelta(days=SPIKE_DAY + 18)


def framed(schema: Schema, **columns: Any) -> pd.DataFrame:
    """Build a frame of a schema; columns that are not given are zero, missing or empty."""
    rows = max(len(column) for column in columns.values() if not isinstance(column, str))
    blank = {"float": np.nan, "int": 0, "bool": False, "time": pd.NaT, "date": pd.NaT, "text": ""}
    made = {
        column.name: pd.Series(columns.get(column.name, [blank[column.kind]] * rows), dtype=DTYPES[column.kind])
        if not isinstance(columns.get(column.name), str)
        else pd.Series([columns[column.name]] * rows, dtype="str")
        for column in schema.columns
        if not column.optional
    }
    extra = {name: column for name, column in columns.items() if name not in made}
    return schema.check(pd.DataFrame(made | extra))


def made_sessions(athlete_id: str) -> pd.DataFrame:
    """Five runs a week that grow slowly; one run far too long; one file exported twice; one ride."""
    rng = np.random.default_rng(7)
    rows = []
    for day in range(DAYS):
        injured = SPIKE_DAY + 20 <= day < SPIKE_DAY + 56
        if day % 7 in {0, 4} or injured:
            continue
        long_run = 15_000 + 25 * day if day % 7 == 6 else 0
        distance = 29_000 if day == SPIKE_DAY else max(long_run, rng.normal(8_500, 900))
        rows.append((day, distance if day < SPIKE_DAY + 56 else 4_000 + 330 * (day - SPIKE_DAY - 56)))
    day, distance = (np.array(column) for column in zip(*rows, strict=True))
    start = (FIRST + pd.to_timedelta(day, unit="D") + pd.Timedelta(hours=6)).tz_localize("UTC")
    names = [f"{number:012x}-0" for number in range(len(rows))]
    frame = framed(
        SESSIONS,
        athlete_id=athlete_id,
        session_id=names,
        source=[f"{date:%Y-%m-%d}.fit" for date in start],
        format="fit",
        device="Garmin fr255",
        sport="running",
        sub_sport=np.select(
            [day >= TRACK_FROM, day % 7 == 2, day % 7 == 3], ["track", "treadmill", "generic"], "trail"
        ),
        start=start,
        end=start + pd.to_timedelta(distance * 0.33, unit="s"),
        utc_offset_s=np.full(len(rows), 3600.0),
        offset_source="file",
        date=start.tz_localize(None).normalize(),
        distance_m=distance,
        distance_source="device",
        timer_s=distance * 0.33,
        moving_s=distance * 0.325,
        elapsed_s=distance * 0.34,
        speed_mean_mps=np.full(len(rows), 1 / 0.33),
        shoe_id=np.select([day % 14 == 1, (day < TRACK_FROM) | (day > SPIKE_DAY + 60)], ["", "daily-1"], "fast-2"),
    )
    twin = frame.iloc[[40]].assign(session_id="ffffffffffff-0", format="gpx", source="copy.gpx")
    ride = frame.iloc[[12]].assign(session_id="eeeeeeeeeeee-0", sport="cycling", source="ride.tcx", format="tcx")
    return pd.concat([frame, twin, ride], ignore_index=True)


def made_injuries(athlete_id: str) -> pd.DataFrame:
    """One tibia."""
    return framed(
        INJURIES,
        athlete_id=athlete_id,
        first_pain=[ONSET],
        stopped_running=[ONSET + pd.Timedelta(days=2)],
        diagnosed=[ONSET + pd.Timedelta(days=9)],
        returned=[ONSET + pd.Timedelta(days=38)],
        site="tibial shaft",
        side="left",
        tissue="bone",
        imaging="MRI",
        grade="2",
        status="confirmed",
    )


def made_shoes() -> pd.DataFrame:
    """Two pairs; the second has no limits of its own."""
    return framed(
        SHOES,
        shoe_id=["daily-1", "fast-2"],
        name=["Made Trainer 3", "Made Flat 1"],
        start=[FIRST, FIRST + pd.Timedelta(days=TRACK_FROM)],
        start_distance_m=[0.0, 0.0],
        watch_m=[400_000.0, np.nan],
        replace_m=[700_000.0, np.nan],
    )


def made_audit(athlete_id: str = "runner-x") -> Audit:
    """Everything that an audit can hold."""
    sessions = made_sessions(athlete_id)
    found = findings_frame(
        [
            Finding("fit-truncated", 1, "The file ends 412 bytes early.", 81_234, "2026-03-01.fit"),
            Finding("not-activity", 14, "Settings: 11, workout: 3."),
            Finding("zone-assumed", 2, "Times without a zone.", None, "ride.tcx"),
            Finding("unreadable", 1, "See quarantine.", None, "broken.fit"),
        ],
    )
    quarantine = framed(
        QUARANTINE,
        source=["broken.fit"],
        kind="UnreadableFileError",
        reason="holds a web page; a FIT, GPX or TCX file is needed",
    )
    export = SimpleNamespace(
        athlete_id=athlete_id,
        sessions=sessions,
        intensity=INTENSITY.empty(),
        shoes=made_shoes(),
        files=pd.DataFrame({"kind": ["fit", "settings", "workout", "unreadable"], "count": [len(sessions), 11, 3, 1]}),
        findings=found,
        quarantine=quarantine,
    )
    return audit(cast("Export", export), injuries=made_injuries(athlete_id))
