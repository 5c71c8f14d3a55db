"""FIT files of every shape, written and read back.

Oracle: the values that were put in, and what FIT says of them: a few lines a rule, on single values, beside the
reader's columns. Files are written by `FitWriter` or laid out here byte by byte, which can do more.
"""

import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from mutants import FULL

from stressfx.io.activity import Activity
from stressfx.io.fit.encode import FitWriter, checksum
from stressfx.io.fit.read import read_fit

pytestmark = pytest.mark.fuzz

Draw = Callable[[Any], Any]

FILE_ID, RECORD, SESSION, DESCRIPTION, UNKNOWN = 0, 20, 18, 206, (0xFF00, 0xFF01)
TIME, START = 253, 1_000_000_000
FIRST_DATE = 0x10000000
SEMICIRCLES = 2**31 / 180

LAYOUTS = {
    "enum": (0x00, "B", 0xFF),
    "sint8": (0x01, "b", 0x7F),
    "uint8": (0x02, "B", 0xFF),
    "sint16": (0x83, "h", 0x7FFF),
    "uint16": (0x84, "H", 0xFFFF),
    "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF),
    "string": (0x07, "s", 0),
    "float32": (0x88, "f", 0xFFFFFFFF),
    "float64": (0x89, "d", 0xFFFFFFFFFFFFFFFF),
    "uint8z": (0x0A, "B", 0),
    "uint16z": (0x8B, "H", 0),
    "uint32z": (0x8C, "I", 0),
    "byte": (0x0D, "B", 0xFF),
    "sint64": (0x8E, "q", 0x7FFFFFFFFFFFFFFF),
    "uint64": (0x8F, "Q", 0xFFFFFFFFFFFFFFFF),
    "uint64z": (0x90, "Q", 0),
}
"""Number of each base type in a definition, its letter in `struct`, and what stands for a missing value."""

COLUMNS = {
    3: ("uint8", "heart_rate_bpm", 1.0, 0.0),
    4: ("uint8", "cadence_rpm", 1.0, 0.0),
    5: ("uint32", "distance_m", 100.0, 0.0),
    7: ("uint16", "power_w", 1.0, 0.0),
    13: ("sint8", "temperature_c", 1.0, 0.0),
    0: ("sint32", "latitude_deg", SEMICIRCLES, 0.0),
    1: ("sint32", "longitude_deg", SEMICIRCLES, 0.0),
    6: ("uint16", "speed_mps", 1000.0, 0.0),
    2: ("uint16", "altitude_m", 5.0, 500.0),
    73: ("uint32", "speed_mps", 1000.0, 0.0),
    78: ("uint32", "altitude_m", 5.0, 500.0),
}
"""Fields of a record: type, column, and value = raw / divisor - offset. The finer ones come last and go first."""


@dataclass(frozen=True)
class Field:
    """One field of a definition: `count` values of a type, or bytes of a text."""

    number: int
    kind: str
    count: int
    app: int | None = None

    @property
    def size(self) -> int:
        """Its length in a message. [bytes]"""
        return self.count * struct.calcsize(LAYOUTS[self.kind][1])


@dataclass(frozen=True)
class Description:
    """What a file says of a field of an app."""

    kind: str
    name: str
    scale: int = 0xFF
    offset: int = 0x7F
    native: int = 0xFF


@dataclass(frozen=True)
class Message:
    """One message: by which definition, its raw values in the order of the fields, and how its header is written."""

    number: int
    fields: tuple[Field, ...]
    raw: tuple[bytes, ...]
    big: bool
    local: int
    low_bits: int | None = None
    """Five bits of the time, for a header that holds them."""
    marked: bool = False
    """Whether the header bears the mark of fields of apps, as some encoders write it."""


@dataclass(frozen=True)
class Part:
    """One file of a chain."""

    descriptions: dict[tuple[int, int], Description]
    messages: tuple[Message, ...]
    header_size: int
    header_crc: bool


# ---------------------------------------------------------------- what is put in


