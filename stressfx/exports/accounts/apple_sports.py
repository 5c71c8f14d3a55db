"""Which sport is a workout of Apple's, in FIT's words, and which of its distances is the sport's own?

Takes `Workout` as it is written.
"""

from collections import Counter
from typing import TypeAlias

from stressfx.exports.accounts.apple_elements import Workout, number

__all__ = ["Counts", "distances_of", "part_sport", "workout_sport"]

Counts: TypeAlias = Counter[tuple[str, str]]
"""How often which code of finding was met, and over what."""

PREFIX = "HKWorkoutActivityType"
STRENGTH, CARDIO = ("training", "strength_training"), ("training", "cardio_training")
SPORTS = {
    "Running": ("running", ""),
    "Walking": ("walking", ""),
    "Hiking": ("hiking", ""),
    "Cycling": ("cycling", ""),
    "HandCycling": ("cycling", "hand_cycling"),
    "Swimming": ("swimming", ""),
    "SwimBikeRun": ("multisport", ""),
    "Transition": ("transition", ""),
    "Elliptical": ("fitness_equipment", "elliptical"),
    "StairClimbing": ("fitness_equipment", "stair_climbing"),
    "Stairs": ("floor_climbing", ""),
    "Rowing": ("rowing", ""),
    "JumpRope": ("jump_rope", ""),
    "TraditionalStrengthTraining": STRENGTH,
    "FunctionalStrengthTraining": STRENGTH,
    "CoreTraining": STRENGTH,
    "CrossTraining": CARDIO,
    "MixedCardio": CARDIO,
    "MixedMetabolicCardioTraining": CARDIO,
    "StepTraining": CARDIO,
    "HighIntensityIntervalTraining": ("hiit", ""),
    "TrackAndField": ("training", ""),
    "Gymnastics": ("training", ""),
    "WaterFitness": ("training", ""),
    "Yoga": ("training", "yoga"),
    "Pilates": ("training", "pilates"),
    "Flexibility": ("training", "flexibility_training"),
    "Cooldown": ("training", "flexibility_training"),
    "PreparationAndRecovery": ("training", "flexibility_training"),
    "Barre": ("training", "exercise"),
    "TaiChi": ("training", "exercise"),
    "MindAndBody": ("training", "exercise"),
    "Dance": ("dance", ""),
    "DanceInspiredTraining": ("dance", ""),
    "CardioDance": ("dance", ""),
    "SocialDance": ("dance", ""),
    "Boxing": ("boxing", ""),
    "Kickboxing": ("boxing", ""),
    "MartialArts": ("mixed_martial_arts", ""),
    "AmericanFootball": ("american_football", ""),
    "Baseball": ("baseball", ""),
    "Basketball": ("basketball", ""),
    "Cricket": ("cricket", ""),
    "Hockey": ("hockey", ""),
    "Lacrosse": ("lacrosse", ""),
    "Rugby": ("rugby", ""),
    "Soccer": ("soccer", ""),
    "Volleyball": ("volleyball", ""),
    "Tennis": ("tennis", ""),
    "TableTennis": ("racket", "table_tennis"),
    "Badminton": ("racket", "badminton"),
    "Squash": ("racket", "squash"),
    "Racquetball": ("racket", "racquetball"),
    "Pickleball": ("racket", "pickleball"),
    "Golf": ("golf", ""),
    "Climbing": ("rock_climbing", ""),
    "CrossCountrySkiing": ("cross_country_skiing", ""),
    "DownhillSkiing": ("alpine_skiing", ""),
    "Snowboarding": ("snowboarding", ""),
    "EquestrianSports": ("horseback_riding", ""),
    "Fishing": ("fishing", ""),
    "Hunting": ("hunting", ""),
    "PaddleSports": ("paddling", ""),
    "Sailing": ("sailing", ""),
    "SurfingSports": ("surfing", ""),
    "UnderwaterDiving": ("diving", ""),
    "WheelchairWalkPace": ("wheelchair_push_walk", ""),
    "WheelchairRunPace": ("wheelchair_push_run", ""),
    "Other": ("unknown", ""),
}
"""Apple's kinds of workout in FIT's words. Those that FIT has no word for are not listed."""

