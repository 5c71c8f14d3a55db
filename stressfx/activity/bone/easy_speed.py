"""What is the easy speed of a runner, at which a step counts as one?

Takes Sessions; gives one speed an athlete, told by the first days of the log and the same ever after.
"""

import pandas as pd

from stressfx.activity.bone.damage import STRAIN_PER_MPS
from stressfx.schema import SESSIONS, Schema

__all__ = ["easy_speed"]

NEEDED = ("athlete_id", "sport", "date", "distance_m", "speed_mean_mps")


def easy_speed(
    sessions: pd.DataFrame, *, days: int = 30, sport: str = "running", min_distance_m: float = 500.0
) -> pd.Series:
    """Find the easy speed of each runner, at which a step counts as one.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order; the columns ``athlete_id``, ``sport``, ``date``,
        ``distance_m`` and ``speed_mean_mps`` suffice. Rows that a column ``counted`` excludes are left out.
    days : int
        Length of the stretch that tells it, from the first run on. [d]
    sport : str
        The sport that is looked at, in FIT's words.
    min_distance_m : float
        Runs known to be shorter are left out. [m]

    Returns
    -------
    Series
        Median of the mean speeds of the runs of these days, by ``athlete_id``, ascending; NaN for an athlete without
        a run of known day and speed. [m/s]

    Raises
    ------
    ValueError
        If `days` is not positive.
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    The median of the runs, since most runs of most runners are easy ones, and a race or a slow jog does not move it.
    The days are the first of the log and stay so. A reference that moved with the runner would hide what it is there
    to show: who comes to run faster does more damage a step. So once the log is `days` long, no later day changes the
    reference, nor any damage. While it is shorter, each further run may.

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "sport": "running", "distance_m": 8000.0,
    ...                      "date": pd.to_datetime(["2026-03-01", "2026-03-03", "2026-03-08", "2026-06-01"]),
    ...                      "speed_mean_mps": [2.9, 3.8, 3.0, 4.5]})
    >>> easy_speed(runs.astype({"date": "datetime64[us]"})).to_dict()
    {'a': 3.0}
    """
    if not days > 0:
        raise ValueError(f"days is {days}; a whole number above 0 is needed")
    log = Schema("Sessions", tuple(column for column in SESSIONS.columns if column.name in NEEDED)).check(sessions)
    athletes = pd.Index(sorted(log["athlete_id"].unique()), dtype="str", name="athlete_id")
    speed = log["speed_mean_mps"]
    runs = (log["sport"] == sport) & log["date"].notna() & ~(log["distance_m"] < min_distance_m)
    runs &= (speed > 0) & (speed * STRAIN_PER_MPS < 1)
    if "counted" in log.columns:
        runs &= log["counted"].astype(bool)
    log = log[runs]
    first = log.groupby("athlete_id")["date"].transform("min")
    early = log[log["date"] < first + pd.Timedelta(days=days)]
    medians = early.groupby("athlete_id")["speed_mean_mps"].median()
    return medians.reindex(athletes).rename("easy_speed_mps")
