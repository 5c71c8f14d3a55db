"""Answers what the report says of changes of the training, of all and of those before an injury.

Takes an `stressfx.auditing.Audit`; gives rows of texts, which the template sets and escapes.
"""

from typing import TYPE_CHECKING, Any

from stressfx.show.changed import ChangeRow, change_rows, kind_rows, names_of

if TYPE_CHECKING:
    from stressfx.auditing import Audit

__all__ = ["changes_before", "changes_rows"]

MOST_OPEN = 16
"""No more than so many changes are shown at first; the others can be opened."""


def changes_rows(audit: "Audit", *, unit: str) -> dict[str, Any]:
    """Give the tables of all changes, the latest first.

    Parameters
    ----------
    audit : Audit
        What is shown.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    dict
        ``changes`` (the latest), ``more_changes`` (the others) and ``change_kinds`` (what each kind is).
    """
    latest = audit.changes.sort_values("date", ascending=False, kind="stable")
    rows = [_set(row) for row in change_rows(latest, unit=unit, shoes=names_of(audit.shoe_alerts))]
    return {
        "changes": rows[:MOST_OPEN],
        "more_changes": rows[MOST_OPEN:],
        "change_kinds": kind_rows(audit.changes),
    }


def changes_before(audit: "Audit", injury: int, *, unit: str) -> list[tuple[str, ...]]:
    """Give the changes that were to be seen in the six weeks before an injury, as they were on its eve.

    Parameters
    ----------
    audit : Audit
        What is shown.
    injury : int
        Row of the injury.
    unit : {"km", "mi"}
        Unit of distances.

    Returns
    -------
    list of tuple
        How many days before each was first seen, and the change; long runs are left out, which are listed by
        themselves.
    """
    before = audit.changes_before_injury[audit.changes_before_injury["injury"] == injury]
    shown = change_rows(before, unit=unit, shoes=names_of(audit.shoe_alerts))
    return [(f"{ahead:.0f}", *_set(row)) for ahead, row in zip(before["days_before"], shown, strict=True)]


def _set(row: ChangeRow) -> tuple[str, ...]:
    when = f"{row.date} to {row.last}" if row.last else row.date
    return when, row.what, row.from_to, row.by, row.against
