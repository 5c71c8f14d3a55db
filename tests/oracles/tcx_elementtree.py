"""A TCX reader of its own, by ElementTree and without any code of stressfx: one dict a trackpoint."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

ANY = "{*}"
PREFIX = re.compile(rb"(</?|\s)\w+:(?=\w)(?![^<>]*<)")
"""One sample does not declare the prefix that it uses, so all prefixes go."""

PATHS = {
    "time": "Time",
    "latitude_deg": "Position/LatitudeDegrees",
    "longitude_deg": "Position/LongitudeDegrees",
    "altitude_m": "AltitudeMeters",
    "distance_m": "DistanceMeters",
    "heart_rate_bpm": "HeartRateBpm/Value",
    "cadence_rpm": "Cadence",
    "run_cadence_rpm": "Extensions/TPX/RunCadence",
    "speed_mps": "Extensions/TPX/Speed",
    "power_w": "Extensions/TPX/Watts",
}


def trackpoints(data: bytes) -> list[dict[str, float]]:
    """Read all trackpoints of a file that ElementTree can parse; times are seconds since 1970, in UTC."""
    return [_values(point) for point in _root(data).iterfind(f".//{ANY}Trackpoint")]


def _root(data: bytes) -> ET.Element:
    return ET.fromstring(PREFIX.sub(rb"\1", data.strip()))  # noqa: S314  # our own sample files


def _values(point: ET.Element) -> dict[str, float]:
    values = {}
    for name, path in PATHS.items():
        text = point.findtext("/".join(ANY + step for step in path.split("/")))
        if text and text.strip():
            values[name] = _seconds(text.strip()) if name == "time" else float(text)
    if "run_cadence_rpm" in values:
        values.setdefault("cadence_rpm", values.pop("run_cadence_rpm"))
    return values


def _seconds(text: str) -> float:
    time = datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()


def legs(data: bytes) -> list[dict[str, float]]:
    """Add up distance and time of the laps of each activity."""
    found = []
    for activity in _root(data).iterfind(f".//{ANY}Activity"):
        laps = activity.findall(f"{ANY}Lap")
        totals = {"distance_m": "DistanceMeters", "timer_s": "TotalTimeSeconds"}
        found.append(
            {name: sum(float(lap.findtext(ANY + path, "nan")) for lap in laps) for name, path in totals.items()}
        )
    return found
