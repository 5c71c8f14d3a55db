"""How likely has a piece of bone failed, or been repaired, by a day? The equations of the model, one by one.

Takes numbers and arrays with their units; gives arrays. Recalled from the literature and not verified against the full
text (`stressfx.injury.bone_model.probability.fracture_probability` says more); for teaching, never for a runner.
"""

import numpy as np
import numpy.typing as npt

from stressfx.injury.bone_model.parameters import LIFE_MICROSTRAIN, MODEL, BoneModel

__all__ = [
    "effective_days",
    "failure_before_repair",
    "failure_probability",
    "fatigue_life",
    "loading_cycles",
    "repair_probability",
    "strain_left",
]

Floats = npt.NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
FIRST_SHARE = 2.0**-200
"""The integral is taken in steps that grow by a constant ratio, from this share of the last day on: little enough for
exponents far below 1, which put much of the failures into the first moments. [1]"""

MOMENT = 1e-50
"""Less than this is no time. [d]"""


def loading_cycles(distance_m: float, *, stride_m: float) -> float:
    """Count the loading cycles of one leg.

    Parameters
    ----------
    distance_m : float
        Distance. [m]
    stride_m : float
        Length of a stride: two steps. [m]

    Returns
    -------
    float
        Cycles.

    Raises
    ------
    ValueError
        If the distance is negative or the stride is not positive.

    Examples
    --------
    >>> round(loading_cycles(3 * 1609.344, stride_m=3.1))
    1557
    """
    if not stride_m > 0:
        raise ValueError(f"stride_m is {stride_m!r}; a positive length is needed")
    return float(_amounts("distance_m", distance_m).item() / stride_m)


def fatigue_life(microstrain: npt.ArrayLike, cycles_per_day: float, *, model: BoneModel = MODEL) -> Floats:
    """Give the days in which a piece of the reference volume fails with a probability of 63 %, without repair.

    Parameters
    ----------
    microstrain : float or array_like
        Peak strain. [1e-6]
    cycles_per_day : float
        Loading cycles of one leg. [1/d]
    model : BoneModel
        The parameters.

    Returns
    -------
    array of float64
        One life a piece of bone; infinite without load. [d]

    Examples
    --------
    >>> fatigue_life([3000, 3300], 1000).round(1).tolist()
    [370.0, 197.2]
    """
    strain = _amounts("microstrain", microstrain)
    damage_per_day = (strain / LIFE_MICROSTRAIN) ** model.strain_exponent * _amounts("cycles_per_day", cycles_per_day)
    with np.errstate(divide="ignore"):  # without load a life has no end
        return np.asarray(model.life_cycles / damage_per_day)


def failure_probability(
    days: npt.ArrayLike, life_days: npt.ArrayLike, *, volume_share: npt.ArrayLike = 1.0, exponent: float = 1.2
) -> Floats:
    """Compute how likely any of some pieces of bone has failed, without repair.

    Parameters
    ----------
    days : array_like
        Days under load. [d]
    life_days : float or array_like
        Fatigue lives of the pieces (`fatigue_life`). [d]
    volume_share : float or array_like
        Their volumes over the reference volume. [1]
    exponent : float
        w. [1]

    Returns
    -------
    array of float64
        A probability a day.

    Examples
    --------
    >>> failure_probability([10, 100], 100.0).round(5).tolist()
    [0.06115, 0.63212]
    """
    return np.asarray(-np.expm1(-_rate(life_days, volume_share, exponent) * _amounts("days", days) ** exponent))


def repair_probability(days: npt.ArrayLike, *, repair_days: float = 26.0, exponent: float = 2.0) -> Floats:
    """Compute how likely damage of the first day is repaired.

    Parameters
    ----------
    days : array_like
        Days since then. [d]
    repair_days : float
        tr. [d]
    exponent : float
        v. [1]

    Returns
    -------
    array of float64
        A probability a day.

    Examples
    --------
    >>> repair_probability([7, 26]).round(5).tolist()
    [0.06992, 0.63212]
    """
    return np.asarray(-np.expm1(-((_amounts("days", days) / repair_days) ** exponent)))


