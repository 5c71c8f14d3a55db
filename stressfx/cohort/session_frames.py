"""What sessions would the logs of made-up athletes hold, and in which pairs of shoes were they run?

Takes `Made`; gives `stressfx.schema.LOG` with ground and bone damage, and `stressfx.schema.SHOES`. They are made from
the arrays when they are asked for: a study of days needs neither.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.activity.bone.damage import EXPONENT
from stressfx.cohort.frames import Made, dates_of, names_of
from stressfx.cohort.plans import GROUND, Floats, Whole
from stressfx.schema import DTYPES, LOADS, LOG, SHOES

__all__ = ["RIDE_MPS", "TOLD_BY_SUB_SPORT", "sessions_frame", "shoes_frame"]

RUN_HOUR, RIDE_HOUR = 7, 17
"""Everybody runs at the same hour every day, so that windows of hours and of days are the same. [h]"""

RIDE_MPS = 7.2
"""Speed of all cross-training, which is cycling. [m/s]"""

TOLD_BY_SUB_SPORT = ("trail", "track", "treadmill")
"""Ground that a watch can name; all other is told by the runner's own label."""

ROAD_A, ROAD_B, OFF_ROAD = range(3)
PLACES = ("a", "b", "trail")
MODELS = ("Made-up Dune", "Made-up Firn", "Made-up Gibber")
OFF_ROAD_GROUND = (GROUND.index("trail"), GROUND.index("gravel"))
LIVES_M = (450_000.0, 850_000.0)
"""Between these distances an athlete takes a new pair. Our choice. [m]"""

WATCH_M, REPLACE_M = 482_803.2, 804_672.0


class _Worn(NamedTuple):
    """The pair of every run, and the pairs."""

    athlete: Whole
    day: Whole
    pair: Whole
    """Place in `shoes`, a run."""
    shoes: pd.DataFrame


def shoes_frame(made: Made) -> pd.DataFrame:
    """List everybody's pairs of shoes.

    Parameters
    ----------
    made : Made
        Everything.

    Returns
    -------
    DataFrame
        `stressfx.schema.SHOES` and ``athlete_id``: two pairs in turn on roads and one off them, replaced when worn.
    """
    return _worn(made).shoes


def sessions_frame(made: Made) -> pd.DataFrame:
    """List everybody's sessions.

    Parameters
    ----------
    made : Made
        Everything.

    Returns
    -------
    DataFrame
        `stressfx.schema.LOG`, with ``surface_label`` and damage; by athlete and start. A day that nobody observed
        has none.
    """
    logged = made.seen.observed & (np.arange(len(made.seen.observed))[:, None] < made.seen.ends)
    runs, rides = _runs(made, logged), _rides(made, logged)
    both = {name: np.concatenate([runs[name], rides[name]]) for name in runs}
    order = np.lexsort((both["hour"], both["day"], both["athlete"]))
    rows = {name: values[order] for name, values in both.items()}
    start = (made.first_day + rows["day"]).astype("datetime64[D]").astype("datetime64[us]")
    start = start + (3600 * rows["hour"]).astype("timedelta64[s]")
    ends = start + rows["timer_s"].astype("timedelta64[s]")
    known = {
        **{name: values for name, values in rows.items() if name not in {"hour", "day", "athlete", "running"}},
        "athlete_id": names_of(made.ids, rows["athlete"]),
        "session_id": [
            f"{made.ids[athlete]}-{day:04d}-{'run' if ran else 'ride'}"
            for athlete, day, ran in zip(rows["athlete"], rows["day"], rows["running"], strict=True)
        ],
        "start": pd.Series(start).dt.tz_localize("UTC"),
        "end": pd.Series(ends).dt.tz_localize("UTC"),
        "date": dates_of(made.first_day, rows["day"]),
        "moving_s": rows["timer_s"],
        "elapsed_s": rows["timer_s"],
        "speed_mean_mps": rows["distance_m"] / rows["timer_s"],
        "utc_offset_s": np.zeros(len(order)),
        "counted": np.ones(len(order), dtype=bool),
        "sport": np.where(rows["running"], "running", "cycling"),
        "distance_source": np.where(np.isnan(rows["distance_m"]), "", "device"),
        **{name: np.full(len(order), text, object) for name, text in FIXED.items()},
    }
    return LOG.check(_framed(known, len(order)))


FIXED = {"format": "made up", "offset_source": "caller"}
BLANK = {"text": "", "float": np.nan, "int": 0}
FURTHER = ("surface_label", "damage", "damage_exponent", "damage_reference_mps")


def _framed(known: dict[str, object], count: int) -> pd.DataFrame:
    """Put columns in the order of the schema, blank where nothing is known."""
    wanted = {*LOG.names, *FURTHER}
    columns = {}
    for column in LOADS.columns:
        if column.name in wanted:
            values = known[column.name] if column.name in known else np.full(count, BLANK[column.kind])
            columns[column.name] = pd.Series(values, dtype=DTYPES[column.kind])
    return pd.DataFrame(columns, copy=False)


