"""Which words do people write for training that is no run? And how both wings of the library call it.

FIT has no word for running in deep water or on an antigravity treadmill: the two that stand for them here are our own.
"""

import re

__all__ = ["ANTIGRAVITY", "CROSS_TRAINING_WORDS", "DEEP_WATER_RUNNING", "named_sport"]

DEEP_WATER_RUNNING = "deep_water_running"
"""A sport of its own: no step loads the shin, and its distance is none on foot."""

ANTIGRAVITY = "antigravity"
"""A kind of running or walking, on a treadmill that carries a part of the body weight."""

WRITTEN: dict[tuple[str, str], str] = {
    (DEEP_WATER_RUNNING, ""): (
        "deep_water_running deep_water_run deep_water_jogging aqua_jogging aqua_jog aquajogging aqua_running "
        "pool_running pool_run water_running water_jogging"
    ),
    ("running", ANTIGRAVITY): (
        "antigravity anti_gravity antigravity_treadmill anti_gravity_treadmill antigravity_running "
        "anti_gravity_running alterg alter_g"
    ),
    ("fitness_equipment", "elliptical"): "elliptical elliptical_trainer cross_trainer arc_trainer",
    ("cycling", "indoor_cycling"): "indoor_cycling stationary_bike exercise_bike",
    ("cycling", "spin"): "spin spinning",
    ("rowing", "indoor_rowing"): "indoor_rowing rowing_machine",
    ("training", "strength_training"): "strength strength_training weights weight_training",
    ("training", "flexibility_training"): (
        "flexibility flexibility_training stretching mobility balance balance_training"
    ),
    ("training", "yoga"): "yoga",
    ("training", "pilates"): "pilates",
}

CROSS_TRAINING_WORDS = {word: named for named, words in WRITTEN.items() for word in words.split()}
"""Sport and kind for each word, in FIT's words as far as it has any."""

SAYS_LESS = {"", "generic", "treadmill"}
"""Kinds that say no more than the word for the sport does."""


def named_sport(sport: str, sub_sport: str = "") -> tuple[str, str]:
    """Name a sport as both wings of the library call it.

    Parameters
    ----------
    sport, sub_sport : str
        In FIT's words, or in those of `CROSS_TRAINING_WORDS`. Capitals, blanks and hyphens do not matter.

    Returns
    -------
    sport, sub_sport : str
        What neither knows is given back in lower case, with ``_`` for blanks and hyphens.

    Notes
    -----
    A kind that is no run makes a run that other sport: running of the kind elliptical is none. Running in deep water
    is called so in whichever column it stands.

    Examples
    --------
    >>> named_sport("Aqua jogging"), named_sport("running", "deep-water running"), named_sport("running", "Elliptical")
    (('deep_water_running', ''), ('deep_water_running', ''), ('fitness_equipment', 'elliptical'))
    >>> named_sport("walking", "AlterG"), named_sport("running", "trail")
    (('walking', 'antigravity'), ('running', 'trail'))
    """
    sport, sub_sport = (re.sub(r"[\s_-]+", "_", word.strip().lower()) for word in (sport, sub_sport))
    sport, usual = CROSS_TRAINING_WORDS.get(sport, (sport, ""))
    other, kind = CROSS_TRAINING_WORDS.get(sub_sport, ("", sub_sport))
    if DEEP_WATER_RUNNING in {sport, other}:
        return DEEP_WATER_RUNNING, ""
    return other if other and sport in {"", "running"} else sport, usual if usual and kind in SAYS_LESS else kind
