"""What does one made-up runner do, day by day? The training plans that the data samples are made from.

Takes nothing but a name; gives a `Runner` with everything that is known of them in advance: body, watch, country,
shoes, injury, and one `PlannedRun` a session. What was planted is written here and nowhere else.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ALWAYS", "Injury", "PlannedRun", "Runner", "Shoe", "Watch", "made_up_runner", "profile_toml"]

FIRST_DAY = date(2025, 1, 6)
"""Monday of the first week of both logs."""

ALWAYS = datetime.combine(date(2000, 1, 1), time())
"""Long before both logs: an offset from UTC that holds from then on holds for all of them. In UTC, without a zone."""

SUMMER_TIME = datetime.combine(date(2025, 3, 30), time(1))
"""When summer time begins in Greenland; it ends after the log. In UTC, without a zone."""

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Watch:
    """The invented device that records a runner's sessions."""

    product: int
    product_name: str
    serial: int
    enhanced: bool
    """Whether speed and altitude stand in the long fields of newer devices."""


@dataclass(frozen=True)
class Shoe:
    """One pair of shoes, as the runner lists it."""

    shoe_id: str
    name: str
    start: date
    start_distance_km: float
    retired: date | None
    default_for: str


@dataclass(frozen=True)
class Injury:
    """One injury, as the runner lists it."""

    first_pain: date
    stopped_running: date
    diagnosed: date
    returned: date
    site: str
    side: str
    tissue: str
    osiics: str
    imaging: str
    grade: str
    status: str
    note: str


@dataclass(frozen=True)
class PlannedRun:
    """One session before it is run."""

    start: datetime
    """Start on the local clock, without a zone."""
    kind: str
    """easy, long, tempo, intervals, walk-run or ride."""
    distance_m: float
    surface: str
    """FIT sub_sport: generic, trail, track, treadmill or road (of a ride)."""
    shoe_id: str = ""
    file: str = "fit"
    every_second: bool = False
    """One sample a second; else only when something changes, as most watches do."""
    packed: bool = True
    dynamics: bool = False
    """Whether a sensor adds ground contact, vertical movement and step length."""
    pauses: int = 0
    planted: str = ""
    """What this session is there to show: large-spike, truncated, ..."""

    @property
    def day(self) -> date:
        """Local calendar day of the start."""
        return self.start.date()


@dataclass(frozen=True)
class Runner:
    """Everything about a made-up runner that does not depend on chance."""

    athlete_id: str
    sex: str
    mass_kg: float
    height_m: float
    birth_year: int
    heart_rate_rest_bpm: int
    heart_rate_max_bpm: int
    easy_speed_mps: float
    strides_rpm: float
    """Cadence at easy speed. [strides/min]"""
    zone: str
    offsets: tuple[tuple[datetime, int], ...]
    """From which instant in UTC on the local clock is how far ahead of UTC. [s]"""
    latitude_deg: float
    longitude_deg: float
    altitude_m: float
    relief_m: float
    temperature_c: float
    watch: Watch
    shoes: tuple[Shoe, ...]
    injuries: tuple[Injury, ...]
    more_often_from: date | None
    """Monday from which on the runner runs more often, on another surface."""
    runs: tuple[PlannedRun, ...]

    def utc_offset_s(self, local: datetime) -> int:
        """Tell how far the local clock is ahead of UTC.

        Parameters
        ----------
        local : datetime
            Instant on the local clock, without a zone.

        Returns
        -------
        int
            Local time minus UTC. [s]
        """
        reached = [offset for since, offset in self.offsets if local - timedelta(seconds=offset) >= since]
        return reached[-1]


def made_up_runner(name: str, *, seed: int) -> Runner:
    """Give one of the two runners of the data samples.

    Parameters
    ----------
    name : {"runner-a", "runner-b"}
        Which one.
    seed : int
        Seed of everything that is left to chance in the plan.

    Returns
    -------
    Runner
        Body, watch, country, shoes, injury and sessions in order of time.

    Examples
    --------
    >>> len(made_up_runner("runner-a", seed=1).injuries)
    1
    """
    rng = np.random.default_rng(seed)
    return _runner_a(rng) if name == "runner-a" else _runner_b(rng)


# Runner A: the longest run of each week, Monday 2025-01-06 first. 0 is none. [km]
LONG_RUNS_A_KM = (
    11.0, 11.5, 12.0, 10.5, 12.3, 12.5, 26.5, 11.0, 12.5, 0.0, 11.5, 12.8,
    15.4, 12.0, 13.5, 14.0, 12.5, 14.05, 25.0, 14.5, 15.0, 7.0, 0.0,
)  # fmt: skip
PLANTED_A = {
    date(2025, 2, 23): "large-spike",
    date(2025, 4, 6): "small-spike",
    date(2025, 5, 18): "moderate-spike",
    date(2025, 4, 22): "duplicated",
    date(2025, 3, 25): "truncated",
}
HOLIDAY_A = (date(2025, 3, 10), date(2025, 3, 19))
JUMP_A = date(2025, 5, 19)
"""From this Monday on six runs a week, on the track; from the Saturday of that week on in a new pair."""
NEW_SHOE_A = date(2025, 5, 24)
INJURY_A = Injury(
    first_pain=date(2025, 6, 5),
    stopped_running=date(2025, 6, 14),
    diagnosed=date(2025, 6, 27),
    returned=date(2025, 9, 8),
    site="posteromedial tibia",
    side="left",
    tissue="bone",
    osiics="QS",
    imaging="MRI",
    grade="2",
    status="confirmed",
    note="Made up",
)
RETURN_A_KM = (2.4, 2.4, 2.4, 2.6, 2.6, 2.6, 2.8, 2.8, 2.8)
"""A third of the usual distance at first, each step three times, rest days between, at most 10 % more a week."""


