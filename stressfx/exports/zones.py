"""On which local day was a session that does not tell its zone? By the caller's zone, or by the sessions around it.

Takes Sessions in which the offset of some is ``"assumed"`` (the instant is known, the zone is not) or ``"local"`` (the
runner's clock is known, the zone is not); gives them with what could be found out, and how it is known.
"""

from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

__all__ = ["CLOCK_NOT_SET", "KNOWN_OFFSETS", "clock_time", "place_by_neighbours", "place_by_zone"]

CLOCK_NOT_SET = pd.Timestamp("2000-01-01", tz="UTC")
"""No recorder of today's formats is older: an earlier start tells a clock that was never set, and no day."""

CLOCK_AHEAD = pd.Timestamp("2200-01-01", tz="UTC")
"""Nor has anybody run yet in the years from here on, of which zones know nothing."""

KNOWN_OFFSETS = ("file", "position", "account", "caller")
"""Sources of an offset that say something of the session itself."""

NEIGHBOUR_DAYS = 7
"""A session further off says nothing of where the runner was. [d]"""

Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"
Times: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.datetime64]]"


def clock_time(sessions: pd.DataFrame) -> Times:
    """Tell what the runner's clock showed at the start of every session.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS`.

    Returns
    -------
    array of datetime64[us]
        Start plus offset; missing where either is.
    """
    return _instants(sessions["start"]) + _microseconds(sessions["utc_offset_s"].to_numpy(dtype=np.float64))


def place_by_zone(sessions: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """Give sessions of unknown zone the caller's.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS`.
    zone : ZoneInfo
        The zone.

    Returns
    -------
    DataFrame
        The same rows; ``offset_source`` is ``"caller"`` for those that were placed.

    Notes
    -----
    A clock time that occurs twice, when clocks are set back, is taken for the first; one that does not occur, when
    they are set forward, is counted by the clock before the change.
    """
    instant_known, clock_known = _open(sessions)
    told = sessions["start"].dt.tz_localize(None)
    offset_s = np.full(len(sessions), np.nan)
    offset_s[instant_known] = _offset_s(told[instant_known].dt.tz_localize("UTC").dt.tz_convert(zone))
    first = np.ones(clock_known.sum(), dtype=bool)
    clock = told[clock_known].dt.tz_localize(zone, ambiguous=first, nonexistent="shift_backward")
    offset_s[clock_known] = _offset_s(clock)
    return _placed(sessions, offset_s, "caller")


def place_by_neighbours(sessions: pd.DataFrame) -> pd.DataFrame:
    """Give sessions of unknown zone the offset that the sessions around them agree on.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS`.

    Returns
    -------
    DataFrame
        The same rows; ``offset_source`` is ``"neighbours"`` for those that were placed.

    Notes
    -----
    The neighbours are the athlete's last session before, and the first after, that tell their own offset. Both must
    start within 7 days and have the same offset: whoever travelled in between, or whose clock was changed, is not
    guessed at. A session of which only the clock time is known is held against the clock times of the others.
    """
    known = sessions["offset_source"].isin(KNOWN_OFFSETS).to_numpy(dtype=bool) & _dated(sessions)
    offset_s = np.full(len(sessions), np.nan)
    for rows, at in zip(_open(sessions), (_instants(sessions["start"]), clock_time(sessions)), strict=True):
        if rows.any() and known.any():
            table = sessions[["athlete_id", "utc_offset_s"]].assign(at=at)
            offset_s[rows] = _agreed_s(table[rows], table[known & ~np.isnat(at)])
    return _placed(sessions, offset_s, "neighbours")


def _agreed_s(asked: pd.DataFrame, known: pd.DataFrame) -> Floats:
    """Look for the offset that the neighbours of every row agree on; NaN where they do not, or are too far."""
    asked = asked.drop(columns="utc_offset_s").assign(row=np.arange(len(asked))).sort_values("at")
    known = known.sort_values(["at", "utc_offset_s"])
    near = {
        side: pd.merge_asof(
            asked, known, on="at", by="athlete_id", direction=side, tolerance=pd.Timedelta(days=NEIGHBOUR_DAYS)
        )["utc_offset_s"].to_numpy(dtype=np.float64)
        for side in ("backward", "forward")
    }
    agreed = np.empty(len(asked))
    agreed[asked["row"]] = np.where(near["backward"] == near["forward"], near["backward"], np.nan)
    return agreed


def _dated(sessions: pd.DataFrame) -> Flags:
    return sessions["start"].ge(CLOCK_NOT_SET).to_numpy(bool) & sessions["start"].lt(CLOCK_AHEAD).to_numpy(bool)


def _open(sessions: pd.DataFrame) -> tuple[Flags, Flags]:
    """Tell which rows know their instant only, and which their clock time only."""
    dated, source = _dated(sessions), sessions["offset_source"]
    return dated & (source == "assumed").to_numpy(bool), dated & (source == "local").to_numpy(bool)


def _placed(sessions: pd.DataFrame, offset_s: Floats, source: str) -> pd.DataFrame:
    """Give rows their offset: where the instant is known the day follows it, where the clock is known the instant."""
    found = ~np.isnan(offset_s)
    if not found.any():
        return sessions
    shift = _microseconds(np.where(found, offset_s, 0.0))
    clock_known = found & (sessions["offset_source"] == "local").to_numpy(bool)
    backward = np.where(clock_known, shift, np.timedelta64(0, "us"))
    day = (_instants(sessions["start"]) + shift).astype("datetime64[D]").astype("datetime64[us]")
    return sessions.assign(
        start=_utc(_instants(sessions["start"]) - backward, sessions.index),
        end=_utc(_instants(sessions["end"]) - backward, sessions.index),
        date=np.where(found & ~clock_known, day, sessions["date"].to_numpy("datetime64[us]")),
        utc_offset_s=np.where(found, offset_s, sessions["utc_offset_s"]),
        offset_source=sessions["offset_source"].mask(found, source),
    )


def _offset_s(local: pd.Series) -> Floats:
    """Tell the offset of times in a zone."""
    ahead = local.dt.tz_localize(None) - local.dt.tz_convert("UTC").dt.tz_localize(None)
    return np.asarray(ahead.dt.total_seconds(), dtype=np.float64)


def _instants(times: pd.Series) -> Times:
    return times.to_numpy(dtype="datetime64[us]")


def _microseconds(seconds: Floats) -> "np.ndarray[tuple[int], np.dtype[np.timedelta64]]":
    known = ~np.isnan(seconds)
    whole = np.round(np.where(known, seconds, 0.0) * 1e6).astype(np.int64).astype("timedelta64[us]")
    return np.where(known, whole, np.timedelta64("NaT", "us"))


def _utc(instants: Times, index: pd.Index) -> pd.Series:
    return pd.Series(pd.DatetimeIndex(instants, tz="UTC"), index=index)
