"""What did the runner do that was no ordinary run, and what did the shin bone carry of it?

Takes Sessions of any number of athletes; gives `stressfx.schema.CROSS_TRAINING`, in which time and inner load stand
apart from what the bone carried, and the same by week.
"""

from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.schema import CROSS_TRAINING, DTYPES, LOADS, Schema
from stressfx.schema.sports import ANTIGRAVITY, DEEP_WATER_RUNNING, named_sport
from stressfx.training.counted import counts

__all__ = [
    "CROSS_TRAINING_KINDS",
    "UNLOADED",
    "cross_training",
    "cross_training_kind",
    "cross_training_weeks",
    "supported_damage",
]

CROSS_TRAINING_KINDS = (
    DEEP_WATER_RUNNING,
    ANTIGRAVITY,
    "walking",
    "cycling",
    "elliptical",
    "swimming",
    "rowing",
    "strength",
    "flexibility",
    "other",
)
"""Kinds of training that is no ordinary run, each session in one of them."""

UNLOADED = (DEEP_WATER_RUNNING, "cycling", "elliptical", "swimming", "rowing")
"""Kinds without steps: the shin carries nothing."""

KIND_OF_SUB_SPORT = {
    "elliptical": "elliptical",
    "indoor_cycling": "cycling",
    "spin": "cycling",
    "recumbent": "cycling",
    "hand_cycling": "cycling",
    "indoor_hand_cycling": "cycling",
    "lap_swimming": "swimming",
    "indoor_rowing": "rowing",
    "strength_training": "strength",
    "flexibility_training": "flexibility",
    "yoga": "flexibility",
    "pilates": "flexibility",
    "indoor_walking": "walking",
    "casual_walking": "walking",
    "speed_walking": "walking",
}
"""What a kind of sport in FIT's words is, be the sport what it may."""

KIND_OF_SPORT = {
    "running": "",
    DEEP_WATER_RUNNING: DEEP_WATER_RUNNING,
    "walking": "walking",
    "hiking": "walking",
    "cycling": "cycling",
    "e_biking": "cycling",
    "swimming": "swimming",
    "rowing": "rowing",
    "paddling": "rowing",
    "kayaking": "rowing",
}

LEAST_EXPONENT, MOST_EXPONENT = 6.6, 4.0
"""Exponents b that give the least and the most damage of a step with body weight carried. The first is recalled from
models of stress fracture, the second from one of adaptation, and neither was verified: the band is our choice."""

SUMMED = ("timer_s", "trimp", "session_rpe", "carried_m")
OPTIONAL = ("body_weight_share", "trimp", "session_rpe")


def _needed(*names: str) -> Schema:
    columns = (replace(column, optional=column.name in OPTIONAL) for column in LOADS.columns if column.name in names)
    return Schema("Sessions", tuple(columns))


KIND_NEEDS = ("sport", "sub_sport", "body_weight_share")
NAMED = _needed(*KIND_NEEDS)
TRAINED = _needed(
    *("athlete_id", "session_id", "date", "distance_m", "timer_s", "moving_s", "elapsed_s", "trimp", "session_rpe"),
    *KIND_NEEDS,
)

Floats: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"


def cross_training_kind(sessions: pd.DataFrame) -> pd.Series:
    """Name the kind of training of every session that is no ordinary run.

    Parameters
    ----------
    sessions : DataFrame
        Sessions; ``sport`` and ``sub_sport`` suffice, and ``body_weight_share`` is used where it is there (see
        `stressfx.training.rules.apply_rules`).

    Returns
    -------
    Series
        One of `CROSS_TRAINING_KINDS` a session; empty for an ordinary run.

    Raises
    ------
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    The kind is told by sport and kind of sport, in FIT's words or in those that people write
    (`stressfx.schema.sports.CROSS_TRAINING_WORDS`), and for a run by the body weight carried: 0 is deep water, and
    between 0 and 1 an antigravity treadmill. Walking with body weight carried stays walking.

    It is never guessed from the name of a session. Where the watch has no word for it, a rule of the runner's own can
    say so, and may go by the name: ``name = "aqua"`` with ``body_weight_percent = 0``.

    A session whose sport nobody told is ``other``: it counts among no running totals.

    Examples
    --------
    >>> sessions = pd.DataFrame({"sport": ["running", "running", "Aqua jogging", "fitness_equipment", "tennis"],
    ...                          "sub_sport": ["trail", "", "", "elliptical", ""],
    ...                          "body_weight_share": [1.0, 0.8, float("nan"), float("nan"), float("nan")]})
    >>> cross_training_kind(sessions).tolist()
    ['', 'antigravity', 'deep_water_running', 'elliptical', 'other']
    """
    NAMED.check(sessions)
    pair = sessions["sport"].fillna("") + "\n" + sessions["sub_sport"].fillna("")
    kind = pair.map({words: _kind(*words.split("\n", 1)) for words in pair.unique()}).to_numpy(dtype=object)
    share, run = _share(sessions), kind == ""
    kind[run & (share == 0)] = DEEP_WATER_RUNNING
    kind[run & (share > 0) & (share < 1)] = ANTIGRAVITY
    return pd.Series(kind, index=sessions.index, name="kind", dtype="str")


