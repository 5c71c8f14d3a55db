"""What did a run cost the shin bone? Loading cycles, and the damage that they do for their speed.

Takes steps and speeds; gives damage in steps at the runner's own easy speed, with its exponent beside it. It compares
runs of one runner with each other, and is no probability of anything.
"""

import math
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from stressfx.activity.bone.slope import grade_effect
from stressfx.activity.clean import between_samples
from stressfx.activity.gait.steps import Cadence, steps_between, steps_per_minute
from stressfx.activity.leg import ON_FOOT
from stressfx.activity.samples import Floats, samples_of
from stressfx.activity.track import FASTEST_MPS
from stressfx.errors import InsufficientDataError

__all__ = [
    "BAND",
    "EXPONENT",
    "STRAIN_PER_MPS",
    "bone_damage",
    "break_even",
    "damage_of",
    "damage_source",
    "loads_shin",
    "relative_strain",
]

EXPONENT = 6.6
"""Exponent b by which damage grows with strain. Recalled from models of stress fracture by Taylor and by Edwards, and
not verified; hence the band."""

BAND = (4.0, 9.0)
"""Exponents that are reported beside it; those that are recalled from studies of bone lie about between. Our choice."""

STRAIN_PER_MPS = 0.09
"""By so much of itself the peak tibial strain grows for 1 m/s more (Baggaley et al., arXiv:2305.04139). [s/m]"""

WITHOUT_STEPS = frozenset(
    {"cycling", "e_biking", "swimming", "rowing", "paddling", "kayaking", "diving", "deep_water_running"}
)
MACHINES_WITHOUT_STEPS = frozenset(
    {"elliptical", "indoor_cycling", "spin", "recumbent", "hand_cycling", "indoor_hand_cycling", "indoor_rowing"}
)

BONE = (
    "damage",
    "damage_low",
    "damage_high",
    "damage_exponent",
    "damage_reference_mps",
    "steps",
    "steps_assumed",
    "cycles_per_leg",
    "body_weight_share",
    "carried_m",
    "source",
)


