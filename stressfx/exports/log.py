"""Answers what a runner did, with every workout on its own day and counted once.

Takes Sessions, in which one workout may stand twice (a watch and a telephone, two services, a file and the table of
an account); gives `stressfx.schema.LOG`, in which nothing is missing and every row says whether it counts, and why not.
"""

from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from stressfx.exports.zones import CLOCK_NOT_SET, clock_time, place_by_neighbours, place_by_zone
from stressfx.schema import LOG, SESSIONS

__all__ = ["FILE_FORMATS", "as_log", "time_zone", "training_log"]

SAME_WORKOUT = 0.8 * (1 - 1e-9)
"""Two sessions are one workout if they share this much of the shorter one's time; exactly 0.8 is enough. [1]"""

SAME_FAMILY = {"hiking": "walking", "e_biking": "cycling", "": "unknown", "generic": "unknown"}
"""Sports that two recorders may call the same workout by. Every other sport is its own family."""

FITS_ALL = ("unknown", "multisport")
"""Families that any session may belong to: nobody said what it was, or it is the whole of several."""

FILE_FORMATS = ("fit", "gpx", "tcx", "polar")
"""Sessions of any other format are known from the table of an account alone."""

BEST_DISTANCE = ("device", "records", "positions", "account")
"""Where a distance comes from, the best first."""

ASKED = ("name", "shoe_id", "perceived_exertion", "competition", "long_run", "dirt_distance_m", "body_weight_share")
"""What an account knows from the runner, and the watch does not."""

TEXTS = {"name", "shoe_id"}

LENGTHS = ("elapsed_s", "timer_s", "moving_s")
"""What tells how long a session without an end lasted, the best first; none is longer than it really was."""

