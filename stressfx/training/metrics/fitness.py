"""Answers how fit and how tired a runner's loads would make her, by the convention of one program or another.

Takes daily loads as a Series over a complete calendar; gives a frame of the same index with fitness, fatigue and form.
`fitness_fatigue_days` does the same for many athletes at once.
"""

import math

import numpy as np
import pandas as pd

from stressfx.training.metrics.calendar import series_block
from stressfx.training.metrics.smoothing import Weights, run_days, smoothed
from stressfx.training.metrics.windows import Floats, LoadBlock, checked_days, observed, shifted

__all__ = ["CONVENTIONS", "fitness_fatigue", "fitness_fatigue_days"]

CONVENTIONS = ("trainingpeaks", "goldencheetah")


def fitness_fatigue(
    load: pd.Series,
    *,
    convention: str = "trainingpeaks",
    fitness_days: int = 42,
    fatigue_days: int = 7,
    fitness_seed: float = 0.0,
    fatigue_seed: float = 0.0,
) -> pd.DataFrame:
    r"""Smooth the daily loads slowly and fast: fitness, fatigue, and form as their difference.

    Parameters
    ----------
    load : Series
        Daily loads of one athlete in any unit: 0 on days of rest, NaN on days that nobody observed. The index is a
        complete calendar.
    convention : {"trainingpeaks", "goldencheetah"}
        How fast the averages follow, see Notes.
    fitness_days, fatigue_days : int
        Time constants. [d]
    fitness_seed, fatigue_seed : float
        What they were on the day before the log, in the unit of the load.

    Returns
    -------
    DataFrame
        ``fitness`` (chronic training load, CTL), ``fatigue`` (acute training load, ATL) and ``form`` (training stress
        balance, TSB), in the unit of the load, from the first day of the log on.

    Raises
    ------
    ValueError
        If a day is missing from the index, a load is negative, or an option is not known.

    Notes
    -----
    .. math:: X_t = X_{t-1} + \lambda (L_t - X_{t-1})

    with :math:`\lambda = 1 / \tau` by TrainingPeaks [1]_, and :math:`\lambda = 1 - e^{-1/\tau}` in GoldenCheetah
    [2]_: for 7 days 0.1429 and 0.1331, for 42 days 0.0238 and 0.0235. Form is that of the day before in both,
    :math:`F_t = fitness_{t-1} - fatigue_{t-1}`: what the runner starts the day with.

    **Warm-up**: a log that begins with a seed of 0 tells of a runner who never ran. After 42 days of equal
    loads fitness is still 36 % below them: leave out the first `fitness_days`, or give the seeds.

    The fitness-fatigue model itself weighs the two sums with factors that are fitted to performances [3]_; the
    programs leave the factors out. These are averages of load: no physiology was measured.

    Our choices where days are missing: such a day has no fitness and no fatigue, and no weight; the weights of the
    others go on falling meanwhile, as in `stressfx.redi`. After 28 such days in a row the log begins
    anew with the seeds. Both programs would count the days as rest; ``load.fillna(0)`` does.

    References
    ----------
    .. [1] TrainingPeaks, Performance Management Chart: CTL = CTL of yesterday + (TSS - CTL of yesterday) / 42.
    .. [2] GoldenCheetah, source of the performance chart (PMCData.cpp).
    .. [3] Morton RH, Fitz-Clarke JR, Banister EW. "Modeling human performance in running." J Appl Physiol 69 (1990)
       1171-1177. doi:10.1152/jappl.1990.69.3.1171

    Examples
    --------
    >>> load = pd.Series([100.0, 0.0, 50.0], pd.date_range("2026-03-02", periods=3))
    >>> fitness_fatigue(load).round(4).values.tolist()
    [[2.381, 14.2857, 0.0], [2.3243, 12.2449, -11.9048], [3.4594, 17.6385, -9.9206]]
    """
    columns = fitness_fatigue_days(
        series_block(load),
        convention=convention,
        fitness_days=fitness_days,
        fatigue_days=fatigue_days,
        fitness_seed=fitness_seed,
        fatigue_seed=fatigue_seed,
    )
    names = ("fitness", "fatigue", "form")
    return pd.DataFrame({name: column[:, 0] for name, column in zip(names, columns, strict=True)}, index=load.index)


def fitness_fatigue_days(
    block: LoadBlock,
    *,
    convention: str = "trainingpeaks",
    fitness_days: int = 42,
    fatigue_days: int = 7,
    fitness_seed: float = 0.0,
    fatigue_seed: float = 0.0,
) -> tuple[Floats, Floats, Floats]:
    """Compute `fitness_fatigue` of many athletes.

    Parameters
    ----------
    block : LoadBlock
        Daily loads.
    convention : str
        How fast the averages follow, see `fitness_fatigue`.
    fitness_days, fatigue_days : int
        Time constants. [d]
    fitness_seed, fatigue_seed : float
        What they were on the day before the log, in the unit of the load.

    Returns
    -------
    tuple of three arrays of shape (days, athletes)
        Fitness, fatigue and form, in the unit of the load.

    Raises
    ------
    ValueError
        If an option is not known.
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"convention is {convention!r}; one of {', '.join(CONVENTIONS)} is needed")
    for seed, name in ((fitness_seed, "fitness_seed"), (fatigue_seed, "fatigue_seed")):
        if not 0 <= seed < math.inf:
            raise ValueError(f"{name} is {seed!r}; a finite number of 0 or more is needed")
    slow = _weights(checked_days(fitness_days, "fitness_days"), convention, fitness_seed)
    fast = _weights(checked_days(fatigue_days, "fatigue_days"), convention, fatigue_seed)
    fitness, fatigue = smoothed(block, slow), smoothed(block, fast)
    form = shifted(fitness - fatigue, 1)
    first = np.broadcast_to(run_days(block, slow) == 1, form.shape)
    form[first] = fitness_seed - fatigue_seed
    if block.gapless:
        return fitness, fatigue, form
    seen = observed(block)
    return np.where(seen, fitness, np.nan), np.where(seen, fatigue, np.nan), form


def _weights(days: int, convention: str, seed: float) -> Weights:
    kept = 1 - 1 / days if convention == "trainingpeaks" else math.exp(-1 / days)
    return Weights(1 - kept, kept, float(seed))
