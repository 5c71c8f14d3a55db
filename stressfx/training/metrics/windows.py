"""What lies in the last days before each day? Sums, means and largest loads of windows, for many athletes at once.

Takes a `LoadBlock`, days down and athletes across; gives arrays of the same shape. Every value comes from its own
window alone, by sums of shifted views: a week of rest sums to exactly 0, whatever was run before, and no later day
reaches an earlier one.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "Flags",
    "Floats",
    "LoadBlock",
    "checked_days",
    "checked_share",
    "largest_of",
    "log_days",
    "mean_of",
    "observed",
    "over",
    "shifted",
    "warmed",
    "well_observed",
]

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

ROUNDING = 1e-9
"""How much a share may pass its limit by rounding: 4 of 20 days are 20 %."""


@dataclass(frozen=True, eq=False)
class LoadBlock:
    """Daily loads of some athletes, each from the first day of the own calendar on.

    Attributes
    ----------
    loads : array of shape (days, athletes)
        0 is observed rest, NaN a day that was not observed. Below the last day of a shorter calendar all is NaN. Not
        to be written to.
    gapless : bool
        Whether every day of every calendar was observed.
    kept : dict
        What several metrics need, computed once.
    """

    loads: Floats
    gapless: bool
    kept: dict[Hashable, Floats] = field(default_factory=dict, repr=False)

    def keep(self, key: Hashable, make: Callable[[], Floats]) -> Floats:
        """Give what is kept under a key, and make it if it is not there yet.

        Parameters
        ----------
        key : hashable
            What it is, with all that it depends on.
        make : callable
            Makes it.

        Returns
        -------
        array
            Not to be written to.
        """
        if key not in self.kept:
            made = make()
            made.flags.writeable = False
            self.kept[key] = made
        return self.kept[key]


def checked_days(days: int, name: str, least: int = 1) -> int:
    """Check a number of days that a caller asks for.

    Parameters
    ----------
    days : int
        The number. [d]
    name : str
        What the argument is called.
    least : int
        The smallest that makes sense. [d]

    Returns
    -------
    int
        The number.

    Raises
    ------
    ValueError
        If it is no whole number, or below the least.
    """
    if isinstance(days, bool) or not isinstance(days, int | np.integer) or days < least:
        raise ValueError(f"{name} is {days!r}; a whole number of days, {least} or more, is needed")
    return int(days)


def checked_share(share: float, name: str) -> float:
    """Check a share of missing days that a caller allows.

    Parameters
    ----------
    share : float
        The share. [1]
    name : str
        What the argument is called.

    Returns
    -------
    float
        The share.

    Raises
    ------
    ValueError
        If it is not from 0 to less than 1.
    """
    if not 0 <= share < 1:
        raise ValueError(f"{name} is {share!r}; a share from 0 to less than 1 is needed")
    return share


def observed(block: LoadBlock) -> Flags:
    """Tell which days were observed.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.

    Returns
    -------
    array of bool
        One value a day and athlete.
    """
    return ~np.isnan(block.loads)


def log_days(block: LoadBlock) -> Floats:
    """Count the days of each log up to every day.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.

    Returns
    -------
    array
        1 on the first day that was observed, 0 before it; of shape (days, 1) if it is the same for all athletes.
    """

    def made() -> Floats:
        if block.gapless:
            return np.arange(1.0, len(block.loads) + 1)[:, None]
        return np.cumsum(np.maximum.accumulate(observed(block), axis=0), axis=0, dtype=float)

    return block.keep("log days", made)


def mean_of(block: LoadBlock, days: int, *, lag: int = 0) -> Floats:
    """Average the observed days of every window.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        Length of the window. [d]
    lag : int
        How many days before each day its window ends. [d]

    Returns
    -------
    array
        NaN where no day of the window was observed. At the start of a log the window is as long as the log.
    """

    def made() -> Floats:
        if lag:
            return shifted(mean_of(block, days), lag)
        if block.gapless:
            return _sums(block, days) / np.minimum(log_days(block), days)
        return over(_sums(block, days), _counts(block, days))

    return block.keep(("mean", days, lag), made)


def largest_of(block: LoadBlock, days: int) -> Floats:
    """Give the largest load of every window.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        Length of the window. [d]

    Returns
    -------
    array
        Days that were not observed do not count.
    """
    largest, length = _filled(block), 1
    while length < days:
        step = min(length, days - length)
        largest = _combined(np.maximum, largest, largest, step)
        length += step
    return largest


def well_observed(block: LoadBlock, days: int, max_missing: float, *, lag: int = 0) -> Flags | None:
    """Tell which windows were observed well enough.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    days : int
        Length of the window. [d]
    max_missing : float
        Largest share of days that may be missing, of those since the log began. [1]
    lag : int
        How many days before each day its window ends. [d]

    Returns
    -------
    array of bool or None
        None if every day of every log was observed.
    """
    if block.gapless:
        return None
    counts = _counts(block, days)
    inside = np.minimum(log_days(block), days)
    enough = (counts > 0) & (inside - counts <= max_missing * inside + ROUNDING)
    if not lag:
        return enough
    lagged = np.zeros_like(enough)
    lagged[lag:] = enough[:-lag]
    return lagged


def warmed(block: LoadBlock, values: Floats, min_periods: int, *well: Flags | None) -> Floats:
    """Leave only the values whose log is long enough, and whose windows were observed well enough.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    values : array of shape (days, athletes)
        A metric; written to if that is allowed.
    min_periods : int
        Day of the log on which the first value is given. [d]
    *well : array of bool or None
        See `well_observed`.

    Returns
    -------
    array
        With NaN elsewhere.
    """
    if block.gapless:
        kept = values if values.flags.writeable else values.copy()
        kept[: min_periods - 1] = np.nan
        return kept
    good = log_days(block) >= min_periods
    for enough in well:
        good &= True if enough is None else enough
    return np.where(good, values, np.nan)


def shifted(values: Floats, days: int) -> Floats:
    """Move values to later days.

    Parameters
    ----------
    values : array of shape (days, athletes)
        Any values.
    days : int
        How far, 1 or more. [d]

    Returns
    -------
    array
        NaN on the first days.
    """
    moved = np.full_like(values, np.nan)
    moved[days:] = values[:-days]
    return moved


def over(numerator: Floats, denominator: Floats) -> Floats:
    """Divide.

    Parameters
    ----------
    numerator, denominator : array
        Of one shape, or of shapes that go together.

    Returns
    -------
    array
        NaN where the denominator is 0 or missing, or as good as 0: never infinite, never a number put there instead.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio: Floats = numerator / denominator
    np.copyto(ratio, np.nan, where=~((denominator > 0) & (ratio < np.inf)))
    return ratio


