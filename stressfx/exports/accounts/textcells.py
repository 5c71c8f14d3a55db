"""What does a cell of a table from another country say?

Takes the bytes of a CSV file as any service or spreadsheet writes it; gives its rows as text, and the numbers and
durations that single cells hold. A cell that is not understood is a missing value and is counted, never guessed.
"""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable

from stressfx.errors import LimitError, UnreadableFileError

__all__ = ["MAX_TABLE_BYTES", "decimal_mark", "duration_s", "is_empty", "number", "read_rows", "table_text"]

MAX_TABLE_BYTES = 64 * 2**20
"""A table of an account may be this large; forty years of daily workouts stay under a third of it. [bytes]"""

MAX_CELLS = 20_000_000
MAX_ROWS = 250_000
"""Each cell costs memory however short it is, so that they are counted as well."""

SEPARATORS = ",;\t"
EMPTY = frozenset({"", "-", "--", "—", "na", "n/a", "nan", "null", "none"})
"""What stands for an empty cell, in lower case."""

BLANKS = dict.fromkeys(map(ord, " \u00a0\u2009\u202f'\u2019"))
"""What groups digits in some countries, and is never a decimal mark."""

PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
CLOCK = re.compile(r"(?:([0-9]{1,6}):)?([0-9]{1,6}):([0-9]{1,2}(?:[.,][0-9]{1,6})?)")


def read_rows(data: bytes, label: str, *, strict: bool = True) -> tuple[list[str], list[tuple[int, list[str]]]]:
    r"""Read a table of text.

    Parameters
    ----------
    data : bytes
        The file: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252. The separator, a comma, semicolon
        or tab, is told from the first row.
    label : str
        Where it lies inside the export.
    strict : bool
        Refuse quotes that do not fit. If false, what they enclose is taken as it comes: rows can be run together.

    Returns
    -------
    header : list of str
        Names of the columns, as they are written.
    rows : list of (int, list of str)
        Of every other row that is not blank: its number as a spreadsheet shows it, and its cells without blanks
        around them. A row may have fewer or more cells than the header.

    Raises
    ------
    UnreadableFileError
        If the file is empty, a workbook, no text, holds a cell of more than 131072 characters, or quotes do not fit.
    LimitError
        If the file is larger than 64 MB, or has more than twenty million cells or 250000 rows.

    Examples
    --------
    >>> read_rows(b'Activity ID;Distance\n7;"9,44"\n', "activities.csv")
    (['Activity ID', 'Distance'], [(2, ['7', '9,44'])])
    """
    text = table_text(data, label)
    separator = _separator(text)
    if text.count(separator) + text.count("\n") > MAX_CELLS:
        raise LimitError(label, f"has more than {MAX_CELLS} cells; hand in a part of it")
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    count = 0
    try:
        for count, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict), 1):
            cells = [cell.strip() for cell in line]
            if not any(cells):
                continue
            if len(rows) > MAX_ROWS:
                raise LimitError(label, f"has more than {MAX_ROWS} rows; hand in a part of it")
            if header:
                rows.append((count, cells))
            else:
                header = cells
    except csv.Error as error:
        raise UnreadableFileError(label, f"is no table of text from row {count + 1} on ({error})") from None
    if not header:
        raise UnreadableFileError(label, "is empty; a first row with the names of the columns is needed")
    return header, rows


def table_text(data: bytes, label: str) -> str:
    """Turn the bytes of a table into text.

    Parameters
    ----------
    data : bytes
        The file, or only its first part.
    label : str
        Where it lies inside the export.

    Returns
    -------
    str
        The text, without a byte order mark.

    Raises
    ------
    UnreadableFileError
        If it is a workbook or no text.
    LimitError
        If it is larger than 64 MB.

    Examples
    --------
    >>> table_text("Höhe".encode("cp1252"), "activities.csv")
    'Höhe'
    """
    if len(data) > MAX_TABLE_BYTES:
        raise LimitError(label, f"is larger than {MAX_TABLE_BYTES} bytes; no table of an account is")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFileError(label, "is a workbook or an archive; save the sheet as CSV and hand in that")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnreadableFileError(label, "holds NUL bytes; it is no text, or was damaged")
    return text


def _separator(text: str) -> str:
    """Tell the separator: the one that the first row holds most of outside quotes."""
    head = re.sub(r'"[^"]*"', "", text.lstrip()[:65536]).partition("\n")[0]
    return max(SEPARATORS, key=head.count)


def is_empty(cell: str) -> bool:
    """Tell whether a cell says that there is nothing to say.

    Parameters
    ----------
    cell : str
        A cell without blanks around it.

    Returns
    -------
    bool
        Whether it is empty, or one of the marks that stand for it (``NA``, ``--``, ...).

    Examples
    --------
    >>> is_empty("N/A"), is_empty("0")
    (True, False)
    """
    return not cell or (len(cell) <= 4 and cell.lower() in EMPTY)