def strain_left(days: npt.ArrayLike, *, model: BoneModel = MODEL) -> Floats:
    """Give the share of its first strain that a tube of bone has once new bone lies on its outside.

    Parameters
    ----------
    days : array_like
        Days of growth. [d]
    model : BoneModel
        The parameters.

    Returns
    -------
    array of float64
        Strain at the surface in the same bending, over that of day 0. [1]

    Examples
    --------
    >>> strain_left([0, 40, 100]).round(4).tolist()
    [1.0, 0.9564, 0.8959]
    """
    first = model.outer_radius_mm
    outer = first + 1e-3 * model.apposition_um_per_day * _amounts("days", days)
    bending = (outer / (outer**4 - model.inner_radius_mm**4), first / (first**4 - model.inner_radius_mm**4))
    return np.asarray(bending[0] / bending[1])


def failure_before_repair(
    days: npt.ArrayLike,
    life_days: npt.ArrayLike,
    *,
    volume_share: npt.ArrayLike = 1.0,
    model: BoneModel = MODEL,
    adaptation: bool = False,
) -> Floats:
    """Integrate the probability of failure over the damage that is not yet repaired.

    Parameters
    ----------
    days : array_like
        Days under load. [d]
    life_days : float or array_like
        Fatigue lives of the pieces (`fatigue_life`). [d]
    volume_share : float or array_like
        Their volumes over the reference volume. [1]
    model : BoneModel
        Both exponents, and the time of repair.
    adaptation : bool
        Whether the strain falls as `strain_left` says.

    Returns
    -------
    array of float64
        A probability a day, to about 1e-10.

    Examples
    --------
    >>> failure_before_repair([26, 100], 100.0).round(4).tolist()
    [0.1312, 0.1577]
    """
    day = _amounts("days", days)
    day = np.where(day < MOMENT, 0.0, day)
    last = float(day.max(initial=0.0))
    if last == 0.0:
        return np.zeros_like(day)
    rate, exponent = _rate(life_days, volume_share, model.weibull_exponent), model.weibull_exponent
    # both exponents make powers of the day: steps of a constant ratio resolve them at any scale
    first = min(float(day[day > 0].min()), last * FIRST_SHARE)
    edges = np.union1d(day[day > 0], np.geomspace(first, last, int(2 * np.log2(last / first)) + 2))
    left, right = edges[:-1, None], edges[1:, None]
    at = left + (right - left) * (NODES + 1) / 2
    effective, speed = at, np.ones_like(at)
    if adaptation:
        effective, speed = effective_days(at, model=model), strain_left(at, model=model) ** model.strain_exponent
    density = np.exp(-rate * effective**exponent) * rate * exponent * effective ** (exponent - 1) * speed
    unrepaired = np.exp(-((at / model.repair_days) ** model.repair_exponent))
    pieces = (density * unrepaired * WEIGHTS).sum(axis=1) * (right - left)[:, 0] / 2
    # before the first edge nothing is repaired yet, however small the exponents are
    start = -np.expm1(-rate * edges[0] ** exponent)
    total = np.concatenate([[0.0, start], start + np.cumsum(pieces)])
    return np.asarray(total[np.searchsorted(edges, day, side="right")])


def effective_days(days: npt.ArrayLike, *, model: BoneModel = MODEL) -> Floats:
    """Give the days at the first day's strain that do as much damage as these days do while the bone grows.

    Parameters
    ----------
    days : array_like
        Days under load. [d]
    model : BoneModel
        The parameters.

    Returns
    -------
    array of float64
        The integral of `strain_left` to the power n. [d]

    Examples
    --------
    >>> effective_days([0, 40, 100]).round(2).tolist()
    [0.0, 34.64, 70.92]
    """
    day = _amounts("days", days)
    rates = strain_left(day[..., None] * (NODES + 1) / 2, model=model) ** model.strain_exponent
    return np.asarray((rates * WEIGHTS).sum(axis=-1) / 2 * day)


def _rate(life_days: npt.ArrayLike, volume_share: npt.ArrayLike, exponent: float) -> float:
    """Give the sum over all pieces of volume share over life to the power w."""
    life, share = np.atleast_1d(np.asarray(life_days, dtype=float)), _amounts("volume_share", volume_share)
    if len(share) not in {1, len(life)} and len(life) != 1:
        raise ValueError(f"there are {len(life)} strains and {len(share)} volumes; one volume for each is needed")
    if not (life > 0).all():
        raise ValueError("life_days holds a life that is not positive")
    return float((share * life**-exponent).sum())


def _amounts(name: str, values: npt.ArrayLike) -> Floats:
    """Take numbers from 0 on."""
    found = np.atleast_1d(np.asarray(values, dtype=float))
    if not (np.isfinite(found) & (found >= 0)).all():
        raise ValueError(f"{name} holds a value that is negative or no number")
    return found
