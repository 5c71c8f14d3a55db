"""Builds training sessions of Polar Flow from what happened, in SI units and UTC; shares nothing with the reader.

In both layouts that Polar writes: ``named`` (lists of times and values by kind) and ``numbered`` (intervals, numbers of
sports, waypoints).
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Series = list[float | None]

KINDS = {
    "heart_rate_bpm": ("heartRate", "HEART_RATE", 1.0),
    "speed_mps": ("speed", "SPEED", 3.6),
    "distance_m": ("distance", "DISTANCE", 1.0),
    "altitude_m": ("altitude", "ALTITUDE", 1.0),
    "cadence_rpm": ("cadence", "CADENCE", 1.0),
    "temperature_c": ("temperature", "TEMPERATURE", 1.0),
}
"""By column: Polar's two names, and what SI is multiplied by."""


@dataclass
class Part:
    """One exercise, sampled every second."""

    start: datetime
    """In UTC."""
    sport: tuple[str, str] = ("RUNNING", "1")
    """Name and number."""
    seconds: float = 60.0
    metres: float | None = None
    series: dict[str, Series] = field(default_factory=dict)
    positions: list[tuple[float, float, float]] = field(default_factory=list)
    """Latitude, longitude and altitude, each second."""
    position_delay_s: float = 0.0


def clock(moment: datetime, offset: timedelta) -> str:
    """Write a time of the local clock."""
    return (moment + offset).replace(tzinfo=None).isoformat(timespec="milliseconds")


def duration(seconds: float) -> str:
    """Write a duration in ISO 8601."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    return f"PT{int(hours)}H{int(minutes)}M{rest:.3f}S"


def named(part: Part, offset: timedelta) -> dict[str, Any]:
    """Write an exercise in the older layout."""
    samples: dict[str, Any] = {}
    for column, values in part.series.items():
        name, _, factor = KINDS[column]
        times = [clock(part.start + timedelta(seconds=second), offset) for second in range(len(values))]
        samples[name] = [
            {"dateTime": time} if value is None else {"dateTime": time, "value": value * factor}
            for time, value in zip(times, values, strict=True)
        ]
    if part.positions:
        first = part.start + timedelta(seconds=part.position_delay_s)
        samples["recordedRoute"] = [
            {
                "dateTime": clock(first + timedelta(seconds=second), offset),
                "longitude": longitude,
                "latitude": latitude,
                "altitude": altitude,
            }
            for second, (latitude, longitude, altitude) in enumerate(part.positions)
        ]
    exercise: dict[str, Any] = {
        "startTime": clock(part.start, offset),
        "stopTime": clock(part.start + timedelta(seconds=part.seconds), offset),
        "timezoneOffset": int(offset.total_seconds() // 60),
        "duration": duration(part.seconds),
        "sport": part.sport[0],
        "samples": samples,
    }
    return exercise if part.metres is None else exercise | {"distance": part.metres}


def numbered(part: Part, offset: timedelta) -> dict[str, Any]:
    """Write an exercise in the newer layout."""
    samples = [
        {
            "type": KINDS[column][1],
            "intervalMillis": 1000,
            "values": [float("nan") if value is None else value * KINDS[column][2] for value in values],
        }
        for column, values in part.series.items()
    ]
    exercise: dict[str, Any] = {
        "identifier": {"id": "5022701696"},
        "startTime": clock(part.start, offset),
        "stopTime": clock(part.start + timedelta(seconds=part.seconds), offset),
        "timezoneOffsetMinutes": int(offset.total_seconds() // 60),
        "durationMillis": round(part.seconds * 1000),
        "sport": {"id": part.sport[1]},
        "samples": {"samples": samples},
        "routes": {},
    }
    if part.positions:
        points = [
            {"latitude": latitude, "longitude": longitude, "altitude": altitude, "elapsedMillis": 1000 * second}
            for second, (latitude, longitude, altitude) in enumerate(part.positions)
        ]
        begin = clock(part.start + timedelta(seconds=part.position_delay_s), offset)
        exercise["routes"] = {"route": {"startTime": begin, "wayPoints": points}}
    return exercise if part.metres is None else exercise | {"distanceMeters": part.metres}


LAYOUTS = {"named": named, "numbered": numbered}


def session(*parts: Part, layout: str = "named", offset: timedelta = timedelta(hours=3)) -> dict[str, Any]:
    """Write a training session."""
    start, last = parts[0].start, parts[-1]
    times = {
        "startTime": clock(start, offset),
        "stopTime": clock(last.start + timedelta(seconds=last.seconds), offset),
    }
    zone = "timeZoneOffset" if layout == "named" else "timezoneOffsetMinutes"
    return {
        "exportVersion": "1.6",
        "name": "",
        **times,
        zone: int(offset.total_seconds() // 60),
        "deviceId": "B5DC6E2D",
        "exercises": [LAYOUTS[layout](part, offset) for part in parts],
    }


def polar(*parts: Part, layout: str = "named", offset: timedelta = timedelta(hours=3)) -> bytes:
    """Write the file of a training session."""
    return json.dumps(session(*parts, layout=layout, offset=offset)).encode()
