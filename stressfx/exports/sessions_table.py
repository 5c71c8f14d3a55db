"""Which workouts did the runner write down by hand?

Takes a CSV file with one row a session; gives a Sessions frame, or what an export tells of each workout. What cannot be
read is refused with its row and column if the file was asked for by name, and left out with a finding inside an export.
"""

import hashlib
import math
import posixpath
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd

from stressfx.activity.summary import sessions_frame
from stressfx.errors import DataQualityWarning, SchemaError, UnreadableFileError
from stressfx.exports.accounts.rows import Noticed
from stressfx.exports.accounts.textcells import read_rows, table_text
from stressfx.exports.archive import Entry
from stressfx.exports.harvest import TableReader
from stressfx.exports.join import told_rows
from stressfx.exports.log import time_zone
from stressfx.exports.sessions_row import STARTS, TOTALS, OddCellError, find_columns, read_row
from stressfx.exports.tables import MAX_TABLE_BYTES, Table, shape, without_comments
from stressfx.exports.told import Account, Told
from stressfx.io.source import FileLike, open_source
from stressfx.schema import SESSIONS

__all__ = ["read_sessions", "read_sessions_entry", "tables"]

FILE_NAME = "sessions.csv"

HEAD_BYTES = 32 * 2**10
"""So far into a file the header is looked for: the explanations of a template stand before it."""

NO_TIME = "The time of day is not told; noon stands for it, or the end of the session before on the same day."


def read_sessions(file: FileLike, *, athlete_id: str = "", tz: str | None = None) -> pd.DataFrame:
    r"""Read a list of sessions that was written by hand.

    Parameters
    ----------
    file : path, bytes or binary file
        CSV with a header. Needed are ``date`` (with or without ``time``) or ``start``, and a distance or a duration.
    athlete_id : str
        Whose sessions they are, where no column ``athlete_id`` says so.
    tz : str, optional
        Time zone of starts that tell none, such as ``"Europe/Berlin"``.

    Returns
    -------
    DataFrame
        `stressfx.schema.SESSIONS`, one row a session, in the order of the file. Further columns are left out.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no table.
    SchemaError
        If a column is missing or named twice, or a cell cannot be read; the text says which.
    ValueError
        If there is no time zone `tz`.

    Warns
    -----
    DataQualityWarning
        If a session tells a day and no time of day. Noon stands for it; further such sessions of the day follow one
        after the other, so that none looks like a copy of another.

    Notes
    -----
    - ``distance`` and ``dirt_distance`` end in ``_km``, ``_mi`` or ``_m``.
    - ``duration`` is the time with the watch running, as ``H:MM:SS`` or ``M:SS``; ``timer_s`` and ``timer_min`` say it
      in seconds and minutes. So do ``moving`` and ``elapsed``.
    - ``start`` is ISO 8601: with an offset; with ``Z``, an instant that does not tell the runner's clock unless a
      column ``utc_offset_s`` does; or with neither, which is the runner's clock.
    - ``sport`` and ``sub_sport`` are words of FIT; running where nothing is said. For training that is no run they may
      be those of `stressfx.schema.sports.CROSS_TRAINING_WORDS`: running in deep water is a sport of its own, and counts
      among no runs; on an antigravity treadmill it is a kind of running.
    - ``body_weight_percent`` is what was carried on an antigravity treadmill, from 0 to 100 (or ``body_weight_share``,
      from 0 to 1). A run with 0 is one in deep water.
    - ``competition`` and ``long_run`` are ``yes`` or ``no``.
    - ``steps``, ``ascent_m``, ``descent_m``, ``heart_rate_mean_bpm``, ``heart_rate_max_bpm``, ``cadence_mean_spm``,
      ``perceived_exertion``, ``shoe_id``, ``name`` and ``session_id`` are as in the frame.

    Examples
    --------
    >>> table = b"date,time,distance_km,duration\n2025-01-31,07:15,10.5,52:30\n"
    >>> row = read_sessions(table, athlete_id="ann", tz="Europe/Berlin").iloc[0]
    >>> row["start"].isoformat(), float(row["distance_m"]), float(row["timer_s"])
    ('2025-01-31T06:15:00+00:00', 10500.0, 3150.0)
    """
    if tz is not None:
        time_zone(tz)
    table = Table.read(file)

    def refuse(number: int, column: str, reason: str, cell: str) -> None:
        table.refuse(number, column, f"{shape(cell)} found; {reason}" if cell else reason)

    timeless: list[int] = []
    rows = [
        row
        for name, told in _workouts(table, refuse, timeless)
        for row in told_rows([told], athlete_id=name or athlete_id, tz=tz, source=table.label)
    ]
    if timeless:
        text = f"{table.label}: {len(timeless)} sessions without a time of day. {NO_TIME}"
        warnings.warn(text, DataQualityWarning, stacklevel=2)
    return SESSIONS.check(sessions_frame(rows))


