"""Answers how worn each pair of shoes is, and when it will reach its limits.

Takes `stressfx.schema.WEAR` and `stressfx.schema.SHOES`; gives `stressfx.schema.ALERTS`: a status by distance, whose
limit it goes by, and the days on which the limits were or will be reached. No day after the one asked for is used.
"""

import math
from typing import TypeAlias

import lazy_loader
import numpy as np
import pandas as pd

from stressfx.schema import ALERTS, WEAR
from stressfx.training.shoes.pairs import shoe_pairs, use_periods
from stressfx.units import METRES_PER_MILE

__all__ = ["REPLACE_MI", "WATCH_MI", "shoe_alerts"]

scipy = lazy_loader.load("scipy")

WATCH_MI = 300.0
"""From here a pair is watched, by convention. [mi]"""

REPLACE_MI = 500.0
"""Past this a pair is to be replaced, by convention. [mi]"""

TOLERANCE = 1e-9
"""Relative tolerance at the limits, so that distances which add up to one are at it."""

DAYS_A_WEEK = 7
CONFIDENCE = 0.95
FARTHEST_DAYS = 3650
"""Dates further ahead are not given: a few weeks do not tell of ten years. [d]"""

PAIR = ["athlete_id", "shoe_id"]

Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def shoe_alerts(
    wear: pd.DataFrame,
    shoes: pd.DataFrame | None = None,
    *,
    on: str | pd.Timestamp | None = None,
    watch_mi: float = WATCH_MI,
    replace_mi: float = REPLACE_MI,
    recent_days: int = 28,
) -> pd.DataFrame:
    r"""Tell how far each pair of shoes has come, and when it will reach its limits.

    Parameters
    ----------
    wear : DataFrame
        `stressfx.schema.WEAR` of any number of athletes, as `stressfx.training.shoes.mileage.shoe_mileage` gives it.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`: names, limits of the runner's own, first and last days of use. Pairs that are in it
        and were never worn are listed too.
    on : date, optional
        The day that is looked at; without it, each athlete's last day in `wear`. Nothing after it is used.
    watch_mi, replace_mi : float
        Limits of pairs for which the runner has set none. [mi]
    recent_days : int
        How far back the recent rate goes: whole weeks. [d]

    Returns
    -------
    DataFrame
        `stressfx.schema.ALERTS`: one row an athlete and pair, by these. Where ``start_known`` is false, the distance
        run in a pair before the log was not told, and the total is what the log knows of.

    Raises
    ------
    ValueError
        If the limits are not ascending distances above 0, or `recent_days` is no number of whole weeks.
    SchemaError
        If a frame does not follow its schema, or `shoes` has overlapping periods of one pair.

    Notes
    -----
    **What the limits rest on.** 300 to 500 miles (482.8 to 804.7 km) is a convention. It goes back to cushioning and
    not to injuries: no trial has shown that replacing shoes in that band prevents any. Cook, Kester and Brunet [1]_
    are reported (second hand; the paper itself was not read) to have found some 75 % of the first shock absorption
    left after 50 miles on a machine, 67 % after 100 to 150 and 60 % after 250 to 500, and some 80 % after 500 miles
    in shoes that people had run in. Wang and colleagues [2]_ measured a peak force only 4.88 % higher (95 % interval
    3.40 to 6.36) after 500 km in shoes worn by 15 runners, and conclude that machines overstate the loss. After 200
    miles in one pair Kong and colleagues [3]_ found the stance longer and the external loads unchanged. So the status
    is a reason to look at the shoe, and the runner's own limits win.

    **Status.** ``ok`` below the first limit, ``watch`` from it to the second, itself included, ``replace`` past that,
    with a relative tolerance of 1e-9; ``retired`` after the last day of use, unless the pair was worn later still.
    ``limits_by`` is ``runner`` if the pair has a limit of its own, or `watch_mi` or `replace_mi` is not that of the
    convention. Where the runner has set one limit only, the other is `watch_mi` or `replace_mi`, moved to the one that
    is set if the first would lie past the second.

    **Days.** A limit that was passed has the day on which the total did so; if the distance already run did so
    alone, the first day of use, if that is known. Otherwise the day is projected: the remaining distance over the
    recent rate, rounded up to whole days after `on`. The rate is the mean of the sums of the last `recent_days` / 7
    weeks of seven days, ending with `on`; of a pair that was first worn within these, of the whole weeks since, and of
    one week at least. ``replace_from`` and ``replace_until`` come from the 95 % interval of that mean by Student's t
    over the weeks, as if these were independent draws: a rough one, which knows nothing of plans or the season.
    Missing are: the interval where there is but one week, ``replace_until`` where the rate may be 0, dates more than
    ten years ahead, and every projection of a pair that was not worn recently or is retired.

    ``days_since_new`` counts from the first day of use or the first day worn, whichever was earlier.

    References
    ----------
    .. [1] Cook SD, Kester MA, Brunet ME. "Shock absorption characteristics of running shoes." Am J Sports Med 13:248
       (1985).
    .. [2] Wang et al. "Changes in heel cushioning characteristics of running shoes with running mileage." Footwear
       Science 2:141 (2010). doi:10.1080/19424280.2010.519348
    .. [3] Kong PW, Candelaria NG, Smith DR. "Running in new and worn shoes: a comparison of three types of cushioning
       footwear." Br J Sports Med 43:745 (2009).

    Examples
    --------
    >>> day = pd.date_range("2026-01-01", periods=8, freq="7D").as_unit("us")
    >>> wear = pd.DataFrame({"athlete_id": "a", "shoe_id": "blue", "date": day, "distance_m": 70_000.0,
    ...                      "total_m": 70_000.0 * pd.Series(range(1, 9)), "unknown_runs": 0})
    >>> shoe_alerts(wear)[["status", "recent_m_per_day", "watch_on", "replace_on"]].astype("str").values.tolist()
    [['watch', '10000.0', '2026-02-12', '2026-03-16']]
    """
    if not 0 < watch_mi <= replace_mi < math.inf:
        raise ValueError(f"watch_mi is {watch_mi}, replace_mi {replace_mi}; ascending distances above 0 are needed")
    if recent_days < DAYS_A_WEEK or recent_days % DAYS_A_WEEK:
        raise ValueError(f"recent_days is {recent_days}; whole weeks are needed, such as 28")
    seen = _until(WEAR.check(wear), on)
    periods = use_periods(shoes, seen["athlete_id"])
    pairs = _limits(_pairs(seen, periods), watch_mi * METRES_PER_MILE, replace_mi * METRES_PER_MILE)
    worn = seen.merge(pairs.reset_index(names="pair")[[*PAIR, "pair", "watch_m", "replace_m"]], on=PAIR)
    in_use = ~_laid_aside(pairs, periods)
    past_watch = (pairs["total_m"] >= pairs["watch_m"] * (1 - TOLERANCE)).to_numpy(dtype=bool)
    past_replace = (pairs["total_m"] > pairs["replace_m"] * (1 + TOLERANCE)).to_numpy(dtype=bool)
    rate, low, high = _rates(pairs, worn, recent_days // DAYS_A_WEEK)
    watched = _passed(pairs, worn[worn["total_m"] >= worn["watch_m"] * (1 - TOLERANCE)], "watch_m")
    replaced = _passed(pairs, worn[worn["total_m"] > worn["replace_m"] * (1 + TOLERANCE)], "replace_m")
    new_on = pairs["first_worn"].fillna(pairs["start"])
    new_on = new_on.mask(pairs["start"] < new_on, pairs["start"])
    alerts = pairs.assign(
        status=pd.Series(
            np.select([~in_use, past_replace, past_watch], ["retired", "replace", "watch"], "ok"), dtype="str"
        ),
        recent_m_per_day=rate,
        watch_on=watched.mask(in_use & ~past_watch, _ahead(pairs, "watch_m", rate)),
        replace_on=replaced.mask(in_use & ~past_replace, _ahead(pairs, "replace_m", rate)),
        replace_from=replaced.mask(in_use & ~past_replace, _ahead(pairs, "replace_m", high)),
        replace_until=replaced.mask(in_use & ~past_replace, _ahead(pairs, "replace_m", low)),
        days_since_new=(pairs["on"] - new_on).dt.days.astype("float64"),
        outside_days=_outside_days(worn, periods, len(pairs)),
    )
    return alerts[list(ALERTS.names)]


def _until(wear: pd.DataFrame, on: str | pd.Timestamp | None) -> pd.DataFrame:
    """Leave out what is later than the day that is looked at."""
    if on is None:
        day = wear.groupby("athlete_id")["date"].transform("max")
    else:
        day = pd.Series(pd.Timestamp(on).normalize().tz_localize(None), index=wear.index)
    seen = wear.assign(on=day.astype(wear["date"].dtype))
    return seen[seen["date"] <= seen["on"]].sort_values([*PAIR, "date"], ignore_index=True)


def _pairs(seen: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Put together the pairs that were worn and those that are listed, by athlete and pair."""
    days = seen[seen["shoe_id"] != ""].groupby(PAIR)
    worn = days.agg(
        total_m=("total_m", "max"),
        first_worn=("date", "min"),
        last_worn=("date", "max"),
        unknown_runs=("unknown_runs", "sum"),
    )
    pairs = worn.reset_index().merge(shoe_pairs(periods), on=PAIR, how="outer")
    pairs = pairs.merge(seen[["athlete_id", "on"]].drop_duplicates(), on="athlete_id")
    pairs = pairs[pairs["first_worn"].notna() | ~(pairs["start"] > pairs["on"])]
    return pairs.sort_values(PAIR, ignore_index=True).assign(
        name=lambda frame: frame["name"].fillna("").astype("str"),
        start_distance_m=lambda frame: frame["start_distance_m"].fillna(0.0),
        start_known=lambda frame: frame["start_known"].isin([True]),
        total_m=lambda frame: frame["total_m"].fillna(frame["start_distance_m"]),
        unknown_runs=lambda frame: frame["unknown_runs"].fillna(0).astype("int64"),
    )


def _limits(pairs: pd.DataFrame, watch_m: float, replace_m: float) -> pd.DataFrame:
    """Take the runner's limits where there are any, and else the others, the first never past the second."""
    own = pairs[["watch_m", "replace_m"]].notna()
    changed = (watch_m, replace_m) != (WATCH_MI * METRES_PER_MILE, REPLACE_MI * METRES_PER_MILE)
    watch = pairs["watch_m"].where(own["watch_m"], np.minimum(watch_m, pairs["replace_m"].fillna(replace_m)))
    return pairs.assign(
        watch_m=watch,
        replace_m=pairs["replace_m"].where(own["replace_m"], np.maximum(replace_m, watch)),
        limits_by=pd.Series(
            np.where(own.any(axis=1) | changed, "runner", "convention"), index=pairs.index, dtype="str"
        ),
    )


def _laid_aside(pairs: pd.DataFrame, periods: pd.DataFrame) -> Flags:
    """Tell of every pair whether its last period of use is over and it was not worn since."""
    begun = periods.merge(pairs[[*PAIR, "on"]], on=PAIR)
    latest = begun[~(begun["start"] > begun["on"])].groupby(PAIR).tail(1)
    retired = pairs.merge(latest[[*PAIR, "retired"]], on=PAIR, how="left")["retired"]
    return ((retired < pairs["on"]) & ~(pairs["last_worn"] > retired)).to_numpy(dtype=bool)


def _rates(pairs: pd.DataFrame, worn: pd.DataFrame, most_weeks: int) -> tuple[Floats, Floats, Floats]:
    """Give the recent distance a day in each pair, and the ends of its interval."""
    week = (worn["on"] - worn["date"]).dt.days.to_numpy() // DAYS_A_WEEK
    recent = week < most_weeks
    cell = worn["pair"].to_numpy()[recent] * most_weeks + week[recent]
    distance = worn["distance_m"].fillna(0.0).to_numpy()[recent]
    sums = np.bincount(cell, weights=distance, minlength=len(pairs) * most_weeks).reshape(-1, most_weeks)
    days = (pairs["on"] - pairs["first_worn"]).dt.days.fillna(0).to_numpy() + 1
    weeks = np.clip(days // DAYS_A_WEEK, 1, most_weeks)
    counted = np.arange(most_weeks) < weeks[:, None]
    mean = np.where(counted, sums, 0.0).sum(axis=1) / weeks
    freedom = np.where(weeks > 1, weeks - 1, np.nan)
    variance = np.where(counted, (sums - mean[:, None]) ** 2, 0.0).sum(axis=1) / freedom
    half = scipy.special.stdtrit(freedom, (1 + CONFIDENCE) / 2) * np.sqrt(variance / weeks)
    return mean / DAYS_A_WEEK, (mean - half) / DAYS_A_WEEK, (mean + half) / DAYS_A_WEEK


def _passed(pairs: pd.DataFrame, beyond: pd.DataFrame, limit: str) -> pd.Series:
    """Give the first day beyond a limit: of the pair itself if it began there, else among the days worn beyond."""
    day = beyond.groupby("pair")["date"].min().reindex(pairs.index)
    over = pairs["start_distance_m"] > pairs[limit] * (1 + TOLERANCE)
    if limit == "watch_m":
        over = pairs["start_distance_m"] >= pairs[limit] * (1 - TOLERANCE)
    return day.mask(over, pairs["start"])


def _ahead(pairs: pd.DataFrame, limit: str, rate: Floats) -> pd.Series:
    """Give the day on which a limit will be reached at a rate; missing where that is never, or too far off to tell."""
    remaining = (pairs[limit] - pairs["total_m"]).to_numpy(dtype=float)
    days = np.full(len(pairs), np.nan)
    np.divide(remaining, rate, out=days, where=rate > 0)
    days = np.maximum(np.ceil(days), 1)
    ahead = pd.to_timedelta(pd.Series(days, index=pairs.index).where(days <= FARTHEST_DAYS), unit="D")
    return (pairs["on"] + ahead).astype(pairs["on"].dtype)


def _outside_days(
    worn: pd.DataFrame, periods: pd.DataFrame, count: int
) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Count the days on which each listed pair was worn outside of its periods of use."""
    listed = worn[["pair", "date", *PAIR]].merge(periods, on=PAIR)
    outside = (listed["date"] < listed["start"]) | (listed["date"] > listed["retired"])
    days = outside.groupby([listed["pair"], listed["date"]]).all()
    return np.bincount(days[days].index.get_level_values("pair"), minlength=count)
