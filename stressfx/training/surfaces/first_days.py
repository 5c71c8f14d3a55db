"""Answers which runs were the first on their surface for weeks.

Takes `stressfx.schema.SURFACES`, of one athlete or of many; gives those of its rows that were. Why it is looked at when
a surface was new, and not how hard it is, stands at the head of `stressfx.training.surfaces.sessions`.
"""

from typing import TypeAlias

import numpy as np
import pandas as pd

from stressfx.schema import SURFACES
from stressfx.training.surfaces.sessions import SURFACE_CLASSES, class_codes

__all__ = ["LEAST_SHARE", "days_since_on_class", "first_days"]

LEAST_SHARE = 0.05
"""From this share of a session on a class was run on; a map puts a few metres of everything into a run."""

UNKNOWN = SURFACE_CLASSES.index("unknown")

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def first_days(surfaces: pd.DataFrame, *, absent_days: int = 28) -> pd.DataFrame:
    """List the runs that were the first on their surface for weeks.

    Parameters
    ----------
    surfaces : DataFrame
        `stressfx.schema.SURFACES`, see `stressfx.session_surfaces`; of any number of athletes.
    absent_days : int
        On so many days before the run's day the athlete did not run on that class. [d]

    Returns
    -------
    DataFrame
        Those rows of `surfaces`, by athlete, day, session and class, with a column ``days_since``: days since the
        athlete's last run on the class, missing if there was none. All such runs of a day are listed.

    Raises
    ------
    ValueError
        If `absent_days` is less than 1.
    SchemaError
        If a column is missing or of another type, or a surface is of no class that is known.

    Notes
    -----
    A class was run on from a share of 0.05 of a session on, and ``unknown`` is no surface that could be new. Nothing
    is listed in an athlete's first `absent_days` days, since the log does not reach back far enough, nor on the first
    day after as many days without any run, when every surface would be new. Whether unknown ground before was of the
    class cannot be told; it is taken not to be. All of this is our choice.

    Examples
    --------
    >>> surfaces = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2", "3"],
    ...                          "date": pd.to_datetime(["2026-03-02", "2026-03-20", "2026-04-01"]).as_unit("us"),
    ...                          "surface": ["trail", "trail", "track"], "share": 1.0, "distance_m": 5000.0,
    ...                          "source": "label"})
    >>> first_days(surfaces)[["session_id", "surface", "days_since"]].values.tolist()
    [['3', 'track', nan]]
    """
    if absent_days < 1:
        raise ValueError(f"absent_days is {absent_days}; 1 day or more is needed")
    dated = SURFACES.check(surfaces)
    dated = dated[dated["date"].notna()]
    athlete, _ = pd.factorize(dated["athlete_id"])
    day = dated["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    code = class_codes(dated["surface"].to_numpy(dtype=object))
    first = pd.Series(day).groupby(athlete).transform("min").to_numpy(dtype=np.int64)
    since, new = days_since_on_class(athlete, day, code, dated["share"].to_numpy(dtype=float), absent_days)
    listed: pd.DataFrame = dated.assign(days_since=since, code=code)[new & (day - first >= absent_days)]
    by = ["athlete_id", "date", "session_id", "code"]
    return listed.sort_values(by, ignore_index=True).drop(columns="code")


def days_since_on_class(
    athlete: Whole, day: Whole, code: Whole, share: Floats, absent_days: int
) -> tuple[Floats, Flags]:
    """Tell how long ago each run's athlete last ran on the same class.

    Parameters
    ----------
    athlete, day, code : array of int64
        Whose run, its day since the epoch, and the class by its place in `SURFACE_CLASSES`.
    share : array of float64
        Share of the session on the class. [1]
    absent_days : int
        See `first_days`. [d]

    Returns
    -------
    since : array of float64
        Days since the athlete's last earlier day on the class; missing if there was none, or if the share is less
        than `LEAST_SHARE`. [d]
    new : array of bool
        Whether a known class was run on for the first time in more than `absent_days` days, in which there were runs.

    Examples
    --------
    >>> since, new = days_since_on_class(*np.array([[0, 0, 0], [0, 20, 40], [3, 5, 3]]), np.ones(3), 28)
    >>> since.tolist(), new.tolist()
    ([nan, nan, 40.0], [False, True, True])
    """
    ran = share >= LEAST_SHARE
    since = np.full(len(day), np.nan)
    since[ran] = _days_since(athlete[ran] * len(SURFACE_CLASSES) + code[ran], day[ran])
    running = _days_since(athlete, day) <= absent_days  # false on the first day of all
    return since, ran & (code != UNKNOWN) & running & ~(since <= absent_days)


def _days_since(group: Whole, day: Whole) -> Floats:
    """Days since the last earlier day of the same group, missing if there is none."""
    order = np.lexsort((day, group))
    group, day = group[order], day[order]
    begins = np.ones(len(day), dtype=bool)
    begins[1:] = (group[1:] != group[:-1]) | (day[1:] != day[:-1])
    group, day, which = group[begins], day[begins], np.cumsum(begins) - 1
    gap = np.full(len(day), np.nan)
    gap[1:] = np.where(group[1:] == group[:-1], day[1:] - day[:-1], np.nan)
    since = np.empty(len(order))
    since[order] = gap[which]
    return since