INDOORS = {
    "running": "indoor_running",
    "walking": "indoor_walking",
    "cycling": "indoor_cycling",
    "rowing": "indoor_rowing",
}
WATERS = {1.0: "lap_swimming", 2.0: "open_water"}

ON_FOOT = "DistanceWalkingRunning"
DISTANCES = {
    "cycling": "DistanceCycling",
    "swimming": "DistanceSwimming",
    "rowing": "DistanceRowing",
    "paddling": "DistancePaddleSports",
    "alpine_skiing": "DistanceDownhillSnowSports",
    "snowboarding": "DistanceDownhillSnowSports",
    "cross_country_skiing": "DistanceCrossCountrySkiing",
    "wheelchair_push_walk": "DistanceWheelchair",
    "wheelchair_push_run": "DistanceWheelchair",
}
"""Which distance is the sport's own; on foot for all others: the steps of a walk with the bicycle are no ride."""

PARTS = {"DistanceSwimming": "swimming", "DistanceCycling": "cycling", ON_FOOT: "running"}


def workout_sport(workout: Workout, counts: Counts) -> tuple[str, str]:
    """Tell the sport of a workout.

    Parameters
    ----------
    workout : Workout
        As it is written.
    counts : Counter
        What could not be understood.

    Returns
    -------
    sport, sub_sport : str
        In FIT's words; the sport is ``"unknown"`` if it has none.

    Examples
    --------
    >>> workout_sport(Workout({"workoutActivityType": "HKWorkoutActivityTypeYoga"}), Counter())
    ('training', 'yoga')
    """
    kind = workout.attributes.get("workoutActivityType", "").removeprefix(PREFIX)
    if kind not in SPORTS:
        counts["apple-sport", ""] += 1
        return "unknown", ""
    sport, sub_sport = SPORTS[kind]
    if sport == "swimming":
        sub_sport = WATERS.get(number(workout.metadata.get("HKSwimmingLocationType", "")), "")
    elif not sub_sport and number(workout.metadata.get("HKIndoorWorkout", "")) == 1:
        sub_sport = INDOORS.get(sport, "")
    return sport, sub_sport


def part_sport(part: Workout, counts: Counts) -> tuple[str, str]:
    """Tell the sport of a part of a multisport workout by what was measured in it.

    Parameters
    ----------
    part : Workout
        As it is written.
    counts : Counter
        What could not be understood.

    Returns
    -------
    sport, sub_sport : str
        In FIT's words.

    Examples
    --------
    >>> part_sport(Workout({}, statistics={"DistanceCycling": {"sum": "20"}}), Counter())
    ('cycling', '')
    """
    counts["apple-parts", ""] += 1
    measured = [name for name in part.statistics if name.startswith("Distance")]
    return (PARTS.get(measured[0], "unknown") if len(measured) == 1 else "unknown"), ""


def distances_of(workout: Workout, sport: str) -> list[str]:
    """Name the distances that are the sport's own.

    Parameters
    ----------
    workout : Workout
        As it is written.
    sport : str
        Its sport, in FIT's words.

    Returns
    -------
    list of str
        Keys of `Workout.statistics`. Several only of a multisport workout, the parts of which add up.

    Examples
    --------
    >>> ride = Workout({}, statistics={"DistanceCycling": {"sum": "20"}, "DistanceWalkingRunning": {"sum": "1"}})
    >>> distances_of(ride, "cycling"), distances_of(ride, "running")
    (['DistanceCycling'], ['DistanceWalkingRunning'])
    """
    measured = [name for name in workout.statistics if name.startswith("Distance")]
    if sport == "multisport":
        return measured
    if sport == "unknown":
        return measured if len(measured) == 1 else []
    return [name for name in measured if name == DISTANCES.get(sport, ON_FOOT)]
