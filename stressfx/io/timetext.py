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
ABSENT = "NaTZ"
SHORTEST = len("2025-01-05T10:00:00Z")
LONGEST = len("2025-01-05T10:00:00.123456789Z")
MARKS = [4, 7, 10, 13, 16]
DIGITS = [place for place in range(SHORTEST - 1) if place not in MARKS]
"""Where a time in its usual form has its signs, and where its digits."""

FIRST_DATE = np.datetime64("2000-01-01", "us")
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
            "time-implausible": (
                int((self.instants < FIRST_DATE).sum()),
                "times lie before 2000; the clock was not set",
            ),
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
    missing = sum(1 for text in texts if not text)
    given = [text or ABSENT for text in texts] if missing else texts
    if missing == len(texts) or max(map(len, filter(None, given))) > LONGEST:
        return None
    try:
        rows = np.array(given, dtype="S")
    except UnicodeEncodeError:
        return None
    characters = rows.view(np.uint8).reshape(len(rows), rows.itemsize)
    width = (characters != 0).sum(axis=1)
    last = (np.arange(len(rows)), width - 1)
    if not (characters[last] == ord("Z")).all():
        return None
    characters[last] = 0  # numpy reads the rest, and knows of no zones
    dated = width >= SHORTEST
    if dated.sum() + missing < len(rows) or not _plain(characters if dated.all() else characters[dated]):
        return None
    try:
        return Times(rows.astype("M8[us]"), 0, 0, missing)
    except ValueError:
        return None


def _plain(characters: npt.NDArray[np.uint8]) -> bool:
    """Tell whether texts are a date, a T and a clock time, of a year that exists: numpy takes more than that."""
    body, tail = characters[:, : SHORTEST - 1], characters[:, SHORTEST - 1 :]
    # What is less than a 0 wraps round to more than 9.
    digits = (body[:, DIGITS] - ord("0") <= 9).all()
    marks = (body[:, MARKS] == np.frombuffer(b"--T::", np.uint8)).all()
    fraction = ((tail[:, 1:] - ord("0") <= 9) | (tail[:, 1:] == 0)).all()
    if tail.shape[1] > 1:
        dotted = tail[:, 0] == ord(".")
        whole = (tail == 0).all(axis=1)
        fraction = fraction and (whole | (dotted & (tail[:, 1] != 0))).all()
    return bool(digits and marks and fraction and (body[:, :4] != ord("0")).any(axis=1).all())


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
