"""Answers how an audit becomes a folder of tables that a spreadsheet opens.

Takes an `stressfx.auditing.Audit`; writes every frame of it as CSV with formulas defused, and a list of what is there.
"""

import csv
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from stressfx.exports.write import write_csv
from stressfx.show.options import WrongCallError
from stressfx.show.printable import printable
from stressfx.training.metrics.definitions import definitions

if TYPE_CHECKING:
    from os import PathLike

    from stressfx.auditing import Audit

__all__ = ["write_tables"]

PREFIX = "audit-"
"""How every name begins: ``sessions.csv`` alone would be read as the runner's own table, were the folder an export."""

LIST = "audit-contents.csv"
"""Lists what was written, and so tells later which files may be replaced."""

LONGEST_LIST = 2**16
FOLDER_MODE = 0o700


def write_tables(audit: "Audit", folder: "str | PathLike[str]") -> list[str]:
    """Write every frame of an audit as CSV.

    Parameters
    ----------
    audit : Audit
        What is written.
    folder : path
        Where to; made if it is not there. Files that an earlier call wrote are replaced, and no others.

    Returns
    -------
    list of str
        Names of the files.

    Raises
    ------
    WrongCallError
        If the folder is a file, or holds a file of one of these names that was not written so.
    UnwritableFileError
        If the system refuses.
    OSError
        If the folder cannot be made.
    """
    target = Path(folder)
    label = printable(target.name or "the folder", limit=80)
    if target.exists() and not target.is_dir():
        raise WrongCallError(f"{label}: is a file; the tables need a folder")
    frames = {field.name: getattr(audit, field.name) for field in fields(audit)}
    tables = {f"{PREFIX}{name}.csv": frame for name, frame in frames.items() if isinstance(frame, pd.DataFrame)}
    tables[f"{PREFIX}definition_list.csv"] = definitions()
    contents = pd.DataFrame({"file": list(tables), "rows": [len(frame) for frame in tables.values()]})
    target.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    foreign = [name for name in (LIST, *tables) if (target / name).exists() and name not in _written(target)]
    if foreign:
        raise WrongCallError(f"{label}: holds {foreign[0]}, which was not written by this command; name another folder")
    write_csv(contents, target / LIST)  # first: whatever breaks off below, the next call may replace what is there
    for name, frame in tables.items():
        write_csv(frame, target / name)
    return [LIST, *tables]


def _written(folder: Path) -> set[str]:
    """Give the names that an earlier call wrote; none if the list is no such list."""
    file = folder / LIST
    if not file.is_file() or file.stat().st_size > LONGEST_LIST:
        return set()
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = list(csv.reader(stream))
    return {LIST, *(row[0] for row in rows[1:] if row)} if rows[:1] == [["file", "rows"]] else set()
