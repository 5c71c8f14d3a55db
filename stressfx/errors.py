"""What can go wrong, by name: every error that stressfx raises on purpose is a `StressfxError`.

A message says what was found, what was needed and what to do. It never holds file content, a coordinate or a
full path.
"""

from collections.abc import Sequence

__all__ = [
    "DataQualityWarning",
    "InsufficientDataError",
    "LimitError",
    "SchemaError",
    "StoreError",
    "StressfxError",
    "UnknownColumnsError",
    "UnreadableFileError",
]


class StressfxError(Exception):
    """Base of every error that stressfx raises on purpose."""


class UnreadableFileError(StressfxError, ValueError):
    """A file that was asked for by name cannot be read.

    Parameters
    ----------
    label : str
        Name of the file, without its folder.
    reason : str
        What was found and what was needed, as a sentence.
    """

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(f"{label}: {reason}")
        self.label = label
        self.reason = reason

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Rebuild from label and reason, so that a worker process can hand the error over."""
        return type(self), (self.label, self.reason)


class LimitError(UnreadableFileError):
    """A file passes a safety limit (size, depth, length of a text)."""


class SchemaError(StressfxError, ValueError):
    """A frame lacks a column, or holds values that its schema does not allow."""


class StoreError(StressfxError, RuntimeError):
    """A store cannot be opened, read or written; what it held before is whole."""


class UnknownColumnsError(SchemaError):
    """A table of an account has headers in a language that is not known.

    Parameters
    ----------
    label : str
        Where the table lies inside the export.
    headers : sequence of str
        The headers found, in order; one that occurs twice is told apart as ``"Distance#1"`` and ``"Distance#2"``.
    columns : sequence of str
        The columns that a file of columns can name.
    """

    def __init__(self, label: str, headers: Sequence[str], columns: Sequence[str]) -> None:
        found = ", ".join(headers)
        super().__init__(
            f"{label}: the headers are in a language that is not known: {found}. "
            "Name the columns in a file and hand that in (--columns FILE); an empty one to fill in can be written."
        )
        self.label = label
        self.headers = tuple(headers)
        self.columns = tuple(columns)

    def __reduce__(self) -> tuple[type, tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Rebuild from its parts, so that a worker process can hand the error over."""
        return type(self), (self.label, self.headers, self.columns)

    def template(self) -> str:
        """Give a file of columns to fill in, as TOML.

        Returns
        -------
        str
            Every column with an empty name, and as comments the headers found with their positions.

        Examples
        --------
        >>> print(UnknownColumnsError("activities.csv", ["N.", "Tid"], ["activity_id"]).template())
        # Which header names which column? Copy it between the quotes; leave empty what there is not.
        <BLANKLINE>
        [columns]
        activity_id = ""
        <BLANKLINE>
        # The headers found:
        #   1  N.
        #   2  Tid
        <BLANKLINE>
        """
        lines = [
            "# Which header names which column? Copy it between the quotes; leave empty what there is not.",
            "",
            "[columns]",
            *(f'{column} = ""' for column in self.columns),
            "",
            "# The headers found:",
            *(f"# {place:3d}  {header}" for place, header in enumerate(self.headers, 1)),
            "",
        ]
        return "\n".join(lines)


class InsufficientDataError(StressfxError, ValueError):
    """There is too little data for what was asked."""


class DataQualityWarning(UserWarning):
    """Something about the data that a person should see."""
