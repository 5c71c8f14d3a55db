"""Answers how a runner's pairs of shoes take turns, and which runs were in a new pair.

Takes Sessions with their shoes, as `stressfx.assign_shoes` gives them, of any number of athletes;
gives a row a day on how many pairs were in use and how evenly, and a row a run on how new its pair was.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from stressfx.schema import SESSIONS, Schema
from stressfx.training.counted import counts
from stressfx.training.shoes.pairs import shoe_pairs, use_periods

__all__ = ["MULTIPLE_USERS", "MultipleUsers", "new_pair_runs", "rotation"]


class MultipleUsers(NamedTuple):
    """What was observed of runners who used several pairs in parallel."""

    alternations: int
    """From so many on a runner is such a user."""
    days: int
    """Within how many days. [d]"""
    hazard_ratio: float
    """Of an injury, compared with users of one pair. [1]"""
    ratio_low: float
    """Lower end of its 95 % interval. [1]"""
    ratio_high: float
    """Upper end of its 95 % interval. [1]"""
    source: str


MULTIPLE_USERS = MultipleUsers(
    2, 22 * 7, 0.614, 0.389, 0.969, "Malisoux et al. 2015, Scand J Med Sci Sports 25:110, doi:10.1111/sms.12154"
)
"""Parallel use of more than one pair among 264 runners, 87 of them injured, followed for 22 weeks.

