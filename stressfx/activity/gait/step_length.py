"""How long is a step of this runner, and so how many were there where no cadence was recorded?

Takes distance and steps at each speed; gives the runner's own step lengths, and by them the steps of other stretches.
"""

import numpy as np
import numpy.typing as npt

from stressfx.activity.samples import Floats, Mask

__all__ = ["ASSUMED_SPM", "assumed_steps", "step_length_m", "step_lengths"]

ASSUMED_SPM = 165.0
"""Steps a minute of a runner of whom nothing better is known. Our choice; none by speed holds for all. [1/min]"""

LENGTH_BIN_MPS = 0.25
"""Step lengths are kept for speeds that differ by no more. Our choice. [m/s]"""

LENGTH_BINS = 50
"""Up to 12.5 m/s: nobody runs faster."""

LEAST_STEPS = 100.0
"""On fewer steps no step length of a speed is based. Our choice."""


def step_lengths(speed_mps: npt.ArrayLike, distance_m: npt.ArrayLike, steps: npt.ArrayLike) -> Floats:
    """Find a runner's own step length at each speed.

    Parameters
    ----------
    speed_mps, distance_m, steps : array-like of float
        Stretches at one speed each: how fast, how far, with how many steps. [m/s, m, 1]

    Returns
    -------
    array of float64, shape (50,)
        Median length of a step, one value for each 0.25 m/s of speed from 0; NaN under 100 steps. [m]

    Examples
    --------
    >>> lengths = step_lengths([2.6, 3.1], [780, 20], [840, 20])
    >>> lengths[[10, 12]].round(4).tolist()
    [0.9286, nan]
    """
    speed, distance, taken = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (speed_mps, distance_m, steps)))
    usable = (taken > 0) & (distance > 0) & (speed >= 0) & (speed < LENGTH_BINS * LENGTH_BIN_MPS)
    length, taken = distance[usable] / taken[usable], taken[usable]
    place = (speed[usable] / LENGTH_BIN_MPS).astype(np.int64)
    order = np.argsort(length, kind="stable")
    lengths = np.full(LENGTH_BINS, np.nan)
    for number in np.unique(place):
        chosen = order[place[order] == number]
        so_far = np.cumsum(taken[chosen])
        if so_far[-1] >= LEAST_STEPS:
            # The length of the middle step, so that long stretches count for more than short ones.
            lengths[number] = length[chosen[np.searchsorted(so_far, so_far[-1] / 2)]]
    return lengths


def assumed_steps(
    timer_s: npt.ArrayLike,
    distance_m: npt.ArrayLike,
    speed_mps: npt.ArrayLike,
    *,
    lengths: Floats | None = None,
) -> tuple[Floats, Mask]:
    """Assume the steps of movement whose cadence nobody recorded.

    Parameters
    ----------
    timer_s, distance_m, speed_mps : array-like of float
        How long, how far and how fast: stretches of a leg, or whole sessions. [s, m, m/s]
    lengths : array of float64, optional
        The runner's own step lengths, of `step_lengths`.

    Returns
    -------
    steps : array of float64
        Distance over the runner's own step length at that speed; where that is not known, 165 steps a minute.
    by_length : array of bool
        Where the step length tells.

    Examples
    --------
    >>> lengths = step_lengths([2.6], [930.0], [1000.0])
    >>> steps, by_length = assumed_steps([600, 600], [1560, 1800], [2.6, 3.0], lengths=lengths)
    >>> steps.round(1).tolist(), by_length.tolist()
    ([1677.4, 1650.0], [True, False])
    """
    timer, distance, speed = np.broadcast_arrays(*(np.asarray(x, np.float64) for x in (timer_s, distance_m, speed_mps)))
    length = np.full(speed.shape, np.nan)
    if lengths is not None:
        inside = (speed >= 0) & (speed < LENGTH_BINS * LENGTH_BIN_MPS)
        length[inside] = lengths[(speed[inside] / LENGTH_BIN_MPS).astype(np.int64)]
    by_length = ~np.isnan(length) & (distance > 0)
    steps = np.divide(distance, length, out=np.array(timer * ASSUMED_SPM / 60), where=by_length)
    return steps, by_length


def step_length_m(distance_m: npt.ArrayLike, steps: npt.ArrayLike) -> Floats:
    """Give the mean length of a step.

    Parameters
    ----------
    distance_m : array-like of float
        Distance. [m]
    steps : array-like of float
        Steps of both feet over it.

    Returns
    -------
    array of float64
        Distance over steps; NaN without steps. [m]

    Examples
    --------
    >>> step_length_m([8000.0, 0.0], [8550.0, 0.0]).round(4).tolist()
    [0.9357, nan]
    """
    distance, taken = np.broadcast_arrays(np.asarray(distance_m, np.float64), np.asarray(steps, np.float64))
    lengths: Floats = np.divide(distance, taken, out=np.full(distance.shape, np.nan), where=taken > 0)
    return lengths
