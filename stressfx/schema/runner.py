"""What do the frames of one runner hold? Sessions and what is told beside them, column by column."""

from stressfx.schema.check import Column, Schema

__all__ = ["CHECKS", "INJURIES", "LOADS", "LOG", "QUARANTINE", "RULES", "SESSIONS", "SHOES"]

SESSIONS = Schema(
    "Sessions",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("session_id", "text", "", "first 12 digits of the SHA-256 of the file or of the entry, then the leg"),
        Column("source", "text", "", "file inside the export, as a label"),
        Column("format", "text", "", "fit, gpx, tcx or polar; else the account whose table alone tells of it"),
        Column("device", "text", "", "maker and product of the recorder"),
        Column("leg", "int", "", "number of the leg in its file, from 0", 0),
        Column("sport", "text", "", "sport in FIT's words"),
        Column("sub_sport", "text", "", "kind of the sport in FIT's words"),
        Column("start", "time", "", "start of the session"),
        Column("end", "time", "", "end of the session"),
        Column("utc_offset_s", "float", "s", "local time minus UTC at the start", -54000, 54000),
        Column("offset_source", "text", "", "source: file, position, account, caller, neighbours, local or assumed"),
        Column("date", "date", "", "local calendar day of the start"),
        Column("distance_m", "float", "m", "distance", 0),
        Column("distance_source", "text", "", "device, records, positions or account"),
        Column("timer_s", "float", "s", "time with the recording on", 0),
        Column("moving_s", "float", "s", "time in movement: speed of 0.894 m/s and more", 0),
        Column("elapsed_s", "float", "s", "time from start to end", 0),
        Column("steps", "float", "", "steps of both feet", 0),
        Column("ascent_m", "float", "m", "climb by hysteresis", 0),
        Column("descent_m", "float", "m", "descent by hysteresis", 0),
        Column("heart_rate_mean_bpm", "float", "bpm", "time-weighted mean of the valid heart rates"),
        Column("heart_rate_max_bpm", "float", "bpm", "highest valid heart rate"),
        Column("heart_rate_coverage", "float", "1", "share of the timer time with a valid heart rate", 0, 1),
        Column("speed_mean_mps", "float", "m/s", "distance over timer time", 0),
        Column("speed_max_mps", "float", "m/s", "highest plausible speed", 0),
        Column("cadence_mean_spm", "float", "1/min", "time-weighted mean of steps a minute while moving", 0),
        Column("shoe_id", "text", "", "pair of shoes, where the export names it"),
        Column("perceived_exertion", "float", "", "how hard the runner found it, from 0 to 10", 0, 10),
        Column("dirt_distance_m", "float", "m", "distance on unpaved ground, where an account tells it", 0),
        Column("competition", "float", "", "1 if the runner marked a race, 0 if not, missing if nobody asked", 0, 1),
        Column("long_run", "float", "", "1 if the runner marked a long run, 0 if not, missing if nobody asked", 0, 1),
        Column("body_weight_share", "float", "1", "body weight carried, where the runner told it", 0, 1, optional=True),
        Column("name", "text", "", "what the runner or the account called it"),
        Column("grade_adjusted_m", "float", "m", "distance on the flat of the same energy cost, by Minetti", 0),
        Column("track_m", "float", "m", "distance on a track of 400 m, found in the positions; missing without any", 0),
        Column("step_length_mean_m", "float", "m", "mean length of a step, by the device", 0),
        Column("vertical_oscillation_mean_m", "float", "m", "mean vertical movement of the trunk in a step", 0),
        Column("stance_time_mean_s", "float", "s", "mean ground contact time of a step", 0),
        Column("stance_time_balance_mean", "float", "1", "mean share of ground contact on the left foot", 0, 1),
    ),
)
"""One row a session: a leg of one file, or what an account tells of a workout that has none."""

LOG = Schema(
    "Log",
    (
        *SESSIONS.columns,
        Column("counted", "bool", "", "whether the session counts for its day: it has one and is no duplicate"),
        Column("duplicate_of", "text", "", "the counted session that it duplicates, if any"),
        Column("duplicate_reason", "text", "", "how much of it the two share, and why the other one counts"),
    ),
)
"""One row a session: what a runner did, with every workout counted once."""

