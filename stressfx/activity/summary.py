"""What was the run, in one row? From an `Activity` to its rows of the Sessions frame, one a leg.

Takes an activity; gives distance, timer, moving and elapsed time each by its own name, steps, climb, heart rate and
the local day, each with how it is known.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stressfx.activity.clean import steady
from stressfx.activity.clock import TOLERANCE_S
from stressfx.activity.gait.dynamics import VALID, running_dynamics
from stressfx.activity.intensity import Bins, bins_of
from stressfx.activity.leg import Leg, legs_of
from stressfx.activity.localtime import local_day, utc_offset
from stressfx.activity.oval.laps import track_distance_m
from stressfx.activity.quality import flag_quality
from stressfx.activity.samples import HEART_RATE_BPM, Floats, Samples
from stressfx.activity.terrain.climb import BAROMETRIC_M, GPS_M, climb
from stressfx.findings import Finding
from stressfx.io.activity import Activity
from stressfx.schema import DTYPES, SESSIONS

__all__ = ["session_findings", "session_rows", "sessions_frame", "summarize", "summarized"]

Row = dict[str, Any]

UNTOLD: Row = {
    "shoe_id": "",
    "perceived_exertion": math.nan,
    "dirt_distance_m": math.nan,
    "competition": math.nan,
    "long_run": math.nan,
    "body_weight_share": math.nan,
    "name": "",
}
"""What no recording tells of a session: only the runner, or an account, knows it."""

DYNAMICS = (
    "step_length_mean_m",
    "vertical_oscillation_mean_m",
    "stance_time_mean_s",
    "stance_time_balance_mean",
)

STRIDES_AT_MOST_RPM = 120.0
"""A device that counts more cycles a minute than this over a whole run counts steps, not strides. [1/min]"""

OF_ALL_LEGS = 0.15
"""A leg whose distance starts at more than this share of its total counts on from another."""


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
    return [_row(activity, leg, athlete_id, tz) for leg in legs_of(activity)]


def session_findings(activity: Activity, rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
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
    legs = list(legs_of(activity))
    by_leg = {row["leg"]: row for row in rows}
    return [finding for leg in legs for finding in _findings(leg, by_leg[leg.told["leg"]], len(legs))]


def summarized(
    activity: Activity, *, athlete_id: str = "", tz: str | None = None
) -> tuple[list[Row], tuple[Bins, ...], list[Finding]]:
    """Give rows, intensities and findings together, so that each leg is worked out once.

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
    rows : list of dict
        As by `session_rows`.
    intensity : tuple of Bins
        What `stressfx.activity.intensity.intensity_frame` takes, one a leg.
    findings : list of Finding
        As by `session_findings`.
    """
    legs = list(legs_of(activity))
    rows = [_row(activity, leg, athlete_id, tz) for leg in legs]
    bins = tuple(bins_of(leg, row["session_id"]) for leg, row in zip(legs, rows, strict=True))
    found = [finding for leg, row in zip(legs, rows, strict=True) for finding in _findings(leg, row, len(legs))]
    return rows, bins, found


def _findings(leg: Leg, row: Mapping[str, Any], legs: int) -> list[Finding]:
    where = f"leg {leg.told['leg']}" if legs > 1 else ""
    found = flag_quality(leg, row, where=where)
    if not len(leg.samples):
        found.append(Finding("no-records", 1, "The session has totals but no samples.", where=where))
    if row["offset_source"] == "assumed":
        found.append(Finding("zone-unknown", 1, "No zone is known; the day is the day in UTC.", where=where))
    cadence = leg.samples.cadence_rpm
    if row["sport"] == "running" and math.isnan(row["steps"]) and (cadence > 0).any():
        message = f"The median cadence of {np.median(cadence[cadence > 0]):.0f} is neither strides nor steps a minute."
        found.append(Finding("cadence-unclear", 1, message, where=where))
    return found


def _row(activity: Activity, leg: Leg, athlete_id: str, tz: str | None) -> Row:
    source, told, span = activity.source, leg.told, leg.span
    offset_s, offset_source = utc_offset(
        span.start, in_file_s=source.utc_offset_s, position_deg=_first_position(leg.samples), tz=tz
    )
    distance_m, distance_source = _distance(leg)
    timer_s = _timer(leg)
    return {
        "athlete_id": athlete_id,
        "session_id": f"{source.sha256[:12]}-{told['leg']}",
        "source": source.label,
        "format": source.format,
        "device": source.device,
        "leg": told["leg"],
        "sport": told["sport"],
        "sub_sport": told["sub_sport"],
        "start": span.start,
        "end": span.end,
        "utc_offset_s": offset_s,
        "offset_source": offset_source,
        "date": local_day(span.start, offset_s),
        "distance_m": distance_m,
        "distance_source": distance_source,
        "timer_s": timer_s,
        "moving_s": _moving(leg),
        "elapsed_s": _first_known(span.elapsed_s, timer_s),
        "speed_mean_mps": distance_m / timer_s if timer_s > 0 else math.nan,
        "speed_max_mps": _fastest(leg),
        **_climbed(leg),
        **_heart(leg, timer_s),
        **_gait(leg, timer_s),
        **_dynamics(leg),
        "grade_adjusted_m": float(leg.flat_m.sum()) if leg.on_foot and len(leg.flat_m) else math.nan,
        "track_m": _on_track(leg),
        **UNTOLD,
    }


def _first_known(*values: float) -> float:
    """Give the first value that is known and not negative."""
    return next((float(value) for value in values if value >= 0), math.nan)


def _timer(leg: Leg) -> float:
    """Time with the recording on: the device's own, unless its clock was set and it is longer than all there was.

    A total of 0 over samples that last is none: some programs write it where they know nothing.
    """
    recorded_s = float(leg.intervals.duration_s.sum()) or math.nan
    told_s = _first_known(leg.told["timer_s"])
    if told_s == 0 and recorded_s > 0:
        return recorded_s
    if leg.span.jumps and told_s > leg.span.elapsed_s + TOLERANCE_S:
        return recorded_s
    return _first_known(told_s, recorded_s)


def _first_position(samples: Samples) -> tuple[float, float] | None:
    """Tell where it began; exactly 0, 0 is what some devices write before they know."""
    known = ~np.isnan(samples.latitude_deg) & ~np.isnan(samples.longitude_deg)
    known &= (samples.latitude_deg != 0) | (samples.longitude_deg != 0)
    if not known.any():
        return None
    first = int(known.argmax())
    return float(samples.latitude_deg[first]), float(samples.longitude_deg[first])


def _distance(leg: Leg) -> tuple[float, str]:
    """Tell how far it was, and how that is known."""
    counted = leg.samples.distance_m[~np.isnan(leg.samples.distance_m)]
    total_m = _first_known(leg.told["distance_m"])
    if total_m >= 0 and not _counts_on(leg, total_m, counted):
        return total_m, "device"
    if len(counted):
        return float(leg.intervals.distance_m.sum()), "records"
    if len(leg.track.known) > 1:
        return float(leg.intervals.distance_m.sum()), "positions"
    return math.nan, ""


def _counts_on(leg: Leg, total_m: float, counted: Floats) -> bool:
    """Whether the total of a leg is that of all legs so far: its samples count on from another's.

    The first leg of a FIT file is none: what seems to come before it can have been lost with damaged samples.
    """
    if len(counted) < 2 or (leg.told["leg"] == 0 and leg.format == "fit"):
        return False
    return bool(counted[0] > OF_ALL_LEGS * total_m and abs(counted[-1] - total_m) <= 0.01 * total_m)


def _moving(leg: Leg) -> float:
    intervals = leg.intervals
    if np.isnan(intervals.speed_mps).all():
        return _first_known(leg.told["moving_s"])
    return float(intervals.duration_s[intervals.moving].sum())


def _fastest(leg: Leg) -> float:
    speed = leg.samples.speed_mps
    plausible = speed[speed <= leg.fastest_mps]
    return float(plausible.max()) if len(plausible) else _first_known(leg.told["speed_max_mps"])


def _climbed(leg: Leg) -> Row:
    threshold = BAROMETRIC_M if leg.format == "fit" else GPS_M
    ascent, descent = climb(leg.samples.altitude_m, threshold_m=threshold)
    return {
        "ascent_m": _first_known(ascent, leg.told["ascent_m"]),
        "descent_m": _first_known(descent, leg.told["descent_m"]),
    }


def _heart(leg: Leg, timer_s: float) -> Row:
    valid = leg.samples.heart_rate_valid_bpm
    mean, known_s = leg.intervals.weighted_mean(valid, where=steady(valid, leg.intervals.duration_s))
    highest = float(np.fmax.reduce(valid, initial=math.nan))
    told = _valid(leg.told["heart_rate_mean_bpm"])
    # Over how much of the time a device took its own mean is not known where it kept no heart rate.
    told_alone = not math.isnan(told) and bool(np.isnan(valid).all())
    return {
        "heart_rate_mean_bpm": _first_known(mean, told),
        "heart_rate_max_bpm": _first_known(highest, _valid(leg.told["heart_rate_max_bpm"])),
        "heart_rate_coverage": min(1.0, known_s / timer_s) if timer_s > 0 and not told_alone else math.nan,
    }


def _valid(heart_rate_bpm: float) -> float:
    low, high = HEART_RATE_BPM
    return heart_rate_bpm if low <= heart_rate_bpm <= high else math.nan


def _gait(leg: Leg, timer_s: float) -> Row:
    """Count steps: by the device's strides, else by cadence over the time in movement."""
    if not leg.on_foot:
        return {"steps": math.nan, "cadence_mean_spm": math.nan}
    mean, known_s = leg.intervals.weighted_mean(leg.steps_spm, where=leg.intervals.moving)
    strides = _first_known(leg.told["cycles"])
    by_device = strides if timer_s > 0 and 60 * strides / timer_s >= STRIDES_AT_MOST_RPM else 2 * strides
    return {"steps": _first_known(by_device, mean * known_s / 60), "cadence_mean_spm": mean}


def _dynamics(leg: Leg) -> Row:
    """Average what the device measured of each step, where it did."""
    channels = {name: getattr(leg.samples, name, None) for name in VALID}
    measured = {name: values for name, values in channels.items() if values is not None and np.any(values > 0)}
    if not (measured and leg.on_foot and len(leg.samples) > 1):
        return dict.fromkeys(DYNAMICS, math.nan)
    means = running_dynamics(measured, leg.intervals)
    return {name: getattr(means, name) for name in DYNAMICS}


def _on_track(leg: Leg) -> float:
    """Measure how much of the leg lies on a running track."""
    return track_distance_m(leg.samples, leg.intervals) if leg.on_foot else math.nan
