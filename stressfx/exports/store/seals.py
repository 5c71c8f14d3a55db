"""Was a row altered? A seal is a hash over its cells; the seals of many rows add up to one, in whatever order.

Takes cells of a row; gives bytes to keep beside them.
"""

import hashlib
from typing import Any

__all__ = ["NOTHING", "added", "seal_of"]

SEAL_BYTES = 16

NOTHING = bytes(SEAL_BYTES)
"""What the seals of no rows add up to."""


def seal_of(*cells: Any) -> bytes:  # noqa: ANN401  # whatever SQLite gives
    """Seal a row.

    Parameters
    ----------
    *cells : str, int, bytes, float or None
        What the row holds. A damaged one may hold anything.

    Returns
    -------
    bytes
        16 bytes.

    Examples
    --------
    >>> seal_of("a", 1) == seal_of("a", 1), seal_of("a", 1) == seal_of("a", "1")
    (True, False)
    """
    seal = hashlib.blake2b(digest_size=SEAL_BYTES)
    for cell in cells:
        data = cell if isinstance(cell, bytes) else str(cell).encode("utf-8", "surrogateescape")
        seal.update(b"%s %d:" % (type(cell).__name__.encode(), len(data)))
        seal.update(data)
    return seal.digest()


def added(seals: bytes, seal: bytes) -> bytes:
    """Add a seal to others, or take it away again: both are the same (exclusive or).

    Parameters
    ----------
    seals, seal : bytes
        What others add up to, and the one.

    Returns
    -------
    bytes
        What all add up to.

    Examples
    --------
    >>> added(added(NOTHING, seal_of("a")), seal_of("a")) == NOTHING
    True
    """
    return (int.from_bytes(seals) ^ int.from_bytes(seal)).to_bytes(max(len(seals), len(seal)))
