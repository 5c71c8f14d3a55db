"""Answers when a runner stopped running, from the log alone.

Takes days; gives `stressfx.schema.STOPS`, the stretches without a run that are as long as the consensus of Yamato et
al. 2015 asks of an injury. They are candidates: holidays and illness look the same in a log.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.injury.histories import Flags, Histories, Whole, day_numbers, histories, whole_days
from stressfx.schema import INJURIES, STOPS, Column, Schema

__all__ = ["match_stops", "running_stops"]

WEEK = 7
RHYTHM_WEEKS = 8
RHYTHM_RUNS = 6
"""A weekday is one of the runner's running days after runs on so many of them in the last so many weeks: 75 %. [d]"""

OPEN_DAYS = 28
"""An injury without a day of return explains stops that begin up to so many days after its last date. [d]"""

PLANNED = Schema(
    "Planned",
    (
        Column("athlete_id", "text", "", "who planned the run"),
        Column("date", "date", "", "local calendar day that it was planned for"),
    ),
)


def running_stops(
    daily: pd.DataFrame,
    *,
    days: int = 7,
    sessions: int = 3,
    planned: pd.DataFrame | str | None = "rhythm",
    run: str = "sessions",
) -> pd.DataFrame:
    r"""Find stretches without a run that are long enough to be looked at.

    Parameters
    ----------
    daily : DataFrame
        A row an athlete and day over complete calendars, with ``athlete_id``, ``date`` and the column `run`, as
        `stressfx.training.daily.daily_load` gives it.
    days : int
        A stretch of so many days without a run is a stop.
    sessions : int
        So is one in which so many planned runs were missed.
    planned : DataFrame, "rhythm" or None
        The runs that were planned, as a frame with ``athlete_id`` and ``date``; or ``"rhythm"``: taken from the
        runner's own weeks; or None: the rule of days alone.
    run : str
        Column of `daily` that is above 0 on a day with a run, 0 on one without and NaN on one that nobody observed.

    Returns
    -------
    DataFrame
        `stressfx.schema.STOPS`: a row a stop, by athlete and first day.

    Raises
    ------
    ValueError
        If a number is not whole or below 1, `planned` is another word, or a day is missing from a calendar.
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    The consensus [1]_ speaks of pain that stops running for at least 7 days or 3 consecutive scheduled sessions. The
    log knows nothing of pain: a stop is a candidate, to be held against what the runner says (`match_stops`).

    - A stop begins after a run; days before a runner's first run are none. A run on another day than the planned one
      ends it. It is ``open`` if the log ends before the next run. A log that ends with its last session shows no stop
      at the end: fill `daily` up to the day until which the runner is known not to have run.
    - Days that nobody observed count for nothing: neither among the days nor among the missed runs. A stop with such
      days between the two runs is ``uncertain``, because there may have been a run on one of them.
    - Rhythm: a day of a stretch counts as planned if the runner ran on that weekday in at least 6 of the 8 weeks that
      end with the last run before the stretch. Without 8 weeks of log there is no rhythm. This is our choice [d], and
      it knows no holiday, no easy week and no taper: for one who runs daily any 3 days without a run are a stop.

    References
    ----------
    .. [1] Yamato TP, et al. "A consensus definition of running-related injury in recreational runners: a modified
       Delphi approach." J Orthop Sports Phys Ther 45:375 (2015).

    Examples
    --------
    >>> days = pd.date_range("2025-01-01", periods=12, unit="us")
    >>> daily = pd.DataFrame({"athlete_id": "ann", "date": days, "sessions": [1.0, 1.0, *[0.0] * 9, 1.0]})
    >>> running_stops(daily)[["first", "days", "resumed", "rule"]].astype(str).values.tolist()
    [['2025-01-03', '9', '2025-01-12', 'days']]
    """
    whole_days("days", days, 1)
    if not 1 <= sessions < np.inf or int(sessions) != sessions:
        raise ValueError(f"sessions is {sessions}; a whole number of 1 or more is needed")
    if run not in daily.columns:
        raise SchemaError(f"Daily: column {run!r} is missing; name the column that tells days with a run (run=...).")
    place = histories(daily)
    value = place.sorted(daily[run])
    ran, rest = value > 0, value == 0
    before = _last_run(place, ran)
    begin, end = _stretches(place, ran, before)
    plan, known = _planned(place, ran, before, planned)
    inside = np.flatnonzero(~ran & (before >= 0))
    stretch = np.searchsorted(begin, inside, side="right") - 1
    found = {
        name: np.bincount(stretch[flags[inside]], minlength=len(begin)).astype(np.int64)
        for name, flags in (("days", rest), ("missed", rest & plan), ("unseen", ~rest))
    }
    found["missed"] = np.where(known[begin], found["missed"], np.nan)
    long, skipped = found["days"] >= days, found["missed"] >= sessions
    kept = np.flatnonzero(long | skipped)
    rules = np.select([long & skipped, long], ["days and planned", "days"], default="planned")[kept]
    edges = _edges(rest, begin[kept], end[kept])
    return _frame(place, edges, end[kept], {name: values[kept] for name, values in found.items()}, rules)


