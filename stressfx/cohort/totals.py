"""What does a watch say of a stretch of a run as a whole? The totals of a session or of a lap.

Takes samples of `stressfx.schema.RECORDS`; gives a `Totals`. It is the device's own arithmetic, kept apart from
the library's, so that a truth made with it can hold the library to account.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Totals", "kilometre_laps", "totals"]

TURN_M = 3.0
"""A climb counts from the last turn on, once it is higher than this. [m]"""


class Totals(NamedTuple):
    """What a watch writes of a session or a lap."""

    start: pd.Timestamp
    end: pd.Timestamp
    distance_m: float
    timer_s: float
    elapsed_s: float
    strides: float
    ascent_m: float
    descent_m: float
    heart_rate_mean_bpm: float
    heart_rate_max_bpm: float
    speed_mean_mps: float
    speed_max_mps: float
    cadence_mean_rpm: float
    cadence_max_rpm: float


def totals(records: pd.DataFrame) -> Totals:
    """Sum up samples.

    Parameters
    ----------
    records : DataFrame
        Samples of one session or lap, in order (`stressfx.schema.RECORDS`).

    Returns
    -------
    Totals
        Sums and means; the time between two segments is a pause and counts for `elapsed_s` only.

    Examples
    --------
    >>> records = pd.DataFrame(
    ...     {
    ...         "time": pd.to_datetime(["2025-01-06T08:00:00Z", "2025-01-06T08:00:10Z"]).astype("datetime64[us, UTC]"),
    ...         "segment": 0,
    ...         "altitude_m": 60.0,
    ...         "distance_m": [0.0, 30.0],
    ...         "speed_mps": 3.0,
    ...         "heart_rate_bpm": 140.0,
    ...         "cadence_rpm": 84.0,
    ...     }
    ... )
    >>> totals(records).speed_mean_mps, totals(records).strides
    (3.0, 14.0)
    """
    unix_s = records["time"].astype("int64").to_numpy() / 1e6
    running = np.diff(records["segment"].to_numpy()) == 0
    lasting_s = np.diff(unix_s) * running
    timer_s = float(lasting_s.sum())
    # each sample speaks for the time up to it
    strides = float((records["cadence_rpm"].to_numpy()[1:] / 60.0 * lasting_s).sum())
    beats = float((records["heart_rate_bpm"].to_numpy()[1:] * lasting_s).sum())
    distance_m = float(records["distance_m"].iloc[-1] - records["distance_m"].iloc[0])
    ascent_m, descent_m = _climb(records["altitude_m"].dropna().to_numpy())
    return Totals(
        start=records["time"].iloc[0],
        end=records["time"].iloc[-1],
        distance_m=distance_m,
        timer_s=timer_s,
        elapsed_s=float(unix_s[-1] - unix_s[0]),
        strides=strides,
        ascent_m=ascent_m,
        descent_m=descent_m,
        heart_rate_mean_bpm=beats / timer_s,
        heart_rate_max_bpm=float(records["heart_rate_bpm"].max()),
        speed_mean_mps=distance_m / timer_s,
        speed_max_mps=float(records["speed_mps"].max()),
        cadence_mean_rpm=60.0 * strides / timer_s,
        cadence_max_rpm=float(records["cadence_rpm"].max()),
    )


def kilometre_laps(records: pd.DataFrame) -> list[tuple[int, int]]:
    """Cut a session where a kilometre is full.

    Parameters
    ----------
    records : DataFrame
        Samples of one session, in order.

    Returns
    -------
    list of tuple
        First and last row of each lap, by position; the last row of one lap is the first of the next.

    Examples
    --------
    >>> kilometre_laps(pd.DataFrame({"distance_m": [0.0, 600.0, 1001.0, 1500.0]}))
    [(0, 2), (2, 3)]
    """
    full = np.flatnonzero(np.diff(records["distance_m"].to_numpy() // 1000.0)) + 1
    edges = [0, *(int(row) for row in full if row < len(records) - 1), len(records) - 1]
    return list(pairwise(edges))


def _climb(altitude_m: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Sum climbs and descents that are higher than `TURN_M`."""
    up = down = 0.0
    last = float(altitude_m[0]) if len(altitude_m) else 0.0
    for height in altitude_m.tolist():
        if height > last + TURN_M:
            up, last = up + height - last, height
        elif height < last - TURN_M:
            down, last = down + last - height, height
    return up, down
