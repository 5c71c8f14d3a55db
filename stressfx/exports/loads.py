"""How much was each session, by every load that is known of it: heart, exertion, zones and bone?

Takes a log and what its files gave by heart rate and speed; gives the same log with a column a load. What only the
runner can tell (heart rates at rest and at most, thresholds, critical speed) comes from a `Profile`.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.bone import BAND, EXPONENT, damage_of, damage_source, loads_shin, relative_strain
from stressfx.activity.clean import MOVING_MPS
from stressfx.activity.critical_speed import critical_speed, log_efforts
from stressfx.activity.easy_speed import easy_speed
from stressfx.activity.effort import hrss, session_rpe
from stressfx.activity.impulse import Impulse, trimp_rate
from stressfx.activity.leg import ON_FOOT
from stressfx.activity.osteogenic import osteogenic_index, recovery_factor
from stressfx.activity.quality import SPARSE_COVERAGE
from stressfx.activity.step_length import ASSUMED_SPM
from stressfx.activity.zones import THREE, critical_speed_zones, threshold_zones, zone_of
from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.exports.profile import Profile
from stressfx.schema import DTYPES, INTENSITY, LOADS, LOG

__all__ = ["session_loads"]

ASSUMED_SHARE = 0.2
"""If the cadence of more of the movement is not known, the steps of a session count as assumed. Our choice."""

Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]
ADDED = tuple(column for column in LOADS.columns[len(LOG.columns) :] if not column.optional)


class Spent(NamedTuple):
    """What the sessions of one runner spent at the values of one channel."""

    place: npt.NDArray[np.int64]
    """Which session, from 0."""
    value: Floats
    timer_s: Floats
    steps: Floats
    steps_s: Floats

    def summed(self, weights: Floats, count: int) -> Floats:
        """Sum by session."""
        return np.bincount(self.place, weights=weights, minlength=count).astype(np.float64, copy=False)


def session_loads(
    log: pd.DataFrame,
    intensity: pd.DataFrame | None = None,
    *,
    profile: Profile | Mapping[str, Profile] | None = None,
    exponent: float = EXPONENT,
    reference_mps: float | None = None,
) -> pd.DataFrame:
    r"""Compute every load of every session that is known.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG` of any number of athletes; the columns ``body_weight_share`` and ``surface_label`` are
        taken over if they are there (`stressfx.training.rules.apply_rules`).
    intensity : DataFrame, optional
        `stressfx.schema.INTENSITY` of its sessions: `Export.intensity`. Sessions without rows in it are known by
        their totals alone.
    profile : Profile or mapping of str to Profile, optional
        Who the runner is, or who each athlete is.
    exponent : float
        Exponent b of damage. [1]
    reference_mps : float, optional
        The speed at which a step counts as one; by default each runner's own easy speed, from the first 30 days of
        the log (`stressfx.activity.easy_speed.easy_speed`). [m/s]

    Returns
    -------
    DataFrame
        `stressfx.schema.LOADS`: the log in its order, with the loads behind it, each NaN where it is not known.

    Raises
    ------
    SchemaError
        If a frame does not follow its schema, or two sessions have one id.
    ValueError
        If the exponent or the reference is out of its range.

    Notes
    -----
    ``trimp`` is Banister's impulse, summed over the samples (the exponential makes it more than that of the mean),
    with the runner's own constants where the profile has them; without sex or constants there is none, since they
    differ. If less than 80 % of the recorded time has a heart rate, there is no value (``trimp_source`` is
    ``"sparse"``): it would be too low. Of sessions of which only the mean heart rate is known it is taken at the mean
    (``"mean"``), which is lower. ``hrss`` needs the heart rate at the threshold.

    ``easy_s``, ``moderate_s`` and ``hard_s`` lie below 85 %, up to 100 % and above the critical speed, by the
    profile; else below, between and above the two heart-rate thresholds; else by the critical speed of the log's own
    best efforts, which is a lower bound (``zones_by`` says which; the last one moves as the log grows).

    ``damage`` is `stressfx.activity.bone.bone_damage` summed over the bins of speed. Steps at speeds without a
    cadence are taken at the mean cadence of the session, else at 165 a minute. Sessions known by totals are taken
    at their mean speed, which is lower. ``damage_source`` says all this. Sports without steps do none.

    ``osteogenic`` is another question, and another scale: see `stressfx.activity.osteogenic`.

    Examples
    --------
    >>> import stressfx as sfx
    >>> table = b"date,time,distance_km,duration,perceived_exertion\n2025-01-31,07:15,10,50:00,6\n"
    >>> log = sfx.training_log(sfx.read_sessions(table, athlete_id="ann", tz="UTC"))
    >>> session_loads(log)[["session_rpe", "damage", "damage_exponent", "damage_source"]].values.tolist()
    [[300.0, 8250.0, 6.6, 'mean speed, assumed steps']]
    """
    LOG.check(log)
    spent = INTENSITY.empty() if intensity is None else INTENSITY.check(intensity)
    if not log["session_id"].is_unique:
        raise SchemaError("Log: two sessions have one session_id; loads are computed for logs without such.")
    references = easy_speed(log) if reference_mps is None else None
    found: Columns = {column.name: _blank(column.kind, len(log)) for column in ADDED}
    share = log["body_weight_share"] if "body_weight_share" in log.columns else pd.Series(np.nan, index=log.index)
    carried = np.asarray(share.where(share.notna() | ~log["sport"].isin(ON_FOOT), 1.0), np.float64)
    for athlete, places, rows in _athletes(log, spent):
        known = profile.get(athlete, Profile()) if isinstance(profile, Mapping) else profile or Profile()
        sessions = log.iloc[places]
        at_mps = reference_mps if references is None else float(references[athlete])
        heart, speed = _spent(rows, "heart_rate_bpm"), _spent(rows, "speed_mps")
        loads = _by_heart(sessions, heart, known) | _in_zones(sessions, heart, speed, known, rows[1])
        loads |= _by_bone(sessions, speed, carried[places], exponent, at_mps)
        for name, values in loads.items():
            found[name][places] = values
    found["body_weight_share"] = carried
    found["session_rpe"] = session_rpe(log["perceived_exertion"], log["timer_s"]).to_numpy(dtype=float)
    bouts = log["counted"].to_numpy(dtype=bool) & (found["osteogenic"] > 0)  # a copy of a run is no bout of its own
    found["osteogenic"][bouts] *= recovery_factor(*(log.loc[bouts, name] for name in ("start", "end", "athlete_id")))
    columns = {c.name: pd.Series(found[c.name], index=log.index, dtype=DTYPES[c.kind]) for c in ADDED}
    return LOADS.check(log.assign(**columns))


def _blank(kind: str, count: int) -> npt.NDArray[Any]:
    return np.full(count, "", object) if kind == "text" else np.full(count, np.nan)


def _athletes(
    log: pd.DataFrame, spent: pd.DataFrame
) -> Iterator[tuple[str, npt.NDArray[np.intp], tuple[npt.NDArray[np.int64], pd.DataFrame]]]:
    """Give each athlete's sessions, and the rows of their intensity with the session that each belongs to."""
    place = pd.Index(log["session_id"]).get_indexer(pd.Index(spent["session_id"]))
    codes, athletes = pd.factorize(log["athlete_id"])
    of_row = np.where(place >= 0, codes[place], len(athletes)) if len(log) else place
    order = np.argsort(of_row, kind="stable")
    edges = np.searchsorted(of_row[order], np.arange(len(athletes) + 1))
    within = np.empty(len(log), np.int64)
    for number, athlete in enumerate(athletes):
        places = np.flatnonzero(codes == number)
        within[places] = np.arange(len(places))
        rows = order[edges[number] : edges[number + 1]]
        yield str(athlete), places, (within[place[rows]], spent.iloc[rows])


def _spent(rows: tuple[npt.NDArray[np.int64], pd.DataFrame], channel: str) -> Spent:
    place, frame = rows
    held = (frame["channel"] == channel).to_numpy(dtype=bool)
    columns = (frame[name].to_numpy(dtype=float)[held] for name in ("value", "timer_s", "steps", "steps_s"))
    return Spent(place[held], *columns)


def _by_heart(sessions: pd.DataFrame, heart: Spent, profile: Profile) -> Columns:
    """Compute the training impulse, and how it is known."""
    impulse = _impulse(profile)
    if impulse is None:
        return {}
    count = len(sessions)
    timer_s, mean_bpm = (sessions[name].to_numpy(dtype=float) for name in ("timer_s", "heart_rate_mean_bpm"))
    known_s = heart.summed(heart.timer_s, count)
    sampled = heart.summed(trimp_rate(heart.value, **impulse) * heart.timer_s / 60, count)
    at_mean = trimp_rate(mean_bpm, **impulse) * timer_s / 60
    told = (known_s == 0) & ~np.isnan(at_mean) & ~(sessions["heart_rate_coverage"].to_numpy(float) < SPARSE_COVERAGE)
    sparse = known_s < SPARSE_COVERAGE * timer_s * (1 - 1e-9)
    source = np.select([told, (known_s > 0) & sparse, known_s > 0], ["mean", "sparse", "samples"], "")
    trimp = np.select([source == "mean", source == "samples"], [at_mean, sampled], np.nan)
    loads: Columns = {"trimp": trimp, "trimp_source": source.astype(object)}
    if profile.heart_rate_threshold_bpm > 0:
        loads["hrss"] = hrss(trimp, threshold_bpm=profile.heart_rate_threshold_bpm, **impulse)
    return loads


def _impulse(profile: Profile) -> Impulse | None:
    """Say how heart rates are weighed; None if the profile does not tell it."""
    rest_bpm, max_bpm = profile.heart_rate_rest_bpm, profile.heart_rate_max_bpm
    if not rest_bpm < max_bpm:
        return None
    if profile.trimp_a > 0 and profile.trimp_b > 0:
        a, b = profile.trimp_a, profile.trimp_b
        return Impulse(hr_rest_bpm=rest_bpm, hr_max_bpm=max_bpm, method="individual", a=a, b=b)
    return Impulse(hr_rest_bpm=rest_bpm, hr_max_bpm=max_bpm, sex=profile.sex) if profile.sex else None


def _in_zones(sessions: pd.DataFrame, heart: Spent, speed: Spent, profile: Profile, rows: pd.DataFrame) -> Columns:
    """Sum the time in three zones."""
    first_bpm, second_bpm = profile.heart_rate_first_threshold_bpm, profile.heart_rate_second_threshold_bpm
    if profile.critical_speed_mps > 0:
        zones, by, spent = critical_speed_zones(profile.critical_speed_mps), "critical_speed", speed
    elif first_bpm > 0 and second_bpm > 0:
        zones, by, spent = threshold_zones(first_bpm, second_bpm), "heart_rate", heart
    else:
        try:
            own_mps = critical_speed(log_efforts(rows)).critical_speed_mps
        except InsufficientDataError:
            return {}
        zones, by, spent = critical_speed_zones(own_mps), "log_critical_speed", speed
    count = len(sessions)
    zone, known_s = zone_of(spent.value, zones), spent.summed(spent.timer_s, count)
    known = known_s >= SPARSE_COVERAGE * sessions["timer_s"].to_numpy(dtype=float) * (1 - 1e-9)
    seconds = [spent.summed(np.where(zone == number, spent.timer_s, 0.0), count) for number in range(len(THREE))]
    loads: Columns = {f"{name}_s": np.where(known, each, np.nan) for name, each in zip(THREE, seconds, strict=True)}
    return loads | {"zones_by": np.where(known, by, "").astype(object)}


def _by_bone(
    sessions: pd.DataFrame, speed: Spent, carried: Floats, exponent: float, reference_mps: float | None
) -> Columns:
    """Compute the damage of each session, and the osteogenic index before any recovery."""
    count = len(sessions)
    loading = np.array([loads_shin(*names) for names in zip(sessions["sport"], sessions["sub_sport"], strict=True)])
    reference = math.nan if reference_mps is None else reference_mps
    if math.isnan(reference):
        return {name: np.where(loading == 0, 0.0, np.nan) for name in ("damage", "damage_low", "damage_high")}
    steps, assumed = _steps(sessions, speed)
    mean_mps = sessions["speed_mean_mps"].to_numpy(dtype=float)
    sampled = speed.summed(speed.timer_s, count) > 0
    told = np.flatnonzero(~sampled)
    place, value = np.append(speed.place, told), np.append(speed.value, mean_mps[told])
    loads: Columns = {}
    for name, power in zip(("damage", "damage_low", "damage_high"), (exponent, *BAND), strict=True):
        each = damage_of(
            steps, value, exponent=power, reference_mps=reference, body_weight_share=np.nan_to_num(carried)[place]
        )
        total = np.bincount(place, weights=each, minlength=count)
        loads[name] = np.select([loading == 0, loading == 1], [0.0, total], np.nan)
    known = (loading == 1) & ~np.isnan(loads["damage"].astype(float))
    source = [
        damage_source("samples" if by_samples else "mean speed", assumed=bool(guessed), supported=bool(share < 1))
        if told_of
        else ""
        for by_samples, guessed, share, told_of in zip(sampled, assumed, carried, known, strict=True)
    ]
    cycles = np.bincount(place, weights=steps, minlength=count) / 2
    strain = relative_strain(mean_mps, reference_mps=reference) * carried
    return loads | {
        "damage_exponent": np.full(count, exponent),
        "damage_reference_mps": np.full(count, reference),
        "damage_source": np.array(source, object),
        "osteogenic": np.select([loading == 0, known], [0.0, osteogenic_index(strain, cycles)], np.nan),
    }


def _steps(sessions: pd.DataFrame, speed: Spent) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Give the steps at each speed, then those of the sessions without any; and whose steps are assumed."""
    count = len(sessions)
    taken, moving = np.nan_to_num(speed.steps), speed.value >= MOVING_MPS
    counted, counted_s = speed.summed(taken, count), speed.summed(speed.steps_s, count)
    cadence = np.divide(counted, counted_s, out=np.full(count, ASSUMED_SPM / 60), where=counted_s > 0)
    open_s = np.where(moving, np.maximum(speed.timer_s - np.nan_to_num(speed.steps_s), 0.0), 0.0)
    sampled_s = speed.summed(speed.timer_s, count)
    assumed = speed.summed(open_s, count) > ASSUMED_SHARE * speed.summed(np.where(moving, speed.timer_s, 0.0), count)
    told = sampled_s == 0
    totals, moving_s, timer_s = (sessions[name].to_numpy(dtype=float) for name in ("steps", "moving_s", "timer_s"))
    by_time = np.where(np.isnan(moving_s), timer_s, moving_s) * ASSUMED_SPM / 60
    without = np.where(np.isnan(totals), by_time, totals)
    return np.append(taken + open_s * cadence[speed.place], without[told]), assumed | (told & np.isnan(totals))
