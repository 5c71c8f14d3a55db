"""Runs and pairs of shoes made by hand, for the tests of everything about shoes."""

from typing import Any

import pandas as pd

from stressfx.schema import DTYPES, SHOES

DAY = pd.Timedelta(days=1)
D0 = pd.Timestamp("2026-01-01")
NAN = float("nan")

BLANK = {
    "athlete_id": "a",
    "sport": "running",
    "sub_sport": "generic",
    "surface_label": "",
    "shoe_id": "",
    "day": 0,
    "hour": 8,
    "distance_m": 10_000.0,
    "counted": True,
}


def runs_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """Give one session a row: what a row does not say is a run of 10 km at eight o'clock on the first day."""
    whole = [BLANK | row for row in rows]
    columns = {name: [row[name] for row in whole] for name in BLANK}
    date = pd.Series([D0 + day * DAY for day in columns["day"]], dtype=DTYPES["date"])
    hours = pd.Series([pd.Timedelta(hours=hour) for hour in columns["hour"]], dtype="timedelta64[us]")
    texts = ("athlete_id", "sport", "sub_sport", "surface_label", "shoe_id")
    return pd.DataFrame(
        {name: pd.Series(columns[name], dtype="str") for name in texts}
        | {
            "session_id": pd.Series([f"s{number:04d}" for number in range(len(rows))], dtype="str"),
            "date": date,
            "start": (date + hours).dt.tz_localize("UTC"),
            "distance_m": pd.Series(columns["distance_m"], dtype="float64"),
            "counted": pd.Series(columns["counted"], dtype="bool"),
        }
    )


def shoes_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """Give a table of shoes; days of use are counted from the first day of the runs."""
    blank = {"text": "", "float": NAN, "date": pd.NaT}
    columns: dict[str, pd.Series] = {}
    for column in SHOES.columns:
        cells = [row.get(column.name, blank[column.kind]) for row in rows]
        if column.kind == "date":
            cells = [cell if cell is pd.NaT else D0 + cell * DAY for cell in cells]
        columns[column.name] = pd.Series(cells, dtype=DTYPES[column.kind])
    if any("athlete_id" in row for row in rows):
        columns["athlete_id"] = pd.Series([row.get("athlete_id", "") for row in rows], dtype="str")
    return SHOES.check(pd.DataFrame(columns))


def wear_of(*rows: tuple[str, str, int, float], unknown: tuple[int, ...] = ()) -> pd.DataFrame:
    """Give wear by athlete, pair, day and distance; totals are added up in the order of the rows."""
    totals: dict[tuple[str, str], float] = {}
    added = []
    for athlete, pair, _, distance in rows:
        totals[athlete, pair] = totals.get((athlete, pair), 0.0) + (0.0 if distance != distance else distance)  # noqa: PLR0124  # NaN
        added.append(totals[athlete, pair])
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([row[0] for row in rows], dtype="str"),
            "shoe_id": pd.Series([row[1] for row in rows], dtype="str"),
            "date": pd.Series([D0 + row[2] * DAY for row in rows], dtype=DTYPES["date"]),
            "distance_m": pd.Series([row[3] for row in rows], dtype="float64"),
            "total_m": pd.Series(added, dtype="float64"),
            "unknown_runs": pd.Series([int(number in unknown) for number in range(len(rows))], dtype="int64"),
        }
    )
