"""Answers what the matched set of every injury would hold, wherever the injury is moved to.

Takes `Ground` and an exposure; gives for every move how many periods there are, how much of them was exposed, and
whether that of the injury was. At the injury's own place these are the sets of `stressfx.case_crossover`.

A move takes along what the injury did to the training: where a later rule dates the onset weeks after the first pain,
the days between are those that truly followed that pain, and only the days before are those of the new place.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from stressfx.injury.histories import Flags, Floats, Histories, Whole
from stressfx.injury.scrutiny.ground import Ground
from stressfx.injury.standing import RiskDays

__all__ = ["Compared", "Marks", "Sets", "marks_of", "sets_of_marks", "sets_of_values"]

LONG_AGO = 10**9
"""More days than any history has."""


class Compared(NamedTuple):
    """How periods are compared.

    Attributes
    ----------
    window_days, lag_days : int
        Length of a period, and days between its end and the day that it stands for. [d]
    step_days : int
        How far periods are apart. [d]
    n_controls : int
        How many earlier periods there are at most.
    """

    window_days: int
    lag_days: int
    step_days: int
    n_controls: int


class Marks(NamedTuple):
    """How many days before each place a value was last above a threshold, and last not known.

    Days before the log are not known.
    """

    above: Whole
    unknown: Whole


class Sets(NamedTuple):
    """The matched set of every move; zeros where there is none.

    Attributes
    ----------
    case : array of float
        Exposure of the period of the injury.
    total, squares : array of float
        Sum of the exposures of all periods, that of the injury among them, and of their squares.
    periods : array of int
        Number of periods: at least that of the injury and another.
    """

    case: Floats
    total: Floats
    squares: Floats
    periods: Whole

    def excess(self) -> tuple[Floats, Floats]:
        """Compare the period of the injury with what its set leads to expect if the exposure does not matter.

        Returns
        -------
        excess, variance : array of float
            Slope of the conditional log likelihood at no effect, and its variance.
        """
        periods = np.maximum(self.periods, 1)
        mean = self.total / periods
        return self.case - mean, np.maximum(self.squares / periods - mean**2, 0.0)


def marks_of(histories: Histories, values: Floats, above: float) -> Marks:
    """Find how long ago a value was last above a threshold, and last not known.

    Parameters
    ----------
    histories : Histories
        Whose days.
    values : array of float
        One a place.
    above : float
        The threshold.

    Returns
    -------
    Marks
        Days: 0 for the place itself, very many for never.
    """
    place, begins = np.arange(histories.size, dtype=np.int64), histories.begins()
    last, missed = (np.maximum.accumulate(np.where(flags, place, -1)) for flags in (values > above, np.isnan(values)))
    return Marks(np.where(last >= begins, place - last, LONG_AGO), place - np.maximum(missed, begins - 1))


def sets_of_marks(ground: Ground, risk: RiskDays, rule: str, marks: Marks, compared: Compared) -> Sets:
    """Make the sets of a period that is exposed if the value of any of its days was above the threshold.

    Parameters
    ----------
    ground : Ground
        Injuries and moves.
    risk : RiskDays
        Every day's standing by the rule.
    rule : str
        The rule for the onset.
    marks : Marks
        Of value and threshold.
    compared : Compared
        How periods are compared.

    Returns
    -------
    Sets
        One a move; none for injuries that the rule does not date.
    """
    later, begins = ground.later[rule][ground.of], risk.histories.begins()[ground.place]
    known, exposed = [], []
    for number in range(compared.n_controls + 1):
        day = later - number * compared.step_days
        above, unknown = _window(ground, marks, begins, day - compared.lag_days, compared.window_days)
        known.append(_comparable(ground, risk, begins, day, later) & ~unknown)
        exposed.append((known[-1] & above).astype(np.float64))
    return _summed(known, exposed)


def sets_of_values(ground: Ground, risk: RiskDays, values: Floats, compared: Compared) -> Sets:
    """Make the sets of an exposure that is a number a day, about the days up to and with it.

    Parameters
    ----------
    ground : Ground
        Injuries and moves, by one rule.
    risk : RiskDays
        Every day's standing by it.
    values : array of float
        One a place.
    compared : Compared
        How periods are compared.

    Returns
    -------
    Sets
        One a move.
    """
    begins, onset = risk.histories.begins()[ground.place], np.zeros(len(ground.of), dtype=np.int64)
    known, exposed = [], []
    for number in range(compared.n_controls + 1):
        day = onset - number * compared.step_days
        end = ground.place + day - compared.lag_days
        value = values[np.maximum(end, begins)]
        known.append(_comparable(ground, risk, begins, day, onset) & (end >= begins) & ~np.isnan(value))
        exposed.append(np.where(known[-1], value, 0.0))
    return _summed(known, exposed)


def _summed(known: Sequence[Flags], exposed: Sequence[Floats]) -> Sets:
    """Sum over the periods, where that of the injury is known and another too."""
    periods = np.sum(known, axis=0)
    there = known[0] & (periods > 1)
    total, squares = np.sum(exposed, axis=0), np.sum(np.square(exposed), axis=0)
    return Sets(*(np.where(there, each, 0) for each in (exposed[0], total, squares, periods)))


def _comparable(ground: Ground, risk: RiskDays, begins: Whole, day: Whole, later: Whole) -> Flags:
    """Tell whether a day, so many after the move, is at risk in the stretch that ends with the onset."""
    followed = day > 0
    place = np.where(followed, ground.onset[ground.of], ground.place) + day
    inside = followed | (place >= begins)
    place = np.where(inside, place, ground.place)
    same = followed | (risk.episode[place] == risk.episode[ground.place])
    return np.asarray((later >= 0) & inside & same & risk.at_risk[place])


def _window(ground: Ground, marks: Marks, begins: Whole, end: Whole, days: int) -> tuple[Flags, Flags]:
    """Tell of windows that end so many days after the move whether a day was above, and whether one is not known."""
    last, before = ground.place + np.minimum(end, 0), days - np.maximum(end, 0)
    inside = last >= begins
    held = np.where(inside, last, ground.place)
    above = inside & (marks.above[held] < before)
    unknown = (before > 0) & (~inside | (marks.unknown[held] < before))
    if end.max(initial=0) > 0:
        after, followed = np.clip(end, 0, days), ground.onset[ground.of] + np.maximum(end, 0)
        above |= marks.above[followed] < after
        unknown |= marks.unknown[followed] < after
    return above, unknown
