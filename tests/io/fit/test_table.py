"""Oracle: the values that were handed to the independent writer, in plain Python."""

import math
import struct

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_fit import OWNER, RECORD, START, UNKNOWN, codes

from stressfx.io.fit.encode import BASE_TYPES, FitWriter
from stressfx.io.fit.read import read_fit

NAME = f"unknown_{UNKNOWN}"
TYPES = sorted(set(BASE_TYPES) - {"string", "byte"})


def valid(kind: str) -> st.SearchStrategy[float]:
    """All values of a type but its mark for missing; of floats those that it holds exactly."""
    base = BASE_TYPES[kind]
    if base.letter in "fd":
        return st.floats(width=32 if base.letter == "f" else 64, allow_nan=False, allow_infinity=False)
    bits = 8 * struct.calcsize(base.letter)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if base.letter.islower() else (0, 2**bits - 1)
    return st.integers(low, high).filter(lambda value: value != base.invalid)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[int, tuple[str, int]], list[tuple[dict[int, object], bool]]]:
    """Fields with type and length; messages that hold some of them, in either byte order."""
    fields = draw(
        st.dictionaries(
            st.integers(0, 50), st.tuples(st.sampled_from(TYPES), st.sampled_from([1, 1, 1, 3])), min_size=1, max_size=5
        )
    )
    layouts = draw(st.lists(st.sets(st.sampled_from(sorted(fields)), min_size=1), min_size=1, max_size=4))

    def cell(number: int) -> st.SearchStrategy[object]:
        kind, length = fields[number]
        one = st.one_of(st.none(), valid(kind))
        return one if length == 1 else st.lists(one, min_size=length, max_size=length)

    row = st.sampled_from(layouts).flatmap(lambda layout: st.fixed_dictionaries({n: cell(n) for n in sorted(layout)}))
    return fields, draw(st.lists(st.tuples(row, st.booleans()), min_size=1, max_size=12))


def same(found: object, laid: object) -> bool:
    """Compare one cell; what is missing may be None, NaN or NA, a list without any value is missing."""
    if laid is None or (isinstance(laid, list) and all(value is None for value in laid)):
        return found is None or bool(pd.isna(found))
    if isinstance(laid, list):
        return isinstance(found, tuple) and all(same(a, b) for a, b in zip(found, laid, strict=True))
    return found == laid and math.copysign(1, float(str(found))) == math.copysign(1, laid)  # type: ignore[arg-type]


@settings(max_examples=200)
@given(tables())
def test_every_value_of_every_type_comes_back(table: tuple) -> None:
    """All base types with their marks for missing, both byte orders, arrays, layouts mixed in file order."""
    fields, rows = table
    writer = FitWriter().message(*OWNER)
    for row, big in rows:
        writer.message(UNKNOWN, [(n, fields[n][0], value) for n, value in row.items()], big_endian=big)
    frame = read_fit(writer.to_bytes()).messages(NAME)
    assert len(frame) == len(rows)
    for number in {n for row, _ in rows for n in row}:
        column = frame[f"unknown_{number}"].tolist()
        for found, (row, _) in zip(column, rows, strict=True):
            assert same(found, row.get(number)), (number, fields[number], found, row.get(number))


@pytest.mark.parametrize(
    ("kind", "value"), [("uint64", 2**64 - 2), ("uint64z", 2**64 - 1), ("sint64", -(2**63)), ("sint64", 2**53 + 1)]
)
def test_integers_of_64_bits_are_exact(kind: str, value: int) -> None:
    data = FitWriter().message(*OWNER).message(UNKNOWN, [(1, kind, value), (2, kind, None), (3, kind, [value, None])])
    frame = read_fit(data.to_bytes()).messages(NAME)
    assert frame["unknown_1"].dtype.name in {"Int64", "UInt64"}
    assert int(frame["unknown_1"][0]) == value
    assert frame["unknown_2"].isna().all()
    assert frame["unknown_3"][0] == (value, None)


@pytest.mark.parametrize(
    ("laid", "text"),
    [
        (b"abc", "abc"),  # no end within the field
        (b"abc\0xyz", "abc"),  # what stands behind the end is no text
        (b"\0\0\0", ""),
        ("Töff".encode(), "Töff"),
        (b"a\xff\x80", "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"),
        (b"\xf0\x9f\x91", "\N{REPLACEMENT CHARACTER}"),  # a sign that is cut off
    ],
)
def test_texts_end_at_the_first_nul_or_with_their_field(laid: bytes, text: str) -> None:
    data = FitWriter().message(*OWNER).message(UNKNOWN, [(1, "string", laid)])
    data.message(0, [(0, "enum", 4), (1, "uint16", 255), (8, "string", laid)])
    activity = read_fit(data.to_bytes())
    assert activity.messages(NAME)["unknown_1"].tolist() == [text]
    assert activity.messages("file_id")["product_name"].tolist()[1] == text


def test_bytes_are_missing_together_never_one_alone() -> None:
    data = FitWriter().message(*OWNER)
    for laid in (b"\x01\xff\x03", b"\xff\xff\xff"):
        data.message(UNKNOWN, [(1, "byte", laid)])
    cells = read_fit(data.to_bytes()).messages(NAME)["unknown_1"].tolist()
    assert cells == [(1, 255, 3), None]


