"""Oracle: the time zone database by `zoneinfo`, and dates that anyone can look up."""

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.activity.localtime import local_day, utc_offset

DARWIN = (-12.46, 130.84)
SEATTLE = (47.61, -122.33)


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def test_the_file_goes_before_the_position_before_the_caller() -> None:
    start = at("2025-06-01 12:00")
    assert utc_offset(start, in_file_s=3600.0, position_deg=DARWIN, tz="Asia/Tokyo") == (3600.0, "file")
    assert utc_offset(start, position_deg=DARWIN, tz="Asia/Tokyo") == (34_200.0, "position")
    assert utc_offset(start, tz="Asia/Tokyo") == (32_400.0, "caller")
    assert utc_offset(start) == (0.0, "assumed")
    assert utc_offset(pd.NaT, position_deg=DARWIN, tz="Asia/Tokyo") == (0.0, "assumed")  # type: ignore[arg-type]
    assert utc_offset(pd.NaT, in_file_s=-60.0) == (-60.0, "file")  # type: ignore[arg-type]  # NaT is no Timestamp


@pytest.mark.parametrize("tz", ["Europe/Atlantis", "../etc/passwd", "UTC+1", "/etc/localtime", "a\0b", "Europe"])
def test_a_bad_name_of_a_zone_raises_even_if_it_is_not_needed(tz: str) -> None:
    with pytest.raises(ValueError, match="is no zone; a name such as"):
        utc_offset(at("2025-06-01"), in_file_s=0.0, tz=tz)


def test_the_offset_is_that_of_the_instant_of_the_start() -> None:
    """Seattle sprang forward on 2025-03-09 at 10:00 UTC, and fell back on 2025-11-02 at 09:00 UTC."""
    for start, hours in (("03-09 09:59:59", -8), ("03-09 10:00", -7), ("11-02 08:59:59", -7), ("11-02 09:00", -8)):
        assert utc_offset(at(f"2025-{start}"), position_deg=SEATTLE) == (hours * 3600, "position")


def test_the_day_changes_at_local_midnight() -> None:
    """A complaint of many users: a run at 22:32 was filed on the next day."""
    offset, _ = utc_offset(at("2025-01-01 06:32"), position_deg=SEATTLE)
    assert local_day(at("2025-01-01 06:32"), offset) == pd.Timestamp("2024-12-31")
    assert local_day(at("2025-01-01 07:59:59.999"), offset) == pd.Timestamp("2024-12-31")
    assert local_day(at("2025-01-01 08:00"), offset) == pd.Timestamp("2025-01-01")


def test_a_zone_of_half_an_hour() -> None:
    assert local_day(at("2025-06-01 14:29:59"), 34_200.0) == pd.Timestamp("2025-06-01")
    assert local_day(at("2025-06-01 14:30"), 34_200.0) == pd.Timestamp("2025-06-02")


def test_both_sides_of_the_date_line() -> None:
    """Taveuni in Fiji lies on the 180th meridian, Apia and Pago Pago 130 km and one day apart."""
    start = at("2025-06-01 12:00")
    fiji = {utc_offset(start, position_deg=(-16.8, longitude)) for longitude in (179.97, -179.97)}
    assert fiji == {(12 * 3600.0, "position")}
    days = [
        local_day(start, utc_offset(start, position_deg=place)[0]) for place in ((-13.83, -171.77), (-14.28, -170.7))
    ]
    assert days == [pd.Timestamp("2025-06-02"), pd.Timestamp("2025-06-01")]


@pytest.mark.parametrize(
    "position", [(90.0, 0.0), (-90.0, 180.0), (0.0, 180.0), (0.0, -180.0), (0.0, 0.0), (-48.9, -123.4)]
)
def test_every_place_of_the_globe_has_an_offset(position: tuple[float, float]) -> None:
    offset, _ = utc_offset(at("2025-06-01 12:00"), position_deg=position)
    assert abs(offset) <= 14 * 3600


@pytest.mark.parametrize("start", ["0001-01-01", "0001-01-02 03:04", "9999-12-31 23:59:59", "1901-12-13 20:45:52"])
@pytest.mark.parametrize("tz", ["America/New_York", "Australia/Sydney"])
def test_a_clock_that_was_never_set_does_no_harm(start: str, tz: str) -> None:
    instant = pd.Timestamp(start).as_unit("us").tz_localize("UTC")
    offset, source = utc_offset(instant, tz=tz)
    assert (abs(offset) <= 15 * 3600, source) == (True, "caller")
    assert abs(local_day(instant, offset) - instant.tz_localize(None)) <= pd.Timedelta(days=2)


def test_the_day_of_an_unknown_start_is_unknown() -> None:
    assert local_day(pd.NaT, 3600.0) is pd.NaT  # type: ignore[arg-type]  # as above


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # given apart
    st.sampled_from(["Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Niue", "Europe/London"]),
)
def test_the_day_is_that_of_zoneinfo(moment: datetime, tz: str) -> None:
    start = pd.Timestamp(moment)
    offset, _ = utc_offset(start, in_file_s=math.nan, tz=tz)
    assert local_day(start, offset) == pd.Timestamp(moment.astimezone(ZoneInfo(tz)).date())