def bone_damage(
    records: pd.DataFrame,
    *,
    exponent: float = EXPONENT,
    reference_mps: float | None = None,
    body_weight_share: float = 1.0,
    cadence: Cadence = "auto",
    lengths: Floats | None = None,
    grade: Literal["none", "rice"] = "none",
) -> pd.DataFrame:
    r"""Sum the damage of one leg on foot.

    Parameters
    ----------
    records : DataFrame
        The records of one leg.
    exponent : float
        Exponent b. [1]
    reference_mps : float
        The speed at which a step counts as one: the runner's own easy speed
        (`stressfx.activity.bone.easy_speed.easy_speed`). [m/s]
    body_weight_share : float
        Share of the body weight that the legs carry: below 1 on an antigravity treadmill, 0 in deep water. [1]
    cadence : {"auto", "strides", "steps"}
        As for `stressfx.activity.gait.steps.step_count`.
    lengths : array of float64, optional
        The runner's own step lengths (`stressfx.activity.gait.steps.step_lengths`), for movement without a cadence.
    grade : {"none", "rice"}
        ``"rice"`` adds the column ``grade_effect``: what steep slopes may have changed, in a word. It changes no
        number.

    Returns
    -------
    DataFrame
        One row: ``damage`` (in steps at the reference speed), ``damage_low`` and ``damage_high`` (the same with the
        exponents of `BAND`), ``damage_exponent``, ``damage_reference_mps``, ``steps``, ``steps_assumed``,
        ``cycles_per_leg``, ``body_weight_share``, ``carried_m`` (distance times that share) and ``source``, in the
        words of `damage_source`. Without movement known, missing.

    Raises
    ------
    InsufficientDataError
        If no reference is given. One run cannot tell it: by its own speed every run would be an easy one.
    ValueError
        If exponent, reference, share, cadence or grade is out of its range.

    Notes
    -----
    By Miner's rule the damage of cycles adds up, and that of one grows with a high power of its strain [1]_:

    .. math:: D = \sum_k n_k \, (w \, s(v_k))^b, \qquad s(v) = 1 + 0.09 \, (v - v_{ref})

    with :math:`n_k` steps of both feet at the speed :math:`v_k` and the share :math:`w` of the body weight. The
    strain is `relative_strain`; a device's own speed is taken, and one from positions is averaged over 15 s, since
    noise would pass for speed. Steps at an unknown speed, or at one that nobody runs at, are left out.

    ``damage_low`` and ``damage_high`` are named by their exponents: for a slow run, or with body weight carried, the
    high exponent gives the lower number.

    **Body weight carried** is a model, and says so in ``source``. The peak force under the foot falls about in
    proportion to the support [2]_, and strain is taken to fall alike; but most of the force on a tibia is that of
    muscles, which falls less. The numbers are too low rather than too high; b from 4 to 6.6 is the band to read.

    **Slope** changes nothing by default: Baggaley et al. found no effect of grade on strain, Rice et al. a higher
    bending moment 10 and 15 % uphill and a lower one downhill, and neither gives a coefficient. With
    ``grade="rice"`` the column ``grade`` of the records is read, where there is one; a smoothed slope can be put there.

    References
    ----------
    .. [1] Edwards WB. "Modeling overuse injuries in sport as a mechanical fatigue phenomenon." Exerc Sport Sci Rev
       46 (2018) 224-231. doi:10.1249/JES.0000000000000163
    .. [2] Thomson A, et al. BMC Sports Sci Med Rehabil (2021). doi:10.1186/s13102-021-00258-4

    Examples
    --------
    >>> nothing = dict.fromkeys(["latitude_deg", "longitude_deg", "altitude_m", "heart_rate_bpm"], float("nan"))
    >>> records = pd.DataFrame({"time": pd.date_range("2026-03-01", periods=61, freq="s", tz="UTC"), "segment": 0,
    ...                         "distance_m": np.linspace(0, 240, 61), **nothing,
    ...                         "speed_mps": 4.0, "cadence_rpm": 88.0})
    >>> run = bone_damage(records, reference_mps=3.0).iloc[0]
    >>> float(run["steps"]), round(float(run["damage"]), 1), float(run["damage_exponent"]), run["source"]
    (176.0, 310.8, 6.6, 'samples')
    """
    if reference_mps is None:
        raise InsufficientDataError(
            "reference_mps is not given, and one run cannot tell it; the runner's own easy speed is needed, "
            "such as easy_speed(sessions) gives it"
        )
    if grade not in {"none", "rice"}:
        raise ValueError(f"grade is {grade!r}; 'none' or 'rice' is needed")
    samples = samples_of(records)
    intervals = between_samples(samples)
    found = steps_between(steps_per_minute(samples, intervals, cadence=cadence), intervals, lengths=lengths)
    known = intervals.moving & (intervals.smooth_mps <= FASTEST_MPS)
    exponents = np.array([[exponent], *([power] for power in BAND)])
    damage = damage_of(
        found.steps[known],
        intervals.smooth_mps[known],
        exponent=exponents,
        reference_mps=reference_mps,
        body_weight_share=body_weight_share,
    ).sum(axis=1)
    numbers = {
        **dict(zip(("damage", "damage_low", "damage_high"), damage.tolist(), strict=True)),
        "steps": float(found.steps[known].sum()),
        "steps_assumed": float(found.steps[known & found.assumed].sum()),
        "cycles_per_leg": float(found.steps[known].sum()) / 2,
        "carried_m": float(intervals.distance_m.sum()) * body_weight_share,
    }
    source = damage_source("samples", assumed=bool((known & found.assumed).any()), supported=body_weight_share < 1)
    if np.isnan(intervals.speed_mps).all():  # whether anybody moved is not known
        numbers, source = dict.fromkeys(numbers, math.nan), ""
    frame = pd.DataFrame([numbers]).assign(
        damage_exponent=float(exponent),
        damage_reference_mps=float(reference_mps),
        body_weight_share=float(body_weight_share),
        source=pd.Series([source], dtype="str"),
    )
    if grade == "none":
        return frame[list(BONE)]
    slope = records["grade"].to_numpy(np.float64) if "grade" in records else np.full(len(samples), np.nan)
    effect = grade_effect(intervals.middles(slope)[0], found.steps)
    return frame[list(BONE)].assign(grade_effect=pd.Series([effect], dtype="str"))


def damage_of(
    steps: npt.ArrayLike,
    speed_mps: npt.ArrayLike,
    *,
    exponent: npt.ArrayLike = EXPONENT,
    reference_mps: npt.ArrayLike,
    body_weight_share: npt.ArrayLike = 1.0,
) -> Floats:
    """Weigh steps by their speed.

    Parameters
    ----------
    steps : array-like of float
        Steps of both feet.
    speed_mps : array-like of float
        Speed at which they were taken. [m/s]
    exponent : array-like of float
        Exponent b. [1]
    reference_mps : array-like of float
        The speed at which a step counts as one. [m/s]
    body_weight_share : array-like of float
        Share of the body weight that the legs carry. [1]

    Returns
    -------
    array of float64
        Damage of each, to be summed; the shape is that of all arguments broadcast. No steps do no damage; else it is
        NaN where an argument is.

    Raises
    ------
    ValueError
        If an exponent or reference is not above 0, a reference is 1 / 0.09 m/s or more, a share is not from 0 to 1, or
        steps are negative.

    Notes
    -----
    ``steps * (share * relative_strain(speed))**exponent``: see `bone_damage`.

    Examples
    --------
    >>> damage_of([1000, 1000], [3.0, 4.0], reference_mps=3.0).round(1).tolist()
    [1000.0, 1766.1]
    >>> damage_of(1000, 3.0, reference_mps=3.0, body_weight_share=[0.8, 0.5]).round(1).tolist()
    [229.3, 10.3]
    """
    power, share = np.asarray(exponent, np.float64), np.asarray(body_weight_share, np.float64)
    if not (power > 0).all():
        raise ValueError("exponent must be above 0")
    if ((share < 0) | (share > 1)).any():
        raise ValueError("body_weight_share must be from 0 to 1: a share, and no percentage")
    taken = np.asarray(steps, np.float64)
    if (taken < 0).any():
        raise ValueError("steps must not be negative")
    each = (share * relative_strain(speed_mps, reference_mps=reference_mps)) ** power
    return np.where(taken == 0, 0.0, taken * each)


