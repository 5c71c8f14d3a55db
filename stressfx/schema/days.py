"""What do the frames of days, weeks and flags hold? Column by column."""

from stressfx.schema.check import Column, Schema

__all__ = [
    "ALERTS",
    "CHANGES",
    "DAILY_LOAD",
    "SPIKES",
    "SURFACES",
    "SURFACE_CHANGE",
    "SURFACE_WEEKS",
    "WEAR",
    "WEEKS",
]

DAILY_LOAD = Schema(
    "DailyLoad",
    (
        Column("athlete_id", "text", "", "whose day"),
        Column("date", "date", "", "local calendar day"),
        Column("sessions", "float", "", "number of runs; missing where the day was not observed", 0),
        Column("distance_m", "float", "m", "sum over the runs of the day", 0),
        Column("timer_s", "float", "s", "sum over the runs of the day", 0),
        Column("moving_s", "float", "s", "sum over the runs of the day", 0),
        Column("elapsed_s", "float", "s", "sum over the runs of the day", 0),
        Column("steps", "float", "", "sum over the runs of the day", 0),
        Column("longest_m", "float", "m", "longest run of the day", 0),
        Column("other_sport_s", "float", "s", "time of other sports: timer, else moving, else elapsed", 0),
        Column("grade_adjusted_m", "float", "m", "sum over the runs of the day", 0, optional=True),
        Column("trimp", "float", "", "sum over the runs of the day", 0, optional=True),
        Column("hrss", "float", "", "sum over the runs of the day", 0, optional=True),
        Column("session_rpe", "float", "min", "sum over the runs of the day", 0, optional=True),
        Column("easy_s", "float", "s", "sum over the runs of the day", 0, optional=True),
        Column("moderate_s", "float", "s", "sum over the runs of the day", 0, optional=True),
        Column("hard_s", "float", "s", "sum over the runs of the day", 0, optional=True),
        Column("damage", "float", "", "sum over the runs of the day", 0, optional=True),
        Column("damage_low", "float", "", "sum over the runs of the day", 0, optional=True),
        Column("damage_high", "float", "", "sum over the runs of the day", 0, optional=True),
        Column("damage_exponent", "float", "", "exponent b of `damage`", optional=True),
        Column("osteogenic", "float", "", "sum over the runs of the day", 0, optional=True),
    ),
)
"""One row an athlete and day: 0 is observed rest, NaN is not observed. A load is there if the sessions have it."""

WEEKS = Schema(
    "Weeks",
    (
        Column("athlete_id", "text", "", "whose week"),
        Column("week", "date", "", "Monday of the ISO week"),
        Column("days", "int", "", "days of the week inside the log", 0, 7),
        Column("sessions", "float", "", "number of runs", 0),
        Column("run_days", "float", "", "days with a run", 0, 7),
        Column("distance_m", "float", "m", "sum over the week", 0),
        Column("timer_s", "float", "s", "sum over the week", 0),
        Column("moving_s", "float", "s", "sum over the week", 0),
        Column("elapsed_s", "float", "s", "sum over the week", 0),
        Column("longest_m", "float", "m", "longest run of the week", 0),
        Column("grade_adjusted_m", "float", "m", "sum over the week", 0, optional=True),
        Column("trimp", "float", "", "sum over the week", 0, optional=True),
        Column("hrss", "float", "", "sum over the week", 0, optional=True),
        Column("session_rpe", "float", "min", "sum over the week", 0, optional=True),
        Column("easy_s", "float", "s", "sum over the week", 0, optional=True),
        Column("moderate_s", "float", "s", "sum over the week", 0, optional=True),
        Column("hard_s", "float", "s", "sum over the week", 0, optional=True),
        Column("damage", "float", "", "sum over the week", 0, optional=True),
        Column("damage_low", "float", "", "sum over the week", 0, optional=True),
        Column("damage_high", "float", "", "sum over the week", 0, optional=True),
        Column("damage_exponent", "float", "", "exponent b of `damage`", optional=True),
        Column("osteogenic", "float", "", "sum over the week", 0, optional=True),
    ),
)
"""One row an athlete and ISO week. A load is there if the days have it."""

SPIKES = Schema(
    "Spikes",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("session_id", "text", "", "which session"),
        Column("date", "date", "", "local calendar day"),
        Column("start", "time", "", "start of the session"),
        Column("by", "text", "", "what was compared, a column of Sessions"),
        Column("value", "float", "", "the session's own value", 0),
        Column("reference", "float", "", "largest value of the sessions in the look-back window", 0),
        Column("reference_id", "text", "", "the session that holds the reference"),
        Column("spike", "float", "1", "value over reference, minus 1", -1),
        Column("state", "text", "", "reference, small, moderate, large, no_reference or warm_up"),
        Column("damage_exponent", "float", "", "exponent b, where damage was compared", optional=True),
    ),
)
"""One row a run: how far it went beyond the runner's own recent runs."""

