"""What a frame is checked against. Oracle: pandera itself, which the quick way past it must never contradict."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from stressfx.errors import SchemaError
from stressfx.schema import DTYPES, Column, Schema

MADE = Schema(
    "Made",
    (
        Column("name", "text", "", "a text"),
        Column("share", "float", "1", "a share", 0, 1),
        Column("any", "float", "", "any number"),
        Column("count", "int", "", "a count", 0),
        Column("told", "bool", "", "yes or no"),
        Column("time", "time", "", "an instant"),
        Column("date", "date", "", "a day"),
        Column("more", "float", "", "may be left out", 0, optional=True),
    ),
)
SOUND: dict[str, Any] = {
    "name": ["a", None],
    "share": [0.0, np.nan],
    "any": [np.inf, -1.0],
    "count": [0, 7],
    "told": [True, False],
    "time": ["2026-03-01T08:00Z", None],
    "date": ["2026-03-01", None],
    "more": [np.nan, 3.0],
}
ODD = (
    pd.Series([1.5, -0.1]),
    pd.Series([-1, 2]),
    pd.Series([np.nan, np.nan]),
    pd.Series(["2026-03-01", "x"]),
    pd.Series([True, None]),
    pd.Series(pd.to_datetime(["2026-03-01", "2026-03-02"]).as_unit("ns")),
    "object",
    "str",
    None,
)
"""What may stand in a column instead: other values, the same as another type, or nothing."""

NEW_TEXTS = pd.Series(["a"]).dtype != object
"""Before pandas 3 texts are objects, and pandera looks at every frame."""


def made(**columns: Any) -> pd.DataFrame:
    kinds = {column.name: DTYPES[column.kind] for column in MADE.columns}
    return pd.DataFrame({name: pd.Series(cells, dtype=kinds[name]) for name, cells in (SOUND | columns).items()})


def holds(frame: pd.DataFrame) -> bool:
    try:
        MADE._checks.validate(frame, lazy=True)
    except SchemaErrors:
        return False
    return True


def test_a_sound_frame_is_given_back_as_it_is() -> None:
    frame = made()
    assert MADE.check(frame) is frame
    assert MADE._plainly_holds(MADE.empty()) == NEW_TEXTS
    assert MADE._plainly_holds(frame.drop(columns="more")) == NEW_TEXTS


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"share": [0.5, 1.5]}, "column 'share' has 1 values outside 0 to 1 1"),
        ({"count": [-1, 2]}, "column 'count' has 1 values outside 0 to inf"),
    ],
)
def test_what_is_out_of_range_is_said(columns: dict[str, Any], words: str) -> None:
    assert not MADE._plainly_holds(made(**columns))
    with pytest.raises(SchemaError, match=words):
        MADE.check(made(**columns))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_holds_plainly_holds_for_pandera(data: st.DataObject) -> None:
    frame = made()
    for name in data.draw(st.lists(st.sampled_from(list(SOUND)), max_size=2, unique=True)):
        odd = data.draw(st.sampled_from(ODD))
        frame[name] = frame[name].astype(odd) if isinstance(odd, str) else odd
        if odd is None:
            frame = frame.drop(columns=name)
    if MADE._plainly_holds(frame):
        assert holds(frame)


def test_two_columns_of_one_name_do_not_hold_plainly() -> None:
    frame = pd.concat([made(), made()[["any"]]], axis=1)
    assert not MADE._plainly_holds(frame)
