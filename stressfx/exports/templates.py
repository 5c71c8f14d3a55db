"""What does a file look like that a runner fills in by hand?

Takes the kind of file; gives its text: every column explained, and two rows to replace. The reader of the same kind
takes it as it stands.
"""

import csv
import io
from typing import NamedTuple

from stressfx.schema.surfaces import SURFACE_CLASSES

__all__ = ["KINDS", "template"]


class Column(NamedTuple):
    """One column of a table, or one name of a profile."""

    name: str
    meaning: str
    first: str = ""
    second: str = ""


SESSIONS = (
    Column(
        "date",
        "day of the start, by your own clock (or leave date and time out and use start)",
        "2025-01-31",
        "2025-02-02",
    ),
    Column("time", "time of day; if you leave it empty, the day counts all the same", "07:15", "18:30"),
    Column(
        "sport",
        "running if empty; else walking, hiking, cycling, swimming, deep_water_running, elliptical, strength, or "
        "another word of FIT's",
        "running",
        "running",
    ),
    Column("sub_sport", "treadmill, trail, track, antigravity, ... or empty", "", "treadmill"),
    Column("body_weight_percent", "body weight that you carried, from 0 to 100, if a treadmill took off a part of it"),
    Column("distance_km", "distance; name the column distance_mi or distance_m for another unit", "10.5", "6.2"),
    Column(
        "duration",
        "with the watch running, as 1:02:30 or 52:30; timer_min for minutes, timer_s for seconds",
        "52:30",
        "35:00",
    ),
    Column(
        "elapsed", "from start to end with all pauses, written in the same way (or elapsed_min, elapsed_s)", "58:10"
    ),
    Column("moving", "in movement, written in the same way (or moving_min, moving_s)"),
    Column("steps", "steps of both feet", "8900"),
    Column("ascent_m", "climb in metres", "120"),
    Column("descent_m", "descent in metres", "120"),
    Column("heart_rate_mean_bpm", "mean heart rate", "148", "139"),
    Column("heart_rate_max_bpm", "highest heart rate", "171"),
    Column("cadence_mean_spm", "steps a minute, of both feet", "170"),
    Column("perceived_exertion", "how hard it was, from 0 (rest) to 10 (as hard as can be)", "4", "3"),
    Column("shoe_id", "pair of shoes, by the name that it has in shoes.csv", "blue", "red"),
    Column("dirt_distance_km", "distance on unpaved ground (or dirt_distance_mi, dirt_distance_m)", "3.5"),
    Column("competition", "yes if it was a race, else no", "no", "no"),
    Column("long_run", "yes if it was the long run, else no", "yes", "no"),
    Column("name", "what you call it; rules can go by it", "Canal loop"),
    Column("session_id", "a name of your own that no other session has; may be empty"),
)

SHOES = (
    Column(
        "shoe_id",
        "short name of the pair; every pair needs its own, and a further row if you take it up again after a last day",
        "blue",
        "red",
    ),
    Column("name", "maker and model", "Maker Model 3", "Maker Trail"),
    Column("start", "first day of use", "2024-10-01", "2024-05-15"),
    Column("start_distance_km", "distance already run in the pair on that day (or _mi, _m)", "0", "12.5"),
    Column("retired", "last day of use; empty while in use", "", "2025-03-01"),
    Column("watch_km", "distance at which you want a first warning (or _mi, _m)", "480", "480"),
    Column("replace_km", "distance at which you want to replace the pair (or _mi, _m)", "800", "800"),
    Column(
        "default_for",
        "runs that the pair is worn for unless you say otherwise: road, trail, track, treadmill, indoor, a surface "
        "such as gravel, all; or several of these. Runs of a kind that is not known go to all, else to road",
        "road",
        "trail",
    ),
)

INJURIES = (
    Column("athlete_id", "whose injury: the name that stands for the runner", "runner-a", "runner-a"),
    Column("first_pain", "first day with pain; any date may be empty", "2024-11-18", "2025-05-06"),
    Column("stopped_running", "first day without running because of it", "2024-11-25"),
    Column("diagnosed", "day of the diagnosis", "2024-12-02"),
    Column("returned", "first day of running again; empty as long as you do not", "2025-01-20", "2025-05-12"),
    Column(
        "site",
        "part of the body or bone, as exactly as you know: posteromedial tibia, 5th metatarsal base, ...",
        "posteromedial tibia",
        "achilles",
    ),
    Column("side", "left, right or both", "left", "right"),
    Column("tissue", "bone (for bone stress; write fracture for one by a fall), tendon, muscle, ...", "bone", "tendon"),
    Column("osiics", "OSIICS code (or SMDCS)"),
    Column("imaging", "none, x-ray, MRI, CT or bone scan", "MRI", "none"),
    Column("grade", "grade on imaging", "2"),
    Column("status", "confirmed or suspected", "confirmed", "suspected"),
    Column("note", "free text", "", "after new shoes"),
)

