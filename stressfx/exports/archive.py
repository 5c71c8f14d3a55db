"""Answers which files an export holds and how each is opened, without following anything out of it.

Takes a folder; gives a `Listing`: its files in a stable order, each with a label and a way to open it, and what was
passed over. Another container, such as an archive, needs no more than a function that gives a `Listing` as well.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

from stressfx.errors import UnreadableFileError
from stressfx.findings import Finding

__all__ = ["Entry", "Listing", "list_file", "list_folder"]

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
    """

    label: str
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)


class Listing(NamedTuple):
    """What a container holds."""

    entries: tuple[Entry, ...]
    """Its files, by label."""
    findings: tuple[Finding, ...]
    """What was passed over, and why."""


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
    return Listing((Entry(_printable(path.name), partial(_open, path)),), ())


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
                raise UnreadableFileError(_printable(root.name), f"cannot be opened ({error.strerror})") from None
            text = f"The folder cannot be opened ({error.strerror})."
            findings.append(Finding("folder-unreadable", 1, text, where=_printable(prefix)))
            continue
        for entry in found:
            if entry.name.startswith(".") or entry.name == COMPANIONS:
                continue
            path, label = Path(entry.path), prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                waiting.append((path, f"{label}/"))
            elif entry.is_file(follow_symlinks=False) or _leads_inside(path, real_root):
                entries.append(Entry(_printable(label), partial(_open, path)))
            else:
                kind = "A link" if entry.is_symlink() else "No regular file"
                findings.append(Finding("not-followed", 1, f"{kind}; it was passed over.", where=_printable(label)))
    return Listing(
        tuple(sorted(entries, key=lambda entry: entry.label)),
        tuple(sorted(findings, key=lambda finding: finding.where)),
    )


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
        raise UnreadableFileError(_printable(path.name), f"cannot be opened ({error.strerror})") from None


def _printable(name: str) -> str:
    """Replace the bytes of a name that are no text, which no frame could hold."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
