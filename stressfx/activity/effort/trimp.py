"""How hard was a run for the heart, or by the runner's own feeling? Training impulses and session-RPE.

Takes records, or heart rates with the seconds that each lasted; gives one number in arbitrary units. It is a load of
heart and lungs, not of bone: it knows nothing of steps and of the force in each.
"""

import warnings
from typing import TYPE_CHECKING, TypeVar, Unpack

import numpy as np
import numpy.typing as npt

from stressfx.activity.clean import between_samples
from stressfx.activity.effort.impulse import Impulse, trimp_of
from stressfx.activity.effort.zones import heart_rate_between
from stressfx.activity.samples import Samples, samples_of
from stressfx.errors import DataQualityWarning

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MINIMUM_COVERAGE", "heart_rate_max_estimate", "hrss", "session_rpe", "trimp"]

MINIMUM_COVERAGE = 0.8
"""With a heart rate over less of the recorded time, an impulse is not one of the whole run. Our choice."""

HARDEST_RPE = 10
"""Top of the CR-10 scale."""

Number = TypeVar("Number", float, "npt.NDArray[np.float64]", "pd.Series[float]")


def trimp(  # noqa: PLR0913  # each is a choice of the formula, and has to be made by its name
    records: "pd.DataFrame | Samples",
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
    minimum_coverage: float = MINIMUM_COVERAGE,
) -> float:
    """Compute the training impulse (TRIMP) of one leg, sample by sample.

    Parameters
    ----------
    records : DataFrame or Samples
        The records of one leg.
    hr_rest_bpm, hr_max_bpm : float
        Heart rate at rest, and the highest. [bpm]
    sex : {"female", "male"}, optional
        Needed for ``"banister"``: there is no silent choice.
    method : {"banister", "edwards", "lucia", "individual"}
        The weighting, see `stressfx.activity.effort.impulse.trimp_rate`.
    variant : {"banister", "goldencheetah"}
        The constants of ``"banister"``.
    a, b : float, optional
        Factor and exponent of ``"individual"``, fitted to the runner's own lactate. [1]
    first_threshold_bpm, second_threshold_bpm : float, optional
        Heart rates at the two thresholds, needed for ``"lucia"``. [bpm]
    minimum_coverage : float
        Share of the recorded time over which the heart rate has to be known. [1]

    Returns
    -------
    float
        In arbitrary units; NaN, with a `DataQualityWarning`, below the coverage, so that it is never silently low.

    Raises
    ------
    ValueError
        If what the method needs is not given, or a name is not known.

    Notes
    -----
    Banister's is the sum over all intervals of dt a x exp(b x), with x the share of the heart-rate reserve and dt in
    minutes; a and b are those of `trimp_rate`, which gives the other methods too. A form without a is in use as well
    [1]_; the runner's own a and b are the idea of Manzi et al. [2]_. Each interval lasts as
    long as it was recorded; pauses count for nothing. Time over which the heart rate is unknown (up to a fifth, by
    the least coverage) adds nothing: the sum is not scaled up. Since the weighting is convex, the impulse of the mean
    heart rate is lower than that of the samples.

    References
    ----------
    .. [1] Morton RH, et al. J Appl Physiol 69 (1990) 1171. doi:10.1152/jappl.1990.69.3.1171
    .. [2] Manzi V, et al. Am J Physiol Heart Circ Physiol (2009). doi:10.1152/ajpheart.00054.2009

    Examples
    --------
    >>> import stressfx as sfx
    >>> heart_rate = "<extensions><hr>150</hr></extensions></trkpt>"
    >>> gpx = "<gpx><trk><type>running</type><trkseg>" + "".join(
    ...     f"<trkpt lat='0' lon='0'><time>2025-01-01T00:00:0{i}Z</time>{heart_rate}" for i in range(7)
    ... ) + "</trkseg></trk></gpx>"
    >>> round(trimp(sfx.read_activity(gpx.encode()).records, hr_rest_bpm=60, hr_max_bpm=190, sex="male"), 4)
    0.1674
    """
    impulse = Impulse(hr_rest_bpm=hr_rest_bpm, hr_max_bpm=hr_max_bpm, sex=sex, method=method, variant=variant)
    impulse["a"], impulse["b"] = a, b
    impulse["first_threshold_bpm"], impulse["second_threshold_bpm"] = first_threshold_bpm, second_threshold_bpm
    samples = samples_of(records)
    between = between_samples(samples)
    heart_rate = heart_rate_between(samples, between)
    value = trimp_of(heart_rate, between.duration_s, **impulse)
    total_s = float(between.duration_s.sum())
    known_s = float(between.duration_s[~np.isnan(heart_rate)].sum())
    if known_s > 0 and known_s >= minimum_coverage * total_s:
        return value
    covered = f"{known_s / total_s:.0%} of the recorded time" if total_s > 0 else "no time at all"
    message = f"The heart rate is known for {covered}; {minimum_coverage:.0%} is needed for a training impulse."
    warnings.warn(DataQualityWarning(message), stacklevel=2)
    return float("nan")


