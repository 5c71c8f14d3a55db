"""Answers whether days follow each other without a gap, and lays them out for computing: days down, athletes across.

Takes a Series with a day a row, or a long frame with a row an athlete and day; gives `LoadBlock`, or a `ValueError`
that names the first day that is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.schema import Column, Schema
from stressfx.training.metrics.windows import Floats, LoadBlock

__all__ = ["LongTable", "as_series", "long_table", "series_block"]

Whole: TypeAlias = npt.NDArray[np.int64]

ADVICE = "a complete calendar is needed: 0 on a day of rest, NaN on a day that nobody observed"

DAYS_AT_ONCE = 64
"""So many days of a block stay near the processor while they are copied."""

ATHLETES_A_BLOCK = 192
"""Fewer take more steps from day to day, more no longer fit into a processor's own memory."""


@dataclass(frozen=True, eq=False)
class LongTable:
    """Loads of many athletes end to end, each over a complete calendar.

    Attributes
    ----------
    order : array of int or None
        Which row of the frame stands at each place; None if the frame was in order.
    loads : array of float
        The loads, by athlete and day.
    starts, lengths : array of int
        Where each athlete begins, and how many days there are.
    """

    order: Whole | None
    loads: Floats
    starts: Whole
    lengths: Whole

    def blocks(self) -> Iterator[tuple[Whole, LoadBlock]]:
        """Lay out athletes whose calendars are of like length, some at a time.

        Yields
        ------
        athletes : array of int
            Which athletes stand in the columns.
        block : LoadBlock
            Their loads.
        """
        if not len(self.lengths):
            return
        gaps = np.logical_or.reduceat(np.isnan(self.loads), self.starts)
        by_length = np.lexsort((self.lengths, gaps))
        border = np.flatnonzero(np.diff(gaps[by_length])) + 1  # athletes with gaps take another way
        for group in np.split(by_length, border):
            for first in range(0, len(group), ATHLETES_A_BLOCK):
                athletes = group[first : first + ATHLETES_A_BLOCK]
                yield athletes, _block(self._laid_out(athletes), gapless=not gaps[athletes[0]])

    def put(self, values: Floats, athletes: Whole, column: Floats) -> None:
        """Write what was computed of a block to the athletes' places.

        Parameters
        ----------
        values : array of shape (days, athletes)
            One value a day and athlete.
        athletes : array of int
            Which athletes stand in the columns.
        column : array of float
            One value a row of the table; written to.
        """
        _turn(values, self._places(athletes, column))

    def _laid_out(self, athletes: Whole) -> Floats:
        block = np.full((int(self.lengths[athletes].max()), len(athletes)), np.nan)
        _turn(block, self._places(athletes, self.loads), back=True)
        return block

    def _places(self, athletes: Whole, column: Floats) -> list[Floats]:
        """Find the athletes' parts of a column; athletes end to end with equal calendars are one part, a row each."""
        starts, lengths = self.starts[athletes], self.lengths[athletes]
        if (lengths == lengths[0]).all() and (np.diff(starts) == lengths[0]).all():
            return [column[starts[0] : starts[0] + lengths.sum()].reshape(len(athletes), -1)]
        return [column[start : start + length][None] for start, length in zip(starts, lengths, strict=True)]


def _turn(block: Floats, places: list[Floats], *, back: bool = False) -> None:
    """Copy days that go down to days that go across, or back, in pieces that stay near the processor."""
    first = 0
    for place in places:
        athletes, days = place.shape
        for day in range(0, days, DAYS_AT_ONCE):
            across = place[:, day : day + DAYS_AT_ONCE]
            down = block[day : min(day + DAYS_AT_ONCE, days), first : first + athletes].T
            if back:
                down[...] = across
            else:
                across[...] = down
        first += athletes


def series_block(load: pd.Series) -> LoadBlock:
    """Check the daily loads of one athlete, and lay them out.

    Parameters
    ----------
    load : Series
        Loads, by local calendar day.

    Returns
    -------
    LoadBlock
        One column.

    Raises
    ------
    ValueError
        If the index is no calendar without a gap, or a load is no finite number of 0 or more.
    """
    days = load.index
    if not isinstance(days, pd.DatetimeIndex):
        raise ValueError(f"the index is {type(days).__name__}; a DatetimeIndex, a day a row, is needed")  # noqa: TRY004  # as for every bad index
    if days.tz is not None:
        raise ValueError(f"the index is in the time zone {days.tz}; local calendar days, without a zone, are needed")
    if days.hasnans:
        raise ValueError(f"the index has a row without a day; {ADVICE}")
    numbers = _day_numbers(days.to_numpy())
    wrong = np.flatnonzero(np.diff(numbers) != 1)
    if len(wrong):
        raise ValueError(f"{_what_is_wrong(numbers[wrong[0]], numbers[wrong[0] + 1])}; {ADVICE}")
    if not pd.api.types.is_numeric_dtype(load.dtype):
        raise ValueError(f"the loads are {load.dtype}; numbers are needed")
    loads = load.to_numpy(dtype=float, na_value=np.nan)
    if _impossible(loads):
        raise ValueError("a load is negative or infinite; 0 (rest), a positive number or NaN (not observed) is needed")
    return _block(loads[:, None], gapless=not np.isnan(loads).any())