def match_stops(stops: pd.DataFrame, injuries: pd.DataFrame) -> pd.DataFrame:
    r"""Mark the stops that a reported injury may explain.

    Parameters
    ----------
    stops : DataFrame
        `stressfx.schema.STOPS`.
    injuries : DataFrame
        `stressfx.schema.INJURIES`.

    Returns
    -------
    DataFrame
        The stops with the column ``injury``: the row of the injury, from 0; -1 if none fits.

    Raises
    ------
    SchemaError
        If a frame does not follow its schema.

    Notes
    -----
    An injury fits if it is the same athlete's and its time, from the first of its dates to the eve of the return,
    shares a day with the stop. Of several the one whose beginning is nearest to that of the stop is named. An injury
    without a return fits stops that begin up to 28 days after the last of its dates [d]; without any date it fits
    none. That they coincide does not prove that the one was the reason for the other, and a stop without an injury
    may be one that nobody reported.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> days = pd.date_range("2025-01-01", periods=12, unit="us")
    >>> daily = pd.DataFrame({"athlete_id": "ann", "date": days, "sessions": [1.0, 1.0, *[0.0] * 9, 1.0]})
    >>> told = read_injuries(b"athlete_id,first_pain,returned\nann,2025-01-02,2025-01-12")
    >>> match_stops(running_stops(daily), told)["injury"].tolist()
    [0]
    """
    row = np.full(len(STOPS.check(stops)), -1, dtype=np.int64)
    told = INJURIES.check(injuries).reset_index(drop=True)
    dates = told[["first_pain", "stopped_running", "diagnosed"]]
    earliest, latest = dates.min(axis=1), dates.max(axis=1)
    begun = pd.DataFrame(
        {
            "athlete_id": told["athlete_id"],
            "row": told.index.to_numpy(dtype=np.int64),
            "begun": earliest,
            "eve": told["returned"] - pd.Timedelta(days=1),
            "until": latest + pd.Timedelta(days=OPEN_DAYS),
        }
    )
    ids = stops[["athlete_id", "first", "last"]].assign(stop=np.arange(len(stops)))
    pairs = ids.merge(begun[begun["begun"].notna()], on="athlete_id")
    closed = pairs["eve"].notna()
    during = (closed & (pairs["eve"] >= pairs["first"])) | (~closed & (pairs["until"] >= pairs["first"]))
    fits = pairs[during & (pairs["begun"] <= pairs["last"])]
    nearest = fits.assign(apart=(fits["begun"] - fits["first"]).abs()).sort_values(["stop", "apart", "row"])
    nearest = nearest.drop_duplicates("stop")
    row[nearest["stop"].to_numpy()] = nearest["row"].to_numpy()
    return stops.assign(injury=row)


def _last_run(place: Histories, ran: Flags) -> Whole:
    """Find the place of the athlete's last run up to each place; -1 before the first."""
    last = np.maximum.accumulate(np.where(ran, np.arange(place.size), -1)) if place.size else np.empty(0, np.int64)
    return np.where(last >= np.repeat(place.starts, place.lengths), last, -1).astype(np.int64)


def _stretches(place: Histories, ran: Flags, before: Whole) -> tuple[Whole, Whole]:
    """Find the first place of each stretch without a run that follows one, and the place behind its last."""
    inside = ~ran & (before >= 0)
    begin = np.flatnonzero(inside & (np.arange(place.size) == before + 1))
    final = np.append(np.diff(before) != 0, [True])[: place.size]  # the next place has another last run, or none
    return begin, np.flatnonzero(inside & final) + 1


def _planned(place: Histories, ran: Flags, before: Whole, planned: pd.DataFrame | str | None) -> tuple[Flags, Flags]:
    """Tell of every place whether a run was planned, and whether that is known."""
    never = np.zeros(place.size, dtype=bool)
    if planned is None:
        return never, never
    if isinstance(planned, pd.DataFrame):
        given = PLANNED.check(planned)
        given = given[given["date"].notna()]
        at = place.place(place.number(given["athlete_id"]), day_numbers(given["date"]))
        plan = never.copy()
        plan[at[at >= 0]] = True
        with_plan = np.bincount(place.number(given["athlete_id"]) + 1, minlength=len(place.lengths) + 1)[1:] > 0
        return plan, np.repeat(with_plan, place.lengths)
    if planned != "rhythm":
        raise ValueError(f"planned is {planned!r}; a frame with athlete_id and date, 'rhythm' or None is needed")
    starts = np.repeat(place.starts, place.lengths)
    known = (before >= 0) & (before - starts >= WEEK * RHYTHM_WEEKS - 1)
    here = np.arange(place.size)
    same = here - WEEK * -((before - here) // WEEK)  # the same weekday, in the week that ends with the last run
    runs = np.zeros(place.size, dtype=np.int64)
    for week in range(RHYTHM_WEEKS):
        runs += ran[np.where(known, same - WEEK * week, 0)]
    return known & (runs >= RHYTHM_RUNS), known


def _edges(rest: Flags, begin: Whole, end: Whole) -> tuple[Whole, Whole]:
    """Find the first and the last place of each stretch that is known to be without a run."""
    rests = np.flatnonzero(rest)
    return rests[np.searchsorted(rests, begin)], rests[np.searchsorted(rests, end) - 1]


def _frame(
    place: Histories,
    edges: tuple[Whole, Whole],
    end: Whole,
    found: "dict[str, npt.NDArray[np.float64 | np.int64]]",
    rules: npt.NDArray[np.str_],
) -> pd.DataFrame:
    """Lay the stops out; the place behind a stretch is the next run, unless the history ends there."""
    codes = place.codes()
    code = codes[edges[0]]
    still = end == (place.starts + place.lengths)[code]
    days = (place.elapsed() + place.first_days[codes]).astype("datetime64[D]").astype("datetime64[us]")
    return pd.DataFrame(
        {
            "athlete_id": place.athletes.array.take(code),
            "first": days[edges[0]],
            "last": days[edges[1]],
            "days": found["days"],
            "missed_planned": found["missed"].astype(float),
            "resumed": np.where(still, np.datetime64("NaT", "us"), days[np.where(still, 0, end)]),
            "open": still,
            "uncertain": found["unseen"] > 0,
            "rule": pd.Series(rules, dtype="str"),
        }
    )
