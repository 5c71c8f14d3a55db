"""What was the whole number, when a device sends only its lowest bits?

Takes full values and low bits in file order; gives the values that they stand for.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["accumulate"]

Values = npt.NDArray[np.float64]


def accumulate(full: Values, low: Values, *, bits: int, start: float = np.nan) -> Values:
    """Follow a counter of which only the lowest bits were sent.

    Parameters
    ----------
    full : array of float64
        The counter where it was sent whole, else NaN.
    low : array of float64
        Its lowest bits where only those were sent, else NaN.
    bits : int
        How many bits those are.
    start : float
        The counter before the first value; NaN if nothing is known before the first full one.

    Returns
    -------
    array of float64
        The counter; NaN where nothing was sent, or nothing to step on from is known.

    Notes
    -----
    Between two values the counter grows by less than 2 ** `bits`.

    Examples
    --------
    >>> accumulate(np.array([30.0, np.nan, np.nan]), np.array([np.nan, 31, 1]), bits=5)
    array([30., 31., 33.])
    """
    modulus = 1 << bits
    sent = np.flatnonzero(~(np.isnan(full) & np.isnan(low)))
    known = np.concatenate(([start], full[sent]))
    is_full = ~np.isnan(known)
    is_full[0] = True
    remainder = np.where(np.isnan(known), np.concatenate(([0.0], low[sent])), known) % modulus
    if np.isnan(start):
        remainder[0] = 0.0
    step = np.zeros(len(known))
    step[1:] = (remainder[1:] - remainder[:-1]) % modulus
    step[is_full] = 0.0
    walked = np.cumsum(step)
    anchor = np.maximum.accumulate(np.where(is_full, np.arange(len(known)), 0))
    values = np.full(len(full), np.nan)
    values[sent] = (known[anchor] + walked - walked[anchor])[1:]
    return values
