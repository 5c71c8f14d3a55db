"""Answers what each change of the training is called, and how it reads: from what to what, and by how much.

Takes `stressfx.schema.CHANGES`; gives rows of text that the report and the command line share. Nothing is computed but
units and rounding.
"""

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from stressfx.show.printable import printable
from stressfx.show.words import UNKNOWN, day
from stressfx.units import format_distance, format_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AGAINST", "KIND_WORDS", "ChangeRow", "change_rows", "kind_rows", "names_of"]

KIND_WORDS = {
    "session_spike": "long run",
    "distance": "distance",
    "duration": "time",
    "frequency": "frequency",
    "consecutive_days": "days in a row",
    "longest_run": "share of longest run",
    "damage": "bone damage",
    "intensity": "hard running",
    "cadence": "cadence",
    "surface": "new surface",
    "surface_mix": "mix of surfaces",
    "shoe": "new shoes",
    "shoe_watch": "first shoe limit",
    "shoe_replace": "second shoe limit",
    "break": "return from a break",
}
"""Kinds of change, in the words of a reader."""

AGAINST = {
    "session_spike": "longest run of the 30 days before",
    "distance": "the usual week",
    "duration": "the usual week",
    "frequency": "the usual week",
    "consecutive_days": "the usual longest row",
    "longest_run": "the usual share of a week",
    "damage": "the usual week",
    "intensity": "the usual share of a week",
    "cadence": "own cadence at the same speeds",
    "surface": "the 28 days before",
    "surface_mix": "the 21 days before the week",
    "shoe": "",
    "shoe_watch": "the limit",
    "shoe_replace": "the limit",
    "break": "",
}
"""What each kind is compared with, in short; the definition in the frame says it in full."""

SAID_IN_WORDS = {
    "break": "without a run",
    "shoe_watch": "reached",
    "shoe_replace": "passed",
    "surface": "new in 28 days",
}
"""Kinds that have no size of their own beside their value."""


class ChangeRow(NamedTuple):
    """One change, ready to be shown."""

    date: str
    last: str
    kind: str
    what: str
    from_to: str
    by: str
    against: str


def names_of(shoes: pd.DataFrame) -> dict[str, str]:
    """Give the name of every pair, as far as it has one.

    Parameters
    ----------
    shoes : DataFrame
        With ``shoe_id`` and ``name``.

    Returns
    -------
    dict
        Name, or else the short name, by the short name; made printable.
    """
    pairs = zip(shoes["shoe_id"], shoes["name"], strict=True)
    return {shoe_id: printable(name, limit=40) or printable(shoe_id, limit=40) for shoe_id, name in pairs}


def change_rows(
    changes: pd.DataFrame, *, unit: str = "km", shoes: "Mapping[str, str] | None" = None
) -> list[ChangeRow]:
    """Give changes of the training, ready to be shown.

    Parameters
    ----------
    changes : DataFrame
        Rows of `stressfx.schema.CHANGES`.
    unit : {"km", "mi"}
        Unit of distances.
    shoes : mapping, optional
        Names of pairs, see `names_of`.

    Returns
    -------
    list of ChangeRow
        In the order of `changes`.
    """
    named = shoes or {}
    return [
        ChangeRow(
            day(row["date"]),
            day(row["last"]) if row["last"] != row["date"] else "",
            row["kind"],
            _what(row, named),
            _from_to(row, unit),
            _by(row),
            AGAINST.get(row["kind"], ""),
        )
        for _, row in changes.iterrows()
    ]


def kind_rows(changes: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Say of every kind of change that is there how it is defined, and where that is from.

    Parameters
    ----------
    changes : DataFrame
        Rows of `stressfx.schema.CHANGES`.

    Returns
    -------
    list of tuple
        Words of the kind, definition and source, each once.
    """
    told = changes.drop_duplicates(["kind", "definition", "source"])
    order = {kind: place for place, kind in enumerate(KIND_WORDS)}
    told = told.assign(order=told["kind"].map(order)).sort_values("order", kind="stable")
    return [(_kind(row["kind"]), row["definition"], row["source"]) for _, row in told.iterrows()]


def _kind(kind: str) -> str:
    return KIND_WORDS.get(kind) or printable(kind, limit=40)


def _what(row: pd.Series, shoes: "Mapping[str, str]") -> str:
    """Name a change, with what of its kind it is."""
    kind, what = row["kind"], row["what"]
    if kind in {"frequency", "damage"}:
        return f"{_kind(kind)}: {printable(what, limit=20) or 'easy steps'}"
    if kind.startswith("shoe"):
        what = shoes.get(what, what)
    detail = printable(str(what).replace("_", " ") if kind == "surface" else what, limit=40)
    return f"{_kind(kind)}: {detail}" if detail else _kind(kind)


def _from_to(row: pd.Series, unit: str) -> str:
    """Write what something was and what it became; of what was not there before, what it became."""
    kind = row["kind"]
    if kind == "shoe" or pd.isna(row["value"]):
        return ""
    if kind == "surface_mix":
        return f"index {row['value']:.2f}"
    if kind == "surface":
        return f"{_quantity(row['value'], row, unit)} of a run"
    now = _quantity(row["value"], row, unit)
    if pd.isna(row["baseline"]):
        return now
    was = _quantity(row["baseline"], row, unit)
    same = now.partition(" ")[2]  # the unit is said once
    return f"{was.removesuffix(f' {same}')} \N{RIGHTWARDS ARROW} {now}"


def _quantity(value: float, row: pd.Series, unit: str) -> str:
    """Write a value or a baseline with its unit."""
    if row["kind"] == "damage":
        return f"{value:,.0f}"
    written = {
        "m": lambda: format_distance(value, unit=unit),
        "s": lambda: format_duration(value),
        "1": lambda: f"{100 * value:.0f} %",
        "d": lambda: f"{value:.0f} d",
        "1/week": lambda: f"{value:.1f}".removesuffix(".0") + " a week",
        "1/min": lambda: f"{value:.0f} steps/min",
    }
    return written.get(row["unit"], lambda: f"{value:g}")()


def _by(row: pd.Series) -> str:
    """Write by how much something changed: in per cent, or for shares and days as a difference."""
    kind, change = row["kind"], row["change"]
    if kind in SAID_IN_WORDS:
        return SAID_IN_WORDS[kind]
    if kind == "shoe":
        return f"{row['value']:.0f} new in 28 days" if row["value"] > 1 else "new pair"
    if kind == "surface_mix":
        return f"at least {100 * change:.0f} %"
    if pd.isna(change):
        return UNKNOWN
    if row["unit"] == "d":
        return f"{change:+.0f} d"
    return f"{100 * change:+.0f} points" if row["unit"] == "1" else f"{100 * change:+.0f} %"