LOADS = Schema(
    "Loads",
    (
        *(column for column in LOG.columns if column.name != "body_weight_share"),
        Column("shoe_source", "text", "", "how the pair is known: explicit, rule, default or empty", optional=True),
        Column("shoe_reason", "text", "", "what of the table decided on the pair, or why none is known", optional=True),
        Column("surface_label", "text", "", "surface by the runner's own label or rule", optional=True),
        Column("body_weight_source", "text", "", "how body weight is known: explicit, rule or empty", optional=True),
        Column("body_weight_share", "float", "1", "body weight carried; below 1 on an antigravity treadmill", 0, 1),
        Column("trimp", "float", "", "training impulse by heart rate (Banister)", 0),
        Column("trimp_source", "text", "", "samples, mean, sparse (below 80 % coverage: no value) or empty"),
        Column("hrss", "float", "", "training impulse, 100 = one hour at the threshold heart rate", 0),
        Column("session_rpe", "float", "min", "perceived exertion times minutes (Foster)", 0),
        Column("easy_s", "float", "s", "time in the easy zone", 0),
        Column("moderate_s", "float", "s", "time in the moderate zone", 0),
        Column("hard_s", "float", "s", "time in the hard zone", 0),
        Column(
            "zones_by",
            "text",
            "",
            "made of what: critical_speed, heart_rate, log_critical_speed or empty",
        ),
        Column("damage", "float", "", "bone damage, in steps at the runner's own easy speed", 0),
        Column("damage_low", "float", "", "the same with the low exponent of the band, 4", 0),
        Column("damage_high", "float", "", "the same with the high exponent of the band, 9", 0),
        Column("damage_exponent", "float", "", "exponent b of `damage`"),
        Column("damage_reference_mps", "float", "m/s", "easy speed at which a step counts as one", 0),
        Column("damage_source", "text", "", "samples, mean speed, or either with steps that were assumed"),
        Column("osteogenic", "float", "", "osteogenic index: strain times ln(cycles + 1), less soon after another", 0),
    ),
)
"""One row a session: the log, and every load of it that is known."""

RULES = Schema(
    "Rules",
    (
        Column("session_id", "text", "", "holds for this session; empty: for any"),
        Column("name", "text", "", "holds where this is part of the session's name, whatever the case"),
        Column("sport", "text", "", "holds for this sport"),
        Column("sub_sport", "text", "", "holds for this kind of the sport"),
        Column("shoe", "text", "", "holds for this pair"),
        Column("weekday", "text", "", "holds on this day of the week: monday, ..."),
        Column("first", "date", "", "holds from this day on"),
        Column("last", "date", "", "holds until this day"),
        Column("surface", "text", "", "sets the surface; empty: sets none"),
        Column("shoe_id", "text", "", "sets the pair of shoes; empty: sets none"),
        Column("body_weight_share", "float", "1", "sets the body weight carried; missing: sets none", 0, 1),
    ),
)
"""One row a rule of the runner's own; a condition that is empty holds always. The first rule that sets a thing does."""

CHECKS = Schema(
    "Checks",
    (
        Column("athlete_id", "text", "", "whose log"),
        Column("code", "text", "", "what was found, one of `stressfx.findings.CODES`"),
        Column("severity", "text", "", "info, warning or error"),
        Column("first", "date", "", "first day that it concerns"),
        Column("last", "date", "", "last day that it concerns"),
        Column("sessions", "int", "", "number of sessions that it concerns", 0),
        Column("message", "text", "", "what was found, in a sentence"),
        Column("effect", "text", "", "what it does to the numbers"),
    ),
)
"""One row a thing to know about a training log before its numbers are used."""

QUARANTINE = Schema(
    "Quarantine",
    (
        Column("source", "text", "", "file inside the export, as a label"),
        Column("kind", "text", "", "name of the error"),
        Column("reason", "text", "", "what was found and what was needed"),
    ),
)
"""One row a file that could not be read."""

SHOES = Schema(
    "Shoes",
    (
        Column("shoe_id", "text", "", "short name that sessions refer to"),
        Column("name", "text", "", "maker and model"),
        Column("start", "date", "", "first day of use"),
        Column("start_distance_m", "float", "m", "distance already run in the pair on that day", 0),
        Column("retired", "date", "", "last day of use; missing while in use"),
        Column("watch_m", "float", "m", "the runner's own limit for a first warning", 0),
        Column("replace_m", "float", "m", "the runner's own limit for replacing the pair", 0),
        Column("default_for", "text", "", "runs that the pair is worn for unless stated: road, trail, treadmill, all"),
    ),
)
"""One row a pair of shoes."""

INJURIES = Schema(
    "Injuries",
    (
        Column("athlete_id", "text", "", "whose injury"),
        Column("first_pain", "date", "", "first day with pain"),
        Column("stopped_running", "date", "", "first day without running because of it"),
        Column("diagnosed", "date", "", "day of the diagnosis"),
        Column("returned", "date", "", "first day of running again"),
        Column("site", "text", "", "part of the body or bone"),
        Column("side", "text", "", "left, right or both"),
        Column("tissue", "text", "", "bone, tendon, muscle, ..."),
        Column("osiics", "text", "", "OSIICS code"),
        Column("imaging", "text", "", "none, x-ray, MRI, CT or bone scan"),
        Column("grade", "text", "", "grade on imaging"),
        Column("status", "text", "", "confirmed or suspected"),
        Column("note", "text", "", "free text"),
    ),
)
"""One row an injury."""