def _runner_a(rng: np.random.Generator) -> Runner:
    runs = sorted((*_before_injury_a(rng), *_return_a(), _ride(date(2025, 8, 16), 31_000)), key=lambda run: run.start)
    shoes = (
        Shoe("a1", "Made-up Dune 3", date(2024, 6, 10), 60.0, date(2025, 5, 23), "all"),
        Shoe("a2", "Made-up Belt 1", date(2025, 1, 6), 0.0, None, "treadmill"),
        Shoe("a3", "Made-up Gibber 4", NEW_SHOE_A, 0.0, None, "all"),
    )
    return Runner(
        athlete_id="runner-a",
        sex="female",
        mass_kg=58.0,
        height_m=1.68,
        birth_year=1994,
        heart_rate_rest_bpm=52,
        heart_rate_max_bpm=191,
        easy_speed_mps=2.85,
        strides_rpm=84.0,
        zone="Australia/Darwin",
        offsets=((ALWAYS, 34_200),),
        latitude_deg=-25.45,
        longitude_deg=137.30,
        altitude_m=62.0,
        relief_m=9.0,
        temperature_c=24.0,
        watch=Watch(4101, "Made-up Watch One", 910_001, enhanced=True),
        shoes=shoes,
        injuries=(INJURY_A,),
        more_often_from=JUMP_A,
        runs=_varied(tuple(_shod(run, shoes) for run in runs), rng),
    )


def _before_injury_a(rng: np.random.Generator) -> "Iterator[PlannedRun]":
    for week, long_km in enumerate(LONG_RUNS_A_KM):
        monday = FIRST_DAY + week * 7 * DAY
        jumped = monday >= JUMP_A
        surface = "track" if jumped else "trail"
        # weekday, kind, distance [km]; four runs a week, six from the jump on, fewer with pain
        week_plan = [(1, "easy", 7.5), (2, "intervals" if week % 2 else "tempo", 8.0), (4, "easy", 6.5)]
        if week % 5 == 3 and not jumped:
            week_plan.append((5, "easy", 5.0))
        if jumped:
            week_plan += [(3, "easy", 7.0), (5, "tempo", 7.5)]
        if monday > INJURY_A.first_pain:
            week_plan = [(1, "easy", 5.0), (3, "easy", 4.0)]
        for weekday, kind, distance_km in week_plan:
            indoors = weekday == 4 and week % 3 == 1
            place = "treadmill" if indoors else surface
            yield from _unless_holiday(monday + weekday * DAY, kind, distance_km, place, HOLIDAY_A, rng)
        if long_km:
            yield from _unless_holiday(monday + 6 * DAY, "long", long_km, "trail", HOLIDAY_A, rng)


