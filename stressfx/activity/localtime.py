"""On which day was it, for the runner? The offset of local time from UTC, and how it is known.

Takes a start and whatever tells the zone; gives the offset and its source, best first: the file itself, the zone of
the first position, the caller, and if nothing is known UTC, which is said.
"""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

__all__ = ["local_day", "utc_offset"]

EARLIEST_S = datetime(1, 1, 3, tzinfo=UTC).timestamp()
LATEST_S = datetime(9999, 12, 29, tzinfo=UTC).timestamp()
"""A clock that was never set can show the first day of all; Python knows no day before it. [s since 1970]"""


def utc_offset(
    start: pd.Timestamp,
    *,
    in_file_s: float = math.nan,
    position_deg: tuple[float, float] | None = None,
    tz: str | None = None,
) -> tuple[float, str]:
    """Tell how far local time is from UTC.

    Parameters
    ----------
    start : Timestamp
        Start of the session in UTC; NaT if it is unknown.
    in_file_s : float
        The offset that the file tells, or NaN. [s]
    position_deg : tuple of float, optional
        Latitude and longitude of the first position. [deg]
    tz : str, optional
        The zone that the caller gives, such as ``"Australia/Darwin"``.

    Returns
    -------
    offset_s : float
        Local time minus UTC. [s]
    source : {"file", "position", "caller", "assumed"}
        How it is known.

    Raises
    ------
    ValueError
        If `tz` is no name of a zone.

    Examples
    --------
    >>> utc_offset(pd.Timestamp("2025-06-01", tz="UTC"), tz="Australia/Darwin")
    (34200.0, 'caller')
    """
    caller = _named(tz) if tz else None
    if not math.isnan(in_file_s):
        return in_file_s, "file"
    if not pd.isna(start):
        if position_deg is not None and (zone := _zone_at(*(round(degrees, 2) for degrees in position_deg))):
            return _offset(start, zone), "position"
        if caller is not None:
            return _offset(start, caller), "caller"
    return 0.0, "assumed"


def local_day(start: pd.Timestamp, offset_s: float) -> pd.Timestamp:
    """Tell the local calendar day of a start.

    Parameters
    ----------
    start : Timestamp
        Start of the session in UTC.
    offset_s : float
        Local time minus UTC. [s]

    Returns
    -------
    Timestamp
        Midnight of the day, without a zone; NaT if the start is.

    Examples
    --------
    >>> local_day(pd.Timestamp("2025-06-01 22:00", tz="UTC"), 34200.0)
    Timestamp('2025-06-02 00:00:00')
    """
    # In microseconds throughout: in nanoseconds, pandas 2 knows no years of a clock that was never set.
    return (start.tz_localize(None) + pd.Timedelta(seconds=offset_s).as_unit("us")).floor("D")


def _named(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{tz!r} is no zone; a name such as 'Europe/Berlin' is needed") from None


@lru_cache(maxsize=4096)
def _zone_at(latitude_deg: float, longitude_deg: float) -> ZoneInfo | None:
    from tzfpy import get_tz  # noqa: PLC0415  # its map takes 60 ms to load

    name = get_tz(longitude_deg, latitude_deg)
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError:
        return None


def _offset(start: pd.Timestamp, zone: ZoneInfo) -> float:
    moment = datetime.fromtimestamp(min(max(start.timestamp(), EARLIEST_S), LATEST_S), UTC)
    offset: timedelta | None = zone.utcoffset(moment.astimezone(zone))
    return 0.0 if offset is None else offset.total_seconds()
