"""What changed on a single day? A long run, the end of a break, a surface or a pair of shoes that is new, worn shoes.

Takes sessions, surfaces and wear of any number of athletes, and the `Days` they lie in; gives rows of
`stressfx.schema.CHANGES` without their texts, one a day and thing.
"""

import math

import numpy as np
import pandas as pd

from stressfx.schema import CHANGES, DTYPES, SURFACES, WEAR
from stressfx.training.changes.days import OBSERVED, Days, Floats, sliding
from stressfx.training.changes.rises import TOLERANCE
from stressfx.training.changes.thresholds import Thresholds
from stressfx.training.shoes.pairs import shoe_pairs, use_periods
from stressfx.training.spikes import session_spikes
from stressfx.training.surfaces.first_days import first_days

__all__ = ["DTYPE_OF", "breaks", "new_shoes", "new_surfaces", "spikes", "worn_shoes"]

LOOKBACK_DAYS = 30
"""Window of the longest run before, as in the study that its classes are from. [d]"""

OF_KIND = ("threshold", "unit", "definition", "source")
DTYPE_OF = {column.name: DTYPES[column.kind] for column in CHANGES.columns if column.name not in OF_KIND}

NEW_DAYS = 28
"""Days on which a surface was not run on, for it to be new: our choice. [d]"""


def spikes(sessions: pd.DataFrame, days: Days, thresholds: Thresholds, *, sport: str = "running") -> pd.DataFrame:
    """Find the runs that went far beyond the longest of the 30 days before.

    Parameters
    ----------
    sessions : DataFrame
        Sessions, as `stressfx.training.spikes.session_spikes` needs them.
    days : Days
        Days of the same athletes.
    thresholds : Thresholds
        Of which ``session_spike`` counts.
    sport : str
        The sport that is looked at, in FIT's words.

    Returns
    -------
    DataFrame
        One row a run.
    """
    found = session_spikes(sessions, lookback_days=LOOKBACK_DAYS, sport=sport)
    row = days.rows(found["athlete_id"], found["date"])
    observed = sliding((~np.isnan(days.load("sessions"))).astype(float), LOOKBACK_DAYS + 1) - 1
    seen = (row >= 0) & (observed[row] >= OBSERVED * LOOKBACK_DAYS)
    above = found["value"] > found["reference"] * (1 + thresholds.session_spike) * (1 + TOLERANCE)
    beyond = found[(found["state"] != "warm_up") & above & seen]
    return _rows(
        "session_spike",
        beyond,
        what=beyond["state"],
        value=beyond["value"],
        baseline=beyond["reference"],
        change=beyond["spike"],
    )


def breaks(days: Days, thresholds: Thresholds) -> pd.DataFrame:
    """Find the first run after each break.

    Parameters
    ----------
    days : Days
        Days of any number of athletes.
    thresholds : Thresholds
        Of which ``break_days`` and ``warm_up_days`` count.

    Returns
    -------
    DataFrame
        One row a break; its value is the number of days without a run.
    """
    ended = (days.break_before > 0) & (days.age >= thresholds.warm_up_days)
    length = days.break_before[ended].astype(float)
    return _rows("break", days.frame.loc[ended], value=length)


def new_surfaces(surfaces: pd.DataFrame, days: Days, thresholds: Thresholds) -> pd.DataFrame:
    """Find the first runs on a surface that the runner did not run on in the 28 days before.

    Parameters
    ----------
    surfaces : DataFrame
        `stressfx.schema.SURFACES` of the runs that count.
    days : Days
        Days of the same athletes.
    thresholds : Thresholds
        Of which ``surface_share`` counts.

    Returns
    -------
    DataFrame
        One row a surface and day on which it is new; none where more than 20 % of the 28 days' running is on unknown
        ground, for it may have been of that surface.

    Raises
    ------
    SchemaError
        If `surfaces` does not follow its schema.
    """
    held = SURFACES.check(surfaces)
    held = held.assign(row=days.rows(held["athlete_id"], held["date"]))
    held = held[held["row"] >= 0]
    size, row = len(days.day), held["row"].to_numpy()
    once = ~held.duplicated(["athlete_id", "session_id"]).to_numpy(dtype=bool)
    unknown = (held["surface"] == "unknown").to_numpy(dtype=bool)
    runs = _before(np.bincount(row[once], minlength=size).astype(float))
    unseen = _before(np.bincount(row[unknown], held.loc[unknown, "share"], size).astype(float))
    told = (days.since_restart >= NEW_DAYS) & (runs > 0) & (unseen <= (1 - OBSERVED) * runs * (1 + TOLERANCE))
    order = ["athlete_id", "date", "surface", "share", "session_id"]
    new = first_days(held, absent_days=NEW_DAYS).sort_values(order, ascending=[True, True, True, False, True])
    new = new.drop_duplicates(["athlete_id", "date", "surface"])
    first = new[told[new["row"]] & (new["share"] >= thresholds.surface_share * (1 - TOLERANCE)).to_numpy(dtype=bool)]
    return _rows(
        "surface",
        first,
        what=first["surface"],
        value=first["share"],
        baseline=0.0,
        change=first["share"],
    )


