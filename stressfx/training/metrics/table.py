"""Answers what every metric was on every day of every athlete: one table of loads.

Takes a long frame with a row an athlete and day; gives one in order of athlete and day, with a column a metric. The
same kernels compute a single Series, so that the two never differ.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from stressfx.training.metrics.calendar import LongTable, long_table
from stressfx.training.metrics.registry import DEFAULT, METRICS, Metric
from stressfx.training.metrics.windows import Floats

__all__ = ["load_table"]


def load_table(daily: pd.DataFrame, *, load: str = "distance_m", metrics: Sequence[str] = DEFAULT) -> pd.DataFrame:
    """Compute metrics of daily load for many athletes.

    Parameters
    ----------
    daily : DataFrame
        One row an athlete and day, such as `stressfx.training.daily.daily_load` gives, in any order; the columns
        ``athlete_id``, ``date`` and `load` suffice. Each athlete's calendar is complete: 0 on days of rest, NaN on
        days that nobody observed.
    load : str
        Column that is the load: a distance, a duration, a training impulse, a bone damage, ...
    metrics : sequence of str
        Names of the registry, `stressfx.training.metrics.registry.METRICS`.

    Returns
    -------
    DataFrame
        ``athlete_id``, ``date``, the load, and the columns of the metrics in the order asked for; rows by athlete and
        day. Of damage, its ``damage_exponent`` is carried behind them.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, or a load is negative or infinite.
    ValueError
        If a metric is not known, or a day is missing from an athlete's calendar; the message names both.

    Notes
    -----
    Formulas, units and references stand with each metric: `stressfx.definitions` lists them.
    Nothing crosses from one athlete to another, nor from a later day to an earlier one.

    Athletes are computed some 200 at a time, those with calendars of like length together, and written to the array
    that becomes the frame: beside the result hardly any memory is needed.

    Examples
    --------
    >>> daily = pd.DataFrame({"athlete_id": "a", "date": pd.date_range("2026-03-02", periods=28, unit="us"),
    ...                       "distance_m": [3000.0] * 21 + [5000.0] * 7})
    >>> load_table(daily, metrics=["acute_load", "acwr_coupled"]).filter(like="ac").tail(1).round(4).values.tolist()
    [[5000.0, 1.4286]]
    """
    wanted = [_known(name) for name in metrics]
    columns = [column for metric in wanted for column in metric.columns]
    twice = {name for name in (load, *columns) if (load, *columns).count(name) > 1}
    if twice:
        raise ValueError(f"the table would have two columns {min(twice)!r}; ask for each metric once")
    table = long_table(daily, load)
    values = np.empty((1 + len(columns), len(table.loads)))
    values[0] = table.loads
    _compute(table, wanted, values[1:])
    frame = pd.DataFrame(values.T, columns=[load, *columns], copy=False)
    ordered = daily[["athlete_id", "date"]]
    ordered = ordered.copy() if table.order is None else ordered.take(table.order)
    frame.insert(0, "athlete_id", ordered["athlete_id"].array)
    frame.insert(1, "date", ordered["date"].array)
    if load == "damage" and "damage_exponent" in daily.columns:  # a damage without its exponent says nothing
        exponents = daily["damage_exponent"]
        frame["damage_exponent"] = (exponents if table.order is None else exponents.take(table.order)).array
    return frame


def _known(name: str) -> Metric:
    if name not in METRICS:
        raise ValueError(f"{name!r} is no metric; there are {', '.join(METRICS)}")
    return METRICS[name]


def _compute(table: LongTable, metrics: Sequence[Metric], columns: Floats) -> None:
    """Fill the columns, some athletes at a time."""
    for athletes, block in table.blocks():
        column = iter(columns)
        for metric in metrics:
            for values, target in zip(metric.kernel(block), column, strict=False):
                table.put(values, athletes, target)
