"""What is true of the made-up runners? Everything that an audit of the data samples should find, and no more.

Takes the files that were written and the runner behind them; gives one plain dict, the content of ``truth.json``.
The arithmetic is written out here in plain Python, so that it can hold the library's own to account.
"""

import math
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from stressfx.cohort.records import start_utc
from stressfx.cohort.totals import Totals, totals

if TYPE_CHECKING:
    import pandas as pd

    from stressfx.cohort.runner import PlannedRun, Runner

__all__ = ["Written", "truth_of"]

EARTH_RADIUS_M = 6_371_008.8
LOOKBACK = timedelta(days=30)
STATES = ((0.10, "reference"), (0.30, "small"), (1.00, "moderate"), (math.inf, "large"))
"""Upper ends of the classes of a session's distance over the longest of the 30 days before, minus 1."""


@dataclass(frozen=True)
class Written:
    """One activity file of the samples and what is in it."""

    file: str
    run: "PlannedRun"
    records: "pd.DataFrame"
    totals: "Totals"
    counted: bool = True
    """False for the second recording of a run that another file holds too."""


def truth_of(runner: "Runner", written: list[Written], other_files: dict[str, str]) -> dict[str, Any]:
    """State what is in a runner's files.

    Parameters
    ----------
    runner : Runner
        Who was made up.
    written : list of Written
        Every file that holds an activity, in order of time.
    other_files : dict
        Every other file below ``activities/`` and what it is: unreadable or settings.

    Returns
    -------
    dict
        Plain numbers, texts, lists and dicts.
    """
    sessions = [_session(runner, item) for item in written]
    runs = [session for session in sessions if session["sport"] == "running" and session["counted"]]
    return {
        "about": "Made up. No such person, place or run exists.",
        "athlete_id": runner.athlete_id,
        "zone": runner.zone,
        "bounding_box_deg": {
            "south": runner.latitude_deg - 0.5,
            "north": runner.latitude_deg + 0.5,
            "west": runner.longitude_deg - 1.0,
            "east": runner.longitude_deg + 1.0,
        },
        "counts": _counts(sessions, runs, other_files),
        "totals": {
            "distance_m": round(sum(run["distance_m"] for run in runs), 2),
            "timer_s": sum(run["timer_s"] for run in runs),
        },
        "spikes": _spikes(runs),
        "changes": _changes(runner, runs),
        "injuries": [
            {name: str(value) for name, value in asdict(injury).items() if value} for injury in runner.injuries
        ],
        "shoes": _shoes(runner, runs),
        "weeks": _weeks(runs),
        "other_files": other_files,
        "sessions": sessions,
    }


def _session(runner: "Runner", item: Written) -> dict[str, Any]:
    """Tell what one activity file should be read as."""
    run, whole = item.run, item.totals
    file_format = item.file.removesuffix(".gz").rpartition(".")[2]
    start = start_utc(runner, run) if item.counted else whole.start
    distance_m = _along_positions(item.records) if file_format == "gpx" else whole.distance_m
    return {
        "file": item.file,
        "format": file_format,
        "planted": run.planted if item.counted else "duplicate",
        "counted": item.counted,
        "sport": "cycling" if run.kind == "ride" else "running",
        "sub_sport": run.surface if file_format == "fit" else "",
        "kind": run.kind,
        "surface": run.surface,
        "shoe_id": run.shoe_id,
        "date": run.day.isoformat(),
        "start_utc": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "utc_offset_s": runner.utc_offset_s(run.start),
        "distance_m": round(distance_m, 2),
        "distance_source": _distance_source(run, file_format),
        "timer_s": round(whole.timer_s),
        "elapsed_s": round(whole.elapsed_s),
        "pauses": int(item.records["segment"].iloc[-1]),
        "records": len(item.records),
        "every_second": run.every_second,
        "steps": _steps(item, file_format),
    }


def _distance_source(run: "PlannedRun", file_format: str) -> str:
    if file_format == "gpx":
        return "positions"
    return "records" if run.planted == "truncated" else "device"


