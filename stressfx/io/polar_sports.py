"""Which sport is it in FIT's words? Polar's names and numbers of sports.

Takes what a session says of its sport; gives FIT's sport and sub-sport.
"""

import re
from typing import NamedTuple

from stressfx.io.jsontext import identity, members, text

__all__ = ["Sport", "sport_of"]

SPORTS = {
    "running": ("running", ""),
    "jogging": ("running", ""),
    "road_running": ("running", "street"),
    "track_and_field_running": ("running", "track"),
    "trail_running": ("running", "trail"),
    "treadmill_running": ("running", "treadmill"),
    "ultrarunning_running": ("running", "ultra"),
    "triathlon_running": ("running", ""),
    "duathlon_running": ("running", ""),
    "offroadtriathlon_running": ("running", "trail"),
    "offroadduathlon_running": ("running", "trail"),
    "walking": ("walking", ""),
    "nordic_walking": ("walking", ""),
    "hiking": ("hiking", ""),
    "cycling": ("cycling", ""),
    "road_biking": ("cycling", "road"),
    "mountain_biking": ("cycling", "mountain"),
    "indoor_cycling": ("cycling", "indoor_cycling"),
    "spinning": ("cycling", "spin"),
    "triathlon_cycling": ("cycling", ""),
    "duathlon_cycling": ("cycling", ""),
    "offroadtriathlon_cycling": ("cycling", "mountain"),
    "offroadduathlon_cycling": ("cycling", "mountain"),
    "swimming": ("swimming", ""),
    "pool_swimming": ("swimming", "lap_swimming"),
    "open_water_swimming": ("swimming", "open_water"),
    "triathlon_swimming": ("swimming", "open_water"),
    "offroadtriathlon_swimming": ("swimming", "open_water"),
    "triathlon": ("multisport", ""),
    "duathlon": ("multisport", ""),
    "offroadtriathlon": ("multisport", ""),
    "offroadduathlon": ("multisport", ""),
    "cross_trainer": ("fitness_equipment", "elliptical"),
    "indoor_rowing": ("fitness_equipment", "indoor_rowing"),
    "rowing": ("rowing", ""),
    "strength_training": ("training", "strength_training"),
    "circuit_training": ("training", ""),
    "functional_training": ("training", ""),
    "core": ("training", "strength_training"),
    "stretching": ("training", "flexibility_training"),
    "mobility_dynamic": ("training", "flexibility_training"),
    "mobility_static": ("training", "flexibility_training"),
    "yoga": ("training", "yoga"),
    "pilates": ("training", "pilates"),
    "classic_xc_skiing": ("cross_country_skiing", ""),
    "freestyle_xc_skiing": ("cross_country_skiing", "skate_skiing"),
    "xc_skiing_classic": ("cross_country_skiing", ""),
    "xc_skiing_freestyle": ("cross_country_skiing", "skate_skiing"),
    "downhill_skiing": ("alpine_skiing", "downhill"),
    "backcountry_skiing": ("alpine_skiing", "backcountry"),
    "snowboarding": ("snowboarding", ""),
    "snowshoe_trekking": ("snowshoeing", ""),
    "ice_skating": ("ice_skating", ""),
    "inline_skating": ("inline_skating", ""),
    "soccer": ("soccer", ""),
    "futsal": ("soccer", ""),
    "basketball": ("basketball", ""),
    "volleyball": ("volleyball", ""),
    "ice_hockey": ("hockey", ""),
    "field_hockey": ("hockey", ""),
    "rugby": ("rugby", ""),
    "tennis": ("tennis", ""),
    "squash": ("racket", "squash"),
    "badminton": ("racket", "badminton"),
    "table_tennis": ("racket", "table_tennis"),
    "padel": ("racket", "padel"),
    "golf": ("golf", ""),
    "boxing": ("boxing", ""),
    "other_indoor": ("generic", ""),
    "other_outdoor": ("generic", ""),
    "other": ("generic", ""),
}
"""Polar's names, in lower case, and FIT's sport and sub-sport."""

NUMBERS = {
    "1": "running",
    "2": "cycling",
    "3": "walking",
    "4": "jogging",
    "5": "mountain_biking",
    "7": "downhill_skiing",
    "8": "rowing",
    "9": "nordic_walking",
    "11": "hiking",
    "12": "tennis",
    "13": "squash",
    "14": "badminton",
    "15": "strength_training",
    "16": "other_outdoor",
    "17": "treadmill_running",
    "18": "indoor_cycling",
    "19": "road_running",
    "20": "circuit_training",
    "22": "snowboarding",
    "23": "swimming",
    "24": "freestyle_xc_skiing",
    "25": "classic_xc_skiing",
    "27": "trail_running",
    "28": "ice_skating",
    "29": "inline_skating",
    "33": "yoga",
    "35": "golf",
    "36": "track_and_field_running",
    "38": "road_biking",
    "39": "soccer",
    "41": "basketball",
    "43": "rugby",
    "44": "field_hockey",
    "45": "volleyball",
    "46": "ice_hockey",
    "50": "futsal",
    "55": "cross_trainer",
    "57": "functional_training",
    "65": "pilates",
    "66": "stretching",
    "68": "triathlon",
    "69": "duathlon",
    "70": "offroadtriathlon",
    "71": "offroadduathlon",
    "83": "other_indoor",
    "91": "table_tennis",
    "92": "ultrarunning_running",
    "103": "pool_swimming",
    "105": "open_water_swimming",
    "109": "boxing",
    "111": "mobility_dynamic",
    "113": "backcountry_skiing",
    "116": "snowshoe_trekking",
    "117": "indoor_rowing",
    "118": "spinning",
    "126": "core",
    "127": "mobility_static",
}
"""Polar's numbers of sports and its names for them (as listed by the project pcolby/bipolar)."""

WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Sport(NamedTuple):
    """A sport in FIT's words."""

    sport: str
    sub_sport: str
    known: bool
    """Whether FIT has a word for it; a name without one is kept as it is."""


def sport_of(value: object) -> Sport:
    """Give FIT's words for a sport.

    Parameters
    ----------
    value : object
        What a session says: a name, or an object with a number.

    Returns
    -------
    Sport
        Empty if nothing is said.

    Examples
    --------
    >>> sport_of("TRAIL_RUNNING")[:2], sport_of({"id": "17"})[:2], sport_of("FLOORBALL")[:2]
    (('running', 'trail'), ('running', 'treadmill'), ('floorball', ''))
    """
    number = identity(members(value).get("id"))
    name = NUMBERS.get(number, "") if number else re.sub(r"[\s-]+", "_", text(value).lower())
    if name in SPORTS:
        return Sport(*SPORTS[name], known=True)
    said = bool(number or name)
    return Sport(name if WORD.fullmatch(name) else "", "", known=not said)
