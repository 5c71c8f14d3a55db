"""What is a frame checked against? Name, type, unit, range and meaning of every column.

Takes a frame and checks it against its `Schema`; gives the same frame back, or one `SchemaError` that names
everything that is wrong. Both wings of the library stand on this module and on nothing of each other.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from stressfx.errors import SchemaError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DTYPES", "Column", "Schema"]

DTYPES = {
    "float": "float64",
    "int": "int64",
    "bool": "bool",
    "time": "datetime64[us, UTC]",
    "date": "datetime64[us]",
    "text": "str",
}
"""The six kinds of column, and the pandas dtype of each."""


@dataclass(frozen=True)
class Column:
    """One column of a frame."""

    name: str
    kind: str
    unit: str
    meaning: str
    low: float = -math.inf
    high: float = math.inf
    optional: bool = False


@dataclass(frozen=True)
class Schema:
    """What a frame holds.

    Attributes
    ----------
    name : str
        What one row is.
    columns : tuple of Column
        In the order in which the frame has them. Further columns may follow.
    """

    name: str
    columns: tuple[Column, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns that every frame of this schema has, in order."""
        return tuple(column.name for column in self.columns if not column.optional)

    def check(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """Check a frame once, at the door of a floor.

        Parameters
        ----------
        frame : DataFrame
            Any frame.

        Returns
        -------
        DataFrame
            The same frame.

        Raises
        ------
        SchemaError
            If a column is missing, of another type or out of its range; the text names every such column.
        """
        if self._plainly_holds(frame):
            return frame
        import pandera.errors  # noqa: PLC0415  # pandera costs half a second, and only what looks wrong needs it

        try:
            self._checks.validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as errors:
            raise SchemaError(self._sentences(frame, errors.failure_cases)) from None
        return frame

    def empty(self) -> "pd.DataFrame":
        """Give a frame of this schema without rows.

        Returns
        -------
        DataFrame
            All columns that are not optional, each of its type.
        """
        import pandas as pd  # noqa: PLC0415  # the declarations must be readable without pandas

        required = (column for column in self.columns if not column.optional)
        return pd.DataFrame({column.name: pd.Series([], dtype=DTYPES[column.kind]) for column in required})

    def _plainly_holds(self, frame: "pd.DataFrame") -> bool:
        """Whether every column is there, of its very type and in its range; where not, pandera says what is wrong."""
        import numpy as np  # noqa: PLC0415  # the declarations must be readable without numpy
        import pandas as pd  # noqa: PLC0415  # as above

        there = set(frame.columns)
        if len(there) < len(frame.columns):
            return False
        for column in self.columns:
            if column.name not in there:
                if column.optional:
                    continue
                return False
            series = frame[column.name]
            if series.dtype != (pd.StringDtype(na_value=np.nan) if column.kind == "text" else DTYPES[column.kind]):
                return False
            if (column.low, column.high) != (-math.inf, math.inf):
                values = series.to_numpy(dtype=float)
                low, high = np.fmin.reduce(values, initial=math.inf), np.fmax.reduce(values, initial=-math.inf)
                if low < column.low or high > column.high:
                    return False
        return True

    @cached_property
    def _checks(self) -> Any:  # noqa: ANN401  # a pandera schema; importing its type would import pandera
        import pandera.pandas as pa  # noqa: PLC0415  # see check

        def column_check(column: Column) -> Any:  # noqa: ANN401  # see above
            bounded = column.kind in {"float", "int"} and (column.low, column.high) != (-math.inf, math.inf)
            return pa.Column(
                DTYPES[column.kind],
                checks=[pa.Check.in_range(column.low, column.high)] if bounded else [],
                nullable=column.kind not in {"int", "bool"},
                required=not column.optional,
            )

        return pa.DataFrameSchema({column.name: column_check(column) for column in self.columns})

    def _sentences(self, frame: "pd.DataFrame", cases: "pd.DataFrame") -> str:
        """Say what pandera found in words: one sentence a column, without any value of the frame."""
        declared = {column.name: column for column in self.columns}
        missing = [name for name, column in declared.items() if not column.optional and name not in frame.columns]
        found = [f"{self.name}: column {name!r} is missing ({declared[name].meaning})" for name in missing]
        for name, rows in cases[cases["column"].notna()].groupby("column", sort=False):
            column = declared[cast("str", name)]
            if rows["check"].astype(str).str.startswith("dtype").any():
                needed = DTYPES[column.kind]
                found.append(f"{self.name}: column {name!r} is {frame[name].dtype}; {needed} is needed")
            elif rows["check"].astype(str).str.startswith("not_nullable").any():
                found.append(f"{self.name}: column {name!r} has missing values; none are allowed")
            else:
                bounds = f"{column.low:g} to {column.high:g} {column.unit}".strip()
                found.append(f"{self.name}: column {name!r} has {len(rows)} values outside {bounds}")
        return ". ".join(found) + "."
