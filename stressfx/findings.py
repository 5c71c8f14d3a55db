"""What a reader noticed: stable codes, all listed here, and the frame that carries them.

Nothing is lost and nothing is invented. A file that cannot be read, a row that looks wrong, a duplicate, an
assumed time zone: each is a finding (code, where, how many, one sentence), and the rest of the import goes on.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["CODES", "Finding", "findings_frame"]


class Code(NamedTuple):
    """Severity of a code and what it means for the numbers."""

    severity: str
    meaning: str


CODES: dict[str, Code] = {
    # the file as a container
    "file-trailing-bytes": Code("info", "Bytes follow the end that the file declares; they were not read."),
    "fit-header-crc": Code("info", "The checksum of the file header does not match; the header itself is readable."),
    "fit-crc": Code("warning", "The checksum does not match: some byte changed; any value may be affected."),
    "fit-no-size": Code("warning", "The device never closed the file; everything that it had written was read."),
    "fit-truncated": Code("warning", "The file ends early; everything before the cut was read."),
    "fit-damaged": Code("warning", "The structure breaks here; what stands before was read."),
    "fit-resumed": Code(
        "warning",
        "Reading went on after damage, at a place from which times and structure agree with what stands before.",
    ),
    "fit-file-lost": Code("warning", "A file chained to this one cannot be read."),
    "fit-field-size": Code("info", "A field's size does not fit its type; its bytes were kept as bytes."),
    "fit-field-empty": Code("info", "A field of no size was declared; it was passed over."),
    "fit-array": Code("info", "A list of values stands where one is expected; its first valid value was taken."),
    "fit-developer-unknown": Code("info", "Values of an app that the file does not describe were passed over."),
    "fit-no-activity": Code("info", "The file holds settings, a workout or other data, not an activity."),
    "xml-blank-start": Code("info", "Blanks stand before the XML declaration; they were passed over."),
    "xml-prefix": Code("info", "A name prefix is used that the file does not declare; names were read without it."),
    "xml-encoding": Code("info", "The text is not in the encoding that it declares; it was read as Windows-1252."),
    "xml-entity": Code("info", "Entities of HTML were read as their characters, and stray ampersands as such."),
    "xml-truncated": Code("warning", "The file breaks off; every complete point before that was read."),
    "gpx-no-track": Code("info", "The file holds routes or waypoints only: plans, not runs."),
    "tcx-no-activity": Code("info", "The file holds courses or workouts only: plans, not runs."),
    "gpx-empty": Code("warning", "A track without points: a run indoors, perhaps; nothing is known of it."),
    "point-no-position": Code("info", "Points without a position; their other values were kept."),
    "position-range": Code("warning", "Positions outside the globe; they were set to missing."),
    "value-unreadable": Code("warning", "Texts where a number is expected; the values are missing."),
    # time
    "time-missing": Code("warning", "Rows without a time; they were kept, and count for no duration."),
    "time-relative": Code("warning", "Times count from the start of the device, not from a date; no date was made up."),
    "time-unreadable": Code("warning", "Times that cannot be read; the rows were kept without one."),
    "time-backwards": Code("info", "Times that run backwards; rows were kept in file order."),
    "time-repeated": Code("info", "Several rows of one second; all were kept."),
    "time-implausible": Code(
        "warning", "Times before 2000 or far from the rest of the file; the clock was not set, or was corrected."
    ),
    "zone-assumed": Code("info", "Times without a zone were read as UTC."),
    "zone-unknown": Code("warning", "No zone is known for the session; its day is the day in UTC."),
    # values
    "speed-implausible": Code("warning", "Speeds above 12.5 m/s, faster than anyone runs; raw values were kept."),
    "heart-rate-implausible": Code("info", "Heart rates outside 30 to 230 bpm; left out of means and maxima."),
    "cadence-unclear": Code("warning", "The cadence fits neither strides nor steps a minute; no steps were counted."),
    "watch-left-on": Code("warning", "The recording lasts far longer than the movement in it."),
    "no-records": Code("info", "A summary without samples; its own totals were used."),
    # a folder
    "sport-unknown": Code(
        "warning", "The file names no sport; unless one was given for it, it does not count among the runs."
    ),
    "duplicate-of": Code("warning", "The session overlaps another of the same runner; it is shown but not counted."),
    "not-activity": Code("info", "Files that hold no activity were counted by type and left out."),
    "unreadable": Code("error", "The file could not be read; see quarantine."),
    "folder-unreadable": Code("error", "The folder could not be opened; nothing in it was read."),
    "not-followed": Code("info", "Links out of the folder, and what is no regular file, were passed over."),
    "archive-unopened": Code("warning", "The archive was not opened; nothing in it was read."),
    "same-bytes": Code("info", "The file is the same, byte for byte, as another; it counts once."),
    "other-athlete": Code("warning", "Rows that name another athlete were left out."),
}
"""Every code that a finding can carry, with its severity and what it does to the numbers."""


class Finding(NamedTuple):
    """One thing that a reader noticed, in a form cheap enough to make while reading."""

    code: str
    count: int  # type: ignore[assignment]  # a tuple counts too, but nobody counts in a finding
    message: str
    offset: int | None = None
    """Where in the unpacked file. [bytes]"""
    where: str = ""
    """Which session, table or file, without its folder."""


def findings_frame(findings: "Iterable[Finding]") -> "pd.DataFrame":
    """Turn findings into a frame.

    Parameters
    ----------
    findings : iterable of Finding
        What was noticed, in order.

    Returns
    -------
    DataFrame
        One row a finding: ``code``, ``severity``, ``where``, ``count``, ``offset`` [bytes], ``message``.

    Raises
    ------
    KeyError
        If a code is not one of `CODES`.

    Examples
    --------
    >>> findings_frame([Finding("fit-crc", 1, "Checksum 0x1 found, 0x2 computed.")])["severity"].item()
    'warning'
    """
    rows = list(findings)
    if not rows:
        return _no_findings().copy(deep=False)
    return _framed(rows)


@lru_cache(maxsize=1)
def _no_findings() -> "pd.DataFrame":
    """Make the frame of a sound file once: most files are sound."""
    return _framed([])


def _framed(rows: list[Finding]) -> "pd.DataFrame":
    import numpy as np  # noqa: PLC0415  # the codes must be readable without pandas

    from stressfx.blocks import frame_of, texts  # noqa: PLC0415  # as above

    blocks = (
        (texts([row.code for row in rows]), (0,)),
        (texts([CODES[row.code].severity for row in rows]), (1,)),
        (texts([row.where for row in rows]), (2,)),
        (np.array([[row.count for row in rows]], np.int64), (3,)),
        (np.array([[np.nan if row.offset is None else row.offset for row in rows]], np.float64), (4,)),
        (texts([row.message for row in rows]), (5,)),
    )
    return frame_of(("code", "severity", "where", "count", "offset", "message"), blocks, len(rows))