def _return_a() -> "Iterator[PlannedRun]":
    """Monday, Wednesday and Saturday of three weeks."""
    for number, distance_km in enumerate(RETURN_A_KM):
        day = INJURY_A.returned + (7 * (number // 3) + (0, 2, 5)[number % 3]) * DAY
        yield PlannedRun(datetime.combine(day, time(7, 10)), "walk-run", 1000 * distance_km, "trail", planted="return")


# Runner B: a steady hand. The long run moves in a rhythm of four weeks and grows by 3 km in nine months. [km]
LONG_RHYTHM_B_KM = (15.0, 15.5, 16.0, 13.0)
HOLIDAY_B = (date(2025, 7, 14), date(2025, 7, 23))
WEEKS_B = 38


def _runner_b(rng: np.random.Generator) -> Runner:
    runs = sorted((*_steady_b(rng), _ride(date(2025, 5, 24), 24_000)), key=lambda run: run.start)
    shoes = (
        Shoe("b1", "Made-up Firn 7", date(2024, 9, 2), 240.0, date(2025, 4, 30), "all"),
        Shoe("b2", "Made-up Firn 8", date(2025, 5, 1), 0.0, None, "all"),
        Shoe("b3", "Made-up Belt 2", date(2024, 11, 4), 35.0, None, "treadmill"),
    )
    return Runner(
        athlete_id="runner-b",
        sex="male",
        mass_kg=72.0,
        height_m=1.81,
        birth_year=1987,
        heart_rate_rest_bpm=48,
        heart_rate_max_bpm=184,
        easy_speed_mps=3.05,
        strides_rpm=82.0,
        zone="America/Nuuk",
        offsets=((ALWAYS, -7200), (SUMMER_TIME, -3600)),
        latitude_deg=70.30,
        longitude_deg=-42.50,
        altitude_m=2870.0,
        relief_m=6.0,
        temperature_c=-12.0,
        watch=Watch(4202, "Made-up Watch Two", 910_002, enhanced=False),
        shoes=shoes,
        injuries=(),
        more_often_from=None,
        runs=_varied(tuple(_shod(run, shoes) for run in runs), rng),
    )


def _steady_b(rng: np.random.Generator) -> "Iterator[PlannedRun]":
    for week in range(WEEKS_B):
        monday = FIRST_DAY + week * 7 * DAY
        week_plan = [(1, "easy", 9.0), (2, "tempo" if week % 2 else "intervals", 9.0), (3, "easy", 8.0)]
        if week % 3 != 2:
            week_plan.append((5, "easy", 7.0))
        for weekday, kind, distance_km in week_plan:
            place = "treadmill" if weekday == 3 and week % 4 == 1 else "generic"
            yield from _unless_holiday(monday + weekday * DAY, kind, distance_km, place, HOLIDAY_B, rng)
        long_km = LONG_RHYTHM_B_KM[week % 4] + 3.0 * week / WEEKS_B
        yield from _unless_holiday(monday + 6 * DAY, "long", long_km, "generic", HOLIDAY_B, rng)


def _unless_holiday(
    day: date, kind: str, distance_km: float, surface: str, holiday: tuple[date, date], rng: np.random.Generator
) -> "Iterator[PlannedRun]":
    """Plan one run at a likely hour, a little longer or shorter than meant, unless it falls into the holiday."""
    # every draw is made whether or not it is used, so that a changed day leaves all other days alone
    chance = rng.uniform(-1.0, 1.0, size=2)
    if holiday[0] <= day <= holiday[1]:
        return
    planted = PLANTED_A.get(day, "") if holiday is HOLIDAY_A else ""
    meant_m = 1000 * distance_km
    distance_m = meant_m if kind == "long" else meant_m * (1 + 0.06 * chance[0])
    hour = 6.4 if kind == "long" else 22.6 if holiday is HOLIDAY_B else 5.9
    start = datetime.combine(day, time()) + timedelta(seconds=round(3600 * (hour + 0.6 * chance[1])))
    yield PlannedRun(start, kind, round(distance_m), surface, planted=planted)


def _ride(day: date, distance_m: float) -> PlannedRun:
    return PlannedRun(datetime.combine(day, time(9, 30)), "ride", distance_m, "road", planted="ride")


def _shod(run: PlannedRun, shoes: tuple[Shoe, ...]) -> PlannedRun:
    """Put the runner into the pair that is in use on that day for that surface."""
    if run.kind == "ride":
        return run
    in_use = [shoe for shoe in shoes if shoe.start <= run.day and (shoe.retired is None or run.day <= shoe.retired)]
    own = [shoe for shoe in in_use if shoe.default_for == run.surface]
    return replace(run, shoe_id=(own or [shoe for shoe in in_use if shoe.default_for == "all"])[0].shoe_id)


def _varied(runs: tuple[PlannedRun, ...], rng: np.random.Generator) -> tuple[PlannedRun, ...]:
    """Spread file formats, recording habits, sensors and pauses over a runner's sessions."""
    ordinary = [number for number, run in enumerate(runs) if run.kind == "easy" and not run.planted]
    spread = [ordinary[round(place)] for place in np.linspace(1, len(ordinary) - 2, 12)]
    outdoors = [number for number in ordinary if runs[number].surface != "treadmill"]
    # a GPX file needs positions: a treadmill run moves on to the next run outdoors
    gpx = {next((later for later in outdoors if later >= number), outdoors[-1]) for number in spread[::2]}
    tcx = set(spread[1::2]) - gpx
    # most exports are packed; a few files are not
    plain = set(range(4, len(runs), 14))
    pauses = rng.choice((0, 0, 0, 1, 1, 2), size=len(runs))
    return tuple(
        replace(
            run,
            file="gpx" if number in gpx else "tcx" if number in tcx else "fit",
            every_second=number % 40 == 5,
            dynamics=number % 40 == 5 and run.kind != "ride",
            packed=number not in {*plain, *spread[:2]} and run.planted != "truncated",
            pauses=int(pauses[number]) if run.surface != "treadmill" else 0,
        )
        for number, run in enumerate(runs)
    )


def profile_toml(runner: Runner) -> str:
    """Write down what a runner would tell of herself.

    Parameters
    ----------
    runner : Runner
        Who was made up.

    Returns
    -------
    str
        The table ``runner`` of a profile, as TOML.
    """
    return f"""# A made-up runner.
[runner]
athlete_id = "{runner.athlete_id}"
sex = "{runner.sex}"
birth_year = {runner.birth_year}
mass_kg = {runner.mass_kg}
height_m = {runner.height_m}
heart_rate_rest_bpm = {runner.heart_rate_rest_bpm}
heart_rate_max_bpm = {runner.heart_rate_max_bpm}
"""
