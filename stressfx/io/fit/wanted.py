"""Which FIT fields become which columns of an `Activity`, and in what unit.

Read by the assembly for every engine: one place where FIT's names meet those of `stressfx.schema`.
"""

from dataclasses import dataclass

__all__ = [
    "ACTIVITY",
    "EVENT",
    "FILE_ID",
    "FINE_CADENCE",
    "LAP",
    "LEG",
    "RECORD",
    "RUNNING_DYNAMICS",
    "SPORT",
    "TIME",
    "Wanted",
]


@dataclass(frozen=True)
class Wanted:
    """One column: the FIT fields that it may come from, the best first, and its unit.

    Attributes
    ----------
    name : str
        Name of the column.
    fields : tuple of str
        FIT's names; a later one fills what an earlier one leaves missing.
    per_unit : float
        How many of FIT's units make one of the column's: 1000 from mm to m.
    """

    name: str
    fields: tuple[str, ...]
    per_unit: float = 1.0


SEMICIRCLES_PER_DEGREE = 2**31 / 180

RECORD = (
    Wanted("latitude_deg", ("position_lat",), SEMICIRCLES_PER_DEGREE),
    Wanted("longitude_deg", ("position_long",), SEMICIRCLES_PER_DEGREE),
    Wanted("altitude_m", ("enhanced_altitude", "altitude")),
    Wanted("distance_m", ("distance",)),
    Wanted("speed_mps", ("enhanced_speed", "speed")),
    Wanted("heart_rate_bpm", ("heart_rate",)),
    Wanted("cadence_rpm", ("cadence",)),
    Wanted("power_w", ("power",)),
    Wanted("temperature_c", ("temperature",)),
)
RUNNING_DYNAMICS = (
    Wanted("grade", ("grade",), 100.0),
    Wanted("vertical_oscillation_m", ("vertical_oscillation",), 1000.0),
    Wanted("vertical_ratio", ("vertical_ratio",), 100.0),
    Wanted("stance_time_s", ("stance_time",), 1000.0),
    Wanted("stance_time_balance", ("stance_time_balance",), 100.0),
    Wanted("step_length_m", ("step_length",), 1000.0),
    Wanted("horizontal_accuracy_m", ("gps_accuracy",)),
)
TIME = Wanted("time", ("timestamp",))
FINE_CADENCE = (Wanted("fractional_cadence", ("fractional_cadence",)), Wanted("cadence256", ("cadence256",)))

LEG = (
    Wanted("start", ("start_time",)),
    TIME,
    Wanted("sport", ("sport",)),
    Wanted("sub_sport", ("sub_sport",)),
    Wanted("distance_m", ("total_distance",)),
    Wanted("timer_s", ("total_timer_time",)),
    Wanted("moving_s", ("total_moving_time",)),
    Wanted("elapsed_s", ("total_elapsed_time",)),
    Wanted("cycles", ("total_cycles",)),
    Wanted("heart_rate_mean_bpm", ("avg_heart_rate",)),
    Wanted("heart_rate_max_bpm", ("max_heart_rate",)),
    Wanted("cadence_mean_rpm", ("avg_cadence",)),
    Wanted("speed_mean_mps", ("enhanced_avg_speed", "avg_speed")),
    Wanted("speed_max_mps", ("enhanced_max_speed", "max_speed")),
    Wanted("ascent_m", ("total_ascent",)),
    Wanted("descent_m", ("total_descent",)),
    Wanted("energy_kcal", ("total_calories",)),
    Wanted("fractional_cycles", ("total_fractional_cycles",)),
    Wanted("fractional_cadence", ("avg_fractional_cadence",)),
)
LAP = (
    Wanted("start", ("start_time",)),
    TIME,
    Wanted("distance_m", ("total_distance",)),
    Wanted("timer_s", ("total_timer_time",)),
    Wanted("elapsed_s", ("total_elapsed_time",)),
    Wanted("heart_rate_mean_bpm", ("avg_heart_rate",)),
    Wanted("heart_rate_max_bpm", ("max_heart_rate",)),
    Wanted("cadence_mean_rpm", ("avg_cadence",)),
    Wanted("speed_mean_mps", ("enhanced_avg_speed", "avg_speed")),
    Wanted("speed_max_mps", ("enhanced_max_speed", "max_speed")),
    Wanted("ascent_m", ("total_ascent",)),
    Wanted("descent_m", ("total_descent",)),
    Wanted("trigger", ("lap_trigger",)),
    Wanted("fractional_cadence", ("avg_fractional_cadence",)),
)
EVENT = (TIME, Wanted("event", ("event",)), Wanted("event_type", ("event_type",)), Wanted("data", ("data", "data16")))
FILE_ID = (
    Wanted("type", ("type",)),
    Wanted("manufacturer", ("manufacturer",)),
    Wanted("product", ("product",)),
)
ACTIVITY = (TIME, Wanted("local", ("local_timestamp",)))
SPORT = (Wanted("sport", ("sport",)), Wanted("sub_sport", ("sub_sport",)))
