"""R2, R4 and R8: how far a return goes. Oracle: distances worked out by hand, for a usual run of 9 km.

A third of 9 km is 3 km, half of it 4.5 km; 10 % more than 3 km is 3.3 km, and than a week of 9 km 9.9 km.
"""

import math
from dataclasses import replace

import pytest
from made_returns import NAN, USUAL, Row, day, returning, run, shown

from stressfx.injury.returning.checks.amount import first_run_short, no_long_run, weeks_grow_slowly
from stressfx.injury.returning.rules import ReturnRules


def on_days(*runs: tuple[int, float], tz: str = "UTC", start: str = "2025-06-02") -> list[Row]:
    """Give runs by their day, from 0, and kilometres."""
    dates = [f"{day(start).replace(hour=0).toordinal() + after}" for after, _ in runs]
    return [run(str(day("0001-01-01").fromordinal(int(date)).date()), km, tz=tz) for date, (_, km) in zip(dates, runs, strict=True)]
