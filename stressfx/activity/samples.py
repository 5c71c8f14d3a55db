"""What was recorded in one leg? Its samples as plain columns, taken out of the frame once.

Takes records; gives arrays, since a folder of thousands of files is summarized and a frame asked column by column
takes longer than the sums themselves.
"""

import math
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Floats", "Mask", "Places", "Samples", "samples_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

HEART_RATE_BPM = (30.0, 230.0)
"""What a heart rate can be. [bpm]"""

OUT_OF_ORDER_S = 10.0
"""A row that is earlier than the one before by no more than this is out of order; by more, the clock was set. [s]"""

SHORTEST_STEP_S = 1.0
"""Most devices tell whole seconds. [s]"""

MEASURED = (
    "horizontal_accuracy_m",
    "vertical_oscillation_m",
    "step_length_m",
    "stance_time_s",
    "stance_time_balance",
)
"""Columns that few devices write."""

STANDING_SHARE = 0.9
"""With so many samples of the time before, a clock stands; devices that write a second in parts repeat fewer."""


@dataclass(frozen=True, eq=False)
class Samples:
    """The samples of one leg, in the order of the file: one value each, NaN where it is missing.

    Attributes
    ----------
    time : array of datetime64[us]
        Instants in UTC; NaT where the device knew none.
    seconds : array of float64
        The same in seconds, or where there is no date, since the device was switched on. [s]
    segment : array of int64
        Stretch of uninterrupted recording.
    latitude_deg, longitude_deg : array of float64
        WGS-84 position. [deg]
    altitude_m : array of float64
        Altitude as recorded. [m]
    distance_m : array of float64
        Distance as the device counted it. [m]
    speed_mps : array of float64
        Speed as the device measured it. [m/s]
    heart_rate_bpm : array of float64
        Heart rate as recorded. [bpm]
    cadence_rpm : array of float64
        Cadence as recorded. [1/min]
    horizontal_accuracy_m : array of float64 or None
        Error of the position, as the device estimated it. [m]
    vertical_oscillation_m, step_length_m : array of float64 or None
        Vertical movement of the trunk in a step, and its length, as measured. [m]
    stance_time_s : array of float64 or None
        Ground contact time of a step, as measured. [s]
    stance_time_balance : array of float64 or None
        Share of ground contact on the left foot, as measured. [1]
    """

    time: npt.NDArray[np.datetime64]
    seconds: Floats
    segment: Ints
    latitude_deg: Floats
    longitude_deg: Floats
    altitude_m: Floats
    distance_m: Floats
    speed_mps: Floats
    heart_rate_bpm: Floats
    cadence_rpm: Floats
    horizontal_accuracy_m: Floats | None = None
    vertical_oscillation_m: Floats | None = None
    step_length_m: Floats | None = None
    stance_time_s: Floats | None = None
    stance_time_balance: Floats | None = None

    def __len__(self) -> int:
        """Count the samples."""
        return len(self.time)

    @cached_property
    def newest_s(self) -> Floats:
        """Latest time so far at each sample; it starts anew where the clock is set back. [s]"""
        known = np.flatnonzero(~np.isnan(self.seconds))
        seconds = self.seconds[known]
        steps = np.diff(seconds)
        if not (steps < 0).any():
            return self.seconds
        clocks = np.split(seconds, np.flatnonzero(steps < -OUT_OF_ORDER_S) + 1)
        newest = np.full(len(self), np.nan)
        newest[known] = np.concatenate([np.maximum.accumulate(clock) for clock in clocks])
        return newest

    @cached_property
    def late(self) -> Mask | None:
        """Which samples stand behind one that is later, out of order; None, as nearly always, if none does."""
        if self.newest_s is self.seconds:
            return None
        return self.seconds < self.newest_s

    @cached_property
    def resolution_s(self) -> float:
        """How far apart two samples of the same time can be: most devices tell whole seconds. [s]

        Where nearly all samples have the time of the one before, the clock stands, and tells nothing.
        """
        stands = int(np.count_nonzero(self.seconds[1:] == self.seconds[:-1]))
        return SHORTEST_STEP_S if stands < STANDING_SHARE * len(self) else math.inf

    @cached_property
    def heart_rate_valid_bpm(self) -> Floats:
        """Heart rates that a heart can have; NaN otherwise. [bpm]"""
        low, high = HEART_RATE_BPM
        plausible = (self.heart_rate_bpm >= low) & (self.heart_rate_bpm <= high)
        return np.where(plausible, self.heart_rate_bpm, np.nan)

    def where(self, chosen: Places | Mask) -> "Samples":
        """Take some of the samples.

        Parameters
        ----------
        chosen : array of int or bool
            Which.

        Returns
        -------
        Samples
            In the order that was asked for.
        """
        columns = ((column.name, getattr(self, column.name)) for column in fields(self))
        taken: dict[str, Any] = {name: None if values is None else values[chosen] for name, values in columns}
        return Samples(**taken)


def samples_of(records: "pd.DataFrame | Samples") -> Samples:
    """Take the samples out of a frame.

    Parameters
    ----------
    records : DataFrame or Samples
        `stressfx.schema.RECORDS`, or what was taken out of them before.

    Returns
    -------
    Samples
        Of every row. The arrays may be the frame's own: nothing writes into them.

    Examples
    --------
    >>> import stressfx as sfx
    >>> gpx = b'<gpx><trk><trkseg><trkpt lat="70" lon="-42"><ele>2400</ele></trkpt></trkseg></trk></gpx>'
    >>> samples_of(sfx.read_activity(gpx).records).altitude_m
    array([2400.])
    """
    if isinstance(records, Samples):
        return records
    time = records["time"].to_numpy("datetime64[us]")
    seconds = time.astype("int64") / 1e6
    seconds[np.isnat(time)] = np.nan
    if "relative_time_s" in records:
        relative = records["relative_time_s"].to_numpy(np.float64)
        seconds = np.where(np.isnan(relative), seconds, relative)
    names = (
        "latitude_deg",
        "longitude_deg",
        "altitude_m",
        "distance_m",
        "speed_mps",
        "heart_rate_bpm",
        "cadence_rpm",
        *MEASURED,
    )
    columns = {name: records[name].to_numpy(np.float64) for name in names if name in records}
    return Samples(time, seconds, records["segment"].to_numpy(np.int64), **columns)
