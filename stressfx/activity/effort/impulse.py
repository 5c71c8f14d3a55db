"""What is a minute at a heart rate worth? The weightings behind every training impulse.

Takes heart rates, and the seconds that each lasted; gives impulses in arbitrary units. Nothing here knows of files, so
that the histograms of thousands of sessions are weighed at once.
"""

from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from stressfx.activity.effort.zones import heart_rate_max_zones, threshold_zones, zone_of
from stressfx.activity.samples import Floats

__all__ = ["Impulse", "clipped_seconds", "heart_rate_reserve", "trimp_of", "trimp_rate"]

BANISTER = {
    "banister": {"male": (0.64, 1.92), "female": (0.86, 1.67)},
    "goldencheetah": {"male": (0.64, 1.92), "female": (0.64, 1.67)},
}
"""Factor a and exponent b of Banister's impulse, by variant and sex."""


class Impulse(TypedDict, total=False):
    """What a training impulse is made of: the arguments of `trimp_rate` by their names, all but the heart rate."""

    hr_rest_bpm: float
    hr_max_bpm: float
    sex: str | None
    method: str
    variant: str
    a: float
    b: float
    first_threshold_bpm: float
    second_threshold_bpm: float


def trimp_of(heart_rate_bpm: npt.ArrayLike, seconds: npt.ArrayLike, **impulse: Unpack[Impulse]) -> float:
    """Compute the training impulse of time spent at heart rates.

    Parameters
    ----------
    heart_rate_bpm : array-like of float
        Heart rates; what is missing adds nothing. [bpm]
    seconds : array-like of float
        How long each lasted. [s]
    **impulse : Impulse
        ``hr_rest_bpm``, ``hr_max_bpm``, ``sex`` and the further arguments of `trimp_rate`.

    Returns
    -------
    float
        In arbitrary units.

    Raises
    ------
    ValueError
        If a time is negative, or as by `trimp_rate`.

    Notes
    -----
    Of a run of which only the mean heart rate is known this gives the impulse at the mean, which is lower than that
    of its samples: 30 min at 120 and 30 min at 180 bpm are 125.8, an hour at 150 is 100.4.

    Examples
    --------
    >>> round(trimp_of(138, 66.2 * 60, hr_rest_bpm=44, hr_max_bpm=187, sex="male"), 2)
    98.39
    >>> round(trimp_of([120, 180], [1800, 1800], hr_rest_bpm=60, hr_max_bpm=190, sex="male"), 3)
    125.786
    """
    rate = trimp_rate(heart_rate_bpm, **impulse)
    minutes = np.asarray(seconds, np.float64) / 60
    if (minutes < 0).any():
        raise ValueError("no heart rate lasts for less than no time: seconds must not be negative")
    return float(np.sum(np.where(np.isnan(rate), 0.0, rate * minutes)))


def trimp_rate(  # noqa: PLR0913  # each is a choice of the formula, and has to be made by its name
    heart_rate_bpm: npt.ArrayLike,
    *,
    hr_rest_bpm: float = np.nan,
    hr_max_bpm: float = np.nan,
    sex: str | None = None,
    method: str = "banister",
    variant: str = "banister",
    a: float = np.nan,
    b: float = np.nan,
    first_threshold_bpm: float = np.nan,
    second_threshold_bpm: float = np.nan,
) -> Floats:
    """Weigh heart rates: the training impulse of one minute at each.

    Parameters
    ----------
    heart_rate_bpm : array-like of float
        Heart rates. [bpm]
    hr_rest_bpm, hr_max_bpm : float
        Heart rate at rest, and the highest; NaN, as any number here, if it is not known. [bpm]
    sex : {"female", "male"}, optional
        Needed for ``"banister"``: there is no silent choice.
    method : {"banister", "edwards", "lucia", "individual"}
        The weighting.
    variant : {"banister", "goldencheetah"}
        The constants of ``"banister"``.
    a, b : float, optional
        Factor and exponent of ``"individual"``, fitted to the runner's own lactate. [1]
    first_threshold_bpm, second_threshold_bpm : float, optional
        Heart rates at the two thresholds, needed for ``"lucia"``. [bpm]

    Returns
    -------
    array of float64
        Impulse a minute, in arbitrary units; NaN where the heart rate is missing. [1/min]

    Raises
    ------
    ValueError
        If what the method needs is not given, or a name is not known.

    Notes
    -----
    With x = (HR - HRrest)/(HRmax - HRrest), clipped to 0 to 1 (see `clipped_seconds`):

    - ``"banister"``: a x exp(b x), with a = 0.64 and b = 1.92 for men, 0.86 and 1.67 for women (Banister 1991). A
      form without the factor a is in use as well (Morton 1990, doi 10.1152/jappl.1990.69.3.1171).
      ``"goldencheetah"`` has 0.64 for both sexes, as that program does; the program itself takes the mean heart rate.
    - ``"individual"``: the same with the runner's own a and b, fitted to lactate (Manzi 2009,
      doi 10.1152/ajpheart.00054.2009; recalled, not verified).
    - ``"edwards"``: 1 to 5 for the tenths of the highest heart rate from 50 % on, 0 below. An edge belongs to the
      zone that it begins.
    - ``"lucia"``: 1 below the first threshold, 2 between, 3 above the second (recalled, not verified, of Lucia
      2003); both thresholds belong to the middle.

    The four are different scales: their numbers cannot be compared with each other.

    Examples
    --------
    >>> trimp_rate([60, 150, 190], hr_rest_bpm=60, hr_max_bpm=190, sex="female").round(3)
    array([0.   , 1.892, 4.568])
    """
    if method in {"banister", "individual"}:
        factor, exponent = _constants(sex, variant) if method == "banister" else _own_constants(a, b)
        share = heart_rate_reserve(heart_rate_bpm, hr_rest_bpm=hr_rest_bpm, hr_max_bpm=hr_max_bpm).clip(0.0, 1.0)
        return factor * share * np.exp(exponent * share)
    if method == "edwards":
        zones, lowest = heart_rate_max_zones(hr_max_bpm), 0
    elif method == "lucia":
        zones, lowest = threshold_zones(first_threshold_bpm, second_threshold_bpm), 1
    else:
        raise ValueError(f"method is {method!r}; one of banister, edwards, lucia, individual is needed")
    places = zone_of(heart_rate_bpm, zones)
    return np.where(places < 0, np.nan, places + lowest)


