"""Answers whether a runner steps faster or slower than before, at the same speeds.

Takes Sessions and Intensity (how long and with how many steps each session lasted at each speed); gives each run's
cadence beside the one that the runner had at the same speeds in the four weeks before.
"""

from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.schema import INTENSITY, SESSIONS, Schema
from stressfx.training.counted import counts

__all__ = ["CADENCE_CHANGE", "CADENCE_CHANGE_SOURCE", "cadence_baseline"]

CADENCE_CHANGE = 0.05
"""From this change on, at equal speeds, a run is worth a flag: 5 % more steps changed what the knee absorbs. [1]"""

CADENCE_CHANGE_SOURCE = "Heiderscheit et al. 2011, Med Sci Sports Exerc 43:296, doi:10.1249/MSS.0b013e3181ebedf4"

MATCHED_AT_LEAST = 0.5
"""With less of its time at speeds that the baseline covers, a run is not compared. Our choice. [1]"""

BIN_MPS = 0.05
"""Width of a bin of Intensity. [m/s]"""

NEIGHBOURS = 2
"""A speed is compared with speeds that differ by so many bins at most: 0.1 m/s. Our choice."""

TOLERANCE = 1e-9
"""Relative tolerance, since differences of running sums are a little off."""

SLOWEST_MPS, FASTEST_MPS = 0.894, 12.5
"""What is slower is no movement (30 minutes a mile), and what is faster no run. [m/s]"""

FIRST_BIN, LAST_BIN = int(SLOWEST_MPS / BIN_MPS), int(FASTEST_MPS / BIN_MPS)
BINS = LAST_BIN - FIRST_BIN

SESSION = Schema(
    "Sessions",
    tuple(column for column in SESSIONS.columns if column.name in {"athlete_id", "session_id", "sport", "date"}),
)
AT_SPEED = Schema(
    "Intensity",
    tuple(c for c in INTENSITY.columns if c.name in {"session_id", "channel", "value", "steps", "steps_s"}),
)
NUMBERS = ("cadence_spm", "expected_spm", "change", "matched_share")

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"


def cadence_baseline(
    sessions: pd.DataFrame,
    intensity: pd.DataFrame,
    *,
    baseline_days: int = 28,
    minimum_s: float = 300.0,
    sport: str = "running",
) -> pd.DataFrame:
    r"""Compare the cadence of every run with the runner's own at the same speeds.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order; ``athlete_id``, ``session_id``, ``sport`` and ``date``
        suffice. Rows without a date, and those that a column ``counted`` excludes, are left out.
    intensity : DataFrame
        `stressfx.schema.INTENSITY`; of it the rows of the channel ``speed_mps`` with steps.
    baseline_days : int
        Length of the baseline, which ends on the day before the run. [d]
    minimum_s : float
        A speed is covered by so much running at about that speed in the baseline. [s]
    sport : str
        The sport that is looked at, in FIT's words.

    Returns
    -------
    DataFrame
        One row a run, by athlete, date and session: ``athlete_id``, ``session_id``, ``date``, ``cadence_spm`` (its
        cadence at the speeds that the baseline covers), ``expected_spm`` (the baseline's at those speeds), ``change``
        (the one over the other, minus 1) and ``matched_share`` (share of its time that these speeds are; NaN without
        any cadence). Under a share of 0.5 the first three are NaN.

    Raises
    ------
    ValueError
        If `baseline_days` or `minimum_s` is not above 0.
    SchemaError
        If a column is missing or of another type, or two runs have one id, be they of different athletes.

    Notes
    -----
    With :math:`t_k` the time of the run at the speed k, and :math:`n_j, t'_j` the steps and the time of the runs on
    the days :math:`d - 28 ... d - 1` at the speeds j within 0.1 m/s of k,

    .. math:: expected = \sum_k t_k \frac{\sum_j n_j}{\sum_j t'_j} \Big/ \sum_k t_k

    over the speeds with :math:`\sum_j t'_j \ge` `minimum_s`. Cadence rises with speed, and differs from runner to
    runner: that is why a run is compared with the same runner at the same speeds, and never with 180 a minute. Other
    runs of the same day are no baseline. What covers a speed is running and not days, so that a young log has a
    baseline as soon as it has run enough. From `CADENCE_CHANGE` on a change is worth a look; it is a flag and no fault,
    and on a treadmill or with another sensor it may be the speed that is told otherwise.

    References
    ----------
    .. [1] Heiderscheit BC, Chumanov ES, Michalski MP, Wille CM, Ryan MB. "Effects of step rate manipulation on joint
       mechanics during running." Med Sci Sports Exerc 43 (2011) 296-302. doi:10.1249/MSS.0b013e3181ebedf4

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2"], "sport": "running",
    ...                      "date": pd.to_datetime(["2026-03-01", "2026-03-03"])}).astype({"date": "datetime64[us]"})
    >>> speeds = pd.DataFrame({"session_id": ["1", "2"], "channel": "speed_mps", "value": [3.025, 3.075],
    ...                        "steps": [3200.0, 2800.0], "steps_s": [1200.0, 1000.0]})
    >>> cadence_baseline(runs, speeds)[["cadence_spm", "expected_spm", "change"]].round(3).iloc[1].to_dict()
    {'cadence_spm': 168.0, 'expected_spm': 160.0, 'change': 0.05}
    """
    if not baseline_days > 0 or not minimum_s > 0:
        raise ValueError(f"baseline_days is {baseline_days} and minimum_s {minimum_s}; both must be above 0")
    runs = _runs(SESSION.check(sessions), sport)
    row, place, steps, seconds = _placed(AT_SPEED.check(intensity), runs)
    found = np.full((len(NUMBERS), len(runs)), np.nan)
    athlete, _ = pd.factorize(runs["athlete_id"])
    day = runs["date"].to_numpy("datetime64[D]").astype(np.int64)
    for first, last in pairwise([*np.flatnonzero(np.diff(athlete, prepend=-1)), len(runs)]):
        low, high = np.searchsorted(row, [first, last])
        own = slice(low, high)
        shape = (last - first, BINS)
        flat = (row[own] - first) * BINS + place[own]
        taken = np.bincount(flat, weights=steps[own], minlength=shape[0] * BINS).reshape(shape)
        timed = np.bincount(flat, weights=seconds[own], minlength=shape[0] * BINS).reshape(shape)
        found[:, first:last] = _compared(taken, timed, day[first:last], baseline_days, minimum_s)
    texts = runs[["athlete_id", "session_id"]].astype("str")
    return texts.assign(date=runs["date"], **dict(zip(NUMBERS, found, strict=True)))


