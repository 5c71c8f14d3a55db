"""What would the exports of made-up athletes look like? Real FIT and GPX files for a few of a cohort.

Takes a `Cohort` and the names of athletes; writes a folder an athlete, which `stressfx.read_export` reads back.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from stressfx.cohort.fit_files import fit_file
from stressfx.cohort.records import METRES_PER_DEGREE, run_records
from stressfx.cohort.runner import ALWAYS, PlannedRun, Runner, Watch, profile_toml
from stressfx.cohort.xml_files import gpx_file
from stressfx.exports.write import write_csv

if TYPE_CHECKING:
    from stressfx.cohort.simulate import Cohort

__all__ = ["FILE_FORMATS", "write_runners"]

FILE_FORMATS = ("fit", "gpx", "mixed")

LATITUDE_DEG, LONGITUDE_DEG = 20.2, -8.4
"""Empty desert in a country whose clocks show UTC all year: the dates of the files are those of the frames."""

RIDE, RUN = "ride", "easy"
MASSES_KG, HEIGHTS_M, BIRTH_YEARS = (48.0, 85.0), (1.55, 1.92), (1960, 2004)


def write_runners(
    cohort: "Cohort",
    folder: str | PathLike[str],
    *,
    athletes: Sequence[str] = (),
    file_format: str = "fit",
) -> tuple[Path, ...]:
    """Write the sessions of a few made-up athletes as the files of their watches.

    Parameters
    ----------
    cohort : Cohort
        Made-up athletes (`stressfx.simulate_cohort`).
    folder : path
        Where to write; files of the same names are replaced.
    athletes : sequence of str
        Whose; the first of the cohort if none is named. A year of one takes some ten seconds, and 4 MB as FIT.
    file_format : {"fit", "gpx", "mixed"}
        What the runs are written as; ``"mixed"`` takes turns. Treadmill runs, which have no positions, and rides are
        FIT files in any case.

    Returns
    -------
    tuple of Path
        A folder an athlete, with ``activities``, ``shoes.csv``, ``injuries.csv`` and ``profile.toml``.

    Raises
    ------
    ValueError
        If an athlete is not of the cohort, or there is no such format.

    Notes
    -----
    Dates, starts and distances are those of ``cohort.sessions``; a distance differs by the rounding of the format, up
    to a centimetre in FIT and a few in GPX, whose distances are measured along the positions. Times differ by up to a
    few percent: a runner's speed varies inside a file. What no recorder writes is not in the files: the pair of
    shoes, the runner's label of the ground, whether it was a race. A run whose distance is not known has no file.
    """
    if file_format not in FILE_FORMATS:
        raise ValueError(f"file_format is {file_format!r}; one of {', '.join(FILE_FORMATS)} is needed")
    ids = cohort.made.ids
    chosen = tuple(athletes) or ids[:1]
    unknown = [name for name in chosen if name not in ids]
    if unknown:
        raise ValueError(f"{len(unknown)} of the athletes are not of the cohort, which has {ids[0]} to {ids[-1]}")
    return tuple(_write_one(cohort, Path(folder) / name, name, file_format) for name in chosen)


def _write_one(cohort: "Cohort", folder: Path, name: str, file_format: str) -> Path:
    place = cohort.made.ids.index(name)
    runner = _runner(cohort, name, place)
    activities = folder / "activities"
    activities.mkdir(parents=True, exist_ok=True)
    sessions = cohort.sessions[(cohort.sessions["athlete_id"] == name) & cohort.sessions["distance_m"].notna()]
    for number, session in enumerate(sessions.to_dict("records")):
        rng = _chance(cohort, place, number + 1)
        file, content = _file(
            replace(runner, easy_speed_mps=session["speed_mean_mps"]), session, number, file_format, rng
        )
        (activities / file).write_bytes(content)
    for frame, file in ((cohort.shoes, "shoes.csv"), (cohort.injuries, "injuries.csv")):
        write_csv(frame[frame["athlete_id"] == name], folder / file)
    (folder / "profile.toml").write_text(profile_toml(runner), encoding="utf-8")
    return folder


def _file(
    runner: Runner, session: dict[Hashable, Any], number: int, file_format: str, rng: np.random.Generator
) -> tuple[str, bytes]:
    """Give the name and the bytes of the file of one session."""
    run = _planned(session)
    records = run_records(runner, run, rng)
    # the last second of a made-up run goes a little too far
    scale = run.distance_m / float(records["distance_m"].iloc[-1])
    records = records.assign(distance_m=records["distance_m"] * scale)
    name = f"{run.day.isoformat()}-{'ride' if run.kind == RIDE else 'run'}"
    can_be_gpx = run.kind != RIDE and run.surface != "treadmill"
    if can_be_gpx and (file_format == "gpx" or (file_format == "mixed" and number % 2)):
        return f"{name}.gpx", gpx_file(runner, _out_and_back(runner, records))
    return f"{name}.fit", fit_file(runner, run, records)


def _planned(session: dict[Hashable, Any]) -> PlannedRun:
    start = pd.Timestamp(session["start"]).tz_localize(None).to_pydatetime()
    ride = session["sport"] != "running"
    return PlannedRun(
        start=start,
        kind=RIDE if ride else RUN,
        distance_m=float(session["distance_m"]),
        surface=str(session["sub_sport"]),
    )


def _out_and_back(runner: Runner, records: pd.DataFrame) -> pd.DataFrame:
    """Lay the run along a meridian, so that the positions are exactly as far apart as the samples say."""
    run_m = records["distance_m"].to_numpy()
    turn_m = run_m[np.searchsorted(run_m, run_m[-1] / 2)]
    north_m = np.minimum(run_m, 2 * turn_m - run_m)
    return records.assign(
        latitude_deg=runner.latitude_deg + north_m / METRES_PER_DEGREE, longitude_deg=runner.longitude_deg
    )


def _runner(cohort: "Cohort", name: str, place: int) -> Runner:
    """Give an athlete a body, a watch and a place to run."""
    rng, plans = _chance(cohort, place, 0), cohort.made.plans
    return Runner(
        athlete_id=name,
        sex="female" if rng.random() < 0.5 else "male",
        mass_kg=round(rng.uniform(*MASSES_KG), 1),
        height_m=round(rng.uniform(*HEIGHTS_M), 2),
        birth_year=int(rng.integers(*BIRTH_YEARS)),
        heart_rate_rest_bpm=int(rng.integers(44, 64)),
        heart_rate_max_bpm=int(rng.integers(172, 200)),
        easy_speed_mps=float(plans.easy_mps[place]),
        strides_rpm=float(plans.cadence_spm[place]) / 2.0,
        zone="Africa/Nouakchott",
        offsets=((ALWAYS, 0),),
        latitude_deg=LATITUDE_DEG,
        longitude_deg=LONGITUDE_DEG,
        altitude_m=300.0,
        relief_m=8.0,
        temperature_c=27.0,
        watch=Watch(4303, "Made-up Watch Three", 920_001 + place, enhanced=True),
        shoes=(),
        injuries=(),
        more_often_from=None,
        runs=(),
    )


def _chance(cohort: "Cohort", place: int, number: int) -> np.random.Generator:
    """Give every file its own source of chance: it does not matter which others are written."""
    gear = cohort.made.gear
    return np.random.default_rng(np.random.SeedSequence(gear.entropy, spawn_key=(*gear.spawn_key, 1, place, number)))
