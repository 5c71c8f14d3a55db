"""Which stage of the plan was each run?

Takes a `Returning` with stages; gives a number a run. A stage is told by the amount that was run; where several stages
have the same, by the order of the runs.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.moving_back import painful_days

__all__ = ["Standing", "as_planned", "standing"]

AS_PLANNED = 0.05
"""What a watch tells may differ by so much from a plan, and be the planned session all the same. Our choice. [1]"""

SAME_SUPPORT = 0.025
"""Shares of the body weight that differ by no more are one. Our choice. [1]"""

TOLERANCE = 1e-9

Floats = npt.NDArray[np.float64]


class Standing(NamedTuple):
    """Where in the plan each run of a return stands, a value a run."""

    level: Floats
    """Stage; one more than the last for a run beyond it, missing where the distance is."""
    expected: npt.NDArray[np.int64]
    """Row of the stage that came next in the plan's own order; -1 without a plan."""
    told: npt.NDArray[np.bool_]
    """Whether the diary names the stage."""


def standing(returning: Returning) -> Standing:
    """Tell where in the plan each run of a return stands.

    Parameters
    ----------
    returning : Returning
        A return; without stages nothing is known.

    Returns
    -------
    Standing
        What the diary says of each run, else what its distance (times the body weight carried) tells.

    Notes
    -----
    A run is of the stage whose amount is nearest, if that differs by at most 5 % and the same body weight was carried
    (both our choice), or of the stage that comes next in the plan's own order if that is an earlier one and differs no
    more; else of the first stage that holds as much. Of several stages of one amount it is the one nearest to that
    order, which begins anew one stage lower after each day with pain, unless the plan itself does so (it was moved
    back) or that was in the first stage. Stages that differ in their breaks alone cannot be told from each other by a
    distance: the diary's ``stage`` can say it.
    """
    runs, count = returning.runs, len(returning.runs)
    found, nexts = np.full(count, np.nan), np.full(count, -1, dtype=np.int64)
    if returning.plan is None:
        return Standing(found, nexts, np.zeros(count, dtype=bool))
    stages = returning.plan.stages
    numbers = stages["stage"].to_numpy(np.int64)
    order = np.searchsorted(numbers, returning.plan.order)
    hurt = [] if returning.pain is None else painful_days(returning.pain, returning.athlete_id)
    told, following = _told(returning), 0
    for place, date in enumerate(runs["date"]):
        while hurt and hurt[0] < date:
            before = found[:place][~np.isnan(found[:place])]
            if len(before):
                lower = max(int(np.searchsorted(numbers, min(before[-1], numbers[-1]))) - 1, 0)
                if order[min(following, len(order) - 1)] > lower:  # else the plan itself was moved back
                    following = int(np.argmax(order >= lower))
            hurt = hurt[1:]
        nexts[place] = order[min(following, len(order) - 1)]
        known = told.get(date, math.nan)
        found[place] = _level(runs.iloc[place], stages, int(nexts[place])) if math.isnan(known) else known
        following += 1
    return Standing(found, nexts, runs["date"].isin(list(told)).to_numpy(dtype=bool))


def as_planned(returning: Returning) -> Returning:
    """Judge runs that were carried out as planned by what was planned.

    Parameters
    ----------
    returning : Returning
        A return.

    Returns
    -------
    Returning
        The same; of a run within 5 % of the session that came next in the plan, or of that of its day, the amount of
        the plan counts where it is less, and as a measure for later runs where it is more: what a watch adds to it or
        takes off is no step of the runner's.

    Notes
    -----
    A plan goes to the very limit of 10 %, and no watch measures a run that well. The days of a plan are counted from
    its first run, and those of the return from the runner's own.
    """
    plan, runs = returning.plan, returning.runs
    if plan is None:
        return returning
    held_m = (plan.stages["distance_m"] * plan.stages["body_weight_share"]).to_numpy(np.float64)
    order = np.searchsorted(plan.stages["stage"].to_numpy(np.int64), plan.order)
    days = np.array([(day - plan.days[0]).days for day in plan.days], dtype=np.int64)
    since = (runs["date"] - returning.first_run).dt.days.to_numpy(np.int64)
    today = order[np.maximum(np.searchsorted(days, since, side="right") - 1, 0)] if len(days) else None
    carried_m = runs["carried_m"].to_numpy(np.float64)
    counted_m, measure_m = carried_m, carried_m
    for rows in (today, standing(returning).expected):
        if rows is not None:
            near = np.abs(carried_m - held_m[rows]) <= AS_PLANNED * held_m[rows] * (1 + TOLERANCE)
            counted_m = np.where(near, np.minimum(held_m[rows], counted_m), counted_m)
            measure_m = np.where(near, np.maximum(held_m[rows], measure_m), measure_m)
    return replace(returning, runs=runs.assign(counted_m=counted_m, measure_m=measure_m))


def _told(returning: Returning) -> dict[object, float]:
    """Give the stages that the diary names, by day."""
    if returning.pain is None:
        return {}
    named = returning.pain[returning.pain["stage"].notna() & returning.pain["activity"].isin(["run", ""])]
    return dict(zip(named["date"], named["stage"], strict=True))


def _level(run: pd.Series, stages: pd.DataFrame, expected: int) -> float:
    """Find the stage of a run."""
    carried_m, numbers = float(run["carried_m"]), stages["stage"].to_numpy(np.float64)
    if math.isnan(carried_m):
        return math.nan
    share = stages["body_weight_share"].to_numpy(np.float64)
    held_m = stages["distance_m"].to_numpy(np.float64) * share
    if not (held_m > 0).all():
        return math.nan  # a plan that does not say how far
    apart = np.abs(carried_m - held_m) / held_m
    near = (apart <= AS_PLANNED * (1 + TOLERANCE)) & (np.abs(share - run["share"]) <= SAME_SUPPORT)
    enough = held_m * (1 + AS_PLANNED) * (1 + TOLERANCE) >= carried_m
    if near[expected] and expected <= np.flatnonzero(near)[np.argmin(apart[near])]:
        return float(numbers[expected])
    if near.any():
        amount_m = held_m[np.flatnonzero(near)[np.argmin(apart[near])]]
    elif enough.any():
        amount_m = held_m[enough.argmax()]
    else:
        return float(numbers[-1] + 1)
    alike = np.flatnonzero(np.isclose(held_m, amount_m, rtol=TOLERANCE, atol=0))
    return float(numbers[alike[np.argmin(np.abs(alike - expected))]])
