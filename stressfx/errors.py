"""What can go wrong, by name: every error that stressfx raises on purpose is a `StressfxError`.

A message says what was found, what was needed and what to do. It never holds file content, a coordinate or a
full path.
"""

__all__ = [
    "DataQualityWarning",
    "InsufficientDataError",
    "LimitError",
    "SchemaError",
    "StressfxError",
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


class InsufficientDataError(StressfxError, ValueError):
    """There is too little data for what was asked."""


class DataQualityWarning(UserWarning):
    """Something about the data that a person should see."""
