"""What was the run, in one row? From an `Activity` to its rows of the Sessions frame, one a leg.

Takes an activity; gives distance, timer, moving and elapsed time each by its own name, steps, climb, heart rate and
the local day, each with how it is known.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stressfx.activity.clean import (
    FASTEST_MPS,
    HEART_RATE_BPM,
    Intervals,
    between_samples,
    flag_quality,
    valid_heart_rate,
)
from stressfx.activity.gait import steps_per_minute
from stressfx.activity.localtime import local_day, utc_offset
from stressfx.activity.terrain import BAROMETRIC_M, GPS_M, climb
from stressfx.findings import Finding
from stressfx.io.activity import Activity
from stressfx.schema import DTYPES, SESSIONS

__all__ = ["session_findings", "session_rows", "sessions_frame", "summarize"]

Row = dict[str, Any]

ON_FOOT = {"running", "walking", "hiking", ""}
"""Sports whose cycles are strides. A file that names no sport is read as one of these until somebody says more."""

STRIDES_AT_MOST_RPM = 120.0
"""A device that counts more cycles a minute than this over a whole run counts steps, not strides. [1/min]"""


def summarize(activity: Activity, *, athlete_id: str = "", tz: str | None = None) -> pd.DataFrame:
    """Summarize an activity: one row a leg.

    Parameters
    ----------
    activity : Activity
        What a reader gave.
    athlete_id : str
        Whose it is.
    tz : str, optional
        The zone to take where neither the file nor a position tells one, such as ``"Australia/Darwin"``.

    Returns
    -------
    DataFrame
        Rows of `stressfx.schema.SESSIONS`.

    Raises
    ------
    ValueError
        If `tz` is no name of a zone.

    Notes
    -----
    The device's own totals of distance, timer and elapsed time are preferred, since it knows of pauses and of
    calibrated foot pods; `distance_source` says where the distance comes from. Moving time is summed over stretches
    of 0.894 m/s and more. Steps are twice the device's strides, else cadence over time while moving. Climb is summed
    by hysteresis, over 3 m for FIT files and 10 m for GPX and TCX. Heart rate is averaged over time, over values from
    30 to 230 bpm. The day is the local calendar day of the start.

    Examples
    --------
    >>> import stressfx as sfx
    >>> gpx = b"<gpx><trk><type>running</type><trkseg>" + b"".join(
    ...     f"<trkpt lat='0.{i:03}' lon='0'><time>2025-01-01T00:0{i}:00Z</time></trkpt>".encode() for i in range(3)
    ... ) + b"</trkseg></trk></gpx>"
    >>> sfx.summarize(sfx.read_activity(gpx))[["sport", "distance_m", "elapsed_s"]].round().to_dict("records")
    [{'sport': 'running', 'distance_m': 222.0, 'elapsed_s': 120.0}]
    """
    return sessions_frame(session_rows(activity, athlete_id=athlete_id, tz=tz))


def sessions_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Put rows of many activities into one frame.

    Parameters
    ----------
    rows : iterable of dict
        What `session_rows` gave.

    Returns
    -------
    DataFrame
        Rows of `stressfx.schema.SESSIONS`, in the order given.
    """
    gathered = list(rows)
    if not gathered:
        return SESSIONS.empty()
    columns = {
        column.name: pd.Series([row[column.name] for row in gathered], dtype=DTYPES[column.kind])
        for column in SESSIONS.columns
    }
    return pd.DataFrame(columns)


