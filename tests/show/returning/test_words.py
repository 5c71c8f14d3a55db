"""What is shown of a distance and a pace, read back as a runner reads it.

Oracle: arithmetic in whole hundredths and seconds; no code of the library turns the texts into numbers again.
"""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stressfx.show.returning.words import long_day, pace_ceiling, planned_distance, shown_hundredths, written_hundredths

METRES = {"km": Decimal(1000), "mi": Decimal("1609.344")}
units = st.sampled_from(["km", "mi"])


def metres_of(shown: str) -> Decimal:
    number, unit = shown.split()
    return Decimal(number) * METRES[unit]


@settings(max_examples=60)
@given(st.one_of(st.integers(1, 99), st.integers(10, 999).map(lambda tenths: 10 * tenths)), units)
def test_a_distance_that_is_round_in_its_unit_is_shown_exactly(hundredths: int, unit: str) -> None:
    planned = hundredths * float(METRES[unit]) / 100
    shown = planned_distance(planned, unit=unit)
    assert metres_of(shown) == METRES[unit] * hundredths / 100
    assert len(shown.partition(".")[2].split()[0]) == (2 if hundredths < 100 else 1)


@settings(max_examples=60)
@given(st.floats(10, 60_000), units)
def test_any_other_distance_is_shown_as_less_by_at_most_a_hundredth(distance_m: float, unit: str) -> None:
    shown = metres_of(planned_distance(distance_m, unit=unit))
    assert shown <= Decimal(distance_m) * (1 + Decimal("1e-8"))
    assert Decimal(distance_m) - shown < METRES[unit] / 100 * (1 + Decimal("1e-8"))


@settings(max_examples=60)
@given(st.floats(1, 7), units)
def test_a_pace_is_rounded_to_the_slower_second(speed_mps: float, unit: str) -> None:
    clock, per = pace_ceiling(speed_mps, unit=unit).split(" /")
    minutes, seconds = clock.split(":")
    shown_s = 60 * int(minutes) + int(seconds)
    exact_s = float(METRES[per]) / speed_mps
    assert exact_s * (1 - 1e-8) <= shown_s < exact_s + 1
    assert len(seconds) == 2


def test_a_pace_of_whole_seconds_stays_and_no_speed_is_no_pace() -> None:
    assert [pace_ceiling(1000 / seconds, unit="km") for seconds in (360, 400, 599)] == [
        "6:00 /km",
        "6:40 /km",
        "9:59 /km",
    ]
    assert pace_ceiling(float("nan"), unit="km") == ""


def test_hundredths_are_added_as_they_are_shown() -> None:
    each = shown_hundredths(1609.344, unit="km")
    assert planned_distance(1609.344, unit="km") == "1.6 km"
    assert written_hundredths(3 * each, unit="km") == "4.8 km"


@pytest.mark.parametrize(
    ("date", "words"),
    [("2025-06-09", "Mon 9 Jun 2025"), ("2024-02-29", "Thu 29 Feb 2024"), ("2025-12-07", "Sun 7 Dec 2025")],
)
def test_a_day_is_written_so_that_no_country_misreads_it(date: str, words: str) -> None:
    assert long_day(pd.Timestamp(date)) == words
