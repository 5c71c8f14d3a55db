"""Which files of an export are tables of an account, and what reads each?

Takes the entries of an export; asks every account in turn; gives the tables with their readers.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from stressfx.exports import sessions_table
from stressfx.exports.accounts import apple, garmin, intervals, runkeeper, strava
from stressfx.exports.archive import Entry
from stressfx.exports.harvest import TableReader
from stressfx.exports.tables import read_shoes
from stressfx.exports.told import Account

__all__ = ["account_tables"]

SHOE_TABLE = "shoes.csv"
"""Table of shoes at the top of an export, if the runner keeps one."""


def account_tables(
    entries: Sequence[Entry], *, columns: Mapping[str, str] | None = None
) -> dict[str, tuple[str, TableReader]]:
    """Find the tables of accounts.

    Parameters
    ----------
    entries : sequence of Entry
        All files of an export.
    columns : mapping of str to str, optional
        Headers of a Strava table in a language that is not known.

    Returns
    -------
    dict of str to (str, callable)
        By label: the account, and what reads the table. The runner's own table of shoes comes first.
    """
    asked: dict[str, Callable[[Sequence[Entry]], dict[str, TableReader]]] = {
        "strava": partial(strava.tables, columns=columns),
        "garmin": garmin.tables,
        "apple": apple.tables,
        "runkeeper": runkeeper.tables,
        "intervals": intervals.tables,
        "sessions": sessions_table.tables,
    }
    found: dict[str, tuple[str, TableReader]] = {}
    for account, tables in asked.items():
        found |= {label: (account, reader) for label, reader in tables(entries).items() if label not in found}
    if any(entry.label == SHOE_TABLE for entry in entries) and SHOE_TABLE not in found:
        return {SHOE_TABLE: ("shoes", _read_own_shoes), **found}
    return found


def _read_own_shoes(entry: Entry) -> Account:
    with entry.open() as stream:
        return Account(shoes=read_shoes(stream))
