"""What did 74 competitive runners do in the days and weeks before an injury, or before a healthy day?

Reads either public table of Lövdal, den Hartigh & Azzopardi 2021, which the researcher has downloaded; gives its events
and what came before each, in our units and in the order of time. Rows cannot be chained to longer histories: that would
leak which of them are injuries.
"""

import csv
import io
import warnings
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.cohort.lovdal_columns import (
    ATHLETE,
    DATE,
    INJURY,
    LOVDAL_FEATURES,
    PERIODS,
    RELATIVES,
    REST,
    table_kind,
)
from stressfx.errors import DataQualityWarning, LimitError, SchemaError, UnreadableFileError
from stressfx.exports.accounts.textcells import table_text
from stressfx.io.source import FileLike, open_source
from stressfx.schema import INTERVALS

__all__ = ["LovdalTable", "lovdal_intervals", "read_lovdal"]

MAX_BYTES = 64 * 2**20
MAX_ROWS = 250_000
"""The published tables have 42,800 rows and some 20 MB."""

LARGEST = 1e9
"""No cell of a day or week holds more."""


@dataclass(frozen=True, eq=False, repr=False)
class LovdalTable:
    """One of the two tables: events, and what came before each of them.

    Attributes
    ----------
    kind : str
        ``"day"`` or ``"week"``.
    events : DataFrame
        A row an event, in the order of the file: ``event`` (its number, from 0), ``athlete_id``, ``event_day`` (counted
        from the first record), ``injury`` (1 if an injury began on that day, else 0); of the week table also
        ``relative_distance_0_1``, ``_0_2`` and ``_1_2``: the distance of one week over that of another, as the file
        has it and counts them, 0 being the week just before the event.
    before : DataFrame
        A row an event and day or week before it, in the order of time: the columns ``event``, ``athlete_id``,
        ``event_day`` and ``injury``, then ``day`` (-7 to -1) or ``week`` (-3 to -1), then the features
        (`stressfx.cohort.lovdal_columns.LOVDAL_FEATURES`). A score is missing where there was no training.
    cautions : tuple of str
        What must be known before anything is concluded, a sentence each.
    """

    kind: str
    events: pd.DataFrame
    before: pd.DataFrame
    cautions: tuple[str, ...]

    def __repr__(self) -> str:
        """Say what it is, and what must be known of it."""
        athletes, injuries = self.events["athlete_id"].nunique(), int(self.events["injury"].sum())
        head = f"LovdalTable by {self.kind}: {len(self.events)} events of {athletes} athletes, {injuries} injuries"
        return "\n".join([head, *(f"- {caution}" for caution in self.cautions)])


def read_lovdal(file: FileLike) -> LovdalTable:
    r"""Read one of the two public tables of injuries in competitive runners.

    Parameters
    ----------
    file : path, bytes or binary file
        ``day_approach_maskedID_timeseries.csv`` or ``week_approach_maskedID_timeseries.csv``, gzipped or not. Which of
        the two it is is told from its columns, never from its name.

    Returns
    -------
    LovdalTable
        Events, what came before each, and what must be known of them. Distances are in metres, durations in seconds.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, is no table, or has rows of different lengths.
    LimitError
        If it is larger than 64 MB or has more than 250,000 rows.
    SchemaError
        If a column is missing or there is one too many, or a cell is no number.

    Warns
    -----
    DataQualityWarning
        If cells are empty, or numbers lie outside their range; they are kept.

    Notes
    -----
    The data of [1]_ are public (doi:10.34894/UWU9PV, CC0): 74 runners over seven years, 42,766 events by day with 583
    injuries, and 42,798 by week. By the authors' note to the second version, the block of columns without a suffix is
    the day 7 days before the event in the day table, and the week just before it in the week table. Under the first
    version of that note, many a public analysis runs the days backwards. A score of -0.01 marks a day without training.

    **The rows leak the injury.** A healthy event has no injury within three weeks on either side, so that an injury
    comes without the row of the day before, which nearly every healthy event has. Whatever is chained from several
    rows of an athlete (a load over 28 days, an acute:chronic ratio) is missing just where the injuries are, and a
    learner finds them by that. Use only the row's own days; hold out whole athletes; tell average precision and
    calibration beside any area under a curve (it was 0.72 by day and 0.68 by week in [1]_). The `cautions` of the
    result say how far this holds for the file at hand. The kind of injury is not given: bone stress injuries cannot be
    told from others.

    References
    ----------
    .. [1] Lövdal SS, den Hartigh RJR, Azzopardi G. "Injury prediction in competitive runners with machine learning."
       Int J Sports Physiol Perform 16 (2021) 1522-1531. doi:10.1123/ijspp.2020-0518

    Examples
    --------
    >>> from stressfx.cohort.lovdal_columns import LOVDAL_FEATURES
    >>> names = [feature.theirs + suffix for suffix in ("", ".1", ".2", ".3", ".4", ".5", ".6")
    ...          for feature in LOVDAL_FEATURES["day"]]
    >>> days = [f"1,{km},0,0,0,0,0,0.2,0.5,0.1" for km in (7, 6, 5, 4, 3, 2, 1)]
    >>> text = ",".join([*names, "Athlete ID", "injury", "Date"]) + "\n" + ",".join([*days, "3", "1", "40"])
    >>> table = read_lovdal(text.encode())
    >>> table.kind, table.before[["day", "distance_m"]].iloc[[0, -1]].values.tolist()
    ('day', [[-7.0, 7000.0], [-1.0, 1000.0]])
    """
    source = open_source(file, max_bytes=MAX_BYTES)
    cells = _cells(table_text(source.data, source.label), source.label)
    kind = table_kind(list(cells.columns), source.label)
    _need_numbers(cells, source.label)
    events = pd.DataFrame(
        {
            "event": np.arange(len(cells), dtype=np.int64),
            "athlete_id": _names(cells[ATHLETE], source.label),
            "event_day": _whole(cells, DATE, source.label),
            "injury": _whole(cells, INJURY, source.label, within=(0, 1)),
        }
    )
    before = _before(cells, events, kind)
    odd = _odd(before, kind)
    for sentence in odd:
        warnings.warn(f"{source.label}: {sentence}", DataQualityWarning, stacklevel=2)
    for theirs, ours in RELATIVES[kind].items():
        events[ours] = cells[theirs].to_numpy(dtype=float)
    return LovdalTable(kind, events, before, (*_cautions(events, kind), *odd))


