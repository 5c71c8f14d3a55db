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
birth_year = 1994
heart_rate_max_bpm = 191

[shoes]
watch_mi = 300
replace_km = 800.5
"""
    )
    profile = read_profile(io.BytesIO(data))
    assert (profile.athlete_id, profile.sex, profile.mass_kg, profile.birth_year) == ("ann", "female", 58.0, 1994)
    assert profile.shoe_watch_m == pytest.approx(482_803.2)
    assert profile.shoe_replace_m == 800_500
    assert math.isnan(profile.heart_rate_rest_bpm)
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
        (b"[runner]\nsex = ['f']", "sex has to be 'female' or 'male'"),
        (b"[runner]\nathlete_id = 3", "athlete_id has to be a text"),
        (b"[runner]\nheart_rate_rest_bpm = 90\nheart_rate_max_bpm = 85", "below heart_rate_max_bpm"),
        (b"[shoes]\nwatch_mi = 300\nwatch_km = 480", "watch in more than one unit"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(data: bytes, text: str) -> None:
    with pytest.raises(SchemaError, match=text):
        read_profile(data)


def test_a_profile_that_is_no_toml_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="is no TOML that can be read"):
        read_profile(b"athlete_id: ann")


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="[runes]\"'=.5\n", max_size=100).map(str.encode)))
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    try:
        read_profile(data)
    except StressfxError as error:
        assert str(error)  # noqa: PT017  # any other error fails the test
