"""Answers whether a runner was exposed on a day: did any of the days before go beyond, or how much was run in them?

Takes a table with a row an athlete and day over complete calendars, such as `stressfx.daily_load` and
`stressfx.load_table` give; gives a column for it. The value of a day is about the days up to and with it, and of no
later one.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.injury.histories import Flags, Floats, Histories, Whole, day_numbers, histories, whole_days
from stressfx.schema import SPIKES, Column, Schema

__all__ = ["exposed", "spike_days", "windowed"]

TOLERANCE = 1e-9
"""Relative tolerance at a threshold, so that 11 km after 10 km is an excess of 10 % and not above it."""

OBSERVED = Schema(
    "Daily",
    (
        Column("athlete_id", "text", "", "whose day"),
        Column("date", "date", "", "local calendar day"),
        Column("sessions", "float", "", "number of runs; missing where the day was not observed", 0),
    ),
)
"""What tells rest from a day that nobody observed."""

UNCOMPARED = ("warm_up", "no_reference")
"""States of a run whose excess says nothing."""

Combine: TypeAlias = Callable[[Floats, Floats], Floats]

HOW: "MappingProxyType[str, Combine]" = MappingProxyType({"mean": np.add, "sum": np.add, "max": np.maximum})


def spike_days(spikes: pd.DataFrame, daily: pd.DataFrame, *, min_distance_m: float = 500.0) -> pd.DataFrame:
    """Bring single-session spikes to the days of a table.

    Parameters
    ----------
    spikes : DataFrame
        `stressfx.schema.SPIKES`, as `stressfx.session_spikes` gives; of one load.
    daily : DataFrame
        `stressfx.schema.DAILY_LOAD` of the same sessions, or any table with ``athlete_id``, ``date`` and ``sessions``
        over complete calendars, in any order.
    min_distance_m : float
        Runs known to be shorter need not be compared; as of `stressfx.session_spikes`.

    Returns
    -------
    DataFrame
        `daily` with a further column ``spike``: how far the furthest run of the day went beyond the longest before it,
        0.1 for 10 %; 0 on a day without a run or whose runs did not go beyond.

    Raises
    ------
    ValueError
        If the spikes compare several loads, or a day is missing from an athlete's calendar.
    SchemaError
        If a frame does not follow its schema.

    Notes
    -----
    The value is missing on a day that nobody observed, and on one with a run that cannot be compared: in the warm-up
    of the log, after a break (state ``no_reference``) or of unknown length; other runs of that day do not stand in for
    it. It is missing as well where `spikes` has none of the day's runs, unless ``longest_m`` says that they are short.
    Runs on days that `daily` does not have are left out.

    The days after a break are therefore missing and not 0, and with them every window that they lie in (`exposed`):
    the longest run of the last 30 days is no reference if there was none. These are days of high interest, and a
    study of spikes says nothing about them.

    Examples
    --------
    >>> from stressfx.training.daily import daily_load
    >>> from stressfx.training.spikes import session_spikes
    >>> start = pd.to_datetime(["2026-03-01T08:00Z", "2026-03-31T08:00Z", "2026-04-01T08:00Z"]).as_unit("us")
    >>> runs = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2", "3"], "sport": "running", "start": start,
    ...                      "date": start.tz_localize(None).normalize(), "distance_m": [9e3, 10e3, 12.5e3],
    ...                      "timer_s": 3600.0, "moving_s": 3600.0, "elapsed_s": 3600.0, "steps": 9000.0})
    >>> spike_days(session_spikes(runs), daily_load(runs))["spike"].round(4).tolist()[-3:]
    [0.0, 0.1111, 0.25]
    """
    SPIKES.check(spikes)
    OBSERVED.check(daily)
    compared = spikes["by"].unique()
    if len(compared) > 1:
        raise ValueError(f"the spikes compare {len(compared)} loads; the spikes of one are needed")
    place = histories(daily)
    dated = spikes[spikes["date"].notna()]
    at = place.place(place.number(dated["athlete_id"]), day_numbers(dated["date"]))
    excess = dated["spike"].where(~dated["state"].isin(UNCOMPARED)).to_numpy(dtype=float)[at >= 0]
    at = at[at >= 0]
    largest = np.zeros(place.size)
    with np.errstate(invalid="ignore"):
        np.maximum.at(largest, at, excess)
    ran = place.sorted(daily["sessions"])
    uncompared = (ran > 0) & (np.bincount(at, minlength=place.size) == 0)
    if "longest_m" in daily.columns:
        uncompared &= ~(place.sorted(daily["longest_m"]) < min_distance_m)
    unknown = np.isnan(ran) | uncompared
    if len(compared) and compared[0] in daily.columns:
        unknown |= np.isnan(place.sorted(daily[compared[0]]))
    largest[unknown] = np.nan
    return daily.assign(spike=place.by_row(largest))


def exposed(table: pd.DataFrame, column: str, *, above: float, days: int = 7, lag_days: int = 0) -> pd.Series:
    """Tell whether any of the days of a window went beyond a threshold.

    Parameters
    ----------
    table : DataFrame
        One row an athlete and day over complete calendars, in any order.
    column : str
        Column with numbers; the value of a day is about that day and days before it.
    above : float
        Threshold; a value equal to it is not above.
    days : int
        Length of the window. [d]
    lag_days : int
        Days between the window and the day that it is for; with 0 that day is the window's last. [d]

    Returns
    -------
    Series
        1.0 or 0.0, with the index of the table; of day t it is about the days from ``t - lag_days - days + 1`` to
        ``t - lag_days``.

    Raises
    ------
    SchemaError
        If a column is missing or of another type.
    ValueError
        If a day is missing from an athlete's calendar, `days` or `lag_days` is not whole or too small, or `above` is
        no finite number.

    Notes
    -----
    A window is missing if any of its days is, or lies before the athlete's first day, even if another of its days was
    above the threshold. Were such a window taken for exposed, partly known windows would be known only if exposed, and
    a study that compares periods would find too many exposed ones among those with the most missing days.

    A threshold is compared with a relative tolerance of 1e-9: 11 km after 10 km is not above 10 %.

    Examples
    --------
    >>> table = pd.DataFrame({"athlete_id": "a", "date": pd.date_range("2026-03-01", periods=6, unit="us"),
    ...                       "spike": [0.0, 0.5, 0.0, 0.0, np.nan, 0.0]})
    >>> exposed(table, "spike", above=0.1, days=2).tolist()
    [nan, 1.0, 1.0, 0.0, nan, nan]
    """
    place, values = _checked(table, column)
    days, lag_days = whole_days("days", days, 1), whole_days("lag_days", lag_days, 0)
    if not np.isfinite(above):
        raise ValueError(f"above is {above}; a number is needed")
    bound = above + TOLERANCE * abs(above)
    beyond, missing = _counted(place, values > bound, days, lag_days), _counted(place, np.isnan(values), days, lag_days)
    known = (missing == 0) & ~_before_log(place, days, lag_days)
    found = np.where(known, (beyond > 0).astype(float), np.nan)
    return pd.Series(place.by_row(found), index=table.index, name=f"{column}_exposed")


def windowed(table: pd.DataFrame, column: str, *, days: int = 7, lag_days: int = 0, how: str = "mean") -> pd.Series:
    """Give the mean, the sum or the largest value of a column over a window of days.

    Parameters
    ----------
    table : DataFrame
        One row an athlete and day over complete calendars, in any order.
    column : str
        Column with numbers.
    days : int
        Length of the window. [d]
    lag_days : int
        Days between the window and the day that it is for; with 0 that day is the window's last. [d]
    how : {"mean", "sum", "max"}
        What is made of the window.

    Returns
    -------
    Series
        One value a row, with the index of the table; missing where any day of the window is, or lies before the
        athlete's first day.

    Raises
    ------
    SchemaError
        If a column is missing or of another type.
    ValueError
        If a day is missing from an athlete's calendar, `days` or `lag_days` is not whole or too small, or there is no
        such `how`.

    Examples
    --------
    >>> table = pd.DataFrame({"athlete_id": "a", "date": pd.date_range("2026-03-01", periods=5, unit="us"),
    ...                       "distance_m": [0.0, 6.0, 0.0, 3.0, np.nan]})
    >>> windowed(table, "distance_m", days=2, lag_days=1).tolist()
    [nan, nan, 3.0, 3.0, 1.5]
    """
    if how not in HOW:
        raise ValueError(f"how is {how!r}; one of {', '.join(HOW)} is needed")
    place, values = _checked(table, column)
    days, lag_days = whole_days("days", days, 1), whole_days("lag_days", lag_days, 0)
    with np.errstate(invalid="ignore"):  # infinities of both signs have no sum
        over = _shifted(_over_window(values, days, HOW[how]), lag_days)
    over[_before_log(place, days, lag_days)] = np.nan
    if how == "mean":
        over /= days
    return pd.Series(place.by_row(over), index=table.index, name=f"{column}_{how}")


def _checked(table: pd.DataFrame, column: str) -> tuple[Histories, Floats]:
    """Lay out a column by athlete and day; say what is wrong with it or with the window."""
    if column not in table.columns:
        raise SchemaError(f"Table: column {column!r} is missing")
    place = histories(table)
    return place, place.sorted(table[column])


def _before_log(place: Histories, days: int, lag_days: int) -> Flags:
    """Tell of every place whether its window begins before the athlete's first day."""
    return place.elapsed() < lag_days + days - 1


def _counted(place: Histories, flags: Flags, days: int, lag_days: int) -> Whole:
    """Count the flagged days of every window, of which only days of the athlete's own count."""
    total = np.concatenate(([0], np.cumsum(flags)))
    begins, end = place.begins(), np.arange(1 - lag_days, place.size + 1 - lag_days)
    return total[np.maximum(end, begins)] - total[np.maximum(end - days, begins)]


def _over_window(values: Floats, days: int, combine: Combine) -> Floats:
    """Combine each value with those on the `days` - 1 places before it.

    Stretches whose lengths are powers of two are put together: what comes out depends on the window alone, to the
    last bit, as it would not with differences of one running sum.
    """
    stretch, length, done = values, 1, 0
    over: Floats | None = None
    while True:
        if days & length:
            part = _shifted(stretch, done)
            over = part if over is None else combine(over, part)
            done += length
        length *= 2
        if length > days:
            return np.array(over)
        stretch = combine(stretch, _shifted(stretch, length // 2))


def _shifted(values: Floats, days: int) -> Floats:
    """Move values to later places."""
    if days == 0:
        return values
    return np.concatenate((np.full(min(days, len(values)), np.nan), values[: max(len(values) - days, 0)]))
