"""What is in a zip archive, and how is one member read? By its number, in memory, and never further than the limits.

Nothing is ever extracted: the name of a member is a label, whatever it says. What a member unpacks to is counted as it
is read.
"""

import io
import lzma
import struct
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import IO, NamedTuple

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.exports.limits import Limits

__all__ = ["ARCHIVE", "Member", "Place", "members", "open_member", "unpacked_size"]

ARCHIVE = b"PK\x03\x04"
"""The first bytes of an archive that holds anything."""

ENCRYPTED = 0x1
END = struct.Struct("<4s4H2LH")
"""The end record: signature, four counts, size and place of the directory, length of the comment."""

END_LONG = struct.Struct("<4sQ2H2L4Q")
LONGEST_COMMENT = 2**16
PIECE = 2**20
"""What is unpacked at once: `zipfile` takes memory for as much as it is asked for, whatever there is. [bytes]"""

DIRECTORY_ENTRY = 46
"""Size of the fixed part of a directory entry. [bytes]"""

Damaged = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What `zipfile` raises over archives that are damaged, encrypted or packed in a way that it does not know."""


class Place(NamedTuple):
    """Where a file lies: on the disk, and then member by member in archives within one another."""

    path: str
    chain: tuple[int, ...] = ()

    def inside(self, index: int) -> "Place":
        """Give the place of a member of this archive."""
        return Place(self.path, (*self.chain, index))


class Member(NamedTuple):
    """One file of an archive."""

    number: int
    name: str


def members(place: Place, label: str, limits: Limits) -> list[Member]:
    """List the files of an archive.

    Parameters
    ----------
    place : Place
        The archive.
    label : str
        What to call it.
    limits : Limits
        What it may hold.

    Returns
    -------
    list of Member
        In the order of its directory; folders are left out.

    Raises
    ------
    UnreadableFileError
        If it is damaged beyond its directory.
    LimitError
        If it holds too many entries, or is itself too large a member.
    """
    infos = _opened(place, label, limits).infolist()
    return [
        Member(number, info.filename.replace("\\", "/"))
        for number, info in enumerate(infos)
        if not info.filename.endswith("/")
    ]


def unpacked_size(place: Place, label: str, limits: Limits) -> int:
    """Tell what an archive itself unpacked to, if it lies in another.

    Parameters
    ----------
    place : Place
        The archive.
    label : str
        What to call it.
    limits : Limits
        What it may hold.

    Returns
    -------
    int
        0 for an archive on the disk. [bytes]
    """
    if not place.chain:
        return 0
    stream = _opened(place, label, limits).fp
    return stream.seek(0, io.SEEK_END) if stream is not None else 0


def open_member(place: Place, label: str, most: int, limits: Limits) -> IO[bytes]:
    """Open one member for reading.

    Parameters
    ----------
    place : Place
        The member.
    label : str
        What to call it.
    most : int
        What it may unpack to. [bytes]
    limits : Limits
        What it may unpack to in proportion to its packed size.

    Returns
    -------
    binary file
        Its content, unpacked as it is read. Reading raises `LimitError` past a limit, and `UnreadableFileError` where
        the archive is damaged.

    Raises
    ------
    UnreadableFileError
        If the member is encrypted or damaged, or its archive has gone.
    """
    archive = _opened(Place(place.path, place.chain[:-1]), label, limits)
    try:
        info = archive.infolist()[place.chain[-1]]
    except IndexError:
        raise UnreadableFileError(label, "is no longer in its archive; read the export again") from None
    if info.flag_bits & ENCRYPTED:
        raise UnreadableFileError(label, "is encrypted; unpack the archive with its password and give the folder")
    try:
        content = archive.open(info)
    except Damaged as error:
        raise UnreadableFileError(label, f"cannot be unpacked ({_kind(error)})") from None
    return io.BufferedReader(_Counted(content, label, most, info.compress_size, limits), 2**16)


class _Counted(io.RawIOBase):
    """The content of a member, counted as it is unpacked."""

    def __init__(self, content: IO[bytes], label: str, most: int, packed: int, limits: Limits) -> None:
        self.name = label
        self._content = content
        self._most = most
        self._kind = "entry" if most == limits.entry_bytes else "stream"
        self._ratio = limits.ratio
        self._in_proportion = max(limits.ratio_from_bytes, int(limits.ratio * packed))
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed wants any buffer
        try:
            piece = self._content.read(min(len(buffer), PIECE))
        except Damaged as error:
            raise UnreadableFileError(self.name, f"cannot be unpacked ({_kind(error)})") from None
        self._count += len(piece)
        if self._count > self._in_proportion:
            reason = (
                f"unpacks to more than {self._ratio:g} times its size; Limits(ratio=...) or --max-ratio allows more"
            )
            raise LimitError(self.name, reason)
        if self._count > self._most:
            size, kind = f"{self._most / 2**20:g} MiB", self._kind
            reason = f"unpacks to more than {size}; Limits({kind}_bytes=...) or --max-{kind} allows more"
            raise LimitError(self.name, reason)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._content.close()
        super().close()


def _kind(error: Exception) -> str:
    """Say what is wrong without quoting names: the texts of `zipfile` hold those of members."""
    if isinstance(error, NotImplementedError):
        return "a kind of compression that is not known"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it is damaged"


def _opened(place: Place, label: str, limits: Limits) -> zipfile.ZipFile:
    try:
        status = Path(place.path).stat()
    except OSError as error:
        raise UnreadableFileError(label, f"cannot be opened ({error.strerror})") from None
    return _archive(place, (status.st_size, status.st_mtime_ns), label, limits)


@lru_cache(maxsize=2)
def _archive(place: Place, stamp: tuple[int, int], label: str, limits: Limits) -> zipfile.ZipFile:
    """Open an archive, and keep it open for the next member: that of an account holds thousands.

    `stamp` tells an archive from one that took its place on the disk.
    """
    del stamp
    try:
        if place.chain:
            with open_member(place, label, limits.entry_bytes, limits) as packed:
                inner = io.BytesIO(packed.read())
            _need_few_entries(inner, label, limits)
            return zipfile.ZipFile(inner)
        with Path(place.path).open("rb") as stream:
            _need_few_entries(stream, label, limits)
        return zipfile.ZipFile(place.path)
    except UnreadableFileError:
        raise
    except Damaged as error:
        reason = "is a damaged zip archive; its directory cannot be read"
        if isinstance(error, OSError) and error.strerror:
            reason = f"cannot be opened ({error.strerror})"
        raise UnreadableFileError(label, reason) from None


def _need_few_entries(stream: IO[bytes], label: str, limits: Limits) -> None:
    """Count the entries of the directory before `zipfile` makes an object of each."""
    length = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, length - END.size - LONGEST_COMMENT))
    tail = stream.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < END.size:
        raise zipfile.BadZipFile
    size = END.unpack_from(tail, at)[5]
    long = tail.rfind(b"PK\6\6", 0, at)
    if size == 2**32 - 1 and long >= 0 and len(tail) - long >= END_LONG.size:
        size = END_LONG.unpack_from(tail, long)[8]
    end = length - len(tail) + (long if size >= 2**32 - 1 else at)
    start = max(0, end - size)
    count = 0
    while start + DIRECTORY_ENTRY <= end and count <= limits.entries:
        stream.seek(start)
        name, extra, comment = struct.unpack("<3H", stream.read(DIRECTORY_ENTRY)[28:34])
        start += DIRECTORY_ENTRY + name + extra + comment
        count += 1
    if count > limits.entries:
        reason = f"holds more than {limits.entries} entries; Limits(entries=...) or --max-entries allows more"
        raise LimitError(label, reason)
