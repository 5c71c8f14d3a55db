"""Answers how much a runner ran on each day, and in each week.

Takes Sessions, of one athlete or of many; gives `stressfx.schema.DAILY_LOAD`, a complete calendar in which a day
of rest (0) and a day that nobody observed (NaN) stay two things, and from it `stressfx.schema.WEEKS`.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from stressfx.schema import DAILY_LOAD, SESSIONS, WEEKS, Schema
from stressfx.training.counted import counts

__all__ = ["daily_load", "weekly_totals"]

SUMMED = ("distance_m", "timer_s", "moving_s", "elapsed_s", "steps")
"""What every table of sessions has."""

MORE = tuple(column.name for column in DAILY_LOAD.columns if column.optional and column.name != "damage_exponent")
"""Loads that a table of sessions may have besides."""

DURATIONS = ("timer_s", "moving_s", "elapsed_s")
"""What tells how long another sport was done, the best first: pauses are no training."""

NEEDED = Schema("Sessions", tuple(c for c in SESSIONS.columns if c.name in {"athlete_id", "sport", "date", *SUMMED}))
"""What a day is made of; a table of one's own needs no more than this."""

DAYS_A_WEEK = 7
DAYS_MONDAY_TO_EPOCH = 3
"""Day 0 of the epoch, 1 January 1970, was a Thursday: its week began three days earlier. [d]"""

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a calendar that entries fall on, such as the days of sessions.

    Attributes
    ----------
    row : array of int
        The cell of each entry; the number of cells for an entry that is left out.
    counts : array of int
        How many entries each cell has.
    crowded : tuple of array
        The entries of cells with three and more, a row each, by their number: their sum would depend on the order of
        the entries in its last bit. Two numbers have the same sum either way.
    """

    row: Whole
    counts: Whole
    crowded: "tuple[np.ndarray[tuple[int, int], np.dtype[np.int64]], ...]"

    @classmethod
    def of(cls, row: Whole, size: int, taken: "Flags | None" = None) -> "Cells":
        """Sort entries into cells; what is not taken is left out."""
        cell = row if taken is None or taken.all() else np.where(taken, row, size)
        counts = np.bincount(cell, minlength=size + 1)[:size]
        crowded = []
        if len(counts) and counts.max() > 2:
            busy = np.append(counts > 2, [False])  # a truth value a cell stays in the cache
            entries = np.flatnonzero(busy.take(cell))
            entries = entries[np.argsort(cell[entries], kind="stable")]
            held = counts[cell[entries]]
            crowded = [entries[held == number].reshape(-1, number) for number in np.unique(held)]
        return cls(cell, counts, tuple(crowded))

    def sums(self, values: pd.Series) -> Floats:
        """Sum by cell; a missing value makes its cell's sum missing."""
        numbers = values.to_numpy(dtype=float)
        sums = np.bincount(self.row, weights=numbers, minlength=len(self.counts) + 1)[:-1]
        for entries in self.crowded:
            sums[self.row[entries[:, 0]]] = np.sort(numbers[entries], axis=1).sum(axis=1)
        return sums.astype(float, copy=False)  # int if empty

    def largest(self, values: pd.Series) -> Floats:
        """Largest value by cell, 0 without any; a missing value makes its cell's missing."""
        largest = np.zeros(len(self.counts) + 1)
        with np.errstate(invalid="ignore"):  # a missing value is no invalid operation
            np.maximum.at(largest, self.row, values.to_numpy(dtype=float))
        return largest[:-1]


