"""Answers whether a runner changed the ground: day by day, how much of it and to what.

Takes `stressfx.schema.SURFACES`, of one athlete or of many; gives `stressfx.schema.SURFACE_CHANGE`. Why change is
followed, and not how hard a surface is, stands at the head of `stressfx.training.surfaces.sessions`.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from stressfx.schema import DAILY_LOAD, SURFACE_CHANGE, SURFACES, Schema
from stressfx.training.surfaces.first_days import days_since_on_class
from stressfx.training.surfaces.sessions import SURFACE_CLASSES, class_codes

__all__ = ["surface_change"]

UNKNOWN = SURFACE_CLASSES.index("unknown")
CLASS_OR_NONE = np.array(["", *SURFACE_CLASSES], dtype=object)
MOST_WITHOUT_DISTANCE = 0.2
TOLERANCE = 1e-9
"""A share of exactly a threshold does not pass it."""

CALENDAR = Schema("DailyLoad", tuple(c for c in DAILY_LOAD.columns if c.name in {"athlete_id", "date"}))

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"
Pair: TypeAlias = "tuple[Floats, Floats]"
"""Values of the last days, and of the days before them."""


class Days(NamedTuple):
    """Every athlete's days, first to last, end to end."""

    athletes: "pd.Index[str]"
    athlete: Whole
    """Whose day each is, as a place in `athletes`."""
    day: Whole
    first: Whole
    """First day of the same athlete."""


class Entries(NamedTuple):
    """The rows of Surfaces as numbers."""

    row: Whole
    """Place among the days."""
    code: Whole
    """Place of the class in `SURFACE_CLASSES`."""
    share: Floats
    distance_m: Floats


class Compared(NamedTuple):
    """The shares of the last days against those of the days before, day by day."""

    excess: Floats
    """Sum of what the known classes gained."""
    unknown: Pair
    """Share of unknown ground."""
    new_code: Whole
    """New class with the largest share, -1 if there is none."""
    new_share: Floats