def new_shoes(sessions: pd.DataFrame, days: Days, thresholds: Thresholds) -> pd.DataFrame:
    """Find the first run in each pair of shoes.

    Parameters
    ----------
    sessions : DataFrame
        Runs that count, with ``athlete_id``, ``session_id``, ``start``, ``date`` and ``shoe_id``.
    days : Days
        Days of the same athletes.
    thresholds : Thresholds
        Of which ``warm_up_days`` counts.

    Returns
    -------
    DataFrame
        One row a pair, but for those of the warm-up; and none where the pairs of more than 20 % of the runs of the
        28 days before are not known.
    """
    runs = sessions.assign(row=days.rows(sessions["athlete_id"], sessions["date"]))
    runs = runs[runs["row"] >= 0].sort_values(["athlete_id", "date", "start", "session_id"])
    named = (runs["shoe_id"].fillna("") != "").to_numpy(dtype=bool)
    row, size = runs["row"].to_numpy(), len(days.day)
    nameless = _before(np.bincount(row[~named], minlength=size).astype(float))
    known = nameless <= (1 - OBSERVED) * _before(np.bincount(row, minlength=size).astype(float)) * (1 + TOLERANCE)
    first = runs[named].drop_duplicates(["athlete_id", "shoe_id"])
    number = np.bincount(first["row"], minlength=size).astype(float)
    at = first["row"].to_numpy()
    listed = known[at] & (days.age[at] >= thresholds.warm_up_days)
    pairs = sliding(number, NEW_DAYS)[at[listed]]
    return _rows("shoe", first[listed], what=first.loc[listed, "shoe_id"], value=pairs, baseline=0.0, change=pairs)


def worn_shoes(wear: pd.DataFrame, shoes: pd.DataFrame | None, thresholds: Thresholds) -> pd.DataFrame:
    """Find the days on which a pair reached the limit to be watched, and passed the limit to be replaced.

    Parameters
    ----------
    wear : DataFrame
        `stressfx.schema.WEAR`.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`, of which the limits count.
    thresholds : Thresholds
        Limits of pairs that have none of their own.

    Returns
    -------
    DataFrame
        One row a pair and limit; a pair that was past it when the log began is listed on its first day.

    Raises
    ------
    SchemaError
        If `wear` or `shoes` does not follow its schema.
    """
    worn = WEAR.check(wear)
    worn = worn[(worn["shoe_id"] != "") & worn["total_m"].notna()].sort_values(["athlete_id", "shoe_id", "date"])
    total = worn["total_m"].to_numpy(dtype=float)
    watch_m, replace_m = _limits(worn, shoes, thresholds)
    total = worn["total_m"].to_numpy(dtype=float)
    found = []
    for kind, limit, past in (
        ("shoe_watch", watch_m, total >= watch_m * (1 - TOLERANCE)),
        ("shoe_replace", replace_m, total > replace_m * (1 + TOLERANCE)),
    ):
        at = np.flatnonzero(past)
        first = at[~worn.iloc[at].duplicated(["athlete_id", "shoe_id"]).to_numpy(dtype=bool)]
        rows, baseline = worn.iloc[first], limit[first]
        change = total[first] / baseline - 1
        found.append(_rows(kind, rows, what=rows["shoe_id"], value=total[first], baseline=baseline, change=change))
    return pd.concat(found, ignore_index=True)


def _limits(worn: pd.DataFrame, shoes: pd.DataFrame | None, thresholds: Thresholds) -> tuple[Floats, Floats]:
    """Give the runner's limits of each pair where there are any, and else the others, never the first past the last."""
    pairs = shoe_pairs(use_periods(shoes, worn["athlete_id"])).set_index(["athlete_id", "shoe_id"])
    own = pairs[["watch_m", "replace_m"]].reindex(pd.MultiIndex.from_frame(worn[["athlete_id", "shoe_id"]]))
    watch, replace = (own[name].to_numpy(dtype=float) for name in ("watch_m", "replace_m"))
    last = np.where(np.isnan(replace), thresholds.shoe_replace_m, replace)
    watch = np.where(np.isnan(watch), np.minimum(thresholds.shoe_watch_m, last), watch)
    return watch, np.where(np.isnan(replace), np.maximum(thresholds.shoe_replace_m, watch), replace)


def _before(values: Floats) -> Floats:
    """Sum over the 28 days before each, without the day itself; holds from the athlete's 29th day on."""
    return sliding(np.concatenate([[0.0], values[:-1]]), NEW_DAYS)


def _rows(
    kind: str,
    of: pd.DataFrame,
    *,
    what: "pd.Series | str" = "",
    value: "pd.Series | Floats",
    baseline: "pd.Series | Floats | float" = math.nan,
    change: "pd.Series | Floats | float" = math.nan,
) -> pd.DataFrame:
    """Make rows of one day each; what is not told is missing."""
    made = of[["athlete_id", "date"]].assign(
        last=of["date"],
        kind=kind,
        what=what,
        value=value,
        baseline=baseline,
        change=change,
        session_id=of["session_id"] if "session_id" in of.columns else "",
    )
    return made.astype(DTYPE_OF).reset_index(drop=True)