def cross_training(sessions: pd.DataFrame) -> pd.DataFrame:
    """Tell of every session that is no ordinary run how long and hard it was, and what the shin carried.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order. ``trimp``, ``session_rpe`` and ``body_weight_share`` are
        used where they are there (see `stressfx.exports.loads.session_loads`). Rows without a date, and those that a
        column ``counted`` excludes, are left out.

    Returns
    -------
    DataFrame
        `stressfx.schema.CROSS_TRAINING`: one row a session, by athlete, date and session.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, or ``counted`` holds anything but true and false.

    Notes
    -----
    Time is that of the timer, else in movement, else from start to end. Minutes and inner load are training of heart
    and muscles, and say nothing of the bone; nothing here adds the two up.

    ``body_weight_share`` and ``carried_m``, the distance times that share, are

    - 0 where nothing loads the shin by steps: deep water, cycling, elliptical trainer, swimming, rowing;
    - as told for running on an antigravity treadmill, missing where nobody told: the runner's list or a rule says it.
      (Rules take 1 for a session on foot that none of them speaks of, which is not too little.)
    - as told for walking, else 1;
    - missing for strength, flexibility and all else, which load the bone by an amount that nothing here tells.

    ``damage_most`` and ``damage_least`` are `supported_damage` with the exponents 4 and 6.6. They are missing for
    walking: the law compares steps of running, and what a walking step is beside one of them it does not say.

    A run on an antigravity treadmill is a run as well: `stressfx.training.daily.daily_load` counts it, and what is
    compared across such runs is the distance carried. So is, for `daily_load`, every session whose ``sport`` is
    running, though its ``sub_sport`` tells that it was no run. Lists read by
    `stressfx.exports.sessions_table.read_sessions` have none of these, and deep water is a sport of its own there; so
    it is where a rule of the runner has set the body weight carried by a run to 0.

    Examples
    --------
    >>> sessions = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2", "3"], "sub_sport": "",
    ...                          "sport": ["running", "running", "cycling"], "distance_m": [8000.0, 5000.0, 20000.0],
    ...                          "date": pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-04"]),
    ...                          "timer_s": [2700.0, 1800.0, 3000.0], "moving_s": 0.0, "elapsed_s": 0.0,
    ...                          "body_weight_share": [1.0, 0.8, float("nan")]})
    >>> done = cross_training(sessions.astype({"date": "datetime64[us]"}))
    >>> done[["kind", "timer_s", "carried_m", "damage_most", "damage_least"]].round(4).values.tolist()
    [['antigravity', 1800.0, 4000.0, 0.4096, 0.2293], ['cycling', 3000.0, 0.0, 0.0, 0.0]]
    """
    chosen = TRAINED.check(sessions)
    kind = cross_training_kind(chosen)
    kept = (kind != "") & chosen["date"].notna() & counts(chosen)
    rows = chosen[kept].assign(kind=kind[kept])
    rows = rows.sort_values(["athlete_id", "date", "session_id"], kind="stable", ignore_index=True)
    unloaded, kind = rows["kind"].isin(UNLOADED), rows["kind"]
    told = np.where(kind == "walking", np.nan_to_num(_share(rows), nan=1.0), _share(rows))
    share = np.select([unloaded, kind.isin(["walking", ANTIGRAVITY])], [0.0, told], np.nan)
    stepping = np.where(unloaded | (kind == ANTIGRAVITY), share, np.nan)
    found = rows.assign(
        timer_s=rows["timer_s"].fillna(rows["moving_s"]).fillna(rows["elapsed_s"]),
        **{name: rows.get(name, pd.Series(np.nan, index=rows.index)) for name in ("trimp", "session_rpe")},
        body_weight_share=share,
        carried_m=np.where(unloaded, 0.0, rows["distance_m"] * share),
        damage_most=supported_damage(stepping, exponent=MOST_EXPONENT),
        damage_least=supported_damage(stepping, exponent=LEAST_EXPONENT),
        model=np.where(kind == ANTIGRAVITY, "model", ""),
    )
    types = {column.name: DTYPES[column.kind] for column in CROSS_TRAINING.columns}
    return CROSS_TRAINING.check(found[list(types)].astype(types))


