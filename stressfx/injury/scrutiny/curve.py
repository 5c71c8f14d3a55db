"""What does a specification curve hold, and how is it shown? Every choice's estimate, and one test of them all."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from stressfx.injury.result import StudyResult
from stressfx.schema import SPECIFICATIONS

__all__ = ["SpecificationCurve"]

SHOWN = ("metric", "threshold", "window_days", "lag_days", "onset", "estimate", "low", "high", "p", "events")

ENDS_SHOWN = 4
"""So many specifications are shown from each end of the curve."""


@dataclass(frozen=True, eq=False, repr=False)
class SpecificationCurve:
    """What a study finds under every defensible choice, and a test of all of them at once.

    ==================  ==============================================================================
    `table`             one row a specification (`stressfx.schema.SPECIFICATIONS`): the choices, the
                        odds ratio, its 95 % interval and p, and what it rests on
    `test`              the permutation test of the whole curve, a `StudyResult`; its first row is the
                        headline, the others are shown beside it
    `design`            what was varied and compared, in words
    `warnings`          what speaks against it, a sentence each
    `note`              ``illustration, not inference`` with fewer than ten injuries, else empty
    `to_frame()`        the table with headline p, note, design and warnings beside every row
    ==================  ==============================================================================

    Single rows are not to be picked: among so many some are small by chance. The curve shows what hangs on the
    choices, the test whether all of it could be chance.

    Parameters
    ----------
    table : DataFrame
        `stressfx.schema.SPECIFICATIONS`.
    test : StudyResult
        The test of the whole curve.
    design : str
        What was varied and compared.
    warnings : tuple of str
        What speaks against it.
    """

    table: pd.DataFrame
    test: StudyResult
    design: str
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the table once."""
        SPECIFICATIONS.check(self.table)

    @property
    def note(self) -> str:
        """Say whether the curve is an illustration only.

        Returns
        -------
        str
            ``illustration, not inference`` if it rests on fewer than ten injuries, else an empty text.
        """
        return self.test.note

    def to_frame(self) -> pd.DataFrame:
        """Give the curve as one frame.

        Returns
        -------
        DataFrame
            The rows of `table`, and beside each ``curve_p`` (the headline p), ``note``, ``design`` and ``warnings``.
        """
        said = {"note": self.note, "design": self.design, "warnings": " ".join(self.warnings)}
        texts = {name: pd.Series([text] * len(self.table), dtype="str") for name, text in said.items()}
        return self.table.reset_index(drop=True).assign(curve_p=self.test.table["p"].iloc[0], **texts)

    def __repr__(self) -> str:
        """Show design, test, both ends of the curve and warnings as text."""
        lines = [self.design, *([f"** {self.note} **"] if self.note else []), self._headline(), ""]
        lines += [self._ends().to_string(index=False, float_format=lambda value: f"{value:.4g}", na_rep="")]
        lines += [f"- {warning}" for warning in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Show design, test, both ends of the curve and warnings; every text is escaped."""
        head = "".join(f"<th>{name}</th>" for name in SHOWN)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(row[name]))}</td>" for name in SHOWN) + "</tr>"
            for row in self._ends().to_dict("records")
        )
        note = f"<p><strong>{escape(self.note)}</strong></p>" if self.note else ""
        said = "".join(f"<li>{escape(warning)}</li>" for warning in self.warnings)
        told = f"<p>{escape(self.design)}</p>{note}<p>{escape(self._headline())}</p>"
        return f"{told}<table><tr>{head}</tr>{rows}</table><ul>{said}</ul>"

    def _headline(self) -> str:
        first = self.test.table.iloc[0]
        known = self.table["estimate"].dropna()
        span = f"odds ratios from {known.min():.3g} to {known.max():.3g}" if len(known) else "no odds ratio"
        tested = f"Test of the whole curve ({first['term']}): p = {first['p']:.3g}."
        return f"{len(self.table)} specifications, {span}. {tested}"

    def _ends(self) -> pd.DataFrame:
        """Give the smallest and the largest estimates."""
        ordered = self.table.dropna(subset="estimate").sort_values("estimate", kind="stable")
        if len(ordered) > 2 * ENDS_SHOWN:
            ordered = pd.concat([ordered.head(ENDS_SHOWN), ordered.tail(ENDS_SHOWN)])
        return ordered[list(SHOWN)]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.4g}"
    return str(value)
