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

from stressfx.activity.bone.damage import BAND, EXPONENT, damage_of, damage_source, loads_shin, relative_strain
from stressfx.activity.bone.easy_speed import easy_speed
from stressfx.activity.bone.osteogenic import osteogenic_index, recovery_factor
from stressfx.activity.clean import MOVING_MPS
from stressfx.activity.effort.critical_speed import best_of, critical_speed
from stressfx.activity.effort.impulse import Impulse, trimp_rate
from stressfx.activity.effort.trimp import hrss, session_rpe
from stressfx.activity.effort.zones import THREE, critical_speed_zones, threshold_zones, zone_of
from stressfx.activity.gait.step_length import ASSUMED_SPM
from stressfx.activity.intensity import CHANNELS
from stressfx.activity.leg import ON_FOOT
from stressfx.activity.quality import SPARSE_COVERAGE
from stressfx.activity.track import FASTEST_MPS
from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.exports.profile import Profile
from stressfx.schema import DTYPES, INTENSITY, LOADS, LOG

__all__ = ["session_loads"]

ASSUMED_SHARE = 0.2
"""If the cadence of more of the movement is not known, the steps of a session count as assumed. Our choice."""

Floats = npt.NDArray[np.float64]
Columns = dict[str, npt.NDArray[Any]]
ADDED = tuple(column for column in LOADS.columns if column not in LOG.columns and not column.optional)


class Spent(NamedTuple):
    """What sessions spent at the values of one channel; or, before it is parted by channel, of all."""

    place: npt.NDArray[np.int64]
    """Which session, from 0."""
    channel: npt.NDArray[np.int64]
    """Which of `CHANNELS`, from 0."""
    value: Floats
    timer_s: Floats
    steps: Floats
    steps_s: Floats
    distance_m: Floats

    def summed(self, weights: Floats, count: int) -> Floats:
        """Sum by session."""
        return np.bincount(self.place, weights=weights, minlength=count).astype(np.float64, copy=False)

    def rows(self, chosen: "npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice") -> "Spent":
        """Choose rows."""
        columns: Any = [column[chosen] for column in self]
        return Spent(*columns)

    def of(self, channel: str) -> "Spent":
        """Choose one channel."""
        return self.rows(self.channel == CHANNELS.index(channel))


class Totals(NamedTuple):
    """What the log tells of sessions, in arrays: a frame for each of thousands of athletes would take seconds."""

    loading: Floats
    """Whether they load the shin, by `stressfx.activity.bone.damage.loads_shin`."""
    running: npt.NDArray[np.bool_]
    """Whether they are runs that count."""
    on_foot: npt.NDArray[np.bool_]
    carried: Floats
    """Share of the body weight that the legs carry."""
    timer_s: Floats
    moving_s: Floats
    distance_m: Floats
    speed_mean_mps: Floats
    steps: Floats
    heart_rate_mean_bpm: Floats
    heart_rate_coverage: Floats

    def rows(self, places: npt.NDArray[np.intp]) -> "Totals":
        """Choose sessions."""
        chosen: Any = [column[places] for column in self]
        return Totals(*chosen)


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
        the log (`stressfx.activity.bone.easy_speed.easy_speed`). [m/s]

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
    best efforts in the runs that count, which is a lower bound (``zones_by`` says which; the last one moves as the log
    grows). Zones of speed are for sports on foot.

    ``damage`` is `stressfx.activity.bone.damage.bone_damage` summed over the bins of speed. Steps at speeds without a
    cadence are taken at the mean cadence of the session, else at 165 a minute. Sessions known by totals are taken
    at their mean speed, which is lower, as are those whose samples tell of less than 80 % of their time or distance
    (our choice): their damage would be too low. At a mean speed that nobody runs at (above 12.5 m/s) there is none.
    ``damage_source`` says all this. Sports without steps do none.

    ``osteogenic`` is another question, and another scale: see `stressfx.activity.bone.osteogenic`.

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
    totals = _totals(log)
    for athlete, places, rows in _athletes(log, spent):
        known = profile.get(athlete, Profile()) if isinstance(profile, Mapping) else profile or Profile()
        sessions = totals.rows(places)
        at_mps = reference_mps if references is None else float(references[athlete])
        heart, speed = rows.of("heart_rate_bpm"), rows.of("speed_mps")
        loads = _by_heart(sessions, heart, known) | _in_zones(sessions, heart, speed, known, rows.of("effort_m"))
        loads |= _by_bone(sessions, speed, exponent, at_mps)
        for name, values in loads.items():
            found[name][places] = values
    found["body_weight_share"] = totals.carried
    found["session_rpe"] = session_rpe(log["perceived_exertion"], log["timer_s"]).to_numpy(dtype=float)
    bouts = log["counted"].to_numpy(dtype=bool) & (found["osteogenic"] > 0)  # a copy of a run is no bout of its own
    found["osteogenic"][bouts] *= recovery_factor(*(log.loc[bouts, name] for name in ("start", "end", "athlete_id")))
    columns = {c.name: pd.Series(found[c.name], index=log.index, dtype=DTYPES[c.kind]) for c in ADDED}
    told = log.drop(columns=list(columns), errors="ignore")  # so that a load stands in its place, be it told or not
    return LOADS.check(told.assign(**columns))


