"""Which documents does a store hold, and was any of them lost or altered? The one list, in one SQLite file.

Takes and gives rows of documents. Every row carries a seal over all its cells, every athlete one over those of the
rows, and the list one over those of the athletes: a row that is changed or lost by anything but a store is noticed
when it is read.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from stressfx.errors import StoreError
from stressfx.exports.store.database import BUSY_S, VERSION, open_database
from stressfx.exports.store.faults import REBUILD
from stressfx.exports.store.folder import GENERATION, note_generation, noted_generation
from stressfx.exports.store.seals import NOTHING, added, seal_of

__all__ = ["Document", "Held", "Manifest"]

SELECT = "SELECT athlete_id, sha256, fingerprint, kind, file, file_hash, imported_at, payload, seal FROM documents"


class Document(NamedTuple):
    """What the list says of one document."""

    athlete_id: str
    sha256: str
    fingerprint: str
    kind: str
    file: str
    """Name of its Parquet file; empty if it has none."""
    file_hash: str
    imported_at: int
    """Time of the import, since 1970 in UTC. [us]"""
    payload: bytes


class Held(NamedTuple):
    """What was found in the list."""

    documents: list[Document]
    """Those whose seals hold."""
    altered: int
    """Rows whose seals do not hold."""
    complete: bool
    """Whether all that was ever put in is still there."""

    @property
    def sound(self) -> bool:
        """Whether nothing was lost or altered."""
        return self.complete and not self.altered


class Manifest:
    """The list of documents of one store.

    Parameters
    ----------
    path : Path
        Its file, in the folder of the store.
    read_only : bool
        Whether nothing is to be written. A folder that may not be written is read all the same.
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self.path = path
        self._noted = path.with_name(GENERATION)
        self._changes: dict[str, tuple[int, bytes]] = {}
        self._connection = open_database(self.path, read_only=read_only)
        self.uncertain = False
        """Whether the last writing failed so late that the disk may hold it all the same."""
        self._inode = self.path.stat().st_ino

    def close(self) -> None:
        """Close the list, with everything in the one file."""
        self._checkpoint()
        self._connection.close()

    def read(self, athlete_id: str | None = None) -> Held:
        """Read the documents of one athlete, or of all, as they are at one moment.

        Parameters
        ----------
        athlete_id : str, optional
            Whose.

        Returns
        -------
        Held
            The documents, and whether they are all.
        """
        noted = noted_generation(self._noted)  # first: it follows the list and never runs ahead of it
        inside = self._connection.in_transaction
        if not inside:
            self._connection.execute("BEGIN")
        try:
            complete = self._list_holds(noted)
            documents, altered, seals = self._documents(athlete_id)
            told = {name: (count, sealed) for name, count, sealed in self._athletes(athlete_id)}
        finally:
            if not inside and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        return Held(documents, altered, complete and told == seals)

    def athletes(self) -> list[str]:
        """Name those whose documents the store holds.

        Returns
        -------
        list of str
            In order. Of a damaged list, those who still have a sound document.
        """
        if self._list_holds(noted_generation(self._noted)):
            return sorted(name for name, _, _ in self._athletes(None))
        return sorted({document.athlete_id for document in self.read().documents})

    def document(self, athlete_id: str, sha256: str) -> Document | None:
        """Look one document up.

        Parameters
        ----------
        athlete_id : str
            Whose.
        sha256 : str
            Hash of the bytes that it was read from.

        Returns
        -------
        Document or None
            None if the list holds no such document.

        Raises
        ------
        StoreError
            If its row was altered.
        """
        row = self._connection.execute(f"{SELECT} WHERE athlete_id = ? AND sha256 = ?", (athlete_id, sha256)).fetchone()
        if row is None:
            return None
        *cells, seal = row
        if seal_of(*cells) != seal:
            raise StoreError(f"what the store says of the document {sha256[:12]} was altered; {REBUILD}")
        return Document(*cells)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Change the list: all that is put and dropped inside becomes true at once, or nothing of it.

        Yields
        ------
        None
            Nobody else changes the list meanwhile.

        Raises
        ------
        StoreError
            If the list is damaged, or was replaced since it was opened.
        """
        noted = noted_generation(self._noted)
        self.uncertain = False
        self._connection.execute("BEGIN IMMEDIATE")
        self._changes = {}
        try:
            self._check_before_writing(noted)
            yield
            generation = self._seal_changes()
            self.uncertain = True
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                with suppress(sqlite3.Error):  # what stopped the writing matters more
                    self._connection.execute("ROLLBACK")
            raise
        with suppress(OSError):  # a check of later reading, no part of what was written
            note_generation(self._noted, generation)
        self._checkpoint()

    def put(self, document: Document) -> None:
        """Put a document into the list, in place of any of the same name.

        Parameters
        ----------
        document : Document
            What is said of it.
        """
        self.drop(document.athlete_id, document.sha256)
        seal = seal_of(*document)
        self._connection.execute("INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?)", (*document, seal))
        self._change(document.athlete_id, 1, seal)

    def drop(self, athlete_id: str, sha256: str) -> None:
        """Take a document off the list, if it is there.

        Parameters
        ----------
        athlete_id : str
            Whose.
        sha256 : str
            Hash of the bytes that it was read from.
        """
        where = "FROM documents WHERE athlete_id = ? AND sha256 = ?"
        for (seal,) in self._connection.execute(f"SELECT seal {where}", (athlete_id, sha256)).fetchall():
            self._change(athlete_id, -1, seal)
        self._connection.execute(f"DELETE {where}", (athlete_id, sha256))

    def blot(self) -> bool:
        """Leave no trace of what was taken off the list.

        Returns
        -------
        bool
            Whether none is left; a reader that is still at it may hold on to one.
        """
        self._connection.execute("VACUUM")
        return self._checkpoint(wait=True)

    def problems(self) -> list[str]:
        """Let SQLite look for damage in its own structure.

        Returns
        -------
        list of str
            Empty if there is none.
        """
        found = [str(text) for (text,) in self._connection.execute("PRAGMA integrity_check(5)")]
        return [] if found == ["ok"] else found

    def _documents(self, athlete_id: str | None) -> tuple[list[Document], int, dict[str, tuple[int, bytes]]]:
        """Give the sound rows, the number of the others, and what all of them add up to for each athlete."""
        documents: list[Document] = []
        altered, seals = 0, dict[str, tuple[int, bytes]]()
        for *cells, seal in self._connection.execute(*_of(athlete_id, SELECT)):
            if seal_of(*cells) == seal:
                documents.append(Document(*cells))
            else:
                altered += 1
            if isinstance(seal, bytes):
                count, sealed = seals.get(cells[0], (0, NOTHING))
                seals[cells[0]] = (count + 1, added(sealed, seal))
        return documents, altered, seals

    def _athletes(self, athlete_id: str | None) -> list[tuple[str, int, bytes]]:
        return self._connection.execute(
            *_of(athlete_id, "SELECT athlete_id, documents, seals FROM athletes")
        ).fetchall()

    def _check_before_writing(self, noted: int | None) -> None:
        if not self.path.exists() or self.path.stat().st_ino != self._inode:
            raise StoreError("the list of the store was rebuilt meanwhile; open the store again")
        if not self._list_holds(noted):
            raise StoreError(f"the list of the store is damaged, or lost what was last written; {REBUILD}")

    def _list_holds(self, noted: int | None) -> bool:
        """Whether the seals of all athletes hold, and nothing that was once written has gone again."""
        rows = self._connection.execute("SELECT version, generation, athletes, seals, seal FROM list").fetchall()
        if len(rows) != 1 or noted is None:
            return False
        *cells, seal = rows[0]
        seals, count = NOTHING, 0
        for *athlete, athlete_seal in self._connection.execute(
            "SELECT athlete_id, documents, seals, seal FROM athletes"
        ):
            if seal_of(*athlete) != athlete_seal:
                return False
            seals, count = added(seals, athlete_seal), count + 1
        return bool(seal_of(*cells) == seal and cells[1] >= noted and cells[2:] == [count, seals])

    def _change(self, athlete_id: str, count: int, seal: bytes) -> None:
        counted, sealed = self._changes.get(athlete_id, (0, NOTHING))
        self._changes[athlete_id] = (counted + count, added(sealed, seal))

    def _seal_changes(self) -> int:
        for athlete_id, (count, seals) in self._changes.items():
            ((_, held, sealed),) = self._athletes(athlete_id) or [("", 0, NOTHING)]
            self._connection.execute("DELETE FROM athletes WHERE athlete_id = ?", (athlete_id,))
            if held + count:
                cells = (athlete_id, held + count, added(sealed, seals))
                self._connection.execute("INSERT INTO athletes VALUES (?,?,?,?)", (*cells, seal_of(*cells)))
        ((generation,),) = self._connection.execute("SELECT generation FROM list").fetchall()
        _seal_list(self._connection, generation + 1)
        return int(generation) + 1

    def _checkpoint(self, *, wait: bool = False) -> bool:
        """Bring everything into the one file; a reader may keep that from being done now."""
        try:
            self._connection.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1000) if wait else 0}")
            try:
                ((busy, _, _),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1000)}")
        except sqlite3.Error:
            if wait:
                raise
            return False
        return not busy


def _seal_list(connection: sqlite3.Connection, generation: int) -> None:
    seals, count = NOTHING, 0
    for (seal,) in connection.execute("SELECT seal FROM athletes"):
        seals, count = added(seals, seal), count + 1
    cells = (VERSION, generation, count, seals)
    connection.execute("INSERT OR REPLACE INTO list VALUES (1,?,?,?,?,?)", (*cells, seal_of(*cells)))


def _of(athlete_id: str | None, query: str) -> tuple[str, tuple[str, ...]]:
    """Restrict a query to one athlete, if there is one to restrict it to."""
    return (query, ()) if athlete_id is None else (f"{query} WHERE athlete_id = ?", (athlete_id,))
