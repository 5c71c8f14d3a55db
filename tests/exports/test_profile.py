"""Oracle: hand arithmetic for units, and the names and ranges that a profile may hold."""

import codecs
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import SchemaError, StressfxError, UnreadableFileError
from stressfx.exports.profile import Profile, read_profile


def test_the_profile_is_read_in_si_units() -> None:
    data = (
        codecs.BOM_UTF8
        + b"""
[runner]
athlete_id = "ann"
sex = "female"
mass_kg = 58
fat_free_mass_kg = 46.5
birth_year = 1994
heart_rate_max_bpm = 191
heart_rate_threshold_bpm = 172
heart_rate_first_threshold_bpm = 152
heart_rate_second_threshold_bpm = 174.5
critical_speed_mps = 3.8
trimp_a = 0.7
trimp_b = 2

[shoes]
watch_mi = 300
replace_km = 800.5
"""
    )
    profile = read_profile(io.BytesIO(data))
    assert (profile.athlete_id, profile.sex, profile.mass_kg, profile.birth_year) == ("ann", "female", 58.0, 1994)
    assert profile.fat_free_mass_kg == 46.5
    assert profile.shoe_watch_m == pytest.approx(482_803.2)
    assert profile.shoe_replace_m == 800_500
    assert math.isnan(profile.heart_rate_rest_bpm)
    assert profile.heart_rate_threshold_bpm == 172
    assert (profile.heart_rate_first_threshold_bpm, profile.heart_rate_second_threshold_bpm) == (152, 174.5)
    assert (profile.critical_speed_mps, profile.trimp_a, profile.trimp_b) == (3.8, 0.7, 2.0)
    assert repr(read_profile(b"")) == repr(Profile())


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"[runner]\nmass = 58", r"\[runner\] holds a name that is not known. Known are athlete_id, sex"),
        (b"[runer]\n", "Known are runner, shoes"),
        (b"runner = 3", r"\[runner\] has to be a table"),
        (b"[runner]\nmass_kg = '58'", "mass_kg has to be a number from 20 to 300"),
        (b"[runner]\nmass_kg = true", "mass_kg has to be a number"),
        (b"[runner]\nheight_m = 168", "height_m has to be a number from 0.5 to 2.6"),
        (b"[runner]\nmass_kg = nan", "mass_kg has to be a number"),
        (b"[runner]\nfat_free_mass_kg = 14", "fat_free_mass_kg has to be a number from 15 to 150"),
        (b"[runner]\nfat_free_mass_kg = 58\nmass_kg = 58", "fat_free_mass_kg has to be below mass_kg"),
        (b"[runner]\nsex = ['f']", "sex has to be 'female' or 'male'"),
        (b"[runner]\nathlete_id = 3", "athlete_id has to be a text"),
        (b"[runner]\nheart_rate_rest_bpm = 90\nheart_rate_max_bpm = 85", "below heart_rate_max_bpm"),
        (b"[runner]\nheart_rate_threshold_bpm = 300", "heart_rate_threshold_bpm has to be a number from 60 to 250"),
        (b"[runner]\ncritical_speed_mps = 14", "critical_speed_mps has to be a number from 1 to 8"),
        (b"[runner]\ntrimp_a = 0", "trimp_a has to be a number from 0.01 to 10"),
        (b"[runner]\ntrimp_b = 1.9", "trimp_a and trimp_b belong together"),
        (b"[shoes]\nwatch_mi = 300\nwatch_km = 480", "watch in more than one unit"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(data: bytes, text: str) -> None:
    with pytest.raises(SchemaError, match=text):
        read_profile(data)


@pytest.mark.parametrize(
    ("lower", "higher", "may_be_equal"),
    [
        ("rest", "max", False),
        ("rest", "threshold", False),
        ("rest", "first_threshold", False),
        ("rest", "second_threshold", False),
        ("first_threshold", "second_threshold", True),
        ("first_threshold", "max", True),
        ("second_threshold", "max", True),
        ("threshold", "max", True),
    ],
)
def test_heart_rates_rise_from_rest_to_the_highest(lower: str, higher: str, *, may_be_equal: bool) -> None:
    def profile(low: float, high: float) -> bytes:
        return f"[runner]\nheart_rate_{lower}_bpm = {low}\nheart_rate_{higher}_bpm = {high}".encode()

    assert getattr(read_profile(profile(99, 100)), f"heart_rate_{higher}_bpm") == 100
    relation = "at most" if may_be_equal else "below"
    with pytest.raises(SchemaError, match=f"heart_rate_{lower}_bpm has to be {relation} heart_rate_{higher}_bpm"):
        read_profile(profile(101, 100))
    if may_be_equal:
        assert getattr(read_profile(profile(100, 100)), f"heart_rate_{lower}_bpm") == 100
    else:
        with pytest.raises(SchemaError, match="below"):
            read_profile(profile(100, 100))


def test_a_profile_that_is_no_toml_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="is no TOML that can be read"):
        read_profile(b"athlete_id: ann")


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="[runes]\"'=.5\n", max_size=100).map(str.encode)))
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    try:
        read_profile(data)
    except StressfxError as error:
        assert str(error)  # noqa: PT017  # any other error fails the test
