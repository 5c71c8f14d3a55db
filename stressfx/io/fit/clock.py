"""When did it happen? FIT's seconds, compressed timestamps and clocks that were never set.

Takes seconds of FIT's clock; gives instants, and findings for those that are no date.
"""

import numpy as np
import numpy.typing as npt

from stressfx.findings import Finding
from stressfx.io.fit.accumulate import accumulate
from stressfx.io.fit.columns import timestamps
from stressfx.io.fit.container import Messages

__all__ = ["EPOCH_S", "compressed_times", "instants", "time_findings"]

EPOCH_S = 631_065_600
"""FIT counts from 1989-12-31 00:00 UTC; this is its distance from 1970. [s]"""

FIRST_DATE = 0x10000000
"""Below this, a time counts from the moment the device was switched on. [s]"""

LONGEST_S = 2 * 86400.0
"""Rows further than this from the middle of a file were written with another clock. [s]"""

LAST_DATE = 0xFFFFFFFE
"""A time has 32 bits, and all of them set mean that it is missing. [s]"""

Seconds = npt.NDArray[np.float64]
Instants = npt.NDArray[np.datetime64]


def instants(seconds: Seconds) -> Instants:
    """Turn FIT's seconds into instants.

    Parameters
    ----------
    seconds : array of float64
        Seconds of FIT's clock. [s]

    Returns
    -------
    array of datetime64[us]
        In UTC; NaT where the time is missing or counts from the start of the device.

    Examples
    --------
    >>> instants(np.array([1e9, 12.0]))
    array(['2021-09-08T01:46:40.000000',                        'NaT'],
          dtype='datetime64[us]')
    """
    dated = (seconds >= FIRST_DATE) & (seconds <= LAST_DATE)  # False for NaN as well
    if dated.all():
        return ((seconds + EPOCH_S) * 1e6).astype("int64").view("M8[us]")
    times = np.full(len(seconds), np.datetime64("NaT", "us"))
    times[dated] = ((seconds[dated] + EPOCH_S) * 1e6).astype("int64").view("M8[us]")
    return times


def time_findings(seconds: Seconds, where: str) -> list[Finding]:
    """Say which times are no dates, or out of order.

    Parameters
    ----------
    seconds : array of float64
        Seconds of FIT's clock, in file order. [s]
    where : str
        Which rows.

    Returns
    -------
    list of Finding
        Nothing, for a file whose times are all in order.
    """
    if not len(seconds):
        return []
    # One pass for the common case: a NaN makes the comparison false, so nothing is overlooked.
    steps = np.diff(seconds)
    if seconds[0] >= FIRST_DATE and bool((steps > 0).all()) and seconds[-1] - seconds[0] < LONGEST_S:
        return []
    dated = seconds[seconds >= FIRST_DATE]
    far = np.abs(dated - np.median(dated)) > LONGEST_S if len(dated) else dated
    found = {
        "time-missing": (int(np.isnan(seconds).sum()), "have no time"),
        "time-relative": (int((seconds < FIRST_DATE).sum()), "have a time since the device was switched on"),
        "time-implausible": (int(np.count_nonzero(far)), "lie more than two days from the middle of the file"),
        "time-backwards": (int((steps < 0).sum()), "are earlier than the one before"),
        "time-repeated": (int((steps == 0).sum()), "have the time of the one before"),
    }
    return [Finding(code, n, f"{n} {where} {what}.", where=where) for code, (n, what) in found.items() if n]


def compressed_times(messages: Messages, places: npt.NDArray[np.int64]) -> Seconds | None:
    """Work out the times that headers carry in five bits.

    Parameters
    ----------
    messages : Messages
        The index of a file.
    places : array of int64
        The messages whose times are asked for.

    Returns
    -------
    array of float64 or None
        Seconds of FIT's clock, NaN where a header carries none; None if no header of the file does. [s]

    Notes
    -----
    The five bits are the lowest of the time; they step on from the last time in the file, compressed or not, by less
    than 32 s. A chained file starts anew.
    """
    compressed = messages.compressed
    if compressed is None:
        return None
    headers = messages.octets[messages.starts]
    everything = np.arange(len(headers))
    seconds = np.full(len(headers), np.nan)
    for first, last in zip(messages.parts, (*messages.parts[1:], len(headers)), strict=True):
        part = slice(first, last)
        full = np.where(compressed[part], np.nan, timestamps(messages, everything[part]))
        low = np.where(compressed[part], headers[part] & 0x1F, np.nan)
        seconds[part] = accumulate(full, low, bits=5)
    return np.where(compressed[places], seconds[places], np.nan)
