"""What do several exposures, or continuous ones, say of matched sets? Conditional logistic regression.

Takes the rows of matched sets, each set with one injury; gives logarithms of odds ratios by maximum likelihood
(statsmodels) or by Firth's penalised likelihood, which stays finite where few injuries leave the former without a
maximum.
"""

import warnings
from dataclasses import dataclass
from typing import TypeAlias

import lazy_loader
import numpy as np
import numpy.typing as npt

from stressfx.errors import InsufficientDataError
from stressfx.injury.result import NORMAL_975

__all__ = ["Coefficients", "MatchedRows", "firth", "log_likelihood", "maximum_likelihood"]

scipy = lazy_loader.load("scipy")

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

FLAT = 1e-6
"""Information (of exposures with spread 1) below which the likelihood has no maximum worth the name. [d]"""

STEEP = 1e-6
"""Score of exposures with spread 1 that a maximum may still have."""

NO_SLOPE = 1e-9
"""Score with which the climb on the penalised likelihood ends."""

STEPS = 200

FARTHEST = 50.0
"""Logarithm, of an exposure with spread 1, beyond which an interval is as good as open."""

HALF_CHI2_95 = 1.9207294103470595
"""Half the 95 % point of chi-squared with one degree of freedom: so far below its maximum ends an interval."""


@dataclass(frozen=True, eq=False)
class MatchedRows:
    """Rows of matched sets, set by set.

    Attributes
    ----------
    exposed : array of shape (rows, exposures)
        What each row was exposed to.
    case : array of bool
        Whether the injury was in this row; one a set.
    sets : array of int
        Number of the set, from 0, never falling.
    weight : array
        Number of days or periods that the row stands for.
    """

    exposed: Floats
    case: Flags
    sets: Whole
    weight: Floats

    @property
    def starts(self) -> Whole:
        """First row of each set."""
        return np.flatnonzero(np.diff(self.sets, prepend=-1))

    def varies(self) -> Flags:
        """Tell which exposures differ within which sets.

        Returns
        -------
        array of bool of shape (sets, exposures)
            A set where none does is not informative.
        """
        starts = self.starts
        if not len(starts):
            return np.zeros((0, self.exposed.shape[1]), dtype=bool)
        differs = np.maximum.reduceat(self.exposed, starts) > np.minimum.reduceat(self.exposed, starts)
        return np.asarray(differs, dtype=bool)


@dataclass(frozen=True, eq=False)
class Coefficients:
    """Logarithms of odds ratios a unit of each exposure, with 95 % limits.

    Attributes
    ----------
    log, se, low, high, p : array
        One value an exposure; limits are logarithms, too.
    """

    log: Floats
    se: Floats
    low: Floats
    high: Floats
    p: Floats


def log_likelihood(rows: MatchedRows, log_odds: npt.ArrayLike) -> tuple[float, Floats, Floats, Floats]:
    r"""Give the conditional log likelihood and what Newton's method needs of it.

    Parameters
    ----------
    rows : MatchedRows
        Sets with one injury each.
    log_odds : array
        Logarithm of the odds ratio a unit of each exposure.

    Returns
    -------
    value, score, information, push : float and arrays
        The log likelihood, its first derivatives, the negative of its second ones, and the first derivatives of half
        the logarithm of the determinant of the information, which is Firth's penalty.

    Notes
    -----
    The injury of a set is in row :math:`i` with the chance :math:`p_i = w_i e^{x_i\beta} / \sum_j w_j e^{x_j\beta}`.
    The information is the sum of the variances of :math:`x` under these chances, and its derivative the sum of third
    central moments: with :math:`z = x - \bar x` the push is :math:`\frac12 \sum p_i (z_i' I^{-1} z_i) z_i`.

    Examples
    --------
    >>> pair = MatchedRows(np.array([[1.0], [0.0]]), np.array([True, False]), np.array([0, 0]), np.ones(2))
    >>> value, score, information, push = log_likelihood(pair, [0.0])
    >>> round(value, 6), score.tolist(), information.tolist(), push.tolist()
    (-0.693147, [0.5], [[0.25]], [0.0])
    """
    starts, sets = rows.starts, rows.sets
    predictor = rows.exposed @ np.asarray(log_odds, dtype=float) + np.log(rows.weight)
    predictor -= np.maximum.reduceat(predictor, starts)[sets]
    raised = np.exp(predictor)
    total = np.add.reduceat(raised, starts)[sets]
    chance = (raised / total)[:, None]
    z = rows.exposed - np.add.reduceat(chance * rows.exposed, starts)[sets]
    value = float(np.sum((predictor - np.log(total))[rows.case]))
    information = (chance * z).T @ z
    with np.errstate(all="ignore"):
        try:
            reach = np.sum(z * np.linalg.solve(information, z.T).T, axis=1)
        except np.linalg.LinAlgError:
            reach = np.full(len(z), np.nan)
    return value, z[rows.case].sum(axis=0), information, 0.5 * (chance[:, 0] * reach) @ z


