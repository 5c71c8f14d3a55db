"""What did the days before an injury look like, beside the runner's own other weeks?

Takes a table of daily loads and injuries; gives `stressfx.schema.BEFORE`: the days before each onset, aligned by it,
and before them windows of the same length without an injury.
"""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import DataQualityWarning
from stressfx.injury.histories import Flags, Histories, Whole, day_numbers, whole_days
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.standing import RiskDays, case_flags, risk_days
from stressfx.schema import BEFORE

__all__ = ["loads_before"]

DAYS_A_WEEK = 7

SHOWN = ("event", "outside", "unobserved")
"""Fates of cases whose days before are shown: also where the log ends before the day of the onset itself."""


def loads_before(
    table: pd.DataFrame,
    injuries: pd.DataFrame,
    *,
    days: int = 42,
    onset: str = "first_pain",
    cases: npt.ArrayLike | None = None,
    matched: int = 4,
    washout_days: int = 28,
) -> pd.DataFrame:
    r"""Lay the days before each injury side by side, and the runner's own other windows beside them.

    Parameters
    ----------
    table : DataFrame
        One row an athlete and day, such as `stressfx.daily_load` or `stressfx.load_table` gives, over complete
        calendars and in any order. If there is a column ``sessions``, days on which it is missing were not observed.
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    days : int
        Length of a window: from so many days before the onset to the day of the onset. [d]
    onset : {"first_pain", "stopped_running", "diagnosed"}
        What dates an injury; see `stressfx.injury.onsets.injury_onsets`.
    cases : Series or array of bool, optional
        Which of the injuries are looked at; all if nothing is said. The others only take time away.
    matched : int
        Largest number of other windows an injury.
    washout_days : int
        Days after a return that are not yet training as usual; see `stressfx.injury.at_risk.days_at_risk`.

    Returns
    -------
    DataFrame
        `stressfx.schema.BEFORE`, and behind it every other column of the table; numbers are float. Rows by injury,
        window and day; `days` + 1 rows a window. Days outside of the log have missing values.

    Raises
    ------
    ValueError
        If `days` is below 1 or `matched` below 0, there is no such rule, a day is missing from an athlete's calendar,
        or a column of the table has the name of one of the result.
    SchemaError
        If a frame does not follow its schema.

    Warns
    -----
    DataQualityWarning
        With the number of injuries that have no window, and of those that have fewer other windows than asked for.

    Notes
    -----
    Window 0 ends on the day of the onset. It is shown as far as the log reaches, also if the log ends before the
    onset or the day itself was not observed. Without a window are injuries that the rule cannot date, whose window
    holds no day of the log, that began in the absence or wash-out of another injury (what came before was no usual
    training), or on the same day as another one.

    The other windows are chosen by a fixed rule, never by chance [d]: they end on the weekday of the onset, since
    training has a weekly rhythm; they lie before window 0, the nearest first, and overlap neither it nor each other;
    every day of them is at risk (observed, in no absence or wash-out) and in the `days` before no injury of the
    runner, of whatever kind. Windows after the injury are left out, because the injury changed the training there.
    Windows of several injuries of one runner may share days.

    What this cannot show: the other windows are all earlier, so that a season's build-up alone sets window 0 above
    them; pain that began before the onset that was told lowers the last days; and what one runner did before one
    injury happens before no injury as well. Look, and take a design to test
    (`stressfx.case_crossover`).

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = read_injuries(b"athlete_id,first_pain\nann,2025-03-31")
    >>> daily = pd.DataFrame({"athlete_id": "ann", "date": pd.date_range("2025-01-01", periods=90, unit="us"),
    ...                       "distance_m": 1000.0 * np.arange(90)})
    >>> before = loads_before(daily, told, days=6, matched=2)
    >>> before.loc[before["day"] == 0, ["window", "distance_m"]].values.tolist()
    [[0.0, 89000.0], [1.0, 82000.0], [2.0, 75000.0]]
    """
    before, most = whole_days("days", days, 1), whole_days("matched", matched, 0)
    clash = sorted(({*BEFORE.names} - {"athlete_id", "date"}) & set(table.columns))
    if clash:
        raise ValueError(f"the result has columns {', '.join(map(repr, clash))} of its own; rename these of the table")
    onsets, case = injury_onsets(injuries, onset=onset), case_flags(cases, len(injuries), injuries.index)
    standing = risk_days(table, onsets, washout_days=washout_days, cases=case)
    place, end = standing.histories, day_numbers(onsets["onset"])
    code = np.where(onsets["onset"].notna(), place.number(onsets["athlete_id"]), -1)
    begun = np.flatnonzero(case & np.isin(standing.fate, SHOWN))
    shown = begun[_reaches_log(place, code[begun], end[begun], before)]
    shown = shown[~pd.DataFrame({"code": code[shown], "end": end[shown]}).duplicated().to_numpy()]
    free = _free_ends(standing, code[code >= 0], end[code >= 0], before)
    closes = [_ends(place, free, code[row], end[row], before, most) for row in shown]
    for sentence in _said(int(case.sum()), [len(ends) - 1 for ends in closes], most):
        warnings.warn(sentence, DataQualityWarning, stacklevel=2)
    return _frame(table, place, shown, code[shown], closes, before)


