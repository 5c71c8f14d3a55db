"""Writes Runkeeper's table of workouts, from the names that published exports have; shares no code with the reader."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A workout as Runkeeper writes it; distances in the unit of the account."""

    name: str = "b2a1df07-c209-44bb-a44c-9250251634e3"
    date: str = "2026-03-28 08:33:29"
    kind: str = "Running"
    distance: str = "3.24"
    duration: str = "26:11"
    climb: str = "59"
    heart_rate: str = "106"
    gpx: str = ""
    notes: str = ""
    route: str = ""
    friends: str = ""


UNITS = {"km": ("km", "km/h", "m"), "mi": ("mi", "mph", "ft")}


def header(unit: str, *, named: bool = True) -> str:
    distance, speed, climb = UNITS[unit]
    columns = (
        f"Date,Type,Route Name,Distance ({distance}),Duration,Average Pace,Average Speed ({speed}),Calories Burned,"
        f"Climb ({climb}),Average Heart Rate (bpm),Friend's Tagged,Notes,GPX File\n"
    )
    return f"Activity Id,{columns}" if named else columns


def table(*runs: Run, unit: str = "km", named: bool = True) -> bytes:
    """Write a table; older ones have no column of names."""
    lines = [header(unit, named=named)]
    for run in runs:
        cells = [run.name] if named else []
        cells += [run.date, run.kind, quoted(run.route), run.distance, run.duration, "8:06", "7.41", "245.0"]
        cells += [run.climb, run.heart_rate, f'"{run.friends}"', quoted(run.notes), run.gpx]
        lines.append(",".join(cells) + "\n")
    return "".join(lines).encode()


def quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
