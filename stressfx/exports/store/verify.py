"""Is a store still what was written into it? Every byte of it is read again.

Takes a store; gives findings, none if it is whole. Nothing is changed.
"""

import stat
import time
from pathlib import Path

from stressfx.exports.store.documents import damaged, document_frame, said_of
from stressfx.exports.store.faults import reported
from stressfx.exports.store.folder import ACTIVITIES, is_abandoned, written_names
from stressfx.exports.store.manifest import Document, Manifest
from stressfx.exports.store.payload import Packed
from stressfx.findings import Finding

__all__ = ["verify_store"]

LISTED_S = 60.0
"""A file gets its name and its place in the list at almost the same time: one older than this is not listed. [s]"""


def verify_store(root: Path, manifest: Manifest) -> list[Finding]:
    """Compare everything in a store with what was written.

    Parameters
    ----------
    root : Path
        The folder of the store.
    manifest : Manifest
        Its list.

    Returns
    -------
    list of Finding
        Documents that are damaged or gone, a list that is damaged, files that nothing refers to, and files that
        others may read.

    Raises
    ------
    StoreError
        If the list cannot be read at all.
    """
    with reported(f"the store {root.name!r} cannot be read"):
        names = written_names(root)  # first: what is listed afterwards may be newer, never older
        held = manifest.read()
        findings = said_of(held)
        if problems := manifest.problems():
            text = f"SQLite finds {len(problems)} faults in the structure of the store's list."
            findings.append(Finding("store-incomplete", len(problems), text))
        for document in held.documents:
            findings += _compared(root, manifest, document)
        return [*findings, *_unlisted(root, names, held.documents), *_open_to_others(root)]


def _compared(root: Path, manifest: Manifest, document: Document) -> list[Finding]:
    if not document.fingerprint:  # what rebuilding leaves of a document whose file it had to set aside
        return [damaged(document, "its file was damaged and set aside; import it again")]
    try:
        Packed(document.payload).harvest()
        if document.file:
            document_frame(root, manifest, document)
    except (ValueError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return [damaged(document, f"{why}; forget it and import it again")]
    return []


def _unlisted(root: Path, names: list[str], documents: list[Document]) -> list[Finding]:
    listed = {document.file for document in documents}
    folder = root / ACTIVITIES
    strays = [path for path in (folder / name for name in names if name not in listed) if _age_s(path) > LISTED_S]
    strays += [path for path in folder.iterdir() if is_abandoned(path)]
    if not strays:
        return []
    text = f"{len(strays)} files of an import that was broken off; nothing refers to them."
    return [Finding("store-unlisted", len(strays), text)]


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.lstat().st_mtime
    except FileNotFoundError:  # replaced meanwhile
        return 0.0


def _open_to_others(root: Path) -> list[Finding]:
    paths = [root, *root.rglob("*")]
    seen = [path for path in paths if _is_open_to_others(path)]
    if not seen:
        return []
    text = f"Others than the owner may read or write {len(seen)} files or folders of the store."
    return [Finding("store-open-to-others", len(seen), text)]


def _is_open_to_others(path: Path) -> bool:
    try:
        return bool(path.lstat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except FileNotFoundError:  # listed or replaced meanwhile
        return False
