"""Which stage of the plan was each run?

Takes a `Returning` with stages; gives a number a run. A stage is told by the amount that was run; where several stages
have the same, by the order of the runs.
"""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.moving_back import painful_days

__all__ = ["levels"]

AS_PLANNED = 0.05
"""What a watch tells may differ by so much from a plan, and be the planned session all the same. Our choice. [1]"""

SAME_SUPPORT = 0.025
"""Shares of the body weight that differ by no more are one. Our choice. [1]"""

TOLERANCE = 1e-9

Floats = npt.NDArray[np.float64]


def levels(returning: Returning) -> Floats:
    """Tell the stage of each run of a return.

    Parameters
    ----------
    returning : Returning
        A return; without stages nothing is known.

    Returns
    -------
    array of float64
        A value a run: what the diary says, else what its distance (times the body weight carried) tells; one more
        than the last stage for a run beyond it, and missing where the distance is.

    Notes
    -----
    A run is of the stage whose amount is nearest, if that differs by at most 5 % and the same body weight was carried
    (both our choice), or of the stage that comes next in the plan's own order if that is an earlier one and differs no
    more; else of the first stage that holds as much. Of several stages of one amount it is the one nearest to that
    order, which begins anew one stage lower after each day with pain, unless the plan itself does so
    (it was moved back) or that was in the first stage. Stages that differ in their breaks alone cannot be told from
    each other by a distance: the diary's ``stage`` can say it.
    """
    runs, count = returning.runs, len(returning.runs)
    if returning.plan is None:
        return np.full(count, np.nan)
    stages = returning.plan.stages
    numbers = stages["stage"].to_numpy(np.int64)
    order = np.searchsorted(numbers, returning.plan.order)
    hurt = [] if returning.pain is None else painful_days(returning.pain, returning.athlete_id)
    told = _told(returning)
    found, following = np.full(count, np.nan), 0
    for place, date in enumerate(runs["date"]):
        while hurt and hurt[0] < date:
            before = found[:place][~np.isnan(found[:place])]
            if len(before):
                lower = max(int(np.searchsorted(numbers, min(before[-1], numbers[-1]))) - 1, 0)
                if order[min(following, len(order) - 1)] > lower:  # else the plan itself was moved back
                    following = int(np.argmax(order >= lower))
            hurt = hurt[1:]
        expected = int(order[min(following, len(order) - 1)])
        known = told.get(date, math.nan)
        found[place] = _level(runs.iloc[place], stages, expected) if math.isnan(known) else known
        following += 1
    return found


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
