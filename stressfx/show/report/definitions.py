"""Answers what the report says of the definitions of load: what each is, where it is from, what it gave last.

Takes an `stressfx.auditing.Audit`; gives rows of texts, which the template sets and escapes.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from stressfx.show.plots.definitions import KINDS
from stressfx.show.words import UNKNOWN, day

if TYPE_CHECKING:
    from stressfx.auditing import Audit

__all__ = ["definition_rows"]


def definition_rows(audit: "Audit") -> dict[str, Any]:
    """Give the tables of definitions, the ratios first.

    Parameters
    ----------
    audit : Audit
        What is shown.

    Returns
    -------
    dict
        ``ratios``, ``other_definitions`` and ``defined_on``, the day of their values.
    """
    compared, told = audit.definitions, audit.definitions.attrs.get("definitions", {})
    last = compared.iloc[-1] if len(compared) else pd.Series(dtype=float)
    rows = {name: _row(name, what, last.get(name)) for name, what in told.items()}
    ratios = KINDS["acwr"].columns
    return {
        "ratios": [rows[name] for name in ratios if name in rows],
        "other_definitions": [row for name, row in rows.items() if name not in ratios],
        "defined_on": day(last["date"]) if len(compared) else "",
    }


def _row(name: str, what: dict[str, str], value: float | None) -> tuple[str, ...]:
    written = UNKNOWN if value is None or pd.isna(value) else f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return name, what["definition"], what["windows"], written, what["source"]
