"""Can the recorders of a log be believed? Twice-recorded workouts, changes of unit, and recorders that stand out.

Takes a log; gives checks. A recorder is a device and the format in which it handed its sessions on.
"""

from typing import TypeAlias

import numpy as np
import pandas as pd

from stressfx.exports.checks.rows import Check, check_of, recorder_names
from stressfx.exports.zones import CLOCK_NOT_SET, clock_time

__all__ = ["suspicious", "twice_recorded", "unit_changes"]

FEWEST_SESSIONS = 5
"""Fewer sessions, or pairs of them, say nothing of a recorder."""

FEWEST_RUNS = 3
"""Fewer runs of a month say nothing of its usual speed."""

STEADY_DIFFERENCE = 0.05
"""Two recorders of one workout agree to this. [1]"""

MOST_FLAGGED = 0.3
"""Share of implausible sessions from which on the recorder itself is doubted. [1]"""

UNIT_FACTORS = (
    (1.609344, "kilometres read as miles"),
    (1 / 1.609344, "miles read as kilometres"),
    (1000.0, "metres read as kilometres"),
    (0.001, "kilometres read as metres"),
    (3.6, "metres a second read as kilometres an hour, or the like"),
    (1 / 3.6, "kilometres an hour read as metres a second, or the like"),
    (100.0, "centimetres read as metres"),
    (0.01, "metres read as centimetres"),
)
"""What the speed is multiplied by if one unit is taken for another."""

UNIT_TOLERANCE = 0.05
"""How near to the factor between two units the factor between two speeds is. [1]"""

UNLIKE = float(np.log(1.15))
"""Two months of which one is in another unit differ by more than this, in the logarithm of speed. [1]"""

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def twice_recorded(log: pd.DataFrame) -> list[Check]:
    """Count the duplicates of each pair of recorders.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    list of Check
        One an athlete and pair: the recorder that does not count, and the one that does.
    """
    pairs = _pairs(log)
    total = log["athlete_id"].value_counts()
    checks = []
    for (athlete, one, other), rows in pairs.groupby(["athlete_id", "recorder", "recorder_kept"]):
        share = f"{len(rows)} of {total[str(athlete)]} sessions ({len(rows) / total[str(athlete)]:.0%})"
        text = f"{share} are by {one} and also there by {other}, which counts."
        checks.append(check_of(athlete, "duplicate-of", rows, text))
    return checks


def unit_changes(log: pd.DataFrame) -> tuple[list[Check], Flags]:
    """Find months in which a recorder's speeds differ from all others by the factor between two units.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.

    Returns
    -------
    checks : list of Check
        One an athlete, recorder and factor.
    flags : array of bool
        Which rows of `log` are concerned.

    Notes
    -----
    Of every athlete, recorder and month with three runs or more, the median speed (distance over timer time, else
    moving, else elapsed time) is divided by that of the athlete's runs in months unlike it, whose own median is more
    than 15 % off; of these there must be five. Months near the athlete's median are left alone, so that of two units
    the rarer one is told. Something is said if the ratio is within 5 % of such a factor, and the middle halves of the
    two do not overlap: one jog, or a month of jogs for one who jogs, is no change of unit.
    """
    lasted = log["timer_s"].fillna(log["moving_s"]).fillna(log["elapsed_s"])
    known = log["counted"] & (log["sport"] == "running") & (log["distance_m"] > 0) & (lasted > 0)
    runs = pd.DataFrame(
        {
            "athlete_id": log["athlete_id"],
            "recorder": recorder_names(log),
            "month": log["date"].to_numpy(dtype="datetime64[M]").astype(np.int64),
            "date": log["date"],
            "speed": np.log((log["distance_m"] / lasted).where(known)),
        },
    )[known]
    factor = pd.Series(-1, index=runs.index)
    for _, own in runs.groupby("athlete_id"):
        factor.loc[own.index] = _unit_factors(own)
    flagged = runs.assign(factor=factor)[factor >= 0]
    flags = np.zeros(len(log), dtype=bool)
    flags[log.index.get_indexer(flagged.index)] = True
    groups = flagged.groupby(["athlete_id", "recorder", "factor"])
    return [_unit_change(athlete, recorder, rows) for (athlete, recorder, _), rows in groups], flags


def _unit_factors(runs: pd.DataFrame) -> Whole:
    """Tell for each run of one athlete which of `UNIT_FACTORS` its month is off by; -1 for none."""
    group = runs.groupby(["recorder", "month"]).ngroup().to_numpy()
    speed = runs["speed"].to_numpy(dtype=np.float64)
    usual = np.median(speed)
    middle = runs["speed"].groupby(group).median().to_numpy()
    factor = np.full(len(middle), -1, dtype=np.int64)
    for number in np.flatnonzero((np.abs(middle - usual) > UNLIKE) & (np.bincount(group) >= FEWEST_RUNS)):
        unlike = (np.abs(middle - middle[number]) > UNLIKE)[group]
        if unlike.sum() >= FEWEST_SESSIONS:
            factor[number] = _unit_factor(speed[group == number], speed[unlike])
    return factor[group]