def test_words_times_and_units_are_those_of_fit() -> None:
    """Speed stays in m/s and distance in m; a sport without a name keeps its number."""
    data = FitWriter().message(*OWNER)
    for sport in (1, 200, None):
        data.message(18, [(5, "enum", sport), (9, "uint32", 123_456), (2, "uint32", START), (254, "uint16", 3)])
    frame = read_fit(data.to_bytes()).messages("session")
    assert frame["sport"].tolist() == ["running", "200", ""]
    assert frame["total_distance"].tolist() == [1234.56] * 3
    assert frame["start_time"].tolist() == [pd.Timestamp("2021-09-08T01:46:40Z")] * 3
    assert frame["message_index"].tolist() == [3] * 3


def described(
    app: int, field: int, kind: str, name: str, *further: tuple[int, str, object]
) -> list[tuple[int, str, object]]:
    """List the fields of a description of a field of an app."""
    own = [(0, "uint8", app), (1, "uint8", field), (2, "uint8", BASE_TYPES[kind].code), (3, "string", name)]
    return [*own, *further]


@pytest.mark.parametrize(
    "name", ["Speed", "speed", "heart_rate", "heart_rate_bpm", "speed_mps", "time", "timestamp", "leg"]
)
def test_fields_of_apps_never_take_the_place_of_native_ones(name: str) -> None:
    data = FitWriter().message(*OWNER).message(207, [(3, "uint8", 0)]).message(206, described(0, 0, "uint16", name))
    data.message(
        RECORD, [(253, "uint32", START), (3, "uint8", 140), (6, "uint16", 3000)], developer=[(0, 0, "uint16", 999)]
    )
    activity = read_fit(data.to_bytes())
    plain, table = activity.records.iloc[0], activity.messages("record").iloc[0]
    assert (plain["speed_mps"], plain["heart_rate_bpm"], plain["leg"]) == (3, 140, 0)
    assert (table["speed"], table["heart_rate"]) == (3, 140)
    assert plain["time"] == table["timestamp"] == pd.Timestamp("2021-09-08T01:46:40Z")
    assert plain[f"dev0.{name}"] == table[f"dev0.{name}"] == 999
    assert codes(activity) == []


def test_two_apps_keep_apart_and_an_app_without_a_description_is_told() -> None:
    data = FitWriter().message(*OWNER)
    data.message(206, described(0, 0, "uint8", "Power", (6, "uint8", 2), (7, "sint8", -5)))
    data.message(206, described(1, 0, "float32", "Power"))
    data.message(206, described(1, 1, "string", "Mood"))
    for second in range(3):
        apps = [
            (0, 0, "uint8", 9),
            (1, 0, "float32", 0.5),
            (1, 1, "string", "fine"),
            (2, 0, "uint8", 1),
            (1, 9, "uint8", 1),
        ]
        data.message(RECORD, [(253, "uint32", START + second), (3, "uint8", 100)], developer=apps[: 5 - second])
    activity = read_fit(data.to_bytes())
    for frame in (activity.records, activity.messages("record")):
        assert frame["dev0.Power"].tolist() == [9 / 2 + 5] * 3
        assert frame["dev1.Power"].tolist() == [0.5] * 3
        assert frame["dev1.Mood"].tolist() == ["fine"] * 3
    assert codes(activity) == ["fit-developer-unknown"]
    assert activity.findings["count"].tolist() == [2]
    assert activity.records["heart_rate_bpm"].tolist() == [100] * 3


def test_an_app_may_change_its_mind_about_a_field() -> None:
    """One value in one layout, a list or bytes in the next; two fields of one name."""
    data = (
        FitWriter()
        .message(*OWNER)
        .message(206, described(0, 0, "uint16", "A"))
        .message(206, described(0, 1, "uint8", "A"))
    )
    data.message(206, described(0, 2, "uint8", ""))
    for second, apps in enumerate(
        [
            [(0, 0, "uint16", 7)],
            [(0, 0, "uint16", [8, 9])],
            [(0, 0, "uint8", [1, 2, 3])],
            [(0, 1, "uint8", 4), (0, 2, "uint8", 5)],
        ]
    ):
        data.message(RECORD, [(253, "uint32", START + second)], developer=apps)
    activity = read_fit(data.to_bytes())
    for frame in (activity.records, activity.messages("record")):
        assert frame["dev0.A"].tolist() == [7, (8, 9), (1, 2, 3), 4]
        assert np.isnan(frame["dev0.2"].tolist()[:3]).all()
        assert frame["dev0.2"].tolist()[3] == 5


def test_a_message_that_the_file_does_not_hold_is_named_in_the_error() -> None:
    activity = read_fit(FitWriter().message(*OWNER).to_bytes())
    with pytest.raises(KeyError, match="no 'record' messages; it holds file_id"):
        activity.messages("record")


def test_an_app_may_have_more_fields_than_there_are_native_ones() -> None:
    """Oracle: the numbers of the fields; and pandas, which warns of frames that grew column by column."""
    data = FitWriter().message(*OWNER)
    for number in range(130):
        data.message(206, described(0, number, "uint8", f"n{number}"))
    for second in range(3):
        apps = [(0, number, "uint8", number) for number in range(130)]
        data.message(RECORD, [(253, "uint32", START + second)], developer=apps)
    activity = read_fit(data.to_bytes())
    for frame in (activity.records, activity.messages("record")):
        assert [frame[f"dev0.n{number}"].tolist() for number in range(130)] == [[number] * 3 for number in range(130)]