def session_rows(activity: Activity, *, athlete_id: str = "", tz: str | None = None) -> list[Row]:
    """Summarize an activity into plain rows, cheap enough for thousands of files.

    Parameters
    ----------
    activity : Activity
        What a reader gave.
    athlete_id : str
        Whose it is.
    tz : str, optional
        As for `summarize`.

    Returns
    -------
    list of dict
        One a leg, keyed by the columns of `stressfx.schema.SESSIONS`.
    """
    legs = [{str(name): value for name, value in leg.items()} for leg in activity.sessions.to_dict("records")]
    identity: Row = {
        "athlete_id": athlete_id,
        "source": activity.source.label,
        "format": activity.source.format,
        "device": activity.source.device,
    }
    rows = []
    for leg in legs:
        records = _of_leg(activity, len(legs), int(leg["leg"]))
        session_id = f"{activity.source.sha256[:12]}-{leg['leg']}"
        rows.append({**identity, "session_id": session_id, **_summary(activity, leg, records, tz)})
    return rows


def session_findings(activity: Activity, rows: Iterable[Mapping[str, object]]) -> list[Finding]:
    """Say what looks wrong in an activity once it is summarized.

    Parameters
    ----------
    activity : Activity
        What a reader gave.
    rows : iterable of dict
        What `session_rows` gave for it.

    Returns
    -------
    list of Finding
        Nothing is changed; each finding says what was left out of which sum.
    """
    found: list[Finding] = []
    legs = len(activity.sessions)
    for row in rows:
        leg = int(str(row["leg"]))
        records = _of_leg(activity, legs, leg)
        where = f"leg {leg}" if legs > 1 else ""
        found += flag_quality(records, fastest_mps=_fastest_possible(row), where=where)
        if not len(records):
            found.append(Finding("no-records", 1, "The session has totals but no samples.", where=where))
        if row["offset_source"] == "assumed":
            found.append(Finding("zone-unknown", 1, "No zone is known; the day is the day in UTC.", where=where))
        cadence = records["cadence_rpm"]
        if row["sport"] == "running" and cadence.gt(0).any() and math.isnan(float(str(row["steps"]))):
            message = (
                f"The median cadence of {cadence[cadence > 0].median():.0f} is neither strides nor steps a minute."
            )
            found.append(Finding("cadence-unclear", 1, message, where=where))
    return found


def _of_leg(activity: Activity, legs: int, leg: int) -> pd.DataFrame:
    records = activity.records
    return records if legs == 1 else records[records["leg"].to_numpy() == leg]


def _fastest_possible(leg: Mapping[str, object]) -> float:
    """Nobody runs faster than a sprinter; what rides or flies may."""
    return FASTEST_MPS if leg["sport"] in ON_FOOT else math.inf


def _summary(activity: Activity, leg: Row, records: pd.DataFrame, tz: str | None) -> Row:
    intervals = between_samples(records, fastest_mps=_fastest_possible(leg)) if len(records) > 1 else None
    start, end = _span(leg, records)
    offset_s, offset_source = utc_offset(
        start, in_file_s=activity.source.utc_offset_s, position_deg=_first_position(records), tz=tz
    )
    distance_m, distance_source = _distance(leg, records, intervals)
    timed = intervals is not None and bool(intervals.duration_s.any())
    timer_s = _first_known(leg["timer_s"], float(intervals.duration_s.sum()) if intervals and timed else math.nan)
    elapsed_s = _first_known(leg["elapsed_s"], math.nan if pd.isna(start) else (end - start).total_seconds(), timer_s)
    return {
        "leg": leg["leg"],
        "sport": leg["sport"],
        "sub_sport": leg["sub_sport"],
        "start": start,
        "end": end,
        "utc_offset_s": offset_s,
        "offset_source": offset_source,
        "date": local_day(start, offset_s),
        "distance_m": distance_m,
        "distance_source": distance_source,
        "timer_s": timer_s,
        "moving_s": _moving(leg, intervals),
        "elapsed_s": elapsed_s,
        "speed_mean_mps": distance_m / timer_s if timer_s > 0 else math.nan,
        "speed_max_mps": _fastest(leg, records),
        **_climbed(activity, leg, records),
        **_heart(leg, records, intervals, timer_s),
        **_gait(leg, records, intervals, timer_s),
    }


def _first_known(*values: object) -> float:
    """Give the first value that is known and not negative."""
    numbers = (float(str(value)) for value in values)
    return next((number for number in numbers if number >= 0), math.nan)


