"""What frames does a study get of made-up athletes? Days, injuries, and the truth beside them.

Takes arrays of a row a day and a column an athlete; gives frames in the words of `stressfx.schema`. Sessions and shoes
stand in `stressfx.cohort.session_frames`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.bone.damage import EXPONENT
from stressfx.cohort.hazards import DAMAGE_CENTRE, DAMAGE_DAYS, DAMAGE_SCALE, OTHER_TISSUES, SITES, Lives
from stressfx.cohort.observed import NOT_TOLD, Seen
from stressfx.cohort.plans import Floats, Plans, Whole
from stressfx.schema import INJURIES

__all__ = ["Made", "dates_of", "days_frame", "injuries_frame", "names_of", "onsets_frame", "truth_frame"]


class Made(NamedTuple):
    """Everything that is known of made-up athletes."""

    ids: tuple[str, ...]
    first_day: int
    """Days since the epoch."""
    plans: Plans
    lives: Lives
    seen: Seen
    frailty: Floats
    gear: "np.random.SeedSequence"
    """Where chance in shoes and files begins."""


def names_of(ids: tuple[str, ...], places: Whole) -> pd.Series:
    """Write out whose each row is.

    Parameters
    ----------
    ids : tuple of str
        Names.
    places : array of int64
        Places among them.

    Returns
    -------
    Series
        A name a row.
    """
    return pd.Series(pd.Series(list(ids), dtype="str").array.take(places))


def dates_of(first_day: int, days: Whole) -> npt.NDArray[np.datetime64]:
    """Turn numbers of days into dates.

    Parameters
    ----------
    first_day : int
        Day 0, in days since the epoch.
    days : array of int64
        Numbers; `stressfx.cohort.observed.NOT_TOLD` has no date.

    Returns
    -------
    array of datetime64[us]
        Dates.
    """
    dates = (first_day + days).astype("datetime64[D]").astype("datetime64[us]")
    return np.where(days == NOT_TOLD, np.datetime64("NaT", "us"), dates)


def days_frame(made: Made) -> pd.DataFrame:
    """Lay out every athlete's days.

    Parameters
    ----------
    made : Made
        Everything.

    Returns
    -------
    DataFrame
        `stressfx.schema.DAILY_LOAD` and the exposures, by athlete and day, to the end of each log.
    """
    plans, lives, seen = made.plans, made.lives, made.seen
    ran = lives.distance_m > 0
    timer_s = np.where(ran, np.rint(lives.distance_m / plans.speed_mps), 0.0)
    distance_m = np.where(ran & ~seen.measured, np.nan, lives.distance_m)
    damage = distance_m * plans.damage_per_m
    columns = {
        "sessions": ran.astype(float),
        "distance_m": distance_m,
        "timer_s": timer_s,
        "moving_s": timer_s,
        "elapsed_s": timer_s,
        "steps": np.rint(timer_s * plans.cadence_spm / 60.0),
        "longest_m": distance_m,
        "other_sport_s": plans.other_s,
        "damage": damage,
        "damage_exponent": np.full(damage.shape, EXPONENT),
        "spike": seen.spike,
        "new_surface": seen.new_surface,
        "damage_z": _damage_z(np.where(seen.observed, damage, np.nan)),
    }
    kept = (np.arange(len(ran))[:, None] < seen.ends).T
    unseen = None if seen.observed.all() else (~seen.observed.T)[kept]
    flat = {name: values.T[kept] for name, values in columns.items()}
    if unseen is not None:
        for name in flat.keys() - {"damage_exponent"}:
            flat[name][unseen] = np.nan
    athlete, day = np.nonzero(kept)
    whose = names_of(made.ids, athlete)
    return pd.DataFrame({"athlete_id": whose, "date": dates_of(made.first_day, day), **flat}, copy=False)


def _damage_z(damage: Floats) -> Floats:
    """Sum the last 28 days on the scale of the hazard; missing while they are not all known."""
    z = np.full(damage.shape, np.nan)
    if len(damage) >= DAMAGE_DAYS:
        sums = np.zeros((len(damage) + 1, damage.shape[1]))
        np.cumsum(np.nan_to_num(damage), axis=0, out=sums[1:])
        unknown = np.zeros(sums.shape, np.int64)
        np.cumsum(np.isnan(damage), axis=0, out=unknown[1:])
        lost = unknown[DAMAGE_DAYS:] > unknown[:-DAMAGE_DAYS]
        z[DAMAGE_DAYS - 1 :] = (sums[DAMAGE_DAYS:] - sums[:-DAMAGE_DAYS] - DAMAGE_CENTRE) / DAMAGE_SCALE
        z[DAMAGE_DAYS - 1 :][lost] = np.nan
    return z


def injuries_frame(made: Made) -> pd.DataFrame:
    """List the injuries that are told.

    Parameters
    ----------
    made : Made
        Everything.

    Returns
    -------
    DataFrame
        `stressfx.schema.INJURIES`, by athlete and onset.
    """
    harm, seen = made.lives.harm, made.seen
    told = np.flatnonzero(seen.told)
    bone = harm.other[told] < 0
    tissues = np.array([*OTHER_TISSUES, "bone"], object)[harm.other[told]]
    site = harm.site[told]
    texts = {
        "site": np.where(bone, np.array([known.name for known in SITES], object)[site], "thigh"),
        "side": np.where(harm.onset[told] % 2 == 0, "left", "right"),
        "tissue": tissues,
        "osiics": np.where(bone, np.array([known.osiics for known in SITES], object)[site], ""),
        "imaging": np.where(bone, "MRI", "none"),
        "grade": np.full(len(told), ""),
        "status": np.where(bone, "confirmed", "suspected"),
        "note": np.full(len(told), ""),
    }
    columns = {
        "athlete_id": names_of(made.ids, harm.athlete[told]),
        "first_pain": dates_of(made.first_day, seen.pain[told]),
        "stopped_running": dates_of(made.first_day, seen.stop[told]),
        "diagnosed": dates_of(made.first_day, seen.diagnosed[told]),
        "returned": dates_of(made.first_day, seen.back[told]),
        **{name: pd.Series(values.astype(object), dtype="str") for name, values in texts.items()},
    }
    return INJURIES.check(pd.DataFrame(columns, columns=INJURIES.names))


def onsets_frame(made: Made) -> pd.DataFrame:
    """List the true onsets.

    Parameters
    ----------
    made : Made
        Everything.

    Returns
    -------
    DataFrame
        One row an injury that happened, told or not.
    """
    harm, told = made.lives.harm, made.seen.told
    tissues = np.array([*OTHER_TISSUES, "bone"], object)[harm.other]
    return pd.DataFrame(
        {
            "athlete_id": names_of(made.ids, harm.athlete),
            "onset": dates_of(made.first_day, harm.onset),
            "pain": dates_of(made.first_day, harm.pain),
            "tissue": pd.Series(tissues, dtype="str"),
            "injury": np.where(told, np.cumsum(told) - 1, -1),
            "spike": harm.spike.astype(float),
            "new_surface": harm.new_surface.astype(float),
            "damage_z": harm.damage_z,
        }
    )


def truth_frame(made: Made) -> pd.DataFrame:
    """Say what is true of each athlete.

    Parameters
    ----------
    made : Made
        Everything.

    Returns
    -------
    DataFrame
        One row an athlete.
    """
    harm, n_days = made.lives.harm, len(made.lives.distance_m)
    bone = np.bincount(harm.athlete[harm.other < 0], minlength=len(made.ids))
    ends = made.seen.ends
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(list(made.ids), dtype="str"),
            "frailty": made.frailty,
            "easy_m": made.plans.easy_m,
            "easy_mps": made.plans.easy_mps,
            "runs_a_week": made.plans.runs_a_week.astype(np.int64),
            "last_day": dates_of(made.first_day, np.where(ends < n_days, ends - 1, NOT_TOLD)),
            "days_at_risk": made.lives.at_risk.sum(axis=0).astype(np.int64),
            "onsets": bone.astype(np.int64),
        }
    )