def _runs(made: Made, logged: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]") -> dict[str, Floats | Whole]:
    plans, worn = made.plans, _worn(made)
    athlete, day = worn.athlete, worn.day
    true_m, ground = made.lives.distance_m[day, athlete], plans.ground[day, athlete]
    measured = made.seen.measured[day, athlete]
    timer_s = np.rint(true_m / plans.speed_mps[day, athlete])
    distance_m = np.where(measured, true_m, np.nan)
    steps = np.rint(timer_s * plans.cadence_spm[athlete] / 60.0)
    names = np.array(GROUND, dtype=object)[ground]
    by_watch = np.isin(ground, [GROUND.index(name) for name in TOLD_BY_SUB_SPORT])
    # with pain, or after an injury, nobody runs the whole of a race or a long run
    whole = np.abs(true_m - plans.distance_m[day, athlete]) < 1.0
    count = len(day)
    rows = {
        "athlete": athlete,
        "day": day,
        "hour": np.full(count, RUN_HOUR),
        "running": np.ones(count, dtype=bool),
        "sub_sport": np.where(by_watch, names, "generic"),
        "surface_label": np.where(by_watch, "", names),
        "shoe_id": worn.shoes["shoe_id"].to_numpy(dtype=object)[worn.pair],
        "distance_m": distance_m,
        "timer_s": timer_s,
        "steps": steps,
        "cadence_mean_spm": plans.cadence_spm[athlete],
        "competition": (plans.race[day, athlete] & whole).astype(float),
        "long_run": (plans.long_run[day, athlete] & whole).astype(float),
        "damage": distance_m * plans.damage_per_m[day, athlete],
        "damage_exponent": np.full(count, EXPONENT),
        "damage_reference_mps": plans.easy_mps[athlete],
    }
    kept = logged[day, athlete]
    return {name: values[kept] for name, values in rows.items()}


def _rides(made: Made, logged: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]") -> dict[str, Floats | Whole]:
    athlete, day = np.nonzero(((made.plans.other_s > 0) & logged).T)
    timer_s, count = made.plans.other_s[day, athlete], len(day)
    nothing, unknown = np.full(count, "", object), np.full(count, np.nan)
    return {
        "athlete": athlete,
        "day": day,
        "hour": np.full(count, RIDE_HOUR),
        "running": np.zeros(count, dtype=bool),
        "sub_sport": np.full(count, "road", object),
        "surface_label": nothing,
        "shoe_id": nothing,
        "distance_m": RIDE_MPS * timer_s,
        "timer_s": timer_s,
        "steps": unknown,
        "cadence_mean_spm": unknown,
        "competition": np.zeros(count),
        "long_run": np.zeros(count),
        "damage": np.zeros(count),
        "damage_exponent": np.full(count, EXPONENT),
        "damage_reference_mps": made.plans.easy_mps[athlete],
    }


def _worn(made: Made) -> _Worn:
    """Wear two pairs in turn and one off the road; take a new one when a pair has come far enough."""
    athlete, day = np.nonzero((made.lives.distance_m > 0).T)
    ground = made.plans.ground[day, athlete]
    first_run = np.searchsorted(athlete, np.arange(len(made.ids)))
    turn = (np.arange(len(day)) - first_run[athlete]) % 2
    place = athlete * len(PLACES) + np.where(np.isin(ground, OFF_ROAD_GROUND), OFF_ROAD, turn)
    rng = np.random.default_rng(made.gear)
    life_m = np.repeat(rng.uniform(*LIVES_M, len(made.ids)), len(PLACES))
    used_m = life_m * rng.random(len(life_m))
    order = np.lexsort((day, place))
    run_m = made.lives.distance_m[day, athlete][order]
    before_m = np.cumsum(run_m) - run_m
    begins = np.searchsorted(place[order], np.arange(len(life_m)))
    since_m = before_m - np.append(before_m, 0.0)[begins][place[order]]
    number = np.empty(len(day), np.int64)
    number[order] = ((used_m + 0.0)[place[order]] + since_m) // life_m[place[order]]
    most = int(number.max()) + 1
    codes, pair = np.unique(place * most + number, return_inverse=True)
    return _Worn(athlete, day, pair, _pairs(made, codes // most, codes % most, used_m, (pair, day)))


def _pairs(made: Made, place: Whole, number: Whole, used_m: Floats, runs: tuple[Whole, Whole]) -> pd.DataFrame:
    """Make the table of pairs: from the first day worn to the last, unless it is the last pair of its place."""
    pair, day = runs
    first, last = np.full(len(place), len(made.lives.distance_m)), np.zeros(len(place), np.int64)
    np.minimum.at(first, pair, day)
    np.maximum.at(last, pair, day)
    retired = np.append(place[1:] == place[:-1], [False])
    athlete, kind = place // len(PLACES), place % len(PLACES)
    columns = {
        "shoe_id": [f"{made.ids[a]}-{PLACES[k]}{n + 1}" for a, k, n in zip(athlete, kind, number, strict=True)],
        "name": [f"{MODELS[k]} {n + 1}" for k, n in zip(kind, number, strict=True)],
        "start": dates_of(made.first_day, first),
        "start_distance_m": np.where(number == 0, used_m[place], 0.0),
        "retired": np.where(retired, dates_of(made.first_day, last), np.datetime64("NaT", "us")),
        "watch_m": np.full(len(place), WATCH_M),
        "replace_m": np.full(len(place), REPLACE_M),
        "default_for": ["trail" if k == OFF_ROAD else "road" for k in kind],
    }
    frame = pd.DataFrame({c.name: pd.Series(columns[c.name], dtype=DTYPES[c.kind]) for c in SHOES.columns})
    return SHOES.check(frame.assign(athlete_id=names_of(made.ids, athlete)))
