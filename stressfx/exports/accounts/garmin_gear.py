"""Which shoes does a Garmin account know, and on which activities were they worn?

Takes what the JSON table of gear holds; gives the pairs of shoes, and for each activity a `Told` that names its pair
and nothing else.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from math import nan
from typing import Any

import numpy as np
import pandas as pd

from stressfx.exports.told import Account, Told
from stressfx.findings import Finding
from stressfx.io.jsontext import identity, members, number, rows, text
from stressfx.io.source import label_of
from stressfx.schema import DTYPES, SHOES

__all__ = ["gear"]

OTHER_GEAR = {"bike", "other"}
FIRST_YEAR, LAST_YEAR = 1990, 2100

MESSAGES = {
    "garmin-gear": "pieces of gear are of a kind that is not known, or have no name",
    "garmin-gear-twice": "pieces of gear are listed twice; the first was kept",
    "garmin-gear-date": "days cannot be read, or a pair is retired without one",
    "garmin-gear-link": "links between gear and activities lead nowhere",
    "garmin-shoes-many": "activities have several pairs of shoes; the first was kept",
}


def gear(value: object) -> Account:
    """Read the table of gear.

    Parameters
    ----------
    value : object
        ``{"gearDTOS": [...], "gearActivityDTOs": {...}}``, alone or in a list.

    Returns
    -------
    Account
        Pairs of shoes, named by Garmin's number for them; and one `Told` an activity that shoes are linked to.

    Notes
    -----
    The links are lists of activities by the number of the gear. Lists of gear by the number of the activity are
    understood too. Bikes and other gear, and the links to them, are left out. ``maximumMeters``, the user's own limit,
    is in metres; 0 is none.

    Examples
    --------
    >>> account = gear({
    ...     "gearDTOS": [{"gearPk": 5, "gearTypeName": "Shoes", "displayName": "red", "maximumMeters": 643737.6}],
    ...     "gearActivityDTOs": {"5": [{"activityId": 24, "gearPk": 5}]},
    ... })
    >>> account.shoes["name"].item(), account.told[0].activity_id, account.told[0].shoe_id
    ('red', '24', '5')
    """
    noticed: Counter[str] = Counter()
    pairs: dict[str, dict[str, Any]] = {}
    names: dict[str, str] = {}
    tables = [_in_lower_case(table) for table in (value if isinstance(value, list) else [value])]
    for table in tables:
        for piece in rows(table.get("geardtos")):
            _add(members(piece), pairs, names, noticed)
    worn: dict[str, str] = {}
    for table in tables:
        for activity, shoe in _links(members(table.get("gearactivitydtos")), names, noticed):
            if shoe in pairs and worn.setdefault(activity, shoe) != shoe:
                noticed["garmin-shoes-many"] += 1
    findings = [
        Finding(code, noticed[code], f"{noticed[code]} {what}.") for code, what in MESSAGES.items() if noticed[code]
    ]
    told = (Told(account="garmin", activity_id=activity, shoe_id=shoe) for activity, shoe in worn.items())
    return Account(told=tuple(told), shoes=_frame(pairs), findings=tuple(findings))


def _in_lower_case(table: object) -> dict[str, Any]:
    """Garmin writes ``gearDTOS`` beside ``gearActivityDTOs``."""
    return {name.lower(): value for name, value in members(table).items()}


def _add(piece: dict[str, Any], pairs: dict[str, dict[str, Any]], names: dict[str, str], noticed: Counter[str]) -> None:
    """Take up a piece of gear: every name that it goes by, and if it is a pair of shoes, what is known of that."""
    known_as = [name for name in (identity(piece.get("gearPk")), identity(piece.get("uuid"))) if name]
    if not known_as:
        noticed["garmin-gear"] += 1
        return
    if known_as[0] in names:
        noticed["garmin-gear-twice"] += 1
        return
    for name in known_as:
        names.setdefault(name, known_as[0])
    kind = text(piece.get("gearTypeName")).lower()
    if kind in OTHER_GEAR:
        return
    if kind and "shoe" not in kind:
        noticed["garmin-gear"] += 1
        return
    limit_m = number(piece.get("maximumMeters"))
    retired = _day(piece.get("dateEnd"), noticed)
    if text(piece.get("gearStatusName")).lower() == "retired" and np.isnat(retired):
        noticed["garmin-gear-date"] += 1
    pairs[known_as[0]] = {
        "shoe_id": known_as[0],
        "name": label_of(text(piece.get("displayName")) or text(piece.get("customMakeModel"))),
        "start": _day(piece.get("dateBegin"), noticed),
        "start_distance_m": nan,
        "retired": retired,
        "watch_m": nan,
        "replace_m": limit_m if limit_m > 0 else nan,
        "default_for": "",
    }


def _day(value: object, noticed: Counter[str]) -> np.datetime64:
    if value is None or value == "":
        return np.datetime64("NaT", "us")
    try:
        day = date.fromisoformat(text(value)[:10])
    except ValueError:
        day = date.min
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return np.datetime64(day, "us")
    noticed["garmin-gear-date"] += 1
    return np.datetime64("NaT", "us")


def _links(links: dict[str, Any], names: dict[str, str], noticed: Counter[str]) -> Iterator[tuple[str, str]]:
    """Give activities and the gear on them, whichever of the two the lists are named by."""
    for key, listed in links.items():
        for link in listed if isinstance(listed, list) else [listed]:
            activity = identity(members(link).get("activityId")) or ("" if key in names else identity(key))
            named = (identity(members(link).get("gearPk")), identity(members(link).get("uuid")), identity(key))
            piece = next((names[name] for name in named if name in names), "")
            if activity and piece:
                yield activity, piece
            else:
                noticed["garmin-gear-link"] += 1


def _frame(pairs: dict[str, dict[str, Any]]) -> pd.DataFrame:
    columns = {
        column.name: pd.Series([pair[column.name] for pair in pairs.values()], dtype=DTYPES[column.kind])
        for column in SHOES.columns
    }
    return pd.DataFrame(columns)