def surface_change(
    surfaces: pd.DataFrame,
    daily: pd.DataFrame | None = None,
    *,
    recent_days: int = 7,
    before_days: int = 21,
    threshold: float = 0.3,
    new_share: float = 0.2,
    unknown: str = "least",
) -> pd.DataFrame:
    r"""Compare what was run on in the last days with what was run on before them.

    Parameters
    ----------
    surfaces : DataFrame
        `stressfx.schema.SURFACES`, see `stressfx.session_surfaces`; of any number of athletes.
    daily : DataFrame, optional
        `stressfx.schema.DAILY_LOAD` of the same sessions, whose days make the calendar (``athlete_id`` and ``date``
        suffice). Without it, an athlete's days go from the first to the last in `surfaces`.
    recent_days : int
        Length of the window that ends with the day itself. [d]
    before_days : int
        Length of the window before that one. [d]
    threshold : float
        A day is flagged if the index is larger. [1]
    new_share : float
        A day is flagged if a new class of surface has a larger share of the recent distance. [1]
    unknown : {"least", "class"}
        What unknown ground is: whatever makes the index least, or a class like any other.

    Returns
    -------
    DataFrame
        `stressfx.schema.SURFACE_CHANGE`: one row an athlete and day. Athletes and days ascend.

    Raises
    ------
    ValueError
        If a window is shorter than a day, `unknown` is neither of the two, or `daily` lacks an athlete or day of
        `surfaces`.
    SchemaError
        If a column is missing or of another type, or a surface is of no class that is known.

    Notes
    -----
    With :math:`p_k` the share [1] of class :math:`k` in the distance of the last 7 days (today included) and
    :math:`q_k` its share in the 21 days before them, the index is the total variation distance

    .. math:: \tfrac12 \sum_k |p_k - q_k|,

    0 if nothing changed and 1 if the runner left all surfaces for others. Windows, index and both thresholds are our
    choice, and the flag is no diagnosis. The index knows classes and no hardness, and a step counts the same on all:
    the evidence about hardness is weak and contradicts itself. Men at 12 km/h showed no difference in peak
    acceleration of the shin between concrete, synthetic track, grass and treadmill [1]_; peaks at the sacrum were a
    little higher on concrete than on track or grass [2]_, at the shin higher on level grass than on concrete [3]_,
    and higher early in a road marathon than on a treadmill [4]_.

    *Unknown ground.* With ``"least"``, the index is the smallest one that any true ground in place of the unknown
    could give, :math:`\max(0, \sum_k \max(0, p_k - q_k) - q_{unknown})` over the known classes: a change that the
    files prove, never one made by files that stop or begin to tell. Where all ground is known it is the index
    itself. With ``"class"``, unknown ground counts like asphalt or grass, and the index shows both kinds of change.
    ``unknown_share`` is its share of both windows together.

    *New surfaces.* ``new_surface`` is a known class that was run on within the recent days, for the first time after
    28 days (as many as both windows have) without; of several, the one with the largest share, ``new_share``. A class
    was run on from a share of 0.05 of a session on. Nothing is new in an athlete's first 28 days, nor on the first
    day after 28 days without a run, and no day is flagged for it while the 21 days hold no distance. Whether unknown
    ground of those 28 days was of that class cannot be told, and here it is taken not to be: look at
    ``unknown_share``.

    *Missing.* The index is missing until both windows lie within the athlete's days (27 days), where one of them
    holds no distance, or where more than 20 % of the runs in one have no known distance; fewer such runs are left
    out. So is ``new_share``, by the recent window alone. A later day changes no earlier one.

    References
    ----------
    .. [1] Fu W, et al. J Sport Health Sci 4 (2015): 384-390. doi:10.1016/j.jshs.2015.09.001
    .. [2] Ferro-Sánchez A, et al. Int J Environ Res Public Health 20 (2023): 6405. doi:10.3390/ijerph20146405
    .. [3] Waite N, Goetschius J, Lauver JD. J Appl Biomech 37 (2021): 2-5. doi:10.1123/jab.2020-0096
    .. [4] Johnson CD, et al. Med Sci Sports Exerc 52 (2020): 1557-1562. doi:10.1249/mss.0000000000002288

    Examples
    --------
    >>> days = pd.date_range("2026-03-02", periods=28, unit="us")
    >>> surfaces = pd.DataFrame({"athlete_id": "a", "session_id": [str(n) for n in range(28)], "date": days,
    ...                          "surface": ["trail"] * 21 + ["asphalt"] * 7, "share": 1.0, "distance_m": 5000.0,
    ...                          "source": "label"})
    >>> surface_change(surfaces)[["surface_change", "flagged"]].tail(1).values.tolist()
    [[1.0, True]]
    """
    if min(recent_days, before_days) < 1:
        raise ValueError(f"windows are {recent_days} and {before_days} days long; 1 day and more is needed")
    if unknown not in {"least", "class"}:
        raise ValueError(f"unknown is {unknown!r}; 'least' or 'class' is needed")
    days, entries = _laid_out(surfaces, daily)
    if not len(days.day):
        return SURFACE_CHANGE.empty()
    size, lengths = len(days.day), (recent_days, before_days)
    totals, told = _totals(entries, size, lengths)
    compared = _compared(days, entries, totals, lengths)
    now, then = compared.unknown
    index = compared.excess + np.maximum(now - then, 0.0) if unknown == "class" else compared.excess - then
    warm = days.day - days.first >= recent_days + before_days - 1
    index = np.where(warm & told[0] & told[1], np.clip(index, 0.0, 1.0), np.nan)
    share = np.where((compared.new_code >= 0) & told[0], np.minimum(compared.new_share, 1.0), np.nan)
    both_m = totals[0] + totals[1]
    unknown_m = np.nan_to_num(now) * totals[0] + np.nan_to_num(then) * totals[1]
    unknown_share = np.divide(unknown_m, both_m, out=np.full(size, np.nan), where=warm & (both_m > 0))
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(np.asarray(days.athletes)[days.athlete], dtype="str"),
            "date": days.day.astype("datetime64[D]").astype("datetime64[us]"),
            "surface_change": index,
            "unknown_share": np.minimum(unknown_share, 1.0),
            "new_surface": pd.Series(CLASS_OR_NONE[compared.new_code + 1], dtype="str"),
            "new_share": share,
            "flagged": _above(index, threshold) | (_above(share, new_share) & told[1]),
        }
    )


def _laid_out(surfaces: pd.DataFrame, daily: pd.DataFrame | None) -> tuple[Days, Entries]:
    """Lay every athlete's days end to end, and the rows of Surfaces on them."""
    dated = SURFACES.check(surfaces)
    dated = dated[dated["date"].notna()]
    calendar = dated if daily is None else CALENDAR.check(daily)
    codes, athletes = pd.factorize(calendar["athlete_id"], sort=True)
    ends = pd.Series(_day_numbers(calendar["date"])).groupby(codes).agg(["min", "max"])
    first = ends["min"].to_numpy(dtype=np.int64)
    lengths = ends["max"].to_numpy(dtype=np.int64) - first + 1
    offset = np.cumsum(lengths) - lengths
    athlete = np.repeat(np.arange(len(lengths)), lengths)
    day = np.arange(len(athlete)) - offset[athlete] + first[athlete]
    of = pd.Index(athletes).get_indexer(pd.Index(dated["athlete_id"]))
    ahead = _day_numbers(dated["date"]) - np.append(first, 0)[of]  # -1, the last, where daily lacks the athlete
    if ((of < 0) | (ahead < 0) | (ahead >= np.append(lengths, 0)[of])).any():
        raise ValueError("daily lacks athletes or days that surfaces holds; both have to be of the same sessions")
    row = np.append(offset, 0)[of] + ahead
    code = class_codes(dated["surface"].to_numpy(dtype=object))
    share, distance_m = dated["share"].to_numpy(dtype=float), dated["distance_m"].to_numpy(dtype=float)
    order = np.lexsort((distance_m, share, code, row))  # sums in one order are the same to the last bit
    entries = Entries(row[order], code[order], share[order], distance_m[order])
    return Days(pd.Index(athletes), athlete, day, first[athlete]), entries