def _filled(block: LoadBlock) -> Floats:
    """Put 0 where a day was not observed; leave what lies below a gapless calendar missing."""
    if block.gapless:
        return block.loads
    return block.keep("filled", lambda: np.where(observed(block), block.loads, 0.0))


def _sums(block: LoadBlock, days: int) -> Floats:
    return _rolled(block, "sum", _filled, days)


def _counts(block: LoadBlock, days: int) -> Floats:
    return _rolled(block, "count", lambda these: observed(these).astype(float), days)


def _rolled(block: LoadBlock, what: str, start: Callable[[LoadBlock], Floats], days: int) -> Floats:
    """Sum a window from two shorter ones, the first of which is a power of two long."""
    if days == 1:
        return start(block)

    def made() -> Floats:
        late = 1 << (days - 1).bit_length() - 1
        first = _rolled(block, what, start, late)
        return _combined(np.add, first, _rolled(block, what, start, days - late), late)

    return block.keep((what, days), made)


def _combined(how: np.ufunc, late: Floats, early: Floats, days: int) -> Floats:
    """Combine each day with what lies so many days before it; the first days have nothing there."""
    both = late.copy() if days >= len(late) else np.empty_like(late)
    if days < len(late):
        both[:days] = late[:days]
        how(late[days:], early[:-days], out=both[days:])
    return both
