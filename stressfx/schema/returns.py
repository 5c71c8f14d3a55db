"""What do the frames of a return to running hold? Stages, planned days, pain, rules and energy, column by column."""

from stressfx.schema.check import Column, Schema

__all__ = ["CROSS_TRAINING", "ENERGY", "ENERGY_NEED", "PAIN", "PLAN", "RETURN_EVENTS", "RETURN_RULES", "STAGES"]

AMOUNT = (
    Column("distance_m", "float", "m", "distance, run and walked", 0),
    Column("run_s", "float", "s", "time to run", 0),
    Column("walk_s", "float", "s", "time to walk", 0),
    Column("run_bout_s", "float", "s", "run so long at a time; missing if without a break", 0),
    Column("walk_bout_s", "float", "s", "and walk so long between; missing if without a break", 0),
    Column("amount", "text", "", "which of the two counts: distance or time; the other follows from the pace"),
    Column("speed_most_mps", "float", "m/s", "no faster than this", 0),
    Column("body_weight_share", "float", "1", "body weight to carry; below 1 on an antigravity treadmill", 0, 1),
    Column("exertion_most", "float", "", "no harder than this, from 0 to 10", 0, 10),
)

STAGES = Schema(
    "Stages",
    (
        Column("stage", "int", "", "number of the stage, from 1", 1),
        Column("sessions_least", "int", "", "completed sessions that the next stage needs", 0),
        Column("sessions", "int", "", "sessions that are planned", 0),
        *AMOUNT,
        Column("what", "text", "", "a session in words, as the programme puts it"),
        Column("criteria", "text", "", "what has to hold before the next stage"),
        Column("source", "text", "", "where the stage is from"),
    ),
)
"""One row a stage of a programme: its sessions, and what they have to show before the next."""

PLAN = Schema(
    "Plan",
    (
        Column("athlete_id", "text", "", "whose plan"),
        Column("date", "date", "", "local calendar day"),
        Column("week", "int", "", "week of the plan, from 1", 1),
        Column("stage", "int", "", "stage of the programme; 0 before the first run", 0),
        Column("activity", "text", "", "walk, run, cross_training, strength or rest"),
        Column("duration_s", "float", "s", "time of all", 0),
        *AMOUNT,
        Column("cadence_least_spm", "float", "1/min", "steps a minute, not fewer; missing where none is advised", 0),
        Column("cadence_most_spm", "float", "1/min", "and not more", 0),
        Column("what", "text", "", "what to do, in words"),
        Column("criteria", "text", "", "what has to hold before the next stage; on the last day of a stage"),
    ),
)
"""One row a day and activity; a day of cross-training and strength has two."""

PAIN = Schema(
    "Pain",
    (
        Column("athlete_id", "text", "", "whose pain; empty: the runner's"),
        Column("date", "date", "", "day of the activity"),
        Column("activity", "text", "", "run, walk, cross_training, strength, or empty for the whole day"),
        Column("duration_s", "float", "s", "how long it was, where no watch recorded it", 0),
        Column("during", "float", "", "pain at the site while at it, from 0 to 10", 0, 10),
        Column("after", "float", "", "pain after it on the same day, from 0 to 10", 0, 10),
        Column("next_morning", "float", "", "pain on the next morning, from 0 to 10", 0, 10),
        Column("stage", "float", "", "stage of the plan that was run, if it is not the planned one", 0),
        Column("note", "text", "", "free text"),
    ),
)
"""One row an entry of a pain diary; a number that is not told is missing, and no pain is 0."""

RETURN_RULES = Schema(
    "ReturnRules",
    (
        Column("rule", "text", "", "R1 to R11"),
        Column("title", "text", "", "the rule in a few words"),
        Column("state", "text", "", "kept, watch, broken or not checkable"),
        Column("date", "date", "", "first day that shows the state; of a kept rule the day nearest to its limit"),
        Column("value", "float", "", "the number of that day"),
        Column("limit", "float", "", "what it is held against"),
        Column("unit", "text", "", "unit of both"),
        Column("events", "int", "", "days that are watched or broken", 0),
        Column("text", "text", "", "what was found, in a sentence"),
        Column("source", "text", "", "where the rule is from, and how sure it is"),
    ),
)
"""One row a rule of returning to running: whether it was kept."""

