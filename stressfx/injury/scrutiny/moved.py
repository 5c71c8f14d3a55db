"""Answers how unusual it is what the injuries show where they are, among all that they would show elsewhere.

Takes the matched sets of every move; gives statistics of many draws of one move an injury, of which the first leaves
every injury where it is, and the share of draws that are as far out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stressfx.injury.histories import Flags, Floats, Whole
from stressfx.injury.scrutiny.ground import Ground
from stressfx.injury.scrutiny.sets import Sets

__all__ = ["Draws", "draws_of", "seen", "two_sided", "upper_tail"]

TIED = 1e-9
"""Statistics that differ by less are the same number, summed in another order."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of one move an injury, and the sets to look up.

    Attributes
    ----------
    ground : Ground
        The injuries that any look can see, and their moves.
    kept : array of int
        The moves of the sets that these are.
    looks : array of shape (looks, injuries)
        Whether a look sees the injury.
    moves : array of shape (draws, injuries)
        Numbers of moves.
    complete : bool
        Whether these are all draws that there are, each once.
    """

    ground: Ground
    kept: Whole
    looks: Flags
    moves: Whole
    complete: bool

    @property
    def possible(self) -> float:
        """Count the draws that there are.

        Returns
        -------
        float
            Product of the numbers of moves.
        """
        with np.errstate(over="ignore"):  # more ways than there are numbers: infinitely many
            return float(np.prod(np.bincount(self.ground.of).astype(float)))

    def each(self, sets: Sequence[Sets]) -> Iterator[Sets]:
        """Look up the sets of all draws, one look after the other.

        Parameters
        ----------
        sets : sequence of Sets
            As given to `draws_of`.

        Yields
        ------
        Sets
            Arrays of shape (draws, injuries).
        """
        for there, look in zip(self.looks, sets, strict=True):
            yield Sets(*((column[self.kept][self.moves] * there) for column in look))

    def z(self, sets: Sequence[Sets]) -> Floats:
        """Sum up what all injuries show, for every look and draw.

        Parameters
        ----------
        sets : sequence of Sets
            As given to `draws_of`.

        Returns
        -------
        array of shape (looks, draws)
            Score over its standard error, about normal if nothing matters; 0 where no set tells anything.
        """
        found = np.zeros((len(sets), len(self.moves)))
        for row, there, look in zip(found, self.looks, sets, strict=True):
            excess, variance = (each[self.kept] for each in look.excess())
            score, spread = (each[self.moves] @ there.astype(float) for each in (excess, variance))
            np.divide(score, np.sqrt(spread), out=row, where=spread > TIED)
        return found


def draws_of(
    ground: Ground, sets: Sequence[Sets], *, seen_alike: bool, n_permutations: int, rng: np.random.Generator
) -> Draws:
    """Draw moves for all looks at once.

    Parameters
    ----------
    ground : Ground
        Injuries and moves.
    sets : sequence of Sets
        The sets of each look, one a move.
    seen_alike : bool
        Whether an injury moves only to where every look has a set that has one at its own place, and is seen by these
        looks alone. Days of one runner need it: early in a log nothing can be seen. Runners on one day do not: whether
        a look has a set for one is as much a part of the runner's history as what it sees.
    n_permutations : int
        How many draws besides the one that leaves everything where it is. If there are no more, each is taken once.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Draws
        Draws of the injuries that any look can see.
    """
    there = np.array([look.periods > 0 for look in sets])
    if seen_alike:
        own = there[:, ground.own]
        fits = np.all(there | ~own[:, ground.of], axis=0) & np.any(own, axis=0)[ground.of]
    else:
        able = np.asarray(np.bincount(ground.of, there.any(axis=0), minlength=len(ground.injury)) > 0)
        own, fits = np.broadcast_to(able, (len(sets), len(able))), able[ground.of]
    on = ground.kept(fits)
    moves, complete = _drawn(on, n_permutations, rng)
    return Draws(on, np.flatnonzero(fits), own[:, np.any(own, axis=0)], moves, complete)


def _drawn(ground: Ground, times: int, rng: np.random.Generator) -> tuple[Whole, bool]:
    choices = np.bincount(ground.of, minlength=len(ground.injury))
    first, own = np.cumsum(choices) - choices, np.flatnonzero(ground.own)
    if len(choices) and np.sum(np.log(choices)) < np.log(times + 1.5):
        every = np.array(np.unravel_index(np.arange(np.prod(choices)), choices)).T + first
        here = (every == own).all(axis=1)
        return np.concatenate((every[here], every[~here])), True
    steps = (rng.random((times, len(choices))) * choices).astype(np.int64)
    return np.concatenate((own[None], first + steps)), False


def seen(ground: Ground, sets: Sequence[Sets]) -> Flags:
    """Tell which injuries have a set where they are, in any look.

    Parameters
    ----------
    ground : Ground
        Injuries and moves.
    sets : sequence of Sets
        The sets of each look, one a move.

    Returns
    -------
    array of bool
        One an injury.
    """
    return np.asarray(np.any([look.periods[ground.own] > 0 for look in sets], axis=0))


def upper_tail(statistic: npt.ArrayLike) -> float:
    """Give the share of draws at least as large as the first, itself among them.

    Parameters
    ----------
    statistic : array of shape (draws,)
        One a draw.

    Returns
    -------
    float
        At least 1 over the number of draws.

    Examples
    --------
    >>> upper_tail([2.0, 1.0, 3.0, 2.0])
    0.75
    """
    values = np.asarray(statistic, dtype=float)
    return float(np.mean(values >= values[0] - TIED * (1 + abs(values[0]))))


def two_sided(statistic: npt.ArrayLike) -> float:
    """Give twice the smaller of both tails, at most 1.

    Parameters
    ----------
    statistic : array of shape (draws,)
        One a draw.

    Returns
    -------
    float
        Share of draws as far out as the first.

    Examples
    --------
    >>> two_sided([3.0, 1.0, 2.0, 0.0])
    0.5
    """
    values = np.asarray(statistic, dtype=float)
    return min(1.0, 2 * min(upper_tail(values), upper_tail(-values)))
