"""What has been imported so far? A folder that remembers, and neither loses nor mixes nor invents anything.

Takes documents that `Shelf` wrote; gives them back as they were, to any number of readers at once, whatever a writer is
doing, and whatever becomes of it.
"""

import warnings
from collections.abc import Collection, Sequence
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Self

import pandas as pd

from stressfx.errors import DataQualityWarning, StoreError
from stressfx.exports.harvest import Harvest
from stressfx.exports.store.database import create_database
from stressfx.exports.store.documents import damaged, document_frame, fresh_of, heart_rates, said_of
from stressfx.exports.store.faults import REBUILD, reported
from stressfx.exports.store.folder import (
    ACTIVITIES,
    DAMAGED,
    MANIFEST,
    is_abandoned,
    network_type,
    private_folder,
    remove_files,
    sync_files,
    sync_folder,
    writer_name,
)
from stressfx.exports.store.manifest import Manifest
from stressfx.exports.store.payload import Packed
from stressfx.exports.store.rebuild import rebuild_store
from stressfx.exports.store.shelf import Shelf, Written
from stressfx.findings import Finding, findings_frame

__all__ = ["Store", "open_store", "rebuild_store"]

AGAIN = "forget it and import it again"


def open_store(path: str | PathLike[str], *, create: bool = False, read_only: bool = False) -> "Store":
    """Open a store.

    Parameters
    ----------
    path : path
        Its folder.
    create : bool
        Whether to make a new one if there is none.
    read_only : bool
        Whether it will not be written. The folder need not be writable then.

    Returns
    -------
    Store
        To be closed, best by a ``with`` statement.

    Raises
    ------
    StoreError
        If there is no store, or it may not be used: its folder is a link, somebody else's, or everybody may write in
        it; or its list cannot be opened.

    Warns
    -----
    DataQualityWarning
        If the folder lies on a network, where SQLite cannot keep two writers apart.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/runs", create=True) as store:
    ...     store.athletes()
    []
    """
    root = Path(path).absolute()
    with reported(f"the store {root.name!r} cannot be opened"):
        if network := network_type(root):
            text = (
                f"the store {root.name!r} lies on a network file system ({network}), where two programs that write at"
                " once may damage its list; keep the store on a disk of this machine"
            )
            warnings.warn(text, DataQualityWarning, stacklevel=2)
        private_folder(root, create=create and not read_only)
        if not read_only:
            create_database(root)
        elif not (root / MANIFEST).exists():
            raise StoreError(f"the list of the store {root.name!r} is missing; {REBUILD}")
        return Store(root, Manifest(root / MANIFEST, read_only=read_only))


