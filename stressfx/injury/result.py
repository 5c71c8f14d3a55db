"""What did a study find, and how far can it be believed? One small object that every design gives.

Takes the estimates, the design in a sentence and what speaks against them; shows all three together. A result with
fewer than ten injuries says in every rendering that it illustrates and infers nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import lazy_loader
import numpy as np
import pandas as pd

from stressfx.schema import DTYPES, STUDY

__all__ = ["FEW_EVENTS", "ILLUSTRATION", "StudyResult", "refusal_frame", "study_table", "wald_rows"]

scipy = lazy_loader.load("scipy")

FEW_EVENTS = 10
"""With fewer injuries than this a result is an illustration. Studies of moderate effects need 20 to 50, of weak ones
about 200 (Bahr & Holme 2003, Br J Sports Med 37:384; recalled, not read again)."""

ILLUSTRATION = "illustration, not inference"

NORMAL_975 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""

SHOWN = ("term", "measure", "estimate", "low", "high", "p", "events", "athletes", "intervals")


@dataclass(frozen=True, eq=False, repr=False)
class StudyResult:
    """What a study found.

    ==================  ==============================================================================
    `table`             one row an estimate (`stressfx.schema.STUDY`): estimate, 95 % interval, p, and
                        the injuries, athletes and intervals at risk that it rests on
    `design`            what was compared with what, in one sentence
    `warnings`          what speaks against it, a sentence each
    `note`              ``illustration, not inference`` with fewer than ten injuries, else empty
    `to_frame()`        the table with note, design and warnings beside every row, to be kept or written
    ==================  ==============================================================================

    Estimates are associations in the data at hand; none of them is a diagnosis or a forecast for one runner.

    Parameters
    ----------
    table : DataFrame
        `stressfx.schema.STUDY`; further columns may follow.
    design : str
        What was compared with what.
    warnings : tuple of str
        What speaks against it.
    """

    table: pd.DataFrame
    design: str
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the table once."""
        STUDY.check(self.table)

    @property
    def note(self) -> str:
        """Say whether the result is an illustration only.

        Returns
        -------
        str
            ``illustration, not inference`` if any estimate rests on fewer than ten injuries, else an empty text.
        """
        few = self.table["events"].min() < FEW_EVENTS if len(self.table) else True
        return ILLUSTRATION if few else ""

    def to_frame(self) -> pd.DataFrame:
        """Give the result as one frame.

        Returns
        -------
        DataFrame
            The rows of `table`, and beside each the columns ``note``, ``design`` and ``warnings``.

        Examples
        --------
        >>> rows = wald_rows(["exposed"], [0.6931472], [0.5], "odds ratio", events=8, athletes=8, intervals=40)
        >>> StudyResult(rows, "Made up.").to_frame()[["term", "events", "note"]].values.tolist()
        [['exposed', 8, 'illustration, not inference']]
        """
        said = {"note": self.note, "design": self.design, "warnings": " ".join(self.warnings)}
        texts = {name: pd.Series([text] * len(self.table), dtype="str") for name, text in said.items()}
        return self.table.reset_index(drop=True).assign(**texts)

    def __repr__(self) -> str:
        """Show design, estimates and warnings as text."""
        lines = [self.design, *([f"** {self.note} **"] if self.note else [])]
        lines += [self.table[list(SHOWN)].to_string(index=False, float_format=lambda value: f"{value:.4g}")]
        lines += [f"- {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Show design, estimates and warnings; every text is escaped."""
        head = "".join(f"<th>{name}</th>" for name in SHOWN)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(row[name]))}</td>" for name in SHOWN) + "</tr>"
            for row in self.table.to_dict("records")
        )
        note = f"<p><strong>{escape(self.note)}</strong></p>" if self.note else ""
        said = "".join(f"<li>{escape(warning)}</li>" for warning in self.warnings)
        return f"<p>{escape(self.design)}</p>{note}<table><tr>{head}</tr>{rows}</table><ul>{said}</ul>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.4g}"
    return str(value)


def study_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Make the table of a result from its rows.

    Parameters
    ----------
    rows : sequence of dict
        Columns of `stressfx.schema.STUDY` by name; a number that is left out is missing. Further names become
        further columns.

    Returns
    -------
    DataFrame
        `stressfx.schema.STUDY`, further columns behind.

    Examples
    --------
    >>> study_table([{"term": "all", "measure": "injuries per 1000 h", "estimate": 3.0, "events": 3}])["high"].item()
    nan
    """
    blank = {"float": np.nan, "int": 0, "text": ""}
    declared = {
        column.name: pd.Series([row.get(column.name, blank[column.kind]) for row in rows], dtype=DTYPES[column.kind])
        for column in STUDY.columns
    }
    further = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in declared]
    return pd.DataFrame({**declared, **{name: pd.Series([row.get(name) for row in rows]) for name in further}})


def wald_rows(
    terms: Sequence[str],
    log_estimates: Sequence[float],
    log_ses: Sequence[float],
    measure: str,
    *,
    events: int,
    athletes: int,
    intervals: int,
) -> pd.DataFrame:
    """Make the table of a result from logarithms and their standard errors, with Wald intervals and tests.

    Parameters
    ----------
    terms : sequence of str
        What the estimates are of.
    log_estimates, log_ses : sequence of float
        Logarithms and their standard errors.
    measure : str
        What the estimates are: hazard ratio, odds ratio or rate ratio.
    events, athletes, intervals : int
        What all of them rest on.

    Returns
    -------
    DataFrame
        `stressfx.schema.STUDY`, with 95 % intervals and two-sided p.

    Examples
    --------
    >>> rows = wald_rows(["x"], [0.0], [0.1], "odds ratio", events=20, athletes=20, intervals=100)
    >>> round(rows["high"].item(), 4), rows["p"].item()
    (1.2165, 1.0)
    """
    log, se = np.asarray(log_estimates, dtype=float), np.asarray(log_ses, dtype=float)
    with np.errstate(over="ignore"):  # what lies beyond every number is infinite
        ratios = np.exp(log), np.exp(log - NORMAL_975 * se), np.exp(log + NORMAL_975 * se)
    told = {"measure": measure, "events": events, "athletes": athletes, "intervals": intervals}
    found = zip(terms, log, se, *ratios, np.minimum(1.0, 2 * scipy.special.ndtr(-np.abs(log / se))), strict=True)
    names = ("term", "log_estimate", "log_se", "estimate", "low", "high", "p")
    return study_table([dict(zip(names, row, strict=True), **told) for row in found])


def refusal_frame(reason: str) -> pd.DataFrame:
    """Stand in for the frame of a result where a study was refused.

    Parameters
    ----------
    reason : str
        Why.

    Returns
    -------
    DataFrame
        One row in the shape of `StudyResult.to_frame`, without an estimate.

    Examples
    --------
    >>> refusal_frame("No injury.")[["estimate", "warnings"]].values.tolist()
    [[nan, 'No injury.']]
    """
    table = study_table([{"term": "", "measure": "not estimated"}])
    return StudyResult(table, "Not estimated.", (reason,)).to_frame()