def _blank(kind: str, count: int) -> npt.NDArray[Any]:
    return np.full(count, "", object) if kind == "text" else np.full(count, np.nan)


def _totals(log: pd.DataFrame) -> Totals:
    """Take what is needed of the log."""
    share = log["body_weight_share"] if "body_weight_share" in log.columns else pd.Series(np.nan, index=log.index)
    on_foot = log["sport"].isin(ON_FOOT).to_numpy(dtype=bool)
    running = (log["sport"] == "running").to_numpy(dtype=bool) & log["counted"].to_numpy(dtype=bool)
    loading = np.array([loads_shin(*names) for names in zip(log["sport"], log["sub_sport"], strict=True)], np.float64)
    carried = share.to_numpy(dtype=float)
    numbers = (log[name].to_numpy(dtype=float) for name in Totals._fields[4:])
    return Totals(loading, running, on_foot, np.where(np.isnan(carried) & on_foot, 1.0, carried), *numbers)


def _athletes(log: pd.DataFrame, spent: pd.DataFrame) -> Iterator[tuple[str, npt.NDArray[np.intp], Spent]]:
    """Give each athlete's sessions, and the rows of their intensity with the session that each belongs to."""
    place = _places(spent["session_id"], pd.Index(log["session_id"]))
    codes, athletes = pd.factorize(log["athlete_id"])
    of_row = np.where(place >= 0, codes[place], len(athletes)) if len(log) else place
    sessions, order = np.argsort(codes, kind="stable"), np.argsort(of_row, kind="stable")
    numbers = np.arange(len(athletes) + 1)
    edges, cuts = np.searchsorted(codes[sessions], numbers), np.searchsorted(of_row[order], numbers)
    within = np.empty(len(log), np.int64)
    within[sessions] = np.arange(len(log)) - edges[codes[sessions]]
    order = order[: cuts[-1]]  # behind it lie sessions that are not in the log
    channel = _places(spent["channel"], pd.Index(CHANNELS))
    columns = (spent[name].to_numpy(dtype=float)[order] for name in Spent._fields[2:])
    rows = Spent(within[place[order]], channel[order], *columns)
    for number, athlete in enumerate(athletes):
        own = slice(cuts[number], cuts[number + 1])
        yield str(athlete), sessions[edges[number] : edges[number + 1]], rows.rows(own)


def _places(names: pd.Series, among: pd.Index) -> npt.NDArray[np.intp]:
    """Tell where each name stands among others, -1 for none; names that repeat are looked up once."""
    codes, different = pd.factorize(names)
    return among.get_indexer(pd.Index(different))[codes]


def _by_heart(sessions: Totals, heart: Spent, profile: Profile) -> Columns:
    """Compute the training impulse, and how it is known."""
    impulse = _impulse(profile)
    if impulse is None:
        return {}
    count = len(sessions.timer_s)
    known_s = heart.summed(heart.timer_s, count)
    sampled = heart.summed(trimp_rate(heart.value, **impulse) * heart.timer_s / 60, count)
    at_mean = trimp_rate(sessions.heart_rate_mean_bpm, **impulse) * sessions.timer_s / 60
    told = (known_s == 0) & ~np.isnan(at_mean) & ~(sessions.heart_rate_coverage < SPARSE_COVERAGE)
    sparse = known_s < SPARSE_COVERAGE * sessions.timer_s * (1 - 1e-9)
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


