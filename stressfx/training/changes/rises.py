"""What is a week compared by? Frequency, distance, duration, damage, intensity, longest run, days in a row, cadence.

Takes the `Days` of any number of athletes; gives one `Comparison` a thing that is compared, with a value, a baseline
and a change for every day, and which of the days are beyond the threshold.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from stressfx.schema import Column, Schema
from stressfx.training.changes.days import Days, Flags, Floats, largest, sliding
from stressfx.training.changes.thresholds import DAYS_A_WEEK, Thresholds

__all__ = ["CADENCE", "ZONES", "Comparison", "cadence_changes", "intensity_changes", "rises", "surface_mix"]

ZONES = ("easy_s", "moderate_s", "hard_s")

TOLERANCE = 1e-9
"""Relative tolerance at the thresholds, so that 13 km after 10 km is a rise of 30 % and not above it."""

ENOUGH = 0.75
"""Share of the usual week that a week must hold for its shares to be compared: our choice. [1]"""

RUNS_OF_CADENCE = 2
"""Runs in seven days from which on their cadence is compared: our choice."""

CADENCE = Schema(
    "Cadence",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("date", "date", "", "local calendar day"),
        Column("cadence_spm", "float", "1/min", "steps a minute", 0),
        Column("expected_spm", "float", "1/min", "the runner's own cadence at the same speeds", 0),
    ),
)
"""What is needed of a frame of cadences."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """One thing compared on every day."""

    kind: str
    what: str
    value: Floats
    baseline: Floats
    change: Floats
    beyond: Flags


def rises(days: Days, thresholds: Thresholds) -> list[Comparison]:
    """Compare each week with what is usual, by all loads that the days have.

    Parameters
    ----------
    days : Days
        Days of any number of athletes.
    thresholds : Thresholds
        From which change on a day is beyond its threshold.

    Returns
    -------
    list of Comparison
        One a thing that is compared.
    """
    sessions = days.load("sessions")
    run_days = np.where(np.isnan(sessions), np.nan, (sessions > 0).astype(float))
    limits = thresholds
    compared = [
        _relative(days, "frequency", sessions, limits.frequency, what="runs", at_least=limits.frequency_runs),
        _relative(days, "frequency", run_days, limits.frequency, what="run days", at_least=limits.frequency_runs),
        _relative(days, "distance", days.load("distance_m"), limits.distance),
        _relative(days, "duration", days.load("timer_s"), limits.duration),
        _longest_run(days, limits.longest_share),
        _days_in_a_row(days, limits.consecutive_days),
    ]
    if "damage" in days.frame.columns:
        compared.append(_relative(days, "damage", days.load("damage"), limits.damage))
    return compared


def intensity_changes(days: Days, runs: pd.DataFrame, threshold: float) -> list[Comparison]:
    """Compare the share of hard running of each week with the usual one, by each basis of zones for itself.

    Parameters
    ----------
    days : Days
        Days of any number of athletes.
    runs : DataFrame
        The runs of these days; ``zones_by``, if there, says what the zones of each are made of.
    threshold : float
        Difference of the shares above which a day is beyond it. [1]

    Returns
    -------
    list of Comparison
        One a basis: a run whose zones are made of something else is not known to it, since a share of hard running
        by heart rate is no baseline for one by speed.
    """
    if not set(ZONES) <= set(days.frame.columns):
        return []
    if "zones_by" not in runs.columns:
        return [_intensity(days, np.zeros(len(days.day), dtype=bool), threshold)]
    basis = runs["zones_by"].fillna("").to_numpy(dtype=object)
    row = days.rows(runs["athlete_id"], runs["date"])
    return [
        _intensity(days, np.bincount(row[(row >= 0) & (basis != name)], minlength=len(days.day)) > 0, threshold)
        for name in sorted(set(basis))
    ]


def cadence_changes(days: Days, cadence: pd.DataFrame, threshold: float) -> list[Comparison]:
    """Compare the cadence of each week with the runner's own at the same speeds, upwards and downwards.

    Parameters
    ----------
    days : Days
        Days of any number of athletes.
    cadence : DataFrame
        One row a run: `CADENCE`.
    threshold : float
        Change from which on a day is beyond it. [1]

    Returns
    -------
    list of Comparison
        What is higher, and what is lower.

    Raises
    ------
    SchemaError
        If `cadence` lacks a column.
    """
    row = days.rows(cadence["athlete_id"], cadence["date"]) if len(CADENCE.check(cadence)) else np.empty(0, np.int64)
    spm, expected = (cadence[name].to_numpy(dtype=float) for name in ("cadence_spm", "expected_spm"))
    known = (row >= 0) & ~np.isnan(spm) & (expected > 0)
    order = np.lexsort((expected[known], spm[known], row[known]))  # so that sums are the same to the last bit
    row, spm, expected = row[known][order], spm[known][order], expected[known][order]
    size = len(days.day)
    sums = [np.bincount(row, weights, size).astype(float) for weights in (np.ones(len(row)), spm, expected)]
    runs, value, baseline = (sliding(each, DAYS_A_WEEK) for each in sums)
    enough = days.ready & (runs >= RUNS_OF_CADENCE)
    value, baseline = _ratio(value, runs, enough), _ratio(baseline, runs, enough)
    change = _ratio(value, baseline, enough) - 1
    reached = np.abs(change) >= threshold * (1 - TOLERANCE) - TOLERANCE
    sides = {"higher": reached & (change > 0), "lower": reached & (change < 0)}
    return [Comparison("cadence", what, value, baseline, change, side) for what, side in sides.items()]


def surface_mix(days: Days, changes: pd.DataFrame, threshold: float) -> Comparison:
    """Compare the surfaces of each week with those of the three before it.

    Parameters
    ----------
    days : Days
        Days of any number of athletes.
    changes : DataFrame
        `stressfx.schema.SURFACE_CHANGE`.
    threshold : float
        Index above which a day is beyond it. [1]

    Returns
    -------
    Comparison
        The index is value and change at once, its baseline is 0.
    """
    row = days.rows(changes["athlete_id"], changes["date"])
    index = np.full(len(days.day), np.nan)
    index[row[row >= 0]] = changes["surface_change"].to_numpy(dtype=float)[row >= 0]
    beyond = _full_week(days, days.load("distance_m")) & (index > threshold + TOLERANCE)
    return Comparison("surface_mix", "", index, np.zeros(len(index)), index, beyond)


def _relative(
    days: Days, kind: str, load: Floats, threshold: float, *, what: str = "", at_least: float = 0.0
) -> Comparison:
    value, baseline = days.week(load), days.usual(load)
    above = value > baseline * (1 + threshold) * (1 + TOLERANCE)
    beyond = days.ready & (baseline > 0) & above & (value - baseline > at_least + TOLERANCE * baseline)
    return Comparison(kind, what, value, baseline, _ratio(value, baseline, baseline > 0) - 1, beyond)


def _intensity(days: Days, other: Flags, threshold: float) -> Comparison:
    """Compare the shares of the hard zone, over the days of which all zones are known, and none is by another basis."""
    easy, moderate, hard = (days.load(name) for name in ZONES)
    time = np.where(other, np.nan, easy + moderate + hard)
    hard = np.where(np.isnan(time), np.nan, hard)
    week, usual = days.week(time), days.usual(time)
    share = _ratio(days.week(hard), week, week > 0)
    usual_share = _ratio(days.usual(hard), usual, usual > 0)
    return _share(days, "intensity", share, usual_share, time, threshold)


def _longest_run(days: Days, threshold: float) -> Comparison:
    """Compare the shares of the longest run, over the days whose distance is known."""
    distance, longest = days.load("distance_m"), np.nan_to_num(days.load("longest_m"))
    week = days.week(distance)
    total = days.over_baseline(np.nan_to_num(distance))
    share = _ratio(largest(longest, DAYS_A_WEEK), week, week > 0)
    usual_share = _ratio(days.weekly_largest(longest), total, days.ready & (total > 0))
    return _share(days, "longest_run", share, usual_share, distance, threshold)


def _share(days: Days, kind: str, value: Floats, baseline: Floats, load: Floats, threshold: float) -> Comparison:
    beyond = _full_week(days, load) & (value - baseline > threshold + TOLERANCE)
    return Comparison(kind, "", value, baseline, value - baseline, beyond)


def _days_in_a_row(days: Days, threshold: float) -> Comparison:
    """Compare days in a row with a run; a row longer than the baseline is as long as it, and so becomes the usual."""
    row = np.arange(len(days.day))
    before = np.maximum.accumulate(np.where(days.ran, -1, row))  # last day without a run, of any athlete
    own = np.minimum(row - before, days.age + 1)
    value = np.minimum(np.where(days.ran, own, 0), days.baseline_days).astype(float)
    baseline = np.where(np.isnan(days.usual(days.load("sessions"))), np.nan, days.largest_usual(value))
    change = value - baseline
    beyond = days.ready & (change > threshold + TOLERANCE)
    return Comparison("consecutive_days", "", value, baseline, change, beyond)


def _full_week(days: Days, load: Floats) -> Flags:
    """Tell the days whose week holds three quarters of what is usual and more: the shares of less say little."""
    return days.ready & (days.week(load) >= ENOUGH * days.usual(load) * (1 - TOLERANCE))


def _ratio(value: Floats, baseline: Floats, where: Flags) -> Floats:
    ratio: Floats = np.divide(value, baseline, out=np.full(len(value), np.nan), where=where)
    return ratio