def maximum_likelihood(rows: MatchedRows) -> Coefficients | None:
    """Estimate by conditional maximum likelihood.

    Parameters
    ----------
    rows : MatchedRows
        Sets with one injury each.

    Returns
    -------
    Coefficients or None
        With Wald intervals and tests; None if the likelihood has no finite maximum.

    Raises
    ------
    InsufficientDataError
        If the exposures cannot be told apart.

    Notes
    -----
    The estimate is statsmodels' by Newton's method; it is believed only where the score, computed anew, is 0 and the
    information is not. The errors are of that information.
    """
    from statsmodels.discrete.conditional_models import (  # noqa: PLC0415  # statsmodels costs two seconds
        ConditionalLogit,
    )

    scaled, spread = _scaled(rows)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # whether it converged is looked at below
        model = ConditionalLogit(rows.case.astype(float), scaled.exposed, groups=rows.sets, offset=np.log(rows.weight))
        try:
            log = np.asarray(model.fit(method="newton", maxiter=STEPS, disp=False, skip_hessian=True).params)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(log).all():
            return None
        _, score, information, _ = log_likelihood(scaled, log)
    if not (np.abs(score).max() < STEEP and np.linalg.eigvalsh(information).min() > FLAT):
        return None
    se = np.sqrt(np.diag(np.linalg.inv(information)))
    reach = NORMAL_975 * se
    p = 2 * scipy.special.ndtr(-np.abs(log / se))
    return Coefficients(log / spread, se / spread, (log - reach) / spread, (log + reach) / spread, p)


def firth(rows: MatchedRows) -> Coefficients:
    """Estimate by Firth's penalised conditional likelihood.

    Parameters
    ----------
    rows : MatchedRows
        Sets with one injury each.

    Returns
    -------
    Coefficients
        With intervals and tests of the profile of the penalised likelihood. An end that cannot be told from an
        infinite one is given as such.

    Raises
    ------
    InsufficientDataError
        If the exposures cannot be told apart, or no maximum is found.

    Notes
    -----
    The log likelihood and half the logarithm of the determinant of its information are maximised together (Firth
    1993, Biometrika 80:27; for conditional likelihoods Heinze & Puhr 2010, Stat Med 29:770; both recalled, not read
    again). That takes away the first-order bias, and the maximum is finite.
    """
    scaled, spread = _scaled(rows)
    terms = scaled.exposed.shape[1]
    top, log = _climbed(scaled, np.zeros(terms), np.ones(terms, dtype=bool))
    se = np.sqrt(np.diag(np.linalg.inv(log_likelihood(scaled, log)[2])))
    ends = np.array([[_profile_end(scaled, log, se, term, top, side) for term in range(terms)] for side in (-1, 1)])
    nulls = [
        _climbed(scaled, np.where(np.arange(terms) == t, 0.0, log), np.arange(terms) != t)[0] for t in range(terms)
    ]
    p = scipy.special.gammaincc(0.5, np.maximum(top - np.array(nulls), 0.0))
    return Coefficients(log / spread, se / spread, ends[0] / spread, ends[1] / spread, p)


