"""Answers which files an export holds and how each is opened, without following anything out of it.

Takes a folder, a zip archive or one file; gives a `Listing`: its files in a stable order, each with a label and a way
to open it, and what was passed over. Archives inside are walked as if they were folders.
"""

import os
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, NamedTuple

from stressfx.errors import UnreadableFileError
from stressfx.exports.limits import Limits
from stressfx.exports.zipped import ARCHIVE, Place, members, open_member, unpacked_size
from stressfx.findings import Finding
from stressfx.io.source import label_of

__all__ = ["Entry", "Listing", "Refusal", "list_export", "list_file", "list_folder", "numbered_apart"]

COMPANIONS = "__MACOSX"
"""Folder in which macOS keeps a shadow of every file that it packs."""


@dataclass(frozen=True)
class Entry:
    """One file of an export.

    Attributes
    ----------
    label : str
        Where it lies inside the export, with forward slashes: a name to show, not a path to open.
    open : callable
        Opens the content for reading, in binary mode.
    longer : callable or None
        The same with a larger limit, for content that is never held whole; None if there is no other way to open it.
    place : Place or None
        Where that is on the disk, so that an archive can be looked into.
    """

    label: str
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)
    longer: Callable[[], IO[bytes]] | None = field(repr=False, compare=False, default=None)
    place: Place | None = field(repr=False, compare=False, default=None)

    def stream(self) -> IO[bytes]:
        """Open content that is never held whole, which may be longer than what `open` takes.

        Returns
        -------
        binary file
            The content.
        """
        return (self.longer or self.open)()

    def head(self, size: int = 4096) -> bytes:
        """Look at the first bytes.

        Parameters
        ----------
        size : int
            How many. [bytes]

        Returns
        -------
        bytes
            What there is of them; nothing if the file cannot be read.
        """
        try:
            with self.stream() as content:
                return content.read(size)
        except (OSError, UnreadableFileError):
            return b""


class Refusal(NamedTuple):
    """A container that could not be opened."""

    label: str
    error: UnreadableFileError


class Listing(NamedTuple):
    """What a container holds."""

    entries: tuple[Entry, ...]
    """Its files, by label."""
    findings: tuple[Finding, ...]
    """What was passed over, and why."""
    refusals: tuple[Refusal, ...] = ()
    """Archives inside it that could not be opened."""
    unpacked: int = 0
    """What was unpacked to find all that. [bytes]"""


def list_export(path: Path, *, limits: Limits | None = None) -> Listing:
    """List whatever an export came as.

    Parameters
    ----------
    path : Path
        A folder, a zip archive, or one file.
    limits : Limits, optional
        What archives may hold.

    Returns
    -------
    Listing
        All files, those of archives inside it under the label of the archive.

    Raises
    ------
    UnreadableFileError
        If there is no such file or folder, or it cannot be opened.
    LimitError
        If the archive itself passes a limit.
    """
    limits = limits or Limits()
    if path.is_dir():
        return _with_archives(list_folder(path), limits, depth=1)
    listing = list_file(path)
    with listing.entries[0].open() as stream:
        if stream.read(len(ARCHIVE)) != ARCHIVE:
            return listing
    archive = _list_archive(Place(str(path)), "", label_of(path.name), limits)
    return _with_archives(archive, limits, depth=2)


def list_file(path: Path) -> Listing:
    """List one file as if it were an export of its own.

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    Listing
        The one entry, labelled with the file's name.
    """
    return Listing((_on_disk(path, path.name),), ())


def list_folder(root: Path) -> Listing:
    """List every file of a folder, at any depth.

    Parameters
    ----------
    root : Path
        The folder. It may itself be a link.

    Returns
    -------
    Listing
        Entries by label, whatever order the disk keeps them in. Hidden files and folders, and the shadows that
        macOS packs beside files (``__MACOSX``, ``._name``), are no part of an export.

    Raises
    ------
    UnreadableFileError
        If the folder itself cannot be opened.

    Notes
    -----
    A link to a folder is not followed: what it leads to inside the export is met anyway, and it cannot turn the walk
    into a circle. A link to a file is followed if the file lies inside the export (as data sets keep them that are
    managed with git-annex). Any other link, and whatever is no regular file, is passed over with a finding.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "2026").mkdir()
    ...     names = ["2026/run.fit", ".DS_Store", "._run.fit", "b.gpx"]
    ...     sizes = [Path(folder, name).write_bytes(b"") for name in names]
    ...     [entry.label for entry in list_folder(Path(folder)).entries]
    ['2026/run.fit', 'b.gpx']
    """
    real_root = root.resolve()
    entries: list[Entry] = []
    findings: list[Finding] = []
    waiting: list[tuple[Path, str]] = [(root, "")]
    while waiting:  # no recursion: a folder may be nested deeper than the interpreter's stack
        folder, prefix = waiting.pop()
        try:
            found = list(os.scandir(folder))
        except OSError as error:
            if folder == root:
                raise UnreadableFileError(label_of(root.name), f"cannot be opened ({error.strerror})") from None
            text = f"The folder cannot be opened ({error.strerror})."
            findings.append(Finding("folder-unreadable", 1, text, where=label_of(prefix)))
            continue
        for entry in found:
            if _is_hidden(entry.name):
                continue
            path, label = Path(entry.path), prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append((path, f"{label}/"))
            elif entry.is_file(follow_symlinks=False) or _leads_inside(path, real_root):
                entries.append(_on_disk(path, label))
            else:
                kind = "A link" if entry.is_symlink() else "No regular file"
                findings.append(Finding("not-followed", 1, f"{kind}; it was passed over.", where=label_of(label)))
    return Listing(_by_label(entries), tuple(sorted(findings, key=lambda finding: finding.where)))


