"""What was in one file: `Activity`, the one object that every reader gives.

Holds frames that follow `stressfx.schema`; computes nothing.
"""

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Protocol

from stressfx.findings import Finding, findings_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from stressfx.io.source import Source

__all__ = ["Activity"]


class MessageTables(Protocol):
    """What a decoder of FIT messages offers, once an activity is read."""

    @property
    def names(self) -> tuple[str, ...]:
        """FIT's names of the messages that the file holds."""

    def frame(self, name: str) -> "pd.DataFrame":
        """Decode every message of one name."""


@dataclass(frozen=True, eq=False)
class Activity:
    """What was in one file.

    ==========================  ==================================================================
    `records`                   samples, one row each (`stressfx.schema.RECORDS`)
    `laps`                      laps (`stressfx.schema.LAPS`)
    `sessions`                  what the device says of each leg (`stressfx.schema.LEGS`)
    `events`                    timer starts and stops, alerts (`stressfx.schema.EVENTS`)
    `findings`                  what the reader noticed (`stressfx.findings`)
    `source`                    label, format, kind, device, engine; the bytes and their hash
    `messages(name)`            any other FIT message as a frame, in FIT's own names and units
    ==========================  ==================================================================

    A file is decoded when it is read; the frames are put around the numbers when somebody looks at them, since a
    folder of thousands of files needs few of them.
    """

    frames: "Mapping[str, Callable[[], pd.DataFrame]]" = field(repr=False)
    noticed: tuple[Finding, ...]
    source: "Source"
    tables: "MessageTables | None" = field(default=None, repr=False)

    @cached_property
    def records(self) -> "pd.DataFrame":
        """Samples, one row each."""
        return self.frames["records"]()

    @cached_property
    def laps(self) -> "pd.DataFrame":
        """Laps, one row each."""
        return self.frames["laps"]()

    @cached_property
    def sessions(self) -> "pd.DataFrame":
        """What the device says of each leg, one row each."""
        return self.frames["sessions"]()

    @cached_property
    def events(self) -> "pd.DataFrame":
        """Timer starts and stops, alerts, one row each."""
        return self.frames["events"]()

    @cached_property
    def findings(self) -> "pd.DataFrame":
        """What the reader noticed, one row a finding (`stressfx.findings.findings_frame`)."""
        return findings_frame(self.noticed)

    @property
    def message_names(self) -> tuple[str, ...]:
        """FIT's names of the messages that the file holds; none for GPX and TCX."""
        return self.tables.names if self.tables is not None else ()

    def messages(self, name: str) -> "pd.DataFrame":
        """Decode every FIT message of one name, in FIT's own field names and units.

        Parameters
        ----------
        name : str
            One of `message_names`, such as ``"device_info"`` or ``"hrv"``. Messages that have no name are called
            ``"unknown_"`` and their number.

        Returns
        -------
        DataFrame
            One row a message in file order. Developer fields are columns ``dev<app>.<name>``. Lists are tuples.

        Raises
        ------
        KeyError
            If the file holds no such message; the text lists those that it holds.
        """
        if self.tables is None or name not in self.message_names:
            held = ", ".join(self.message_names) or "none: only FIT files hold messages"
            message = f"{self.source.label} holds no {name!r} messages; it holds {held}"
            raise KeyError(message)
        return self.tables.frame(name)

    def _repr_html_(self) -> str:
        """Show what a person looks for first: legs, size of each frame, findings. No position is shown."""
        sizes = {
            "records": len(self.records),
            "laps": len(self.laps),
            "sessions": len(self.sessions),
            "events": len(self.events),
            "findings": len(self.findings),
        }
        cells = "".join(f"<tr><th>{name}</th><td>{size}</td></tr>" for name, size in sizes.items())
        title = escape(f"{self.source.label} ({self.source.format}, {self.source.device or 'device unknown'})")
        legs = self.sessions[["sport", "sub_sport", "start", "distance_m", "timer_s"]]
        found = self.findings[["code", "count", "message"]]
        tables = legs.to_html(index=False) + (found.to_html(index=False) if len(found) else "")
        return f"<h4>{title}</h4><table>{cells}</table>{tables}"
