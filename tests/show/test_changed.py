"""Changes in words: from what to what and by how much, each in the unit of its kind.

Oracle: the words written here by hand.
"""

import numpy as np
import pandas as pd
import pytest
from made_audit import framed, made_audit

from stressfx.schema import CHANGES
from stressfx.show.changed import AGAINST, KIND_WORDS, change_rows, kind_rows, names_of
from stressfx.training.changes.kinds import KINDS

DAY = pd.Timestamp("2026-03-02")
SAID = {
    "session_spike": (("large", 30_000, 12_000, 1.5), ("long run: large", "12.0 → 30.0 km", "+150 %")),
    "distance": (("", 61_058, 36_446, 0.675), ("distance", "36.4 → 61.1 km", "+68 %")),
    "duration": (("", 20_640, 3_000, 5.88), ("time", "50 min → 5:44 h", "+588 %")),
    "frequency": (("run days", 6, 4.25, 0.41), ("frequency: run days", "4.2 → 6 a week", "+41 %")),
    "consecutive_days": (("", 5, 2, 3), ("days in a row", "2 → 5 d", "+3 d")),
    "longest_run": (("", 0.55, 0.33, 0.22), ("share of longest run", "33 → 55 %", "+22 points")),
    "damage": (("", 61_290, 35_719, 0.716), ("bone damage: easy steps", "35,719 → 61,290", "+72 %")),
    "intensity": (("", 0.25, 0.1, 0.15), ("hard running", "10 → 25 %", "+15 points")),
    "cadence": (("lower", 160, 171, -0.0643), ("cadence: lower", "171 → 160 steps/min", "-6 %")),
    "surface": (("paved_other", 0.6, 0, 0.6), ("new surface: paved other", "60 % of a run", "new in 28 days")),
    "surface_mix": (("", 0.43, 0, 0.43), ("mix of surfaces", "index 0.43", "at least 43 %")),
    "shoe": (("b2", 2, 0, 2), ("new shoes: Blue ones", "", "2 new in 28 days")),
    "shoe_watch": (("b2", 483_000, 482_803, 0.0004), ("first shoe limit: Blue ones", "482.8 → 483.0 km", "reached")),
    "shoe_replace": (("x9", 805_000, 804_672, 0.0004), ("second shoe limit: x9", "804.7 → 805.0 km", "passed")),
    "break": (("", 11, np.nan, np.nan), ("return from a break", "11 d", "without a run")),
}


def change(kind: str, what: str = "", value: float = 1, baseline: float = 1, size: float = 0, days: int = 0) -> object:
    return framed(
        CHANGES,
        athlete_id=["a"],
        date=[DAY],
        last=[DAY + pd.Timedelta(days=days)],
        kind=kind,
        what=what,
        value=[value],
        baseline=[baseline],
        change=[size],
        unit=KINDS[kind].unit if kind in KINDS else "",
        definition="how",
        source="where",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_by_hand(kind: str) -> None:
    told, said = SAID[kind]
    (row,) = change_rows(change(kind, *told), shoes={"b2": "Blue ones"})
    assert (row.what, row.from_to, row.by) == said
    assert (row.kind, row.against) == (kind, AGAINST[kind])


def test_every_kind_has_words_and_a_case_here() -> None:
    assert set(SAID) == set(KIND_WORDS) == set(AGAINST) == set(KINDS)


def test_miles_are_miles_and_the_last_day_is_told_if_it_is_another() -> None:
    (row,) = change_rows(change("distance", "", 16_093.44, 8_046.72, 1.0, 5), unit="mi")
    assert (row.date, row.last, row.from_to) == ("2026-03-02", "2026-03-07", "5.0 → 10.0 mi")
    assert change_rows(change("distance"))[0].last == ""


def test_kinds_are_explained_once_each() -> None:
    changes = pd.concat([change("break"), change("distance"), change("distance", "", 2)], ignore_index=True)
    assert kind_rows(changes) == [("distance", "how", "where"), ("return from a break", "how", "where")]


def test_hostile_words_are_made_printable() -> None:
    name = "\x1b[31m\u202eevil" + "x" * 999
    rows = [change_rows(change(kind, name))[0] for kind in ("shoe", "surface", "frequency", "session_spike")]
    assert all(row.what.isprintable() and len(row.what) < 80 for row in rows)
    assert names_of(pd.DataFrame({"shoe_id": [name, "b"], "name": ["", name]}))["b"].isprintable()
    unknown = change("distance").assign(kind="a kind of tomorrow")
    assert change_rows(unknown)[0].what == "a kind of tomorrow"
    assert kind_rows(unknown)[0][0] == "a kind of tomorrow"


def test_no_change_is_no_row() -> None:
    assert change_rows(CHANGES.empty()) == []
    assert kind_rows(CHANGES.empty()) == []
    assert len(change_rows(made_audit().changes)) == len(made_audit().changes)