def heart_rate_reserve(heart_rate_bpm: npt.ArrayLike, *, hr_rest_bpm: float, hr_max_bpm: float) -> Floats:
    """Tell which share of the heart-rate reserve each heart rate takes.

    Parameters
    ----------
    heart_rate_bpm : array-like of float
        Heart rates. [bpm]
    hr_rest_bpm, hr_max_bpm : float
        Heart rate at rest, and the highest. [bpm]

    Returns
    -------
    array of float64
        (HR - HRrest)/(HRmax - HRrest), below 0 and above 1 where the heart rate lies outside. [1]

    Raises
    ------
    ValueError
        If one of the two is not known, or the first is not below the second.

    Examples
    --------
    >>> heart_rate_reserve([60, 125, 203], hr_rest_bpm=60, hr_max_bpm=190)
    array([0. , 0.5, 1.1])
    """
    if not -np.inf < hr_rest_bpm < hr_max_bpm < np.inf:
        raise ValueError("hr_rest_bpm and hr_max_bpm are needed, the first below the second")
    return np.asarray((np.asarray(heart_rate_bpm, np.float64) - hr_rest_bpm) / (hr_max_bpm - hr_rest_bpm))


def clipped_seconds(
    heart_rate_bpm: npt.ArrayLike, seconds: npt.ArrayLike, *, hr_rest_bpm: float, hr_max_bpm: float
) -> tuple[float, float]:
    """Tell for how long the heart rate lay outside the reserve: there an impulse takes it for rest or maximum.

    Parameters
    ----------
    heart_rate_bpm : array-like of float
        Heart rates. [bpm]
    seconds : array-like of float
        How long each lasted. [s]
    hr_rest_bpm, hr_max_bpm : float
        Heart rate at rest, and the highest. [bpm]

    Returns
    -------
    below_s, above_s : float
        Time below the heart rate at rest, and above the highest: much of it says that they are not known well. [s]

    Examples
    --------
    >>> clipped_seconds([55, 150, 195], [10, 600, 20], hr_rest_bpm=60, hr_max_bpm=190)
    (10.0, 20.0)
    """
    share = heart_rate_reserve(heart_rate_bpm, hr_rest_bpm=hr_rest_bpm, hr_max_bpm=hr_max_bpm)
    lasted = np.broadcast_to(np.asarray(seconds, np.float64), share.shape)
    return float(lasted[share < 0].sum()), float(lasted[share > 1].sum())


def _constants(sex: str | None, variant: str) -> tuple[float, float]:
    """Give factor and exponent of Banister's impulse."""
    if variant not in BANISTER:
        raise ValueError(f"variant is {variant!r}; one of {', '.join(BANISTER)} is needed")
    if sex not in BANISTER[variant]:
        raise ValueError(
            "sex has to be 'female' or 'male': the constants of Banister's impulse differ, and none are taken by "
            "default. Constants of one's own are method='individual' with a and b."
        )
    return BANISTER[variant][sex]


def _own_constants(a: float, b: float) -> tuple[float, float]:
    if not (a > 0 and b > 0):
        raise ValueError("a and b, both above 0, are needed for method='individual'")
    return a, b