def _reaches_log(place: Histories, code: Whole, end: Whole, before: int) -> Flags:
    """Tell of every window whether any day of it lies in the athlete's log."""
    first = place.first_days[code]
    return np.asarray((end >= first) & (end - before < first + place.lengths[code]))


def _free_ends(standing: RiskDays, code: Whole, onset: Whole, before: int) -> Flags:
    """Tell of every place whether the window that ends there is wholly at risk and holds no day before an injury."""
    place = standing.histories
    first, lengths, starts = (of[code] for of in (place.first_days, place.lengths, place.starts))
    steps = np.zeros(place.size + 1, dtype=np.int64)
    np.add.at(steps, starts + np.clip(onset - before - first, 0, lengths), 1)
    np.add.at(steps, starts + np.clip(onset + 1 - first, 0, lengths), -1)
    quiet = standing.at_risk & (np.cumsum(steps[:-1]) == 0)
    disturbed = np.concatenate(([0], np.cumsum(~quiet)))
    first_place = np.maximum(np.arange(place.size) - before, 0)
    return np.asarray((disturbed[1:] == disturbed[first_place]) & (place.elapsed() >= before))


def _ends(place: Histories, free: Flags, code: int, end: int, before: int, most: int) -> Whole:
    """Give the last days of an injury's windows: of its own, and of the nearest others on the same weekday."""
    first, start, length = place.first_days[code], place.starts[code], place.lengths[code]
    weekdays = np.arange(end - DAYS_A_WEEK, first - 1, -DAYS_A_WEEK)
    weekdays = weekdays[weekdays < first + length]
    possible = weekdays[free[start + weekdays - first]]
    ends = [end]
    for day in possible:
        if len(ends) <= most and day < ends[-1] - before:
            ends.append(int(day))
    return np.array(ends, dtype=np.int64)


def _said(cases: int, others: list[int], most: int) -> list[str]:
    """Say how many injuries have no window, and how many have few others."""
    said = []
    if len(others) < cases:
        said.append(
            f"Without a window: {cases - len(others)} of {cases} injuries, because the rule cannot date them, no day "
            "before them is in the log, or they began in the absence or wash-out of another one or on the same day."
        )
    few = sum(number < most for number in others)
    if few:
        said.append(
            f"Fewer than {most} other windows: {few} of {len(others)} injuries ({sum(others)} windows in all), because "
            "too few days before them are at risk; ask for shorter windows, or for fewer."
        )
    return said


def _frame(
    table: pd.DataFrame, place: Histories, shown: Whole, code: Whole, closes: list[Whole], before: int
) -> pd.DataFrame:
    """Lay out the days of all windows with the columns of the table."""
    counts = np.array([len(ends) for ends in closes], dtype=np.int64)
    windows, length = [np.arange(count) for count in counts], before + 1
    rows, codes = (np.repeat(np.repeat(of, counts), length) for of in (shown, code))
    none: list[Whole] = [np.empty(0, dtype=np.int64)]
    day = np.tile(np.arange(-before, 1), int(counts.sum()))
    date = np.repeat(np.concatenate(closes or none), length) + day
    columns: dict[str, Any] = {
        "injury": rows,
        "athlete_id": place.athletes.array.take(codes),
        "window": np.repeat(np.concatenate(windows or none), length),
        "day": day,
        "date": date.astype("datetime64[D]").astype("datetime64[us]"),
    }
    at = place.place(codes, date)
    row_at = at if place.order is None else np.where(at >= 0, place.order[at], -1)
    for name in table.columns.drop(["athlete_id", "date"]):
        if pd.api.types.is_numeric_dtype(table[name].dtype):
            columns[name] = np.append(table[name].to_numpy(dtype=float, na_value=np.nan), [np.nan])[row_at]
        else:
            columns[name] = table[name].array.take(row_at, allow_fill=True)
    return pd.DataFrame(columns)
