"""Answers which runs went far beyond what the runner had run in the 30 days before.

Takes Sessions, of one athlete or of many, and any of their loads: distance, time, steps, training impulse, bone
damage. Gives `stressfx.schema.SPIKES`, one row a run with its reference, its excess over it and a class. The classes
and what was observed of them stand in `SPIKE_CLASSES`.
"""

import math
from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from stressfx.schema import LOADS, SPIKES, Schema
from stressfx.training.counted import counts

__all__ = ["SPIKE_CLASSES", "SpikeClass", "session_spikes"]


class SpikeClass(NamedTuple):
    """One class of single-session spikes."""

    state: str
    upper: float
    """Largest excess over the reference that still belongs to the class, itself included. [1]"""
    hazard_rate_ratio: float
    """Rate of injury compared with the class ``reference``. [1]"""
    ratio_low: float
    """Lower end of its 95 % interval. [1]"""
    ratio_high: float
    """Upper end of its 95 % interval. [1]"""
    source: str


FRANDSEN_2025 = "Schuster Brandt Frandsen et al. 2025, Br J Sports Med, doi:10.1136/bjsports-2024-109380"

SPIKE_CLASSES: tuple[SpikeClass, ...] = (
    SpikeClass("reference", 0.10, 1.0, 1.0, 1.0, FRANDSEN_2025),
    SpikeClass("small", 0.30, 1.64, 1.31, 2.05, FRANDSEN_2025),
    SpikeClass("moderate", 1.00, 1.52, 1.16, 2.00, FRANDSEN_2025),
    SpikeClass("large", math.inf, 2.28, 1.50, 3.48, FRANDSEN_2025),
)
"""Classes of the excess, in order, with the hazard rate ratios of 5,205 runners followed for 18 months.

The injuries there are all overuse injuries that runners reported themselves, not bone stress injuries alone. The
ratios do not rise steadily: nothing may be read between them.
"""

TOLERANCE = 1e-9
"""Relative tolerance at the upper bounds, so that 11 km after 10 km is an excess of 10 % and not above it."""

DECLARED = {column.name: column for column in LOADS.columns}
NEEDED = ("athlete_id", "session_id", "sport", "start", "date")

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def session_spikes(
    sessions: pd.DataFrame,
    *,
    lookback_days: int = 30,
    by: str = "distance_m",
    min_distance_m: float = 500.0,
    sport: str = "running",
) -> pd.DataFrame:
    r"""Compare every run with the longest of the runs before it.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order; the columns ``athlete_id``, ``session_id``, ``sport``,
        ``start``, ``date`` and `by` suffice, and ``distance_m`` unless `min_distance_m` is 0. If there is a column
        ``counted`` (see `stressfx.exports.log.training_log`), rows that it excludes are left out.
    lookback_days : int
        Length of the look-back window, in days of 24 hours. [d]
    by : str
        Column that is compared: any number of Sessions or of `stressfx.schema.LOADS`, such as ``"distance_m"``,
        ``"timer_s"``, ``"moving_s"``, ``"steps"``, ``"trimp"`` or ``"damage"``.
    min_distance_m : float
        Runs known to be shorter are left out, as sessions and as references, whatever is compared. [m]
    sport : str
        The sport that is looked at, in FIT's words. Walking is another sport.

    Returns
    -------
    DataFrame
        `stressfx.schema.SPIKES`: one row a run, by athlete and start. Runs without a start, or whose `by` is not
        known, have no row. Where `by` is ``"damage"``, the ``damage_exponent`` of the sessions is carried behind.

    Raises
    ------
    ValueError
        If `lookback_days` is not positive, `by` is no numeric column of Sessions or Loads, or it is damage that was
        reckoned with several exponents.
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    For a run :math:`s` with value :math:`d_s` and start :math:`t_s`,

    .. math:: spike_s = d_s / \max \{d_j : 0 < t_s - t_j \le 30\,d\} - 1

    after [1]_. What the paper's abstract leaves open is chosen here: the window goes by instants and not by calendar
    days, it holds earlier runs of the same day and not the run itself; runs under 0.5 km are dropped; without any
    run in the window (after a break) the state is ``no_reference``, not ``large``. A run that starts less than
    `lookback_days` after the athlete's first session of any sport has the state ``warm_up``, because the log does
    not yet cover its window; the reference found so far is given all the same. If several runs share the largest
    value, the latest is named.

    The state is a flag, not a diagnosis; see `SPIKE_CLASSES`. Its classes and ratios were found for distance. For any
    other load the same bounds are our choice, and nothing is known of the ratios.

    References
    ----------
    .. [1] Schuster Brandt Frandsen J, et al. "How much running is too much? Identifying high-risk running sessions
       in a 5200-person cohort study." Br J Sports Med (2025). doi:10.1136/bjsports-2024-109380

    Examples
    --------
    >>> start = pd.to_datetime(["2026-03-01T08:00Z", "2026-03-15T08:00Z", "2026-04-05T08:00Z"]).as_unit("us")
    >>> runs = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2", "3"], "sport": "running", "start": start,
    ...                      "date": start.tz_localize(None).normalize(), "distance_m": [9e3, 10e3, 12.5e3]})
    >>> spikes = session_spikes(runs)
    >>> spikes["state"].tolist(), spikes["spike"].tolist()[-1]
    (['warm_up', 'warm_up', 'small'], 0.25)
    """
    if not lookback_days > 0:
        raise ValueError(f"lookback_days is {lookback_days}; a whole number of days above 0 is needed")
    log = _log(sessions, by, with_distance=min_distance_m > 0)
    lookback = pd.Timedelta(days=lookback_days)
    warm_from = log.groupby("athlete_id")["start"].min() + lookback
    known = (log["sport"] == sport) & log[by].notna()
    if min_distance_m > 0:
        known &= ~(log["distance_m"] < min_distance_m)
    runs = log[known].sort_values(["athlete_id", "start", "session_id", by], ignore_index=True)
    carried = ["damage_exponent"] if by == "damage" and "damage_exponent" in runs.columns else []
    if runs.empty:
        return SPIKES.empty().assign(**{name: pd.Series(dtype=float) for name in carried})
    value = runs[by].to_numpy(dtype=float)
    held_by = _largest_before(runs, value, lookback)
    reference = np.where(held_by >= 0, value[held_by], np.nan)
    found = reference > 0  # a reference of 0 is none: no run is a multiple of it
    ratio = np.divide(value, reference, out=np.full(len(value), np.nan), where=found)
    warm = (runs["start"] >= runs["athlete_id"].map(warm_from)).to_numpy(dtype=bool)
    ids = runs["session_id"].to_numpy(dtype=object)
    spikes = runs[["athlete_id", "session_id", "date", "start", *carried]].assign(
        by=pd.Series([by] * len(runs), dtype="str"),
        value=value,
        reference=np.where(found, reference, np.nan),
        reference_id=pd.Series(np.where(found, ids[held_by], ""), dtype="str"),
        spike=ratio - 1,
        state=pd.Series(_states(ratio, warm=warm), dtype="str"),
    )
    return spikes[[*SPIKES.names, *carried]]


