"""Answers how much of each load there was in every week, where a picture or a table shows weeks.

Takes `stressfx.schema.DAILY_LOAD`; gives sums by ISO week, in the manner of `stressfx.weekly_totals`.
"""

from collections.abc import Sequence

import pandas as pd

__all__ = ["weekly_loads"]


def weekly_loads(daily: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Sum loads by ISO week, Monday to Sunday.

    Parameters
    ----------
    daily : DataFrame
        One runner's days.
    names : sequence of str
        Columns that are summed.

    Returns
    -------
    DataFrame
        One row a week: ``week`` (its Monday), ``days`` (how many were observed) and the sums. A load that is not known
        of an observed day makes that of its week missing, never silently low; a week that nobody observed has none.
    """
    monday = daily["date"] - pd.to_timedelta(daily["date"].dt.day_of_week, unit="D")
    observed = daily["sessions"].notna()
    by_week = daily[observed].groupby(monday[observed])
    sums = by_week[list(names)].sum()
    lacks = daily.loc[observed, list(names)].isna().groupby(monday[observed]).any()
    weeks = sums.mask(lacks).assign(days=by_week.size())
    whole = pd.date_range(monday.min(), monday.max(), freq="7D", unit="us") if len(daily) else sums.index
    weeks = weeks.reindex(whole.rename("week"))
    return weeks.assign(days=weeks["days"].fillna(0).astype(int))[["days", *names]].reset_index()
