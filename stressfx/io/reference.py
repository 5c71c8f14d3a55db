"""Do other libraries read this file as we do? What `stressfx doctor` shows.

Takes a file; reads it by stressfx and by the reference engine of its format; gives one row a column of the records.
"""

import numpy as np
import pandas as pd

from stressfx.errors import UnreadableFileError
from stressfx.io.activity import Activity
from stressfx.io.fit.read import read_fit
from stressfx.io.gpx import read_gpx
from stressfx.io.read import file_format, read_activity
from stressfx.io.source import FileLike, open_source

__all__ = ["compare_engines"]

TOLERANCE = 1e-9


def compare_engines(file: FileLike) -> pd.DataFrame:
    """Compare our records with those of the reference engine.

    Parameters
    ----------
    file : path, bytes or binary file
        A FIT or GPX file; there is no reference engine for TCX.

    Returns
    -------
    DataFrame
        One row a column of the records: ``column``; ``values`` and ``reference_values``, how many are not missing;
        ``different``, how many differ by more than 1e-9 of their size; ``max_difference``; ``engine``. Without rows
        for TCX.

    Raises
    ------
    UnreadableFileError
        If either engine cannot read the file; the text says which.
    """
    source = open_source(file)
    ours = read_activity(source)
    kind = file_format(source.data)
    if kind == "tcx":
        return _compared(ours, ours).iloc[:0]
    other = read_fit(source, engine="fitparse") if kind == "fit" else read_gpx(source, engine="gpxpy")
    if len(ours.records) != len(other.records):
        reason = f"{other.source.engine} reads {len(other.records)} records, stressfx {len(ours.records)}"
        raise UnreadableFileError(source.label, reason)
    return _compared(ours, other)


def _compared(ours: Activity, other: Activity) -> pd.DataFrame:
    # Times are counted from the first one: since 1970 they are so large that a second would be within tolerance.
    known = ours.records["time"].dropna()
    origin = known.iloc[0] if len(known) else pd.Timestamp(0, tz="UTC")
    rows = []
    for column in dict.fromkeys([*ours.records, *other.records]):
        mine, theirs = (_numbers(activity.records, column, origin) for activity in (ours, other))
        both = np.abs(mine - theirs)
        differs = (both > TOLERANCE * np.maximum(1, np.abs(theirs))) | (np.isnan(mine) != np.isnan(theirs))
        rows.append(
            {
                "column": column,
                "values": int((~np.isnan(mine)).sum()),
                "reference_values": int((~np.isnan(theirs)).sum()),
                "different": int(differs.sum()),
                "max_difference": float(np.nanmax(both)) if (~np.isnan(both)).any() else 0.0,
                "engine": other.source.engine,
            },
        )
    return pd.DataFrame(rows)


def _numbers(records: pd.DataFrame, column: str, origin: pd.Timestamp) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Turn a column into numbers: instants into seconds, texts and lists into 1 where there is one."""
    if column not in records:
        return np.full(len(records), np.nan)
    values = records[column]
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return np.asarray((values - origin).dt.total_seconds(), np.float64)
    if values.dtype.kind not in "fi":
        return np.where(values.notna(), 1.0, np.nan)
    return np.asarray(values, np.float64)
