"""What stands in a TOML file that a person wrote by hand?

Takes a file; gives its content as tables of names and values, and checks on them that say what is needed. No message
repeats what a file holds.
"""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from stressfx.errors import SchemaError, UnreadableFileError
from stressfx.exports.accounts.textcells import table_text
from stressfx.io.source import FileLike, open_source

__all__ = ["need_known", "need_number", "read_toml"]

LONGEST_LINE = 1000
"""The standard library takes time by the square of a dotted name."""


def read_toml(file: FileLike, *, max_bytes: int) -> tuple[str, dict[str, Any]]:
    r"""Read a TOML file of bounded size.

    Parameters
    ----------
    file : path, bytes or binary file
        TOML, as any editor saves it.
    max_bytes : int
        Largest size. [bytes]

    Returns
    -------
    label : str
        Name of the file, without its folder.
    content : dict
        Names and values.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no TOML.
    LimitError
        If it is larger than `max_bytes`.

    Examples
    --------
    >>> read_toml(b"[runner]\nmass_kg = 58", max_bytes=100)
    ('<bytes>', {'runner': {'mass_kg': 58}})
    """
    source = open_source(file, max_bytes=max_bytes)
    toml = table_text(source.data, source.label)
    if any(len(line) > LONGEST_LINE for line in toml.splitlines()):
        raise UnreadableFileError(source.label, f"has a line of more than {LONGEST_LINE} characters")
    try:
        return source.label, tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        where = str(error).rpartition("(")[2].rstrip(")")  # the rest can quote a name
        raise UnreadableFileError(source.label, f"is no TOML that can be read ({where})") from None
    except (ValueError, RecursionError):  # what the standard library raises over a number of thousands of digits
        reason = "is no TOML that can be read (a number is too long, or brackets lie too deep in each other)"
        raise UnreadableFileError(source.label, reason) from None


def need_known(where: str, found: Mapping[str, object], known: Iterable[str]) -> None:
    """Refuse names that are not known: misspelt, they would be silently without effect.

    Parameters
    ----------
    where : str
        File and table, for the message.
    found : mapping
        What the table holds.
    known : iterable of str
        Names that it may hold.

    Raises
    ------
    SchemaError
        If it holds another.
    """
    known = tuple(known)
    if any(name not in known for name in found):
        raise SchemaError(f"{where} holds a name that is not known. Known are {', '.join(known)}.")


def need_number(what: str, value: object, low: float, high: float) -> float:
    """Take a number within bounds.

    Parameters
    ----------
    what : str
        File, table and name, for the message.
    value : object
        What the file holds.
    low, high : float
        Bounds, both included.

    Returns
    -------
    float
        The number.

    Raises
    ------
    SchemaError
        If it is none, or out of bounds.
    """
    # True is an int in Python, and no number here
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise SchemaError(f"{what} has to be a number from {low:g} to {high:g}.")
    return float(value)
