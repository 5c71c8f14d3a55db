"""Answers with which of the runner's own other periods the period before an injury can be compared.

Takes a table with a row an athlete and day whose exposure columns speak of the days up to and with their own, and
injuries; gives a row a period: that which ends with the onset, and others of the same runner on the same weekday.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.errors import DataQualityWarning, SchemaError
from stressfx.injury.histories import Flags, Floats, Whole, whole_days
from stressfx.injury.onsets import injury_onsets
from stressfx.injury.standing import RiskDays, case_flags, risk_days

__all__ = [
    "CONTROLS",
    "Choice",
    "Periods",
    "cases_of",
    "comparison_step",
    "exposure_names",
    "matched_periods",
    "periods_of",
]

CONTROLS = ("unidirectional", "time_stratified", "time_stratified_both")
"""How the other periods are chosen; see `matched_periods`."""

OWN = ("injury", "athlete_id", "case", "date")
WHICH = ("all", "first")

FEW_CONTROLS = 4
"""With fewer other periods an injury, precision falls off. [d]"""


class Choice(NamedTuple):
    """Which periods are compared; see `matched_periods`."""

    window_days: int = 7
    controls: str = "unidirectional"
    n_controls: int | None = 4
    lag_days: int = 0
    washout_days: int = 28
    onset: str = "first_pain"
    which: str = "all"


@dataclass(frozen=True, eq=False)
class Periods:
    """The matched periods of some injuries, and what was lost on the way.

    Attributes
    ----------
    frame : DataFrame
        See `matched_periods`.
    injuries : int
        Injuries told of, competing ones left out.
    said : tuple of str
        What fell out, and why, a sentence each.
    """

    frame: pd.DataFrame
    injuries: int
    said: tuple[str, ...]


def matched_periods(  # noqa: PLR0913  # a name for each choice of the design
    table: pd.DataFrame,
    injuries: pd.DataFrame,
    *,
    exposures: str | Sequence[str],
    window_days: int = 7,
    controls: str = "unidirectional",
    n_controls: int | None = 4,
    lag_days: int = 0,
    washout_days: int = 28,
    onset: str = "first_pain",
    which: str = "all",
    cases: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    r"""List the periods that a case-crossover study compares.

    Parameters
    ----------
    table : DataFrame
        A row an athlete and day over complete calendars, with ``athlete_id``, ``date`` and the exposures; days whose
        ``sessions`` are missing, if that column is there, were not observed.
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    exposures : str or sequence of str
        Columns of `table`, numbers or truth values. The value of a day is about the days up to and with it.
    window_days : int
        How many days one value is about: periods that are compared lie at least so far apart, rounded up to whole
        weeks, so that none overlap and all end on the same weekday. [d]
    controls : {"unidirectional", "time_stratified", "time_stratified_both"}
        Which other periods: those just before; those before in the same calendar month; those before and after in
        the same calendar month.
    n_controls : int or None
        How many periods ``"unidirectional"`` looks at; None: all back to the runner's previous case or first day.
        The others take what the month holds.
    lag_days : int
        Days between the end of a period and the day that it stands for. [d]
    washout_days : int
        A runner is not at risk of a new injury for so long after a return. [d]
    onset : {"first_pain", "stopped_running", "diagnosed"}
        The rule for the onset.
    which : {"all", "first"}
        Every injury, or each runner's first alone: what is compared after a return is a comeback. [d]
    cases : Series or array of bool, optional
        Which rows of `injuries` are studied, a Series with their index; all if not said. The others take time at risk
        away.

    Returns
    -------
    DataFrame
        A row a period: ``injury`` (row of `injuries`), ``athlete_id``, ``case`` (1 for the period of the onset, else
        0), ``date`` (its last day) and the exposures. The period of the onset stands first, the nearest others next.

    Raises
    ------
    ValueError
        If an argument is out of its range or a calendar has gaps.
    SchemaError
        If a column is missing or of another type.

    Warns
    -----
    DataQualityWarning
        If injuries fall out.

    Notes
    -----
    The day that a period stands for (its end plus the lag) must be one at risk, earlier ones of the same stretch since
    the runner's previous case, and every exposure must be known and finite; else the period falls out. An injury falls
    out if its own period does, or all others. Competing injuries take their time at risk away, and begin no stretch.

    ``"time_stratified"`` adjusts for season but has 0 to 4 other periods, none for an onset in the first week of a
    month. ``"time_stratified_both"`` also takes days after the onset, at risk or not: it is for exposures that an
    injury cannot change, as the weather. Training does change: see `case_crossover`.

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> date = pd.date_range("2025-03-01", "2025-04-30", unit="us")
    >>> days = pd.DataFrame({"athlete_id": pd.Series(["ann"] * len(date), dtype="str"), "date": date, "far": 0.0})
    >>> told = read_injuries(b"athlete_id,first_pain\nann,2025-04-16")
    >>> periods = matched_periods(days, told, exposures="far")
    >>> periods["case"].tolist(), periods["date"].dt.strftime("%d %b").tolist()
    ([1, 0, 0, 0, 0], ['16 Apr', '09 Apr', '02 Apr', '26 Mar', '19 Mar'])
    """
    choice = Choice(window_days, controls, n_controls, lag_days, washout_days, onset, which)
    found = periods_of(table, injuries, exposure_names(table, exposures), choice, cases)
    for sentence in found.said:
        warnings.warn(sentence, DataQualityWarning, stacklevel=2)
    return found.frame


def periods_of(
    table: pd.DataFrame,
    injuries: pd.DataFrame,
    names: Sequence[str],
    choice: Choice,
    cases: npt.ArrayLike | None,
) -> Periods:
    """Do as `matched_periods`, with what fell out in words instead of warnings.

    Parameters
    ----------
    table : DataFrame
        See `matched_periods`, as of the next.
    injuries : DataFrame
        Injuries.
    names : sequence of str
        The exposures.
    choice : Choice
        Its other arguments.
    cases : array of bool or None
        Which injuries are studied.

    Returns
    -------
    Periods
        The frame, and what was lost.

    Raises
    ------
    SchemaError, ValueError
        As `matched_periods`.
    """
    step = comparison_step(choice.window_days)
    flags = case_flags(cases, len(injuries), injuries.index)
    onsets = injury_onsets(injuries, onset=choice.onset)
    days = risk_days(table, onsets, washout_days=choice.washout_days, cases=flags)
    case_at, later = cases_of(days, choice.which)
    at, there = _days_compared(days, case_at, choice, step)
    values = {name: days.histories.sorted(table[name]) for name in names}
    end, there = _known(days, at, there, values, whole_days("lag_days", choice.lag_days, 0))
    own, other = there[:, 0], there[:, 1:].any(axis=1)
    there = there & (own & other)[:, None]
    told = int(flags.sum())
    lost = {
        "whose own period is not known": int((~own).sum()),
        "without another period at risk and known": int((own & ~other).sum()),
    }
    said = [f"Not counted: {count} of {told} injuries, {why}." for why, count in lost.items() if count]
    sets, others = int(there[:, 0].sum()), int(there[:, 1:].sum())
    if others < (FEW_CONTROLS - 0.5) * sets:
        mean = f"{others / sets:.1f}"
        said.append(f"Each injury has {mean} other periods in the mean: fewer than {FEW_CONTROLS} give wide limits.")
    return Periods(_frame(days, case_at, end, there, values), told, (*days.said, *later, *said))


def cases_of(days: RiskDays, which: str) -> tuple[Whole, tuple[str, ...]]:
    """Find the days of onset that are studied.

    Parameters
    ----------
    days : RiskDays
        Every day's standing.
    which : {"all", "first"}
        Every injury, or each runner's first alone.

    Returns
    -------
    tuple
        Places of the days, in the order of the injuries; and what should be known of later ones, a sentence or none.
    """
    if which not in WHICH:
        raise ValueError(f"which is {which!r}; 'all' or 'first' is needed")
    case_at = np.flatnonzero(days.event)
    case_at = case_at[np.argsort(days.injury[case_at])]
    first = days.episode[case_at] == 1
    later = f"{int((~first).sum())} of {len(case_at)} injuries follow an earlier one of the same runner"
    if first.all():
        return case_at, ()
    if which == "first":
        return case_at[first], (f"Not counted: {later} (which='all' takes them).",)
    return case_at, (f"{later}, and training after a return is no training as usual: which='first' leaves them out.",)


def exposure_names(table: pd.DataFrame, exposures: str | Sequence[str]) -> list[str]:
    """Name the exposures, and refuse what cannot be one.

    Parameters
    ----------
    table : DataFrame
        Whose columns they are.
    exposures : str or sequence of str
        One name or several.

    Returns
    -------
    list of str
        The names.

    Raises
    ------
    SchemaError
        If one of them is no column of the table.
    ValueError
        If there is none, one is there twice, or has the name of a column of the result.
    """
    names = [exposures] if isinstance(exposures, str) else list(exposures)
    if not names or len(set(names)) < len(names):
        raise ValueError("exposures must name one column or several different ones")
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise SchemaError(f"Table: the exposures {', '.join(map(repr, missing))} are missing")
    taken = [name for name in names if name in OWN]
    if taken:
        raise ValueError(f"the names {', '.join(map(repr, taken))} are taken; rename these columns of the table")
    return names


def comparison_step(window_days: int) -> int:
    """Tell how far apart periods are compared.

    Parameters
    ----------
    window_days : int
        How many days one value is about. [d]

    Returns
    -------
    int
        The same, rounded up to whole weeks. [d]

    Raises
    ------
    ValueError
        If it is not whole or below 1.

    Examples
    --------
    >>> [comparison_step(days) for days in (1, 7, 10, 28)]
    [7, 7, 14, 28]
    """
    return -(-whole_days("window_days", window_days, 1) // 7) * 7


def _days_compared(days: RiskDays, case_at: Whole, choice: Choice, step: int) -> tuple[Whole, Flags]:
    """Give the place of every day compared, that of the onset first, and whether it may stand for a period."""
    place, codes = days.histories, days.histories.codes()[case_at]
    first = place.starts[codes]
    back = _steps_back(choice, int(np.max(case_at - first, initial=0)) // step)
    at = case_at[:, None] - step * back
    there = (at >= first[:, None]) & (at < (first + place.lengths[codes])[:, None])
    at = np.where(there, at, case_at[:, None])
    if choice.controls != "unidirectional":
        date = (at + (place.first_days[codes] - first)[:, None]).astype("datetime64[D]")
        month = date.astype("datetime64[M]")
        there &= month == month[:, :1]
    same_stretch = days.at_risk[at] & (days.episode[at] == days.episode[case_at][:, None])
    return at, there & (same_stretch | (back < 0))


def _steps_back(choice: Choice, longest: int) -> Whole:
    """Number the days compared by steps before the onset, which has 0; later ones have negative numbers."""
    if choice.controls not in CONTROLS:
        raise ValueError(f"controls is {choice.controls!r}; one of {', '.join(CONTROLS)} is needed")
    most = choice.n_controls
    if most is not None and (not most >= 1 or most % 1):
        raise ValueError(f"n_controls is {most}; a whole number, 1 or more, is needed, or None for all that there are")
    if choice.controls == "unidirectional":
        return np.arange(1 + (longest if most is None else min(int(most), longest)))
    month = np.arange(5)  # a month has a weekday five times at most
    return np.concatenate((month, -month[1:])) if choice.controls == "time_stratified_both" else month


def _known(days: RiskDays, at: Whole, there: Flags, values: dict[str, Floats], lag_days: int) -> tuple[Whole, Flags]:
    """Give the last place of every period, and whether it is there with every exposure known."""
    lagged = days.histories.elapsed()[at] >= lag_days
    end, there = np.where(lagged, at - lag_days, at), there & lagged
    for column in values.values():
        there &= np.isfinite(column[end])
    return end, there


def _frame(days: RiskDays, case_at: Whole, end: Whole, there: Flags, values: dict[str, Floats]) -> pd.DataFrame:
    row, column = np.nonzero(there)
    last = end[row, column]
    codes = days.histories.codes()[last]
    day = days.histories.elapsed()[last] + days.histories.first_days[codes]
    return pd.DataFrame(
        {
            "injury": days.injury[case_at][row],
            "athlete_id": days.histories.athletes.array.take(codes),
            "case": (column == 0).astype(np.int64),
            "date": day.astype("datetime64[D]").astype("datetime64[us]"),
            **{name: numbers[last] for name, numbers in values.items()},
        }
    )