def raw_value(draw: Draw, kind: str, count: int, *, big: bool) -> bytes:
    """Draw the bytes of a field: anything, or missing, or missing in part."""
    code, letter, invalid = LAYOUTS[kind]
    del code
    if kind == "string":
        text = draw(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=count))
        return text.encode()[:count].ljust(count, b"\0")
    size = struct.calcsize(letter)
    missing = invalid.to_bytes(size, "big" if big else "little")
    how = draw(st.integers(0, 3))
    if how == 0:
        return missing * count
    octets: bytes = draw(st.binary(min_size=count * size, max_size=count * size))
    return missing + octets[size:] if how == 1 else octets


@st.composite
def definitions(draw: Draw, descriptions: dict[tuple[int, int], Description]) -> tuple[int, tuple[Field, ...]]:
    """Draw which message, and what is in it."""
    number = draw(st.sampled_from([RECORD, RECORD, *UNKNOWN]))
    kinds = st.sampled_from(sorted(LAYOUTS))
    counts = st.sampled_from([1, 1, 1, 2, 3, 7])
    fields = [
        Field(10 + 2 * at + draw(st.integers(0, 1)) if number != RECORD else 150 + at, draw(kinds), draw(counts))
        for at in range(draw(st.integers(0, 4)))
    ]
    if number == RECORD:
        known = draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=5, unique=True))
        fields += [Field(field, COLUMNS[field][0], draw(st.sampled_from([1, 1, 1, 3]))) for field in known]
    if draw(st.booleans()):
        fields.append(Field(TIME, "uint32", 1))
    fields = draw(st.permutations(fields))
    described = draw(st.lists(st.sampled_from([*descriptions, (9, 9)]), max_size=3, unique=True))
    for app, field in described:
        kind = descriptions[app, field].kind if (app, field) in descriptions else "uint8"
        fields.append(Field(field, kind, draw(counts), app))
    return number, tuple(fields)


@st.composite
def parts(draw: Draw) -> Part:
    """Draw one file: what it says of apps, definitions, and messages that use them in any order."""
    keys = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=3, unique=True))
    descriptions = {
        (app, field): Description(
            draw(st.sampled_from(sorted(LAYOUTS))),
            draw(st.sampled_from(["heart_rate", "Power", "Größe"])) + str(field),
            draw(st.sampled_from([0xFF, 1, 10, 200])),
            draw(st.sampled_from([0x7F, 0, 50, 256 - 50])),
            draw(st.sampled_from([0xFF, 3])),
        )
        for app, field in keys
    }
    defined = draw(st.lists(definitions(descriptions), min_size=1, max_size=4))
    bound = [(draw(st.integers(0, 15)), draw(st.booleans()), *one) for one in defined]
    clock = START
    messages = []
    for _ in range(draw(st.integers(0, 12))):
        local, big, number, fields = draw(st.sampled_from(bound))
        clock += draw(st.sampled_from([0, 1, 1, 7, 31, 40]))
        raw = [raw_value(draw, field.kind, field.count, big=big) for field in fields]
        timed = next((at for at, field in enumerate(fields) if field.number == TIME and field.app is None), None)
        if timed is not None:
            stamp = draw(st.sampled_from([clock, clock, clock, 1000 + clock % 100, 0xFFFFFFFF]))
            raw[timed] = stamp.to_bytes(4, "big" if big else "little")
        low_bits = clock % 32 if timed is None and local < 4 and draw(st.booleans()) else None
        marked = low_bits is None and any(field.app is not None for field in fields) and draw(st.booleans())
        messages.append(Message(number, fields, tuple(raw), big, local, low_bits, marked))
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        fields = (Field(TIME, "uint32", 1), Field(2, "uint32", 1), Field(5, "enum", 1))
        stamps = [draw(st.integers(START - 5, clock + 5)).to_bytes(4, "little") for _ in range(2)]
        at = draw(st.integers(0, len(messages)))
        messages.insert(at, Message(SESSION, fields, (*stamps, b"\1"), big=False, local=15))
    return Part(descriptions, tuple(messages), draw(st.sampled_from([12, 14])), draw(st.booleans()))


# ---------------------------------------------------------------- how it is written


