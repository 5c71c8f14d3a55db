"""Answers what one runner's files hold together: sessions, laps, and whatever was wrong with any of them.

Takes a folder, or one file; gives an `Export`. A file that cannot be read never stops the others: it is a row of
``quarantine``.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from os import PathLike
from pathlib import Path

import pandas as pd

from stressfx.activity.summary import Row, session_findings, session_rows, sessions_frame
from stressfx.errors import SchemaError, StressfxError, UnreadableFileError
from stressfx.exports.archive import Entry, list_file, list_folder
from stressfx.exports.log import time_zone
from stressfx.exports.tables import read_shoes
from stressfx.findings import Finding, findings_frame
from stressfx.io.activity import Activity
from stressfx.io.read import read_activity
from stressfx.schema import DTYPES, LAPS, QUARANTINE, SESSIONS, SHOES

__all__ = ["Export", "read_export"]

ACTIVITY_ENDINGS = (".fit", ".gpx", ".tcx")
UNKNOWN_SPORTS = {"", "generic"}
SHOE_TABLE = "shoes.csv"
"""Table of shoes at the top of an export, if the runner keeps one."""


@dataclass(frozen=True, eq=False)
class Export:
    """What one runner's files hold.

    ==========================  ==================================================================
    `athlete_id`                whose files they are
    `sessions`                  one row a leg of a file (`stressfx.schema.SESSIONS`), by start
    `laps`                      their laps (`stressfx.schema.LAPS`, and ``session_id``)
    `findings`                  what was noticed (`stressfx.findings`); ``where`` is a file's label
    `quarantine`                files that could not be read (`stressfx.schema.QUARANTINE`)
    `shoes`                     pairs of shoes (`stressfx.schema.SHOES`), if there is a table of them
    `files`                     how many files of which ``kind`` were met; every file counts in one
    `source`                    name of the folder or file
    `records(session_id)`       the samples of one session, read again from its file
    ==========================  ==================================================================
    """

    athlete_id: str
    sessions: pd.DataFrame
    laps: pd.DataFrame
    findings: pd.DataFrame
    quarantine: pd.DataFrame
    shoes: pd.DataFrame
    files: pd.DataFrame
    source: str
    entries: Mapping[str, Entry] = field(repr=False)
    crc: str = "warn"

    def records(self, session_id: str) -> pd.DataFrame:
        """Read the samples of one session again.

        Parameters
        ----------
        session_id : str
            One of ``sessions["session_id"]``.

        Returns
        -------
        DataFrame
            `stressfx.schema.RECORDS`: the rows of the session's leg.

        Raises
        ------
        KeyError
            If the export holds no such session.
        UnreadableFileError
            If its file has gone or has changed since the export was read.
        """
        rows = self.sessions[self.sessions["session_id"] == session_id]
        if rows.empty:
            raise KeyError(f"{self.source} holds no session {session_id!r}; see its sessions['session_id']")
        label, leg = str(rows["source"].iloc[0]), int(rows["leg"].iloc[0])
        with self.entries[label].open() as stream:
            activity = read_activity(stream, crc=self.crc)
        if not session_id.startswith(activity.source.sha256[:12]):
            raise UnreadableFileError(label, "has changed since the export was read; read the export again")
        return activity.records[activity.records["leg"] == leg].reset_index(drop=True)


def read_export(
    path: str | PathLike[str],
    *,
    athlete_id: str,
    tz: str | None = None,
    unnamed_sport: str = "",
    progress: Callable[[int, int, str], object] | None = None,
    crc: str = "warn",
) -> Export:
    """Read every activity in a folder.

    Parameters
    ----------
    path : path
        A folder, looked through at any depth, or one file.
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

    Returns
    -------
    Export
        Sessions, laps, findings, quarantine, shoes and the count of files.

    Raises
    ------
    UnreadableFileError
        If there is no such file or folder, or it is an archive.
    ValueError
        If there is no time zone `tz`, or `crc` is none of the three.

    Notes
    -----
    Files that end in ``.fit``, ``.gpx`` or ``.tcx``, with or without ``.gz``, are read by their content, whatever
    the ending says. Those that hold no activity (settings, workouts, plans: most files of some accounts) are counted
    by kind. The same bytes met twice are one session, however they are named or packed. Other files are counted
    unread, except a table ``shoes.csv`` at the top (`stressfx.exports.tables.read_shoes`). Archives are not opened.
    """
    if crc not in {"warn", "raise", "ignore"}:
        raise ValueError(f"crc is {crc!r}; 'warn', 'raise' or 'ignore' is needed")
    if tz is not None:
        time_zone(tz)  # a wrong name must not be found out file by file
    root = Path(path)
    if not root.exists():
        raise UnreadableFileError(root.name, "there is no such file or folder")
    if root.is_file() and root.suffix.lower() == ".zip":
        raise UnreadableFileError(root.name, "is an archive; unpack it and give the folder")
    listing = list_folder(root) if root.is_dir() else list_file(root)
    gathered = _Gathered(athlete_id, tz, unnamed_sport, crc, noticed=list(listing.findings))
    wanted = [entry for entry in listing.entries if root.is_file() or _may_be_activity(entry.label)]
    for done, entry in enumerate(wanted, 1):
        gathered.take(entry)
        if progress is not None:
            progress(done, len(wanted), entry.label)
    entries = {entry.label: entry for entry in wanted}
    for entry in listing.entries:
        if entry.label not in entries:
            gathered.pass_over(entry)
    return gathered.export(root.resolve().name, entries)


def _may_be_activity(label: str) -> bool:
    return label.lower().removesuffix(".gz").endswith(ACTIVITY_ENDINGS)


def _has_totals(row: Row) -> bool:
    """Whether a session without samples is one at all: a run typed in by hand has totals."""
    return any(float(str(row[name])) > 0 for name in ("timer_s", "distance_m"))


@dataclass
class _Gathered:
    """What the files gave so far; `Export` once all are read."""

    athlete_id: str
    tz: str | None
    unnamed_sport: str
    crc: str
    noticed: list[Finding]
    shoes: pd.DataFrame = field(default_factory=SHOES.empty)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    laps: list[pd.DataFrame] = field(default_factory=list)
    findings: list[pd.DataFrame] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    other_kinds: Counter[str] = field(default_factory=Counter)
    labels: dict[str, str] = field(default_factory=dict)
    """Of every hash of content, the file that it was first met in."""

    def take(self, entry: Entry) -> None:
        """Read one file; whatever happens, the next can be taken."""
        try:
            with entry.open() as stream:
                self._add(read_activity(stream, crc=self.crc), entry.label)
        except Exception as error:  # noqa: BLE001  # a bug met in one file must not cost the others
            self.refuse(entry.label, error)

    def refuse(self, label: str, error: Exception) -> None:
        """Quarantine a file. Only our own errors are known to hold nothing of its content, so only they are quoted."""
        reason = "the reader itself failed on it; please report the kind of the error"
        if isinstance(error, StressfxError):
            reason = error.reason if isinstance(error, UnreadableFileError) else str(error)
        self.refused.append((label, type(error).__name__, reason))
        self.noticed.append(Finding("unreadable", 1, f"{reason[:1].upper()}{reason[1:]}.", where=label))
        self.kinds["unreadable"] += 1

    def _add(self, activity: Activity, label: str) -> None:
        first = self.labels.setdefault(activity.source.sha256, label)
        if first != label:
            self.noticed.append(Finding("same-bytes", 1, f"The same as {first}.", where=label))
            self.kinds["repeated"] += 1
            return
        if activity.source.kind != "activity":
            self.other_kinds[activity.source.kind] += 1
            self._note(activity.findings[activity.findings["severity"] != "info"], label)
            return
        self._note(activity.findings, label)
        rows = session_rows(activity, athlete_id=self.athlete_id, tz=self.tz)
        if not (len(activity.records) or any(_has_totals(row) for row in rows)):
            self.other_kinds["empty"] += 1
            return
        self.kinds[activity.source.format] += 1
        self.rows[label] = [{**row, "source": label} for row in rows]
        if quality := session_findings(activity, rows):
            self._note(findings_frame(quality), label)
        self._name_sports(label)
        if len(activity.laps):
            ids = {row["leg"]: row["session_id"] for row in rows}
            self.laps.append(activity.laps.assign(session_id=activity.laps["leg"].map(ids).fillna("")))

    def _name_sports(self, label: str) -> None:
        """Take sessions whose file names no sport for what the caller says, and say so either way."""
        nameless = [row for row in self.rows[label] if row["sport"] in UNKNOWN_SPORTS]
        for row in nameless:
            row["sport"] = row["sport"] or self.unnamed_sport
        counted = (
            f"It was taken for {self.unnamed_sport}." if self.unnamed_sport else "It is not counted among the runs."
        )
        if nameless:
            self.noticed.append(Finding("sport-unknown", len(nameless), counted, where=label))

    def _note(self, findings: pd.DataFrame, label: str) -> None:
        """Keep a file's findings under its label; what they named inside the file is said in the message."""
        if len(findings):
            inside = findings["where"].map(lambda where: f" ({where})" if where else "")
            self.findings.append(findings.assign(where=label, message=findings["message"] + inside))

    def pass_over(self, entry: Entry) -> None:
        """Count a file that holds no activity; read it only if it is the table of shoes."""
        if entry.label == SHOE_TABLE:
            try:
                with entry.open() as stream:
                    self.shoes = read_shoes(stream)
                self.kinds["shoes"] += 1
            except Exception as error:  # noqa: BLE001  # as in take
                self.refuse(entry.label, error)
        elif entry.label.lower().endswith(".zip"):
            self.noticed.append(Finding("archive-unopened", 1, "Unpack it to have it read.", where=entry.label))
            self.kinds["archive"] += 1
        else:
            self.kinds["other"] += 1

    def export(self, source: str, entries: Mapping[str, Entry]) -> Export:
        """Put everything together."""
        sessions = self._checked_sessions().sort_values(["start", "session_id"], ignore_index=True)
        laps = pd.concat(self.laps) if self.laps else LAPS.empty().assign(session_id=pd.Series(dtype="str"))
        laps = laps[laps["session_id"].isin(sessions["session_id"])]
        for kind, count in sorted(self.other_kinds.items()):
            self.noticed.append(Finding("not-activity", count, f"Files of the kind {kind!r}: {count}."))
        findings = pd.concat([findings_frame(self.noticed), *self.findings])
        kinds = sorted((self.kinds + self.other_kinds).items())
        text = DTYPES["text"]
        return Export(
            athlete_id=self.athlete_id,
            sessions=sessions,
            laps=laps.sort_values("start", kind="stable", ignore_index=True),
            findings=findings.sort_values("where", kind="stable", ignore_index=True),
            quarantine=pd.DataFrame(self.refused, columns=[c.name for c in QUARANTINE.columns], dtype=text),
            shoes=self.shoes,
            files=pd.DataFrame(kinds, columns=["kind", "count"]).astype({"kind": text, "count": "int64"}),
            source=source,
            entries=entries,
            crc=self.crc,
        )

    def _checked_sessions(self) -> pd.DataFrame:
        """Check all sessions at once, and file by file only if that fails: a bad one costs only itself."""
        try:
            return SESSIONS.check(sessions_frame(chain.from_iterable(self.rows.values())))
        except SchemaError:
            return sessions_frame(
                row for label, rows in self.rows.items() if self._is_sound(label, rows) for row in rows
            )

    def _is_sound(self, label: str, rows: list[Row]) -> bool:
        try:
            SESSIONS.check(sessions_frame(rows))
        except SchemaError as error:
            self.refuse(label, error)
            self.kinds[str(rows[0]["format"])] -= 1
            return False
        return True
