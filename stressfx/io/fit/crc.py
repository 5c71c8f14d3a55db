"""Is a stretch of bytes the one that the device wrote? The CRC-16 of FIT, by whole blocks.

Takes bytes; gives the checksum. Polynomial 0xA001 (CRC-16/ARC); over data that ends in its own checksum it is 0.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["crc16"]

BLOCK = 512
"""Bytes that one row of the table covers; larger blocks need more memory and are no faster. [bytes]"""

CHUNK = 128 * BLOCK
"""Bytes that are looked up at once: it bounds the memory of the index. [bytes]"""

POLYNOMIAL = 0xA001


def crc16(data: bytes | memoryview, crc: int = 0) -> int:
    """Compute the checksum of FIT.

    Parameters
    ----------
    data : bytes or memoryview
        What to check.
    crc : int
        Checksum of what came before.

    Returns
    -------
    int
        The checksum, from 0 to 65535.

    Notes
    -----
    The checksum is linear: each byte contributes, by its value and its place in a block, a term that is read from a
    table; the terms of a block are combined by exclusive or, and the checksum so far enters the first two bytes.

    Examples
    --------
    >>> hex(crc16(b"123456789"))
    '0xbb3d'
    """
    by_place, first, second, last = _tables()
    whole = len(data) // BLOCK * BLOCK
    octets = np.frombuffer(data, np.uint8, whole)
    places = np.arange(BLOCK, dtype=np.intp) * 256
    terms = by_place.ravel()
    for start in range(0, whole, CHUNK):
        blocks = octets[start : start + CHUNK].reshape(-1, BLOCK)
        for block in np.bitwise_xor.reduce(terms.take(blocks + places), axis=1).tolist():
            crc = block ^ first[crc & 0xFF] ^ second[crc >> 8]
    for octet in bytes(data[whole:]):
        crc = crc >> 8 ^ last[(crc ^ octet) & 0xFF]
    return crc


@lru_cache(maxsize=1)
def _tables() -> tuple[npt.NDArray[np.uint16], list[int], list[int], list[int]]:
    """Tabulate what a byte adds to the checksum at the end of its block, by its place (rows) and value (columns)."""
    table = np.empty((BLOCK, 256), np.uint16)
    crc = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        crc = np.where(crc & 1, crc >> 1 ^ POLYNOMIAL, crc >> 1).astype(np.uint16)
    table[-1] = crc
    for place in range(BLOCK - 2, -1, -1):
        later = table[place + 1]
        table[place] = later >> 8 ^ table[-1][later & 0xFF]
    return table, table[0].tolist(), table[1].tolist(), table[-1].tolist()