REASONS = {
    "whole_of_legs": "its legs",
    "broke_off": "the whole",
    "told_only": "the file",
    "no_sport": "known sport",
    "no_distance": "known distance",
    "no_heart_rate": "with heart rate",
    "distance_source": "better source of the distance",
    "shortness": "the longer one",
    "session_id": "equal, first by its id",
    "": "the same session",
}
"""What decides which of two sessions counts, in the order in which it decides."""

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
        ``"assumed"`` or ``"local"``). What a file, a position or an account tells is kept.

    Returns
    -------
    DataFrame
        `stressfx.schema.LOG`: every session, by athlete and start, with three more columns. ``duplicate_of`` is the
        session that stands for the same workout, which is always a counted one, and ``duplicate_reason`` says how much
        they overlap and why the other counts. ``counted`` is false for these, and for sessions without a day: no start
        is known, or one before 2000, from a clock that was never set.

    Raises
    ------
    SchemaError
        If `sessions` does not follow its schema.
    ValueError
        If there is no time zone `tz`.

    Notes
    -----
    *Days.* The day of a session is the local calendar day of its start: a marathon over midnight belongs to the day
    on which it began. Two kinds of sessions do not tell their zone. Of those whose offset is ``"assumed"`` the
    instant is known, and the day was taken in UTC. Of those whose offset is ``"local"`` the runner's clock is known
    (an account tells it so): ``start`` is that clock time as if it were UTC, the offset is 0, the day is certain and
    is never moved. With `tz`, both get its offset, and ``offset_source`` is ``"caller"``. Without, they get the
    offset of the athlete's session before and of the one after that tell theirs, if both start within 7 days and
    agree; ``offset_source`` is then ``"neighbours"``. An ``"assumed"`` session moves to the day of that offset; a
    ``"local"`` one keeps its day, and its ``start`` and ``end`` become instants.

    *Duplicates.* Two sessions of one athlete, of the same family of sports, are one workout if they overlap in time
    by at least 0.8 of the shorter. An unknown sport fits every family, and so does ``"multisport"``, which is what
    accounts call the whole of a triathlon. Legs of one file are never one workout. Where one of the two is still
    ``"local"``, both are compared by the clock that the runner saw, since the instant may be wrong by hours; to a
    session of ``"assumed"`` zone, whose clock is that of UTC, this finds a duplicate only if UTC was right, or if `tz`
    is given. A session without an end lasts as long as its elapsed, timer or moving time says, the first that is
    known. Sessions are looked at in order of preference, and each is counted unless it is one workout with a session
    counted before:

    1. the legs before the whole of a triathlon;
    2. those that last at least 0.8 times as long as whatever they overlap with: a recording that broke off does
       not stand for the whole;
    3. what comes from a file (``format`` fit, gpx, tcx or polar) before what only the table of an account tells;
    4. a known sport before an unknown one, a known distance before none;
    5. with heart rate before without;
    6. distance from the device, then from records, from positions, from an account;
    7. the longer one; then by ``session_id``.

    What only a person tells (shoes, exertion, race, long run, dirt, body weight) and was told of a copy alone is filled
    in where the counted session says nothing.

    So two halves of a run stay two sessions beside a recording of the whole, or the whole stands for both; a run's
    time is never counted twice, and two runs of one hour are two runs. The order of rows does not matter.

    Examples
    --------
    >>> training_log(SESSIONS.empty()).columns[-3:].tolist()
    ['counted', 'duplicate_of', 'duplicate_reason']
    """
    log = SESSIONS.check(sessions).reset_index(drop=True)
    log = place_by_neighbours(log) if tz is None else place_by_zone(log, time_zone(tz))
    log = log.sort_values(["athlete_id", "start", "session_id"], ignore_index=True)
    placed = (log["date"].notna() & (log["start"] >= CLOCK_NOT_SET)).to_numpy(dtype=bool)
    stands_for, reasons = _duplicates(log, placed)
    log = _with_what_copies_say(log, stands_for)
    ids = [*log["session_id"], ""]
    return log.assign(
        counted=placed & (stands_for < 0),
        duplicate_of=pd.Series([ids[row] for row in stands_for], dtype="str", index=log.index),
        duplicate_reason=pd.Series(reasons, dtype="str", index=log.index),
    )


def as_log(sessions: pd.DataFrame, *, tz: str | None = None) -> pd.DataFrame:
    """Give a log as it is, and make one of sessions.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS` or `stressfx.schema.LOG`.
    tz : str, optional
        As for `training_log`; given a zone, a log is made anew.

    Returns
    -------
    DataFrame
        `stressfx.schema.LOG`.

    Raises
    ------
    SchemaError
        If `sessions` follows neither schema.
    ValueError
        If there is no time zone `tz`.
    """
    made = set(LOG.names) - set(SESSIONS.names)
    if tz is None and not made.isdisjoint(sessions.columns):
        return LOG.check(sessions).sort_values(["athlete_id", "start", "session_id"], ignore_index=True)
    return training_log(sessions, tz=tz)


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


def _duplicates(log: pd.DataFrame, placed: Flags) -> tuple[Whole, list[str]]:
    """Find for every row the row of the counted session that it duplicates (-1 for none), and say why."""
    stands_for = np.full(len(log), -1, dtype=np.int64)
    reasons = [""] * len(log)
    length = _lengths(log, placed)
    pairs = _same_workout(log, length)
    if pairs.empty:
        return stands_for, reasons

    keys = _preference(log, length, pairs)
    order = keys.sort_values(list(keys.columns), kind="stable").index.to_numpy(dtype=np.int64)
    near = np.concatenate([pairs["one"], pairs["other"]])
    by_row = np.argsort(near, kind="stable")
    far = np.concatenate([pairs["other"], pairs["one"]])[by_row]
    begin = np.searchsorted(near[by_row], np.arange(len(log) + 1))
    share = np.concatenate([pairs["share"], pairs["share"]])[by_row]
    shared = np.zeros(len(log))
    for row in order[np.isin(order, near)]:
        if stands_for[row] < 0:
            rivals = slice(begin[row], begin[row + 1])
            free = stands_for[far[rivals]] < 0
            stands_for[far[rivals][free]] = row
            shared[far[rivals][free]] = share[rivals][free]
    marked = np.flatnonzero(stands_for >= 0)
    for row, why in zip(marked, _reasons(keys, marked, stands_for[marked]), strict=True):
        reasons[row] = f"overlap {np.floor(100 * shared[row] + 1e-6) / 100:.2f} of the shorter; counted: {why}"
    return stands_for, reasons


def _with_what_copies_say(log: pd.DataFrame, stands_for: Whole) -> pd.DataFrame:
    """Give the counted session what only a person said, and said of a copy of it: shoes, exertion, race."""
    copies = np.flatnonzero((stands_for >= 0) & (log["sport"] != "multisport").to_numpy(dtype=bool))
    if not len(copies):
        return log
    filled = {}
    for name in (name for name in ASKED if name in log.columns):
        column = log[name].mask(log[name] == "") if name in TEXTS else log[name]
        said = column.iloc[copies].dropna()
        said = said.groupby(stands_for[said.index.to_numpy()]).first()
        column = column.fillna(said)
        filled[name] = column.fillna("") if name in TEXTS else column
    return log.assign(**filled)


def _lengths(log: pd.DataFrame, placed: Flags) -> Floats:
    """Tell how long every session lasted; 0 where it is not known, or the session has no day. [s]"""
    lasted = (log["end"] - log["start"]).dt.total_seconds()
    for name in LENGTHS:
        lasted = lasted.fillna(log[name])
    return np.asarray(lasted.where(placed, 0.0).fillna(0.0).clip(lower=0.0), dtype=np.float64)


def _preference(log: pd.DataFrame, length: Floats, pairs: pd.DataFrame) -> pd.DataFrame:
    """Tell how well each row would stand for its workout (see the notes of `training_log`); the best sorts first."""
    whole_of_legs = (log["sport"] == "multisport").to_numpy(dtype=bool)
    one, other = pairs["one"].to_numpy(), pairs["other"].to_numpy()
    alike = whole_of_legs[one] == whole_of_legs[other]  # a leg does not break off because a triathlon goes on
    longest = length.copy()
    np.maximum.at(longest, one[alike], length[other[alike]])
    np.maximum.at(longest, other[alike], length[one[alike]])
    ranks = {name: rank for rank, name in enumerate(BEST_DISTANCE)}
    return pd.DataFrame(
        {
            "whole_of_legs": whole_of_legs,
            "broke_off": length < SAME_WORKOUT * longest,
            "told_only": ~log["format"].isin(FILE_FORMATS),
            "no_sport": log["sport"].replace(SAME_FAMILY) == "unknown",
            "no_distance": log["distance_m"].isna(),
            "no_heart_rate": log["heart_rate_mean_bpm"].isna(),
            "distance_source": log["distance_source"].map(ranks).fillna(len(ranks)),
            "shortness": -length,
            "session_id": log["session_id"],
        },
    )


def _reasons(keys: pd.DataFrame, marked: Whole, kept: Whole) -> list[str]:
    """Name the first preference in which the marked rows differ from those that count instead."""
    one, other = keys.iloc[marked].reset_index(drop=True), keys.iloc[kept].reset_index(drop=True)
    differs = np.column_stack([(one != other).to_numpy(dtype=bool), np.ones(len(one), dtype=bool)])
    return [REASONS[name] for name in np.array([*keys.columns, ""])[differs.argmax(axis=1)]]


def _same_workout(log: pd.DataFrame, length: Floats) -> pd.DataFrame:
    """List the pairs of rows that are one workout, each with the share of the shorter one's time."""
    athlete, _ = pd.factorize(log["athlete_id"])
    by_clock = (log["offset_source"] == "local").to_numpy(dtype=bool) & (length > 0)
    start = _seconds(log["start"].to_numpy(dtype="datetime64[us]"))
    found = _overlapping(athlete, start, np.where(by_clock, 0.0, length))
    if by_clock.any():  # once more by the clock on the wall, for the pairs that have one of these
        near = np.isin(athlete, athlete[by_clock])
        seen = _overlapping(athlete, _seconds(clock_time(log)), np.where(near, length, 0.0))
        found = pd.concat([found, seen[by_clock[seen["one"]] | by_clock[seen["other"]]]], ignore_index=True)

    one, other = found["one"].to_numpy(), found["other"].to_numpy()
    family, names = pd.factorize(log["sport"].replace(SAME_FAMILY))
    fits_all = np.isin(family, np.flatnonzero(np.isin(names, FITS_ALL)))
    file, labels = pd.factorize(log["source"])
    named = ~np.isin(file, np.flatnonzero(labels == ""))
    leg = log["leg"].to_numpy()
    same = (family[one] == family[other]) | fits_all[one] | fits_all[other]
    same &= ~(named[one] & (file[one] == file[other]) & (leg[one] != leg[other]))
    return found.iloc[np.flatnonzero(same)]


def _overlapping(athlete: Whole, start: Floats, length: Floats) -> pd.DataFrame:
    """List the pairs of rows of one athlete that share enough time; those of no length share none.

    In the order of athlete and start, row i is held against row i + 1, i + 2, ... until one starts after i has ended:
    no later one can overlap it. All rows take each step together, so that the cost grows with the number of overlaps.
    """
    order = np.lexsort((start, athlete))
    order = order[length[order] > 0]
    athlete, start, length = athlete[order], start[order], length[order]
    end = start + length
    ones, others, shares = [order[:0]], [order[:0]], [np.empty(0)]
    one, step = np.arange(len(order)), 0
    while len(one):
        step += 1
        one = one[one + step < len(order)]
        one = one[(athlete[one] == athlete[one + step]) & (start[one + step] < end[one])]
        other = one + step
        share = (np.minimum(end[one], end[other]) - start[other]) / np.minimum(length[one], length[other])
        enough = share >= SAME_WORKOUT
        ones.append(order[one[enough]])
        others.append(order[other[enough]])
        shares.append(share[enough])
    return pd.DataFrame({"one": np.concatenate(ones), "other": np.concatenate(others), "share": np.concatenate(shares)})


def _seconds(instants: "np.ndarray[tuple[int], np.dtype[np.datetime64]]") -> Floats:
    """Seconds since 1970, missing where the instant is."""
    elapsed = (instants - np.datetime64(0, "us")) / np.timedelta64(1, "s")
    return np.asarray(elapsed, dtype=np.float64)
