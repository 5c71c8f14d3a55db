"""Whose is the folder of a store, and how is a file put into it so that nobody else sees it and nothing is half there?

Takes paths; gives files that only their owner may read, on the disk before anything refers to them.
"""

import hashlib
import os
import re
import secrets
import socket
import stat
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from stressfx.errors import StoreError

__all__ = [
    "ACTIVITIES",
    "DAMAGED",
    "FILE_MODE",
    "FOLDER_MODE",
    "GENERATION",
    "MANIFEST",
    "is_abandoned",
    "network_type",
    "note_generation",
    "noted_generation",
    "part_name",
    "private_folder",
    "read_private",
    "remove_files",
    "sync_files",
    "sync_folder",
    "write_private",
    "writer_name",
    "written_names",
]

ACTIVITIES = "activities"
DAMAGED = "damaged"
MANIFEST = "manifest.sqlite"
GENERATION = "generation"

NETWORK = re.compile(
    r"nfs.*|cifs|smb.*|9p|afs|ceph|lustre|gluster.*|gpfs|beegfs.*|fuse\.(sshfs|gluster.*|ceph.*|s3.*|rclone|davfs.*)|davfs.*"
)
"""Types of file systems, as Linux names them, that lie on another machine."""

AT_ONCE = 16
"""So many files are brought down to the disk together."""

FOLDER_MODE, FILE_MODE = 0o700, 0o600
ABANDONED_S = 86400.0
"""After a day, nobody is writing a file any more. [s]"""

PART = re.compile(r"\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}-[0-9a-f]{16}\.part")


def private_folder(path: Path, *, create: bool) -> None:
    """See to it that a folder may hold a store: nobody else's, and written by nobody else.

    Parameters
    ----------
    path : Path
        The folder.
    create : bool
        Whether to make it if there is none.

    Raises
    ------
    StoreError
        If it is a link, no folder, somebody else's, open for everybody to write, or full of other things.
    """
    name = path.name
    if create:
        with suppress(FileExistsError):
            path.mkdir(mode=FOLDER_MODE, parents=True)
    if not os.path.lexists(path):
        raise StoreError(f"there is no store {name!r}; import something into it first")
    about = path.lstat()
    if stat.S_ISLNK(about.st_mode):
        raise StoreError(f"{name!r} is a link; name the folder itself, so that nobody can put another in its place")
    if not stat.S_ISDIR(about.st_mode):
        raise StoreError(f"{name!r} is no folder; a store is a folder of its own")
    if hasattr(os, "getuid"):
        if about.st_uid != os.getuid():
            raise StoreError(f"the folder {name!r} belongs to somebody else; keep the store in a folder of your own")
        if about.st_mode & stat.S_IWOTH:
            raise StoreError(f"everybody may write in the folder {name!r}; take that right away first (chmod 700)")
    held = {entry.name for entry in os.scandir(path)}
    if held and MANIFEST not in held and GENERATION not in held:
        raise StoreError(f"the folder {name!r} is no store and not empty; name a new folder, or an empty one")
    if create and not held and stat.S_IMODE(about.st_mode) != FOLDER_MODE and hasattr(os, "getuid"):
        path.chmod(FOLDER_MODE)


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only its owner may read; `sync_files` brings it down to the disk.

    Parameters
    ----------
    path : Path
        A name that is not taken.
    data : bytes
        What it holds.

    Raises
    ------
    OSError
        If that fails; nothing is left of the file then.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), FILE_MODE)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
        finally:
            os.close(handle)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def remove_files(paths: Iterable[Path]) -> None:
    """Remove files that nothing refers to; what cannot be removed now, the next writer removes.

    Parameters
    ----------
    paths : iterable of Path
        The files.
    """
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def sync_files(paths: Iterable[Path]) -> None:
    """Bring files down to the disk, many at once.

    Parameters
    ----------
    paths : iterable of Path
        The files.

    Raises
    ------
    OSError
        If one of them cannot be brought down.

    Notes
    -----
    A disk takes as long for sixteen files that are asked for together as for one.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in pool.map(_sync_file, paths):
            pass


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_private(path: Path) -> bytes:
    """Read a file of the store, which is never a link.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bytes
        All that it holds.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        return stream.read()


def note_generation(path: Path, generation: int) -> None:
    """Note beside a list how often it was written: a list that went back in time is noticed by that.

    Parameters
    ----------
    path : Path
        The file for it.
    generation : int
        How often.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE)
    try:
        os.write(handle, b"%020d\n" % generation)
        os.fsync(handle)
    finally:
        os.close(handle)


def noted_generation(path: Path) -> int | None:
    """Tell how often a list was written at least.

    Parameters
    ----------
    path : Path
        The file for it.

    Returns
    -------
    int or None
        None if the file is gone or damaged.
    """
    try:
        return int(path.read_bytes())
    except (OSError, ValueError):
        return None


def sync_folder(path: Path) -> None:
    """Bring the names in a folder down to the disk.

    Parameters
    ----------
    path : Path
        The folder.
    """
    if not hasattr(os, "O_DIRECTORY"):  # Windows writes them down by itself
        return
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def written_names(root: Path) -> list[str]:
    """Name the documents' files, listed or not.

    Parameters
    ----------
    root : Path
        The folder of a store.

    Returns
    -------
    list of str
        Without those that are being written.
    """
    return sorted(entry.name for entry in os.scandir(root / ACTIVITIES) if entry.name.endswith(".parquet"))


def writer_name() -> str:
    """Name whoever is about to write into a store.

    Returns
    -------
    str
        Unlike that of anybody else; it tells whether the process still lives.
    """
    return f"{_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def part_name(writer: str) -> str:
    """Name a file that is being written.

    Parameters
    ----------
    writer : str
        For whom: who will list it, whichever process writes it.

    Returns
    -------
    str
        A name that nobody else takes.
    """
    return f".{writer}-{secrets.token_hex(8)}.part"


def is_abandoned(path: Path) -> bool:
    """Whether nobody is left who would list a file that was being written.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
        True if it was for a process of this machine that has ended, and for whatever is older than a day.
    """
    name = PART.fullmatch(path.name)
    if name is None:
        return False
    if name[1] == _host() and os.name == "posix" and not _lives(int(name[2])):
        return True
    try:
        return time.time() - path.lstat().st_mtime > ABANDONED_S
    except FileNotFoundError:  # listed meanwhile
        return False


def network_type(path: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str | None:
    r"""Tell whether a folder lies on another machine.

    Parameters
    ----------
    path : Path
        The folder.
    mounts : Path
        Where the kernel lists what is mounted, in the form of Linux's ``proc_pid_mountinfo(5)``.

    Returns
    -------
    str or None
        Type of the file system if it lies on a network; None if it does not, or if nothing tells.
    """
    if str(path).startswith("\\\\"):
        return "smb"
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    best, found = -1, ""
    real = Path(os.path.realpath(path))
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5 or not after:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda digits: chr(int(digits[1], 8)), fields[4]))
        if real.is_relative_to(point) and len(point.parts) >= best:  # of two on one place, the later hides the earlier
            best, found = len(point.parts), after.split(" ")[0]
    return found if NETWORK.fullmatch(found) else None


def _host() -> str:
    return hashlib.blake2b(socket.gethostname().encode("utf-8", "replace"), digest_size=4).hexdigest()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
