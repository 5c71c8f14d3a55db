"""Answers where each athlete's days stand in a table, so that windows of days can be computed for all at once.

Takes a table with a row an athlete and day, in any order, over complete calendars; gives `Histories`. A calendar with
a gap is refused by name of its first missing day: a window over rows would silently be one over other days.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.training.metrics.calendar import long_table

__all__ = ["Flags", "Floats", "Histories", "Whole", "day_numbers", "histories", "whole_days"]

Whole: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

MOST_DAYS = 100_000
"""Longer than any life. [d]"""


@dataclass(frozen=True, eq=False)
class Histories:
    """The rows of a table by athlete and day, end to end; a place is a position in that order.

    Attributes
    ----------
    order : array of int or None
        Row of the table at each place; None if the table was in order.
    athletes : Series
        Whose history, by number; numbers ascend with the names.
    starts, lengths : array of int
        First place of each history, and its number of days.
    first_days : array of int
        Its first day, in days since 1 January 1970.
    """

    order: Whole | None
    athletes: pd.Series
    starts: Whole
    lengths: Whole
    first_days: Whole

    @property
    def size(self) -> int:
        """Number of places."""
        return int(self.lengths.sum())

    def codes(self) -> Whole:
        """Give the number of the athlete at each place.

        Returns
        -------
        array of int
            One a place.
        """
        return np.repeat(np.arange(len(self.lengths), dtype=np.int64), self.lengths)

    def begins(self) -> Whole:
        """Give the first place of the history that each place belongs to.

        Returns
        -------
        array of int
            One a place.
        """
        return np.repeat(self.starts, self.lengths)

    def elapsed(self) -> Whole:
        """Give the days from the athlete's first day to each place.

        Returns
        -------
        array of int
            One a place.
        """
        return np.arange(self.size, dtype=np.int64) - self.begins()

    def place(self, codes: Whole, days: Whole) -> Whole:
        """Find the places of athletes' days.

        Parameters
        ----------
        codes : array of int
            Numbers of athletes; -1 for one without a history.
        days : array of int
            Days since 1 January 1970.

        Returns
        -------
        array of int
            Their places; -1 for a day that is in no history.
        """
        found = np.full(len(codes), -1, dtype=np.int64)
        known = np.flatnonzero(codes >= 0)
        after = days[known] - self.first_days[codes[known]]
        inside = (after >= 0) & (after < self.lengths[codes[known]])
        found[known[inside]] = self.starts[codes[known[inside]]] + after[inside]
        return found

    def sorted(self, column: pd.Series) -> Floats:
        """Bring the numbers of a column of the table into the order of the places.

        Parameters
        ----------
        column : Series
            A column of the table.

        Returns
        -------
        array of float
            One a place; missing numbers are NaN.

        Raises
        ------
        SchemaError
            If the column does not hold numbers.
        """
        if not pd.api.types.is_numeric_dtype(column.dtype):
            raise SchemaError(f"Daily: column {column.name!r} is {column.dtype}; numbers are needed")
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return values if self.order is None else values[self.order]

    def by_row(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Bring values by place into the order of the table's rows.

        Parameters
        ----------
        values : array
            One a place.

        Returns
        -------
        array
            One a row.
        """
        if self.order is None:
            return values
        rows = np.empty_like(values)
        rows[self.order] = values
        return rows

    def number(self, athletes: pd.Series) -> Whole:
        """Number athletes as here.

        Parameters
        ----------
        athletes : Series
            Names.

        Returns
        -------
        array of int
            Their numbers; -1 for one without a history.
        """
        numbers: Whole = pd.Index(self.athletes).get_indexer(pd.Index(athletes)).astype(np.int64)
        return numbers


def histories(table: pd.DataFrame) -> Histories:
    """Find where each athlete's days stand in a table.

    Parameters
    ----------
    table : DataFrame
        ``athlete_id`` and ``date``, a row an athlete and day, in any order.

    Returns
    -------
    Histories
        The order of rows by athlete and day, and each history's place in it.

    Raises
    ------
    SchemaError
        If one of the columns is missing, of another type or has missing values.
    ValueError
        If a day is missing from an athlete's calendar, or there twice.

    Examples
    --------
    >>> days = pd.date_range("2026-03-01", periods=3, unit="us")
    >>> table = pd.DataFrame({"athlete_id": ["b", "a", "a"], "date": days[[0, 2, 1]]})
    >>> found = histories(table)
    >>> found.athletes.tolist(), found.order.tolist(), found.lengths.tolist()
    (['a', 'b'], [2, 1, 0], [2, 1])
    """
    ids = table[[name for name in ("athlete_id", "date") if name in table.columns]]
    laid = long_table(ids.assign(day=0.0), "day")
    heads = laid.starts if laid.order is None else laid.order[laid.starts]
    return Histories(
        order=laid.order,
        athletes=ids["athlete_id"].take(heads).reset_index(drop=True),
        starts=laid.starts,
        lengths=laid.lengths,
        first_days=day_numbers(ids["date"].take(heads)),
    )


def day_numbers(dates: pd.Series) -> Whole:
    """Number local calendar days.

    Parameters
    ----------
    dates : Series
        Days; the number of a missing one means nothing.

    Returns
    -------
    array of int
        Days since 1 January 1970.
    """
    numbers: Whole = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    return numbers


def whole_days(name: str, days: float, least: int) -> int:
    """Check a number of days that a caller gave.

    Parameters
    ----------
    name : str
        What it is called.
    days : float
        The number.
    least : int
        The smallest that makes sense.

    Returns
    -------
    int
        The number.

    Raises
    ------
    ValueError
        If it is not whole, too small, or longer than anybody runs.
    """
    if not isinstance(days, (int, float, np.number)) or not least <= days <= MOST_DAYS or not float(days).is_integer():
        raise ValueError(
            f"{name} is {days}; a whole number of days, {least} or more (at most {MOST_DAYS:,}), is needed"
        )
    return int(days)