RETURN_EVENTS = Schema(
    "ReturnEvents",
    (
        Column("rule", "text", "", "R1 to R11"),
        Column("date", "date", "", "local calendar day"),
        Column("state", "text", "", "watch, broken or not checkable"),
        Column("value", "float", "", "the number of that day"),
        Column("limit", "float", "", "what it is held against"),
        Column("unit", "text", "", "unit of both"),
        Column("session_id", "text", "", "the session that shows it, if it is one"),
        Column("text", "text", "", "what was found, in a sentence"),
    ),
)
"""One row a rule and day on which it was not plainly kept."""

CROSS_TRAINING = Schema(
    "CrossTraining",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("session_id", "text", "", "which session"),
        Column("date", "date", "", "local calendar day"),
        Column("kind", "text", "", "deep_water_running, antigravity, cycling, elliptical, swimming, strength, ..."),
        Column("timer_s", "float", "s", "time: timer, else moving, else elapsed", 0),
        Column("trimp", "float", "", "training impulse by heart rate, where it is known", 0),
        Column("session_rpe", "float", "min", "perceived exertion times minutes, where it is known", 0),
        Column("body_weight_share", "float", "1", "body weight carried; 0 where nothing loads the shin", 0, 1),
        Column("carried_m", "float", "m", "distance times the body weight carried; 0 where nothing loads the shin", 0),
        Column("damage_most", "float", "1", "damage of a step beside one at full weight, exponent 4", 0, 1),
        Column("damage_least", "float", "1", "the same with exponent 6.6", 0, 1),
        Column("model", "text", "", "empty where it is plain, model where a model of the force was used"),
    ),
)
"""One row a session that is no ordinary run: its time and inner load, and apart from them what the shin carried."""

ENERGY = Schema(
    "Energy",
    (
        Column("athlete_id", "text", "", "whose session"),
        Column("session_id", "text", "", "which session"),
        Column("date", "date", "", "local calendar day"),
        Column("sport", "text", "", "sport in FIT's words"),
        Column("timer_s", "float", "s", "time of the session", 0),
        Column("minetti_j", "float", "J", "net energy by Minetti's polynomial, with the grade where it is known", 0),
        Column("acsm_gross_j", "float", "J", "energy by the ACSM's equation, rest included", 0),
        Column("acsm_net_j", "float", "J", "the same without that of rest", 0),
        Column("exercise_j", "float", "J", "the one that counts; missing where no equation holds", 0),
        Column("exercise_by", "text", "", "which one: minetti, acsm or empty"),
        Column("note", "text", "", "what the number leaves out, or why there is none"),
    ),
)
"""One row a session: what it cost, by two equations."""

ENERGY_NEED = Schema(
    "EnergyNeed",
    (
        Column("athlete_id", "text", "", "whose day"),
        Column("date", "date", "", "local calendar day"),
        Column("exercise_kcal", "float", "kcal", "net energy of the sessions whose energy is known", 0),
        Column("exercise_per_ffm", "float", "kcal/kg", "the same for each kilogram without fat", 0),
        Column("unknown_s", "float", "s", "time of sessions whose energy no equation tells", 0),
        Column("intake_needed_kcal", "float", "kcal", "intake that leaves the availability aimed at", 0),
        Column("intake_kcal", "float", "kcal", "intake, where it was given", 0),
        Column("availability", "float", "kcal/kg", "energy availability, where intake was given"),
        Column("information", "text", "", "what the range that it lies in means, and how weak that is"),
    ),
)
"""One row an athlete and day: the energy of the exercise, and what would have to be eaten for it."""
