"""Answers how far the published definitions of one thing differ on the same days.

Takes daily loads; gives a table with a column a definition, which carries the name, the windows and the source of each
with it.
"""

import pandas as pd

from stressfx.training.metrics.registry import METRICS
from stressfx.training.metrics.table import load_table

__all__ = ["compare_definitions", "definitions"]

SAID = ("name", "definition", "windows", "source", "call", "oracle")


def compare_definitions(daily: pd.DataFrame, *, load: str = "distance_m") -> pd.DataFrame:
    """Compute every definition on the same days.

    Parameters
    ----------
    daily : DataFrame
        One row an athlete and day, in any order, as for `stressfx.training.metrics.table.load_table`.
    load : str
        Column that is the load.

    Returns
    -------
    DataFrame
        ``athlete_id``, ``date``, the load, and a column a definition; rows by athlete and day. What each column is
        stands in ``frame.attrs["definitions"]``: a dictionary of name, definition, windows, source, call and oracle by
        column, of plain texts, so that it outlasts Parquet.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, or a load is negative or infinite.
    ValueError
        If a day is missing from an athlete's calendar.

    Notes
    -----
    Columns of one kind can be compared: the acute:chronic ratios (``acwr_...``), the averages (``ewma_...``,
    ``redi...``, ``fitness...``), monotony and strain by either standard deviation, form by either program. That they
    disagree on a day is a property of the definitions and says nothing about the runner. What speaks against the
    ratios stands in `stressfx.training.metrics.ratios.acwr`.

    Examples
    --------
    >>> daily = pd.DataFrame({"athlete_id": "a", "date": pd.date_range("2026-03-02", periods=28, unit="us"),
    ...                       "distance_m": [3000.0] * 21 + [5000.0] * 7})
    >>> compared = compare_definitions(daily)
    >>> compared.filter(like="acwr").iloc[-1].round(2).tolist()
    [1.67, 1.43, 1.25, 1.58, 1.25]
    >>> compared.attrs["definitions"]["acwr_coupled"]["windows"]
    't-6..t over t-27..t'
    """
    compared = load_table(daily, load=load, metrics=tuple(METRICS))
    compared.attrs["definitions"] = {str(row.pop("column")): row for row in _rows()}
    return compared


def definitions() -> pd.DataFrame:
    """List every definition.

    Returns
    -------
    DataFrame
        One row a column of `compare_definitions`: ``column``, ``name`` of the metric, ``definition``, ``windows``,
        ``source``, ``call`` for one Series, and ``oracle``, the test that holds it to an independent number.

    Examples
    --------
    >>> definitions().set_index("column").loc["acwr_ewma", "call"]
    "acwr(load, method='ewma')"
    """
    return pd.DataFrame(_rows(), dtype="str")


def _rows() -> list[dict[str, str]]:
    return [
        {"column": column} | {said: getattr(metric, said) for said in SAID}
        for metric in METRICS.values()
        for column in metric.columns
    ]