def laid_out(part: Part) -> bytes:
    """Write a file byte by byte, with a definition wherever a local type means something else than before."""
    body = bytearray()
    in_force: dict[int, object] = {}

    def write(message: Message) -> None:
        meaning = (message.number, message.fields, message.big)
        own = [field for field in message.fields if field.app is None]
        apps = [field for field in message.fields if field.app is not None]
        if in_force.get(message.local) != meaning:
            in_force[message.local] = meaning
            body.append(0x40 | (0x20 if apps else 0) | message.local)
            body.extend(struct.pack(">BBHB" if message.big else "<BBHB", 0, message.big, message.number, len(own)))
            body.extend(b"".join(bytes([field.number, field.size, LAYOUTS[field.kind][0]]) for field in own))
            if apps:
                body.append(len(apps))
                body.extend(b"".join(bytes([field.number, field.size, field.app or 0]) for field in apps))
        low = message.low_bits
        body.append(message.local | (0x20 if message.marked else 0) if low is None else 0x80 | message.local << 5 | low)
        body.extend(b"".join(message.raw))

    for message in described(part):
        write(message)
    for message in part.messages:
        write(message)
    head = struct.pack("<BBHI4s", part.header_size, 0x20, 2132, len(body), b".FIT")
    if part.header_size == 14:
        head += struct.pack("<H", checksum(head) if part.header_crc else 0)
    content = head + bytes(body)
    return content + struct.pack("<H", checksum(content))


def described(part: Part) -> Iterator[Message]:
    """Give the message that every file begins with, and those that describe the fields of apps."""
    yield Message(FILE_ID, (Field(0, "enum", 1),), (b"\4",), big=False, local=0)
    for (app, field), told in part.descriptions.items():
        name = told.name.encode() + b"\0"
        numbers = (app, field, LAYOUTS[told.kind][0], told.scale, told.offset, told.native)
        fields = [Field(at, "sint8" if at == 7 else "uint8", 1) for at in (0, 1, 2, 6, 7, 15)]
        raw = [bytes([number]) for number in numbers]
        yield Message(DESCRIPTION, (*fields, Field(3, "string", len(name))), (*raw, name), big=False, local=7)


def written(part: Part) -> bytes:
    """Write a file with `FitWriter`, from values; what is missing is None."""
    writer = FitWriter()
    for message in (*described(part), *part.messages):
        own, apps = [], []
        for field, raw in zip(message.fields, message.raw, strict=True):
            value: Any = raw if field.kind in {"string", "byte"} else singles(field.kind, raw, big=message.big)
            if field.app is None:
                own.append((field.number, field.kind, value))
            else:
                apps.append((field.app, field.number, field.kind, value))
        writer.message(message.number, own, developer=apps, big_endian=message.big)
    return writer.to_bytes(header_size=part.header_size)


# ---------------------------------------------------------------- what FIT says of it


def singles(kind: str, raw: bytes, *, big: bool) -> list[Any]:
    """Give the values of a field one by one, None where one is missing."""
    _, letter, invalid = LAYOUTS[kind]
    size = struct.calcsize(letter)
    cells = [raw[at : at + size] for at in range(0, len(raw), size)]
    order = ">" if big else "<"
    missing = invalid.to_bytes(size, "big" if big else "little")
    values = [None if cell == missing else struct.unpack(order + letter, cell)[0] for cell in cells]
    return [None if value != value else value for value in values]  # noqa: PLR0124  # NaN is not itself


def meant(field: Field, raw: bytes, *, big: bool) -> Any:
    """Give what a field says: a number, a text, a tuple with None in it, or None."""
    if field.kind == "string":
        return raw.split(b"\0")[0].decode("utf-8", "replace")
    values = singles(field.kind, raw, big=big)
    if all(value is None for value in values):
        return None
    if field.kind == "byte":
        values = list(raw)
    return values[0] if field.count == 1 else tuple(values)


def by_app(told: Description, field: Field, raw: bytes, *, big: bool) -> Any:
    """Give what a field of an app says, scaled as it is described."""
    if field.size % struct.calcsize(LAYOUTS[told.kind][1]):
        return meant(Field(field.number, "byte", field.size), raw, big=big)
    value = meant(field, raw, big=big)
    scale = 1 if told.scale == 0xFF else told.scale
    offset = 0 if told.offset == 0x7F else told.offset - 256 * (told.offset > 0x7F)

    def scaled(one: Any) -> Any:
        return None if one is None else float(one) / scale - offset

    if value is None or isinstance(value, str):
        return value
    return tuple(map(scaled, value)) if isinstance(value, tuple) else scaled(value)


