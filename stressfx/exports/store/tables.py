"""How does everything come out of a store again? As tables that other programs read, without stressfx.

Takes an open store; writes a folder of Parquet or CSV files.
"""

import io
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from stressfx.activity.summary import sessions_frame
from stressfx.errors import StoreError
from stressfx.exports.harvest import Harvest
from stressfx.exports.store.faults import reported
from stressfx.exports.store.folder import FOLDER_MODE, write_private
from stressfx.exports.write import write_csv
from stressfx.findings import Finding, findings_frame

if TYPE_CHECKING:
    from stressfx.exports.store.store import Store

__all__ = ["export_store"]

RECORDS = "records"
Write: TypeAlias = Callable[[pd.DataFrame, str], None]


def export_store(store: "Store", folder: Path, *, form: str = "parquet") -> None:
    """Write everything in a store as tables.

    Parameters
    ----------
    store : Store
        An open one.
    folder : Path
        A new folder, or an empty one.
    form : {"parquet", "csv"}
        Form of the tables.

    Raises
    ------
    StoreError
        If the folder is not empty, or cannot be written.
    ValueError
        If there is no such form.

    Notes
    -----
    ``sessions``, ``laps``, ``told`` (what accounts say of workouts), ``shoes``, ``findings`` and ``quarantine``, of all
    athletes; and in ``records`` the samples of each session, which the column ``records`` of the sessions names. Texts
    that a spreadsheet would take for formulas are defused in CSV. Samples hold positions.
    """
    forms = {"parquet": _parquet, "csv": _csv}
    if form not in forms:
        raise ValueError(f"the form is {form!r}; one of {', '.join(forms)} is needed")

    def write(frame: pd.DataFrame, name: str) -> None:
        write_private(folder / f"{name}.{form}", forms[form](frame))

    with reported(f"the folder {folder.name!r} cannot be written"):
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StoreError(f"the folder {folder.name!r} is not empty; name a new one")
        (folder / RECORDS).mkdir(mode=FOLDER_MODE)
        tables: dict[str, list[pd.DataFrame]] = {}
        for number, athlete_id in enumerate(store.athletes(), start=1):
            for name, frame in _of_athlete(store, athlete_id, number, form, write).items():
                tables.setdefault(name, []).append(frame)
        for name, frames in tables.items():
            write(pd.concat(frames, ignore_index=True), name)


def _of_athlete(store: "Store", athlete_id: str, number: int, form: str, write: Write) -> dict[str, pd.DataFrame]:
    harvests, findings = store.harvests(athlete_id)
    sessions = sessions_frame(row for harvest in harvests for row in harvest.rows)
    names: list[str] = []
    for harvest in harvests:
        names += _records(
            store, athlete_id, harvest, f"{RECORDS}/{number}-{harvest.sha256[:16]}", form, write, findings
        )
    accounts = [(harvest, harvest.account) for harvest in harvests if harvest.account is not None]
    refused = [(harvest.label, *harvest.refused) for harvest in harvests if harvest.refused is not None]
    noticed = [_placed(harvest, finding) for harvest in harvests for finding in harvest.findings]
    tables = {
        "sessions": sessions.assign(records=pd.Series(names, dtype="str", index=sessions.index)),
        "laps": _joined(harvest.laps for harvest in harvests if harvest.laps is not None),
        "told": pd.DataFrame([asdict(told) for _, account in accounts for told in account.told]),
        "shoes": _joined(account.shoes for _, account in accounts),
        "findings": findings_frame([*noticed, *findings]),
        "quarantine": pd.DataFrame(refused, columns=["source", "kind", "reason"], dtype="str"),
    }
    return {
        name: frame if "athlete_id" in frame else frame.assign(athlete_id=athlete_id)
        for name, frame in tables.items()
        if len(frame)
    }


def _records(  # all of it is needed once
    store: "Store", athlete_id: str, harvest: Harvest, name: str, form: str, write: Write, findings: list[Finding]
) -> list[str]:
    """Write the samples of a file's sessions, and name the table of each; a damaged file costs its own."""
    if not harvest.rows:
        return []
    try:
        records = store.records(athlete_id, harvest.sha256)
    except (KeyError, StoreError):
        text = "The samples cannot be read; they were left out."
        findings.append(Finding("store-damaged", 1, text, where=harvest.label))
        return [""] * len(harvest.rows)
    names = []
    for row in harvest.rows:
        of_leg = records[records["leg"] == row["leg"]]
        names.append(f"{name}-{row['leg']}.{form}" if len(of_leg) else "")
        if len(of_leg):
            write(of_leg, f"{name}-{row['leg']}")
    return names


def _placed(harvest: Harvest, finding: Finding) -> Finding:
    return finding._replace(where=f"{harvest.label}: {finding.where}" if finding.where else harvest.label)


def _joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, engine="pyarrow", index=False, compression="zstd")
    return out.getvalue()


def _csv(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    write_csv(frame, out)
    return out.getvalue()
