"""How is a harvest written down, so that it can be read again exactly as it was, by whoever has the bytes?

Takes a `Harvest`; gives bytes: JSON, packed by zlib. Numbers are written so that they come back to the last bit, times
in whole microseconds, frames column by column. Nothing that is read here can run anything.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from stressfx.activity.intensity import Bins
from stressfx.activity.summary import Row
from stressfx.exports.harvest import Harvest, Reading
from stressfx.exports.store.columns import Plain, put_together, taken_apart
from stressfx.exports.told import Account, HeartRate, Told
from stressfx.findings import Finding
from stressfx.schema import SESSIONS

__all__ = ["Packed", "fingerprint", "pack"]

READER_VERSION = 2
"""Raised when the readers give other numbers than before for the same file, between two versions of the library."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST = 2**30
"""No harvest is larger: a document that unpacks to more is damaged. [bytes]"""

KINDS = {column.name: column.kind for column in SESSIONS.columns}
UNKNOWN: dict[str, Any] = {"text": "", "float": float("nan"), "int": 0, "time": None, "date": None}
"""What a column holds that was not there yet when a row was written."""

Json: TypeAlias = Any
"""What a JSON text holds."""


def fingerprint(how: Reading) -> str:
    """Name the way in which a file is read: as long as it stays the same, nothing needs to be read again.

    Parameters
    ----------
    how : Reading
        The options. Whose files they are is no part of it.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    options = {name: value for name, value in asdict(how).items() if name != "athlete_id"}
    return hashlib.blake2b(_text([_reader(), options]).encode(), digest_size=8).hexdigest()


def pack(harvest: Harvest) -> bytes:
    """Write a harvest down.

    Parameters
    ----------
    harvest : Harvest
        What one file gave.

    Returns
    -------
    bytes
        The same for the same harvest. Of heart rates only the names are in it; their values lie beside the records.

    Raises
    ------
    SchemaError
        If a frame has a column of a type that cannot be kept.
    """
    account = harvest.account
    written = {
        "reader": _reader(),
        "label": harvest.label,
        "kind": harvest.kind,
        "sha256": harvest.sha256,
        "size": harvest.size,
        "rows": _rows_down(harvest.rows),
        "laps": None if harvest.laps is None else _frame_down(harvest.laps),
        "intensity": [[bins.session_id, bins.counts, bins.numbers.tolist()] for bins in harvest.intensity],
        "findings": [list(finding) for finding in harvest.findings],
        "account": None if account is None else _account_down(account),
        "refused": harvest.refused,
    }
    return zlib.compress(_text(written).encode(), 1)


class Packed:
    """A harvest that was written down.

    Parameters
    ----------
    packed : bytes
        What `pack` gave.

    Raises
    ------
    ValueError
        If the bytes are none that `pack` gave.
    """

    def __init__(self, packed: bytes) -> None:
        try:
            unpacker = zlib.decompressobj()
            self._held = json.loads(unpacker.decompress(packed, LARGEST))
        except (zlib.error, RecursionError) as error:
            raise ValueError(f"it cannot be unpacked ({type(error).__name__})") from None
        if not unpacker.eof or not isinstance(self._held, dict):
            raise ValueError("it is no harvest")

    @property
    def is_current(self) -> bool:
        """Whether the readers of today made it, and not those of another version."""
        return bool(self._held.get("reader") == _reader())

    @property
    def heart_rate_ids(self) -> list[str]:
        """The workouts whose heart rates lie beside the records, in the order in which they are numbered."""
        account = self._held.get("account")
        return [] if account is None else list(account["heart_rates"])

    def harvest(self, heart_rates: Mapping[str, HeartRate] | None = None) -> Harvest:
        """Give the harvest.

        Parameters
        ----------
        heart_rates : mapping of str to HeartRate, optional
            Those of `heart_rate_ids`.

        Returns
        -------
        Harvest
            As it was.

        Raises
        ------
        ValueError
            If something is missing.
        """
        held = self._held
        try:
            return Harvest(
                label=held["label"],
                kind=held["kind"],
                sha256=held["sha256"],
                size=held["size"],
                rows=_rows_up(held["rows"]),
                laps=None if held["laps"] is None else _frame_up(held["laps"]),
                intensity=_intensity_up(held.get("intensity", ())),
                findings=_findings_up(held["findings"]),
                account=None if held["account"] is None else _account_up(held["account"], heart_rates or {}),
                refused=None if held["refused"] is None else tuple(held["refused"]),
            )
        except (KeyError, TypeError, IndexError, OverflowError) as error:
            raise ValueError(f"it lacks what belongs in it ({type(error).__name__})") from None


@lru_cache(maxsize=1)
def _reader() -> str:
    try:
        return f"{version('stressfx')}/{READER_VERSION}"
    except PackageNotFoundError:  # run from a folder
        return f"/{READER_VERSION}"


def _text(held: Json) -> str:
    return json.dumps(held, separators=(",", ":"), sort_keys=True)


def _rows_down(rows: Sequence[Row]) -> Json:
    if strange := {name for row in rows for name in row} - KINDS.keys():
        raise ValueError(f"sessions have no columns {sorted(strange)}")
    return {name: [_cell_down(kind, row[name]) for row in rows] for name, kind in KINDS.items()} if rows else {}


def _rows_up(columns: Json) -> tuple[Row, ...]:
    count = len(next(iter(columns.values()), ()))
    cells = {name: columns.get(name, [UNKNOWN[kind]] * count) for name, kind in KINDS.items()}
    return tuple({name: _cell_up(kind, cells[name][row]) for name, kind in KINDS.items()} for row in range(count))


def _cell_down(kind: str, value: Any) -> Json:  # noqa: ANN401  # whatever a row holds
    if kind == "float":
        return float(value)
    if kind == "int":
        return int(value)
    if kind == "text":
        return str(value)
    return None if pd.isna(value) else int(pd.Timestamp(value).asm8.astype("datetime64[us]").astype(np.int64))


def _cell_up(kind: str, value: Json) -> Any:  # noqa: ANN401  # whatever a row holds
    if kind not in {"time", "date"}:
        return value
    if value is None:
        return pd.NaT
    return pd.Timestamp(np.datetime64(value, "us"), tz="UTC" if kind == "time" else None)


def _frame_down(frame: pd.DataFrame) -> Json:
    columns = []
    for name, dtype, values in taken_apart(frame):
        plain = values.view(np.int64) if values.dtype.kind == "M" else values
        columns.append([name, dtype, plain.tolist()])
    return {"rows": len(frame), "columns": columns}


def _frame_up(held: Json) -> pd.DataFrame:
    columns = []
    for name, dtype, cells in held["columns"]:
        if dtype == "text":
            values = np.array([*cells, None], object)[:-1]  # the None keeps numpy from making it an array of str
        elif dtype.startswith("datetime64"):
            values = np.array(cells, np.int64).view(f"datetime64[{dtype[11:13].rstrip(',]')}]")
        else:
            values = np.array(cells, dtype)
        columns.append(Plain(name, dtype, values))
    return put_together(columns, held["rows"])


def _intensity_up(held: Json) -> tuple[Bins, ...]:
    return tuple(
        Bins(session_id, tuple(counts), np.array(numbers, np.float64).reshape(len(numbers), sum(counts)))
        for session_id, counts, numbers in held
    )


def _findings_up(held: Json) -> tuple[Finding, ...]:
    return tuple(Finding(*finding) for finding in held)


def _account_down(account: Account) -> Json:
    told = {part.name: [_moment_down(getattr(workout, part.name)) for workout in account.told] for part in fields(Told)}
    return {
        "told": told if account.told else {},
        "shoes": _frame_down(account.shoes),
        "findings": [list(finding) for finding in account.findings],
        "heart_rates": sorted(account.heart_rates),
    }


def _account_up(held: Json, heart_rates: Mapping[str, HeartRate]) -> Account:
    columns = held["told"]
    known = [part.name for part in fields(Told) if part.name in columns]
    count = len(columns["activity_id"]) if columns else 0
    moments = {"start": EPOCH, "local_start": EPOCH.replace(tzinfo=None)}
    for name, epoch in moments.items():
        if columns:
            cells = columns[name]
            columns[name] = [None if cell is None else epoch + cell * MICROSECOND for cell in cells]
    told = tuple(Told(**{name: columns[name][row] for name in known}) for row in range(count))
    return Account(told, _frame_up(held["shoes"]), _findings_up(held["findings"]), dict(heart_rates))


def _moment_down(value: Any) -> Json:  # noqa: ANN401  # whatever an account tells
    if not isinstance(value, datetime):
        return value.item() if isinstance(value, np.generic) else value
    return (value - (EPOCH if value.tzinfo else EPOCH.replace(tzinfo=None))) // MICROSECOND