def rows_of(chain: list[Part], number: int) -> list[dict[str, Any]]:
    """Give all messages of one kind: their values by column, and their time in seconds of FIT's clock."""
    rows = []
    for part in chain:
        latest: int | None = None
        for message in part.messages:
            row: dict[str, Any] = {}
            for field, raw in zip(message.fields, message.raw, strict=True):
                if field.app is not None:
                    told = part.descriptions.get((field.app, field.number))
                    if told:
                        row.setdefault(f"dev{field.app}.{told.name}", by_app(told, field, raw, big=message.big))
                elif field.number == TIME:
                    row["seconds"] = latest_here = meant(field, raw, big=message.big)
                    latest = latest if latest_here is None else latest_here
                else:
                    row[f"unknown_{field.number}"] = meant(field, raw, big=message.big)
            if message.low_bits is not None and latest is not None:
                latest += (message.low_bits - latest) % 32
                row["seconds"] = latest
            if message.number == number:
                rows.append(row)
    return rows


# ---------------------------------------------------------------- what came out


def plain(value: Any) -> Any:
    """Turn a cell into what was put in: None for whatever is missing."""
    if isinstance(value, tuple):
        return tuple(map(plain, value))
    return None if pd.isna(value) else value


def instant(seconds: int | None) -> pd.Timestamp | None:
    dated = seconds is not None and seconds >= FIRST_DATE
    return pd.Timestamp(seconds + 631_065_600, unit="s", tz="UTC") if dated else None


def same(found: pd.DataFrame, rows: list[dict[str, Any]], *, only: str) -> None:
    """Hold the columns of a frame that begin in some way against what was put in."""
    assert len(found) == len(rows)
    names = {name for row in rows for name in row if name.startswith(only)}
    assert {name for name in found.columns if name.startswith(only)} == names
    for name in names:
        assert [plain(value) for value in found[name].tolist()] == [row.get(name) for row in rows], name


def in_units(row: dict[str, Any]) -> dict[str, Any]:
    """Give a record as columns in their units, and those of apps; nothing where a value is missing."""
    found = {name: value for name, value in row.items() if name.startswith("dev") or name == "seconds"}
    for number, (_, column, divisor, offset) in COLUMNS.items():
        value = row.get(f"unknown_{number}")
        first = next((one for one in value if one is not None), None) if isinstance(value, tuple) else value
        if first is not None:
            found[column] = first / divisor - offset
    return {name: value for name, value in found.items() if value is not None}


def only_numbers(chain: list[Part]) -> bool:
    """Tell whether apps write nothing but single numbers into records."""
    for part in chain:
        for message in part.messages:
            for field in message.fields:
                told = part.descriptions.get((field.app, field.number)) if field.app is not None else None
                if told and message.number == RECORD:
                    size = struct.calcsize(LAYOUTS[told.kind][1])
                    if told.kind == "string" or field.size > (1 if field.size % size else size):
                        return False
    return True


