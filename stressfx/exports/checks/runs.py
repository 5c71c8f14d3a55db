"""Which single sessions cannot be what they say: too long, too fast, or recorded long after the end?

Takes a log; says of every row what is wrong with it, or nothing.
"""

from typing import TypeAlias

import numpy as np
import pandas as pd

__all__ = ["left_on", "outlying"]

FEWEST_RUNS = 10
"""Fewer runs than this say little of what is usual for the runner."""

ROBUST_SD = 1.4826
"""Median absolute deviation to standard deviation, for normal values. [1]"""

MOST_SD = 5.0
MOST_TIMES = 2.0
"""How far beyond the median of the logarithms, and beyond the 99th percentile, a run is no longer believed at once."""

RECORDS_M_S = (
    (100, 9.58),
    (400, 43.03),
    (800, 100.91),
    (1500, 206.0),
    (5000, 755.36),
    (10_000, 1571.0),
    (21_097.5, 3402.0),
    (42_195, 7235.0),
    (100_000, 21_935.0),
    (319_614, 86_400.0),
)
"""The fastest that anybody ran, to the end of 2025: distance [m] and time [s]. The last is that of 24 hours."""

RECORD_TOLERANCE = 1.03
"""Records are broken, and distances are measured with errors. [1]"""

LEFT_ON_S = 3 * 3600.0
LEFT_ON_RATIO = 4.0
"""A recording this long, of which so little is movement, was not stopped at the end."""

Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def outlying(log: pd.DataFrame) -> pd.Series:
    """Say which runs are far beyond all others of the runner, or faster than anybody ran.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    Series of text
        What is wrong with each row; empty where nothing is. Only counted runs are looked at.

    Notes
    -----
    A distance or timer time is outlying if its logarithm lies more than 5 robust standard deviations (1.4826 times
    the median absolute deviation) above the median of the athlete's runs, and it is more than twice the 99th
    percentile of the others; ten runs are needed. Speed is distance over the longest of elapsed, timer
    and moving time, so that rests with the watch stopped make nobody a record holder; it is held against world
    records between which the logarithms are interpolated, and 3 % beyond them is allowed.
    """
    run = log[log["counted"] & (log["sport"] == "running")]
    said = pd.Series("", index=log.index, dtype="str")
    distance, timer = run["distance_m"], run["timer_s"]
    for row, usual in _far_beyond(run["athlete_id"], timer).items():
        said[row] = f"{timer[row] / 3600:.1f} h by the timer, where 99 of 100 runs stay under {usual / 3600:.1f} h"
    for row, usual in _far_beyond(run["athlete_id"], distance).items():
        said[row] = f"{distance[row] / 1000:.1f} km, where 99 of 100 runs stay under {usual / 1000:.1f} km"
    for row in run.index[_too_fast(run)]:
        said[row] = f"{distance[row] / 1000:.1f} km faster than the world record for the distance"
    return said


def _far_beyond(athlete: pd.Series, value: pd.Series) -> dict[int, float]:
    """Find the rows whose value is outlying for their athlete, each with what 99 of 100 others stay under."""
    known = pd.DataFrame({"athlete_id": athlete, "value": value, "log": np.log(value.where(value > 0))}).dropna()
    known = known.sort_values(["athlete_id", "value"])
    by_athlete = known.groupby("athlete_id")
    size = by_athlete["value"].transform("size")
    middle = by_athlete["log"].transform("median")
    spread = ROBUST_SD * (known["log"] - middle).abs().groupby(known["athlete_id"]).transform("median")
    percentile = by_athlete.cumcount() == np.floor(0.99 * (size - 2))  # of the others, were this run away
    usual = known["value"].where(percentile).groupby(known["athlete_id"]).transform("max")
    far = known["log"] > middle + MOST_SD * spread
    found = far & (known["value"] > MOST_TIMES * usual) & (size >= FEWEST_RUNS)
    return dict(zip(known.index[found], usual[found], strict=True))


def _too_fast(run: pd.DataFrame) -> Flags:
    distance = run["distance_m"]
    lasted = run[["elapsed_s", "timer_s", "moving_s"]].max(axis=1)
    record_m, record_s = np.array(RECORDS_M_S).T
    known = (distance >= record_m[0]) & (lasted > 0)
    logs = np.interp(np.log(distance.where(known, 1.0)), np.log(record_m), np.log(record_m / record_s))
    return np.asarray(known & (distance > lasted * RECORD_TOLERANCE * np.exp(logs)), dtype=bool)


def left_on(log: pd.DataFrame) -> pd.Series:
    """Say which recordings lasted far longer than the movement in them.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    Series of text
        What is wrong with each row; empty where nothing is. Only counted sessions are looked at.

    Notes
    -----
    The timer or the elapsed time is over 3 h and over 4 times the moving time. Without a known moving time, nothing
    is said.
    """
    said = pd.Series("", index=log.index, dtype="str")
    counted = log[log["counted"] & (log["moving_s"] > 0)]
    moving = counted["moving_s"]
    for name, text in (("elapsed_s", "from start to end"), ("timer_s", "by the timer")):
        lasted = counted[name]
        for row in counted.index[(lasted > LEFT_ON_S) & (lasted > LEFT_ON_RATIO * moving)]:
            said[row] = f"{lasted[row] / 3600:.1f} h {text}, of which {moving[row] / 3600:.1f} h in movement"
    return said
