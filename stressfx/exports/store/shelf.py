"""How does a document get onto the disk? Written down whole, by whichever process read the file, before it is listed.

Takes a harvest and its records; gives a `Written`, small enough to travel between processes.
"""

import hashlib
import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from stressfx.blocks import frame_of, utc
from stressfx.errors import StoreError
from stressfx.exports.harvest import Harvest, Reading
from stressfx.exports.store.faults import reported
from stressfx.exports.store.folder import ACTIVITIES, part_name, read_private, write_private
from stressfx.exports.store.manifest import Document
from stressfx.exports.store.parquet import read_frame, write_frame
from stressfx.exports.store.payload import fingerprint, pack
from stressfx.exports.told import Account, HeartRate

__all__ = ["Shelf", "Written", "file_name", "hash_of", "heart_rates_of", "identity_of"]

SHA256 = re.compile(r"[0-9a-f]{64}")


class Written(NamedTuple):
    """A document that lies in the store, and is not yet listed."""

    document: Document
    part: str
    """Name under which its file waits; empty if it needs none."""


@dataclass(frozen=True)
class Shelf:
    """Where the files of one store lie. Any process may write to it; only the list says what counts.

    Attributes
    ----------
    root : Path
        The folder of the store.
    writer : str
        For whom it is written: who opened the store, and will list what lies there.
    """

    root: Path = field(repr=False)
    writer: str

    def write(self, harvest: Harvest, records: pd.DataFrame | None, how: Reading) -> Written:
        """Write a document down.

        Parameters
        ----------
        harvest : Harvest
            What a file gave.
        records : DataFrame or None
            The samples, if it is an activity.
        how : Reading
            Whose it is, and how it was read.

        Returns
        -------
        Written
            What `Store.commit` takes.

        Raises
        ------
        StoreError
            If the document has no hash to be found by, or cannot be written; then nothing is left of it.
        SchemaError
            If a frame has a column of a type that cannot be kept.

        Notes
        -----
        What holds sessions, or what an account tells, gets a Parquet file, with the harvest itself inside: the list
        can be made anew from the files. Whatever only needs counting is kept in the list alone. The file is written
        under a name of its own, read again and compared; `Store.commit` brings it down to the disk.
        """
        if not SHA256.fullmatch(harvest.sha256):
            raise StoreError(f"{harvest.label}: a document without the hash of its bytes cannot be kept")
        payload = pack(harvest)
        document = Document(
            how.athlete_id, harvest.sha256, fingerprint(how), harvest.kind, "", "", time.time_ns() // 1000, payload
        )
        account = harvest.account
        if not harvest.rows and (account is None or not (account.told or account.heart_rates)):
            return Written(document, "")
        frame = records if records is not None else _heart_rates_frame(account or Account())
        data = write_frame(frame, identity_of(document), payload)
        part = part_name(self.writer)
        with reported(f"{harvest.label} cannot be written into the store"):
            self._write_checked(part, data, len(frame))
        found = hash_of(data)
        return Written(document._replace(file=file_name(document.sha256, found), file_hash=found), part)

    def _write_checked(self, part: str, data: bytes, rows: int) -> None:
        path = self.root / ACTIVITIES / part
        write_private(path, data)
        try:
            _check(read_private(path), data, rows)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise


def identity_of(document: Document) -> dict[str, str | int]:
    """Give what a document's file says of itself.

    Parameters
    ----------
    document : Document
        What the list says of it.

    Returns
    -------
    dict
        All but its payload, and the name and hash of the file, which a file cannot hold.
    """
    return {
        "athlete_id": document.athlete_id,
        "sha256": document.sha256,
        "fingerprint": document.fingerprint,
        "kind": document.kind,
        "imported_at": document.imported_at,
    }


def hash_of(data: bytes) -> str:
    """Hash the bytes of a file of the store.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def file_name(sha256: str, file_hash: str) -> str:
    """Name the file of a document: by what it was read from, and by what it holds.

    Parameters
    ----------
    sha256 : str
        Hash of the bytes that were read.
    file_hash : str
        `hash_of` the file.

    Returns
    -------
    str
        A name that no file of other content has.
    """
    return f"{sha256}-{file_hash[:16]}.parquet"


def heart_rates_of(frame: pd.DataFrame, ids: list[str]) -> dict[str, HeartRate]:
    """Give the heart rates that lie in the file of an account's table.

    Parameters
    ----------
    frame : DataFrame
        What the file holds.
    ids : list of str
        Names of the workouts, in the order of their numbers.

    Returns
    -------
    dict of str to HeartRate
        By workout.
    """
    times = frame["time"].to_numpy("datetime64[us]")
    heart_rate_bpm = frame["heart_rate_bpm"].to_numpy()
    edges = np.searchsorted(frame["leg"].to_numpy(), np.arange(len(ids) + 1))
    spans = zip(ids, edges[:-1], edges[1:], strict=True)
    return {name: HeartRate(times[start:end], heart_rate_bpm[start:end]) for name, start, end in spans}


def _check(again: bytes, data: bytes, rows: int) -> None:
    if again != data or len(read_frame(again)) != rows:
        raise OSError(0, "the disk gave back other bytes than were written")


def _heart_rates_frame(account: Account) -> pd.DataFrame:
    each = [account.heart_rates[name] for name in sorted(account.heart_rates)]
    times = [np.empty(0, "datetime64[us]"), *(one.time.astype("datetime64[us]") for one in each)]
    legs = np.repeat(np.arange(len(each)), [len(one.time) for one in each])
    values = [np.empty(0), *(one.heart_rate_bpm for one in each)]
    blocks = ((utc(np.concatenate(times)), (0,)), (legs[None], (1,)), (np.concatenate(values)[None], (2,)))
    return frame_of(("time", "leg", "heart_rate_bpm"), blocks, len(legs))
