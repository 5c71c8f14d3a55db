"""How is the SQLite file of a store made and opened, so that readers and writers do not hinder each other?

Takes the folder of a store; gives a connection with the settings that a store relies on.
"""

import os
import sqlite3
import time
from pathlib import Path

from stressfx.errors import StoreError
from stressfx.exports.store.faults import BUSY, REBUILD
from stressfx.exports.store.folder import (
    ACTIVITIES,
    FILE_MODE,
    FOLDER_MODE,
    GENERATION,
    MANIFEST,
    note_generation,
    noted_generation,
    sync_folder,
    written_names,
)
from stressfx.exports.store.seals import NOTHING, seal_of

__all__ = ["BUSY_S", "VERSION", "create_database", "fill_database", "open_database"]

VERSION = 1
BUSY_S = 60.0
"""How long a writer waits for another. [s]"""

TABLES = (
    """CREATE TABLE IF NOT EXISTS documents (
        athlete_id TEXT NOT NULL, sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL, kind TEXT NOT NULL,
        file TEXT NOT NULL, file_hash TEXT NOT NULL, imported_at INTEGER NOT NULL, payload BLOB NOT NULL,
        seal BLOB NOT NULL, PRIMARY KEY (athlete_id, sha256))""",
    """CREATE TABLE IF NOT EXISTS athletes (
        athlete_id TEXT PRIMARY KEY, documents INTEGER NOT NULL, seals BLOB NOT NULL, seal BLOB NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS list (
        place INTEGER PRIMARY KEY CHECK (place = 1), version INTEGER NOT NULL, generation INTEGER NOT NULL,
        athletes INTEGER NOT NULL, seals BLOB NOT NULL, seal BLOB NOT NULL)""",
)
SETTINGS = ("synchronous=FULL", "secure_delete=ON", "cell_size_check=ON", "temp_store=MEMORY", "trusted_schema=OFF")
"""Nothing is given back to the free space before it is blotted out, and nothing is kept outside the store."""


def create_database(root: Path) -> None:
    """Make the database of a new store; two at once make one.

    Parameters
    ----------
    root : Path
        The folder of the store.

    Raises
    ------
    StoreError
        If there are documents already, whose list has gone.
    """
    path, folder = root / MANIFEST, root / ACTIVITIES
    written = folder.is_dir() and written_names(root)  # before the next line: documents come after the list
    if path.exists() and path.stat().st_size:
        return
    if written or noted_generation(root / GENERATION):
        raise StoreError(f"the list of the store {root.name!r} is missing; {REBUILD}")
    note_generation(root / GENERATION, 0)  # first: it tells the folder of a store from any other
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE_MODE))
    connection = _connected(path, "mode=rw")
    try:
        fill_database(connection, 0)
    finally:
        connection.close()
    sync_folder(root)


def fill_database(connection: sqlite3.Connection, generation: int) -> None:
    """Make the tables of an empty database, unless they are there.

    Parameters
    ----------
    connection : Connection
        To the database.
    generation : int
        How often the list was written before.
    """
    connection.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        connection.execute(table)
    cells = (VERSION, generation, 0, NOTHING)
    connection.execute("INSERT OR IGNORE INTO list VALUES (1,?,?,?,?,?)", (*cells, seal_of(*cells)))
    connection.execute("COMMIT")


def open_database(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open the database of a store.

    Parameters
    ----------
    path : Path
        Its file.
    read_only : bool
        Whether nothing is to be written. A folder that may not be written is read all the same.

    Returns
    -------
    Connection
        To a list of a version that can be read.

    Raises
    ------
    StoreError
        If it is no such list.
    """
    if not read_only:
        return _checked(_connected(path, "mode=rw"), log_ahead=True)
    try:
        return _checked(_connected(path, "mode=ro"))
    except sqlite3.OperationalError:
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
    return _checked(_connected(path, "immutable=1"))  # where nobody may write, SQLite cannot keep its notes


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.as_uri()}?{mode}", timeout=BUSY_S, isolation_level=None, uri=True)
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")  # a damaged text is a text
    try:
        for setting in SETTINGS:
            connection.execute(f"PRAGMA {setting}")
    except BaseException:
        connection.close()
        raise
    return connection


def _checked(connection: sqlite3.Connection, *, log_ahead: bool = False) -> sqlite3.Connection:
    """See to it that this is a list of a version that can be read."""
    try:
        _check_version(connection.execute("SELECT version FROM list").fetchall())
        if log_ahead:
            _log_ahead(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_version(rows: list[tuple[object]]) -> None:
    if len(rows) != 1 or not isinstance(rows[0][0], int):
        raise StoreError(f"the list of the store is damaged; {REBUILD}")
    if rows[0][0] != VERSION:
        raise StoreError(f"the store is of version {rows[0][0]}; this stressfx knows version {VERSION}")


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Let readers read on while somebody writes. To begin with, that takes a moment without any of them."""
    end = time.monotonic() + BUSY_S
    while True:
        try:
            if connection.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",):
                return
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
                raise
        if time.monotonic() > end:
            raise StoreError(BUSY)
        time.sleep(0.01)
