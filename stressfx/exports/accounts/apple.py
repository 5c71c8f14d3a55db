"""What does an export of Apple Health add to its recordings? The totals of every workout, and heart rates.

Takes the entries of an export; gives the health record among them with its reader. The recordings of an iPhone hold
positions and nothing else: heart rates stand in the record, one by one, without a word on the workout that they are of.
"""

from collections.abc import Sequence

import numpy as np

from stressfx.errors import LimitError
from stressfx.exports.accounts.apple_elements import EPOCH, HealthRecord, read_health_record
from stressfx.exports.accounts.apple_workouts import tell_workouts
from stressfx.exports.accounts.apple_xml import begins_health_record
from stressfx.exports.archive import Entry
from stressfx.exports.harvest import TableReader
from stressfx.exports.told import Account, HeartRate, Told

__all__ = ["read_apple", "tables"]

MAX_SHARED = 2**24
"""Heart rates of all workouts together, one counting for each workout that lasts over it."""


def tables(entries: Sequence[Entry]) -> dict[str, TableReader]:
    """Find the health record of an Apple Health export.

    Parameters
    ----------
    entries : sequence of Entry
        All files of an export.

    Returns
    -------
    dict of str to callable
        The label of the record, and what reads it.

    Notes
    -----
    The name of ``export.xml`` is in the language of the phone, so it is told by its first element. The same data stand
    in ``export_cda.xml`` once more, for clinics; that is not read.
    """
    named = (entry for entry in entries if entry.label.lower().endswith(".xml"))
    return {entry.label: read_apple for entry in named if begins_health_record(entry.head())}


def read_apple(entry: Entry) -> Account:
    """Read the health record of an Apple Health export.

    Parameters
    ----------
    entry : Entry
        The record.

    Returns
    -------
    Account
        Its workouts, and the heart rates that were measured while each lasted.

    Raises
    ------
    UnreadableFileError
        If it is no health record, or breaks off before its first element.
    LimitError
        If it passes a limit.

    Notes
    -----
    A heart rate is of every workout over whose time it was measured, by whatever source; of several at one instant, the
    first of the file stands. One run appears once for each app that wrote it down (Lybron/health-auto-export#65); all
    are told, for the log to count one.
    """
    with entry.stream() as stream:
        record = read_health_record(stream, entry.label)
    told, findings = tell_workouts(record.workouts, entry.label.rpartition("/")[0])
    return Account(
        tuple(told), findings=(*record.findings, *findings), heart_rates=_shared_out(record, told, entry.label)
    )


def _shared_out(record: HealthRecord, told: Sequence[Told], label: str) -> dict[str, HeartRate]:
    """Give every workout the heart rates from its start to its end."""
    times_us = np.asarray(record.times_us)
    order = np.argsort(times_us, kind="stable")
    times_us = times_us[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = times_us[1:] != times_us[:-1]
    times_us, values = times_us[first], np.asarray(record.heart_rates_bpm)[order[first]]
    shared: dict[str, HeartRate] = {}
    left = MAX_SHARED
    for one in told:
        if one.start is None or not one.elapsed_s >= 0:
            continue
        start_us = round((one.start - EPOCH).total_seconds() * 1e6)
        bounds = np.searchsorted(times_us, [start_us, start_us + round(one.elapsed_s * 1e6) + 1])
        held = slice(int(bounds[0]), int(bounds[1]))
        left -= held.stop - held.start
        if left < 0:
            raise LimitError(label, f"its workouts share more than {MAX_SHARED} heart rates")
        if held.stop > held.start:  # copied, so that what lies between the workouts can be let go
            shared[one.activity_id] = HeartRate(times_us[held].astype("datetime64[us]"), values[held].copy())
    return shared
