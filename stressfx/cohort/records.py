"""What does a watch see of one made-up run? The samples of a session, one a second, then thinned as watches do.

Takes a runner, a planned run and a seeded generator; gives a frame of `stressfx.schema.RECORDS`. Places are
invented and lie in empty country.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.schema import RECORDS

if TYPE_CHECKING:
    from stressfx.cohort.runner import PlannedRun, Runner

__all__ = ["run_records", "start_utc"]

scipy = lazy_loader.load("scipy")

Floats = npt.NDArray[np.float64]

METRES_PER_DEGREE = 111_194.93
"""Length of a degree of latitude on a sphere of 6371008.8 m. [m]"""

LAP_M = 1000.0
TRACK_M = 400.0
SPEED_STEPS = 125.0
"""Watches tell speed in steps of about 8 mm/s. [s/m]"""


def start_utc(runner: "Runner", run: "PlannedRun") -> datetime:
    """Tell when a planned run starts.

    Parameters
    ----------
    runner : Runner
        Whose run, for the zone.
    run : PlannedRun
        Which run.

    Returns
    -------
    datetime
        Instant in UTC.

    Examples
    --------
    >>> from stressfx.cohort.runner import made_up_runner
    >>> runner = made_up_runner("runner-b", seed=1)
    >>> start_utc(runner, runner.runs[0]).tzinfo is UTC
    True
    """
    return (run.start - timedelta(seconds=runner.utc_offset_s(run.start))).replace(tzinfo=UTC)


def run_records(runner: "Runner", run: "PlannedRun", rng: np.random.Generator) -> pd.DataFrame:
    """Make up the samples of one session.

    Parameters
    ----------
    runner : Runner
        Who runs.
    run : PlannedRun
        What was planned.
    rng : numpy.random.Generator
        Source of everything that is left to chance.

    Returns
    -------
    DataFrame
        `stressfx.schema.RECORDS`, with running dynamics where the plan asks for them. Distance and speed are those
        of the device; positions carry an error of a few metres.

    Examples
    --------
    >>> from stressfx.cohort.runner import made_up_runner
    >>> runner = made_up_runner("runner-b", seed=1)
    >>> records = run_records(runner, runner.runs[0], np.random.default_rng(1))
    >>> bool(records["distance_m"].iloc[-1] >= runner.runs[0].distance_m)
    True
    """
    speed_mps = _speed(runner, run, rng)
    distance_m = np.concatenate([[0.0], np.cumsum(speed_mps[1:])])
    timer_s = np.arange(len(speed_mps), dtype=np.int64)
    segment, waited_s = _pauses(len(timer_s), run.pauses, rng)
    ground_m, east_m, north_m = _route(runner, run, distance_m, rng)
    heart_rate = _heart_rate(runner, run, speed_mps, ground_m, distance_m, rng)
    cadence = _cadence(runner, run, speed_mps, rng)
    start = pd.Timestamp(start_utc(runner, run))
    indoors = run.surface == "treadmill"
    columns: dict[str, object] = {
        "time": (start + pd.to_timedelta(timer_s + waited_s, unit="s")).astype("datetime64[us, UTC]"),
        "leg": np.zeros(len(timer_s), dtype=np.int64),
        "segment": segment,
        "latitude_deg": np.full(len(timer_s), np.nan) if indoors else _latitude(runner, north_m, rng),
        "longitude_deg": np.full(len(timer_s), np.nan) if indoors else _longitude(runner, east_m, rng),
        "altitude_m": np.full(len(timer_s), np.nan) if indoors else ground_m + _wander(len(timer_s), 0.25, 600.0, rng),
        "distance_m": distance_m,
        "speed_mps": np.rint(speed_mps * SPEED_STEPS) / SPEED_STEPS,
        "heart_rate_bpm": heart_rate,
        "cadence_rpm": cadence,
        "power_w": np.full(len(timer_s), np.nan),
        "temperature_c": np.rint(_temperature(runner, run) + _wander(len(timer_s), 0.8, 900.0, rng)),
    }
    if run.dynamics:
        columns |= _dynamics(runner, speed_mps, cadence, rng)
    records = pd.DataFrame(columns)
    kept = np.ones(len(records), dtype=bool) if run.every_second else _smart(segment, distance_m, rng)
    return RECORDS.check(records[kept].reset_index(drop=True))


def _wander(length: int, spread: float, memory_s: float, rng: np.random.Generator) -> Floats:
    """Give noise that forgets itself with a time constant: what sensors, wind and moods do."""
    keep = math.exp(-1.0 / memory_s)
    push = rng.standard_normal(length) * spread * math.sqrt(1.0 - keep**2)
    push[0] = rng.standard_normal() * spread
    noise: Floats = scipy.signal.lfilter([1.0], [1.0, -keep], push)
    return noise


def _lagged(target: Floats, first: float, lag_s: float) -> Floats:
    """Follow a target with a delay, as a heart does."""
    keep = math.exp(-1.0 / lag_s)
    followed: Floats = scipy.signal.lfilter([1.0 - keep], [1.0, -keep], target, zi=[keep * first])[0]
    return followed


def _speed(runner: "Runner", run: "PlannedRun", rng: np.random.Generator) -> Floats:
    """Give the speed of every second until the planned distance is run."""
    easy = runner.easy_speed_mps
    seconds = math.ceil(1.6 * run.distance_m / min(easy, 2.2)) + 600
    clock = np.arange(seconds)
    if run.kind == "intervals":
        # ten minutes to warm up, then 3 min fast and 2 min slow
        fast = (clock >= 600) & ((clock - 600) % 300 < 180) & (clock < 600 + 6 * 300)
        target = np.where(fast, 1.36 * easy, np.where(clock < 600, easy, 0.85 * easy))
    elif run.kind == "tempo":
        target = np.where((clock >= 720) & (clock < 720 + 1500), 1.22 * easy, easy)
    elif run.kind == "walk-run":
        target = np.where(clock % 180 < 60, 1.5, 0.88 * easy)
    elif run.kind == "ride":
        target = np.full(seconds, 7.2)
    else:
        target = np.full(seconds, easy * (0.97 if run.kind == "long" else 1.0))
    speed = _lagged(target.astype(np.float64), 0.6 * float(target[0]), 4.0)
    speed = speed * (1.0 + rng.normal(0.0, 0.02) + _wander(seconds, 0.02, 90.0, rng)) + _wander(seconds, 0.06, 4.0, rng)
    speed = np.clip(speed, 0.5, None)
    last = int(np.searchsorted(np.cumsum(speed[1:]), run.distance_m)) + 2
    return speed[:last]


def _pauses(length: int, count: int, rng: np.random.Generator) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the stretch that every second belongs to, and how long the runner has stood still before it."""
    segment = np.zeros(length, dtype=np.int64)
    waited_s = np.zeros(length, dtype=np.int64)
    for place in sorted(rng.uniform(0.2, 0.8, size=count)):
        at = int(place * length)
        segment[at:] += 1
        waited_s[at:] += int(rng.integers(25, 200))
    return segment, waited_s