def _scaled(rows: MatchedRows) -> tuple[MatchedRows, Floats]:
    """Give every exposure the spread 1 within sets; refuse those that cannot be told apart."""
    starts = rows.starts
    middle = np.add.reduceat(rows.exposed, starts) / np.diff([*starts, len(rows.exposed)])[:, None]
    within = rows.exposed - middle[rows.sets]
    spread = np.sqrt(np.mean(within**2, axis=0))
    same = (
        "the exposures cannot be told apart: within the sets, one stays the same or follows from others; leave it out"
    )
    if not (spread > 0).all():
        raise InsufficientDataError(same)
    scaled = MatchedRows(within / spread, rows.case, rows.sets, rows.weight)
    if not np.linalg.eigvalsh(log_likelihood(scaled, np.zeros(len(spread)))[2]).min() > FLAT:
        raise InsufficientDataError(same)
    return scaled, spread


def _penalised(rows: MatchedRows, log: Floats) -> tuple[float, Floats]:
    """Give the penalised log likelihood and its slope."""
    value, score, information, push = log_likelihood(rows, log)
    sign, size = np.linalg.slogdet(information)
    return (value + 0.5 * size if sign > 0 else -np.inf), score + push


def _step(rows: MatchedRows, log: Floats, slope: Floats, free: Flags) -> Floats:
    """Give Newton's step uphill on the penalised likelihood.

    The curvature is the real one, by differences: with one informative injury, steps by the information alone would
    be twice too long. Where it bends the wrong way, its size is taken.
    """
    sides = [[_penalised(rows, log + side * tiny)[1] for side in (-1, 1)] for tiny in np.eye(len(log))[free] * 1e-5]
    bent = np.array([(before - after)[free] / 2e-5 for before, after in sides])
    if not np.isfinite(bent).all():
        bent = log_likelihood(rows, log)[2][np.ix_(free, free)]
    sizes, ways = np.linalg.eigh((bent + bent.T) / 2)
    sizes = np.maximum(np.abs(sizes), 1e-6 * np.abs(sizes).max())
    step = np.zeros(len(log))
    step[free] = ways @ (ways.T @ slope[free] / sizes)
    step *= min(1.0, 2.0 / np.abs(step).max())
    return step


def _climbed(rows: MatchedRows, start: Floats, free: Flags) -> tuple[float, Floats]:
    """Climb to the maximum of the penalised likelihood over the free coefficients."""
    log = start
    value, slope = _penalised(rows, log)
    for _ in range(STEPS):
        if value == -np.inf or not free.any() or np.abs(slope[free]).max() < NO_SLOPE:
            return value, log
        step = _step(rows, log, slope, free)
        there = _penalised(rows, log + step)
        while not there[0] >= value - NO_SLOPE and np.abs(step).max() > NO_SLOPE:
            step /= 2
            there = _penalised(rows, log + step)
        log = log + step
        value, slope = there
    raise InsufficientDataError("no maximum of the penalised likelihood was found; name fewer exposures")


def _profile_end(rows: MatchedRows, log: Floats, se: Floats, term: int, top: float, side: int) -> float:
    """Find where the profile of one coefficient has fallen by half the 95 % point of chi-squared."""
    free = np.arange(len(log)) != term

    def above(reach: float) -> float:
        start = log.copy()
        start[term] += side * reach
        return _climbed(rows, start, free)[0] - top + HALF_CHI2_95

    far = min(2 * se[term], FARTHEST / 2)
    while above(far) > 0:
        far *= 2
        if far > FARTHEST:
            return side * np.inf
    return float(log[term] + side * scipy.optimize.brentq(above, 0.0, far, xtol=1e-10))
