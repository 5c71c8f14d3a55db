"""How large may an export be? Limits against archives made to fill a disk or a memory, each of which can be raised.

Archives are read by what they really unpack to, never by the sizes that they declare.
"""

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """What an export may hold.

    Attributes
    ----------
    entries : int
        Files in one archive.
    ratio : float
        Unpacked over packed size of one entry, looked at beyond the first `ratio_from_bytes`. [1]
    ratio_from_bytes : int
        What an entry may unpack to whatever its ratio. [bytes]
    entry_bytes : int
        Unpacked size of one entry that is held in memory. [bytes]
    stream_bytes : int
        Unpacked size of one entry that is read as a stream, such as the health record of a telephone. [bytes]
    total_bytes : int
        Unpacked size of everything that is held in memory, one after the other. [bytes]
    nesting : int
        How deep archives may lie in archives; the outermost counts.
    """

    entries: int = 20_000
    ratio: float = 200.0
    ratio_from_bytes: int = 10 * 2**20
    entry_bytes: int = 256 * 2**20
    stream_bytes: int = 16 * 2**30
    total_bytes: int = 2 * 2**30
    nesting: int = 2