def _unit_factor(part: Floats, rest: Floats) -> int:
    """Tell which of `UNIT_FACTORS` lies between two sets of log speeds; -1 for none."""
    low, middle, high = np.quantile(part, [0.25, 0.5, 0.75])
    rest_low, rest_middle, rest_high = np.quantile(rest, [0.25, 0.5, 0.75])
    distance = np.abs(middle - rest_middle - np.log([factor for factor, _ in UNIT_FACTORS]))
    nearest = int(np.argmin(distance))
    apart = low > rest_high or high < rest_low
    return nearest if apart and distance[nearest] <= np.log(1 + UNIT_TOLERANCE) else -1


def _unit_change(athlete: object, recorder: object, rows: pd.DataFrame) -> Check:
    number, text = UNIT_FACTORS[rows["factor"].iloc[0]]
    message = f"{len(rows)} runs by {recorder} are {number:.4g} times as fast as the others, as by {text}."
    return check_of(athlete, "unit-change", rows, message)


def suspicious(log: pd.DataFrame, flagged: Flags) -> list[Check]:
    """Find recorders that differ steadily from another, are often implausible, or know no time of day.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.
    flagged : array of bool
        Which rows were found implausible.

    Returns
    -------
    list of Check
        One an athlete, recorder and reason; five sessions are needed.

    Notes
    -----
    Distances differ steadily if, over five workouts or more that two recorders have both, the median of their ratio is
    more than 5 % from 1, and at least twice as far as the ratios scatter (robust standard deviation). A recorder is
    often implausible if more than 30 % of its sessions are. It knows no time of day if every session starts at the
    same second of the day, on the runner's clock or in UTC.
    """
    return [*_steady_differences(_pairs(log)), *_often_implausible(log, flagged), *_one_time_of_day(log)]


def _pairs(log: pd.DataFrame) -> pd.DataFrame:
    """Put every duplicate beside the session that counts instead."""
    named = log[["athlete_id", "session_id", "date", "distance_m", "duplicate_of"]].assign(recorder=recorder_names(log))
    kept = named[log["counted"]].drop_duplicates(["athlete_id", "session_id"])
    return named[log["duplicate_of"] != ""].merge(
        kept[["athlete_id", "session_id", "recorder", "distance_m"]],
        left_on=["athlete_id", "duplicate_of"],
        right_on=["athlete_id", "session_id"],
        suffixes=("", "_kept"),
    )


def _steady_differences(pairs: pd.DataFrame) -> list[Check]:
    both = (pairs["distance_m"] > 0) & (pairs["distance_m_kept"] > 0) & (pairs["recorder"] != pairs["recorder_kept"])
    pairs = pairs[both]
    turned = pairs["recorder"] > pairs["recorder_kept"]
    ratio = np.log(pairs["distance_m"]) - np.log(pairs["distance_m_kept"])
    compared = pairs.assign(
        one=pairs["recorder"].mask(turned, pairs["recorder_kept"]),
        other=pairs["recorder_kept"].mask(turned, pairs["recorder"]),
        ratio=np.where(turned, -ratio, ratio),
    )
    checks = []
    for (athlete, one, other), rows in compared.groupby(["athlete_id", "one", "other"]):
        middle = rows["ratio"].median()
        scatter = 1.4826 * (rows["ratio"] - middle).abs().median()
        if len(rows) < FEWEST_SESSIONS or abs(middle) <= np.log(1 + STEADY_DIFFERENCE) or abs(middle) < 2 * scatter:
            continue
        text = f"Distances by {one} are {np.exp(middle):.2f} times those by {other}, over {len(rows)} workouts of both."
        checks.append(check_of(athlete, "recorder-suspicious", rows, text))
    return checks


def _often_implausible(log: pd.DataFrame, flagged: Flags) -> list[Check]:
    table = log[["athlete_id", "date"]].assign(recorder=recorder_names(log), flagged=flagged)
    by_recorder = table.groupby(["athlete_id", "recorder"])["flagged"]
    often = (by_recorder.transform("size") >= FEWEST_SESSIONS) & (by_recorder.transform("mean") > MOST_FLAGGED)
    checks = []
    for (athlete, recorder), rows in table[often].groupby(["athlete_id", "recorder"]):
        text = f"{rows['flagged'].sum()} of {len(rows)} sessions by {recorder} are implausible."
        checks.append(check_of(athlete, "recorder-suspicious", rows, text))
    return checks


def _one_time_of_day(log: pd.DataFrame) -> list[Check]:
    dated = log[log["date"].notna() & (log["start"] >= CLOCK_NOT_SET)]
    table = dated[["athlete_id", "date"]].assign(recorder=recorder_names(dated))
    by_recorder = table.groupby(["athlete_id", "recorder"])
    same = np.zeros(len(table), dtype=bool)
    for time in (clock_time(dated), dated["start"].to_numpy(dtype="datetime64[us]")):
        table["second"] = (time - time.astype("datetime64[D]")).astype("timedelta64[s]")
        same |= (by_recorder["second"].transform("nunique") == 1).to_numpy(dtype=bool)
    same &= (by_recorder["date"].transform("size") >= FEWEST_SESSIONS).to_numpy(dtype=bool)
    checks = []
    for (athlete, recorder), rows in table[same].groupby(["athlete_id", "recorder"]):
        text = f"All {len(rows)} sessions by {recorder} start at the same second of the day: it was not recorded."
        checks.append(check_of(athlete, "recorder-suspicious", rows, text))
    return checks
