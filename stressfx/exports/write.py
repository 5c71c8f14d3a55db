"""How does a frame become a CSV file that a spreadsheet cannot run?

Takes a frame; writes UTF-8 with formulas defused, the whole file or none. `undefuse` gives back what a cell held.
"""

import csv
import io
import os
import re
import secrets
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from stressfx.errors import StressfxError

__all__ = ["UnwritableFileError", "defuse", "undefuse", "write_csv"]

SIGNS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
"""What may start a formula in a spreadsheet: the signs, their full-width and small forms, tab and end of line."""

BLANKS = "\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
"""What does not show and so could hide such a sign from a reader, but not from a spreadsheet."""

FORMULA = f"'*[{BLANKS}]*[{SIGNS}]"
HARMFUL = re.compile(f"(^|[;\t\r\n])(?={FORMULA})")
DEFUSED = re.compile(f"(^|[;\t\r\n])'(?={FORMULA})")
"""The separators stand here because a spreadsheet set to another country splits cells at them, quoted or not."""

FIRST, FURTHER = re.compile(FORMULA), re.compile("[;\t\r\n]")
"""Most texts have neither, which is told far sooner."""


class UnwritableFileError(StressfxError, OSError):
    """A file cannot be written.

    Parameters
    ----------
    label : str
        Name of the file, without its folder.
    reason : str
        What the system says.
    """

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(f"{label}: cannot be written ({reason})")
        self.label = label
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Rebuild from label and reason, so that a worker process can hand the error over."""
        return type(self), (self.label, self.reason)


def defuse(text: str) -> str:
    """Put an apostrophe before whatever a spreadsheet could take for a formula.

    Parameters
    ----------
    text : str
        What a cell holds.

    Returns
    -------
    str
        The same text where it is harmless. Else with an apostrophe at its start; and after each semicolon, tab and end
        of line inside it behind which a formula could start if a spreadsheet split the cell there.

    Examples
    --------
    >>> defuse("=1+1"), defuse("easy -5 s"), defuse("'-5"), defuse("a;@b")
    ("'=1+1", 'easy -5 s', "''-5", "a;'@b")
    """
    return HARMFUL.sub(r"\1'", text) if FIRST.match(text) or FURTHER.search(text) else text


def undefuse(text: str) -> str:
    """Take away the apostrophes that `defuse` put.

    Parameters
    ----------
    text : str
        A cell of a file that `write_csv` wrote.

    Returns
    -------
    str
        What the frame held: ``undefuse(defuse(text)) == text`` for every text.

    Notes
    -----
    The rule for other programs: one apostrophe goes wherever the text, or a part of it behind a semicolon, tab or end
    of line, starts with apostrophes and would without them start a formula, that is (blanks and signs that do not show
    aside) with one of ``= + - @``, their full-width or small forms, a tab or an end of line.

    Examples
    --------
    >>> undefuse("'=1+1"), undefuse("''-5"), undefuse("'quoted'")
    ('=1+1', "'-5", "'quoted'")
    """
    return DEFUSED.sub(r"\1", text)


def write_csv(frame: pd.DataFrame, file: "str | PathLike[str] | IO[bytes]") -> None:
    """Write a frame as CSV, with formulas defused.

    Parameters
    ----------
    frame : DataFrame
        Any frame; its index is not written.
    file : path or binary file
        Where to write. A file of that name is replaced at once or, if anything fails, left as it was.

    Raises
    ------
    UnwritableFileError
        If the system refuses; the text names the file without its folder.

    Notes
    -----
    UTF-8 without a mark, commas, double quotes, lines that end in CR and LF (RFC 4180). Texts and headers pass through
    `defuse`, and `undefuse` gives them back. Numbers stay numbers, negative ones too, with all the digits that they
    have; what is missing is an empty cell. Times are ISO 8601 with their offset, or Z; a column without a zone in which
    every time is midnight is written as days. The file is readable for its owner only.

    Examples
    --------
    >>> import io
    >>> out = io.BytesIO()
    >>> write_csv(pd.DataFrame({"note": ["@home", ""], "grade": [-0.5, float("nan")]}), out)
    >>> out.getvalue().decode().splitlines()
    ['note,grade', "'@home,-0.5", ',']
    """
    if isinstance(file, str | PathLike):
        _replace(Path(file), frame)
    else:
        _write(frame, file)


def _write(frame: pd.DataFrame, stream: IO[bytes]) -> None:
    # what is no text at all, half of a surrogate pair, cannot be in UTF-8
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")
    lines = csv.writer(text)
    lines.writerow([defuse(str(name)) for name in frame.columns])
    lines.writerows(zip(*(_cells(frame.iloc[:, place]) for place in range(frame.shape[1])), strict=True))
    text.flush()
    text.detach()  # the stream is the caller's to close


def _cells(column: pd.Series) -> Iterable[str]:
    """Write a column, one text a cell."""
    missing = column.isna().to_numpy()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        # Z says that the instant is known and the runner's clock is not, which +00:00 does not say (RFC 9557)
        zone, mark = ("+00:00", "Z") if str(column.dtype.tz) == "UTC" else ("", "")
        written = (time.isoformat().replace(zone, mark) for time in column)
    elif column.dtype.kind == "M":
        days = _midnights(column)
        written = (str(time.date()) if days else time.isoformat() for time in column)
    elif pd.api.types.is_numeric_dtype(column.dtype):  # numbers and truth
        written = (repr(value) for value in column.tolist())
    else:
        written = (_cell(value) for value in column.to_numpy(object))
    return ("" if empty else cell for empty, cell in zip(missing, written, strict=True))


def _cell(value: object) -> str:
    """Write a cell of a column that holds texts, or anything."""
    if isinstance(value, str):
        return defuse(value)
    number = isinstance(value, bool | int | float | np.number | np.bool_)
    return str(value) if number else defuse(str(value))


def _midnights(column: pd.Series) -> bool:
    times = column.to_numpy("datetime64[us]")
    times = times[~np.isnat(times)]
    return bool((times == times.astype("datetime64[D]")).all())


def _replace(path: Path, frame: pd.DataFrame) -> None:
    """Write beside the target and put it in its place in one step."""
    try:
        beside = path.with_name(f".{secrets.token_hex(8)}.part")
        # the mode is given at birth: between opening and a later chmod anybody could read
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                _write(frame, stream)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnwritableFileError(path.name, error.strerror or "no reason is given") from None
    except ValueError:  # no name of a file: it is empty, or holds a NUL
        raise UnwritableFileError(path.name, "it is no name of a file") from None
