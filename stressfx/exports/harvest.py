"""What does one file of an export give? Read once, summarized once, and small enough to travel between processes.

Takes an `Entry`; gives a `Harvest`, whatever the file is like: a file that cannot be read gives one that says why.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

import pandas as pd

from stressfx.activity.intensity import Bins
from stressfx.activity.summary import Row, summarized
from stressfx.errors import StressfxError, UnknownColumnsError, UnreadableFileError
from stressfx.exports.archive import Entry
from stressfx.exports.told import Account
from stressfx.findings import CODES, Finding
from stressfx.io.activity import Activity
from stressfx.io.read import read_activity
from stressfx.io.source import Source, open_source
from stressfx.schema import DTYPES

__all__ = ["Harvest", "Reading", "TableReader", "harvest_file", "harvest_table", "open_entry", "refused"]

TableReader: TypeAlias = Callable[[Entry], Account]
"""Reads one table of an account."""


@dataclass(frozen=True)
class Reading:
    """How the files of one runner are read.

    Attributes
    ----------
    athlete_id : str
        Whose files they are.
    tz : str or None
        Time zone of sessions that do not tell their own.
    unnamed_sport : str
        What to take a session for whose file names no sport.
    crc : {"warn", "raise", "ignore"}
        What to do about a checksum that does not match.
    max_bytes : int
        Unpacked size of one file. [bytes]
    """

    athlete_id: str
    tz: str | None = None
    unnamed_sport: str = ""
    crc: str = "warn"
    max_bytes: int = 256 * 2**20


@dataclass(frozen=True, eq=False)
class Harvest:
    """What one file gave.

    Attributes
    ----------
    label : str
        Where the file lies inside the export.
    kind : str
        What it is counted as: ``"fit"``, ``"gpx"``, ``"tcx"`` or ``"polar"`` for an activity; the account for a table;
        what else a FIT file says that it is (``"settings"``, ``"workout"``, ...); ``"empty"`` or ``"unreadable"``.
    sha256 : str
        Hash of the unpacked bytes; empty if they could not be read.
    size : int
        Unpacked size. [bytes]
    rows : tuple of dict
        Sessions, one a leg, keyed by the columns of `stressfx.schema.SESSIONS`.
    laps : DataFrame or None
        `stressfx.schema.LAPS` and ``session_id``; None if there are none.
    intensity : tuple of Bins
        How long, how many steps and how far at each heart rate and speed, one a leg.
    findings : tuple of Finding
        What was noticed; ``where`` is a place inside the file.
    account : Account or None
        What a table of an account tells.
    refused : tuple of str or None
        Name of the error and its reason, for a file that could not be read.
    """

    label: str
    kind: str
    sha256: str = ""
    size: int = 0
    rows: tuple[Row, ...] = ()
    laps: pd.DataFrame | None = field(default=None, repr=False)
    intensity: tuple[Bins, ...] = field(default=(), repr=False)
    findings: tuple[Finding, ...] = ()
    account: Account | None = None
    refused: tuple[str, str] | None = None


def open_entry(entry: Entry, how: Reading) -> Source | Harvest:
    """Take the bytes of one file of an export.

    Parameters
    ----------
    entry : Entry
        The file.
    how : Reading
        How large it may be.

    Returns
    -------
    Source or Harvest
        The bytes, unpacked; or why they cannot be had.
    """
    try:
        with entry.open() as stream:
            return open_source(stream, max_bytes=how.max_bytes)
    except Exception as error:  # noqa: BLE001  # a bug met in one file must not cost the others
        return refused(entry.label, error)


def harvest_file(source: Source, label: str, how: Reading) -> tuple[Harvest, Activity | None]:
    """Read and summarize one activity file.

    Parameters
    ----------
    source : Source
        The file's bytes.
    label : str
        Where it lies inside the export.
    how : Reading
        How it is read.

    Returns
    -------
    harvest : Harvest
        What it gave.
    activity : Activity or None
        What was read, if it is an activity.

    Notes
    -----
    Nothing is raised: a bug met in one file must not cost the others.
    """
    try:
        activity = read_activity(source, crc=how.crc)
        return _summarized(activity, label, how)
    except Exception as error:  # noqa: BLE001  # see the notes
        return replace(refused(label, error), sha256=source.sha256, size=len(source.data)), None


def harvest_table(entry: Entry, reader: TableReader, account: str) -> Harvest:
    """Read one table of an account.

    Parameters
    ----------
    entry : Entry
        The table.
    reader : callable
        What reads it.
    account : str
        Whose table it is.

    Returns
    -------
    Harvest
        What it tells.

    Raises
    ------
    UnknownColumnsError
        If the table is in a language that is not known: only the caller can help then.
    """
    try:
        told = reader(entry)
    except UnknownColumnsError:
        raise
    except Exception as error:  # noqa: BLE001  # as in harvest_file
        return refused(entry.label, error)
    return Harvest(entry.label, account, findings=told.findings, account=told)


def refused(label: str, error: Exception) -> Harvest:
    """Say why a file could not be read.

    Parameters
    ----------
    label : str
        Where it lies inside the export.
    error : Exception
        What was raised. Only our own errors are known to hold nothing of the file, so only they are quoted.

    Returns
    -------
    Harvest
        Of the kind ``"unreadable"``.
    """
    reason = "the reader itself failed on it; please report the kind of the error"
    if isinstance(error, StressfxError):
        reason = error.reason if isinstance(error, UnreadableFileError) else str(error)
    return Harvest(label, "unreadable", refused=(type(error).__name__, reason))


def _summarized(activity: Activity, label: str, how: Reading) -> tuple[Harvest, Activity | None]:
    source = activity.source
    about = partial(Harvest, label, sha256=source.sha256, size=len(source.data))
    if source.kind != "activity":
        worse = tuple(finding for finding in activity.noticed if CODES[finding.code].severity != "info")
        return about(source.kind, findings=worse), None
    rows, bins, found = summarized(activity, athlete_id=how.athlete_id, tz=how.tz)
    rows = [{**row, "source": label} for row in rows]
    if not (len(activity.records) or any(_has_totals(row) for row in rows)):
        return about("empty", findings=activity.noticed), None
    harvest = about(
        source.format,
        rows=tuple(rows),
        laps=_laps(activity, rows),
        intensity=bins,
        findings=(*activity.noticed, *found),
    )
    return harvest, activity


def _has_totals(row: Row) -> bool:
    """Whether a session without samples is one at all: a run typed in by hand has totals."""
    return any(float(str(row[name])) > 0 for name in ("timer_s", "distance_m"))


def _laps(activity: Activity, rows: list[Row]) -> pd.DataFrame | None:
    if not len(activity.laps):
        return None
    ids = {row["leg"]: row["session_id"] for row in rows}
    named = [str(ids.get(leg, "")) for leg in activity.laps["leg"].tolist()]
    laps = activity.laps.copy(deep=False)
    laps["session_id"] = pd.Series(named, dtype=DTYPES["text"])
    return laps
