"""How many runners, and how many injuries, does a study need? By simulation, with the design that will be used.

Takes a design, sizes and the ratio that would matter; gives `stressfx.schema.POWER`, a row a size, and the size at
which a wanted power is reached.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from stressfx.cohort.trials import LEVEL, Study, exact_share, run_trials
from stressfx.errors import InsufficientDataError
from stressfx.schema import POWER

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["power", "runners_needed"]

WANTED = 0.8
"""The power that studies are planned for by convention."""


def power(
    study: Study | str,
    *,
    n_athletes: Sequence[int],
    hazard_ratio: float,
    n_days: int = 365,
    n_trials: int = 200,
    seed: int,
    executor: "Executor | None" = None,
    **cohort: Any,  # noqa: ANN401  # the arguments of simulate_cohort, whose types stand there
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
    rows = []
    for size in n_athletes:
        given = {"n_athletes": size, "n_days": n_days, "hazard_ratio": hazard_ratio, **cohort}
        trials = run_trials(study, n_trials=n_trials, seed=seed + size, executor=executor, **given)
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
        One row: ``wanted``, ``n_athletes`` and ``events``; missing where the sizes do not reach so far: nothing is
        extrapolated.

    Notes
    -----
    The test statistic of a study grows with the square root of its size, so that the normal quantile of the power is
    a straight line over that root. The line is fitted to all sizes, which evens out the chance in each.

    Examples
    --------
    >>> sizes = pd.DataFrame({"n_athletes": [100, 400], "events": [50.0, 200.0], "power": [0.5, 0.975], "trials": 200})
    >>> runners_needed(sizes)[["n_athletes", "events"]].values.tolist()
    [[204.0, 102.0]]
    """
    from scipy.special import ndtri  # noqa: PLC0415  # scipy is loaded when it is needed

    half = 0.5 / sizes["trials"]  # a power of 0 or 1 has no quantile
    quantile = ndtri(sizes["power"].clip(half, 1 - half).to_numpy(dtype=float))
    slope, level = np.polyfit(np.sqrt(sizes["n_athletes"]), quantile, 1)
    root = (ndtri(wanted) - level) / slope if slope > 0 else np.nan
    inside = sizes["n_athletes"].min() <= root**2 <= sizes["n_athletes"].max() and root > 0
    needed = float(np.ceil(root**2)) if inside else np.nan
    events = needed * (sizes["events"] / sizes["n_athletes"]).mean()
    return pd.DataFrame({"wanted": [wanted], "n_athletes": [needed], "events": [events]})