SURFACES = Schema(
    "Surfaces",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("session_id", "text", "", "which session"),
        Column("date", "date", "", "local calendar day"),
        Column("surface", "text", "", "class of surface, one of `stressfx.training.surfaces.sessions.SURFACE_CLASSES`"),
        Column("share", "float", "1", "share of the session's distance; the shares of a session add up to 1", 0, 1),
        Column("distance_m", "float", "m", "distance on it; missing where the session's is", 0),
        Column("source", "text", "", "how it is known: label, osm, geometry, account, sub_sport or unknown"),
    ),
)
"""One row a session and class of surface."""

SURFACE_WEEKS = Schema(
    "SurfaceWeeks",
    (
        Column("athlete_id", "text", "", "whose week"),
        Column("week", "date", "", "first day of the week (or other period)"),
        Column("surface", "text", "", "class of surface"),
        Column("distance_m", "float", "m", "distance on it", 0),
        Column("share", "float", "1", "share of the distance of the week", 0, 1),
    ),
)
"""One row an athlete, week and class of surface."""

SURFACE_CHANGE = Schema(
    "SurfaceChange",
    (
        Column("athlete_id", "text", "", "whose day"),
        Column("date", "date", "", "local calendar day"),
        Column(
            "surface_change", "float", "1", "half the sum of the differences in share, 7 days against 21 before", 0, 1
        ),
        Column("unknown_share", "float", "1", "share of unknown surface in the 28 days", 0, 1),
        Column("new_surface", "text", "", "class not run on in the 28 days before this one, if any"),
        Column("new_share", "float", "1", "its share of the 7 days", 0, 1),
        Column("flagged", "bool", "", "whether the index passes its threshold, or the new class its share"),
    ),
)
"""One row an athlete and day."""

CHANGES = Schema(
    "Changes",
    (
        Column("athlete_id", "text", "", "whose training"),
        Column("date", "date", "", "first day on which the change is seen"),
        Column("last", "date", "", "last day on which it is still beyond its threshold"),
        Column("kind", "text", "", "session_spike, distance, duration, frequency, intensity, surface, ..."),
        Column("what", "text", "", "what changed, where a kind has several: a surface, a pair of shoes"),
        Column("value", "float", "", "the value, at its furthest from the baseline"),
        Column("baseline", "float", "", "what it is compared with"),
        Column("change", "float", "", "relative change, value over baseline minus 1; a difference for shares"),
        Column("unit", "text", "", "unit of value and baseline"),
        Column("threshold", "float", "", "from which change on it is listed"),
        Column("definition", "text", "", "windows and rule in a sentence"),
        Column("source", "text", "", "where definition and threshold are from"),
        Column("session_id", "text", "", "the session that shows it, if it is one"),
    ),
)
"""One row a change of training: what rose or changed, by how much, against which baseline."""

WEAR = Schema(
    "Wear",
    (
        Column("athlete_id", "text", "", "whose shoes"),
        Column("shoe_id", "text", "", "which pair; empty for runs that no pair is known of"),
        Column("date", "date", "", "local calendar day"),
        Column("distance_m", "float", "m", "run in the pair on that day", 0),
        Column("total_m", "float", "m", "run in the pair up to and with that day, its start distance included", 0),
        Column("unknown_runs", "int", "", "runs of that day in the pair whose distance is not known", 0),
    ),
)
"""One row an athlete, pair of shoes and day on which it was worn."""

ALERTS = Schema(
    "ShoeAlerts",
    (
        Column("athlete_id", "text", "", "whose shoes"),
        Column("shoe_id", "text", "", "which pair"),
        Column("name", "text", "", "maker and model"),
        Column("status", "text", "", "ok, watch, replace or retired"),
        Column("total_m", "float", "m", "distance run in the pair", 0),
        Column("watch_m", "float", "m", "distance from which it is watched", 0),
        Column("replace_m", "float", "m", "distance past which it is to be replaced", 0),
        Column("limits_by", "text", "", "whose limits these are: runner or convention"),
        Column("recent_m_per_day", "float", "m", "mean distance a day in the pair, recently", 0),
        Column("watch_on", "date", "", "day on which the first limit was or will be reached, at the recent rate"),
        Column("replace_on", "date", "", "day on which the second limit was or will be reached"),
        Column("replace_from", "date", "", "earliest such day, by the interval of the recent rate"),
        Column("replace_until", "date", "", "latest such day; missing if the rate may be 0"),
        Column("first_worn", "date", "", "first day in the pair"),
        Column("last_worn", "date", "", "last day in the pair"),
        Column("days_since_new", "float", "", "days since the first day in the pair, at the end of the log", 0),
        Column("unknown_runs", "int", "", "runs in the pair whose distance is not known", 0),
        Column("outside_days", "int", "", "days worn before the first day of use or after the last", 0),
        Column("start_known", "bool", "", "whether the distance run in it before the log was told"),
    ),
)
"""One row an athlete and pair of shoes."""