def _list_archive(place: Place, prefix: str, label: str, limits: Limits) -> Listing:
    """List the files of one archive, those of archives inside it not yet."""
    entries = []
    for member in members(place, label, limits):
        if any(_is_hidden(part) for part in member.name.split("/")):
            continue
        inner = place.inside(member.number)
        name = label_of(prefix + member.name)
        entries.append(
            Entry(
                name,
                partial(open_member, inner, name, limits.entry_bytes, limits),
                partial(open_member, inner, name, limits.stream_bytes, limits),
                inner,
            )
        )
    return Listing(_by_label(entries), ())


def _with_archives(listing: Listing, limits: Limits, *, depth: int) -> Listing:
    """Put in the place of every archive what it holds."""
    if not any(_names_archive(entry) for entry in listing.entries):
        return listing
    entries, findings = [], list(listing.findings)
    refusals, unpacked = list(listing.refusals), listing.unpacked
    for entry in listing.entries:
        if entry.place is None or not _names_archive(entry):
            entries.append(entry)
            continue
        if depth > limits.nesting:
            text = f"Archives may lie {limits.nesting} deep; Limits(nesting=...) or --max-nesting reads deeper ones."
            findings.append(Finding("archive-unopened", 1, text, where=entry.label))
            continue
        try:
            inner = _list_archive(entry.place, f"{entry.label}/", entry.label, limits)
        except UnreadableFileError as error:
            refusals.append(Refusal(entry.label, error))
            continue
        inner = _with_archives(inner, limits, depth=depth + 1)
        entries += inner.entries
        findings += inner.findings
        refusals += inner.refusals
        unpacked += inner.unpacked + unpacked_size(entry.place, entry.label, limits)
    return Listing(_by_label(entries), tuple(findings), tuple(refusals), unpacked)


def _names_archive(entry: Entry) -> bool:
    return entry.label.lower().endswith(".zip")


def _is_hidden(name: str) -> bool:
    return (name.startswith(".") and name not in {".", ".."}) or name == COMPANIONS


def _by_label(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Order entries, and tell apart those of one name: an archive may hold a name twice."""
    ordered = sorted(entries, key=lambda entry: entry.label)
    taken = {entry.label for entry in ordered}
    met: set[str] = set()
    labelled = []
    for entry in ordered:
        label = numbered_apart(entry.label, taken) if entry.label in met else entry.label
        met.add(entry.label)
        taken.add(label)
        labelled.append(entry if label == entry.label else replace(entry, label=label))
    return tuple(labelled)


def numbered_apart(label: str, taken: Container[str]) -> str:
    """Number a label until nothing else bears it.

    Parameters
    ----------
    label : str
        A label that is taken.
    taken : container of str
        All that are.

    Returns
    -------
    str
        The label with a number, before its ending.

    Examples
    --------
    >>> numbered_apart("2026/run.fit.gz", {"2026/run (2).fit.gz"})
    '2026/run (3).fit.gz'
    """
    return next(name for number in count(2) if (name := _numbered(label, number)) not in taken)


def _numbered(label: str, number: int) -> str:
    folder, slash, name = label.rpartition("/")
    stem, dot, ending = name.partition(".")
    return f"{folder}{slash}{stem} ({number}){dot}{ending}"


def _on_disk(path: Path, label: str) -> Entry:
    return Entry(label_of(label), partial(_open, path), place=Place(str(path)))


def _leads_inside(path: Path, real_root: Path) -> bool:
    """Whether a link leads to a regular file inside the export."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # to nowhere, or round in a circle
        return False
    return target.is_relative_to(real_root) and target.is_file()


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise UnreadableFileError(label_of(path.name), f"cannot be opened ({error.strerror})") from None
