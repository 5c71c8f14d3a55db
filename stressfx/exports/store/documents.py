"""What does the file of a document hold, if it is whole? Not a value of it is given unless every byte is as written.

Takes what the list says of a document; gives its frame.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from stressfx.exports.store.faults import REBUILD
from stressfx.exports.store.folder import ACTIVITIES, read_private
from stressfx.exports.store.manifest import Document, Held, Manifest
from stressfx.exports.store.parquet import read_frame
from stressfx.exports.store.shelf import Written, hash_of, heart_rates_of
from stressfx.exports.told import HeartRate
from stressfx.findings import Finding

__all__ = ["damaged", "document_frame", "fresh_of", "heart_rates", "said_of"]


def document_frame(root: Path, manifest: Manifest, document: Document) -> pd.DataFrame:
    """Read the frame of a document; if a newer one has just taken its place, read that.

    Parameters
    ----------
    root : Path
        The folder of the store.
    manifest : Manifest
        Its list.
    document : Document
        Of those that have a file.

    Returns
    -------
    DataFrame
        As it was written.

    Raises
    ------
    ValueError
        If its file has gone, or is not as it was written.
    """
    try:
        data = read_private(root / ACTIVITIES / document.file)
    except FileNotFoundError:
        newer = manifest.document(document.athlete_id, document.sha256)
        if newer is None or newer.file in {"", document.file}:
            raise ValueError("its file is gone") from None
        return document_frame(root, manifest, newer)
    if hash_of(data) != document.file_hash:
        raise ValueError("its file holds other bytes than were written")
    return read_frame(data)


def heart_rates(
    root: Path, manifest: Manifest, document: Document, ids: list[str], findings: list[Finding]
) -> Mapping[str, HeartRate]:
    """Read the heart rates that lie in the file of an account's table.

    Parameters
    ----------
    root : Path
        The folder of the store.
    manifest : Manifest
        Its list.
    document : Document
        Any.
    ids : list of str
        Names of the workouts, in the order in which they are numbered.
    findings : list of Finding
        What is wrong with the file is added to them.

    Returns
    -------
    mapping of str to HeartRate
        By workout; none if there are none, or if the file is damaged.
    """
    if not ids:
        return {}
    try:
        return heart_rates_of(document_frame(root, manifest, document), ids)
    except ValueError as error:
        findings.append(damaged(document, f"{error}; the heart rates of its workouts are missing"))
        return {}


def damaged(document: Document, why: str) -> Finding:
    """Say that a document is damaged.

    Parameters
    ----------
    document : Document
        Which.
    why : str
        What was found.

    Returns
    -------
    Finding
        For the one document.
    """
    return Finding("store-damaged", 1, f"A document of the store is damaged: {why}.", where=document.sha256[:12])


def said_of(held: Held) -> list[Finding]:
    """Say what is wrong with the list.

    Parameters
    ----------
    held : Held
        What was found in it.

    Returns
    -------
    list of Finding
        Empty if it is sound.
    """
    findings = []
    if held.altered:
        text = (
            f"What the store says of {held.altered} documents was altered; they were left out. To mend it, {REBUILD}."
        )
        findings.append(Finding("store-damaged", held.altered, text))
    if not held.complete:
        text = f"The store's list of its documents is damaged, or went back in time. To mend it, {REBUILD}."
        findings.append(Finding("store-incomplete", 1, text))
    return findings


def fresh_of(manifest: Manifest, written: Sequence[Written], replaced: list[str]) -> list[Written]:
    """Choose which documents are not listed yet, or were read in another way than before.

    Parameters
    ----------
    manifest : Manifest
        The list.
    written : sequence of Written
        What was written.
    replaced : list of str
        The names of the files that they replace are added to it.

    Returns
    -------
    list of Written
        Each document once.
    """
    fresh: dict[tuple[str, str], Written] = {}
    for each in written:
        document = each.document
        before = manifest.document(document.athlete_id, document.sha256)
        if before is None or before.fingerprint != document.fingerprint:
            fresh.setdefault((document.athlete_id, document.sha256), each)
            if before is not None and before.file:
                replaced.append(before.file)
    return list(fresh.values())