def _runs(sessions: pd.DataFrame, sport: str) -> pd.DataFrame:
    """Keep the runs that count and have a day, by athlete and day."""
    chosen = (sessions["sport"] == sport) & sessions["date"].notna() & counts(sessions)
    runs = sessions[chosen].sort_values(["athlete_id", "date", "session_id"], ignore_index=True)
    if not runs["session_id"].is_unique:
        raise SchemaError("Sessions: two have one session_id; which of them a row of Intensity is of cannot be told.")
    return runs


def _placed(intensity: pd.DataFrame, runs: pd.DataFrame) -> tuple[Whole, Whole, Floats, Floats]:
    """Lay steps and seconds at each speed to the rows of the runs, ascending, and to their bins."""
    usable = (intensity["channel"] == "speed_mps") & (intensity["steps"] > 0) & (intensity["steps_s"] > 0)
    usable &= intensity["value"] < FASTEST_MPS
    rows = intensity.loc[usable, ["session_id", "value", "steps", "steps_s"]]
    # Values are the middles of their bins; a table of one's own may give the lower edges.
    place = np.floor(rows["value"].to_numpy() / BIN_MPS + 1e-6).astype(np.int64) - FIRST_BIN
    rows = rows.assign(place=place)[(place >= 0) & (place < BINS)]
    keys = pd.DataFrame({"session_id": runs["session_id"], "row": np.arange(len(runs))})
    laid = keys.merge(rows, on="session_id").sort_values(["row", "place", "steps", "steps_s"])
    numbers = [laid[name].to_numpy() for name in ("row", "place", "steps", "steps_s")]
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _compared(taken: Floats, timed: Floats, day: Whole, baseline_days: int, minimum_s: float) -> Floats:
    """Compare the runs of one athlete; a row a run, a column a speed."""
    low, high = np.searchsorted(day, day - baseline_days), np.searchsorted(day, day)
    before_n, before_s = (_pooled(_between(total, low, high)) for total in (taken, timed))
    covered = before_s >= minimum_s * (1 - TOLERANCE)
    rate = np.divide(before_n, before_s, out=np.zeros_like(before_n), where=covered)
    matched_s = np.where(covered, timed, 0.0).sum(axis=1)
    all_s = timed.sum(axis=1)
    share = np.divide(matched_s, all_s, out=np.full(len(day), np.nan), where=all_s > 0)
    enough = (share >= MATCHED_AT_LEAST) & (matched_s > 0)
    actual = np.where(covered, taken, 0.0).sum(axis=1)
    expected = (rate * timed).sum(axis=1)
    unknown = np.full(len(day), np.nan)
    spm = [60 * np.divide(count, matched_s, out=unknown.copy(), where=enough) for count in (actual, expected)]
    change = np.divide(actual, expected, out=unknown.copy(), where=enough & (expected > 0)) - 1
    return np.stack([*spm, change, share])


def _between(total: Floats, low: Whole, high: Whole) -> Floats:
    """Sum the rows from low to before high, of each row."""
    running = np.concatenate([np.zeros((1, total.shape[1])), np.cumsum(total, axis=0)])
    between: Floats = running[high] - running[low]
    return between


def _pooled(total: Floats) -> Floats:
    """Add the neighbouring speeds to each."""
    pooled = total.copy()
    for shift in range(1, NEIGHBOURS + 1):
        pooled[:, shift:] += total[:, :-shift]
        pooled[:, :-shift] += total[:, shift:]
    return pooled