def _span(leg: Row, records: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Start and end of a leg: the device's, else those of the samples."""
    times = records["time"].dropna()
    first, last = (times.iloc[0], times.max()) if len(times) else (pd.NaT, pd.NaT)
    start, end = leg["start"], leg["end"]
    return (first if pd.isna(start) else start), (last if pd.isna(end) else end)


def _first_position(records: pd.DataFrame) -> tuple[float, float] | None:
    latitude = records["latitude_deg"].to_numpy(np.float64)
    longitude = records["longitude_deg"].to_numpy(np.float64)
    known = np.flatnonzero(~np.isnan(latitude) & ~np.isnan(longitude))
    return (float(latitude[known[0]]), float(longitude[known[0]])) if len(known) else None


def _distance(leg: Row, records: pd.DataFrame, intervals: Intervals | None) -> tuple[float, str]:
    if (total := _first_known(leg["distance_m"])) >= 0:
        return total, "device"
    if intervals is None:
        return math.nan, ""
    if records["distance_m"].notna().any():
        return float(np.nansum(intervals.distance_m)), "records"
    if records["latitude_deg"].notna().sum() > 1:
        return float(np.nansum(intervals.distance_m)), "positions"
    return math.nan, ""


def _moving(leg: Row, intervals: Intervals | None) -> float:
    if intervals is None or np.isnan(intervals.speed_mps).all():
        return _first_known(leg["moving_s"])
    return float(intervals.duration_s[intervals.moving].sum())


def _fastest(leg: Row, records: pd.DataFrame) -> float:
    speed = records["speed_mps"].to_numpy(np.float64)
    plausible = speed[speed <= _fastest_possible(leg)]
    return float(plausible.max()) if len(plausible) else _first_known(leg["speed_max_mps"])


def _climbed(activity: Activity, leg: Row, records: pd.DataFrame) -> Row:
    threshold = BAROMETRIC_M if activity.source.format == "fit" else GPS_M
    ascent, descent = climb(records["altitude_m"], threshold_m=threshold)
    return {"ascent_m": _first_known(ascent, leg["ascent_m"]), "descent_m": _first_known(descent, leg["descent_m"])}


def _heart(leg: Row, records: pd.DataFrame, intervals: Intervals | None, timer_s: float) -> Row:
    valid = valid_heart_rate(records)
    mean, known_s = intervals.weighted_mean(valid) if intervals else (math.nan, 0.0)
    highest = float(np.nanmax(valid)) if not np.isnan(valid).all() else math.nan
    return {
        "heart_rate_mean_bpm": _first_known(mean, _valid(leg["heart_rate_mean_bpm"])),
        "heart_rate_max_bpm": _first_known(highest, _valid(leg["heart_rate_max_bpm"])),
        "heart_rate_coverage": min(1.0, known_s / timer_s) if timer_s > 0 else math.nan,
    }


def _valid(heart_rate_bpm: object) -> float:
    low, high = HEART_RATE_BPM
    value = float(str(heart_rate_bpm))
    return value if low <= value <= high else math.nan


def _gait(leg: Row, records: pd.DataFrame, intervals: Intervals | None, timer_s: float) -> Row:
    """Count steps: by the device's strides, else by cadence over the time in movement."""
    if leg["sport"] not in ON_FOOT:
        return {"steps": math.nan, "cadence_mean_spm": math.nan}
    mean = math.nan
    by_cadence = math.nan
    if intervals is not None:
        spm = steps_per_minute(records, intervals)
        mean, known_s = intervals.weighted_mean(spm, where=intervals.moving)
        by_cadence = mean * known_s / 60
    strides = _first_known(leg["cycles"])
    by_device = strides if timer_s > 0 and 60 * strides / timer_s >= STRIDES_AT_MOST_RPM else 2 * strides
    return {"steps": _first_known(by_device, by_cadence), "cadence_mean_spm": mean}