def decimal_mark(cells: Iterable[str]) -> str:
    """Tell which decimal mark a column of numbers uses.

    Parameters
    ----------
    cells : iterable of str
        The column, or any numbers of the same table.

    Returns
    -------
    str
        ``"."``, ``","``, or an empty text if no cell tells or cells contradict each other.

    Notes
    -----
    A cell tells if it holds both marks, of which the last is the decimal one, or one mark that cannot group
    thousands. ``1,234`` alone does not tell.

    Examples
    --------
    >>> decimal_mark(["1,234", "12,5"]), decimal_mark(["1,234"])
    (',', '')
    """
    told = {_own_mark(cell.translate(BLANKS)) for cell in cells} - {""}
    return told.pop() if len(told) == 1 else ""


def _own_mark(cell: str) -> str:
    """Tell the decimal mark of one number; an empty text if it does not tell."""
    if not cell or (cell[-1] not in "0123456789" and cell[-1] not in ".,"):
        return ""
    comma, point = cell.rfind(","), cell.rfind(".")
    if comma >= 0 and point >= 0:
        return "," if comma > point else "."
    mark = "," if comma >= 0 else "."
    if cell.count(mark) != 1 or GROUPED.fullmatch(cell):
        return ""
    return mark


def number(cell: str, unread: Counter[str] | None = None, name: str = "", *, decimal: str = "") -> float:
    """Read a number as people of any country write it.

    Parameters
    ----------
    cell : str
        A cell without blanks around it.
    unread : Counter, optional
        Where to count, under `name`, a cell that is neither empty nor understood.
    name : str
        Name of the column.
    decimal : str
        The decimal mark of the table, if it is known; see `decimal_mark`.

    Returns
    -------
    float
        The number; NaN for an empty cell and for one that is not understood.

    Notes
    -----
    Blanks and apostrophes group digits. If both marks occur, the last is the decimal one; a mark that occurs more
    than once groups thousands. A single point is the decimal mark unless `decimal` is a comma. A single comma is the
    decimal mark too, except in ``1,234``: this is one thousand if `decimal` is a point, is between one and two if it
    is a comma, and else it is not understood.

    Examples
    --------
    >>> number("9,44"), number("1.234,5"), number("1 234"), number("1,234", decimal="."), number("1,234")
    (9.44, 1234.5, 1234.0, 1234.0, nan)
    """
    if is_empty(cell):
        return math.nan
    plain = cell
    if not PLAIN.fullmatch(cell) or (decimal == "," and GROUPED.fullmatch(cell)):
        plain = _plain(cell.replace("\N{MINUS SIGN}", "-").translate(BLANKS), decimal)
    if PLAIN.fullmatch(plain) and math.isfinite(value := float(plain)):
        return value
    if unread is not None:
        unread[name] += 1
    return math.nan


def _plain(cell: str, decimal: str) -> str:
    """Rewrite a number with a decimal point and without marks of thousands; an empty text if it cannot be told."""
    mark = _own_mark(cell) or decimal
    if not mark:
        # several marks group; a single one before three digits may be either, and a point is taken for what it is here
        if GROUPED.fullmatch(cell) and max(cell.count(","), cell.count(".")) == 1:
            return "" if "," in cell else cell
        mark = "." if "," in cell else ","
    other = "." if mark == "," else ","
    whole, _, fraction = cell.partition(mark)
    if other in whole and not GROUPED.fullmatch(whole):
        return ""
    return whole.replace(other, "") + (f".{fraction}" if fraction else "")


def duration_s(cell: str, unread: Counter[str] | None = None, name: str = "") -> float:
    """Read a duration.

    Parameters
    ----------
    cell : str
        A cell without blanks around it: ``M:SS``, ``H:MM:SS``, either with a fraction, or a number of seconds.
    unread : Counter, optional
        Where to count, under `name`, a cell that is neither empty nor understood.
    name : str
        Name of the column.

    Returns
    -------
    float
        The duration; NaN for an empty cell and for one that is not understood. [s]

    Examples
    --------
    >>> duration_s("1:02:03"), duration_s("75:10"), duration_s("3189.0"), duration_s("1:75")
    (3723.0, 4510.0, 3189.0, nan)
    """
    parts = CLOCK.fullmatch(cell)
    if parts is None:
        return number(cell, unread, name)
    hours, minutes, seconds = int(parts[1] or 0), int(parts[2]), float(parts[3].replace(",", "."))
    if seconds < 60 and (parts[1] is None or minutes < 60):
        return 3600 * hours + 60 * minutes + seconds
    if unread is not None:
        unread[name] += 1
    return math.nan
