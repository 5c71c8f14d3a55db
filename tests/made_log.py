"""Rows of Sessions made by hand, for the tests of the log and of what is checked in it."""

from typing import Any

import numpy as np
import pandas as pd

from stressfx.schema import DTYPES, SESSIONS

T0 = pd.Timestamp("2026-03-01T08:00", tz="UTC")
BLANK = {"float": np.nan, "int": 0, "time": pd.NaT, "date": pd.NaT, "text": ""}


def session(name: str, minute: float, minutes: float, **columns: Any) -> dict[str, Any]:
    """Give the row of a run that starts some minutes after `T0`, with whatever else is said of it."""
    start = T0 + pd.Timedelta(minutes=minute)
    offset_s = columns.get("utc_offset_s", 0.0)
    row: dict[str, Any] = {column.name: BLANK[column.kind] for column in SESSIONS.columns}
    row |= {
        "athlete_id": "a",
        "session_id": name,
        "source": f"{name}.fit",
        "format": "fit",
        "sport": "running",
        "start": start,
        "end": start + pd.Timedelta(minutes=minutes),
        "utc_offset_s": 0.0,
        "offset_source": "file",
        "date": (start + pd.Timedelta(seconds=offset_s)).tz_localize(None).normalize(),
        "elapsed_s": minutes * 60,
        "timer_s": minutes * 60,
        "moving_s": minutes * 60,
        "distance_m": minutes * 200,
        "distance_source": "device",
        "steps": minutes * 170,
        "heart_rate_mean_bpm": 140.0,
    }
    return row | columns


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """Put rows into a frame of Sessions."""
    made = pd.DataFrame(list(rows), columns=[column.name for column in SESSIONS.columns])
    return SESSIONS.check(made.astype({column.name: DTYPES[column.kind] for column in SESSIONS.columns}))
