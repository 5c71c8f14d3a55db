"""Which stage of the plan was each run?

Takes a `Returning` with stages; gives a number a run. A stage is told by the amount that was run; where several stages
have the same, by the order of the runs.
"""

import math

import numpy as np
import numpy.typing as npt

from stressfx.injury.returning.checks.at_hand import Returning
from stressfx.injury.returning.moving_back import painful_days

__all__ = ["levels"]

AS_PLANNED = 0.05
"""What a watch tells may differ by so much from a plan, and be the planned session all the same. Our choice. [1]"""

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
    A run that differs by at most 5 % from the session that comes next in the plan's own order, begun anew one stage
    lower after each day with pain, is that session (5 % is our choice). Any other run is of the first stage that
    holds as much or, of several stages of one amount, of the one nearest to that order. Stages that differ in their
    breaks alone cannot be told from each other by a distance: the diary's ``stage`` can say it.
    """
    count = len(returning.runs)
    if returning.stages is None:
        return np.full(count, np.nan)
    stages = returning.stages
    numbers = stages["stage"].to_numpy(np.int64)
    held_m = (stages["distance_m"] * stages["body_weight_share"]).to_numpy(np.float64)
    order = np.repeat(np.arange(len(stages)), stages["sessions"])
    hurt = [] if returning.pain is None else painful_days(returning.pain, returning.athlete_id)
    told = _told(returning)
    found, next_session = np.full(count, np.nan), 0
    for place, (date, carried_m) in enumerate(
        zip(returning.runs["date"], returning.runs["carried_m"].to_numpy(np.float64), strict=True)
    ):
        expected = int(order[min(next_session, len(order) - 1)])
        level = told.get(date, math.nan)
        found[place] = _level(carried_m, held_m, numbers, expected) if math.isnan(level) else level
        next_session += 1
        if date in hurt and not math.isnan(found[place]):
            stage = int(np.searchsorted(numbers, min(found[place], numbers[-1])))
            next_session = int(np.searchsorted(order, max(stage - 1, 0)))
    return found


def _told(returning: Returning) -> dict[object, float]:
    """Give the stages that the diary names, by day."""
    if returning.pain is None:
        return {}
    named = returning.pain[returning.pain["stage"].notna() & returning.pain["activity"].isin(["run", ""])]
    return dict(zip(named["date"], named["stage"], strict=True))


def _level(carried_m: float, held_m: Floats, numbers: npt.NDArray[np.int64], expected: int) -> float:
    """Find the stage of an amount."""
    if math.isnan(carried_m):
        return math.nan
    if abs(carried_m - held_m[expected]) <= AS_PLANNED * held_m[expected] * (1 + TOLERANCE):
        return float(numbers[expected])
    enough = np.flatnonzero(held_m * (1 + AS_PLANNED) * (1 + TOLERANCE) >= carried_m)
    if not len(enough):
        return float(numbers[-1] + 1)
    alike = np.flatnonzero(np.isclose(held_m, held_m[enough[0]], rtol=TOLERANCE, atol=0))
    return float(numbers[alike[np.argmin(np.abs(alike - expected))]])
