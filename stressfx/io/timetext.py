"""When does this text say it was? Times of GPX and TCX files.

Takes texts; gives instants in UTC, and how many had no zone or could not be read. Texts of one width that end in Z,
as nearly every file has them, are read all at once.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stressfx.findings import Finding

__all__ = ["Times", "read_times"]

Instants = npt.NDArray[np.datetime64]

ISO = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?\s*",
    re.IGNORECASE,
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Times(NamedTuple):
    """What a column of texts says."""

    instants: Instants
    zone_assumed: int
    unreadable: int
    missing: int

    def findings(self) -> list[Finding]:
        """Say what was wrong with the texts."""
        steps = np.diff(self.instants[~np.isnat(self.instants)]).astype("int64")
        found = {
            "time-missing": (self.missing, "points have no time"),
            "time-unreadable": (self.unreadable, "times cannot be read"),
            "zone-assumed": (self.zone_assumed, "times have no zone; UTC was assumed"),
            "time-backwards": (int((steps < 0).sum()), "points are earlier than the one before"),
            "time-repeated": (int((steps == 0).sum()), "points have the time of the one before"),
        }
        return [Finding(code, count, f"{count} {what}.") for code, (count, what) in found.items() if count]


def read_times(texts: Sequence[str | None]) -> Times:
    """Read a column of times.

    Parameters
    ----------
    texts : sequence of str or None
        Times in ISO 8601; None or blank where there is none.

    Returns
    -------
    Times
        Instants in UTC, NaT where there is none, and what was wrong.

    Examples
    --------
    >>> read_times(["2025-01-05T10:00:00Z", "2025-01-05T11:00:01+01:00", None]).instants
    array(['2025-01-05T10:00:00.000000', '2025-01-05T10:00:01.000000',
                                  'NaT'], dtype='datetime64[us]')
    """
    fast = _all_at_once(texts)
    return fast if fast is not None else _one_by_one(texts)


def _all_at_once(texts: Sequence[str | None]) -> Times | None:
    """Read texts that are missing or end in Z; None if any is neither."""
    if not texts:
        return None
    missing = sum(1 for text in texts if not text)
    try:
        rows = np.array([text or "NaTZ" for text in texts] if missing else texts, dtype="S")
    except UnicodeEncodeError:
        return None
    characters = rows.view(np.uint8).reshape(len(rows), rows.itemsize)
    width = (characters != 0).sum(axis=1)
    last = (np.arange(len(rows)), width - 1)
    dated = characters[width > len("NaTZ")]
    if characters.shape[1] < 20 or not ((characters[last] == ord("Z")).all() and _plain(dated)):
        return None
    characters[last] = 0  # numpy reads the rest, and knows of no zones
    try:
        return Times(rows.astype("M8[us]"), 0, 0, missing)
    except ValueError:
        return None


def _plain(characters: npt.NDArray[np.uint8]) -> bool:
    """Tell whether texts are a date, a T and a clock time without a zone, of a year that exists."""
    clock = characters[:, 11:-1]
    digits = (clock >= ord("0")) & (clock <= ord(":"))  # the colon follows the nine
    plain = digits | (clock == ord(".")) | (clock == ord("Z")) | (clock == 0)
    return bool(
        (characters[:, 10] == ord("T")).all() and plain.all() and (characters[:, :4] != ord("0")).any(axis=1).all()
    )


def _one_by_one(texts: Sequence[str | None]) -> Times:
    instants = np.full(len(texts), np.datetime64("NaT", "us"))
    assumed = unreadable = missing = 0
    for row, text in enumerate(texts):
        if text is None or not text.strip():
            missing += 1
            continue
        read = _instant(text)
        if read is None:
            unreadable += 1
            continue
        instants[row] = read[0]
        assumed += read[1]
    return Times(instants, assumed, unreadable, missing)


def _instant(text: str) -> tuple[np.datetime64, bool] | None:
    """Read one time; and whether its zone had to be assumed."""
    match = ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = (int(part) for part in match.groups()[:5])
    second, fraction, zone = match[6] or "0", (match[7] or "0")[:6].ljust(6, "0"), match[8]
    try:
        moment = datetime(year, month, day, hour, minute, int(second), int(fraction), UTC)
    except ValueError:
        return None
    return np.datetime64((moment - EPOCH) // MICROSECOND - _offset_us(zone), "us"), zone is None


def _offset_us(zone: str | None) -> int:
    if zone is None or zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:]) * 60
    return seconds * 1_000_000 * (-1 if zone[0] == "-" else 1)