def daily_load(
    sessions: pd.DataFrame,
    *,
    missing: str = "zero",
    sport: str = "running",
    until: "pd.Timestamp | str | None" = None,
) -> pd.DataFrame:
    """Sum sessions by local calendar day, over a complete calendar.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order; the columns ``athlete_id``, ``sport``, ``date`` and those
        that are summed suffice. If there is a column ``counted`` (see `stressfx.exports.log.training_log`), rows
        that it excludes are left out. So are rows without a date.
    missing : {"zero", "nan"}
        What a day without any session is: ``"zero"`` asserts that no log means no run, ``"nan"`` that nobody looked.
    sport : str
        The sport whose sessions are summed, in FIT's words; the time of all others is ``other_sport_s``.
    until : Timestamp or str, optional
        The day on which the logs were handed in: calendars go on to it after the last session, as `missing` says. An
        injury that ended the running for good lies after the last session.

    Returns
    -------
    DataFrame
        `stressfx.schema.DAILY_LOAD`: one row an athlete and day, from the first to the last day with a session of
        any sport, or to `until`; nothing before and nothing after. Athletes and days ascend. Loads that the sessions
        have besides (see `stressfx.exports.loads.session_loads`) are summed as well: any column of the result can be
        the load of a metric.

    Raises
    ------
    ValueError
        If `missing` is neither ``"zero"`` nor ``"nan"``, or damage was reckoned with several exponents.
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    A day with a session of another sport and no run is observed rest: 0, under either policy. A run that lacks a
    value (an indoor run of unknown distance) makes the day's sum of it, and its ``longest_m``, missing: never a
    silently low number. Its other sums, and the number of sessions, are known and given.

    Three times are summed, each by its own name, and any of them can be the load: ``timer_s`` (the recording was on),
    ``moving_s`` (the runner moved) and ``elapsed_s`` (from start to end). None stands in for another: they differ by
    pauses, and by hours where a watch was left on. Only ``other_sport_s``, the minutes of cross-training, takes what
    there is, because the sports and recorders differ more than the times do: timer time, else moving time, else
    elapsed time; it is missing where a session tells none. Each leg of a triathlon is a session of its own sport.

    A session belongs to the day of its ``date``, the local day of its start, also if it ends after midnight.

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "sport": "running",
    ...                      "date": pd.to_datetime(["2026-03-02", "2026-03-04"]).as_unit("us"),
    ...                      "distance_m": [8000.0, 5000.0], "timer_s": 1800.0, "moving_s": 1790.0,
    ...                      "elapsed_s": 1900.0, "steps": 5000.0})
    >>> daily_load(runs)["distance_m"].tolist()
    [8000.0, 0.0, 5000.0]
    >>> daily_load(runs, missing="nan")["distance_m"].tolist()
    [8000.0, nan, 5000.0]
    >>> daily_load(runs, until="2026-03-05")["distance_m"].tolist()
    [8000.0, 0.0, 5000.0, 0.0]
    """
    if missing not in {"zero", "nan"}:
        raise ValueError(f"missing is {missing!r}; 'zero' (no log, no run) or 'nan' (no log, not known) is needed")
    summed = [*SUMMED, *(name for name in MORE if name in sessions.columns)]
    placed = _on_calendar(NEEDED.check(sessions))
    if placed.empty:
        further = [name for name in (*summed[len(SUMMED) :], "damage_exponent") if name in sessions.columns]
        return DAILY_LOAD.empty().reindex(columns=[*DAILY_LOAD.names, *further]).astype(dict.fromkeys(further, float))
    codes, athletes = pd.factorize(placed["athlete_id"], sort=True)
    end = None if until is None else int(np.datetime64(pd.Timestamp(until), "D").astype(np.int64))
    athlete, day, row = _calendar(codes, _day_numbers(placed["date"]), end)
    run, size = (placed["sport"] == sport).to_numpy(dtype=bool), len(day)
    runs, others = Cells.of(row, size, run), placed[~run]
    columns: dict[str, object] = {
        "athlete_id": pd.Series(athletes, dtype="str").array.take(athlete),
        "date": _dates(day),
        "sessions": runs.counts.astype(float),
        **{name: runs.sums(placed[name]) for name in SUMMED},
        "longest_m": runs.largest(placed["distance_m"]),
        "other_sport_s": Cells.of(row[~run], size).sums(_first_known(others, DURATIONS)),
        **{name: runs.sums(placed[name]) for name in summed[len(SUMMED) :]},
    }
    if "damage_exponent" in placed.columns:
        columns["damage_exponent"] = _exponents(placed["damage_exponent"][run], row[run], athlete)
    daily = pd.DataFrame(columns, copy=False)
    if missing == "nan":
        loads = [name for name in daily.columns if name not in {"athlete_id", "date", "damage_exponent"}]
        daily.loc[np.bincount(row, minlength=size) == 0, loads] = np.nan
    return daily


