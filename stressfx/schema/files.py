"""What do the frames of one file hold? Samples, laps, legs, events and intensities, column by column."""

from stressfx.schema.check import Column, Schema

__all__ = ["EVENTS", "INTENSITY", "LAPS", "LEGS", "RECORDS"]

RECORDS = Schema(
    "Records",
    (
        Column("time", "time", "", "instant of the sample; missing where the device knew none"),
        Column("leg", "int", "", "which leg of the activity, from 0; one row of Activity.sessions each", 0),
        Column("segment", "int", "", "stretch of uninterrupted recording, from 0; a pause lies between two", 0),
        Column("latitude_deg", "float", "deg", "WGS-84 latitude", -90, 90),
        Column("longitude_deg", "float", "deg", "WGS-84 longitude", -180, 180),
        Column("altitude_m", "float", "m", "altitude above sea level, as recorded"),
        Column("distance_m", "float", "m", "distance since the start, as the device counted it"),
        Column("speed_mps", "float", "m/s", "speed, as the device measured it"),
        Column("heart_rate_bpm", "float", "bpm", "heart rate"),
        Column("cadence_rpm", "float", "1/min", "cadence as recorded: strides a minute in most files of runs"),
        Column("power_w", "float", "W", "power, measured or modelled by the device"),
        Column("temperature_c", "float", "degC", "temperature at the device"),
        Column("grade", "float", "1", "slope, rise over run, as the device estimated it", optional=True),
        Column("vertical_oscillation_m", "float", "m", "vertical movement of the trunk in a step", optional=True),
        Column("vertical_ratio", "float", "1", "vertical oscillation over step length", optional=True),
        Column("stance_time_s", "float", "s", "ground contact time of a step", optional=True),
        Column("stance_time_balance", "float", "1", "share of ground contact on the left foot", optional=True),
        Column("step_length_m", "float", "m", "length of one step", optional=True),
        Column(
            "horizontal_accuracy_m", "float", "m", "error of the position, as the device estimated it", optional=True
        ),
        Column(
            "relative_time_s", "float", "s", "time since the device was switched on, if no date is known", optional=True
        ),
    ),
)
"""One row a sample of an activity."""

LAPS = Schema(
    "Laps",
    (
        Column("leg", "int", "", "which leg of the activity, from 0", 0),
        Column("start", "time", "", "start of the lap"),
        Column("end", "time", "", "end of the lap"),
        Column("distance_m", "float", "m", "distance of the lap"),
        Column("timer_s", "float", "s", "time with the recording on"),
        Column("elapsed_s", "float", "s", "time from start to end"),
        Column("heart_rate_mean_bpm", "float", "bpm", "mean heart rate, by the device"),
        Column("heart_rate_max_bpm", "float", "bpm", "highest heart rate, by the device"),
        Column("cadence_mean_rpm", "float", "1/min", "mean cadence as recorded (see Records)"),
        Column("speed_mean_mps", "float", "m/s", "mean speed, by the device"),
        Column("speed_max_mps", "float", "m/s", "highest speed, by the device"),
        Column("ascent_m", "float", "m", "climb, by the device"),
        Column("descent_m", "float", "m", "descent, by the device"),
        Column("trigger", "text", "", "what ended the lap: manual, distance, session_end, ..."),
    ),
)
"""One row a lap."""

LEGS = Schema(
    "Legs",
    (
        Column("leg", "int", "", "number of the leg, from 0", 0),
        Column("start", "time", "", "start of the leg"),
        Column("end", "time", "", "end of the leg"),
        Column("sport", "text", "", "sport in FIT's words: running, cycling, swimming, transition, ..."),
        Column("sub_sport", "text", "", "kind of the sport in FIT's words: treadmill, trail, track, ..."),
        Column("distance_m", "float", "m", "distance, by the device"),
        Column("timer_s", "float", "s", "time with the recording on, by the device"),
        Column("moving_s", "float", "s", "time in movement, by the device"),
        Column("elapsed_s", "float", "s", "time from start to end, by the device"),
        Column("cycles", "float", "", "strides, strokes or turns, by the device"),
        Column("heart_rate_mean_bpm", "float", "bpm", "mean heart rate, by the device"),
        Column("heart_rate_max_bpm", "float", "bpm", "highest heart rate, by the device"),
        Column("cadence_mean_rpm", "float", "1/min", "mean cadence as recorded (see Records)"),
        Column("speed_mean_mps", "float", "m/s", "mean speed, by the device"),
        Column("speed_max_mps", "float", "m/s", "highest speed, by the device"),
        Column("ascent_m", "float", "m", "climb, by the device"),
        Column("descent_m", "float", "m", "descent, by the device"),
        Column("energy_kcal", "float", "kcal", "energy, by the device"),
    ),
)
"""What the device itself says of each leg: `Activity.sessions`."""

EVENTS = Schema(
    "Events",
    (
        Column("time", "time", "", "instant of the event"),
        Column("leg", "int", "", "which leg of the activity, from 0", 0),
        Column("event", "text", "", "what the event concerns, in FIT's words: timer, lap, battery, ..."),
        Column("event_type", "text", "", "what happened: start, stop, stop_all, marker, ..."),
        Column("data", "float", "", "number that comes with the event"),
    ),
)
"""One row an event: the timer started, was paused, the battery ran low."""

INTENSITY = Schema(
    "Intensity",
    (
        Column("session_id", "text", "", "which session"),
        Column("channel", "text", "", "heart_rate_bpm, speed_mps or effort_m: what `value` is"),
        Column("value", "float", "", "heart rate in steps of 0.5, mean speed of a bin of 0.05, or a distance", 0),
        Column("timer_s", "float", "s", "recorded time at this value; of an effort the least time for the distance", 0),
        Column("steps", "float", "", "steps of both feet at this speed; missing where no cadence is known", 0),
        Column("steps_s", "float", "s", "time in movement over which those steps were counted", 0),
        Column("distance_m", "float", "m", "distance at this speed", 0),
    ),
)
"""How long, how many steps and how far a session lasted at each heart rate and speed, and its best efforts.

Every load by heart rate or speed is a sum over these rows, so that a file needs to be read only once, whoever the
runner is.
"""