def relative_strain(speed_mps: npt.ArrayLike, *, reference_mps: npt.ArrayLike) -> Floats:
    """Give the peak strain of the tibia in a step, as a multiple of that at the reference speed.

    Parameters
    ----------
    speed_mps : array-like of float
        Speed. [m/s]
    reference_mps : array-like of float
        The speed at which it is 1: the runner's own easy speed. [m/s]

    Returns
    -------
    array of float64
        ``1 + 0.09 (v - v_ref)``; NaN where a speed is missing or negative. [1]

    Raises
    ------
    ValueError
        If a reference is not above 0, or 1 / 0.09 = 11.1 m/s or more.

    Notes
    -----
    Baggaley et al. [1]_ found 9 % more peak strain for 1 m/s more, in 17 runners from 2.50 to 4.17 m/s by a finite
    element model. The line is drawn on beyond these speeds in both directions. It stays above 0 at every speed for
    every reference that somebody can run at. What a walking step does was not measured there: at walking speed the
    line is a guess, and above all no reason to compare walks with runs.

    References
    ----------
    .. [1] Baggaley M, et al. arXiv:2305.04139.

    Examples
    --------
    >>> relative_strain([2.0, 3.0, 4.0], reference_mps=3.0).round(2).tolist()
    [0.91, 1.0, 1.09]
    """
    speed, reference = np.asarray(speed_mps, np.float64), np.asarray(reference_mps, np.float64)
    if ((reference <= 0) | (reference * STRAIN_PER_MPS >= 1)).any():
        raise ValueError("reference_mps must be above 0 and below 11.1 m/s: a speed at which somebody runs easily")
    return 1 + STRAIN_PER_MPS * (np.where(speed >= 0, speed, np.nan) - reference)


def damage_source(basis: str, *, assumed: bool = False, supported: bool = False) -> str:
    """Say in words what a damage rests on.

    Parameters
    ----------
    basis : str
        Where its speeds are from: ``samples`` or ``mean speed``.
    assumed : bool
        Whether steps were assumed, since no cadence tells of them.
    supported : bool
        Whether less than the whole body weight was carried.

    Returns
    -------
    str
        The three in one.

    Examples
    --------
    >>> damage_source("mean speed", assumed=True, supported=True)
    'mean speed, assumed steps, body-weight model'
    """
    return ", ".join([basis, *["assumed steps"] * assumed, *["body-weight model"] * supported])


def loads_shin(sport: str, sub_sport: str = "") -> float:
    """Tell whether a sport does damage to the shin bone by steps.

    Parameters
    ----------
    sport, sub_sport : str
        In FIT's words.

    Returns
    -------
    float
        1 for running, walking and hiking, which the model is for; 0 for cycling, swimming, rowing, the elliptical
        trainer and their like, which have no steps; NaN for the rest: games, gymnastics and skis load bones, and
        nothing here says how much.

    Notes
    -----
    Running in deep water has no name of its own in FIT: it is a run whose ``body_weight_share`` is 0, or of the sport
    ``deep_water_running`` in a list that was written by hand.

    Examples
    --------
    >>> loads_shin("running", "trail"), loads_shin("fitness_equipment", "elliptical"), loads_shin("tennis")
    (1.0, 0.0, nan)
    """
    if sub_sport in MACHINES_WITHOUT_STEPS or sport in WITHOUT_STEPS:
        return 0.0
    return 1.0 if sport in ON_FOOT else math.nan


def break_even(cadence_change: npt.ArrayLike, *, exponent: npt.ArrayLike = EXPONENT) -> Floats:
    """Tell by how much the strain of a step must fall for more steps to do no more damage.

    Parameters
    ----------
    cadence_change : array-like of float
        Relative change of steps over the same distance: 0.1 for 10 % more. [1]
    exponent : array-like of float
        Exponent b. [1]

    Returns
    -------
    array of float64
        ``1 - (1 + change) ** (-1 / b)``. [1]

    Examples
    --------
    >>> break_even(0.10, exponent=[4, 6.6, 9]).round(4).tolist()
    [0.0235, 0.0143, 0.0105]
    """
    return 1 - (1 + np.asarray(cadence_change, np.float64)) ** (-1 / np.asarray(exponent, np.float64))