def weekly_totals(daily: pd.DataFrame) -> pd.DataFrame:
    """Sum days by ISO week, Monday to Sunday.

    Parameters
    ----------
    daily : DataFrame
        `stressfx.schema.DAILY_LOAD`.

    Returns
    -------
    DataFrame
        `stressfx.schema.WEEKS`: one row an athlete and week, the first and last week included however short. Loads
        that the days have besides are summed as well.

    Raises
    ------
    ValueError
        If damage was reckoned with several exponents.
    SchemaError
        If `daily` does not follow its schema.

    Notes
    -----
    ``days`` counts the observed days of the week, and the sums go over these: compare weeks of seven days only. A
    week of which no day was observed has ``days`` 0 and no sums. An observed day whose distance is unknown makes
    the distance of its week unknown; so it is with each of the three times and with every other load.

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "sport": "running",
    ...                      "date": pd.to_datetime(["2026-03-01", "2026-03-02"]).as_unit("us"),
    ...                      "distance_m": [8000.0, 5000.0], "timer_s": 1800.0, "moving_s": 1790.0,
    ...                      "elapsed_s": 1900.0, "steps": 5000.0})
    >>> weekly_totals(daily_load(runs))[["week", "days", "distance_m"]].values.tolist()
    [[Timestamp('2026-02-23 00:00:00'), 1, 8000.0], [Timestamp('2026-03-02 00:00:00'), 1, 5000.0]]
    """
    further = [name for name in (*MORE, "damage_exponent") if name in daily.columns]
    if DAILY_LOAD.check(daily).empty:
        return WEEKS.empty().assign(**{name: pd.Series(dtype=float) for name in further})
    codes, athletes = pd.factorize(daily["athlete_id"], sort=True)
    week_of = (_day_numbers(daily["date"]) + DAYS_MONDAY_TO_EPOCH) // DAYS_A_WEEK
    athlete, week, row = _calendar(codes, week_of)
    observed = daily["sessions"].notna().to_numpy(dtype=bool)
    seen = Cells.of(row, len(week), observed)
    days = seen.counts
    weeks = pd.DataFrame(
        {
            "athlete_id": pd.Series(athletes, dtype="str").array.take(athlete),
            "week": _dates(week * DAYS_A_WEEK - DAYS_MONDAY_TO_EPOCH),
            "days": days.astype(np.int64),
            "sessions": seen.sums(daily["sessions"]),
            "run_days": seen.sums(daily["sessions"] > 0),
            "distance_m": seen.sums(daily["distance_m"]),
            **{name: seen.sums(daily[name]) for name in DURATIONS},
            "longest_m": seen.largest(daily["longest_m"]),
            **{name: seen.sums(daily[name]) for name in further if name in MORE},
        },
    )
    weeks.loc[days == 0, weeks.columns[3:]] = np.nan
    if "damage_exponent" in daily.columns:
        weeks["damage_exponent"] = _exponents(daily["damage_exponent"], row, athlete)
    return weeks


def _on_calendar(sessions: pd.DataFrame) -> pd.DataFrame:
    """Leave out what is not counted or has no day."""
    dated = sessions["date"].notna() & counts(sessions)
    return sessions if dated.all() else sessions[dated]


def _exponents(exponents: pd.Series, row: Whole, athlete: Whole) -> Floats:
    """Give the exponent of damage from each athlete's first that is known on: that of another adds up to nothing."""
    known = exponents.notna().to_numpy(dtype=bool)
    different = exponents[known].unique()
    if len(different) > 1:
        raise ValueError(f"damage was reckoned with {len(different)} exponents; a sum needs one")
    first = np.full(int(athlete.max()) + 1, len(athlete))
    np.minimum.at(first, athlete[row[known]], row[known])
    return np.where(np.arange(len(athlete)) >= first[athlete], different[0] if len(different) else np.nan, np.nan)


def _calendar(codes: Whole, periods: Whole, end: int | None = None) -> tuple[Whole, Whole, Whole]:
    """Lay every athlete's periods, from the first to the last or to an end behind it, end to end.

    Gives the athlete and the period of every row of the calendar, and for every entry the row that it falls on.
    """
    count = int(codes.max()) + 1
    first, last = np.full(count, periods.max()), np.full(count, periods.min())
    np.minimum.at(first, codes, periods)
    np.maximum.at(last, codes, periods)
    last = last if end is None else np.maximum(last, end)
    lengths = last - first + 1
    offset = np.cumsum(lengths) - lengths
    athlete = np.repeat(np.arange(len(lengths)), lengths)
    period = np.arange(int(lengths.sum())) - offset[athlete] + first[athlete]
    return athlete, period, offset[codes] + periods - first[codes]


def _first_known(sessions: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Give the first of several columns that is known; missing where none is."""
    first = sessions[names[0]]
    for name in names[1:]:
        first = first.fillna(sessions[name])
    return first


def _day_numbers(dates: pd.Series) -> Whole:
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def _dates(day_numbers: Whole) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
    return day_numbers.astype("datetime64[D]").astype("datetime64[us]")
