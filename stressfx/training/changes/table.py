"""What rose or changed in a runner's training: one dated table of everything that is beyond its threshold.

Takes sessions, and what else is known of surfaces, shoes and cadence; gives `stressfx.schema.CHANGES`.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from stressfx.schema import CHANGES, DAILY_LOAD, LOADS, SURFACES, Schema
from stressfx.training.changes.days import Days, days_of
from stressfx.training.changes.events import DTYPE_OF, breaks, new_shoes, new_surfaces, spikes, worn_shoes
from stressfx.training.changes.kinds import KINDS, definition
from stressfx.training.changes.rises import Comparison, cadence_changes, intensity_changes, rises, surface_mix
from stressfx.training.changes.thresholds import DAYS_A_WEEK, Thresholds
from stressfx.training.counted import counts
from stressfx.training.daily import daily_load
from stressfx.training.shoes.mileage import shoe_mileage
from stressfx.training.surfaces.change import surface_change

__all__ = ["training_changes"]

RUNS = ("athlete_id", "session_id", "sport", "start", "date", "distance_m")
DEFAULTS = Thresholds()


def training_changes(
    sessions: pd.DataFrame,
    *,
    surfaces: pd.DataFrame | None = None,
    shoes: pd.DataFrame | None = None,
    cadence: pd.DataFrame | None = None,
    daily: pd.DataFrame | None = None,
    on: str | pd.Timestamp | None = None,
    sport: str = "running",
    thresholds: Thresholds = DEFAULTS,
) -> pd.DataFrame:
    r"""List what rose or changed in the training, by how much, against which baseline.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order: what `stressfx.training.daily.daily_load` and
        `stressfx.training.spikes.session_spikes` need. If there are columns ``easy_s``, ``moderate_s`` and
        ``hard_s``, intensity is compared, where ``zones_by`` is there by each basis of zones for itself; if there is
        ``damage``, bone damage; if there is ``shoe_id`` (see `stressfx.training.shoes.mileage.assign_shoes`), shoes
        are looked at.
    surfaces : DataFrame, optional
        `stressfx.schema.SURFACES`, as `stressfx.training.surfaces.sessions.session_surfaces` gives them.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`, for the limits of each pair and the distance already run in it.
    cadence : DataFrame, optional
        What `stressfx.training.cadence.cadence_baseline` gives.
    daily : DataFrame, optional
        `stressfx.schema.DAILY_LOAD` of the same sessions; without it, a day without any session is one without a
        run. Give ``daily_load(sessions, missing="nan")`` where nobody knows that.
    on : str or Timestamp, optional
        A day: the log is cut after it, and what was no longer to be seen on it is left out.
    sport : str
        The sport that is looked at, in FIT's words; `daily` has to be of the same.
    thresholds : Thresholds
        From which change on it is listed.

    Returns
    -------
    DataFrame
        `stressfx.schema.CHANGES`: one row a change, by athlete, day and kind. ``definition`` and ``source`` say of
        each how it is found and where that is from; see `stressfx.training.changes.kinds.KINDS`.

    Raises
    ------
    ValueError
        If `daily` leaves out days of an athlete, or damage was reckoned with several exponents.
    SchemaError
        If a frame lacks a column that is needed, or has one of another type.

    Notes
    -----
    A week is the seven days that end on a day, and its baseline the weekly mean of the 28 days of training before
    them:

    .. math:: change = \sum_{i=0}^{6} L_{t-i} \Big/ \frac{7}{28} \sum_{i=7}^{34} L_{t-i} - 1

    For shares, and for days in a row, the change is a difference. A rise is looked at on days with a run, since none
    begins on a day of rest. That something is listed says that it changed; it is a flag and no diagnosis.

    *Breaks.* A break of seven days or more is listed on the day of the return, and left out of the baseline, which
    then reaches further back: the first full week after a holiday is compared with the training before it. After 28
    days without a run the log begins anew.

    *What is not said.* Nothing of the first 28 days of a log or, where there is a baseline, after such a break;
    nothing before the baseline is full, or where it holds less than a run a week; and nothing of a window of which
    more than 20 % was not observed. A day that was not observed adds nothing to its week, so that what is listed was
    seen. Shares are compared where the week holds three quarters of what is usual. A run after a break is compared
    with the longest of the 30 days before as at any time, and is no spike without one. What a pair of shoes has run
    is listed from the first day on.

    *Rows.* Days beyond a threshold, at most seven days apart, are one row: ``date`` is the first of them, ``last``
    the latest, and ``value``, ``baseline`` and ``change`` are those of the day on which the change is largest. What
    happens on one day (a long run, the end of a break, a new surface, a new pair) has that day for both. A seven-day
    window shows a rise when enough of the new training lies in it, some days after it began.

    *A later day.* Cut the log after any day t: the rows dated until t are the same, but that those which were still
    open (``last`` at most six days before t, or on it) may end later in the longer log, and with it have another
    ``value``, ``baseline`` and ``change`` if the change went further. With `on`, only rows that are open on that day
    are given, as they were on it.

    References
    ----------
    .. [1] Schuster Brandt Frandsen J, et al. "How much running is too much? Identifying high-risk running sessions
       in a 5200-person cohort study." Br J Sports Med (2025). doi:10.1136/bjsports-2024-109380
    .. [2] Buist I, et al. "No effect of a graded training program on the number of running-related injuries in novice
       runners: a randomized controlled trial." Am J Sports Med 36 (2008) 33-39. doi:10.1177/0363546507307505
    .. [3] Damsted C, et al. "The association between changes in weekly running distance and running-related injury:
       preparing for a half marathon." J Orthop Sports Phys Ther 49 (2019) 230-238.
    .. [4] Warden SJ, Edwards WB, Willy RW. "Preventing bone stress injuries in runners with optimal workload." Curr
       Osteoporos Rep 19 (2021) 298-307. doi:10.1007/s11914-021-00666-y

    Examples
    --------
    >>> day = pd.Series(pd.date_range("2026-03-01", periods=45, unit="us"))
    >>> runs = pd.DataFrame({"athlete_id": "a", "session_id": day.dt.strftime("%m%d"), "sport": "running", "date": day,
    ...                      "start": day.dt.tz_localize("UTC"), "distance_m": [8e3] * 38 + [12e3] * 7,
    ...                      "timer_s": 2400.0, "moving_s": 2400.0, "elapsed_s": 2400.0, "steps": 6800.0})
    >>> for change in training_changes(runs).itertuples():
    ...     print(change.date.date(), change.kind, change.value, change.baseline, round(change.change, 2))
    2026-04-08 session_spike 12000.0 8000.0 0.5
    2026-04-12 distance 84000.0 56000.0 0.5
    """
    cut = None if on is None else pd.Timestamp(on).tz_localize(None).normalize()
    runs = _runs(_until(cut, sessions), sport)
    calendar = _until(cut, daily_load(sessions, sport=sport) if daily is None else DAILY_LOAD.check(daily))
    if calendar.empty:
        return CHANGES.empty()
    days = days_of(calendar, thresholds)
    surfaces, cadence = (frame if frame is None else _until(cut, frame) for frame in (surfaces, cadence))
    compared = _compared(days, runs, surfaces, cadence, thresholds)
    found = [_spans(days, each) for each in compared if each.beyond.any()]
    found += [spikes(_until(cut, sessions), days, thresholds, sport=sport), breaks(days, thresholds)]
    if surfaces is not None:
        found.append(new_surfaces(_of_runs(surfaces, runs), days, thresholds))
    if "shoe_id" in runs.columns:
        wear = shoe_mileage(runs, shoes, sports=(sport,))
        found += [new_shoes(runs, days, thresholds), worn_shoes(wear, shoes, thresholds)]
    changes = _told(pd.concat(found, ignore_index=True), days, thresholds)
    if cut is not None:
        changes = changes[changes["last"] > cut - pd.Timedelta(days=DAYS_A_WEEK)]
    return changes.sort_values(["athlete_id", "date", "kind", "what", "session_id"], ignore_index=True)


def _until(cut: pd.Timestamp | None, frame: pd.DataFrame) -> pd.DataFrame:
    return frame if cut is None else frame[frame["date"] <= cut]


def _runs(sessions: pd.DataFrame, sport: str) -> pd.DataFrame:
    """Check what is needed of the runs, and keep those that count and have a day."""
    needed = {*RUNS, *(["shoe_id"] if "shoe_id" in sessions.columns else [])}
    Schema("Sessions", tuple(column for column in LOADS.columns if column.name in needed)).check(sessions)
    return sessions[(sessions["sport"] == sport) & sessions["date"].notna() & counts(sessions)]


def _compared(
    days: Days, runs: pd.DataFrame, surfaces: pd.DataFrame | None, cadence: pd.DataFrame | None, thresholds: Thresholds
) -> Iterator[Comparison]:
    """Compare the weeks by everything that is known."""
    yield from rises(days, thresholds)
    yield from intensity_changes(days, runs, thresholds.intensity)
    if cadence is not None:
        yield from cadence_changes(days, cadence, thresholds.cadence)
    if surfaces is not None:
        yield surface_mix(days, surface_change(_of_runs(surfaces, runs)), thresholds.surface)


def _of_runs(surfaces: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Keep the surfaces of the runs that count."""
    keys = ["athlete_id", "session_id"]
    counted = pd.MultiIndex.from_frame(runs[keys])
    return surfaces[pd.MultiIndex.from_frame(SURFACES.check(surfaces)[keys]).isin(counted)]


def _spans(days: Days, compared: Comparison) -> pd.DataFrame:
    """Make one row of days beyond the threshold that are at most a week apart."""
    at = np.flatnonzero(compared.beyond)
    begins = np.ones(len(at), dtype=bool)
    begins[1:] = (np.diff(days.athlete[at]) != 0) | (np.diff(days.day[at]) > DAYS_A_WEEK)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(at))[: len(first)] - 1
    span = np.cumsum(begins)
    # of changes that differ by rounding alone the first day counts, in whatever unit the load is
    furthest = at[np.lexsort((at, -np.abs(compared.change[at]).round(9), span))[first]]
    rows = days.frame[["athlete_id", "date"]].iloc[at[first]].reset_index(drop=True)
    rows = rows.assign(
        last=days.frame["date"].to_numpy()[at[last]],
        kind=compared.kind,
        what=compared.what,
        value=compared.value[furthest],
        baseline=compared.baseline[furthest],
        change=compared.change[furthest],
        session_id="",
    )
    return rows.astype(DTYPE_OF)


def _told(changes: pd.DataFrame, days: Days, thresholds: Thresholds) -> pd.DataFrame:
    """Put the threshold, the unit, the definition and the source beside every row."""
    kinds = changes["kind"]
    limits = {kind: float(getattr(thresholds, KINDS[kind].threshold, 0.0)) for kind in KINDS}
    texts = {
        "unit": {kind: KINDS[kind].unit for kind in KINDS},
        "definition": {kind: definition(kind, thresholds) for kind in KINDS},
        "source": {kind: KINDS[kind].source for kind in KINDS},
    }
    told = changes.assign(**{name: kinds.map(text).astype("str") for name, text in texts.items()})
    told["threshold"] = kinds.map(limits).astype(float)
    if "damage_exponent" in days.frame.columns:  # a damage without its exponent says nothing
        of_bone = told.loc[kinds == "damage", ["athlete_id", "date", "unit"]]
        exponents = days.load("damage_exponent")[days.rows(of_bone["athlete_id"], of_bone["date"])]
        told.loc[of_bone.index, "unit"] = [
            f"{unit}, b = {exponent:g}" if exponent > 0 else unit
            for unit, exponent in zip(of_bone["unit"], exponents, strict=True)
        ]
    return told[[column.name for column in CHANGES.columns]]