def cross_training_weeks(sessions: pd.DataFrame) -> pd.DataFrame:
    """Sum what was no ordinary run by ISO week, Monday to Sunday, and kind.

    Parameters
    ----------
    sessions : DataFrame
        As for `cross_training`.

    Returns
    -------
    DataFrame
        One row an athlete, week (its Monday) and kind that was done in it, ascending: ``sessions`` (their number),
        ``timer_s``, ``trimp``, ``session_rpe`` and ``carried_m``. Without a session of a kind there is no row.

    Raises
    ------
    SchemaError
        If a column is missing or of another type.

    Notes
    -----
    A session of which a value is not known makes the week's sum of it missing, and never a silently low number.

    Examples
    --------
    >>> rides = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2"], "sport": "cycling", "sub_sport": "",
    ...                       "date": pd.to_datetime(["2026-03-02", "2026-03-08"]), "distance_m": 9000.0,
    ...                       "timer_s": [1200.0, 1800.0], "moving_s": 0.0, "elapsed_s": 0.0})
    >>> weeks = cross_training_weeks(rides.astype({"date": "datetime64[us]"}))
    >>> weeks[["week", "kind", "sessions", "timer_s", "trimp"]].values.tolist()
    [[Timestamp('2026-03-02 00:00:00'), 'cycling', 2, 3000.0, nan]]
    """
    done = cross_training(sessions)
    after_monday = pd.to_timedelta(done["date"].dt.day_of_week, unit="D")
    week = (done["date"].dt.normalize() - after_monday).astype(DTYPES["date"])
    grouped = done.assign(week=week).groupby(["athlete_id", "week", "kind"])
    size, sums = grouped.size(), grouped[list(SUMMED)].sum()
    known = grouped[list(SUMMED)].count().eq(size, axis=0)
    weeks = sums.where(known).assign(sessions=size.astype(np.int64)).reset_index()
    return weeks[["athlete_id", "week", "kind", "sessions", *SUMMED]].astype({"athlete_id": "str", "kind": "str"})


def supported_damage(body_weight_share: npt.ArrayLike, *, exponent: float = LEAST_EXPONENT) -> Floats:
    """Compare the damage of a step with body weight carried with that of a step without.

    Parameters
    ----------
    body_weight_share : array-like of float
        Share of the body weight that the legs carry. [1]
    exponent : float
        Exponent b by which damage grows with force. [1]

    Returns
    -------
    array of float64
        ``share ** exponent``; NaN where the share is missing. [1]

    Raises
    ------
    ValueError
        If a share is not from 0 to 1, or the exponent is not above 0.

    Notes
    -----
    Peak force under the foot falls about in proportion to the body weight carried, from 12 to 24 km/h at 60, 80 and
    100 % of it [1]_, and the force on the bone is taken to fall alike. That is optimistic, and the least that the
    damage can be: most of the force on a tibia is that of muscles, which falls less. It is a model, no measurement;
    b from 4 to 6.6 is the band to read.

    References
    ----------
    .. [1] Thomson A, et al. BMC Sports Sci Med Rehabil (2021). doi:10.1186/s13102-021-00258-4

    Examples
    --------
    >>> supported_damage([0.5, 0.8, 1.0], exponent=4).round(4).tolist()
    [0.0625, 0.4096, 1.0]
    """
    share = np.asarray(body_weight_share, np.float64)
    if ((share < 0) | (share > 1)).any():
        raise ValueError("body_weight_share must be from 0 to 1: a share, and no percentage")
    if not exponent > 0:
        raise ValueError("exponent must be above 0")
    damage: Floats = share**exponent
    return damage


def _kind(sport: str, sub_sport: str) -> str:
    """Name the kind of one pair of words."""
    sport, sub_sport = named_sport(sport, sub_sport)
    if sub_sport == ANTIGRAVITY and sport == "running":
        return ANTIGRAVITY
    return KIND_OF_SUB_SPORT.get(sub_sport) or KIND_OF_SPORT.get(sport, "other")


def _share(sessions: pd.DataFrame) -> Floats:
    """Give the body weight carried, missing where nobody told."""
    if "body_weight_share" not in sessions.columns:
        return np.full(len(sessions), np.nan)
    return sessions["body_weight_share"].to_numpy(dtype=float)