class Store:
    """An open store. Every process opens its own; workers that only write files need no more than its `shelf`.

    ==============================  ======================================================================
    `shelf`                         where workers write documents, before they are listed
    `commit(written)`               list what was written: all of it at once, or nothing
    `known(athlete_id)`             which files were read already, and how
    `athletes()`                    whose documents the store holds
    `harvests(athlete_id)`          what the files of one runner gave, and what is wrong with the store
    `records(athlete_id, sha256)`   the samples of one activity
    `verify()`                      read every byte again, and say what is wrong
    `export(folder)`                everything as tables that other programs read
    `forget(athlete_id, sha256)`    delete for good
    ==============================  ======================================================================

    Parameters
    ----------
    root : Path
        The folder.
    manifest : Manifest
        The list of its documents.
    """

    def __init__(self, root: Path, manifest: Manifest) -> None:
        self.shelf = Shelf(root, writer_name())
        self.manifest = manifest
        self._swept = False

    def __enter__(self) -> Self:
        """Give the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close the store; it can be copied as a folder then. What was written and not listed goes."""
        with suppress(OSError):
            remove_files((self.root / ACTIVITIES).glob(f".{self.shelf.writer}-*"))
        self.manifest.close()

    @property
    def root(self) -> Path:
        """The folder."""
        return self.shelf.root

    def commit(self, written: Sequence[Written]) -> int:
        """List documents that lie in the store: all of them at once, or none.

        Parameters
        ----------
        written : sequence of Written
            What `Shelf.write` gave; fifty to a hundred at once take the least time.

        Returns
        -------
        int
            How many were new, or were read in another way than before. What was listed already is left as it is.

        Raises
        ------
        StoreError
            If that fails. The store holds what it held before, and the documents have to be written again.

        Notes
        -----
        Files are brought down to the disk and get their names, and one transaction lists them. What was broken off
        leaves files that nothing refers to, which the next writer removes; replaced ones go last.
        """
        folder = self.root / ACTIVITIES
        placed: list[Path] = []
        replaced: list[str] = []
        try:
            with reported(self._text("cannot be written")), self.manifest.writing():
                self._sweep()
                fresh = fresh_of(self.manifest, written, replaced)
                sync_files(folder / part for _, part in fresh if part)
                for document, part in fresh:
                    if part:
                        (folder / part).replace(folder / document.file)
                        placed.append(folder / document.file)
                if placed:
                    sync_folder(folder)
                for document, _ in fresh:
                    self.manifest.put(document)
        except BaseException:
            self._swept = False
            if not self.manifest.uncertain:
                remove_files(placed)
            remove_files(folder / part for _, part in written if part)
            raise
        remove_files(folder / part for _, part in written if part)
        remove_files(folder / name for name in replaced)
        return len(fresh)

    def known(self, athlete_id: str) -> dict[str, str]:
        """Tell which files of a runner were read already.

        Parameters
        ----------
        athlete_id : str
            Whose.

        Returns
        -------
        dict of str to str
            The `fingerprint` of the reading, by the SHA-256 of the file's bytes.

        Raises
        ------
        StoreError
            If the list is damaged: nothing could be written into the store either.
        """
        with reported(self._text("cannot be read")):
            held = self.manifest.read(athlete_id)
        if not held.sound:
            raise StoreError(f"the list of the store {self.root.name!r} is damaged; {REBUILD}")
        return {document.sha256: document.fingerprint for document in held.documents}

    def athletes(self) -> list[str]:
        """Name those whose documents the store holds.

        Returns
        -------
        list of str
            In order.

        Raises
        ------
        StoreError
            If the list cannot be read.
        """
        with reported(self._text("cannot be read")):
            return self.manifest.athletes()

    def harvests(self, athlete_id: str) -> tuple[list[Harvest], list[Finding]]:
        """Give back what the files of one runner gave.

        Parameters
        ----------
        athlete_id : str
            Whose.

        Returns
        -------
        harvests : list of Harvest
            Activities by label, then the tables of accounts, the latest last.
        findings : list of Finding
            What is wrong with the store; a damaged document costs only itself.

        Raises
        ------
        StoreError
            If the list cannot be read at all.
        """
        with reported(self._text("cannot be read")):
            held = self.manifest.read(athlete_id)
            harvests, findings, outdated = [], said_of(held), 0
            for document in sorted(held.documents, key=lambda document: document.imported_at):
                try:
                    packed = Packed(document.payload)
                    outdated += not packed.is_current
                    beside = heart_rates(self.root, self.manifest, document, packed.heart_rate_ids, findings)
                    harvests.append(packed.harvest(beside))
                except ValueError as error:
                    findings.append(damaged(document, str(error)))
        if outdated:
            text = f"{outdated} files were read by another version of stressfx."
            findings.append(Finding("store-outdated", outdated, text))
        return sorted(
            harvests, key=lambda each: (0, each.label, each.sha256) if each.account is None else (1,)
        ), findings

    def records(self, athlete_id: str, sha256: str) -> pd.DataFrame:
        """Give back the samples of one activity.

        Parameters
        ----------
        athlete_id : str
            Whose.
        sha256 : str
            Hash of the bytes that it was read from.

        Returns
        -------
        DataFrame
            `stressfx.schema.RECORDS`, of all legs.

        Raises
        ------
        KeyError
            If the store holds no such activity.
        StoreError
            If its file is damaged or gone.
        """
        with reported(self._text("cannot be read")):
            document = self.manifest.document(athlete_id, sha256)
            if document is None or not document.file:
                raise KeyError(f"the store {self.root.name!r} holds no records of {sha256[:12]!r}")
            try:
                return document_frame(self.root, self.manifest, document)
            except ValueError as error:
                raise StoreError(f"the document {sha256[:12]} of the store is damaged: {error}; {AGAIN}") from None

    def forget(self, athlete_id: str, sha256: str | None = None) -> int:
        """Delete documents for good.

        Parameters
        ----------
        athlete_id : str
            Whose.
        sha256 : str, optional
            Which; by default everything.

        Returns
        -------
        int
            How many documents were deleted.

        Raises
        ------
        StoreError
            If that fails, or if a reader holds on to what the list said; it has to be done again then.

        Notes
        -----
        The files are removed, and what the list said is blotted out of its file. Whatever lay aside as damaged goes
        as well, since nobody can tell whose it was. What a disk, a backup or a file system with snapshots keeps of
        removed files is beyond the reach of a program.
        """
        with reported(self._text("cannot forget everything, and has to be told again")):
            with self.manifest.writing():
                self._sweep(again=True)
                gone = [each for each in self.manifest.read(athlete_id).documents if sha256 in {None, each.sha256}]
                for document in gone:
                    self.manifest.drop(athlete_id, document.sha256)
            aside = self.root / DAMAGED
            paths = [self.root / ACTIVITIES / document.file for document in gone if document.file]
            for path in [*paths, *(aside.iterdir() if aside.is_dir() else ())]:
                path.unlink(missing_ok=True)
            sync_folder(self.root / ACTIVITIES)
            if not self.manifest.blot():
                raise StoreError(f"a reader keeps the store {self.root.name!r} from forgetting; tell it again later")
        return len(gone)

    def drop(self, athlete_id: str, names: Collection[str]) -> None:
        """Take documents off the list that have no file of their own.

        Parameters
        ----------
        athlete_id : str
            Whose.
        names : collection of str
            What they are found by.
        """
        with reported(self._text("cannot be written")), self.manifest.writing():
            for name in names:
                self.manifest.drop(athlete_id, name)

    def verify(self) -> pd.DataFrame:
        """Read every byte of the store again, and compare it with what was written.

        Returns
        -------
        DataFrame
            `stressfx.findings.findings_frame`: empty if the store is whole.
        """
        from stressfx.exports.store.verify import verify_store  # noqa: PLC0415  # few who open a store verify it

        return findings_frame(verify_store(self.root, self.manifest))

    def export(self, folder: str | PathLike[str], *, format: str = "parquet") -> None:  # noqa: A002  # as pandas says
        """Write everything as tables that other programs read.

        Parameters
        ----------
        folder : path
            A new folder, or an empty one.
        format : {"parquet", "csv"}
            Form of the tables.

        Raises
        ------
        StoreError
            If the folder is not empty, or cannot be written.
        """
        from stressfx.exports.store.tables import export_store  # noqa: PLC0415  # as in verify

        export_store(self, Path(folder), form=format)

    def _sweep(self, *, again: bool = False) -> None:
        """Remove what broken-off imports left, once; for that the list must be trusted, and nobody be writing."""
        if self._swept and not again:
            return
        held = self.manifest.read()
        if not held.sound:
            raise StoreError(f"the list of the store {self.root.name!r} is damaged; {REBUILD}")
        listed = {document.file for document in held.documents}
        for path in (self.root / ACTIVITIES).iterdir():
            if (path.suffix == ".parquet" and path.name not in listed) or is_abandoned(path):
                path.unlink(missing_ok=True)
        self._swept = True

    def _text(self, doing: str) -> str:
        return f"the store {self.root.name!r} {doing}"