def _in_zones(sessions: Totals, heart: Spent, speed: Spent, profile: Profile, efforts: Spent) -> Columns:
    """Sum the time in three zones."""
    first_bpm, second_bpm = profile.heart_rate_first_threshold_bpm, profile.heart_rate_second_threshold_bpm
    if profile.critical_speed_mps > 0:
        zones, by, spent = critical_speed_zones(profile.critical_speed_mps), "critical_speed", speed
    elif first_bpm > 0 and second_bpm > 0:
        zones, by, spent = threshold_zones(first_bpm, second_bpm), "heart_rate", heart
    else:
        own_mps = _own_critical_speed(sessions, efforts)
        if math.isnan(own_mps):
            return {}
        zones, by, spent = critical_speed_zones(own_mps), "log_critical_speed", speed
    count = len(sessions.timer_s)
    zone, known_s = zone_of(spent.value, zones), spent.summed(spent.timer_s, count)
    known = known_s >= SPARSE_COVERAGE * sessions.timer_s * (1 - 1e-9)
    known &= sessions.on_foot | (spent is heart)  # the speed of a ride is no easy or hard run
    seconds = [spent.summed(np.where(zone == number, spent.timer_s, 0.0), count) for number in range(len(THREE))]
    loads: Columns = {f"{name}_s": np.where(known, each, np.nan) for name, each in zip(THREE, seconds, strict=True)}
    return loads | {"zones_by": np.where(known, by, "").astype(object)}


def _own_critical_speed(sessions: Totals, efforts: Spent) -> float:
    """Fit the critical speed to the best efforts of the runs that count: a ride, too, can be as fast as somebody."""
    runs = efforts.rows(sessions.running[efforts.place])
    if not len(runs.place):
        return math.nan
    best = best_of(runs.value, runs.timer_s)
    try:
        return critical_speed(pd.DataFrame({"distance_m": best[0], "timer_s": best[1]})).critical_speed_mps
    except InsufficientDataError:
        return math.nan


def _by_bone(sessions: Totals, speed: Spent, exponent: float, reference_mps: float | None) -> Columns:
    """Compute the damage of each session, and the osteogenic index before any recovery."""
    count, loading, carried = len(sessions.timer_s), sessions.loading, sessions.carried
    reference = math.nan if reference_mps is None else reference_mps
    if math.isnan(reference):
        return {name: np.where(loading == 0, 0.0, np.nan) for name in ("damage", "damage_low", "damage_high")}
    sampled = _by_samples(sessions, speed)
    speed = speed.rows(sampled[speed.place])
    steps, assumed = _steps(sessions, speed, sampled)
    mean_mps = np.where(sessions.speed_mean_mps <= FASTEST_MPS, sessions.speed_mean_mps, np.nan)
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


def _by_samples(sessions: Totals, speed: Spent) -> npt.NDArray[np.bool_]:
    """Tell whose samples tell of the whole session: where many are lost, their damage would be too low."""
    count = len(sessions.timer_s)
    known_s, known_m = speed.summed(speed.timer_s, count), speed.summed(np.nan_to_num(speed.distance_m), count)
    least = SPARSE_COVERAGE * (1 - 1e-9)
    lost = (known_s < least * sessions.timer_s) | (known_m < least * sessions.distance_m)
    # Somebody may correct the distance of a treadmill, and then it is its mean speed that is right.
    return (known_s > 0) & ~lost


def _steps(sessions: Totals, speed: Spent, sampled: npt.NDArray[np.bool_]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Give the steps at each speed, then those of the sessions without any; and whose steps are assumed."""
    count = len(sampled)
    taken, moving = np.nan_to_num(speed.steps), speed.value >= MOVING_MPS
    counted, counted_s = speed.summed(taken, count), speed.summed(speed.steps_s, count)
    cadence = np.divide(counted, counted_s, out=np.full(count, ASSUMED_SPM / 60), where=counted_s > 0)
    open_s = np.where(moving, np.maximum(speed.timer_s - np.nan_to_num(speed.steps_s), 0.0), 0.0)
    assumed = speed.summed(open_s, count) > ASSUMED_SHARE * speed.summed(np.where(moving, speed.timer_s, 0.0), count)
    told, totals = ~sampled, sessions.steps
    by_time = np.where(np.isnan(sessions.moving_s), sessions.timer_s, sessions.moving_s) * ASSUMED_SPM / 60
    without = np.where(np.isnan(totals), by_time, totals)
    return np.append(taken + open_s * cadence[speed.place], without[told]), assumed | (told & np.isnan(totals))
