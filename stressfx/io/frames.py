"""The frames of an `Activity`, from the arrays that a reader decoded.

Takes one float block and the further columns of each frame; gives frames that follow `stressfx.schema`.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.blocks import Block, frame_of, texts
from stressfx.errors import LimitError
from stressfx.schema import DTYPES, EVENTS, LAPS, LEGS, RECORDS, Schema

__all__ = ["events_frame", "laps_frame", "legs_frame", "limit_legs", "records_frame"]

FEW_LEGS = 500
BYTES_A_LEG = 2000
"""A file may hold as many legs as a history of real workouts of its size could: each takes at least 2 kB."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def limit_legs(label: str, legs: int, size: int) -> None:
    """Refuse a file that falls into more legs than workouts fit into it.

    Parameters
    ----------
    label : str
        Name of the file, for the error text.
    legs : int
        How many legs it holds.
    size : int
        Its size. [bytes]

    Raises
    ------
    LimitError
        If they are more than 500, and more than one for every 2 kB: each is summarized by itself, which a file made of
        nothing but legs would spin out.
    """
    most = max(FEW_LEGS, size // BYTES_A_LEG)
    if legs > most:
        raise LimitError(label, f"it holds {legs} legs, more than the {most} that fit into a file of its size")


def records_frame(floats: Floats, names: tuple[str, ...], *, time: Block, leg: Places, segment: Places) -> pd.DataFrame:
    """Build the records of an activity.

    Parameters
    ----------
    floats : array of float64, shape (columns, samples)
        The float columns of `schema.RECORDS`: all that are not optional first, in its order. It is not copied.
    names : tuple of str
        Their names.
    time : array, shape (samples,)
        Instants, of `blocks.utc`.
    leg, segment : array of int64, shape (samples,)
        Number of the leg, and of the stretch of uninterrupted recording.

    Returns
    -------
    DataFrame
        Follows `schema.RECORDS`.
    """
    if not len(time):
        return _empty(("time", "leg", "segment", *names))
    counts = np.empty((2, len(time)), np.int64)
    counts[0], counts[1] = leg, segment
    blocks = ((time, (0,)), (counts, (1, 2)), (floats, tuple(range(3, 3 + len(names)))))
    return frame_of(("time", "leg", "segment", *names), blocks, len(time))


def laps_frame(floats: Floats, *, leg: Places, start: Block, end: Block, trigger: Sequence[str]) -> pd.DataFrame:
    """Build the laps of an activity.

    Parameters
    ----------
    floats : array of float64, shape (10, laps)
        The float columns of `schema.LAPS`, in its order.
    leg : array of int64
        Number of the leg.
    start, end : array
        Instants, of `blocks.utc`.
    trigger : sequence of str
        What ended each lap; empty where it is unknown.

    Returns
    -------
    DataFrame
        Follows `schema.LAPS`.
    """
    further = {"leg": leg[None], "start": start, "end": end, "trigger": texts(trigger)}
    return _framed(LAPS, floats, further, len(start))


def legs_frame(
    floats: Floats, *, start: Block, end: Block, sport: Sequence[str], sub_sport: Sequence[str]
) -> pd.DataFrame:
    """Build what the device says of each leg.

    Parameters
    ----------
    floats : array of float64, shape (13, legs)
        The float columns of `schema.LEGS`, in its order.
    start, end : array
        Instants, of `blocks.utc`.
    sport, sub_sport : sequence of str
        In FIT's words; empty where they are unknown.

    Returns
    -------
    DataFrame
        Follows `schema.LEGS`.
    """
    further = {
        "leg": np.arange(len(start))[None],
        "start": start,
        "end": end,
        "sport": texts(sport),
        "sub_sport": texts(sub_sport),
    }
    return _framed(LEGS, floats, further, len(start))


def events_frame(
    floats: Floats, *, time: Block, leg: Places, event: Sequence[str], event_type: Sequence[str]
) -> pd.DataFrame:
    """Build the events of an activity.

    Parameters
    ----------
    floats : array of float64, shape (1, events)
        The number that comes with each event.
    time : array
        Instants, of `blocks.utc`.
    leg : array of int64
        Number of the leg.
    event, event_type : sequence of str
        In FIT's words.

    Returns
    -------
    DataFrame
        Follows `schema.EVENTS`.
    """
    further = {"time": time, "leg": leg[None], "event": texts(event), "event_type": texts(event_type)}
    return _framed(EVENTS, floats, further, len(time))


def _framed(schema: Schema, floats: Floats, further: dict[str, Block], rows: int) -> pd.DataFrame:
    """Put the float columns where the schema has them, and every further column in its place."""
    if not rows:
        return _empty(schema.names)
    places = _places(schema.names, tuple(further))
    return frame_of(schema.names, tuple(zip((*further.values(), floats), places, strict=True)), rows)


@lru_cache(maxsize=16)
def _places(names: tuple[str, ...], further: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Tell where each further column stands among the names, and last, where the float columns do."""
    floats = tuple(place for place, name in enumerate(names) if name not in further)
    return (*((names.index(name),) for name in further), floats)


def _empty(names: tuple[str, ...]) -> pd.DataFrame:
    return _without_rows(names).copy(deep=False)


@lru_cache(maxsize=32)
def _without_rows(names: tuple[str, ...]) -> pd.DataFrame:
    """Make a frame without rows once: many files lack one frame or another, and settings have none."""
    kinds = {column.name: column.kind for schema in (EVENTS, LEGS, LAPS, RECORDS) for column in schema.columns}
    return pd.DataFrame({name: pd.Series([], dtype=DTYPES[kinds[name]]) for name in names})