def lovdal_intervals(table: LovdalTable) -> pd.DataFrame:
    """Turn events into days at risk that each bring what came before them, for the regressions of a cohort.

    Parameters
    ----------
    table : LovdalTable
        Either table.

    Returns
    -------
    DataFrame
        `stressfx.schema.INTERVALS`, a row an event: the day of the event is the day at risk, counted as the file does.
        Every feature of every day or week before it follows as a covariate, such as ``distance_m_day_1`` for the day
        before or ``distance_m_week_3`` for the third week back. Build further covariates within a row only.

    Warns
    -----
    DataQualityWarning
        If an athlete has two events on one day; the first of them is kept.

    Notes
    -----
    For `stressfx.discrete_time_regression` or `stressfx.cox_regression`, with athletes as clusters. The days around an
    injury are no rows of the file, so that the days at risk lack the three weeks before an injury except its own; how
    much that moves an estimate is not known. A self-controlled or case-crossover design needs the days that are
    missing, and cannot be run on these tables.

    Examples
    --------
    >>> events = pd.DataFrame({"event": [0, 1], "athlete_id": ["3", "3"], "event_day": [40, 70], "injury": [1, 0]})
    >>> before = pd.DataFrame({"event": [0, 1], "day": -1, "distance_m": [5000.0, 0.0]})
    >>> rows = lovdal_intervals(LovdalTable("day", events, before, ()))
    >>> rows[["start", "stop", "event", "episode", "distance_m_day_1"]].values.tolist()
    [[39.0, 40.0, 1.0, 1.0, 5000.0], [69.0, 70.0, 0.0, 2.0, 0.0]]
    """
    twice = table.events.duplicated(["athlete_id", "event_day"])
    if twice.any():
        words = f"{int(twice.sum())} events share athlete and day with another; the first of them is kept"
        warnings.warn(words, DataQualityWarning, stacklevel=2)
    events = table.events[~twice].sort_values(["athlete_id", "event_day"], kind="stable")
    stop = events["event_day"].to_numpy(dtype=float)
    injuries = events.groupby("athlete_id")["injury"].cumsum() - events["injury"]
    risk = pd.DataFrame(
        {
            "athlete_id": events["athlete_id"].to_numpy(),
            "start": stop - 1,
            "stop": stop,
            "event": events["injury"].to_numpy(),
            "episode": injuries.to_numpy() + 1,
        }
    )
    covariates = {}
    for period in sorted(PERIODS[table.kind], reverse=True):
        rows = table.before[table.before[table.kind] == period].set_index("event").reindex(events["event"])
        for name in (feature.ours for feature in LOVDAL_FEATURES[table.kind] if feature.ours in rows.columns):
            covariates[f"{name}_{table.kind}_{-period}"] = rows[name].to_numpy()
    return INTERVALS.check(pd.concat([risk, pd.DataFrame(covariates)], axis=1))


