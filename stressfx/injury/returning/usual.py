"""Answers what a runner usually ran before an injury: the measure of the way back.

Takes sessions and one injury; gives the usual distance, speed, week and cadence of the last four weeks before it.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.onsets import injury_onsets
from stressfx.schema import INJURIES, SESSIONS, Schema
from stressfx.training.counted import counts
from stressfx.training.cross_training import cross_training_kind

__all__ = ["USUAL_DAYS", "UsualRunning", "one_injury", "running_sessions", "sessions_of", "usual_running"]

USUAL_DAYS = 28
"""What is usual is taken from so many days before the onset. [d]"""

DAYS_A_WEEK = 7

NEEDED = Schema(
    "Sessions",
    tuple(
        column
        for column in SESSIONS.columns
        if column.name in {"athlete_id", "session_id", "sport", "sub_sport", "start", "date", "distance_m", "timer_s"}
    ),
)
"""What every question about a return needs of the sessions."""


@dataclass(frozen=True)
class UsualRunning:
    """What a runner usually ran in the four weeks before an injury.

    Attributes
    ----------
    athlete_id : str
        Whose.
    onset : Timestamp
        Day on which the injury is taken to have begun.
    onset_by : str
        What dates it: first_pain, stopped_running or diagnosed.
    runs : int
        Runs of these weeks whose distance is known.
    distance_m : float
        Median distance of a run, times the share of the body weight that was carried. [m]
    week_m : float
        The same of a week of the days that the log covers. [m]
    days : int
        So many of the 28 days it covers: fewer if it begins later. [d]
    speed_mps : float
        Median of the runs' mean speeds; missing if none is known. [m/s]
    cadence_spm : float
        Median of the runs' mean cadences; missing if none is known. [1/min]
    """

    athlete_id: str
    onset: pd.Timestamp
    onset_by: str
    runs: int
    distance_m: float
    week_m: float
    days: int
    speed_mps: float
    cadence_spm: float


def usual_running(sessions: pd.DataFrame, injury: pd.DataFrame, *, onset: str = "first_pain") -> UsualRunning:
    r"""Measure what a runner usually ran before an injury.

    Parameters
    ----------
    sessions : DataFrame
        Sessions, of one runner or of many; ``athlete_id``, ``session_id``, ``sport``, ``sub_sport``, ``start``,
        ``date``, ``distance_m`` and ``timer_s`` suffice, and ``counted``, ``body_weight_share``,
        ``speed_mean_mps`` and ``cadence_mean_spm`` are used if they are there.
    injury : DataFrame
        One row of `stressfx.schema.INJURIES`.
    onset : {"first_pain", "stopped_running", "diagnosed"}
        The rule for the day on which it began, see `stressfx.injury_onsets`.

    Returns
    -------
    UsualRunning
        Medians of the runs in the 28 days before the onset; that day is not among them.

    Raises
    ------
    InsufficientDataError
        If the injury has no date, or there is no run of known distance in these days.
    SchemaError
        If a frame does not follow its schema, or `injury` has not one row.
    ValueError
        If there is no such rule.

    Notes
    -----
    Pain shortens runs before it ends them: with ``onset="first_pain"`` these weeks lie before it. Days before the
    first session of the log are not known, and count for no rest. An injury without an athlete is taken to be that of
    the sessions if these are of one.

    Examples
    --------
    >>> import stressfx as sfx
    >>> rows = [f"2025-03-{day:02},07:00,9,54:00" for day in range(1, 29, 3)]
    >>> sessions = sfx.read_sessions("\n".join(["date,time,distance_km,duration", *rows]).encode(),
    ...                              athlete_id="ann", tz="UTC")
    >>> injury = sfx.read_injuries(b"athlete_id,first_pain,site\nann,2025-03-29,fibula")
    >>> usual = usual_running(sessions, injury)
    >>> usual.runs, usual.distance_m, usual.week_m, round(usual.speed_mps, 2)
    (10, 9000.0, 22500.0, 2.78)
    """
    told = one_injury(injury, sessions)
    dated = injury_onsets(told, onset=onset).iloc[0]
    if pd.isna(dated["onset"]):
        raise InsufficientDataError(
            "the injury has no date: give first_pain, stopped_running or diagnosed, to tell what came before it"
        )
    first_day = sessions_of(sessions, str(dated["athlete_id"]))["date"].min()
    runs = running_sessions(sessions, str(dated["athlete_id"]))
    runs = runs[runs["carried_m"] > 0]
    before = runs[runs["date"] < dated["onset"]]
    recent = before[before["date"] >= dated["onset"] - pd.Timedelta(days=USUAL_DAYS)]
    if recent.empty:
        raise InsufficientDataError(_without_runs(runs, before, dated["onset"]))
    days = min(USUAL_DAYS, max((dated["onset"] - first_day).days, DAYS_A_WEEK))
    return UsualRunning(
        athlete_id=str(dated["athlete_id"]),
        onset=dated["onset"],
        onset_by=str(dated["onset_by"]),
        runs=len(recent),
        distance_m=float(recent["carried_m"].median()),
        week_m=float(recent["carried_m"].sum()) * DAYS_A_WEEK / days,
        days=days,
        speed_mps=_median(recent, "speed_mps"),
        cadence_spm=_median(recent, "cadence_mean_spm"),
    )


def one_injury(injury: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Check that an injury is one, and say whose it is.

    Parameters
    ----------
    injury : DataFrame
        `stressfx.schema.INJURIES`.
    sessions : DataFrame
        Sessions, of whom an injury without an athlete is taken to be if they are of one.

    Returns
    -------
    DataFrame
        The row.

    Raises
    ------
    SchemaError
        If a frame does not follow its schema, the injury has not one row, or it cannot be told whose it is.
    """
    athletes = NEEDED.check(sessions)["athlete_id"].unique()
    if len(INJURIES.check(injury)) != 1:
        raise SchemaError(f"Injuries: {len(injury)} rows; one is needed: choose it, as with injuries.iloc[[0]].")
    if injury["athlete_id"].fillna("").iloc[0] == "":
        if len(athletes) != 1:
            raise SchemaError("Injuries: the row names no athlete, and the sessions are not of one runner.")
        return injury.assign(athlete_id=pd.Series(athletes[0], index=injury.index, dtype="str"))
    return injury


