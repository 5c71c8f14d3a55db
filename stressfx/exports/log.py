"""Answers what a runner did, with every workout on its own day and counted once.

Takes Sessions, in which one workout may stand twice (a watch and a telephone, two services); gives
`stressfx.schema.LOG`, in which nothing is missing and every row says whether it counts.
"""

from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from stressfx.schema import SESSIONS

__all__ = ["time_zone", "training_log"]

SAME_WORKOUT = 0.8 * (1 - 1e-9)
"""Two sessions are one workout if they share this much of the shorter one's time; exactly 0.8 is enough. [1]"""

CLOCK_NOT_SET = pd.Timestamp("2000-01-01", tz="UTC")
"""No recorder of today's formats is older: an earlier start tells a clock that was never set, and no day."""

FAMILIES = {"hiking": "walking", "e_biking": "cycling", "": "unknown", "generic": "unknown"}
"""Sports that two recorders may call the same workout by. Every other sport is its own family."""

BEST_DISTANCE = ("device", "records", "positions")
"""Where a distance comes from, the best first."""

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def training_log(sessions: pd.DataFrame, *, tz: str | None = None) -> pd.DataFrame:
    """Place sessions on local days, and mark those that duplicate another.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS` of any number of athletes, in any order.
    tz : str, optional
        Time zone, such as ``"Europe/Berlin"``, of sessions whose own is not known (``offset_source`` is
        ``"assumed"``). What a file or a position tells is kept.

    Returns
    -------
    DataFrame
        `stressfx.schema.LOG`: every session, by athlete and start, with two more columns. ``duplicate_of`` is the
        session that stands for the same workout, which is always a counted one. ``counted`` is false for these, and
        for sessions without a day: no start is known, or one before 2000, from a clock that was never set.

    Raises
    ------
    SchemaError
        If `sessions` does not follow its schema.
    ValueError
        If there is no time zone `tz`.

    Notes
    -----
    Two sessions of one athlete, of the same family of sports, are one workout if they overlap in time by at least
    0.8 of the shorter. An unknown sport fits every family. Legs of one file are never one workout. Sessions are
    looked at in order of preference, and each is counted unless it is one workout with a session counted before:

    1. those that last at least 0.8 times as long as whatever they overlap with: a recording that broke off does
       not stand for the whole;
    2. a known sport before an unknown one, a known distance before none;
    3. with heart rate before without;
    4. distance from the device, then from records, then from positions;
    5. the longer one; then by ``session_id``.

    So two halves of a run stay two sessions beside a recording of the whole, or the whole stands for both; a run's
    time is never counted twice, and two runs of one hour are two runs.

    Examples
    --------
    >>> training_log(SESSIONS.empty()).columns[-2:].tolist()
    ['counted', 'duplicate_of']
    """
    log = SESSIONS.check(sessions).sort_values(["athlete_id", "start", "session_id"], ignore_index=True)
    if tz is not None:
        log = _on_local_days(log, time_zone(tz))
    placed = (log["date"].notna() & (log["start"] >= CLOCK_NOT_SET)).to_numpy(dtype=bool)
    stands_for = _duplicates(log, placed)
    ids = [*log["session_id"], ""]
    return log.assign(
        counted=placed & (stands_for < 0),
        duplicate_of=pd.Series([ids[row] for row in stands_for], dtype="str", index=log.index),
    )


def time_zone(name: str) -> ZoneInfo:
    """Give the time zone of a name.

    Parameters
    ----------
    name : str
        Name in the IANA data base, such as ``"Europe/Berlin"``.

    Returns
    -------
    ZoneInfo
        The zone.

    Raises
    ------
    ValueError
        If there is no such zone.

    Examples
    --------
    >>> time_zone("Mars/Olympus")
    Traceback (most recent call last):
    ...
    ValueError: tz is 'Mars/Olympus'; the name of a time zone is needed, such as 'Europe/Berlin'
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"tz is {name!r}; the name of a time zone is needed, such as 'Europe/Berlin'") from None


def _on_local_days(log: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Give the rows of unknown zone the caller's."""
    open_ = (log["offset_source"] == "assumed") & log["start"].notna()
    utc = log.loc[open_, "start"]
    local = utc.dt.tz_convert(zone).dt.tz_localize(None)
    placed = log.copy()
    placed.loc[open_, "utc_offset_s"] = (local - utc.dt.tz_localize(None)).dt.total_seconds()
    placed.loc[open_, "date"] = local.dt.normalize()
    placed.loc[open_, "offset_source"] = "caller"
    return placed


