"""Answers which rows of a frame a regression of time at risk can use, and what is wrong with the others.

Takes `stressfx.schema.INTERVALS` with covariates; gives arrays. Time counted twice is refused; rows of which something
is not known are left out, and counted.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.injury.cox.risk_sets import Flags, Floats, Whole
from stressfx.schema import INTERVALS

__all__ = ["Rows", "names_of", "usable_rows"]

SAME_DECIMALS = 9
"""Times since the start of an episode that agree to so many decimals are tied: 25/24 - 1/24 is one day, too."""


class Rows(NamedTuple):
    """Rows of time at risk as arrays; athletes, strata and clusters are numbered from 0."""

    start: Floats
    stop: Floats
    event: Flags
    covariates: Floats
    athlete: Whole
    stratum: Whole
    cluster: Whole
    warnings: tuple[str, ...]


def names_of(names: str | Sequence[str] | None) -> list[str]:
    """Take one name for a list of one.

    Parameters
    ----------
    names : str, sequence of str or None
        One name, several or none.

    Returns
    -------
    list of str
        The names.

    Examples
    --------
    >>> names_of("load"), names_of(None)
    (['load'], [])
    """
    if names is None:
        return []
    return [names] if isinstance(names, str) else list(names)


def usable_rows(
    intervals: pd.DataFrame,
    covariates: Sequence[str],
    *,
    strata: Sequence[str] = (),
    cluster: str | None = None,
    restart: str | None = None,
) -> Rows:
    """Check a frame and take what a regression needs from it.

    Parameters
    ----------
    intervals : DataFrame
        `stressfx.schema.INTERVALS` and further columns.
    covariates, strata : sequence of str
        Their columns.
    cluster : str, optional
        Column whose rows belong together; every row for itself if not told.
    restart : str, optional
        Column at each of whose values the clock of an athlete restarts.

    Returns
    -------
    Rows
        The rows of which everything is known.

    Raises
    ------
    SchemaError
        If the frame does not follow its schema, lacks a column, has covariates that are no numbers, an interval that
        ends before it starts, or time of an athlete in two rows of a stratum.
    ValueError
        If no covariate is named.
    InsufficientDataError
        If there are fewer injuries left than covariates.
    """
    INTERVALS.check(intervals)
    if not covariates:
        raise ValueError("covariates are empty; name at least one column")
    _check_columns(intervals, covariates, [*strata, *names_of(cluster), *names_of(restart)])
    athlete, stratum = _numbered(intervals, ["athlete_id"]), _numbered(intervals, strata)
    belongs = np.arange(len(intervals)) if cluster is None else _numbered(intervals, [cluster])
    start, stop = (intervals[name].to_numpy(dtype=float) for name in ("start", "stop"))
    _check_times(start, stop, athlete, stratum)
    if restart is not None:
        begun = intervals.groupby(["athlete_id", restart])["start"].transform("min").to_numpy(dtype=float)
        start, stop = (np.round(time - begun, SAME_DECIMALS) for time in (start, stop))
    values = intervals[list(covariates)].to_numpy(dtype=float, na_value=np.nan)
    event = intervals["event"].to_numpy() == 1
    known = np.isfinite(values).all(axis=1) & (athlete >= 0) & (stratum >= 0) & (belongs >= 0)
    if event[known].sum() < len(covariates):
        raise InsufficientDataError(
            f"{event[known].sum()} injuries in the {known.sum()} usable of {len(known)} intervals at risk, for "
            f"{len(covariates)} covariates; at least one for each is needed, to estimate anything at all. "
            f"{event[~known].sum()} injuries lie in intervals of which a covariate or group is missing."
        )
    return Rows(
        start=start[known],
        stop=stop[known],
        event=event[known],
        covariates=values[known],
        athlete=athlete[known],
        stratum=stratum[known],
        cluster=belongs[known],
        warnings=_left_out(known, event),
    )


def _check_columns(intervals: pd.DataFrame, covariates: Sequence[str], others: Sequence[str]) -> None:
    missing = [name for name in (*covariates, *others) if name not in intervals.columns]
    if missing:
        raise SchemaError(f"Intervals: column {', '.join(map(repr, missing))} is missing.")
    words = [name for name in covariates if not pd.api.types.is_numeric_dtype(intervals[name])]
    if words:
        raise SchemaError(
            f"Intervals: covariate {', '.join(map(repr, words))} is no number; make a column of 0 and 1 for each "
            "group but one, or take it as a stratum."
        )


def _numbered(intervals: pd.DataFrame, columns: Sequence[str]) -> Whole:
    """Number the values of one or more columns from 0; -1 where one is missing."""
    numbers = np.zeros(len(intervals), dtype=np.int64)
    for name in columns:
        codes, values = pd.factorize(intervals[name], use_na_sentinel=True)
        both = numbers * len(values) + codes
        numbers = np.where((numbers < 0) | (codes < 0), -1, both)
    return numbers


def _check_times(start: Floats, stop: Floats, athlete: Whole, stratum: Whole) -> None:
    """Refuse intervals without length, and time of an athlete that two rows of a stratum count."""
    empty = int(np.sum(~(start < stop) | ~np.isfinite(start) | ~np.isfinite(stop)))
    if empty:
        raise SchemaError(f"Intervals: {empty} of {len(start)} rows do not end after they start.")
    order = np.lexsort((start, athlete, stratum))
    told = (athlete >= 0) & (stratum >= 0)
    same = (np.diff(athlete[order]) == 0) & (np.diff(stratum[order]) == 0) & told[order][1:]
    twice = int(np.sum(same & (start[order][1:] < stop[order][:-1])))
    if twice:
        raise SchemaError(
            f"Intervals: {twice} of {len(start)} rows overlap with another row of the same athlete and stratum; "
            "time at risk counts once."
        )


def _left_out(known: Flags, event: Flags) -> tuple[str, ...]:
    if known.all():
        return ()
    count, injuries = np.sum(~known), np.sum(event & ~known)
    missing = "are left out, because a covariate or group is missing"
    return (f"{count} of {len(known)} intervals at risk {missing}; {injuries} injuries lie in them.",)