def hrss(trimp: Number, *, threshold_bpm: float, **impulse: Unpack[Impulse]) -> Number:
    """Scale a training impulse so that one hour at the threshold heart rate is 100.

    Parameters
    ----------
    trimp : float, array or Series
        Training impulse.
    threshold_bpm : float
        Heart rate at the lactate threshold. [bpm]
    **impulse : Impulse
        The choices that the impulse was computed with, as for `trimp_rate`.

    Returns
    -------
    float, array or Series
        Heart-rate stress score.

    Raises
    ------
    ValueError
        If an hour at the threshold has no impulse, or as by `trimp_rate`.

    Notes
    -----
    100 TRIMP / TRIMP(60 min at the threshold): "TRIMP(100)" of GoldenCheetah. It is not the hrTSS of TrainingPeaks,
    whose table is not public.

    Examples
    --------
    >>> from stressfx.activity.effort.impulse import trimp_of
    >>> choices = {"hr_rest_bpm": 60, "hr_max_bpm": 190, "sex": "male"}
    >>> round(hrss(trimp_of(150, 45 * 60, **choices), threshold_bpm=170, **choices), 3)
    45.67
    """
    hour = trimp_of(threshold_bpm, 3600.0, **impulse)
    if not hour > 0:
        raise ValueError("threshold_bpm has to be a heart rate above rest: an hour at it must have an impulse")
    return trimp * (100 / hour)


def session_rpe(rpe: Number, duration_s: Number | float) -> Number:
    """Multiply perceived exertion by duration.

    Parameters
    ----------
    rpe : float, array or Series
        How hard the runner found the session as a whole, on the CR-10 scale from 0 to 10; NaN if nobody asked.
    duration_s : float, array or Series
        How long it lasted, warm-up and rests included. [s]

    Returns
    -------
    float, array or Series
        Rating times minutes. [min]

    Raises
    ------
    ValueError
        If a rating lies outside 0 to 10 (ratings of 6 to 20 are another scale), or a duration is negative.

    Notes
    -----
    The rating is asked for about 30 minutes after the session (Foster 1998, doi 10.1097/00005768-199807000-00023).

    Examples
    --------
    >>> session_rpe(6.0, 3000.0)
    300.0
    """
    ratings = np.asarray(rpe, np.float64)
    if ((ratings < 0) | (ratings > HARDEST_RPE)).any():
        raise ValueError("a rating lies outside 0 to 10; perceived exertion is needed on the CR-10 scale")
    if (np.asarray(duration_s, np.float64) < 0).any():
        raise ValueError("duration_s must not be negative")
    return rpe * duration_s / 60


def heart_rate_max_estimate(age: Number) -> Number:
    """Estimate the highest heart rate from the age, where it was never measured.

    Parameters
    ----------
    age : float, array or Series
        Age. [a]

    Returns
    -------
    float, array or Series
        208 - 0.7 age. [bpm]

    Notes
    -----
    The formula is that of Tanaka (2001), recalled and not verified, as is its spread of about 10 bpm between people
    of one age. A measured value is always better, so that nothing here uses the estimate by itself.

    Examples
    --------
    >>> heart_rate_max_estimate(40.0)
    180.0
    """
    return 208 - 0.7 * age