Observed, not assigned: runners who rotate shoes may differ in other ways. The injuries are all of running, not bone
stress injuries alone. That users of several pairs are those with two pairs that
alternated twice or more is reported second hand; what an alternation is was chosen here.
"""

NEW_PAIR_M = 50_000.0
"""A pair is called new over this distance: our choice, to have a covariate; no study has set it. [m]"""

TOLERANCE = 1e-9
"""Relative tolerance at that distance."""

PAIR = ["athlete_id", "shoe_id"]
NEEDED = ("athlete_id", "session_id", "sport", "start", "date", "distance_m", "shoe_id")
WORN = Schema("Sessions", tuple(column for column in SESSIONS.columns if column.name in NEEDED))

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"


def rotation(
    sessions: pd.DataFrame,
    *,
    days: int = 28,
    alternation_days: int = MULTIPLE_USERS.days,
    sports: tuple[str, ...] = ("running",),
) -> pd.DataFrame:
    r"""Tell for every day how many pairs of shoes were in use, how evenly, and how often they took turns.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes with their shoes; the columns ``athlete_id``, ``session_id``, ``sport``,
        ``start``, ``date``, ``distance_m`` and ``shoe_id`` suffice. Rows that a column ``counted`` excludes, and rows
        without a date, are left out.
    days : int
        Length of the window of ``runs``, ``pairs`` and ``diversity``, ending with the day itself. [d]
    alternation_days : int
        Length of the window of ``alternations`` and ``multiple_user``, the same way. [d]
    sports : tuple of str
        The sports that are looked at, in FIT's words.

    Returns
    -------
    DataFrame
        One row an athlete and day, from the first to the last run: ``athlete_id``, ``date``; ``runs``, those in a
        pair that is known; ``pairs``, how many; ``diversity`` [1]; ``alternations``; ``multiple_user``, which is 1, 0,
        or missing while the log is shorter than its window and does not show it yet.

    Raises
    ------
    ValueError
        If a window is not a whole number of days above 0.
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    With :math:`p_i` the share of pair :math:`i` of the distance in the window,

    .. math:: diversity = 1 - \sum_i p_i^2

    (Simpson): 0 with one pair, 0.5 with two in equal parts; that it is taken as a measure of rotation is our choice. It
    is missing where no distance is known. Distances count to the millimetre.

    A user of several pairs had at least two pairs that alternated at least twice within 22 weeks [1]_. An alternation
    is here a run in another pair than the run before it, both within the window; runs without a pair are passed over.
    So one change to a new pair is one alternation, and does not make a user of several.
    `MULTIPLE_USERS` holds what was observed of these runners: a hazard ratio of 0.614 (95 % interval 0.389 to 0.969),
    in an observational study.

    References
    ----------
    .. [1] Malisoux L, et al. "Can parallel use of different running shoes decrease running-related injury risk?"
       Scand J Med Sci Sports 25:110 (2015). doi:10.1111/sms.12154

    Examples
    --------
    >>> day = pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-05"]).as_unit("us")
    >>> runs = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2", "3"], "sport": "running",
    ...                      "start": day.tz_localize("UTC"), "date": day, "distance_m": [6000.0, 10_000.0, 4000.0],
    ...                      "shoe_id": ["blue", "red", "blue"]})
    >>> rotation(runs)[["pairs", "diversity", "alternations"]].values.tolist()
    [[1.0, 0.0, 0.0], [2.0, 0.46875, 1.0], [2.0, 0.46875, 1.0], [2.0, 0.5, 2.0]]
    """
    for name, length in (("days", days), ("alternation_days", alternation_days)):
        if length < 1:
            raise ValueError(f"{name} is {length}; a whole number of days above 0 is needed")
    runs = _runs(sessions, sports)
    calendar = _calendar(runs)
    shod = runs[runs["shoe_id"] != ""]
    worn = _by_pair(shod, calendar, days)
    turns = _alternations(shod, calendar, alternation_days)
    squared = np.where(worn["distance_mm"] > 0, (worn["share"] ** 2).fillna(0.0), 0.0)
    size = len(calendar)
    known = np.bincount(worn["row"], weights=worn["distance_mm"], minlength=size) > 0
    full = (calendar["day"] - calendar["first"] + 1 >= alternation_days).to_numpy(dtype=bool)
    several = turns >= MULTIPLE_USERS.alternations
    return pd.DataFrame(
        {
            "athlete_id": calendar["athlete_id"],
            "date": _dates(calendar["day"]),
            "runs": np.bincount(worn["row"], weights=worn["runs"], minlength=size).astype(np.int64),
            "pairs": np.bincount(worn["row"], weights=worn["runs"] > 0, minlength=size).astype(np.int64),
            "diversity": np.where(known, 1 - np.bincount(worn["row"], weights=squared, minlength=size), np.nan),
            "alternations": turns,
            "multiple_user": np.where(several, 1.0, np.where(full, 0.0, np.nan)),
        }
    )


def new_pair_runs(
    sessions: pd.DataFrame,
    shoes: pd.DataFrame | None = None,
    *,
    new_m: float = NEW_PAIR_M,
    sports: tuple[str, ...] = ("running",),
) -> pd.DataFrame:
    """Tell of every run in a pair of shoes how new the pair was.

    Parameters
    ----------
    sessions : DataFrame
        Sessions with their shoes, as for `rotation`.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`, for the distance already run in a pair.
    new_m : float
        Distance up to which a pair is new. [m]
    sports : tuple of str
        The sports that are looked at, in FIT's words.

    Returns
    -------
    DataFrame
        One row a run in a pair that is known, by athlete and start: ``athlete_id``, ``session_id``, ``date``,
        ``shoe_id``; ``before_m`` [m], run in the pair before it; ``new``, whether that is less than `new_m`;
        ``first_day``, whether it is on the first day in the pair that the log knows of; ``start_known``, whether the
        distance run before the log was told.

    Raises
    ------
    ValueError
        If `new_m` is not above 0.
    SchemaError
        If a column is missing or of another type, or `shoes` has overlapping periods of one pair.

    Notes
    -----
    That a pair is new over its first 50 km is our choice, to have a covariate, and no finding. Where the distance run
    before the log is not known it counts as 0, so that an old pair may look new when a log begins. Runs whose distance
    is not known add nothing.

    Examples
    --------
    >>> day = pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-05"]).as_unit("us")
    >>> runs = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2", "3"], "sport": "running",
    ...                      "start": day.tz_localize("UTC"), "date": day, "distance_m": [42_000.0, 10_000.0, 9000.0],
    ...                      "shoe_id": "blue"})
    >>> new_pair_runs(runs)[["before_m", "new", "first_day"]].values.tolist()
    [[0.0, True, True], [42000.0, True, False], [52000.0, False, False]]
    """
    if not new_m > 0:
        raise ValueError(f"new_m is {new_m}; a distance above 0 is needed")
    runs = _runs(sessions, sports)
    runs = runs[runs["shoe_id"] != ""].reset_index(drop=True)
    pair = [runs[name] for name in PAIR]
    so_far = runs["distance_m"].fillna(0.0).groupby(pair).cumsum()
    told = shoe_pairs(use_periods(shoes, runs["athlete_id"])).set_index(PAIR)
    told = told[["start_distance_m", "start_known"]].reindex(pd.MultiIndex.from_frame(runs[PAIR]))
    before = told["start_distance_m"].fillna(0.0).to_numpy() + so_far.groupby(pair).shift(fill_value=0.0)
    return runs[["athlete_id", "session_id", "date", "shoe_id"]].assign(
        before_m=before,
        new=before < new_m * (1 - TOLERANCE),
        first_day=runs["date"] == runs["date"].groupby(pair).transform("min"),
        start_known=told["start_known"].isin([True]).to_numpy(),
    )


def _runs(sessions: pd.DataFrame, sports: tuple[str, ...]) -> pd.DataFrame:
    """Keep the runs that have a day and are counted, by athlete and start."""
    rows = WORN.check(sessions)
    kept = rows["date"].notna() & rows["sport"].isin(sports) & counts(rows)
    runs = rows.loc[kept, list(NEEDED)]
    runs = runs.assign(shoe_id=runs["shoe_id"].fillna("").str.strip().astype("str"))
    return runs.sort_values(["athlete_id", "date", "start", "session_id"], ignore_index=True)


def _calendar(runs: pd.DataFrame) -> pd.DataFrame:
    """Lay every athlete's days, first run to last, end to end; ``begin`` is the row of the athlete's first day."""
    day = runs["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    spans = pd.Series(day).groupby(runs["athlete_id"].to_numpy(), sort=True).agg(["min", "max"])
    first = spans["min"].to_numpy(dtype=np.int64)
    lengths = spans["max"].to_numpy(dtype=np.int64) - first + 1
    begin = np.cumsum(lengths) - lengths
    athlete = np.repeat(np.arange(len(lengths)), lengths)
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(spans.index.to_numpy()[athlete], dtype="str"),
            "day": np.arange(len(athlete)) - begin[athlete] + first[athlete],
            "first": first[athlete],
            "end": (begin + lengths - 1)[athlete],
        }
    )


def _rows_of(runs: pd.DataFrame, calendar: pd.DataFrame) -> Whole:
    """Find the row of the calendar that each run falls on."""
    begin = pd.Series(calendar.index, index=calendar["athlete_id"]).groupby(level=0).first()
    first = calendar["first"].to_numpy()[begin]
    athlete = begin.index.get_indexer(pd.Index(runs["athlete_id"]))
    day = runs["date"].to_numpy(dtype="datetime64[D]").astype(np.int64)
    row: Whole = begin.to_numpy(dtype=np.int64)[athlete] + day - first[athlete]
    return row


def _by_pair(shod: pd.DataFrame, calendar: pd.DataFrame, days: int) -> pd.DataFrame:
    """Sum each pair's runs and distance over the window that ends with each day, from its first day to its last window.

    Distances are whole millimetres: differences of sums are exact, and a pair that was left has a share of 0.
    """
    row = _rows_of(shod, calendar)
    pair = shod.groupby(PAIR, sort=True).ngroup().to_numpy()
    spans = pd.Series(row).groupby(pair).agg(["min", "max"])
    first = spans["min"].to_numpy(dtype=np.int64)
    last = np.minimum(spans["max"].to_numpy(dtype=np.int64) + days - 1, calendar["end"].to_numpy()[first])
    lengths = last - first + 1
    begin = np.cumsum(lengths) - lengths
    owner = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(owner))
    cell = begin[pair] + row - first[pair]
    millimetres = (shod["distance_m"].fillna(0.0) * 1000).round().to_numpy()
    low, high = np.maximum(place + 1 - days, begin[owner]), place + 1

    def in_window(weights: np.ndarray | None) -> Whole:
        sums = np.bincount(cell, weights=weights, minlength=len(place)).astype(np.int64)
        so_far = np.concatenate([[0], np.cumsum(sums)])
        within: Whole = so_far[high] - so_far[low]
        return within

    worn = pd.DataFrame({"row": place - begin[owner] + first[owner], "runs": in_window(None)})
    worn = worn.assign(distance_mm=in_window(millimetres))
    of_day = np.bincount(worn["row"], weights=worn["distance_mm"], minlength=len(calendar))[worn["row"]]
    return worn.assign(share=worn["distance_mm"] / np.where(of_day > 0, of_day, np.nan))


def _alternations(shod: pd.DataFrame, calendar: pd.DataFrame, days: int) -> Whole:
    """Count the changes from one pair to another of which both runs lie in the window that ends with each day."""
    row = _rows_of(shod, calendar)
    before, after = row[:-1], row[1:]
    own = (shod["athlete_id"] == shod["athlete_id"].shift()).to_numpy(dtype=bool)[1:]
    change = own & (shod["shoe_id"] != shod["shoe_id"].shift()).to_numpy(dtype=bool)[1:] & (after - before < days)
    end = np.minimum(before[change] + days - 1, calendar["end"].to_numpy()[before[change]])
    size = len(calendar) + 1
    steps = np.bincount(after[change], minlength=size) - np.bincount(end + 1, minlength=size)
    return np.cumsum(steps)[:-1]


def _dates(day: pd.Series) -> pd.Series:
    """Turn days since the epoch into dates."""
    return pd.Series(day.to_numpy().astype("datetime64[D]").astype("datetime64[us]"))
