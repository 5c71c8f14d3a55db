"""What was found in a log, as rows of one table: which code, whose, from when to when, how many sessions, in words.

Takes what the checks found; gives `stressfx.schema.CHECKS`, severity and effect as `stressfx.findings` states them.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.findings import CODES
from stressfx.io.source import label_of
from stressfx.schema import CHECKS, DTYPES

__all__ = ["Check", "check_of", "checks_frame", "each_session", "recorder_names"]

LONGEST_NAME = 60
"""A recorder's name may be any text; more of it than this tells nobody anything. [characters]"""


class Check(NamedTuple):
    """One thing found in a log."""

    athlete_id: str
    code: str
    first: pd.Timestamp | None
    """First day that it concerns, if any is known."""
    last: pd.Timestamp | None
    sessions: int
    message: str


def checks_frame(found: Iterable[Check]) -> pd.DataFrame:
    """Turn what was found into a frame.

    Parameters
    ----------
    found : iterable of Check
        In any order.

    Returns
    -------
    DataFrame
        `stressfx.schema.CHECKS`, by athlete, day and code.
    """
    rows = sorted(
        (check._replace(message=_in_one_line(check.message)) for check in found),
        key=lambda check: (check.athlete_id, check.first or pd.Timestamp.min, check.code, check.message),
    )
    columns = {name: [getattr(row, name) for row in rows] for name in Check._fields}
    columns |= {
        "severity": [CODES[row.code].severity for row in rows],
        "effect": [CODES[row.code].meaning for row in rows],
    }
    return pd.DataFrame(
        {column.name: pd.Series(columns[column.name], dtype=DTYPES[column.kind]) for column in CHECKS.columns}
    )


def check_of(athlete: object, code: str, rows: pd.DataFrame, message: str) -> Check:
    """Say one thing of several sessions.

    Parameters
    ----------
    athlete : str
        Whose they are.
    code : str
        One of `stressfx.findings.CODES`.
    rows : DataFrame
        One row a session, with its ``date``.
    message : str
        What is said.

    Returns
    -------
    Check
        From the first of their days to the last.
    """
    return Check(str(athlete), code, rows["date"].min(), rows["date"].max(), len(rows), message)


def each_session(log: pd.DataFrame, code: str, said: pd.Series) -> list[Check]:
    """Give one check a session of which something is said.

    Parameters
    ----------
    log : DataFrame
        `stressfx.schema.LOG`.
    code : str
        One of `stressfx.findings.CODES`.
    said : Series of text
        What is said of every row of `log`; empty for nothing.

    Returns
    -------
    list of Check
        In the order of `log`.
    """
    noticed = log[(said != "").to_numpy(dtype=bool)].assign(said=said[said != ""])
    where = noticed["source"].where(noticed["source"] != "", noticed["session_id"])
    rows = zip(noticed["athlete_id"], noticed["date"], noticed["said"], where, strict=True)
    return [Check(athlete, code, day, day, 1, f"{text} ({label_of(name)}).") for athlete, day, text, name in rows]


def recorder_names(sessions: pd.DataFrame) -> pd.Series:
    """Name the recorder of every session: its device and the format that it was handed on in.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS`.

    Returns
    -------
    Series of text
        Such as ``"garmin fr255 (fit)"``, on one line and without e-mail addresses.
    """
    device, devices = pd.factorize(sessions["device"])
    kind, kinds = pd.factorize(sessions["format"])
    pairs, pair = np.unique(device * len(kinds) + kind, return_inverse=True)
    names = [_recorder(str(devices[number // len(kinds)]), str(kinds[number % len(kinds)])) for number in pairs]
    return pd.Series(np.array(names, dtype=object)[pair], index=sessions.index, dtype="str")


def _recorder(device: str, kind: str) -> str:
    name = label_of(_in_one_line(device))[:LONGEST_NAME].strip() or "an unnamed recorder"
    return f"{name} ({_in_one_line(kind)[:LONGEST_NAME]})" if kind else name


def _in_one_line(text: str) -> str:
    """Leave out what is no printable character, such as those that turn the reading direction."""
    return "".join(char for char in text if char.isprintable())
