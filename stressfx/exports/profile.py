"""Who is the runner? What is known of a person, from a file written by hand.

Takes TOML; gives a `Profile`. A name that is not known is refused: misspelt, it would be silently without effect.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from stressfx.errors import SchemaError
from stressfx.exports.handwritten import need_known, need_number, read_toml
from stressfx.io.source import FileLike
from stressfx.units import METRES_PER_MILE

__all__ = ["METRES_IN", "Profile", "read_profile"]

MAX_PROFILE_BYTES = 2**16
METRES_IN = {"m": 1.0, "km": 1000.0, "mi": METRES_PER_MILE}


@dataclass(frozen=True)
class Profile:
    """What is known of the runner as a person; NaN, None or an empty text where it is not.

    Attributes
    ----------
    athlete_id : str
        Name that stands for the runner in every frame.
    sex : str
        ``"female"``, ``"male"`` or empty.
    mass_kg : float
        Body mass. [kg]
    fat_free_mass_kg : float
        Body mass without its fat, from a measurement. [kg]
    height_m : float
        Height. [m]
    birth_year : int or None
        Year of birth.
    heart_rate_rest_bpm : float
        Heart rate at rest. [bpm]
    heart_rate_max_bpm : float
        Highest heart rate. [bpm]
    heart_rate_threshold_bpm : float
        Heart rate at the lactate threshold, which can be held for about an hour. [bpm]
    heart_rate_first_threshold_bpm, heart_rate_second_threshold_bpm : float
        Heart rates at the two thresholds of ventilation or lactate, from a test. [bpm]
    critical_speed_mps : float
        Critical speed. [m/s]
    trimp_a, trimp_b : float
        Factor and exponent of the runner's own training impulse, from a test; both or neither. [1]
    shoe_watch_m : float
        Distance in a pair at which the runner wants a first warning. [m]
    shoe_replace_m : float
        Distance in a pair at which the runner wants to replace it. [m]
    """

    athlete_id: str = ""
    sex: str = ""
    mass_kg: float = math.nan
    fat_free_mass_kg: float = math.nan
    height_m: float = math.nan
    birth_year: int | None = None
    heart_rate_rest_bpm: float = math.nan
    heart_rate_max_bpm: float = math.nan
    heart_rate_threshold_bpm: float = math.nan
    heart_rate_first_threshold_bpm: float = math.nan
    heart_rate_second_threshold_bpm: float = math.nan
    critical_speed_mps: float = math.nan
    trimp_a: float = math.nan
    trimp_b: float = math.nan
    shoe_watch_m: float = math.nan
    shoe_replace_m: float = math.nan


PROFILE_RANGES = {
    "mass_kg": (20, 300),
    "fat_free_mass_kg": (15, 150),
    "height_m": (0.5, 2.6),
    "birth_year": (1900, 2100),
    "heart_rate_rest_bpm": (20, 130),
    "heart_rate_max_bpm": (80, 250),
    "heart_rate_threshold_bpm": (60, 250),
    "heart_rate_first_threshold_bpm": (60, 250),
    "heart_rate_second_threshold_bpm": (60, 250),
    "critical_speed_mps": (1, 8),
    "trimp_a": (0.01, 10),
    "trimp_b": (0.1, 10),
}
RUNNER_KEYS = ("athlete_id", "sex", *PROFILE_RANGES)
RISING = (
    ("fat_free_mass_kg", "mass_kg", "below"),
    ("heart_rate_rest_bpm", "heart_rate_first_threshold_bpm", "below"),
    ("heart_rate_rest_bpm", "heart_rate_second_threshold_bpm", "below"),
    ("heart_rate_rest_bpm", "heart_rate_threshold_bpm", "below"),
    ("heart_rate_rest_bpm", "heart_rate_max_bpm", "below"),
    ("heart_rate_first_threshold_bpm", "heart_rate_second_threshold_bpm", "at most"),
    ("heart_rate_first_threshold_bpm", "heart_rate_max_bpm", "at most"),
    ("heart_rate_second_threshold_bpm", "heart_rate_max_bpm", "at most"),
    ("heart_rate_threshold_bpm", "heart_rate_max_bpm", "at most"),
)
"""What of two values has to hold, if both are given."""

SHOE_KEYS = tuple(f"{limit}_{unit}" for limit in ("watch", "replace") for unit in METRES_IN)
SEXES = ("female", "male")


def read_profile(file: FileLike) -> Profile:
    r"""Read what is known of the runner as a person.

    Parameters
    ----------
    file : path, bytes or binary file
        TOML with the tables ``[runner]`` (the attributes of `Profile` down to ``trimp_b``) and ``[shoes]``
        (``watch_mi`` and ``replace_mi``, or ``_km`` or ``_m``). Everything may be left out.

    Returns
    -------
    Profile
        Numbers in SI units and beats a minute.

    Raises
    ------
    UnreadableFileError
        If the file cannot be opened, or is no TOML.
    SchemaError
        If a name is not known, a value is of the wrong kind or out of range, or two values contradict each other.

    Examples
    --------
    >>> read_profile(b"[runner]\nsex = 'female'\nmass_kg = 58").mass_kg
    58.0
    """
    label, content = read_toml(file, max_bytes=MAX_PROFILE_BYTES)
    known = {"runner": RUNNER_KEYS, "shoes": SHOE_KEYS}
    need_known(f"{label}: the file", content, known)
    for table, keys in known.items():
        if not isinstance(content.get(table, {}), dict):
            raise SchemaError(f"{label}: [{table}] has to be a table of names and values.")
        need_known(f"{label}: [{table}]", content.get(table, {}), keys)
    return _profile(label, content.get("runner", {}), content.get("shoes", {}))


def _profile(label: str, runner: Mapping[str, object], shoes: Mapping[str, object]) -> Profile:
    values: dict[str, float] = {}
    for name, (low, high) in PROFILE_RANGES.items():
        if name in runner:
            values[name] = need_number(f"{label}: {name}", runner[name], low, high)
    _need_agreement(label, values)
    sex = runner.get("sex", "")
    if sex not in ("", *SEXES):  # a tuple, since TOML may hold a list here, which no set can look up
        raise SchemaError(f"{label}: sex has to be {' or '.join(map(repr, SEXES))}, or left out.")
    athlete_id = runner.get("athlete_id", "")
    if not isinstance(athlete_id, str):
        raise SchemaError(f"{label}: athlete_id has to be a text in quotes.")
    year = values.pop("birth_year", math.nan)
    return Profile(
        athlete_id=athlete_id,
        sex=str(sex),
        birth_year=None if math.isnan(year) else int(year),
        shoe_watch_m=_limit(label, shoes, "watch"),
        shoe_replace_m=_limit(label, shoes, "replace"),
        **values,
    )


def _need_agreement(label: str, values: Mapping[str, float]) -> None:
    """Refuse values that contradict each other."""
    for lower, higher, relation in RISING:
        low, high = values.get(lower, -math.inf), values.get(higher, math.inf)
        if low > high or (low == high and relation == "below"):
            raise SchemaError(f"{label}: {lower} has to be {relation} {higher}.")
    if ("trimp_a" in values) != ("trimp_b" in values):
        raise SchemaError(f"{label}: trimp_a and trimp_b belong together; one of them is missing.")


def _limit(label: str, shoes: Mapping[str, object], limit: str) -> float:
    """Give one of the two distances of a pair of shoes, whatever unit it is written in. [m]."""
    given = [unit for unit in METRES_IN if f"{limit}_{unit}" in shoes]
    if not given:
        return math.nan
    if len(given) > 1:
        raise SchemaError(f"{label}: [shoes] gives {limit} in more than one unit; keep one.")
    name = f"{limit}_{given[0]}"
    return need_number(f"{label}: {name}", shoes[name], 0, 1e7) * METRES_IN[given[0]]