def _cells(text: str, label: str) -> pd.DataFrame:
    """Read the table as it stands; a name that comes again gets the suffix that it would have."""
    if text.count("\n") > MAX_ROWS + 1:
        raise LimitError(label, f"has more than {MAX_ROWS} rows; the published tables have 42,800")
    head, _, body = text.lstrip("\r\n").partition("\n")
    separator = max(",;\t", key=head.count)
    try:
        header = [name.strip() for name in next(csv.reader([head.rstrip("\r")], delimiter=separator), [])]
    except csv.Error:
        raise UnreadableFileError(label, "has no first row with the names of the columns") from None
    seen: Counter[str] = Counter()
    names = []
    for name in header:
        names.append(f"{name}.{seen[name]}" if seen[name] else name)
        seen[name] += 1
    if len(set(names)) < len(names):
        raise SchemaError(f"{label}: two columns have the same name; each is needed once")
    table_kind(names, label)
    if not body.strip():
        raise UnreadableFileError(label, "has no rows; the table as it was published is needed")
    decimal = "," if separator != "," and "," in body else "."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(body),
                sep=separator,
                names=names,
                index_col=False,
                decimal=decimal,
                dtype={ATHLETE: "str"},
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        found = f"has rows with more than its {len(names)} columns"
        raise UnreadableFileError(label, f"{found}; the table as it was published is needed") from None


def _need_numbers(cells: pd.DataFrame, label: str) -> None:
    """Refuse cells that are no number, or one far beyond any; a missing one is none of them."""
    for name in cells.columns.drop(ATHLETE):
        column = cells[name]
        number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        if not number or (np.abs(column.to_numpy(dtype=float)) > LARGEST).any():
            raise SchemaError(f"{label}: column {name!r} holds a cell that is no number")


def _whole(cells: pd.DataFrame, name: str, label: str, within: tuple[float, float] = (-1e6, 1e6)) -> pd.Series:
    """Give a column of whole numbers."""
    values = cells[name].to_numpy(dtype=float)
    if not ((values == np.round(values)) & (values >= within[0]) & (values <= within[1])).all():
        words = "0 or 1" if within == (0, 1) else "a whole number of days"
        raise SchemaError(f"{label}: column {name!r} holds a cell that is not {words}")
    return pd.Series(values.astype(np.int64))


def _names(column: pd.Series, label: str) -> pd.Series:
    """Give the athletes as text; some programs write a number as 3.0."""
    if column.isna().any():
        raise SchemaError(f"{label}: column {ATHLETE!r} has an empty cell")
    names = column.str.strip()
    return names.str.replace(r"\.0+$", "", regex=True) if names.str.fullmatch(r"[0-9]+\.0+").all() else names


def _before(cells: pd.DataFrame, events: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Lay the blocks of every row one below the other, in the order of time, in our units."""
    blocks = sorted((period, f".{number}" if number else "") for number, period in enumerate(PERIODS[kind]))
    long = events.loc[events.index.repeat(len(blocks))].reset_index(drop=True)
    long[kind] = np.tile(np.array([period for period, _ in blocks], dtype=np.int64), len(events))
    found: dict[str, npt.NDArray[np.float64]] = {}
    for feature in LOVDAL_FEATURES[kind]:
        values = cells[[feature.theirs + suffix for _, suffix in blocks]].to_numpy(dtype=float).ravel()
        if feature.score:
            values = np.where(np.isclose(values, REST, rtol=0, atol=1e-9), np.nan, values)
        found[feature.ours] = values * feature.factor
    return long.assign(**found)


def _odd(before: pd.DataFrame, kind: str) -> list[str]:
    """Say which numbers look wrong; they are kept."""
    sentences = []
    for feature in LOVDAL_FEATURES[kind]:
        values = before[feature.ours]
        beyond = int(((values < 0) | (values > (1 if feature.score else np.inf))).sum())
        if beyond:
            sentences.append(
                f"{beyond} values of {feature.ours} lie {'outside 0 to 1' if feature.score else 'below 0'}"
            )
        empty = 0 if feature.score else int(values.isna().sum())
        if empty:
            sentences.append(f"{empty} values of {feature.ours} are missing")
    return sentences


def _cautions(events: pd.DataFrame, kind: str) -> list[str]:
    """Say what the rows leak, by the file's own numbers, and what follows from it."""
    ordered = events.sort_values(["athlete_id", "event_day"], kind="stable")
    back = ordered.groupby("athlete_id")["event_day"].diff()
    shares = [(back[ordered["injury"] == injury] <= 1).mean() for injury in (0, 1)]
    told = ["none" if np.isnan(share) else f"{100 * share:.1f} %" for share in shares]
    own = "7 days" if kind == "day" else "3 weeks"
    leak = (
        f"The row of the day before is there for {told[0]} of the healthy events and {told[1]} of the injuries: what"
        " is chained from several rows is missing where the injuries are, and leaks them."
    )
    kept = f"Use only the {own} that a row brings itself, and hold out whole athletes."
    return [leak, kept, "The kind of injury is not given: bone stress injuries cannot be told from others."]
