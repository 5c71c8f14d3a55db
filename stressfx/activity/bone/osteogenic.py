"""How much did a run tell bone to grow? The osteogenic index, which is not its damage.

Takes intensity and loading cycles of a bout, and the bouts before it; gives an index of the stimulus. Most cycles of a
run add hardly any stimulus, and all of them add damage.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.samples import Floats

__all__ = ["RECOVERY_H", "osteogenic_index", "recovery_factor"]

RECOVERY_H = 6.0
"""Time constant in which bone comes to feel load again. Recalled, not verified. [h]"""

HOUR_US = 3_600_000_000


def osteogenic_index(intensity: npt.ArrayLike, cycles: npt.ArrayLike) -> Floats:
    """Give the osteogenic index of a bout.

    Parameters
    ----------
    intensity : array-like of float
        How hard a cycle is: strain, or force, relative or not. [any]
    cycles : array-like of float
        Loading cycles of one leg, N.

    Returns
    -------
    array of float64
        ``intensity * ln(N + 1)``, in the unit of `intensity`; NaN where either is missing.

    Raises
    ------
    ValueError
        If an intensity or a number of cycles is negative.

    Notes
    -----
    After Turner and Robling [1]_, recalled and not verified. A later bout counts for less: see `recovery_factor`. The
    index is about the growth of bone and says nothing of its damage, which adds up cycle by cycle
    (`stressfx.activity.bone.damage`).

    References
    ----------
    .. [1] Turner CH, Robling AG. "Designing exercise regimens to increase bone strength." Exerc Sport Sci Rev 31
       (2003) 45-50.

    Examples
    --------
    >>> osteogenic_index(1.0, [40, 100, 1000, 5000]).round(3).tolist()
    [3.714, 4.615, 6.909, 8.517]
    """
    hard, number = np.asarray(intensity, np.float64), np.asarray(cycles, np.float64)
    if (hard < 0).any() or (number < 0).any():
        raise ValueError("intensity and cycles must not be negative")
    return np.asarray(hard * np.log1p(number))


def recovery_factor(
    start: pd.Series, end: pd.Series, athlete: pd.Series, *, time_constant_h: float = RECOVERY_H
) -> Floats:
    """Tell how far bone had come to feel load again when each bout began.

    Parameters
    ----------
    start, end : Series of instants
        When each bout began and ended, in UTC, of any number of athletes and in any order.
    athlete : Series of str
        Whose bout.
    time_constant_h : float
        Time constant. [h]

    Returns
    -------
    array of float64
        ``1 - exp(-t / time_constant)`` with t from the latest end of an earlier bout of the same athlete; 1 for the
        first, 0 within another, NaN without a start. [1]

    Raises
    ------
    ValueError
        If `time_constant_h` is not above 0, or the three differ in length.

    Notes
    -----
    The formula is recalled from Turner and Robling (2003) for the second bout of a day, and not verified. Robling et
    al. [1]_ found in rats that about 8 h bring the feeling for load back. Here every earlier bout counts, of the same
    day or not, and of several the one that ended last: after a day the factor is 0.98. Bouts that start at once are
    not before each other. An earlier bout of unknown end counts from its start.

    References
    ----------
    .. [1] Robling AG, Burr DB, Turner CH. "Recovery periods restore mechanosensitivity to dynamically loaded bone." J
       Exp Biol 204 (2001) 3389-3399.

    Examples
    --------
    >>> start = pd.Series(pd.to_datetime(["2026-03-01T08:00Z", "2026-03-01T17:00Z"]))
    >>> recovery_factor(start, start + pd.Timedelta(hours=1), pd.Series(["a", "a"])).round(4).tolist()
    [1.0, 0.7364]
    """
    if not time_constant_h > 0:
        raise ValueError(f"time_constant_h is {time_constant_h}; a time above 0 h is needed")
    if not len(start) == len(end) == len(athlete):
        raise ValueError(f"{len(start)} starts, {len(end)} ends and {len(athlete)} athletes; as many each are needed")
    factor = np.full(len(start), np.nan)
    begins, ends = _microseconds(start), _microseconds(end.fillna(start))
    codes, _ = pd.factorize(athlete)
    rows = np.flatnonzero(start.notna().to_numpy(bool))
    if not len(rows):
        return factor
    rows = rows[np.lexsort((begins[rows], codes[rows]))]
    begin, latest, before = begins[rows], *_latest_end(begins[rows], ends[rows], codes[rows])
    gap_h = np.maximum(begin - latest, 0) / HOUR_US
    factor[rows] = np.where(before, -np.expm1(-gap_h / time_constant_h), 1.0)
    return factor


def _microseconds(instants: pd.Series) -> npt.NDArray[np.int64]:
    """Instants as whole numbers, of any resolution."""
    numbers: npt.NDArray[np.int64] = instants.dt.tz_convert(None).to_numpy("datetime64[us]").astype(np.int64)
    return numbers


def _latest_end(
    begin: npt.NDArray[np.int64], end: npt.NDArray[np.int64], code: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Find the latest end of the bouts before each, and whether there is one; rows are by athlete and start."""
    places = np.arange(len(begin))
    by_end = np.argsort(end, kind="stable")
    rank = np.empty(len(end), np.int64)
    rank[by_end] = places
    # A later athlete's ranks lie above all ranks before, so that one running maximum serves all.
    largest = np.maximum.accumulate(rank + code * len(end))
    other = np.append(True, code[1:] != code[:-1])
    first = np.maximum.accumulate(np.where(other | np.append(True, begin[1:] != begin[:-1]), places, 0))
    opening = np.maximum.accumulate(np.where(other, places, 0))
    before = first > opening
    previous = np.where(before, first - 1, 0)
    return end[by_end[largest[previous] - code[previous] * len(end)]], before
