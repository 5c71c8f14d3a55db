"""How do heart rates that an account keeps apart from a recording come to its session and its samples?

Takes `HeartRate` and what the session is; gives means for its row, or its records with the heart rates in them.
"""

import math

import numpy as np
import pandas as pd

from stressfx.activity.clean import between_samples, steady
from stressfx.activity.intensity import Bins, heart_rate_bins
from stressfx.activity.samples import samples_of
from stressfx.activity.summary import Row
from stressfx.blocks import utc
from stressfx.exports.told import HeartRate
from stressfx.io.frames import records_frame
from stressfx.schema import RECORDS

__all__ = ["heart_rate_records", "heart_rate_totals", "with_heart_rate"]

NEAREST_S = 10.0
"""A sample takes the last heart rate of so many seconds before it; a watch writes one every 5 s or so. [s]"""


def heart_rate_records(heart_rate: HeartRate) -> pd.DataFrame:
    """Give heart rates as records of their own, for a workout without any other.

    Parameters
    ----------
    heart_rate : HeartRate
        Heart rates.

    Returns
    -------
    DataFrame
        `stressfx.schema.RECORDS`, one row each.
    """
    floats = [column.name for column in RECORDS.columns if column.kind == "float" and not column.optional]
    values = np.full((len(floats), len(heart_rate.time)), np.nan)
    values[floats.index("heart_rate_bpm")] = heart_rate.heart_rate_bpm
    nought = np.zeros(len(heart_rate.time), np.int64)
    return records_frame(values, tuple(floats), time=utc(heart_rate.time), leg=nought, segment=nought)


def heart_rate_totals(heart_rate: HeartRate, timer_s: float, session_id: str) -> tuple[Row, list[Bins]]:
    """Summarize heart rates for the row of a session.

    Parameters
    ----------
    heart_rate : HeartRate
        Heart rates of the session.
    timer_s : float
        Its timer time. [s]
    session_id : str
        The session.

    Returns
    -------
    row : dict
        Mean, maximum and coverage, as `stressfx.activity.summary.summarize` defines them.
    bins : list of Bins
        How long the session lasted at each heart rate.
    """
    samples = samples_of(heart_rate_records(heart_rate))
    valid = samples.heart_rate_valid_bpm
    if np.isnan(valid).all():
        return {}, []
    row = {"heart_rate_max_bpm": float(np.nanmax(valid)), "heart_rate_mean_bpm": float(np.nanmean(valid))}
    if len(samples) < 2:
        return row | {"heart_rate_coverage": 0.0 if timer_s > 0 else math.nan}, []
    intervals = between_samples(samples)
    mean, known_s = intervals.weighted_mean(valid, where=steady(valid, intervals.duration_s))
    row["heart_rate_coverage"] = min(1.0, known_s / timer_s) if timer_s > 0 else math.nan
    if known_s > 0:
        row["heart_rate_mean_bpm"] = mean
    return row, [heart_rate_bins(session_id, intervals, valid)]


def with_heart_rate(records: pd.DataFrame, heart_rate: HeartRate) -> pd.DataFrame:
    """Fill in the heart rates of records that hold none.

    Parameters
    ----------
    records : DataFrame
        `stressfx.schema.RECORDS`.
    heart_rate : HeartRate
        Heart rates of the same session.

    Returns
    -------
    DataFrame
        The records, each with the last heart rate of the 10 s before it; unchanged if they hold any of their own.
    """
    if records["heart_rate_bpm"].notna().any() or not len(heart_rate.time):
        return records
    time = records["time"].to_numpy("datetime64[us]")
    last = np.searchsorted(heart_rate.time, time, side="right") - 1
    age = time - heart_rate.time[np.maximum(last, 0)]
    near = (last >= 0) & ~np.isnat(time) & (age <= np.timedelta64(int(NEAREST_S * 1e6), "us"))
    return records.assign(heart_rate_bpm=np.where(near, heart_rate.heart_rate_bpm[np.maximum(last, 0)], np.nan))
