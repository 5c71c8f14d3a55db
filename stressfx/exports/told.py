"""What does an account say of a workout, beside or instead of its file? The one form that every account is brought to.

Takes nothing from files itself: the readers in `stressfx.exports.accounts` give it, `stressfx.exports.join` lays it
over the sessions.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.findings import Finding
from stressfx.schema import SHOES

__all__ = ["Account", "HeartRate", "Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """What an account says of one workout; NaN, None or an empty text where it says nothing.

    Attributes
    ----------
    account : str
        Which account: ``"strava"``, ``"garmin"``, ``"apple"``, ``"runkeeper"``, ``"intervals"``, ``"sessions"``.
    activity_id : str
        The account's own name of the workout, the same in every export.
    file : str
        Label of the workout's file inside the export.
    start : datetime or None
        Start, aware, in UTC.
    local_start : datetime or None
        Start by the runner's clock, without a zone; for accounts that do not tell the instant.
    utc_offset_s : float
        Local time minus UTC, if the account tells it. [s]
    sport, sub_sport : str
        In FIT's words; the sport is ``"multisport"`` for the whole of a triathlon.
    name : str
        What the runner or the account calls it; it stays in the frame and is shown nowhere.
    device : str
        What recorded it.
    distance_m, timer_s, moving_s, elapsed_s, ascent_m, descent_m : float
        Totals, in the units that the names say.
    heart_rate_mean_bpm, heart_rate_max_bpm, cadence_mean_spm, steps : float
        Means and counts; cadence and steps of both feet.
    shoe_id : str
        The pair of shoes.
    perceived_exertion : float
        From 0 to 10.
    dirt_distance_m : float
        Distance on unpaved ground. [m]
    competition, long_run : float
        1 if marked, 0 if not.
    body_weight_share : float
        Share of the body weight that was carried. [1]
    corrects : str
        Whether `distance_m` was corrected by the runner and stands before the file's: ``"always"``, ``"indoor"``
        (of sessions without positions) or empty.
    """

    account: str
    activity_id: str
    file: str = ""
    start: datetime | None = None
    local_start: datetime | None = None
    utc_offset_s: float = math.nan
    sport: str = ""
    sub_sport: str = ""
    device: str = ""
    distance_m: float = math.nan
    timer_s: float = math.nan
    moving_s: float = math.nan
    elapsed_s: float = math.nan
    ascent_m: float = math.nan
    descent_m: float = math.nan
    heart_rate_mean_bpm: float = math.nan
    heart_rate_max_bpm: float = math.nan
    cadence_mean_spm: float = math.nan
    steps: float = math.nan
    shoe_id: str = ""
    perceived_exertion: float = math.nan
    dirt_distance_m: float = math.nan
    competition: float = math.nan
    long_run: float = math.nan
    body_weight_share: float = math.nan
    corrects: str = ""
    name: str = field(default="", repr=False)


@dataclass(frozen=True, eq=False)
class HeartRate:
    """Heart rates that an account keeps apart from the file of a workout.

    Attributes
    ----------
    time : array of datetime64[us]
        Instants in UTC, in order.
    heart_rate_bpm : array of float64
        Heart rate at each. [bpm]
    """

    time: npt.NDArray[np.datetime64]
    heart_rate_bpm: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Account:
    """What one table of an account holds.

    Attributes
    ----------
    told : tuple of Told
        One a workout, in the order of the table.
    shoes : DataFrame
        Pairs of shoes (`stressfx.schema.SHOES`).
    findings : tuple of Finding
        What was noticed; ``where`` says which row, never what it holds.
    heart_rates : mapping of str to HeartRate
        By `Told.activity_id`.
    """

    told: tuple[Told, ...] = ()
    shoes: pd.DataFrame = field(default_factory=SHOES.empty)
    findings: tuple[Finding, ...] = ()
    heart_rates: Mapping[str, HeartRate] = field(default_factory=dict)