def _totals(entries: Entries, size: int, lengths: tuple[int, int]) -> tuple[Pair, tuple[Flags, Flags]]:
    """Sum the distances of both windows, and tell where there is one and enough runs have theirs."""
    without = np.where(np.isnan(entries.distance_m), entries.share, 0.0)
    totals = _windows(entries.row, np.nan_to_num(entries.distance_m), size, lengths)
    runs = _windows(entries.row, entries.share, size, lengths)
    lost = _windows(entries.row, without, size, lengths)
    recent, before = (
        (total > 0) & ~_above(gone, MOST_WITHOUT_DISTANCE * all_)
        for total, gone, all_ in zip(totals, lost, runs, strict=True)
    )
    return totals, (recent, before)


def _compared(days: Days, entries: Entries, totals: Pair, lengths: tuple[int, int]) -> Compared:
    """Compare the shares of both windows, class by class: one class of all days fits into memory."""
    size, nothing = len(days.day), np.zeros(len(days.day))
    excess, unknown = np.zeros(size), (nothing, nothing)
    new_code, new_share = np.full(size, -1, dtype=np.int64), np.full(size, -1.0)
    athlete, day = days.athlete[entries.row], days.day[entries.row]
    _, new = days_since_on_class(athlete, day, entries.code, entries.share, sum(lengths))
    new &= day - days.first[entries.row] >= sum(lengths)
    for code in np.unique(entries.code):
        own = entries.code == code
        distance_m = _windows(entries.row[own], np.nan_to_num(entries.distance_m[own]), size, lengths)
        recent, before = (_ratio(part, total) for part, total in zip(distance_m, totals, strict=True))
        if code == UNKNOWN:
            unknown = (recent, before)
            continue
        excess += np.maximum(recent - before, 0.0)
        row = _recently(days, np.unique(entries.row[own & new]), lengths[0])
        row = row[np.nan_to_num(recent[row]) > new_share[row]]
        new_code[row], new_share[row] = code, np.nan_to_num(recent[row])
    return Compared(excess, unknown, new_code, new_share)


def _recently(days: Days, row: Whole, length: int) -> Whole:
    """Give the days in whose last days some days are, of the same athlete."""
    later = row[:, None] + np.arange(length)
    row = np.minimum(later, len(days.day) - 1)
    return np.unique(row[days.athlete[row] == days.athlete[row[:, :1]]])


def _windows(row: Whole, values: Floats, size: int, lengths: tuple[int, int]) -> Pair:
    """Sum by day over the last days, and over the days before those."""
    by_day = np.bincount(row, weights=values, minlength=size).astype(float)  # int if empty
    recent, before = (_sums(by_day, length) for length in lengths)
    shift = min(lengths[0], size)
    return recent, np.concatenate([np.zeros(shift), before[: size - shift]])


def _sums(by_day: Floats, length: int) -> Floats:
    """Sum the last days of each day by sums of 1, 2, 4, ... days: nothing is subtracted, so that rest stays 0."""
    total, done, sums, width = np.zeros(len(by_day)), 0, by_day, 1
    while width <= length:
        if length & width:
            total[done:] += sums[: max(len(sums) - done, 0)]
            done += width
        doubled = sums.copy()
        doubled[width:] += sums[:-width]
        sums, width = doubled, 2 * width
    return total


def _ratio(part: Floats, total: Floats) -> Floats:
    return np.asarray(np.divide(part, total, out=np.full(len(part), np.nan), where=total > 0))


def _above(values: Floats, bound: "float | Floats") -> Flags:
    return np.asarray(values > np.asarray(bound) * (1 + TOLERANCE))


def _day_numbers(dates: pd.Series) -> Whole:
    return np.asarray(dates.to_numpy().astype("datetime64[D]").astype(np.int64))
