"""Builds the tables of a Garmin account from what happened, in SI units; shares nothing with the reader."""

import io
import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from stressfx.exports.archive import Entry

MS = timedelta(milliseconds=1)
FOLDER = "DI_CONNECT/DI-Connect-Fitness"


def milliseconds(moment: datetime) -> int:
    """Count the milliseconds since 1970 that a clock shows, whatever its zone."""
    return (moment.replace(tzinfo=None) - datetime(1970, 1, 1)) // MS  # noqa: DTZ001  # what the clock shows


def activity(
    number: int,
    start: datetime,
    *,
    kind: str = "running",
    metres: Fraction | int = 10_000,
    seconds: Fraction | int = 3000,
    offset: timedelta = timedelta(0),
    **further: Any,
) -> dict[str, Any]:
    """Write an activity as the export does: centimetres, milliseconds, and local times shifted."""
    return {
        "activityId": number,
        "name": "jane.doe@example.org ran home",
        "userProfileId": 4711,
        "activityType": kind,
        "startTimeGmt": milliseconds(start.astimezone(UTC)),
        "beginTimestamp": milliseconds(start.astimezone(UTC)),
        "startTimeLocal": milliseconds(start.astimezone(UTC) + offset),
        "distance": float(metres * 100),
        "duration": float(seconds * 1000),
        "elapsedDuration": float(seconds * 1000),
        "movingDuration": float(seconds * 1000),
        **further,
    }


def entry(value: object, name: str = "jane_0_summarizedActivities.json", *, folder: str = FOLDER) -> Entry:
    """Put a table into an export, as text if it is no bytes."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Entry(f"{folder}/{name}" if folder else name, open=lambda: io.BytesIO(data))


def part(*activities: Any) -> list[dict[str, Any]]:
    """Wrap activities as the export does."""
    return [{"summarizedActivitiesExport": list(activities)}]


def shoes(number: int, **further: Any) -> dict[str, Any]:
    """Write a pair of shoes."""
    return {
        "gearPk": number,
        "uuid": f"{number:032x}",
        "userProfilePk": 4711,
        "gearTypeName": "Shoes",
        "gearStatusName": "active",
        "customMakeModel": f"Maker {number}",
        "dateBegin": "2025-07-25",
        "maximumMeters": 643737.6,
        **further,
    }


def gear_table(pieces: list[Any], worn: dict[int, list[int]]) -> list[dict[str, Any]]:
    """Write the table of gear: pieces, and the activities of each piece by its number."""
    links = {
        str(piece): [{"activityId": one, "gearPk": piece, "uuid": f"{piece:032x}"} for one in activities]
        for piece, activities in worn.items()
    }
    return [{"gearDTOS": pieces, "gearActivityDTOs": links}]
