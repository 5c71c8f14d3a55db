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
    "record-parts": Code("info", "Records of one second that each held a part of the values; they became one row."),
    "time-implausible": Code(
        "warning", "Times before 2000 or far from the rest of the file; the clock was not set, or was corrected."
    ),
    "zone-assumed": Code("info", "Times without a zone were read as UTC."),
    "zone-unknown": Code("warning", "No zone is known for the session; its day is the day in UTC."),
    # values
    "speed-implausible": Code("warning", "Speeds above 12.5 m/s, faster than anyone runs; raw values were kept."),
    "heart-rate-implausible": Code("info", "Heart rates outside 30 to 230 bpm; left out of means and maxima."),
    "cadence-unclear": Code("warning", "The cadence fits neither strides nor steps a minute; no steps were counted."),
    "speed-sustained": Code("warning", "More than 8 m/s for longer than 10 s in a distance run; it counts."),
    "gps-jump": Code("info", "Positions where nobody could have run to in the time; raw values were kept."),
    "position-inaccurate": Code("info", "Positions over 30 m off, by the device's own estimate; they were left out."),
    "heart-rate-jump": Code("info", "Changes of the heart rate by more than 20 bpm in a second; left out of sums."),
    "heart-rate-lock": Code("warning", "Heart rates that follow the steps a minute, not the heart; they count."),
    "heart-rate-sparse": Code("warning", "The heart rate is known for less than 80 % of the recorded time."),
    "clock-changed": Code("warning", "The clock was set on the way; elapsed time, start and end leave that out."),
    "recording-gap": Code("info", "More than an hour without a sample or movement; it counts for elapsed time alone."),
    "distance-steps": Code("info", "The distance and the steps times their length differ by more than 15 %."),
    "distance-mismatch": Code("warning", "The device's distance and its positions differ by more than 15 %."),
    "distance-unit": Code("warning", "The distance seems to be in another unit than it is taken for; it was kept."),
    "session-implausible": Code("warning", "A mean speed at which nobody runs; the totals were kept."),
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
    # an account beside its recordings
    "told-only": Code("info", "Workouts without a recording; the totals that the account tells were used."),
    "file-missing": Code("warning", "A recording that the account names is absent; the account's totals were used."),
    "distance-corrected": Code("info", "The runner corrected a recorded distance; the corrected one was used."),
    # the tables of an account: Strava
    "strava-file-error": Code("warning", "Strava could not export the file; what its table tells was used."),
    "strava-row-shape": Code("warning", "Rows with too many or too few cells; what stands in its place was read."),
    "strava-date-unread": Code("warning", "Dates that cannot be read; without a file these workouts have no day."),
    "strava-id-missing": Code("warning", "Rows without a number go by their file or start; a copy may not be told."),
    "strava-value-range": Code("warning", "Values that cannot be; they were set to missing."),
    "strava-shoes-unread": Code("info", "The table of shoes is in an unknown language; the shoes worn are known."),
    # the tables of an account: Garmin and Polar
    "json-truncated": Code("warning", "The file breaks off; everything complete before that was read."),
    "garmin-row": Code("warning", "Rows without an object, a name or a start were left out; the others were kept."),
    "garmin-value": Code("warning", "Values that no workout can have; they were set to missing."),
    "garmin-units": Code(
        "warning", "The speeds do not fit the units of Garmin's export; distances, times and climbs are missing."
    ),
    "garmin-speed": Code("warning", "Distances faster than anyone runs or rides; they are missing."),
    "garmin-sport": Code("warning", "Kinds of activity that are not known; these do not count among the runs."),
    "garmin-gear": Code("warning", "Gear of an unknown kind or without a name was left out."),
    "garmin-gear-twice": Code("info", "Gear that is listed twice; the first was kept."),
    "garmin-gear-date": Code("warning", "Days on which gear was taken up or retired that cannot be read; missing."),
    "garmin-gear-link": Code("warning", "Links between gear and activities that lead nowhere were left out."),
    "garmin-shoes-many": Code("info", "Several pairs of shoes on one activity; the first counts."),
    "polar-sport": Code("warning", "Sports that have no name in FIT; these do not count among the runs."),
    "polar-samples": Code("info", "Samples of kinds that are not used were passed over."),
    "polar-untimed": Code("warning", "Samples whose time cannot be told were left out."),
    "polar-value": Code("warning", "Values that are no numbers, or that no session can have; they are missing."),
    "polar-units": Code("warning", "Speeds that are not in km/h; they are missing."),
    "polar-altitude": Code("info", "Altitudes of 0 before the altimeter had settled; they were set to missing."),
    "polar-exercise": Code("warning", "Parts of the session that hold nothing were left out."),
    # the tables of an account: Apple Health
    "apple-truncated": Code("warning", "The health record breaks off; what was whole before that was read."),
    "apple-damaged": Code("warning", "The health record is damaged; what stood there is missing, the rest was read."),
    "apple-controls": Code("info", "Characters that no XML may hold; they were left out."),
    "apple-sport": Code("warning", "Kinds of workout without a counterpart; these do not count among the runs."),
    "apple-unit": Code("warning", "Quantities in a unit that is not known; the values are missing."),
    "apple-zone": Code("info", "The workout names no time zone; its day is by that of the phone at the export."),
    "apple-parts": Code("info", "No sport stands with the parts of a multisport workout; what was measured tells it."),
    "apple-routes": Code("warning", "Workouts with several files of positions; only the first was taken."),
    "apple-route-inside": Code("warning", "Positions inside the health record were not read; the totals were."),
    # the tables of an account: Runkeeper, intervals.icu, sessions typed in by hand
    "table-quotes": Code("warning", "Quotes that do not fit; rows of the table can have run together, and be missing."),
    "table-row-refused": Code("warning", "Rows that cannot be read were left out; the others were kept."),
    "table-sport-unknown": Code("warning", "Kinds of workout that are not known; these do not count among the runs."),
    "sessions-no-time": Code("info", "The time of day is not known; noon stands for it. The day is certain."),
    # a training log
    "session-no-day": Code(
        "warning", "No day is known for the session, or its clock was never set; it is shown and counts for no day."
    ),
    "log-month-empty": Code(
        "info", "A month without any session between others; its days count as rest (0) in daily_load."
    ),
    "gap-injury": Code(
        "info",
        "Two weeks or more without a session while an injury is known; the days count as rest (0) in daily_load.",
    ),
    "gap-rest": Code(
        "info",
        "Two weeks or more without a session; the days count as rest (0) in daily_load. If runs are missing from the "
        "log, loads over these days are too low, and what follows looks like a leap.",
    ),
    "gap-no-data": Code(
        "warning",
        "Four weeks or more without a session, or other recorders after than before; the days count as rest (0) in "
        "daily_load. If runs are missing from the log, loads over these days are too low, and what follows looks "
        "like a leap.",
    ),
    "zone-change": Code(
        "info",
        "The runner's clock moved by more than an hour between two sessions; days follow the local clock, and the day "
        "between was longer or shorter than 24 hours.",
    ),
    "zone-local": Code(
        "info",
        "Only the runner's clock time is known, not the zone; the day is right, the instant may be off by hours.",
    ),
    "unit-change": Code(
        "warning",
        "The runs of one recorder differ in speed from all others by the factor between two units; their distances or "
        "times may be that many times too long or too short in every sum.",
    ),
    "session-outlier": Code(
        "warning",
        "The run is far beyond all others of the runner, or faster than anybody ran; it counts as it is, in sums, "
        "longest runs and spikes.",
    ),
    "recorder-suspicious": Code(
        "warning",
        "What the recorder says differs steadily from another, is often implausible, or has no time of day; its "
        "sessions count as they are.",
    ),
    # pairs of shoes
    "shoe-unassigned": Code("info", "No pair is known for these runs; no pair's distance holds them."),
    "shoe-several": Code(
        "info", "Several pairs fit, and none was guessed: the run is in no pair, or in that which it names."
    ),
    "shoe-unlisted": Code("info", "The pair counts from its first run in the log, with the limits of the convention."),
    "shoe-outside": Code(
        "warning", "The runs count for the pair that they name; its days of use, or the runs' pair, may be mistaken."
    ),
    "shoe-distance-unknown": Code("warning", "Runs of unknown distance; the pair has run further than its total says."),
    "shoe-before-log": Code(
        "info", "What was run in the pair from its first day of use to the first run of the log is not in its total."
    ),
    "shoe-default-unread": Code("warning", "No run is put into the pair by that word; see the template of shoes."),
    # a store
    "store-damaged": Code(
        "error",
        "A document of the store was altered on the disk; it was left out, since no value of it can be trusted.",
    ),
    "store-incomplete": Code(
        "error", "The store's list of its documents is damaged, or went back in time; documents may be missing."
    ),
    "store-outdated": Code(
        "info", "Files were read by another version of stressfx; import them again to have them read by this one."
    ),
    "store-unlisted": Code("info", "Files of an import that was broken off; nothing refers to them."),
    "store-open-to-others": Code("warning", "Others than the owner may read the store; no number depends on it."),
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