def _log(sessions: pd.DataFrame, by: str, *, with_distance: bool) -> pd.DataFrame:
    """Check what is needed of the sessions, and keep what has a start and is counted."""
    if by not in DECLARED or DECLARED[by].kind != "float":
        raise ValueError(f"by is {by!r}; a numeric column of Sessions or Loads is needed, such as 'distance_m'")
    names = dict.fromkeys((*NEEDED, *(["distance_m"] if with_distance else []), by))
    log = Schema("Sessions", tuple(DECLARED[name] for name in names)).check(sessions)
    log = log[log["start"].notna() & counts(log)]
    if by == "damage" and "damage_exponent" in log.columns and len(log["damage_exponent"].dropna().unique()) > 1:
        raise ValueError("damage was reckoned with several exponents; one is needed to compare")
    return log


def _states(ratio: Floats, *, warm: Flags) -> list[str]:
    """Name the class of every ratio, a warm-up before everything else."""
    bounds = np.array([(1 + entry.upper) * (1 + TOLERANCE) for entry in SPIKE_CLASSES[:-1]])
    classes = np.searchsorted(bounds, ratio, side="left")  # a bound itself belongs to the class below it
    names = np.array([*(entry.state for entry in SPIKE_CLASSES), "no_reference", "warm_up"], dtype=object)
    classes = np.where(np.isnan(ratio), len(SPIKE_CLASSES), classes)
    return list(names[np.where(warm, classes, len(SPIKE_CLASSES) + 1)])


def _largest_before(runs: pd.DataFrame, value: Floats, lookback: pd.Timedelta) -> Whole:
    """Find the row of the largest value in every run's window, the latest of equals; -1 where the window is empty.

    Rows are ordered by athlete and start, so every window is a stretch of rows. The largest of a stretch is the
    larger of two overlapping stretches whose length is a power of two (a sparse table): n log n in all, where the
    logarithm is that of the fullest window.
    """
    low, high = _windows(runs, lookback)
    order = np.lexsort((np.arange(len(value)), value))
    rank = np.empty(len(value), dtype=np.int64)
    rank[order] = np.arange(len(value))
    held_by = np.full(len(value), -1, dtype=np.int64)
    width = high - low
    best, stretch = rank, 1
    while (open_ := width >= stretch).any():
        now = open_ & (width < 2 * stretch)
        held_by[now] = order[np.maximum(best[low[now]], best[high[now] - stretch])]
        best = np.maximum(best[: max(len(best) - stretch, 0)], best[stretch:])
        stretch *= 2
    return held_by


def _windows(runs: pd.DataFrame, lookback: pd.Timedelta) -> tuple[Whole, Whole]:
    """Bound every run's window, as rows [low, high): starts from t - lookback, itself included, to before t."""
    count = len(runs)
    athlete, _ = pd.factorize(runs["athlete_id"])
    start = runs["start"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    from_ = start - lookback // pd.Timedelta(microseconds=1)
    # the windows' lower ends are sorted in among the runs; at equal instants they come before
    is_run = np.repeat([False, True], count)
    order = np.lexsort((is_run, np.concatenate([from_, start]), np.concatenate([athlete, athlete])))
    runs_before = np.cumsum(is_run[order])
    low = np.empty(2 * count, dtype=np.int64)
    low[order] = runs_before
    later = np.ones(count, dtype=bool)
    later[1:] = (athlete[1:] != athlete[:-1]) | (start[1:] != start[:-1])
    high = np.maximum.accumulate(np.where(later, np.arange(count), 0))
    return low[:count], high
