"""How does an export get into a store, and out again as an `Export`? Each file once, whoever reads it.

Takes what `read_export` takes and a `Store`; gives what was new. Files that the store knows, read by the same version
in the same way, are recognised by the hash of their content and not read again.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from stressfx.exports.archive import Entry, numbered_apart
from stressfx.exports.export import Export, assemble, by_content
from stressfx.exports.harvest import Harvest, Reading, harvest_file, open_entry, refused
from stressfx.exports.limits import Limits
from stressfx.exports.log import time_zone
from stressfx.exports.read import Found, Progress, Total, find_files, harvests, reading
from stressfx.exports.spread import spread
from stressfx.exports.store.payload import fingerprint
from stressfx.exports.store.shelf import Shelf, Written
from stressfx.exports.store.store import Store, open_store
from stressfx.exports.zones import place_by_zone
from stressfx.findings import Finding
from stressfx.schema import QUARANTINE

__all__ = ["Imported", "import_export", "read_store"]

GROUP = 100
"""So many documents are written in one transaction. [documents]"""

PIECE = 2**20
KNOWN = "known"

Read: TypeAlias = tuple[Harvest, Written | None]
"""What a file gave, and what was written of it; nothing if the store knew it."""


@dataclass(frozen=True, eq=False)
class Imported:
    """What an import brought.

    ==========================  ==================================================================
    `athlete_id`                whose files they are
    `new`                       files that the store did not know, or knew from an older reader
    `known`                     files that it knew, or that are there twice
    `quarantine`                files that could not be read (`stressfx.schema.QUARANTINE`)
    `findings`                  what was passed over, and why
    ==========================  ==================================================================
    """

    athlete_id: str
    new: int
    known: int
    quarantine: pd.DataFrame
    findings: tuple[Finding, ...]


def import_export(  # noqa: PLR0913  # the options of read_export
    path: str | PathLike[str],
    store: Store,
    *,
    athlete_id: str,
    tz: str | None = None,
    progress: Progress | None = None,
    crc: str = "warn",
    executor: Executor | None = None,
    limits: Limits | None = None,
    columns: Mapping[str, str] | None = None,
) -> Imported:
    """Read an export into a store.

    Parameters
    ----------
    path : path
        A folder, the archive of an account, or one file.
    store : Store
        An open store.
    athlete_id : str
        Whose files they are.
    tz : str, optional
        Time zone of sessions that do not tell their own.
    progress : callable, optional
        Called after each file with the number done, the number of all and the file's label.
    crc : {"warn", "raise", "ignore"}
        As for `stressfx.read_export`.
    executor : Executor, optional
        As for `stressfx.read_export`. Its workers write into the folder of the store.
    limits : Limits, optional
        What archives may hold.
    columns : mapping of str to str, optional
        Headers of a Strava table in a language that is not known.

    Returns
    -------
    Imported
        How many files were new, and those that could not be read.

    Raises
    ------
    UnreadableFileError, LimitError, UnknownColumnsError, ValueError
        As by `stressfx.read_export`.
    StoreError
        If the store cannot be written; what was written before is whole.

    Notes
    -----
    Files are written in groups of a hundred, each group in one transaction. An import that is broken off has lost
    nothing of the groups before, and goes on from there when it is started again.
    """
    how = reading(athlete_id, tz=tz, unnamed_sport="", crc=crc, limits=limits)
    found = find_files(path, limits=limits, columns=columns)
    current = fingerprint(how)
    held = store.known(athlete_id)
    known = frozenset(sha256 for sha256, way in held.items() if way == current)
    task = partial(_import_batch, how=how, shelf=store.shelf, known=known)
    read = spread(task, found.files, executor=executor, failed=partial(_lost, how=how, shelf=store.shelf))
    seen = new = 0
    refusals: list[tuple[str, str, str]] = []
    total = Total(found, limits or Limits())
    documents = _documents(read, found, store, how, progress)
    while group := list(islice(documents, GROUP)):
        for harvest, _ in group:
            total.add(harvest)
            if harvest.refused is not None:
                refusals.append((harvest.label, *harvest.refused))
        seen += len(group)
        mended = held.keys() & {_unread(harvest.label) for harvest, _ in group if harvest.refused is None}
        if mended:
            store.drop(athlete_id, mended)
        new += store.commit([written for _, written in group if written is not None])
    names = [column.name for column in QUARANTINE.columns]
    return Imported(
        athlete_id=athlete_id,
        new=new,
        known=seen - new,
        quarantine=pd.DataFrame(refusals, columns=names, dtype="str"),
        findings=tuple(found.noticed),
    )


def read_store(store: Store, *, athlete_id: str, tz: str | None = None, unnamed_sport: str = "") -> Export:
    """Give what a store holds of one runner.

    Parameters
    ----------
    store : Store
        An open store.
    athlete_id : str
        Whose training.
    tz, unnamed_sport : str
        For workouts that only the table of an account tells of, as for `stressfx.read_export`.

    Returns
    -------
    Export
        The same, row for row, as reading all that was imported at once.

    Raises
    ------
    StoreError
        If the store cannot be read.
    """
    kept, findings = store.harvests(athlete_id)
    kept = _labelled_apart(kept)
    hashes = {str(row["session_id"]): harvest.sha256 for harvest in kept for row in harvest.rows}
    export = assemble(
        kept,
        Reading(athlete_id, tz, unnamed_sport),
        source=store.root.name,
        samples=partial(_from_store, store.root, athlete_id, hashes),
        noticed=findings,
    )
    return export if tz is None else replace(export, sessions=place_by_zone(export.sessions, time_zone(tz)))


def _labelled_apart(kept: Sequence[Harvest]) -> list[Harvest]:
    """Tell apart recordings and tables of one label, which came in different exports."""
    taken = {harvest.label for harvest in kept}
    met: set[str] = set()
    apart = []
    for harvest in kept:
        label, told_apart = harvest.label, harvest
        if (harvest.rows or harvest.account is not None) and label in met:
            label = numbered_apart(label, taken)
            rows = tuple({**row, "source": label} for row in harvest.rows)
            told_apart = replace(harvest, label=label, rows=rows)
        met.add(label)
        taken.add(label)
        apart.append(told_apart)
    return apart


def _from_store(root: Path, athlete_id: str, hashes: Mapping[str, str], _: str, session_id: str) -> pd.DataFrame:
    with open_store(root, read_only=True) as store:
        return store.records(athlete_id, hashes[session_id])


def _import_batch(entries: Sequence[Entry], *, how: Reading, shelf: Shelf, known: frozenset[str]) -> list[Read]:
    return [_import_one(entry, how, shelf, known) for entry in entries]


def _import_one(entry: Entry, how: Reading, shelf: Shelf, known: frozenset[str]) -> Read:
    source = open_entry(entry, how)
    if isinstance(source, Harvest):
        return _kept(source, how, shelf)
    if source.sha256 in known:
        return Harvest(entry.label, KNOWN, sha256=source.sha256, size=len(source.data)), None
    harvest, activity = harvest_file(source, entry.label, how)
    if harvest.refused is not None:  # found again by its label once it can be read
        harvest = replace(harvest, sha256=_unread(entry.label))
    return harvest, shelf.write(harvest, None if activity is None else activity.records, how)


def _lost(entry: Entry, error: Exception, *, how: Reading, shelf: Shelf) -> Read:
    """Keep a file whose content could not be read under a name made of its label."""
    return _kept(refused(entry.label, error), how, shelf)


def _kept(harvest: Harvest, how: Reading, shelf: Shelf) -> Read:
    named = replace(harvest, sha256=_unread(harvest.label))
    return named, shelf.write(named, None, how)


def _unread(label: str) -> str:
    """Name what could not be read by its label, so that it goes once a file of that label can be."""
    return hashlib.sha256(f"unread:{label}".encode()).hexdigest()


def _documents(
    read: Iterator[Read], found: Found, store: Store, how: Reading, progress: Progress | None
) -> Iterator[Read]:
    """Give every file with what was written of it, and the tables last: they refer to files by their content."""
    written: dict[str, Written | None] = {}
    hashes: dict[str, str] = {}

    def recorded() -> Iterator[Harvest]:
        for harvest, kept in read:
            written[harvest.label] = kept
            hashes[harvest.label] = harvest.sha256
            yield harvest

    for harvest in harvests(found, recorded(), progress):
        if harvest.label in written:
            yield harvest, written.pop(harvest.label)
            continue
        kept = _placed(harvest, found, hashes)
        yield kept, store.shelf.write(kept, None, how)


def _placed(harvest: Harvest, found: Found, hashes: Mapping[str, str]) -> Harvest:
    """Name a table by its content, and the files in it by theirs: labels differ from export to export."""
    if harvest.account is None:
        return replace(harvest, sha256=_unread(harvest.label))
    told = tuple(
        replace(one, file=by_content(hashes[one.file])) if one.file in hashes else one for one in harvest.account.told
    )
    account = replace(harvest.account, told=told)
    return replace(harvest, sha256=_hash(found.entries[harvest.label]), account=account)


def _hash(entry: Entry) -> str:
    """Hash a table as it is read: the largest are never held whole."""
    digest = hashlib.sha256()
    with entry.stream() as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