def tables(entries: Iterable[Entry]) -> dict[str, TableReader]:
    """Find lists of sessions that were written by hand.

    Parameters
    ----------
    entries : iterable of Entry
        What an export holds.

    Returns
    -------
    dict of str to callable
        The reader of each file that is called ``sessions.csv`` and has the columns that `read_sessions` needs, by
        label.
    """
    named = (entry for entry in entries if posixpath.basename(entry.label).lower() == FILE_NAME)
    return dict.fromkeys((entry.label for entry in named if _is_ours(entry)), read_sessions_entry)


def _is_ours(entry: Entry) -> bool:
    try:
        text = without_comments(table_text(entry.head(HEAD_BYTES), entry.label))
        header, _ = read_rows(text.encode(), entry.label, strict=False)
    except UnreadableFileError:  # whatever it is, it is no table of ours
        return False
    columns = {name.lower().replace(" ", "_") for name in header}
    return not columns.isdisjoint(STARTS) and not columns.isdisjoint(TOTALS)


def read_sessions_entry(entry: Entry) -> Account:
    """Read a list of sessions inside an export.

    Parameters
    ----------
    entry : Entry
        The table.

    Returns
    -------
    Account
        One workout a row that can be read; findings say which cannot, and which tell no time of day.

    Raises
    ------
    UnreadableFileError
        If it is no table.
    SchemaError
        If a column is missing or named twice, or the rows name more than one athlete.
    """
    with entry.open() as content:
        source = replace(open_source(content, max_bytes=MAX_TABLE_BYTES), label=entry.label)
    noticed = Noticed()

    def note(number: int, column: str, reason: str, _: str) -> None:
        noticed.note("table-row-refused", f"Column {column}: {reason}. The session was left out.", number)

    timeless: list[int] = []
    read = list(_workouts(Table.read(source), note, timeless))
    if len({name for name, _ in read} - {""}) > 1:
        raise SchemaError(f"{entry.label}: its rows name more than one athlete; give each a table of their own.")
    for number in timeless:
        noticed.note("sessions-no-time", NO_TIME, number)
    return Account(tuple(told for _, told in read), findings=noticed.findings())


def _workouts(
    table: Table, refuse: Callable[[int, str, str, str], None], timeless: list[int]
) -> Iterator[tuple[str, Told]]:
    """Give each workout and whose it is, if the row says so.

    What cannot be read is handed to `refuse`: row, column, reason, cell. Rows without a time of day go to `timeless`.
    """
    columns = find_columns(table)
    ends: dict[tuple[str, datetime], datetime] = {}
    seen: Counter[str] = Counter()
    for number, row in zip(table.numbers, table.rows, strict=True):
        athlete_id = row.get("athlete_id", "")
        try:
            told, timed = read_row(row, columns)
        except OddCellError as odd:
            refuse(number, *odd.args)
            continue
        name = _name(athlete_id, told)
        seen[name] += 1
        if told.activity_id and seen[name] > 1:
            refuse(number, "session_id", "an earlier row has the same name; give every session its own", "")
            continue
        if not timed:
            timeless.append(number)
            told = _after(told, athlete_id, ends)
        if not told.activity_id:
            told = replace(told, activity_id=hashlib.sha256(f"{name}|{seen[name]}".encode()).hexdigest()[:16])
        yield athlete_id, told


def _name(athlete_id: str, told: Told) -> str:
    """Name a workout by its start and sport: a row whose distance was corrected is still the same workout."""
    if told.activity_id:
        return f"{athlete_id}|{told.activity_id}"
    start = told.start or told.local_start
    return f"{athlete_id}|{start}|{told.sport}"


def _after(told: Told, athlete_id: str, ends: dict[tuple[str, datetime], datetime]) -> Told:
    """Place a session at noon of its day, or behind the one that stands there."""
    noon = told.local_start
    if noon is None:  # only an instant has none, and that tells the time
        return told
    start = min(ends.get((athlete_id, noon), noon), noon.replace(hour=23, minute=59))
    lasts = next((time for time in (told.elapsed_s, told.timer_s, told.moving_s) if not math.isnan(time)), 0.0)
    ends[athlete_id, noon] = start + timedelta(seconds=lasts)
    return replace(told, local_start=start)
