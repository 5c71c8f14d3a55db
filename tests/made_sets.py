"""Matched sets and injuries for tests: built from numbers, read from the oracles, or drawn."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from hypothesis import strategies as st

from stressfx.injury.designs.logistic import MatchedRows
from stressfx.schema import DTYPES, INJURIES

ORACLES = Path(__file__).parent / "oracles"

Set = tuple[int, list[float]]
"""Which period has the injury, and what each was exposed to."""


@st.composite
def binary_sets(draw: st.DrawFn, most: int = 8) -> list[Set]:
    """Draw sets with one exposure of 0 and 1, some of them not informative."""
    sets = []
    for _ in range(draw(st.integers(1, most))):
        exposed = draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=5))
        sets.append((draw(st.integers(0, len(exposed) - 1)), exposed))
    return sets


def counts_of(sets: Sequence[Set]) -> tuple[list[float], list[float], list[int]]:
    """Count by set: whether the injury was exposed, what was exposed, all periods."""
    return [x[case] for case, x in sets], [sum(x) for _, x in sets], [len(x) for _, x in sets]


def rows_of(exposed: npt.ArrayLike, case: npt.ArrayLike, stratum: npt.ArrayLike) -> MatchedRows:
    """Put columns together; the strata may have any numbers."""
    values = np.asarray(exposed, dtype=float)
    number = np.unique(np.asarray(stratum), return_inverse=True)[1]
    return MatchedRows(values.reshape(len(number), -1), np.asarray(case) == 1, number, np.ones(len(number)))


def pairs_of(exposed: int, others: int) -> MatchedRows:
    """Make informative pairs: so many with the injury in the exposed period, so many with it in the other."""
    values = [1, 0] * exposed + [0, 1] * others
    return rows_of(values, [1, 0] * (exposed + others), np.repeat(np.arange(exposed + others), 2))


def stored(name: str) -> pd.DataFrame:
    """Read a table of the oracles of R."""
    return pd.read_csv(ORACLES / f"conditional_{name}.csv")


def expected(data: str, method: str, terms: int = 1) -> pd.DataFrame:
    """Read what R gives, a row a term."""
    told = stored("expected")
    return told[(told["data"] == data) & (told["method"] == method) & (told["terms"] == terms)].set_index("term")


def injuries_of(told: Sequence[tuple[str, Any, Any]]) -> pd.DataFrame:
    """Tell of injuries: athlete, day of the first pain, day of the return (both may be None)."""
    columns = {column.name: pd.Series([None] * len(told), dtype=DTYPES[column.kind]) for column in INJURIES.columns}
    columns["athlete_id"] = pd.Series([athlete for athlete, _, _ in told], dtype="str")
    columns["first_pain"] = pd.Series(pd.to_datetime([pain for _, pain, _ in told])).astype(DTYPES["date"])
    columns["returned"] = pd.Series(pd.to_datetime([back for _, _, back in told])).astype(DTYPES["date"])
    return INJURIES.check(pd.DataFrame(columns))