def _duplicates(log: pd.DataFrame, placed: Flags) -> Whole:
    """Find for every row the row of the counted session that it duplicates; -1 if it duplicates none."""
    start = _seconds(log["start"])
    lasted = pd.Series(_seconds(log["end"]) - start, index=log.index).fillna(log["elapsed_s"])
    length = np.asarray(lasted.where(placed, 0.0).fillna(0.0).clip(lower=0.0), dtype=np.float64)
    one, other = _same_workout(log, start, length)
    stands_for = np.full(len(log), -1, dtype=np.int64)
    if not len(one):
        return stands_for

    longest = length.copy()
    np.maximum.at(longest, one, length[other])
    np.maximum.at(longest, other, length[one])
    order = _preference(log.assign(broke_off=length < SAME_WORKOUT * longest, length_s=length))
    near = np.concatenate([one, other])
    far = np.concatenate([other, one])[np.argsort(near, kind="stable")]
    begin = np.searchsorted(np.sort(near), np.arange(len(log) + 1))
    for row in order[np.isin(order, near)]:
        if stands_for[row] < 0:
            rivals = far[begin[row] : begin[row + 1]]
            stands_for[rivals[stands_for[rivals] < 0]] = row
    return stands_for


def _preference(log: pd.DataFrame) -> Whole:
    """Order the rows by how well each would stand for its workout (see the notes of `training_log`)."""
    family = log["sport"].replace(FAMILIES)
    keys = pd.DataFrame(
        {
            "broke_off": log["broke_off"],
            "no_sport": family == "unknown",
            "no_distance": log["distance_m"].isna(),
            "no_heart_rate": log["heart_rate_mean_bpm"].isna(),
            "source": log["distance_source"].map({name: rank for rank, name in enumerate(BEST_DISTANCE)}).fillna(9),
            "shortness": -log["length_s"],
            "session_id": log["session_id"],
        },
    )
    return keys.sort_values(list(keys.columns), kind="stable").index.to_numpy(dtype=np.int64)


def _same_workout(log: pd.DataFrame, start: Floats, length: Floats) -> tuple[Whole, Whole]:
    """List the pairs of rows that are one workout.

    Rows are ordered by athlete and start. Row i is held against row i + 1, i + 2, ... until one starts after i has
    ended: no later one can overlap it. All rows take each step together, so that the cost grows with the number of
    overlaps.
    """
    athlete, _ = pd.factorize(log["athlete_id"])
    family, names = pd.factorize(log["sport"].replace(FAMILIES))
    unknown = np.isin(family, np.flatnonzero(names == "unknown"))
    file, labels = pd.factorize(log["source"])
    named = ~np.isin(file, np.flatnonzero(labels == ""))
    leg = log["leg"].to_numpy()
    end = start + length
    pairs: list[tuple[Whole, Whole]] = []
    one, step = np.flatnonzero(length > 0), 0
    while len(one):
        step += 1
        one = one[one + step < len(log)]
        one = one[(athlete[one] == athlete[one + step]) & (start[one + step] < end[one])]
        other = one + step
        shared = np.minimum(end[one], end[other]) - start[other]
        same = (length[other] > 0) & (shared >= SAME_WORKOUT * np.minimum(length[one], length[other]))
        same &= (family[one] == family[other]) | unknown[one] | unknown[other]
        same &= ~(named[one] & (file[one] == file[other]) & (leg[one] != leg[other]))
        pairs.append((one[same], other[same]))
    return (
        np.concatenate([pair[0] for pair in pairs] or [np.empty(0, dtype=np.int64)]),
        np.concatenate([pair[1] for pair in pairs] or [np.empty(0, dtype=np.int64)]),
    )


def _seconds(instants: pd.Series) -> Floats:
    """Seconds since 1970, missing where the instant is."""
    elapsed = (instants - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return np.asarray(elapsed, dtype=np.float64)
