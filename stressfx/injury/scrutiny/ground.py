"""Answers where else the injuries of a study could have begun: on other days of the runner, or with other runners.

Takes every day's standing by each rule for the onset; gives `Ground`: the injuries, and for each the moves that it can
make with equal right, its own place among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stressfx.injury.histories import Flags, Whole
from stressfx.injury.standing import RiskDays

__all__ = ["MOVES", "Ground", "ground_of", "moves_chosen"]

MOVES = ("other_runners", "other_days")
"""Where injuries are moved to."""

RUNNERS_ENOUGH = 20
"""With so many other runners at risk on the day of half of the onsets, injuries are moved to these. [d]"""

RUNNERS_AT_MOST = 100
"""Of more runners at risk on a day so many are drawn: the injured one and chance others. [d]"""

NOT_DATED = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Ground:
    """Injuries, and the moves that each can make.

    Attributes
    ----------
    injury : array of shape (injuries,)
        Row of each injury.
    onset : array of shape (injuries,)
        Place of its onset by the rule that dates it first.
    later : dict of array of shape (injuries,)
        Days from there to its onset by each rule; -1 where that is no event.
    of : array of shape (moves,)
        Which injury each move is of, ascending.
    place : array of shape (moves,)
        Where its onset is moved to.
    """

    injury: Whole
    onset: Whole
    later: Mapping[str, Whole]
    of: Whole
    place: Whole

    @property
    def own(self) -> Flags:
        """Tell which moves leave the injury where it is.

        Returns
        -------
        array of bool
            One a move; of each injury one is true.
        """
        return np.asarray(self.place == self.onset[self.of])

    def kept(self, fits: Flags) -> "Ground":
        """Leave out moves, and injuries whose own place is left out.

        Parameters
        ----------
        fits : array of shape (moves,)
            Which moves stay, if the injury does.

        Returns
        -------
        Ground
            What stays.
        """
        stays = np.zeros(len(self.injury), dtype=bool)
        stays[self.of[self.own & fits]] = True
        number, moves = np.cumsum(stays) - 1, fits & stays[self.of]
        later = {rule: days[stays] for rule, days in self.later.items()}
        return Ground(self.injury[stays], self.onset[stays], later, number[self.of[moves]], self.place[moves])


def moves_chosen(risks: Mapping[str, RiskDays]) -> str:
    """Choose where injuries are moved to, by how many runners are at risk.

    Parameters
    ----------
    risks : dict of RiskDays
        Every day's standing by each rule.

    Returns
    -------
    {"other_runners", "other_days"}
        Other runners, where there are enough.
    """
    risk = next(iter(risks.values()))
    day = _days(risk)
    at_risk = np.bincount(day[risk.at_risk], minlength=int(day.max(initial=0)) + 1)
    others = at_risk[day[risk.event]] - 1
    return "other_runners" if len(others) and np.median(others) >= RUNNERS_ENOUGH else "other_days"


def ground_of(risks: Mapping[str, RiskDays], *, moves: str, rng: np.random.Generator) -> Ground:
    """Find the injuries that are events, and every move that each can make.

    Parameters
    ----------
    risks : dict of RiskDays
        Every day's standing by each rule.
    moves : {"other_runners", "other_days"}
        The same calendar day of runners at risk on it, who like the injured one have had an injury before or have
        not; or days at risk of the runner's own, from the last injury to this one.
    rng : numpy.random.Generator
        Draws among very many runners.

    Returns
    -------
    Ground
        Every injury that is an event by some rule.
    """
    at = [(risk.injury[risk.event], np.flatnonzero(risk.event)) for risk in risks.values()]
    injury = np.unique(np.concatenate([rows for rows, _ in at]))
    placed = np.full((len(at), len(injury)), NOT_DATED)
    for row, (rows, places) in zip(placed, at, strict=True):
        row[np.searchsorted(injury, rows)] = places
    onset, first = placed.min(axis=0), placed.argmin(axis=0)
    later = {rule: np.where(row < NOT_DATED, row - onset, -1) for rule, row in zip(risks, placed, strict=True)}
    of, place = [], []
    for number, risk in enumerate(risks.values()):
        mine = np.flatnonzero(first == number)
        found = _other_runners(risk, onset[mine], rng) if moves == "other_runners" else _other_days(risk, onset[mine])
        of.append(mine[found[0]])
        place.append(found[1])
    every, where = np.concatenate(of), np.concatenate(place)
    order = np.lexsort((where, every))
    return Ground(injury, onset, later, every[order], where[order])


def _days(risk: RiskDays) -> Whole:
    """Number the day of every place, from the first of all."""
    first = risk.histories.first_days
    since = np.repeat(first - first.min(initial=NOT_DATED), risk.histories.lengths)
    return np.asarray(risk.histories.elapsed() + since)


def _other_days(risk: RiskDays, onset: Whole) -> tuple[Whole, Whole]:
    """Give the days at risk since the runner's last injury, up to the onset."""
    first = risk.histories.begins()[onset]
    lengths = onset - first + 1
    of = np.repeat(np.arange(len(onset)), lengths)
    place = np.arange(len(of)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[of]
    fits = risk.at_risk[place] & (risk.episode[place] == risk.episode[onset][of])
    return of[fits], place[fits]


def _other_runners(risk: RiskDays, onset: Whole, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Give the same day of all runners at risk on it, of very many a part that holds the injured one."""
    day, again = _days(risk), risk.episode > 1
    at_risk = np.flatnonzero(risk.at_risk)
    at_risk = at_risk[np.argsort(day[at_risk], kind="stable")]
    ends = np.searchsorted(day[at_risk], [day[onset], day[onset] + 1])
    of, place = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for number, (own, low, high) in enumerate(zip(onset, *ends, strict=True)):
        alike = at_risk[low:high][again[at_risk[low:high]] == again[own]]
        if len(alike) > RUNNERS_AT_MOST:
            alike = np.append(rng.choice(alike[alike != own], RUNNERS_AT_MOST - 1, replace=False), own)
        of.append(np.full(len(alike), number))
        place.append(alike)
    return np.concatenate(of), np.concatenate(place)
