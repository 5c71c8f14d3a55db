"""JSON against Python's own parser, every prefix of a document against the whole, and values of any type."""

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutated_json import ANY_JSON

from stressfx.errors import LimitError, UnreadableFileError
from stressfx.io.jsontext import identity, members, number, read_json, rows, text


def same(one: Any, other: Any) -> bool:
    """Compare as texts, so that NaN is NaN."""
    return json.dumps(one) == json.dumps(other)


def begins(part: Any, whole: Any) -> bool:
    """Whether a value is another one of which the end is missing."""
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) <= len(whole) and all(begins(one, other) for one, other in zip(part, whole, strict=False))
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and begins(value, whole[name]) for name, value in part.items())
    return same(part, whole)


@given(ANY_JSON, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_a_sound_file_is_what_python_reads(value: object, encoding: str) -> None:
    written = json.dumps([value])
    assert same(read_json(written.encode(encoding), "x")[0], json.loads(written))


@given(st.lists(ANY_JSON, min_size=1, max_size=3), st.data())
def test_what_is_left_of_a_broken_file_is_the_start_of_it(value: list[object], data: st.DataObject) -> None:
    written = json.dumps(value)
    cut = data.draw(st.integers(1, len(written) - 1))
    with pytest.raises(UnreadableFileError):
        read_json(written[:cut].encode(), "x")
    try:
        kept, at = read_json(written[:cut].encode(), "x", recover=True)
    except UnreadableFileError:
        assert cut < len(json.dumps(value[:1]))  # not even the first value was complete
        return
    assert begins(kept, json.loads(written))
    assert at is not None


def test_a_file_that_breaks_in_the_middle_keeps_what_stands_before() -> None:
    assert read_json(b'[{"a": 1}, {"b": 2}, {"c" 3}, {"d": 4}]', "x", recover=True) == ([{"a": 1}, {"b": 2}], 26)
    assert read_json(b"[1, 2] and more", "x", recover=True) == ([1, 2], 7)
    assert read_json(rb'["\", [", {"a": "]', "x", recover=True) == (['", ['], 16)
    assert read_json(b'["a", "b, [{\\', "x", recover=True) == (["a"], 6)


@pytest.mark.parametrize("data", [b"", b"   ", b"]", b"<html>", b"\x00\xff", b'{"a"', b"NULL", b"}{"])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    for recover in (False, True):
        with pytest.raises(UnreadableFileError):
            read_json(data, "x", recover=recover)


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 10**5 + b"]" * 10**5])
def test_depth_and_length_have_limits(data: bytes) -> None:
    began = time.perf_counter()
    for recover in (False, True):
        with pytest.raises(LimitError):
            read_json(data, "x", recover=recover)
    with pytest.raises(LimitError):
        read_json(b"[1, 2, 3]", "x", max_bytes=8)
    assert time.perf_counter() - began < 1


def test_numbers_of_any_length_take_no_time() -> None:
    began = time.perf_counter()
    assert read_json(b"[" + b"9" * 10**6 + b", 12]", "x")[0] == [math.inf, 12]
    assert time.perf_counter() - began < 1


@given(ANY_JSON)
def test_no_value_raises_and_what_is_given_is_of_its_type(value: object) -> None:
    assert isinstance(members(value), dict)
    assert isinstance(rows(value), list)
    assert math.isnan(number(value)) or math.isfinite(number(value))
    for given_text in (text(value), identity(value)):
        assert given_text.encode().decode().strip() == given_text
    assert len(identity(value)) <= 64


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**15), 10**15))
def test_numbers_are_themselves_also_as_text(real: float, whole: int) -> None:
    assert number(real) == real
    assert number(whole) == number(str(whole)) == whole
    assert identity(whole) == identity(str(whole)) == identity(float(whole)) == str(whole)
    assert math.isnan(number(bool(whole)))


@pytest.mark.parametrize("words", ["", "NaN", "inf", "1_000", "1,5", "0x10", "١٢", "1e9999", "9" * 10**6])
def test_texts_that_are_no_plain_numbers_are_none(words: str) -> None:
    assert math.isnan(number(words))
