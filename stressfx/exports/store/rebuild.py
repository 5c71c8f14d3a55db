"""How does a store get its list back, when that was damaged or lost? From the documents' own files.

Takes the folder of a store; leaves it with a list of every document that is whole, and what is not set aside.
"""

import os
import sqlite3
from contextlib import closing, suppress
from os import PathLike
from pathlib import Path

import pandas as pd

from stressfx.errors import StoreError
from stressfx.exports.store.database import fill_database
from stressfx.exports.store.faults import reported
from stressfx.exports.store.folder import (
    ACTIVITIES,
    DAMAGED,
    FILE_MODE,
    FOLDER_MODE,
    GENERATION,
    MANIFEST,
    note_generation,
    noted_generation,
    private_folder,
    read_private,
    sync_folder,
    written_names,
)
from stressfx.exports.store.manifest import Document, Held, Manifest
from stressfx.exports.store.parquet import read_frame, read_identity
from stressfx.exports.store.shelf import file_name, hash_of
from stressfx.findings import Finding, findings_frame

__all__ = ["rebuild_store"]

NEW = f"{MANIFEST}.new"
LOST = Held([], 0, complete=False)


def rebuild_store(path: str | PathLike[str]) -> pd.DataFrame:
    """Make the list of a store anew from its files.

    Parameters
    ----------
    path : path
        The folder. Nobody else may be writing into it.

    Returns
    -------
    DataFrame
        `stressfx.findings.findings_frame`: files that are damaged. They lie in the folder ``damaged`` now.

    Raises
    ------
    StoreError
        If there is no store, or it cannot be written.

    Notes
    -----
    What can still be trusted of the old list is kept: documents without a file, and what it says of those whose file
    is damaged, which the next import reads again. A file that a sound list does not name was forgotten or replaced, and
    goes; a damaged list is no reason to lose any. Of two files of one document, the one that was imported last stands.
    """
    root = Path(path).absolute()
    with reported(f"the store {root.name!r} cannot be rebuilt"):
        private_folder(root, create=False)
        if not (root / ACTIVITIES).is_dir():
            raise StoreError(f"the folder {root.name!r} is no store")
        old = _old_list(root)
        findings: list[Finding] = []
        documents = _from_files(root, old, findings)
        for document in old.documents:
            kept = document if not document.file else document._replace(file="", file_hash="", fingerprint="")
            documents.setdefault((document.athlete_id, document.sha256), kept)
        _replace_list(root, documents)
        listed = {document.file for document in documents.values()}
        for name in written_names(root):
            if name not in listed:
                (root / ACTIVITIES / name).unlink()
        return findings_frame(findings)


def _old_list(root: Path) -> Held:
    """Read what can still be trusted, while nobody writes."""
    try:
        with closing(Manifest(root / MANIFEST, read_only=False)) as manifest:
            return manifest.read()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            raise
        return LOST
    except StoreError:
        return LOST


def _from_files(root: Path, old: Held, findings: list[Finding]) -> dict[tuple[str, str], Document]:
    listed = {document.file for document in old.documents}
    found: dict[tuple[str, str], Document] = {}
    for name in written_names(root):
        if old.sound and name not in listed:
            continue
        try:
            document = _from_file(root, name)
        except ValueError as error:
            aside = root / DAMAGED
            aside.mkdir(mode=FOLDER_MODE, exist_ok=True)
            (root / ACTIVITIES / name).replace(aside / name)
            findings.append(Finding("store-damaged", 1, f"A file was set aside: {error}.", where=name[:12]))
            continue
        before = found.get(key := (document.athlete_id, document.sha256))
        if before is None or _rank(before, listed) < _rank(document, listed):
            found[key] = document
    return found


def _from_file(root: Path, name: str) -> Document:
    """Give what a file says of itself, if every byte of it is as it was written."""
    data = read_private(root / ACTIVITIES / name)
    found = hash_of(data)
    if name != file_name(name[:64], found):
        raise ValueError("it holds other bytes than were written")
    identity, payload = read_identity(data)
    read_frame(data)
    return Document(file=name, file_hash=found, payload=payload, **identity)


def _rank(document: Document, listed: set[str]) -> tuple[bool, int]:
    """Of two files of one document, the one that was listed stands, or else the newer."""
    return document.file in listed, document.imported_at


def _replace_list(root: Path, documents: dict[tuple[str, str], Document]) -> None:
    new = root / NEW
    for leftover in (new, new.with_name(f"{NEW}-wal"), new.with_name(f"{NEW}-shm")):
        leftover.unlink(missing_ok=True)
    generation = noted_generation(root / GENERATION) or 0
    note_generation(root / GENERATION, generation)
    os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE))
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        fill_database(connection, generation)
    with closing(Manifest(new, read_only=False)) as manifest, manifest.writing():
        for key in sorted(documents):
            manifest.put(documents[key])
    for rest in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            (root / f"{MANIFEST}{rest}").unlink()
    new.replace(root / MANIFEST)
    sync_folder(root)
