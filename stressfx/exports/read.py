"""Answers what one runner's files hold together: sessions, laps, and whatever was wrong with any of them.

Takes a folder, an account's archive, or one file; gives an `Export`. A file that cannot be read never stops the
others: it is a row of ``quarantine``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from os import PathLike
from pathlib import Path

import pandas as pd

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.exports.accounts.find import account_tables
from stressfx.exports.archive import Entry, Listing, list_export
from stressfx.exports.export import Export, assemble
from stressfx.exports.harvest import Harvest, Reading, TableReader, harvest_file, harvest_table, open_entry, refused
from stressfx.exports.limits import Limits
from stressfx.exports.log import time_zone
from stressfx.exports.spread import spread
from stressfx.findings import Finding
from stressfx.io.read import read_activity
from stressfx.io.source import label_of

__all__ = ["Found", "Total", "find_files", "harvests", "read_entry", "read_export", "reading"]

ACTIVITY_ENDINGS = (".fit", ".gpx", ".tcx")
POLAR_START = "training-session"

Progress = Callable[[int, int, str], object]


@dataclass(frozen=True)
class Found:
    """What an export was found to hold, before anything but tables' headers was read.

    Attributes
    ----------
    files : tuple of Entry
        Those that may be recordings.
    tables : mapping of str to (str, callable)
        Account and reader of each table, by label.
    entries : mapping of str to Entry
        All files by label.
    listing : Listing
        How it was found.
    """

    files: tuple[Entry, ...]
    tables: Mapping[str, tuple[str, TableReader]]
    entries: Mapping[str, Entry]
    listing: Listing = field(repr=False)

    @property
    def noticed(self) -> list[Finding]:
        """What was passed over."""
        return list(self.listing.findings)

    @property
    def others(self) -> list[str]:
        """The kind of every file that is not read."""
        read = {entry.label for entry in self.files} | self.tables.keys()
        unopened = {finding.where for finding in self.listing.findings if finding.code == "archive-unopened"}
        kinds = ["other" for label in self.entries if label not in read]
        return kinds + ["archive"] * len(unopened)


def read_export(  # noqa: PLR0913  # each is a choice of its own
    path: str | PathLike[str],
    *,
    athlete_id: str,
    tz: str | None = None,
    unnamed_sport: str = "",
    progress: Progress | None = None,
    crc: str = "warn",
    executor: Executor | None = None,
    limits: Limits | None = None,
    columns: Mapping[str, str] | None = None,
) -> Export:
    """Read everything that an export holds of a runner's training.

    Parameters
    ----------
    path : path
        A folder, looked through at any depth; the zip archive of an account; or one file.
    athlete_id : str
        Whose files they are.
    tz : str, optional
        Time zone, such as ``"Europe/Berlin"``, of sessions that do not tell their own.
    unnamed_sport : str
        What to take a session for whose file names no sport, such as ``"running"``; by default it stays unnamed and
        does not count among the runs.
    progress : callable, optional
        Called after each file with the number done, the number of all and the file's label.
    crc : {"warn", "raise", "ignore"}
        What to do about a checksum that does not match: note it, quarantine the file, or not check at all.
    executor : Executor, optional
        Where files are read: any `concurrent.futures.Executor`, such as a process pool or what
        ``dask.distributed.Client(...).get_executor()`` gives, whose workers see the same `path`. By default here.
    limits : Limits, optional
        What archives may hold.
    columns : mapping of str to str, optional
        Headers of a Strava table in a language that is not known (`stressfx.exports.accounts.strava.read_columns`).

    Returns
    -------
    Export
        Sessions, laps, findings, quarantine, shoes and the count of files: the same, row for row, whoever did the work.

    Raises
    ------
    UnreadableFileError
        If there is no such file or folder.
    LimitError
        If an archive passes a limit as a whole.
    UnknownColumnsError
        If the table of an account is in a language that is not known.
    ValueError
        If there is no time zone `tz`, or `crc` is none of the three.

    Notes
    -----
    Files that end in ``.fit``, ``.gpx`` or ``.tcx``, with or without ``.gz``, are read by their content, whatever
    the ending says. Those that hold no activity (settings, workouts, plans: most files of some accounts) are counted
    by kind. The same bytes met twice are one session, however they are named or packed. Archives inside are looked
    through as if they were folders; nothing is ever extracted.

    Tables of Strava, Garmin, Apple Health, Runkeeper and intervals.icu accounts, and ``sessions.csv``, are laid over
    the sessions: shoes, perceived exertion, corrected distances; a workout without a file is a session of its own. A
    table ``shoes.csv`` at the top is read by `stressfx.exports.tables.read_shoes`. Other files are counted unread.
    """
    how = reading(athlete_id, tz=tz, unnamed_sport=unnamed_sport, crc=crc, limits=limits)
    found = find_files(path, limits=limits, columns=columns)
    task = partial(_read_batch, how=how)
    read = spread(task, found.files, executor=executor, failed=lambda entry, error: refused(entry.label, error))
    total = Total(found, limits or Limits())
    return assemble(
        (total.add(harvest) for harvest in harvests(found, read, progress)),
        how,
        source=label_of(Path(path).resolve().name),
        samples=partial(_read_again, found.entries, crc),
        noticed=found.noticed,
        others=found.others,
    )


def reading(athlete_id: str, *, tz: str | None, unnamed_sport: str, crc: str, limits: Limits | None) -> Reading:
    """Check how an export is to be read, before any of it is.

    Parameters
    ----------
    athlete_id : str
        Whose files they are.
    tz : str or None
        Time zone of sessions that do not tell their own.
    unnamed_sport : str
        What to take a session for whose file names no sport.
    crc : {"warn", "raise", "ignore"}
        What to do about a checksum that does not match.
    limits : Limits or None
        What archives may hold.

    Returns
    -------
    Reading
        The same, checked.

    Raises
    ------
    ValueError
        If there is no time zone `tz`, or `crc` is none of the three.
    """
    if crc not in {"warn", "raise", "ignore"}:
        raise ValueError(f"crc is {crc!r}; 'warn', 'raise' or 'ignore' is needed")
    if tz is not None:
        time_zone(tz)  # a wrong name must not be found out file by file
    return Reading(athlete_id, tz, unnamed_sport, crc, (limits or Limits()).entry_bytes)


def find_files(
    path: str | PathLike[str], *, limits: Limits | None = None, columns: Mapping[str, str] | None = None
) -> Found:
    """Find out what an export holds.

    Parameters
    ----------
    path : path
        A folder, an archive, or one file.
    limits : Limits, optional
        What archives may hold.
    columns : mapping of str to str, optional
        Headers of a Strava table in a language that is not known.

    Returns
    -------
    Found
        Its recordings and tables.

    Raises
    ------
    UnreadableFileError
        If there is no such file or folder.
    LimitError
        If an archive passes a limit as a whole.
    """
    root = Path(path)
    if not root.exists():
        raise UnreadableFileError(label_of(root.name), "there is no such file or folder")
    listing = list_export(root, limits=limits)
    tables = account_tables(listing.entries, columns=columns)
    alone = root.is_file() and len(listing.entries) == 1
    files = tuple(
        entry for entry in listing.entries if entry.label not in tables and (alone or _may_be_activity(entry.label))
    )
    return Found(files, tables, {entry.label: entry for entry in listing.entries}, listing)


def harvests(found: Found, read: Iterator[Harvest], progress: Progress | None) -> Iterator[Harvest]:
    """Give what every file of an export gave, tables last.

    Parameters
    ----------
    found : Found
        What the export holds.
    read : iterator of Harvest
        What its recordings gave, in order.
    progress : callable, optional
        As for `read_export`.

    Yields
    ------
    Harvest
        One a file.
    """
    for label, error in found.listing.refusals:
        yield refused(label, error)
    count = len(found.files) + len(found.tables)
    for done, harvest in enumerate(read, 1):
        yield harvest
        if progress is not None:
            progress(done, count, harvest.label)
    for done, (label, (account, reader)) in enumerate(found.tables.items(), len(found.files) + 1):
        yield harvest_table(found.entries[label], reader, account)
        if progress is not None:
            progress(done, count, label)


def read_entry(entry: Entry, how: Reading) -> Harvest:
    """Read one file of an export.

    Parameters
    ----------
    entry : Entry
        The file.
    how : Reading
        How it is read.

    Returns
    -------
    Harvest
        What it gave; nothing is raised.
    """
    source = open_entry(entry, how)
    return source if isinstance(source, Harvest) else harvest_file(source, entry.label, how)[0]


def _read_batch(entries: Sequence[Entry], *, how: Reading) -> list[Harvest]:
    return [read_entry(entry, how) for entry in entries]


@dataclass
class Total:
    """What was read out of archives so far, held to the limit of all together.

    Attributes
    ----------
    found : Found
        Where files are from.
    limits : Limits
        What archives may unpack to.
    unpacked : int
        Unpacked size so far. [bytes]
    """

    found: Found
    limits: Limits
    unpacked: int = 0

    def add(self, harvest: Harvest) -> Harvest:
        """Count a file.

        Parameters
        ----------
        harvest : Harvest
            What it gave.

        Returns
        -------
        Harvest
            The same.

        Raises
        ------
        LimitError
            If it passes the limit.
        """
        entry = self.found.entries.get(harvest.label)
        if entry is not None and entry.place is not None and entry.place.chain:
            self.unpacked += harvest.size
        if self.unpacked + self.found.listing.unpacked > self.limits.total_bytes:
            reason = f"the export unpacks to more than {self.limits.total_bytes / 2**20:g} MiB;"
            raise LimitError(harvest.label, f"{reason} Limits(total_bytes=...) or --max-total allows more")
        return harvest


def _read_again(entries: Mapping[str, Entry], crc: str, label: str, session_id: str) -> pd.DataFrame:
    """Read the records of a file once more, and make sure that it is the same file."""
    with entries[label].open() as stream:
        activity = read_activity(stream, crc=crc)
    if not session_id.startswith(activity.source.sha256[:12]):
        raise UnreadableFileError(label, "has changed since the export was read; read the export again")
    return activity.records


def _may_be_activity(label: str) -> bool:
    name = label.lower().rpartition("/")[2]
    if name.startswith(POLAR_START) and name.endswith(".json"):
        return True
    return name.removesuffix(".gz").endswith(ACTIVITY_ENDINGS)
