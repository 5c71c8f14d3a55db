"""Documents to put into a store: numbered ones that are known to the last bit, and any that a store must keep."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from stressfx.activity.intensity import Bins
from stressfx.exports.harvest import Harvest, Reading
from stressfx.exports.store.shelf import Written
from stressfx.exports.store.store import Store
from stressfx.exports.told import Account, HeartRate, Told
from stressfx.findings import CODES, Finding
from stressfx.schema import DTYPES, LAPS, RECORDS, SESSIONS, SHOES, Schema

HOW = Reading("runner")
T0 = pd.Timestamp("2025-03-01T08:00", tz="UTC")


def sha_of(number: int | str) -> str:
    return hashlib.sha256(f"file {number}".encode()).hexdigest()


def records(number: int, rows: int = 20) -> pd.DataFrame:
    """Samples that no other number has."""
    columns: dict[str, Any] = {}
    for place, column in enumerate(column for column in RECORDS.columns if not column.optional):
        seconds = np.arange(rows)
        if column.kind == "time":
            columns[column.name] = pd.Series(T0 + pd.to_timedelta(seconds + 10_000 * number, unit="s"))
        elif column.kind == "int":
            columns[column.name] = np.zeros(rows, np.int64)
        else:
            columns[column.name] = np.sqrt(seconds + number + place + 1.0)
    return pd.DataFrame(columns).astype({"time": DTYPES["time"]})


def row(number: int, **columns: Any) -> dict[str, Any]:
    blank: dict[str, Any] = {"float": float("nan"), "int": 0, "time": pd.NaT, "date": pd.NaT, "text": ""}
    made = {column.name: blank[column.kind] for column in SESSIONS.columns}
    start = T0 + pd.Timedelta(days=number)
    made |= {
        "athlete_id": "runner",
        "session_id": f"{sha_of(number)[:12]}-0",
        "source": f"activities/{number}.fit",
        "format": "fit",
        "sport": "running",
        "start": start,
        "end": start + pd.Timedelta(minutes=30),
        "date": start.tz_localize(None).normalize(),
        "distance_m": 5000 + number / 7,
    }
    return made | columns


def laps(number: int) -> pd.DataFrame:
    made = {column.name: pd.Series([number / 3, np.nan]) for column in LAPS.columns if column.kind == "float"}
    made |= {"leg": pd.Series([0, 0]), "trigger": pd.Series(["manual", ""], dtype="str")}
    made |= {"start": pd.Series([T0, T0]), "end": pd.Series([T0 + pd.Timedelta(minutes=5), pd.NaT])}
    frame = pd.DataFrame({column.name: made[column.name] for column in LAPS.columns})
    frame = frame.astype({"start": DTYPES["time"], "end": DTYPES["time"]})
    return frame.assign(session_id=pd.Series([f"{sha_of(number)[:12]}-0"] * 2, dtype="str"))


def bins(number: int, counts: tuple[int, ...] = (2, 1, 1)) -> Bins:
    """Bins of an activity; some numbers are missing."""
    numbers = np.arange(5.0 * sum(counts)).reshape(5, -1) if sum(counts) else np.empty((5, 0))
    return Bins(f"{sha_of(number)[:12]}-0", counts, np.where(numbers % 4 == 3, np.nan, numbers / 3 + number))


def activity(number: int, label: str = "", **columns: Any) -> Harvest:
    """Harvest of an activity file."""
    finding = Finding("fit-crc", number, "A checksum.", offset=number, where="leg 0")
    return Harvest(
        label or f"activities/{number}.fit",
        "fit",
        sha256=sha_of(number),
        size=1000 + number,
        rows=(row(number, **columns),),
        laps=laps(number),
        intensity=(bins(number), bins(number, (0, 0, 0))),
        findings=(finding,),
    )


def settings_file(number: int) -> Harvest:
    """Harvest of a file that only counts."""
    return Harvest(f"settings/{number}.fit", "settings", sha256=sha_of(f"settings {number}"), size=number)


def quarantined(number: int) -> Harvest:
    sha256 = sha_of(f"bad {number}")
    return Harvest(f"bad/{number}.fit", "unreadable", sha256, 7, refused=("UnreadableFileError", "is no FIT file"))


def account(number: int) -> Harvest:
    """Harvest of the table of an account, with heart rates."""
    told = tuple(
        Told(
            "apple",
            f"workout {place}",
            start=datetime(2025, 3, place + 1, 7, 30, 1, 250_001, tzinfo=UTC),
            local_start=datetime(2025, 3, place + 1, 8, 30, 1, 250_001) if place else None,  # noqa: DTZ001  # a runner's clock
            distance_m=5000.1 + place,
        )
        for place in range(3)
    )
    rates = {
        f"workout {place}": HeartRate(
            np.datetime64("2025-03-01T07:30:00", "us") + np.arange(place + 2) * np.timedelta64(1_500_000, "us"),
            140.5 + np.arange(place + 2),
        )
        for place in (2, 0)
    }
    finding = Finding("value-unreadable", 2, "Two texts.", where="row 7")
    return Harvest(
        f"export-{number}.xml",
        "apple",
        sha256=sha_of(f"account {number}"),
        account=Account(told, SHOES.empty(), (finding,), rates),
        findings=(finding,),
    )


def put(store: Store, numbers: Sequence[int], how: Reading = HOW) -> int:
    """Write and list numbered activities in one go."""
    return store.commit([written(store, number, how) for number in numbers])


def written(store: Store, number: int, how: Reading = HOW) -> Written:
    return store.shelf.write(activity(number), records(number), how)


def assert_same(found: Harvest, wanted: Harvest) -> None:
    """Compare two harvests to the last bit: neither NaN nor a sign of zero is forgiven."""
    for name in ("label", "kind", "sha256", "size", "findings", "refused"):
        assert getattr(found, name) == getattr(wanted, name), name
    assert [list(row) for row in found.rows] == [list(row) for row in wanted.rows]
    assert repr(found.rows) == repr(wanted.rows)
    assert_same_frame(found.laps, wanted.laps)
    assert [bins[:2] for bins in found.intensity] == [bins[:2] for bins in wanted.intensity]
    for bins_found, bins_wanted in zip(found.intensity, wanted.intensity, strict=True):
        np.testing.assert_array_equal(bins_found.numbers, bins_wanted.numbers)
    assert (found.account is None) == (wanted.account is None)
    if found.account is not None and wanted.account is not None:
        assert repr(found.account.told) == repr(wanted.account.told)
        assert found.account.findings == wanted.account.findings
        assert_same_frame(found.account.shoes, wanted.account.shoes)
        assert found.account.heart_rates.keys() == wanted.account.heart_rates.keys()
        for name, rates in wanted.account.heart_rates.items():
            np.testing.assert_array_equal(found.account.heart_rates[name].time, rates.time)
            np.testing.assert_array_equal(found.account.heart_rates[name].heart_rate_bpm, rates.heart_rate_bpm)


def assert_same_frame(found: pd.DataFrame | None, wanted: pd.DataFrame | None) -> None:
    assert (found is None) == (wanted is None)
    if found is not None and wanted is not None:
        pd.testing.assert_frame_equal(found, wanted, check_exact=True, check_column_type=False)
        assert [str(dtype) for dtype in found.dtypes] == [str(dtype) for dtype in wanted.dtypes]


FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=64)
TEXTS = st.text(max_size=12)
MICROSECONDS = st.integers(-6 * 10**16, 25 * 10**16)  # the years that Python can name
INSTANTS = MICROSECONDS.map(lambda count: np.datetime64(count, "us"))
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "float": FLOATS,
    "int": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "text": TEXTS,
    "time": INSTANTS | st.just(np.datetime64("NaT", "us")),
    "date": INSTANTS | st.just(np.datetime64("NaT", "us")),
}


def column_of(kind: str, cells: list[Any]) -> "pd.Series[Any]":
    if kind == "time":
        return pd.Series(np.array(cells, "datetime64[us]")).dt.tz_localize("UTC")
    if kind == "date":
        return pd.Series(np.array(cells, "datetime64[us]"))
    return pd.Series(cells, dtype=DTYPES[kind])


@st.composite
def frames(draw: st.DrawFn, schema: Schema, *, most: int = 3) -> pd.DataFrame:
    """Any frame of a schema, with or without its optional columns, with further ones, and without rows."""
    kinds = {column.name: column.kind for column in schema.columns if not column.optional or draw(st.booleans())}
    kinds |= draw(
        st.dictionaries(st.text("xyz\u00e4 ", min_size=1, max_size=5), st.sampled_from(sorted(DTYPES)), max_size=3)
    )
    rows = draw(st.integers(0, most))
    return pd.DataFrame(
        {name: column_of(kind, [draw(CELLS[kind]) for _ in range(rows)]) for name, kind in kinds.items()}
    )


FINDINGS = st.builds(
    Finding, st.sampled_from(sorted(CODES)), st.integers(0, 2**40), TEXTS, st.none() | st.integers(0, 2**40), TEXTS
)
TOLD = st.builds(
    Told,
    TEXTS,
    TEXTS,
    file=TEXTS,
    start=st.none() | st.datetimes().map(lambda instant: instant.replace(fold=0, tzinfo=UTC)),
    local_start=st.none() | st.datetimes().map(lambda instant: instant.replace(fold=0)),
    distance_m=FLOATS,
    competition=FLOATS,
    body_weight_share=FLOATS,
    corrects=TEXTS,
)


@st.composite
def rates(draw: st.DrawFn) -> HeartRate:
    values = draw(st.lists(st.tuples(MICROSECONDS, FLOATS), max_size=4))
    return HeartRate(
        np.array([count for count, _ in values], "datetime64[us]"), np.array([bpm for _, bpm in values], float)
    )


@st.composite
def rows_of_sessions(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for column in SESSIONS.columns:
        cell = draw(CELLS[column.kind])
        if column.kind in {"time", "date"}:
            cell = pd.Timestamp(cell, tz="UTC" if column.kind == "time" else None)
        made[column.name] = cell
    return made


@st.composite
def harvests(draw: st.DrawFn) -> Harvest:
    """Any harvest: of an activity, a table, a file that only counts or one that could not be read."""
    accounts = st.builds(
        Account,
        st.lists(TOLD, max_size=3).map(tuple),
        frames(SHOES, most=1),
        st.lists(FINDINGS, max_size=2).map(tuple),
        st.dictionaries(TEXTS, rates(), max_size=3),
    )
    return Harvest(
        draw(TEXTS),
        draw(TEXTS),
        sha256=draw(st.integers(0, 2**256 - 1)).to_bytes(32).hex(),
        size=draw(st.integers(0, 2**40)),
        rows=tuple(draw(st.lists(rows_of_sessions(), max_size=2))),
        laps=draw(st.none() | frames(LAPS, most=2)),
        intensity=tuple(map(bins, draw(st.lists(st.integers(0, 99), max_size=2)))),
        findings=tuple(draw(st.lists(FINDINGS, max_size=2))),
        account=draw(st.none() | accounts),
        refused=draw(st.none() | st.tuples(TEXTS, TEXTS)),
    )