def joined(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put neighbours of one second together, if some hold what others lack and none contradicts another."""
    groups: list[list[dict[str, Any]]] = []
    for row in rows:
        if groups and "seconds" in row and groups[-1][0].get("seconds") == row["seconds"]:
            groups[-1].append(row)
        else:
            groups.append([row])
    whole = []
    for group in groups:
        together = {name: value for row in reversed(group) for name, value in row.items()}
        agree = all(together[name] == value for row in group for name, value in row.items())
        apart = all(row.keys() == together.keys() for row in group)
        whole += [together] if agree and not apart else group
    return whole


def same_records(activity: Activity, chain: list[Part]) -> None:
    """Hold the records against what was put in: times, legs, the columns in their units, those of apps."""
    records = activity.records
    told = [in_units(row) for row in rows_of(chain, RECORD)]
    rows = joined(told) if only_numbers(chain) else told
    assert len(records) == len(rows)
    assert ("record-parts" in set(activity.findings["code"])) == (len(rows) < len(told))
    seconds = [row.get("seconds") for row in rows]
    assert [plain(time) for time in records["time"]] == [instant(second) for second in seconds]
    starts = sorted(row["unknown_2"] for row in rows_of(chain, SESSION))
    leg, legs = 0, []
    for second in seconds:
        leg = leg if second is None else sum(second >= start for start in starts[1:])
        legs.append(leg)
    assert records["leg"].tolist() == legs
    for column in {told[1] for told in COLUMNS.values()}:
        expected = [row.get(column, math.nan) for row in rows]
        np.testing.assert_allclose(records[column].to_numpy(np.float64), expected, rtol=1e-14, err_msg=column)
    names = {name for row in rows_of(chain, RECORD) for name in row if name.startswith("dev")}
    assert {name for name in records.columns if name.startswith("dev")} == names
    for name in names:
        assert [plain(value) for value in records[name].tolist()] == [row.get(name) for row in rows], name


@settings(max_examples=2000 if FULL else 150, derandomize=True, suppress_health_check=list(HealthCheck))
@given(chain=st.lists(parts(), min_size=1, max_size=3), by_writer=st.booleans())
def test_what_is_written_is_read(chain: list[Part], by_writer: bool) -> None:  # noqa: FBT001  # hypothesis
    if by_writer:
        chain = [
            Part(
                part.descriptions,
                tuple(m for m in part.messages if m.low_bits is None),
                part.header_size,
                header_crc=True,
            )
            for part in chain
        ]
    data = b"".join(map(written if by_writer else laid_out, chain))
    activity = read_fit(data)
    whole = {
        "time-missing",
        "time-relative",
        "time-implausible",
        "time-backwards",
        "time-repeated",
        "fit-array",
        "record-parts",
    }
    assert set(activity.findings["code"]) <= whole | {"fit-developer-unknown", "fit-no-activity"}
    same_records(activity, chain)
    for number, name in ((RECORD, "record"), (UNKNOWN[0], "unknown_65280"), (UNKNOWN[1], "unknown_65281")):
        rows = rows_of(chain, number)
        assert (name in activity.message_names) == bool(rows)
        if not rows:
            continue
        frame = activity.messages(name)
        known = {f"unknown_{field}" for field in COLUMNS} if number == RECORD else set()
        bare = [{key: value for key, value in row.items() if key not in known} for row in rows]
        same(frame, bare, only="unknown_")
        same(frame, bare, only="dev")
        if "timestamp" in frame:
            assert [plain(time) for time in frame["timestamp"]] == [instant(row.get("seconds")) for row in rows]
        else:
            assert all(row.get("seconds") is None for row in rows)
    event(f"{len(chain)} files, by {'FitWriter' if by_writer else 'hand'}")


def test_what_one_file_of_a_chain_says_of_apps_does_not_hold_for_the_next() -> None:
    field = Field(0, "uint16", 1, 0)
    messages = (Message(RECORD, (field,), (b"\x2c\1",), big=False, local=0),)
    told = [{(0, 0): Description("uint16", "Power")}, {(0, 0): Description("uint16", "Form", scale=10)}, {}]
    chain = [Part(descriptions, messages, 14, header_crc=True) for descriptions in told]
    activity = read_fit(b"".join(map(laid_out, chain)))
    for frame in (activity.records, activity.messages("record")):
        assert [plain(value) for value in frame["dev0.Power"]] == [300, None, None]
        assert [plain(value) for value in frame["dev0.Form"]] == [None, 30, None]
    unknown = activity.findings.set_index("code")["count"]
    assert unknown["fit-developer-unknown"] == 1


def test_whole_numbers_that_no_dtype_holds_together_are_kept_as_they_are() -> None:
    wide = [(Field(10, "sint64", 1), -1), (Field(10, "uint64", 1), 2**64 - 2)]
    raw = [value.to_bytes(8, "little", signed=value < 0) for _, value in wide]
    messages = tuple(
        Message(UNKNOWN[0], (field,), (octets,), big=False, local=local)
        for local, ((field, _), octets) in enumerate(zip(wide, raw, strict=True))
    )
    activity = read_fit(laid_out(Part({}, messages, 14, header_crc=True)))
    assert activity.messages("unknown_65280")["unknown_10"].tolist() == [-1, 2**64 - 2]
