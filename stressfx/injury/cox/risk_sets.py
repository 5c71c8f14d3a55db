"""Answers who was at risk whenever an injury began.

Takes start-stop rows as arrays; gives the event times that lie in each row's (start, stop], and from these both sums
that a likelihood needs: over the rows at risk at an event, and over the events that a row was at risk at. No row is
added and taken off again, so that a risk set of small hazards keeps its digits beside one of great hazards.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["TIES", "Flags", "Floats", "RiskSets", "Whole", "risk_sets"]

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Whole: TypeAlias = npt.NDArray[np.int64]

TIES = ("efron", "breslow")


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Who is at risk at every event; event times are numbered by stratum and time.

    Attributes
    ----------
    used : array of shape (rows,)
        The rows told that are at risk at any event. "Rows" in all that follows are these alone.
    first, last : array of shape (rows,)
        A row is at risk at the event times `first` to `last`, the latter not included.
    rows : array of shape (events,)
        The row that ends with each event.
    at : array of shape (events,)
        The event time of each event.
    gone : array of shape (events,)
        Share of all that is tied with the event that no longer counts as at risk: 0 by Breslow; by Efron 0 for the
        first of three, 1/3 for the second, 2/3 for the third.
    blocks : Blocks
        The event times of every row, cut into blocks.
    """

    used: Whole
    first: Whole
    last: Whole
    rows: Whole
    at: Whole
    gone: Floats
    blocks: "Blocks"

    def sums(self, values: Floats) -> Floats:
        """Add up a value of the rows over those at risk at every event.

        Parameters
        ----------
        values : array of shape (rows,)
            The values.

        Returns
        -------
        array of shape (events,)
            Their sums.
        """
        at_risk, tied = self.blocks.over_rows(values), self.by_time(values[self.rows])
        return at_risk[self.at] - self.gone * tied[self.at]

    def met(self, values: Floats) -> Floats:
        """Add up a value of the events over those that every row is at risk at.

        Parameters
        ----------
        values : array of shape (events,)
            The values.

        Returns
        -------
        array of shape (rows,)
            Their sums.
        """
        return self.blocks.over_times(self.by_time(values))

    def by_time(self, values: Floats) -> Floats:
        """Add up a value of the events over those of the same event time.

        Parameters
        ----------
        values : array of shape (events,)
            The values.

        Returns
        -------
        array of shape (event times,)
            Their sums.
        """
        return np.bincount(self.at, values).astype(float, copy=False)


class Blocks(NamedTuple):
    """Runs of event times, each cut into blocks of 1, 2, 4, ... times: few blocks a run, and none overlap.

    `sizes` are the numbers of blocks of each length; a block has one number among all.
    """

    row: Whole
    block: Whole
    sizes: list[int]

    def over_rows(self, values: Floats) -> Floats:
        """Add up a value of the rows at every event time."""
        added = np.bincount(self.block, values[self.row], minlength=sum(self.sizes)).astype(float, copy=False)
        longest, *shorter = np.split(added, np.cumsum(self.sizes)[:-1])[::-1]
        for level in shorter:
            longest = np.repeat(longest, 2)[: len(level)] + level
        return longest

    def over_times(self, values: Floats) -> Floats:
        """Add up a value of the event times for every row."""
        levels = [values]
        for size in self.sizes[1:]:
            levels.append(np.add.reduceat(levels[-1], np.arange(0, 2 * size, 2)))
        return np.bincount(self.row, np.concatenate(levels)[self.block]).astype(float, copy=False)


def _blocks_of(first: Whole, last: Whole, times: int) -> Blocks:
    """Cut the run of event times of every row into blocks."""
    rows, blocks, sizes = [], [], [times]
    row, low, high, before = np.arange(len(first)), first, last, 0
    while True:
        for taken, block in ((low % 2 == 1, low), (high % 2 == 1, high - 1)):
            rows.append(row[taken])
            blocks.append(before + block[taken])
        low, high = (low + 1) // 2, high // 2
        more = low < high
        if not more.any():
            return Blocks(np.concatenate(rows), np.concatenate(blocks), sizes)
        row, low, high, before = row[more], low[more], high[more], before + sizes[-1]
        sizes.append((sizes[-1] + 1) // 2)


def risk_sets(start: Floats, stop: Floats, event: Flags, stratum: Whole, ties: str = "efron") -> RiskSets:
    """Find who is at risk at every event.

    Parameters
    ----------
    start, stop : array of shape (rows,)
        A row is at risk in (start, stop]: at an event at the very time of its start it is not.
    event : array of shape (rows,)
        Whether an event ends the row; at least one does.
    stratum : array of shape (rows,)
        Number of the stratum, from 0. Rows of one stratum are not at risk at the events of another.
    ties : {"efron", "breslow"}
        How events at one time are treated.

    Returns
    -------
    RiskSets
        Who is at risk.

    Raises
    ------
    ValueError
        If `ties` is not known.

    Examples
    --------
    >>> start, stop = np.array([0.0, 0.0, 2.0]), np.array([2.0, 4.0, 4.0])
    >>> sets = risk_sets(start, stop, np.array([True, False, True]), np.array([0, 0, 0]))
    >>> sets.sums(np.ones(3)).tolist()
    [2.0, 2.0]
    """
    if ties not in TIES:
        raise ValueError(f"ties is {ties!r}; one of {', '.join(TIES)} is needed")
    times = np.unique(stop[event])
    # stratum and rank of the time in one whole number: strata cannot mix, and no time is rounded
    begins = stratum * (len(times) + 1) + np.searchsorted(times, start, side="right")
    ends = stratum * (len(times) + 1) + np.searchsorted(times, stop, side="right")
    event_times, at, tied = np.unique(ends[event], return_inverse=True, return_counts=True)
    rank = np.empty(len(at))
    rank[np.argsort(at, kind="stable")] = np.arange(len(at)) - np.repeat(np.cumsum(tied) - tied, tied)
    first, last = (np.searchsorted(event_times, ranks, side="right") for ranks in (begins, ends))
    used = first < last
    return RiskSets(
        used=np.flatnonzero(used),
        first=first[used],
        last=last[used],
        rows=np.flatnonzero(event[used]),
        at=at,
        gone=rank / tied[at] if ties == "efron" else np.zeros(len(at)),
        blocks=_blocks_of(first[used], last[used], len(event_times)),
    )
