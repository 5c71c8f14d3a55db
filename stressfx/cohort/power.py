"""How many runners, and how many injuries, does a study need? By simulation, with the design that will be used.

Takes a design, sizes and the ratio that would matter; gives `stressfx.schema.POWER`, a row a size, and the size at
which a wanted power is reached.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import lazy_loader
import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.cohort.trials import LEVEL, Study, exact_share, run_trials
from stressfx.errors import InsufficientDataError
from stressfx.schema import POWER

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["power", "runners_needed"]

scipy = lazy_loader.load("scipy")

WANTED = 0.8
"""The power that studies are planned for by convention."""

ROUNDING = 1e-3
"""So little of an athlete does not need one more."""


def power(
    study: Study | str,
    *,
    n_athletes: Sequence[int],
    hazard_ratio: float,
    n_days: int = 365,
    n_trials: int = 200,
    seed: int,
    executor: "Executor | None" = None,
    **cohort: float | str | None,
) -> pd.DataFrame:
    """Say how often a study of each size would find a planted ratio.

    Parameters
    ----------
    study : callable or str
        Takes a `Cohort` and gives a `StudyResult`, of which the first row counts; or a name of
        `stressfx.cohort.trials.DESIGNS`: ``"case_crossover"``, ``"self_controlled"``, ``"cox"``, ``"discrete_time"``.
    n_athletes : sequence of int
        Sizes of the study.
    hazard_ratio : float
        Ratio that holds in the week from a single-session spike on. [1]
    n_days : int
        Days of follow-up. [d]
    n_trials : int
        Made-up cohorts of each size.
    seed : int
        Seed of the cohorts.
    executor : Executor, optional
        Where the trials run; here if not given.
    **cohort
        Further arguments of `stressfx.simulate_cohort`: how many injuries there are, what is missing, who drops out.

    Returns
    -------
    DataFrame
        `stressfx.schema.POWER`, a row a size. A cohort in which the study is refused has not found it.

    Raises
    ------
    InsufficientDataError
        If no cohort of some size bears an estimate.
    ValueError
        If there is no size, or `run_trials` or `simulate_cohort` refuses an argument.

    Notes
    -----
    The answer holds for runners like the made-up ones: as many injuries, as many spikes, as many lost days. The
    number of injuries that an estimate rests on, ``events``, carries over to other runners better than the number of
    athletes does. Found at a hazard ratio of 1, ``power`` is the type-I error.

    Examples
    --------
    >>> sizes = power("case_crossover", n_athletes=[100], hazard_ratio=4.0, n_days=200, n_trials=3, seed=1)
    >>> sizes["n_athletes"].tolist(), sizes["trials"].tolist()
    ([100], [3])
    """
    sizes = list(n_athletes) if isinstance(n_athletes, Iterable) else []
    if not sizes:
        raise ValueError("n_athletes holds no size; numbers of athletes as in [100, 200, 400] are needed")
    rows = []
    for size in sizes:
        given = {"n_athletes": size, "n_days": n_days, "hazard_ratio": hazard_ratio, **cohort}
        trials = run_trials(study, n_trials=n_trials, seed=_stream(seed, size), executor=executor, **given)
        first = trials.drop_duplicates("trial")
        done = first[first["refused"] == ""]
        if done.empty:
            reason = "the study was refused in every made-up cohort"
            raise InsufficientDataError(f"With {size} athletes {reason}; the first time because: {first['refused'][0]}")
        hits = int((done["p"] < LEVEL).sum())
        low, high = exact_share(hits, len(first))
        rows.append(
            {
                "n_athletes": size,
                "n_days": n_days,
                "hazard_ratio": float(hazard_ratio),
                "trials": len(first),
                "refused": len(first) - len(done),
                "events": done["events"].mean(),
                "power": hits / len(first),
                "power_low": low,
                "power_high": high,
                "width": float((done["high"] / done["low"]).median()),
            }
        )
    return POWER.check(pd.DataFrame(rows, columns=POWER.names))


def _stream(seed: int, size: int) -> int:
    """Give the cohorts of every size a source of chance of their own."""
    return int(np.random.SeedSequence([seed, size]).generate_state(1)[0])


def runners_needed(sizes: pd.DataFrame, *, wanted: float = WANTED) -> pd.DataFrame:
    """Find the size at which a study reaches a power.

    Parameters
    ----------
    sizes : DataFrame
        `stressfx.schema.POWER`, of one design and one ratio; at least two sizes.
    wanted : float
        Power to be reached. [1]

    Returns
    -------
    DataFrame
        One row: ``wanted``, ``n_athletes`` and ``events``; missing where the sizes do not reach so far, or where fewer
        than two of them have a power between 0 and 1: nothing is extrapolated.

    Raises
    ------
    ValueError
        If `wanted` is no share between 0 and 1, or the sizes are of several designs, ratios or lengths of follow-up.

    Notes
    -----
    The test statistic of a study grows with the square root of its size, so that the normal quantile of the power is
    a straight line over that root. The line is fitted to all sizes by maximum likelihood, which evens out the chance
    in each; a size at which every trial succeeded weighs no more than that tells.

    Examples
    --------
    >>> sizes = pd.DataFrame({"n_athletes": [100, 400], "events": [50.0, 200.0], "power": [0.5, 0.975], "trials": 200})
    >>> runners_needed(sizes)[["n_athletes", "events"]].values.tolist()
    [[205.0, 102.5]]
    """
    if not 0 < wanted < 1:
        raise ValueError(f"wanted is {wanted!r}; a power between 0 and 1 is needed")
    for name in ("design", "hazard_ratio", "n_days"):
        if name in sizes.columns and len(sizes[name].unique()) > 1:
            raise ValueError(f"the sizes differ in {name}; those of one design, ratio and follow-up are needed")
    between = sizes.loc[(sizes["power"] > 0) & (sizes["power"] < 1), "n_athletes"].nunique()
    level, slope = _line(sizes) if between > 1 else (np.nan, np.nan)
    root = (scipy.special.ndtri(wanted) - level) / slope if slope > 0 else np.nan
    needed = float(np.ceil(root**2 - ROUNDING))
    if not (root > 0 and sizes["n_athletes"].min() - ROUNDING <= root**2 and needed <= sizes["n_athletes"].max()):
        needed = np.nan
    events = needed * (sizes["events"] / sizes["n_athletes"]).mean()
    return pd.DataFrame({"wanted": [wanted], "n_athletes": [needed], "events": [events]})


def _line(sizes: pd.DataFrame) -> tuple[float, float]:
    """Fit level and slope of the normal quantile of the power over the root of the size."""
    size, share, trials = (sizes[name].to_numpy(dtype=float) for name in ("n_athletes", "power", "trials"))
    root, inner = np.sqrt(size / size.max()), (share > 0) & (share < 1)

    def misfit(line: npt.NDArray[np.float64]) -> float:
        quantile = line[0] + line[1] * root
        likelihood = share * scipy.special.log_ndtr(quantile) + (1 - share) * scipy.special.log_ndtr(-quantile)
        return -float((trials * likelihood).sum() / trials.sum())

    slope, level = np.polyfit(root[inner], scipy.special.ndtri(share[inner]), 1)
    exactly = {"xatol": 1e-9, "fatol": 1e-14, "maxiter": 2000, "maxfev": 4000}
    level, slope = scipy.optimize.minimize(misfit, [level, slope], method="Nelder-Mead", options=exactly).x
    return float(level), float(slope / np.sqrt(size.max()))