def as_series(values: Floats, load: pd.Series, name: str) -> pd.Series:
    """Give a computed column the index of the load that it was computed from.

    Parameters
    ----------
    values : array of shape (days, 1)
        One value a day.
    load : Series
        The load.
    name : str
        Name of the metric.

    Returns
    -------
    Series
        The metric.
    """
    return pd.Series(values[:, 0].copy(), index=load.index, name=name)


def long_table(daily: pd.DataFrame, load: str) -> LongTable:
    """Check the daily loads of many athletes.

    Parameters
    ----------
    daily : DataFrame
        One row an athlete and day, in any order.
    load : str
        Name of the column of loads.

    Returns
    -------
    LongTable
        The loads by athlete and day.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, or a load is negative or infinite.
    ValueError
        If a day is missing from an athlete's calendar, or there twice.
    """
    schema = _schema(load)
    given = schema.check(daily[[name for name in schema.names if name in daily.columns]])
    for name in ("athlete_id", "date"):
        if given[name].hasnans:
            raise SchemaError(f"Daily: column {name!r} has missing values; none are allowed")
    loads = given[load].to_numpy(dtype=float)
    if _impossible(loads):
        raise SchemaError(f"Daily: column {load!r} has negative or infinite values; none are allowed")
    codes, athletes = _codes(given["athlete_id"])
    order = None
    if len(_wrong_steps(codes, given["date"].to_numpy(), np.timedelta64(1, "D"))):  # out of order, or not complete
        days = _day_numbers(given["date"].to_numpy())
        order = np.lexsort((days, codes))
        codes, days, loads = codes[order], days[order], loads[order]
        for before in _wrong_steps(codes, days, 1)[:1]:
            whose = f"athlete {athletes[codes[before]]!r}"
            raise ValueError(f"{whose}: {_what_is_wrong(days[before], days[before + 1])}; {ADVICE}")
    lengths = np.bincount(codes, minlength=len(athletes)).astype(np.int64)
    return LongTable(order, loads, np.cumsum(lengths) - lengths, lengths)


def _block(loads: Floats, *, gapless: bool) -> LoadBlock:
    loads.flags.writeable = False
    return LoadBlock(loads, gapless)


@lru_cache(maxsize=16)
def _schema(load: str) -> Schema:
    return Schema(
        "Daily",
        (
            Column("athlete_id", "text", "", "whose day"),
            Column("date", "date", "", "local calendar day"),
            Column(load, "float", "", "the load"),
        ),
    )


def _day_numbers(days: npt.NDArray[np.datetime64]) -> Whole:
    return days.astype("datetime64[D]").astype(np.int64)


def _codes(names: pd.Series) -> tuple[npt.NDArray[np.intp], pd.Index]:
    """Number the athletes in order of name; of rows that lie together only the first is looked up."""
    if names.empty:
        return np.empty(0, np.intp), pd.Index(names)
    cells = names.array
    heads = np.concatenate(([0], np.flatnonzero(np.asarray(cells[1:] != cells[:-1], dtype=bool)) + 1))
    codes, athletes = pd.factorize(names.take(heads), sort=True)
    return np.repeat(codes, np.diff(heads, append=len(names))), athletes


def _wrong_steps(
    codes: npt.NDArray[np.intp], days: npt.NDArray[Any], one_day: "int | np.timedelta64"
) -> npt.NDArray[np.intp]:
    """Find the rows that neither the next day of the same athlete follows nor the next athlete."""
    jumps = np.flatnonzero(days[1:] - days[:-1] != one_day)
    turns = np.flatnonzero(codes[1:] != codes[:-1])
    return np.union1d(jumps[codes[jumps] == codes[jumps + 1]], turns[codes[turns] > codes[turns + 1]])


def _impossible(loads: Floats) -> bool:
    """Tell whether there is a load that no day can have."""
    return bool(len(loads)) and bool(np.nanmin(loads, initial=0) < 0 or np.nanmax(loads, initial=0) == np.inf)


def _what_is_wrong(day: int, following: int) -> str:
    """Say what is wrong with two days that should follow each other."""
    first, second = (str(np.datetime64(int(number), "D")) for number in (day, following))
    if day == following:
        return f"the day {first} is there twice"
    if following < day:
        return f"the day {second} comes after {first}"
    missing = str(np.datetime64(int(day) + 1, "D"))
    return f"the day {missing} is missing, between {first} and {second}"