def _route(
    runner: "Runner", run: "PlannedRun", distance_m: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Give height, east and north of every second on a way out and back, a loop or a track, all in metres."""
    total = float(distance_m[-1])
    heading = rng.uniform(0.0, 2 * math.pi)
    bend = rng.normal(0.0, 0.5)
    if run.surface == "track":
        angle = 2 * math.pi * distance_m / TRACK_M
        east, north = TRACK_M / (2 * math.pi) * np.sin(angle), TRACK_M / (2 * math.pi) * (1.0 - np.cos(angle))
    elif run.kind == "long" or rng.random() < 0.5:
        angle = 2 * math.pi * distance_m / total
        radius = total / (2 * math.pi)
        east, north = radius * np.sin(angle), radius * (1.0 - np.cos(angle))
    else:
        out = np.minimum(distance_m, total - distance_m)
        east, north = _arc(out, bend / total)
    turned_east = east * math.cos(heading) - north * math.sin(heading)
    turned_north = east * math.sin(heading) + north * math.cos(heading)
    # long waves of dunes or drifts, the same in every run of one runner
    waves = np.sin(turned_east / 310.0) + 0.5 * np.sin((turned_east + turned_north) / 170.0)
    ground = runner.altitude_m + (0.0 if run.surface == "track" else runner.relief_m) * waves
    return ground, turned_east, turned_north


def _arc(out_m: Floats, turn_per_m: float) -> tuple[Floats, Floats]:
    """Walk a given way along a gentle arc."""
    curve = turn_per_m if abs(turn_per_m) > 1e-9 else 1e-9
    return np.sin(curve * out_m) / curve, (1.0 - np.cos(curve * out_m)) / curve


def _latitude(runner: "Runner", north_m: Floats, rng: np.random.Generator) -> Floats:
    return runner.latitude_deg + (north_m + _wander(len(north_m), 1.6, 120.0, rng)) / METRES_PER_DEGREE


def _longitude(runner: "Runner", east_m: Floats, rng: np.random.Generator) -> Floats:
    metres = METRES_PER_DEGREE * math.cos(math.radians(runner.latitude_deg))
    return runner.longitude_deg + (east_m + _wander(len(east_m), 1.6, 120.0, rng)) / metres


def _heart_rate(
    runner: "Runner",
    run: "PlannedRun",
    speed_mps: Floats,
    ground_m: Floats,
    distance_m: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Follow the effort with a lag of half a minute, and drift upwards with time."""
    reserve = runner.heart_rate_max_bpm - runner.heart_rate_rest_bpm
    ease = 7.2 if run.kind == "ride" else runner.easy_speed_mps
    slope = np.gradient(ground_m, np.maximum.accumulate(distance_m + 1e-3 * np.arange(len(distance_m))))
    effort = 0.62 * speed_mps / ease + 1.2 * slope + 0.02 * np.arange(len(speed_mps)) / 1800.0
    target = runner.heart_rate_rest_bpm + reserve * np.clip(effort, 0.2, 0.97)
    rate = _lagged(target, runner.heart_rate_rest_bpm + 0.35 * reserve, 30.0)
    return np.rint(np.clip(rate + _wander(len(rate), 1.2, 20.0, rng), 60, runner.heart_rate_max_bpm))


def _cadence(runner: "Runner", run: "PlannedRun", speed_mps: Floats, rng: np.random.Generator) -> Floats:
    """Give strides a minute in halves, as watches tell them; turns of the pedals on a ride."""
    noise = _wander(len(speed_mps), 0.7, 10.0, rng)
    if run.kind == "ride":
        return np.rint(80.0 + 3.0 * noise)
    strides = runner.strides_rpm + 4.5 * (speed_mps - runner.easy_speed_mps) + noise
    walking = speed_mps < 1.9
    return np.rint(2.0 * np.where(walking, 58.0 + noise, strides)) / 2.0


def _temperature(runner: "Runner", run: "PlannedRun") -> float:
    if run.surface == "treadmill":
        return 22.0
    season = math.cos(2 * math.pi * (run.day.timetuple().tm_yday - 15) / 365.25)
    return runner.temperature_c + math.copysign(8.0, -runner.latitude_deg) * season


def _dynamics(runner: "Runner", speed_mps: Floats, cadence_rpm: Floats, rng: np.random.Generator) -> dict[str, Floats]:
    """Give what a sensor at the chest adds: step length, time on the ground, movement up and down."""
    step_m = speed_mps * 60.0 / (2.0 * cadence_rpm)
    swing_m = 0.048 * runner.height_m + _wander(len(speed_mps), 0.002, 30.0, rng)
    return {
        "vertical_oscillation_m": swing_m,
        "vertical_ratio": swing_m / step_m,
        "stance_time_s": 0.31 - 0.022 * speed_mps + _wander(len(speed_mps), 0.003, 20.0, rng),
        "stance_time_balance": 0.498 + _wander(len(speed_mps), 0.003, 40.0, rng),
        "step_length_m": step_m,
    }


def _smart(segment: npt.NDArray[np.int64], distance_m: Floats, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Keep a sample every few seconds, at the ends of every stretch and where a kilometre is full."""
    kept = np.zeros(len(segment), dtype=bool)
    steps = np.cumsum(rng.integers(5, 11, size=len(segment)))
    kept[steps[steps < len(segment)]] = True
    kept[[0, -1]] = True
    turns = np.flatnonzero(np.diff(segment))
    kept[turns] = kept[turns + 1] = True
    kept[np.flatnonzero(np.diff(distance_m // LAP_M)) + 1] = True
    return kept