def _steps(item: Written, file_format: str) -> int | None:
    """Count both feet; GPX and TCX hold whole strides a minute only."""
    if item.run.kind == "ride" or not item.counted:
        return None
    if file_format == "fit":
        return 2 * round(item.totals.strides)
    whole = totals(item.records.assign(cadence_rpm=item.records["cadence_rpm"] // 1))
    return round(2 * whole.strides)


def _along_positions(records: "pd.DataFrame") -> float:
    """Add up great-circle distances between positions as written, to seven digits, leaving out pauses; in metres."""
    rows = list(
        zip(
            (math.radians(round(value, 7)) for value in records["latitude_deg"]),
            (math.radians(round(value, 7)) for value in records["longitude_deg"]),
            records["segment"],
            strict=True,
        )
    )
    length_m = 0.0
    for (south, west, before), (north, east, after) in pairwise(rows):
        if before == after:
            half = math.sin((north - south) / 2) ** 2
            half += math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
            length_m += 2 * EARTH_RADIUS_M * math.asin(math.sqrt(half))
    return length_m


def _counts(sessions: list[dict[str, Any]], runs: list[dict[str, Any]], other_files: dict[str, str]) -> dict[str, int]:
    formats = Counter(session["format"] for session in sessions)
    return {
        "files": len(sessions) + len(other_files),
        "sessions": len(sessions),
        "runs_counted": len(runs),
        "rides": sum(session["sport"] == "cycling" for session in sessions),
        "duplicates": sum(not session["counted"] for session in sessions),
        "truncated": sum(session["planted"] == "truncated" for session in sessions),
        "unreadable": sum(kind == "unreadable" for kind in other_files.values()),
        "settings": sum(kind == "settings" for kind in other_files.values()),
        "treadmill": sum(session["surface"] == "treadmill" for session in sessions),
        "every_second": sum(session["every_second"] for session in sessions),
        "fit": formats["fit"],
        "gpx": formats["gpx"],
        "tcx": formats["tcx"],
    }


def _spikes(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Compare each run with the longest of the 30 days before it, by the clock."""
    states: Counter[str] = Counter()
    beyond = []
    starts = [datetime.fromisoformat(run["start_utc"]) for run in runs]
    for run, start in zip(runs, starts, strict=True):
        recent = [other for other, then in zip(runs, starts, strict=True) if timedelta(0) < start - then <= LOOKBACK]
        if start - starts[0] < LOOKBACK:
            states["warm_up"] += 1
            continue
        if not recent:
            states["no_reference"] += 1
            continue
        longest = max(recent, key=lambda other: float(other["distance_m"]))
        spike = run["distance_m"] / longest["distance_m"] - 1
        state = next(name for upper, name in STATES if spike <= upper)
        states[state] += 1
        if state != "reference":
            found = {name: run[name] for name in ("file", "date", "distance_m")}
            reference = {"reference_file": longest["file"], "reference_m": longest["distance_m"]}
            beyond.append({**found, **reference, "spike": round(spike, 6), "state": state})
    return {"by": "distance_m", "lookback_days": 30, "states": dict(sorted(states.items())), "beyond": beyond}


def _changes(runner: "Runner", runs: list[dict[str, Any]]) -> dict[str, Any]:
    """State what changed for good: the first day on a surface, the first day in a pair, runs a week."""
    first_day: dict[str, dict[str, str]] = {"surface": {}, "shoe_id": {}}
    for run in runs:
        for name, days in first_day.items():
            days.setdefault(run[name], run["date"])
    stated: dict[str, Any] = {"first_day_on_surface": first_day["surface"], "first_day_in_shoe": first_day["shoe_id"]}
    if runner.more_often_from:
        weeks = {date.fromisoformat(week["week"]): week["runs"] for week in _weeks(runs)}
        stated["frequency"] = {
            "from": runner.more_often_from.isoformat(),
            "runs_in_the_4_weeks_before": [weeks[runner.more_often_from - timedelta(weeks=n)] for n in (4, 3, 2, 1)],
            "runs_in_the_3_weeks_from_then": [weeks[runner.more_often_from + timedelta(weeks=n)] for n in (0, 1, 2)],
        }
    for injury in runner.injuries:
        before = [run for run in runs if run["date"] < injury.first_pain.isoformat()]
        last = date.fromisoformat(max(run["date"] for run in runs if run["date"] < injury.stopped_running.isoformat()))
        stated["last_run_before_injury"] = last.isoformat()
        stated["first_run_after_injury"] = min(run["date"] for run in runs if run["date"] > last.isoformat())
        stated["days_from_last_spike_to_first_pain"] = min(
            (injury.first_pain - date.fromisoformat(spike["date"])).days for spike in _spikes(before)["beyond"]
        )
    return stated


def _shoes(runner: "Runner", runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    listed = []
    for shoe in runner.shoes:
        own = [run["distance_m"] for run in runs if run["shoe_id"] == shoe.shoe_id]
        start_m = 1000 * shoe.start_distance_km
        listed.append(
            {
                "shoe_id": shoe.shoe_id,
                "runs": len(own),
                "distance_m": round(sum(own), 2),
                "with_start_m": round(sum(own) + start_m, 2),
            }
        )
    return listed


def _weeks(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add up the runs of each ISO week; weeks without a run are listed with zeros."""
    by_week: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for run in runs:
        day = date.fromisoformat(run["date"])
        by_week[day - timedelta(days=day.weekday())].append(run)
    monday, last = min(by_week), max(by_week)
    weeks = []
    while monday <= last:
        own = by_week.get(monday, [])
        year, number, _ = monday.isocalendar()
        weeks.append(
            {
                "week": monday.isoformat(),
                "iso": f"{year}-W{number:02d}",
                "runs": len(own),
                "run_days": len({run["date"] for run in own}),
                "distance_m": round(sum(run["distance_m"] for run in own), 2),
                "timer_s": sum(run["timer_s"] for run in own),
                "longest_m": max((run["distance_m"] for run in own), default=0.0),
            }
        )
        monday += timedelta(days=7)
    return weeks
