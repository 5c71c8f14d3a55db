"""Small activities made by hand, as a reader would give them."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from stressfx.io.activity import Activity
from stressfx.io.source import Source
from stressfx.schema import DTYPES, EVENTS, LAPS, LEGS, RECORDS

START = pd.Timestamp("2025-01-01T10:00:00", tz="UTC").as_unit("us")
Channel = float | Sequence[float]

DEGREE_M = 6_371_008.8 * math.pi / 180
"""Length of a degree along a meridian. [m]"""


def records(seconds: Sequence[float], segment: int | Sequence[int] = 0, **channels: Channel) -> pd.DataFrame:
    """Make records at the given seconds after the start; NaN is a sample without a time."""
    after = np.asarray(seconds, np.float64)
    time = np.where(
        np.isnan(after),
        np.datetime64("NaT", "us"),
        np.nan_to_num(after * 1e6).astype("m8[us]") + np.datetime64(START.tz_localize(None)),
    )
    frame = pd.DataFrame(
        {"time": pd.Series(time).dt.tz_localize("UTC"), "leg": 0, "segment": np.broadcast_to(segment, len(after))}
    )
    for column in RECORDS.columns[3:]:
        if column.name in channels or not column.optional:
            frame[column.name] = np.broadcast_to(
                np.asarray(channels.get(column.name, math.nan), np.float64), len(after)
            )
    return RECORDS.check(frame)


def steady(seconds: int = 1800, *, every: int = 1, mps: float = 3.0) -> pd.DataFrame:
    """Make a sound run due north: 170 steps a minute, a heart rate that rises and falls slowly around 145 bpm."""
    after = np.arange(0, seconds + 1, every)
    return records(
        after.tolist(),
        latitude_deg=(50 + mps * after / DEGREE_M).tolist(),
        longitude_deg=10.0,
        distance_m=(mps * after).tolist(),
        speed_mps=mps,
        heart_rate_bpm=np.round(145 + 8 * np.sin(after / 90)).tolist(),
        cadence_rpm=85.0,
    )


def activity(
    rows: pd.DataFrame, *, file_format: str = "gpx", utc_offset_s: float = math.nan, **leg: float | str
) -> Activity:
    """Put records into an activity of one leg; what the device says of the leg is given by name."""
    given: dict[str, object] = {"leg": 0, "sport": "running", "sub_sport": "", **leg}
    cells = {
        column.name: given.get(column.name, pd.NaT if column.kind == "time" else math.nan) for column in LEGS.columns
    }
    legs = pd.DataFrame(
        {column.name: pd.Series([cells[column.name]], dtype=DTYPES[column.kind]) for column in LEGS.columns}
    )
    source = Source("made", b"made", format=file_format, utc_offset_s=utc_offset_s)
    frames = {
        "records": lambda: rows,
        "laps": LAPS.empty,
        "sessions": lambda: LEGS.check(legs),
        "events": EVENTS.empty,
    }
    return Activity(frames, (), source)
