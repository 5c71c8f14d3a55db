"""Runs as a GPS watch records them, on a running track and off it: paths drawn on the ground, run, blurred, sampled.

Nothing here is shared with the code that looks for tracks: ovals are drawn corner by corner along their outline.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

Floats = npt.NDArray[np.float64]

LANE_M = 1.22
STEP_M = 2.0
"""How far apart the corners of a drawn path lie. [m]"""


@dataclass(frozen=True)
class Part:
    """A piece of a run: a path at one speed, then a rest at its end.

    Attributes
    ----------
    path_m : array of float64, two columns
        East and north. [m]
    speed_mps : float
        How fast. [m/s]
    rest_s : float
        How long the runner stands at its end. [s]
    paused : bool
        Whether the watch is stopped meanwhile.
    track : bool
        Whether it lies on a track.
    """

    path_m: Floats
    speed_mps: float = 3.3
    rest_s: float = 0.0
    paused: bool = False
    track: bool = False

    @property
    def length_m(self) -> float:
        """How long the path is. [m]"""
        return float(_lengths(self.path_m)[-1])


@dataclass(frozen=True)
class Recorded:
    """What the watch kept, and what was run in truth."""

    seconds: Floats
    segment: npt.NDArray[np.int64]
    latitude_deg: Floats
    longitude_deg: Floats
    distance_m: Floats
    on_track: npt.NDArray[np.bool_]
    track_m: float
    whole_m: float


@dataclass(frozen=True)
class Watch:
    """How well and how often a watch knows where it is.

    Attributes
    ----------
    drift_m : float
        Standard deviation of the slow error, east and north each. [m]
    memory_s : float
        How long the slow error lasts. [s]
    white_m : float
        Standard deviation of the error of each sample by itself. [m]
    smart : bool
        Whether it records every 1 to 10 s, irregularly, and not every second.
    counts : bool
        Whether it counts a distance of its own.
    """

    drift_m: float = 4.0
    memory_s: float = 30.0
    white_m: float = 0.7
    smart: bool = False
    counts: bool = True


def any_watch(rng: np.random.Generator) -> Watch:
    """Draw a watch that errs by 3 to 5 m."""
    return Watch(rng.uniform(3, 5), rng.uniform(10, 60), rng.uniform(0.3, 1.0), rng.random() < 0.4, rng.random() < 0.5)


@dataclass(frozen=True)
class Where:
    """Where on the globe a run lies, and how it is turned there; mirrored, it runs the other way round."""

    latitude_deg: float = 50.0
    longitude_deg: float = 10.0
    turned_rad: float = 0.0
    mirrored: bool = False


def anywhere(rng: np.random.Generator) -> Where:
    """Draw a place on the globe."""
    return Where(rng.uniform(-65, 70), rng.uniform(-180, 180), rng.uniform(0, 2 * math.pi), rng.random() < 0.3)


def recorded(parts: Sequence[Part], watch: Watch, rng: np.random.Generator, where: Where) -> Recorded:
    """Run the parts one after the other, and record them."""
    ran = _second_by_second(parts, rng)
    drift = np.column_stack([_drift(len(ran.seconds), watch, rng) for _ in range(2)])
    # An error of 5 m that stays all the time, one that wanders, and one of each sample by itself.
    blurred = ran.places_m + rng.normal(0, 5, 2) + drift + rng.normal(0, watch.white_m, drift.shape)
    kept = np.arange(len(ran.seconds))
    if watch.smart:
        some = np.cumsum(rng.integers(1, 11, len(kept)))
        breaks = np.flatnonzero(np.diff(ran.segment))  # stopped and started by hand, which is always recorded
        kept = np.unique(np.concatenate([[0], some[some < len(kept)], breaks, breaks + 1]))
    latitude, longitude = _on_the_globe(blurred[kept], where)
    distance = ran.distance_m[kept] * rng.normal(1, 0.01) if watch.counts else np.full(len(kept), math.nan)
    on_track = sum(part.length_m for part in parts if part.track)
    whole = sum(part.length_m for part in parts)
    return Recorded(
        ran.seconds[kept], ran.segment[kept], latitude, longitude, distance, ran.on_track[kept], on_track, whole
    )


def _on_the_globe(places_m: Floats, where: Where) -> tuple[Floats, Floats]:
    """Latitude and longitude, by the length of a degree on the ellipsoid of WGS-84."""
    east, north = (places_m @ _turn(where.turned_rad) * [-1.0 if where.mirrored else 1.0, 1.0]).T
    latitude = np.full(len(north), where.latitude_deg)
    for _ in range(3):
        middle = np.radians(where.latitude_deg + latitude) / 2
        length_m = 111_132.954 - 559.822 * np.cos(2 * middle) + 1.175 * np.cos(4 * middle)
        latitude = where.latitude_deg + north / length_m
    phi = np.radians(latitude)
    length_m = 111_412.84 * np.cos(phi) - 93.5 * np.cos(3 * phi) + 0.118 * np.cos(5 * phi)
    return latitude, (where.longitude_deg + east / length_m + 180) % 360 - 180


@dataclass(frozen=True)
class _Ran:
    """Where the runner truly is at each second of recording."""

    places_m: Floats
    segment: npt.NDArray[np.int64]
    distance_m: Floats
    seconds: Floats
    on_track: npt.NDArray[np.bool_]


def _second_by_second(parts: Sequence[Part], rng: np.random.Generator) -> _Ran:
    pieces = []
    second, before, segment = 0.0, 0.0, 0
    for part in parts:
        along = _lengths(part.path_m)
        lasts = max(round(along[-1] / part.speed_mps), 1)
        pace = 1 + 0.05 * np.cumsum(rng.normal(0, 1, lasts)) / math.sqrt(lasts)
        covered = np.append(0, np.cumsum(pace) / pace.sum() * along[-1])[:-1]
        covered = np.append(covered, np.full(0 if part.paused else round(part.rest_s), along[-1]))
        count = len(covered)
        places = np.column_stack([np.interp(covered, along, part.path_m[:, axis]) for axis in (0, 1)])
        clock = second + np.arange(count)
        pieces.append((places, np.full(count, segment), before + covered, clock, np.full(count, part.track)))
        second += lasts + round(part.rest_s)
        before += along[-1]
        segment += part.paused
    return _Ran(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def _lengths(path_m: Floats) -> Floats:
    """How far along a path its corners lie."""
    return np.append(0, np.cumsum(np.hypot(*np.diff(path_m, axis=0).T)))


def _drift(count: int, watch: Watch, rng: np.random.Generator) -> Floats:
    """An error that wanders and comes back: an Ornstein-Uhlenbeck process."""
    keeps = math.exp(-1 / watch.memory_s)
    shocks = rng.normal(0, watch.drift_m * math.sqrt(1 - keeps**2), count)
    shocks[0] = rng.normal(0, watch.drift_m)
    return np.asarray(lfilter([1.0], [1.0, -keeps], shocks))


def _turn(angle: float) -> Floats:
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


# Running tracks.


@dataclass(frozen=True)
class Oval:
    """A running track: the line that the runner of lane one is measured on. [m]"""

    straight_m: float = 84.39
    radius_m: float = 36.8

    @property
    def lap_m(self) -> float:
        """How long its lane one is. [m]"""
        return 2 * self.straight_m + 2 * math.pi * self.radius_m

    def at(self, along_m: Floats, outward_m: Floats | float = 0.0) -> Floats:
        """Places so far along lane one, anticlockwise from the start of the lower straight, and so far outside it."""
        bend = math.pi * self.radius_m
        corners = np.cumsum([0, self.straight_m, bend, self.straight_m, bend])
        along = np.mod(along_m, corners[-1])
        out = self.radius_m + np.broadcast_to(outward_m, along.shape)
        half = self.straight_m / 2
        first, second = (along - corners[1]) / self.radius_m, (along - corners[3]) / self.radius_m
        pieces = [along < corners[1], along < corners[2], along < corners[3]]
        east = np.select(
            pieces,
            [along - half, half + out * np.sin(first), half - (along - corners[2])],
            -half - out * np.sin(second),
        )
        north = np.select(pieces, [-out, -out * np.cos(first), out], out * np.cos(second))
        return np.column_stack([east, north])


def any_oval(rng: np.random.Generator) -> Oval:
    """Draw a track: two in three are standard ones, the others older shapes with 400 m in lane one."""
    if rng.random() < 2 / 3:
        return Oval()
    radius = rng.uniform(33.5, 40.5)
    return Oval((400 - 2 * math.pi * radius) / 2, radius)


def round_the(oval: Oval, start_m: float, run_m: float, lane: float, rng: np.random.Generator, **part: float) -> Part:
    """Run on a track, around one lane, now and then changing to the next."""
    along = np.linspace(start_m, start_m + run_m, max(int(abs(run_m) / STEP_M), 2))
    marks = np.arange(0, abs(run_m) + 300, 150)
    lanes = np.clip(lane + rng.choice([-1, 0, 0, 0, 1], len(marks)), 1, 8)
    held = np.interp(np.abs(along - start_m), np.repeat(marks, 2)[1:] - 10, np.repeat(lanes, 2)[:-1])
    return Part(oval.at(along, (held - 1) * LANE_M), track=True, **part)  # type: ignore[arg-type]  # numbers only


def lead(path_m: Floats, to_m: Floats) -> Floats:
    """Move a path so that it ends at a place."""
    return path_m - path_m[-1] + to_m


Session = Callable[[Oval, np.random.Generator], list[Part]]


def steady_laps(oval: Oval, rng: np.random.Generator) -> list[Part]:
    laps = rng.uniform(4, 25)
    return [
        round_the(oval, rng.uniform(0, 400), laps * 400, rng.choice([1, 1, 2, 3]), rng, speed_mps=rng.uniform(2.6, 4.5))
    ]


def few_laps(oval: Oval, rng: np.random.Generator) -> list[Part]:
    laps = rng.uniform(2.5, 4)
    return [round_the(oval, rng.uniform(0, 400), laps * 400, 1, rng, speed_mps=rng.uniform(2.6, 4.5))]


def warm_up_outside(oval: Oval, rng: np.random.Generator) -> list[Part]:
    """Easy laps in the outer lanes, then fast ones inside."""
    return [
        round_the(oval, 0, rng.uniform(800, 2000), rng.uniform(5, 8), rng, speed_mps=2.7, rest_s=rng.uniform(0, 240)),
        round_the(oval, 0, rng.uniform(1200, 5000), 1, rng, speed_mps=rng.uniform(3.5, 5.5)),
    ]


def repeats(length_m: float, jog_m: float) -> Session:
    """Make a session of fast pieces, with a standing or a jogging rest."""

    def session(oval: Oval, rng: np.random.Generator) -> list[Part]:
        parts, place = [], rng.uniform(0, 400)
        stands, paused = rng.random() < 0.5, rng.random() < 0.3
        fast = rng.uniform(4, 6)
        for _ in range(max(int(rng.uniform(1600, 5000) / length_m), 3)):
            rest = rng.uniform(45, 150) if stands or not jog_m else 0
            parts.append(round_the(oval, place, length_m, 1, rng, speed_mps=fast, rest_s=rest, paused=paused))
            place += length_m
            if jog_m and not stands:
                parts.append(round_the(oval, place, jog_m, rng.choice([1, 3, 5]), rng, speed_mps=2.2))
                place += jog_m
        return parts

    return session


def there_and_back(oval: Oval, rng: np.random.Generator) -> list[Part]:
    """Run to the track, a steady run on it, and home."""
    parts = steady_laps(oval, rng)
    start, end = parts[0].path_m[0], parts[-1].path_m[-1]
    out = lead(street(rng, rng.uniform(300, 2500)), start)
    back = lead(street(rng, rng.uniform(300, 2500)), end)[::-1]
    return [Part(out, rng.uniform(2.6, 3.5)), *parts, Part(back, rng.uniform(2.6, 3.5))]


def after_infield(oval: Oval, rng: np.random.Generator) -> list[Part]:
    """Warm up on the grass inside, then laps."""
    corners = np.column_stack([rng.uniform(-50, 50, 12), rng.uniform(-28, 28, 12)])
    laps = rng.uniform(3, 10)
    first = round_the(oval, 0, laps * 400, 1, rng, speed_mps=rng.uniform(3, 5))
    grass = np.vstack([corners, first.path_m[:1]])
    return [Part(grass, 2.5, rest_s=rng.uniform(0, 120)), first]


SESSIONS: dict[str, Session] = {
    "steady": steady_laps,
    "few laps": few_laps,
    "warm-up outside": warm_up_outside,
    "200 m": repeats(200, 200),
    "300 m": repeats(300, 100),
    "400 m": repeats(400, 400),
    "1000 m": repeats(1000, 200),
    "there and back": there_and_back,
    "infield": after_infield,
}
"""Sessions on a track, by name."""


# Elsewhere.


def street(rng: np.random.Generator, length_m: float) -> Floats:
    """Streets that turn at right angles, or nearly, and bend a little."""
    blocks = rng.uniform(60, 350, int(length_m / 60) + 2)
    heading = np.cumsum(rng.choice([-90, 0, 0, 90], len(blocks)) + rng.normal(0, 12, len(blocks)))
    return _until(_polyline(blocks, heading), length_m)


def lane_path(rng: np.random.Generator, length_m: float) -> Floats:
    """A way that winds: its direction wanders."""
    steps = int(length_m / STEP_M)
    heading = np.degrees(np.cumsum(rng.normal(0, 1, steps)) * math.sqrt(STEP_M / rng.uniform(40, 400)))
    return _polyline(np.full(steps, STEP_M), heading)


def _polyline(lengths_m: Floats, heading_deg: Floats) -> Floats:
    east, north = lengths_m * np.sin(np.radians(heading_deg)), lengths_m * np.cos(np.radians(heading_deg))
    return np.vstack([[0, 0], np.cumsum(np.column_stack([east, north]), axis=0)])


def _until(path_m: Floats, length_m: float) -> Floats:
    along = _lengths(path_m)
    marks = np.arange(0, min(length_m, along[-1]), STEP_M)
    return np.column_stack([np.interp(marks, along, path_m[:, axis]) for axis in (0, 1)])


def loops(outline_m: Floats, perimeter_m: float, laps: float, rng: np.random.Generator) -> Floats:
    """Go round a closed outline of any size that is brought to a length, each lap a little differently."""
    closed = np.vstack([outline_m, outline_m[:1]])
    closed = closed * perimeter_m / _lengths(closed)[-1]
    along = _lengths(closed)
    marks = np.mod(np.arange(0, laps * perimeter_m, STEP_M) + rng.uniform(0, perimeter_m), perimeter_m)
    path = np.column_stack([np.interp(marks, along, closed[:, axis]) for axis in (0, 1)])
    marks = np.arange(0, len(path) + 50, 50)
    wide = np.interp(np.arange(len(path)), marks, rng.normal(0, 0.7, len(marks)))
    return np.asarray(path * (1 + wide[:, None] / 60))


def rounded(corners_m: Floats, radius_m: float) -> Floats:
    """Cut the corners of a polygon by arcs of a radius, as runners do."""
    before, after = np.roll(corners_m, 1, axis=0), np.roll(corners_m, -1, axis=0)
    pieces = []
    for last, corner, following in zip(before, corners_m, after, strict=True):
        into = (last - corner) / np.linalg.norm(last - corner)
        out = (following - corner) / np.linalg.norm(following - corner)
        half = math.acos(float(np.clip(into @ out, -1, 1))) / 2
        middle = corner + (into + out) / np.linalg.norm(into + out) * radius_m / math.sin(half)
        first, end = corner + into * radius_m / math.tan(half), corner + out * radius_m / math.tan(half)
        turn = np.linspace(0, 1, 12)[:, None]
        arc = first + (end - first) * turn - middle
        pieces.append(middle + arc / np.linalg.norm(arc, axis=1)[:, None] * radius_m)
    return np.vstack(pieces)


def _lapped(outline_m: Floats, rng: np.random.Generator, perimeter_m: float | None = None) -> list[Part]:
    perimeter = perimeter_m or rng.uniform(350, 450)
    return [Part(loops(outline_m, perimeter, rng.uniform(3, 20), rng), rng.uniform(2.6, 4.5))]


def _round(ratio: float) -> Floats:
    angle = np.linspace(0, 2 * math.pi, 200, endpoint=False)
    return np.column_stack([np.cos(angle), ratio * np.sin(angle)])


def roads(rng: np.random.Generator) -> list[Part]:
    make = street if rng.random() < 0.5 else lane_path
    return [Part(make(rng, rng.uniform(2000, 12000)), rng.uniform(2.6, 4.5))]


def out_and_back(rng: np.random.Generator) -> list[Part]:
    path = (street if rng.random() < 0.5 else lane_path)(rng, rng.uniform(400, 6000))
    return [Part(np.vstack([path, path[::-1] + 2]), rng.uniform(2.6, 4.5))]


def lake(rng: np.random.Generator) -> list[Part]:
    """The way round a lake: no shape in particular."""
    angle = np.linspace(0, 2 * math.pi, 300, endpoint=False)
    radius = 1 + sum(
        rng.uniform(0.05, 0.5) / wave * np.cos(wave * angle + rng.uniform(0, 2 * math.pi)) for wave in range(2, 6)
    )
    return _lapped(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), rng)


def block(rng: np.random.Generator) -> list[Part]:
    """A city block of about 400 m, on its pavement."""
    ratio = rng.uniform(0.3, 1)
    corners = np.array([[0, 0], [1, 0], [1, ratio], [0, ratio]]) * 200 / (1 + ratio)
    return _lapped(rounded(corners, rng.uniform(1, 8)), rng, rng.uniform(360, 460))


def park(rng: np.random.Generator) -> list[Part]:
    """A park of four to six corners, rounded."""
    count = rng.integers(4, 7)
    angle = 2 * math.pi * (np.arange(count) + rng.uniform(-0.25, 0.25, count)) / count
    corners = 75 * np.column_stack([np.cos(angle), rng.uniform(0.5, 1) * np.sin(angle)])
    return _lapped(rounded(corners, rng.uniform(2, 12)), rng)


def ellipse(rng: np.random.Generator) -> list[Part]:
    return _lapped(_round(rng.uniform(0.35, 1)), rng)


def eight(rng: np.random.Generator) -> list[Part]:
    angle = np.linspace(0, 2 * math.pi, 300, endpoint=False)
    return _lapped(np.column_stack([np.cos(angle), rng.uniform(0.5, 1.2) * np.sin(2 * angle)]), rng)


def roundabout(rng: np.random.Generator) -> list[Part]:
    return _lapped(_round(1.0), rng, rng.uniform(60, 250))


def zigzag(rng: np.random.Generator) -> list[Part]:
    """Back and forth over a field, or up a hill."""
    width, apart, turns = rng.uniform(60, 200), rng.uniform(3, 25), rng.integers(8, 40)
    corners = np.column_stack([np.arange(turns) % 2 * width, np.arange(turns) * apart % rng.uniform(60, 400)])
    return [Part(corners, rng.uniform(2.6, 4.5))]


def pitch(rng: np.random.Generator) -> list[Part]:
    """A game on a football pitch."""
    count = rng.integers(60, 300)
    corners = np.column_stack([rng.uniform(-52, 52, count), rng.uniform(-34, 34, count)])
    return [Part(corners, rng.uniform(2, 4))]


ELSEWHERE: dict[str, Callable[[np.random.Generator], list[Part]]] = {
    "road": roads,
    "out and back": out_and_back,
    "lake": lake,
    "block": block,
    "park": park,
    "ellipse": ellipse,
    "eight": eight,
    "roundabout": roundabout,
    "zigzag": zigzag,
    "pitch": pitch,
}
"""Runs that are on no track, by name."""


def on_track(name: str, seed: int) -> Recorded:
    """Draw a session on a track by name, anywhere on the globe."""
    rng = np.random.default_rng([seed, 1])
    return recorded(SESSIONS[name](any_oval(rng), rng), any_watch(rng), rng, anywhere(rng))


def elsewhere(name: str, seed: int) -> Recorded:
    """Draw a run on no track by name, anywhere on the globe."""
    rng = np.random.default_rng([seed, 2])
    return recorded(ELSEWHERE[name](rng), any_watch(rng), rng, anywhere(rng))