def sessions_of(sessions: pd.DataFrame, athlete_id: str) -> pd.DataFrame:
    """Choose the sessions of a runner that count and have a day.

    Parameters
    ----------
    sessions : DataFrame
        Sessions, as for `usual_running`.
    athlete_id : str
        Whose.

    Returns
    -------
    DataFrame
        Rows of the sessions.

    Raises
    ------
    SchemaError
        If a column is missing or of another type.
    """
    log = NEEDED.check(sessions)
    return log[(log["athlete_id"] == athlete_id) & log["date"].notna() & counts(log)]


def running_sessions(sessions: pd.DataFrame, athlete_id: str) -> pd.DataFrame:
    """Choose the runs of a runner: on the ground or with body weight carried, not in deep water.

    Parameters
    ----------
    sessions : DataFrame
        Sessions, as for `usual_running`.
    athlete_id : str
        Whose.

    Returns
    -------
    DataFrame
        The runs that count and have a day, by start, with ``share`` (body weight carried), ``carried_m`` (distance
        times that) and ``speed_mps`` (mean speed).

    Raises
    ------
    SchemaError
        If a column is missing or of another type.
    """
    own = sessions_of(sessions, athlete_id)
    chosen = (own["sport"] == "running") & cross_training_kind(own).isin(["", "antigravity"])
    runs = own[chosen].sort_values(["date", "start", "session_id"])
    nothing = pd.Series(np.nan, index=runs.index)
    told = runs.get("body_weight_share", nothing)
    share = told.mask(told.isna() & (cross_training_kind(runs) == ""), 1.0)  # on a support that nobody tells: unknown
    distance_m = runs["distance_m"].where(runs["distance_m"] > 0)
    timer_s = runs["timer_s"].where(runs["timer_s"] > 0)
    speed = runs.get("speed_mean_mps", nothing).fillna(distance_m / timer_s)
    return runs.assign(
        share=share,
        carried_m=distance_m * share,
        speed_mps=speed.where(speed > 0),
        cadence_mean_spm=runs.get("cadence_mean_spm", nothing),
    ).reset_index(drop=True)


def _median(runs: pd.DataFrame, name: str) -> float:
    known = runs[name].dropna()
    return float(known.median()) if len(known) else math.nan


def _without_runs(runs: pd.DataFrame, before: pd.DataFrame, onset: pd.Timestamp) -> str:
    """Say why nothing is known of what was usual."""
    if runs.empty:
        found = "there is no run of known distance in the log"
    elif before.empty:
        found = f"the log begins on {runs['date'].min():%Y-%m-%d}, after the injury of {onset:%Y-%m-%d}"
    else:
        found = f"the last run before the injury of {onset:%Y-%m-%d} was on {before['date'].max():%Y-%m-%d}"
    return f"{found}; runs in the {USUAL_DAYS} days before it are needed to know what was usual: add that history"
