"""Oracle: what TOML is, and the limits of a file that a person writes by hand."""

import codecs
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stressfx.errors import LimitError, SchemaError, StressfxError, UnreadableFileError
from stressfx.exports.handwritten import need_known, need_number, read_toml


def test_a_file_is_read_as_editors_save_it() -> None:
    assert read_toml(codecs.BOM_UTF8 + b"a = 1\r\n[b]\r\nc = 'd'\r\n", max_bytes=99) == (
        "<bytes>",
        {"a": 1, "b": {"c": "d"}},
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"secret: place", r"is no TOML that can be read \(at line 1, column 7"),
        (b"secret = 1\nsecret = 2", r"is no TOML that can be read \(at end of document"),
        (b"secret = [\n" + b"[\n" * 4000, r"is no TOML that can be read \(a number is too long, or brackets"),
        (b"secret." * 200 + b"s = 1", "has a line of more than 1000 characters"),
        (b"secret = '" + b"9" * 1000, "has a line of more than 1000 characters"),
    ],
)
def test_what_is_no_toml_is_refused_without_being_repeated(data: bytes, text: str) -> None:
    with pytest.raises(UnreadableFileError, match=text) as caught:
        read_toml(data, max_bytes=2**16)
    assert "secret" not in str(caught.value)


def test_a_file_has_a_largest_size() -> None:
    assert read_toml(b"a = 1\n", max_bytes=6)[1] == {"a": 1}
    with pytest.raises(LimitError):
        read_toml(b"a = 1\n#", max_bytes=6)


def test_names_that_are_not_known_are_refused_without_being_repeated() -> None:
    need_known("x.toml: [a]", {"b": 1}, ("b", "c"))
    with pytest.raises(SchemaError, match=r"^x.toml: \[a\] holds a name that is not known. Known are b, c.$"):
        need_known("x.toml: [a]", {"b": 1, "secret": 2}, ("b", "c"))


@pytest.mark.parametrize("value", [0.99, 100.01, math.nan, math.inf, "50", True, None, [50], {}])
def test_what_is_no_number_within_its_bounds_is_refused(value: object) -> None:
    with pytest.raises(SchemaError, match=r"^percent has to be a number from 1 to 100\.$"):
        need_number("percent", value, 1, 100)


@pytest.mark.parametrize("value", [1, 1.0, 55.5, 100])
def test_bounds_are_within(value: float) -> None:
    assert need_number("percent", value, 1, 100) == value


@given(st.binary(max_size=200) | st.text(alphabet="[ab]\"'=.5\n{,}#", max_size=100).map(str.encode))
def test_no_bytes_give_a_bare_traceback(data: bytes) -> None:
    try:
        _, content = read_toml(data, max_bytes=2**10)
    except StressfxError as error:
        assert str(error)  # noqa: PT017  # any other error fails the test
    else:
        assert isinstance(content, dict)
