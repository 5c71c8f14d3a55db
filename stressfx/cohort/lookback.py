"""What did each day bring that the weeks before it did not have? A longer run, other ground, day after day.

Takes the runs of all athletes on one day; gives how far each goes beyond the longest of the 30 days before, and whether
its ground is new. It is the arithmetic of `stressfx.training.spikes` and `stressfx.training.surfaces.first_days`, done
forwards in time: what comes next may depend on what it says.
"""

from dataclasses import dataclass

import numpy as np

from stressfx.cohort.plans import GROUND, Flags, Floats, Whole

__all__ = ["ABSENT_DAYS", "LOOKBACK_DAYS", "Lookback"]

LOOKBACK_DAYS = 30
"""A run is compared with those of so many days before. [d]"""

ABSENT_DAYS = 28
"""Ground is new that was not run on for so many days. [d]"""

NEVER = -(10**6)


@dataclass(frozen=True, eq=False)
class Lookback:
    """What must be remembered of the weeks before, of all athletes.

    Attributes
    ----------
    recent_m : array of float64
        Distances of the last `LOOKBACK_DAYS` days, a row a day, in the order of their remainders. [m]
    last_on : array of int64
        Last day on each class of ground, a row a class.
    last_run : array of int64
        Last day with a run.
    """

    recent_m: Floats
    last_on: Whole
    last_run: Whole

    @classmethod
    def of(cls, n_athletes: int) -> "Lookback":
        """Begin before the first day.

        Parameters
        ----------
        n_athletes : int
            How many.

        Returns
        -------
        Lookback
            Nobody has run yet.

        Examples
        --------
        >>> Lookback.of(2).recent_m.shape
        (30, 2)
        """
        return cls(
            np.zeros((LOOKBACK_DAYS, n_athletes)),
            np.full((len(GROUND), n_athletes), NEVER),
            np.full(n_athletes, NEVER),
        )

    def step(self, day: int, ran: Flags, distance_m: Floats, ground: Whole) -> tuple[Floats, Floats]:
        """Look at the runs of the next day, and remember them.

        Parameters
        ----------
        day : int
            Number of the day; days are taken one after the other from 0, on which everybody has a run.
        ran : array of bool
            Who ran.
        distance_m : array of float64
            How far, 0 without a run; missing where it is not known. [m]
        ground : array of int64
            Place of the surface in `GROUND`.

        Returns
        -------
        spike : array of float64
            Excess over the longest run of the 30 days before; 0 without a run or without excess, missing where there
            is no reference yet or any more, or the distance is not known. [1]
        new_surface : array of float64
            1 if the ground was not run on in the 28 days before, else 0; missing for a run in the first 28 days, or
            the first one after 28 days without.

        Examples
        --------
        >>> lookback, ran = Lookback.of(1), np.array([True])
        >>> for day in range(31):
        ...     spike, _ = lookback.step(day, ran, np.array([10e3 if day < 30 else 12e3]), np.array([0]))
        >>> spike.round(6).tolist()
        [0.2]
        """
        longest_m = self.recent_m.max(axis=0)
        compared = longest_m > 0
        if day < LOOKBACK_DAYS:
            compared[:] = False
        excess = np.divide(distance_m, longest_m, out=np.full(len(ran), np.nan), where=compared) - 1.0
        spike = np.where(ran, np.where(excess < 0, 0.0, excess), 0.0)
        known = day >= ABSENT_DAYS and day - self.last_run <= ABSENT_DAYS
        new = day - self.last_on[ground, np.arange(len(ran))] > ABSENT_DAYS
        new_surface = np.where(ran, np.where(known, new, np.nan), 0.0)
        self.recent_m[day % LOOKBACK_DAYS] = np.where(np.isnan(distance_m), 0.0, distance_m)
        self.last_on[ground[ran], np.flatnonzero(ran)] = day
        self.last_run[ran] = day
        return spike, new_surface
