"""What does a person read when the disk, the system or SQLite says no? One sentence, without any path or content.

Takes whatever was raised; gives a `StoreError`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from stressfx.errors import StoreError

__all__ = ["BUSY", "REBUILD", "reported"]

REBUILD = "rebuild it with `stressfx store rebuild`"
BUSY = "another program has been using the store for more than a minute; try again once it has ended"

REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "it may not be written",
    "SQLITE_PERM": "it may not be written",
    "SQLITE_CANTOPEN": "its list cannot be opened",
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_IOERR": "the disk failed, or is full",
    "SQLITE_CORRUPT": f"its list is damaged; {REBUILD}",
    "SQLITE_NOTADB": f"its list is damaged; {REBUILD}",
    "SQLITE_ERROR": f"its list is damaged; {REBUILD}",
}


@contextmanager
def reported(doing: str) -> Iterator[None]:
    """Say in a sentence why something could not be done.

    Parameters
    ----------
    doing : str
        What could not, such as ``"the store 'runs' cannot be read"``.

    Yields
    ------
    None
        What is done.

    Raises
    ------
    StoreError
        In place of every error of the system or of SQLite.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(f"{doing}: {error.strerror or type(error).__name__}") from None
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
        reason = REASONS.get("_".join(name.split("_")[:2]), f"its list cannot be used ({name})")
        raise StoreError(f"{doing}: {reason}") from None