PAIN = (
    Column("athlete_id", "whose pain: the name that stands for the runner; may be empty", "runner-a", "runner-a"),
    Column("date", "day of the activity", "2025-01-20", "2025-01-22"),
    Column("activity", "run, walk, cross_training or strength; empty for the day as a whole", "walk", "run"),
    Column("minutes", "how long it was, if no watch recorded it (or duration, as 52:30 or 1:02:30)", "30"),
    Column(
        "during",
        "pain at the site of the injury while at it, from 0 (none) to 10 (as bad as can be); empty if you do not know, "
        "which is not the same as 0",
        "0",
        "0",
    ),
    Column("after", "pain after it on the same day, from 0 to 10", "0", "1"),
    Column("next_morning", "pain on the next morning, from 0 to 10: fill it in a day later", "0", "0"),
    Column("stage", "number of the stage of the plan that you did, if it is not the planned one"),
    Column("note", "free text", "", "stairs felt it"),
)

PROFILE = {
    "runner": (
        Column("athlete_id", "the name that stands for you in every table", '"runner-a"'),
        Column("sex", "female or male", '"female"'),
        Column("birth_year", "year of birth", "1994"),
        Column("mass_kg", "body mass in kilograms", "58"),
        Column("fat_free_mass_kg", "body mass without its fat in kilograms, if it was ever measured", "46"),
        Column("height_m", "height in metres", "1.68"),
        Column("heart_rate_rest_bpm", "heart rate at rest", "52"),
        Column("heart_rate_max_bpm", "highest heart rate that you have seen", "191"),
        Column("heart_rate_threshold_bpm", "heart rate that you can hold for about an hour", "172"),
        Column("heart_rate_first_threshold_bpm", "heart rate at the first threshold, from a test", "152"),
        Column("heart_rate_second_threshold_bpm", "heart rate at the second threshold, from a test", "174"),
        Column("critical_speed_mps", "critical speed in metres a second", "3.8"),
        Column("trimp_a", "factor of your own training impulse, from a test; leave out both if you have none", "0.86"),
        Column("trimp_b", "exponent of your own training impulse", "1.67"),
    ),
    "shoes": (
        Column("watch_mi", "distance in a pair at which you want a first warning (or _km, _m)", "300"),
        Column("replace_mi", "distance in a pair at which you want to replace it (or _km, _m)", "500"),
    ),
}

RULES = """\
# rules.toml: what no watch records. The rules are examples; put your own in their place.
# A rule holds for the sessions that meet all of its conditions; without conditions, for every session.
# Conditions: session_id, name (a part of it), sport, sub_sport, shoe (the pair that the session names), weekday (one
#   or a list), from and until (days, both included).
# What a rule can set: surface (one of
#   {surfaces}),
#   wear (a pair of shoes, for sessions that name none), body_weight_percent (on an antigravity treadmill, for sessions
#   that tell none; 0 makes a run one in deep water).
# Of several rules that set the same thing, the first counts.

[[rule]]
name = "parkrun"
weekday = "saturday"
surface = "gravel"

[[rule]]
sub_sport = "track"
from = 2025-01-31
until = 2025-03-31
surface = "track"
wear = "red"

[[rule]]
session_id = "0123456789ab-0"
body_weight_percent = 80

[[rule]]
shoe = "blue"
surface = "asphalt"
"""

TABLES = {"sessions": SESSIONS, "injuries": INJURIES, "shoes": SHOES, "pain": PAIN}
KINDS = (*TABLES, "profile", "rules")
"""Files of which there is a template."""


def template(kind: str) -> str:
    """Write a file for a runner to fill in.

    Parameters
    ----------
    kind : {"sessions", "injuries", "shoes", "pain", "profile", "rules"}
        What the file holds.

    Returns
    -------
    str
        CSV, or TOML for the profile and the rules, with every column explained and with examples to replace.

    Raises
    ------
    ValueError
        If there is no such template.

    Examples
    --------
    >>> print(template("shoes").splitlines()[-3])
    shoe_id,name,start,start_distance_km,retired,watch_km,replace_km,default_for
    """
    if kind in TABLES:
        return _table(kind, TABLES[kind])
    if kind == "profile":
        return _profile()
    if kind == "rules":
        return RULES.format(surfaces=", ".join(SURFACE_CLASSES))
    raise ValueError(f"kind is {kind!r}; one of {', '.join(KINDS)} is needed")


def _table(kind: str, columns: tuple[Column, ...]) -> str:
    explained = [
        f"# {kind}.csv: the two rows at the end are examples; put your own in their place.",
        "# Leave empty what you do not know; leave out columns that you do not need. These lines are passed over.",
        *(f"# {column.name}: {column.meaning}" for column in columns),
    ]
    rows = io.StringIO()
    csv.writer(rows, lineterminator="\n").writerows(
        [
            [column.name for column in columns],
            [column.first for column in columns],
            [column.second for column in columns],
        ]
    )
    return "\n".join(explained) + "\n" + rows.getvalue()


def _profile() -> str:
    lines = ["# profile.toml: the values are examples; put in your own, and leave out what you do not know."]
    for table, columns in PROFILE.items():
        lines += ["", f"[{table}]"]
        lines += [f"{column.name} = {column.first}  # {column.meaning}" for column in columns]
    return "\n".join(lines) + "\n"
