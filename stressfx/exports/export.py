"""What do all files of one runner say together? `Export`, and how it is put together from what each file gave.

Takes a `Harvest` a file, wherever it is from (files just read, or a store); gives an `Export`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from itertools import chain
from math import inf
from typing import TypeAlias

import pandas as pd

from stressfx.activity.intensity import Bins, intensity_frame
from stressfx.activity.summary import Row, sessions_frame
from stressfx.errors import SchemaError
from stressfx.exports.harvest import Harvest, Reading, refused
from stressfx.exports.heart_rate import heart_rate_records, heart_rate_totals, with_heart_rate
from stressfx.exports.join import lay_over, merged, name_sports, told_rows
from stressfx.exports.told import HeartRate, Told
from stressfx.findings import Finding, findings_frame
from stressfx.schema import DTYPES, LAPS, QUARANTINE, RECORDS, SESSIONS, SHOES

__all__ = ["RECORDED", "Export", "Samples", "assemble", "by_content"]

RECORDED = ("fit", "gpx", "tcx", "polar")
"""Formats of recordings; every other `format` is an account whose table alone tells of the session."""

Samples: TypeAlias = "Callable[[str, str], pd.DataFrame]"
"""Gives the records of the file of a session, by its label and the session's id."""


@dataclass(frozen=True, eq=False)
class Export:
    """What one runner's files hold.

    ==========================  ==================================================================
    `athlete_id`                whose files they are
    `sessions`                  one row a leg of a file (`stressfx.schema.SESSIONS`), by start
    `laps`                      their laps (`stressfx.schema.LAPS`, and ``session_id``)
    `intensity`                 time, steps and metres at each heart rate and speed (`stressfx.schema.INTENSITY`)
    `findings`                  what was noticed (`stressfx.findings`); ``where`` is a file's label
    `quarantine`                files that could not be read (`stressfx.schema.QUARANTINE`)
    `shoes`                     pairs of shoes (`stressfx.schema.SHOES`)
    `files`                     how many files of which ``kind`` were met; every file counts in one
    `source`                    name of the folder, archive, file or store
    `records(session_id)`       the samples of one session
    ==========================  ==================================================================
    """

    athlete_id: str
    sessions: pd.DataFrame
    laps: pd.DataFrame
    intensity: pd.DataFrame
    findings: pd.DataFrame
    quarantine: pd.DataFrame
    shoes: pd.DataFrame
    files: pd.DataFrame
    source: str
    samples: Samples = field(repr=False)
    heart_rates: Mapping[str, HeartRate] = field(default_factory=dict, repr=False)

    def records(self, session_id: str) -> pd.DataFrame:
        """Give the samples of one session, from its file or from the store.

        Parameters
        ----------
        session_id : str
            One of ``sessions["session_id"]``.

        Returns
        -------
        DataFrame
            `stressfx.schema.RECORDS`: the rows of the session's leg; heart rates that an account keeps apart are filled
            in. Empty for a session that only the table of an account tells of.

        Raises
        ------
        KeyError
            If the export holds no such session.
        UnreadableFileError
            If its file has gone or has changed since the export was read.
        """
        rows = self.sessions[self.sessions["session_id"] == session_id]
        if rows.empty:
            raise KeyError(f"{self.source} holds no session {session_id!r}; see its sessions['session_id']")
        row = rows.iloc[0]
        heart_rate = self.heart_rates.get(session_id)
        if row["format"] not in RECORDED:
            return RECORDS.empty() if heart_rate is None else heart_rate_records(heart_rate)
        records = self.samples(str(row["source"]), session_id)
        records = records[records["leg"] == row["leg"]].reset_index(drop=True)
        return records if heart_rate is None else with_heart_rate(records, heart_rate)


def by_content(sha256: str) -> str:
    """Name a file by its content, for a table that outlives the export it came in.

    Parameters
    ----------
    sha256 : str
        Hash of the file's unpacked bytes.

    Returns
    -------
    str
        What `Told.file` holds inside a store.
    """
    return f"sha256:{sha256}"


def assemble(
    harvests: Iterable[Harvest],
    how: Reading,
    *,
    source: str,
    samples: Samples,
    noticed: Sequence[Finding] = (),
    others: Iterable[str] = (),
) -> Export:
    """Put together what all files gave.

    Parameters
    ----------
    harvests : iterable of Harvest
        One a file, in the order of their labels.
    how : Reading
        How they were read.
    source : str
        Name of the whole.
    samples : callable
        Gives the records of a file.
    noticed : sequence of Finding
        What was noticed of the whole.
    others : iterable of str
        Kinds of files that were not read, one each.

    Returns
    -------
    Export
        The same whatever the order in which the files were worked on.
    """
    gathered = _Gathered(how, noticed=list(noticed), kinds=Counter(others))
    for harvest in harvests:
        gathered.take(harvest)
    gathered.lay_accounts_over()
    gathered.name_sports()
    return gathered.export(source, samples)


def _latest_starts(told: Sequence[tuple[str, Told]]) -> dict[str, float]:
    """Tell of every table when its last workout began: what the newest says stands, whatever a folder calls it."""
    latest: dict[str, float] = {}
    for label, one in told:
        start = one.start or (one.local_start and one.local_start.replace(tzinfo=UTC))
        latest[label] = max(latest.get(label, -inf), start.timestamp() if start else -inf)
    return latest


@dataclass
class _Gathered:
    """What the files gave so far; `Export` once all are there."""

    how: Reading
    noticed: list[Finding]
    kinds: Counter[str]
    shoes: list[tuple[bool, str, pd.DataFrame]] = field(default_factory=list)
    """Pairs by the label of their table, the runner's own table first."""
    rows: dict[str, Sequence[Row]] = field(default_factory=dict)
    """Sessions by the label of their file or table."""
    twins: dict[str, str] = field(default_factory=dict)
    """The label under which a file of the same bytes was met first."""
    laps: list[pd.DataFrame] = field(default_factory=list)
    bins: list[Bins] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)
    other_kinds: Counter[str] = field(default_factory=Counter)
    labels: dict[str, str] = field(default_factory=dict)
    """Of every hash of content, the file that it was first met in."""
    told: list[tuple[str, Told]] = field(default_factory=list)
    heart_rates: dict[str, HeartRate] = field(default_factory=dict)

    def take(self, harvest: Harvest) -> None:
        label = harvest.label
        if harvest.refused is not None:
            if harvest.sha256:
                self.labels.setdefault(harvest.sha256, label)
            self.refuse(label, *harvest.refused)
            return
        first = self.labels.setdefault(harvest.sha256, label) if harvest.sha256 else label
        if first != label:
            self.noticed.append(Finding("same-bytes", 1, f"The same as {first}.", where=label))
            self.kinds["repeated"] += 1
            self.twins[label] = first
            return
        self._note(harvest.findings, label)
        if harvest.account is not None:
            self.kinds[harvest.kind] += 1
            self.shoes.append((harvest.kind != "shoes", label, harvest.account.shoes))
            self.told += [(label, told) for told in harvest.account.told]
            self.heart_rates |= {
                f"{harvest.kind}:{name}": heart_rate for name, heart_rate in harvest.account.heart_rates.items()
            }
        elif harvest.kind in RECORDED:
            self.kinds[harvest.kind] += 1
            self.rows[label] = [dict(row) for row in harvest.rows]  # accounts are laid over them
            if harvest.laps is not None:
                self.laps.append(harvest.laps)
            self.bins += harvest.intensity
        else:
            self.other_kinds[harvest.kind] += 1

    def refuse(self, label: str, error: str, reason: str) -> None:
        self.refused.append((label, error, reason))
        self.noticed.append(Finding("unreadable", 1, f"{reason[:1].upper()}{reason[1:]}.", where=label))
        self.kinds["unreadable"] += 1

    def _note(self, findings: Iterable[Finding], label: str) -> None:
        """Keep a file's findings under its label; what they named inside the file is said in the message."""
        for finding in findings:
            inside = f" ({finding.where})" if finding.where and finding.where != label else ""
            self.noticed.append(finding._replace(where=label, message=finding.message + inside))

    def lay_accounts_over(self) -> None:
        """Bring what the accounts tell to the sessions of the files, and give what has no file a session of its own."""
        if not self.told:
            return
        tables: dict[tuple[str, str], str] = {}
        for label, told in self.told:
            tables.setdefault((told.account, told.activity_id), label)
        latest = _latest_starts(self.told)
        ordered = sorted(self.told, key=lambda each: latest[each[0]])
        whole = [(tables[told.account, told.activity_id], told) for told in merged(told for _, told in ordered)]
        contents = {by_content(sha256): self.rows.get(label, ()) for sha256, label in self.labels.items()}
        files = {**contents, **self.rows, **{twin: self.rows.get(first, ()) for twin, first in self.twins.items()}}
        present = [*files, *(label for label, _, _ in self.refused), *self.labels.values()]
        rows = list(chain.from_iterable(self.rows.values()))
        alone, found, findings = lay_over(rows, whole, files, present)
        self.noticed += findings
        by_session = {name: [str(row["session_id"]) for row in sessions] for name, sessions in found.items()}
        for label in dict.fromkeys(label for label, _ in alone):
            by_session |= self._stand_alone(label, [told for other, told in alone if other == label])
        heart_rates = {
            session_id: heart_rate
            for name, heart_rate in self.heart_rates.items()
            for session_id in by_session.get(name, ())
        }
        self.heart_rates = heart_rates
        for row in chain.from_iterable(self.rows.values()):
            if row["session_id"] in heart_rates and not row["heart_rate_coverage"] > 0:
                totals, bins = heart_rate_totals(heart_rates[row["session_id"]], row["timer_s"], row["session_id"])
                row.update(totals)
                self.bins += bins

    def name_sports(self) -> None:
        """Name what neither its file nor an account does as the caller wants it."""
        for label, rows in self.rows.items():
            self._note(name_sports(rows, self.how.unnamed_sport), label)

    def _stand_alone(self, label: str, told: list[Told]) -> dict[str, list[str]]:
        """Make sessions of the workouts of one table that have no file."""
        said = [one for one in told if one.start is not None or one.local_start is not None or one.distance_m > 0]
        if not said:
            return {}
        rows = told_rows(said, athlete_id=self.how.athlete_id, tz=self.how.tz, source=label)
        self.rows[label] = rows
        text = "Workouts without a recording; the totals of the account were used."
        self.noticed += [Finding("told-only", len(rows), text, where=label)]
        local = sum(row["offset_source"] == "local" for row in rows)
        if local:
            text = "The account tells the runner's clock and no zone: the day is certain, the instant is not."
            self.noticed.append(Finding("zone-unknown", local, text, where=label))
        return {f"{one.account}:{one.activity_id}": [row["session_id"]] for one, row in zip(said, rows, strict=True)}

    def export(self, source: str, samples: Samples) -> Export:
        """Put everything together."""
        sessions = self._checked_sessions().sort_values(["start", "session_id"], ignore_index=True)
        laps = pd.concat(self.laps) if self.laps else LAPS.empty().assign(session_id=pd.Series(dtype="str"))
        known = set(sessions["session_id"])
        laps = laps[laps["session_id"].isin(known)]
        for kind, count in sorted(self.other_kinds.items()):
            self.noticed.append(Finding("not-activity", count, f"Files of the kind {kind!r}: {count}."))
        kinds = sorted((self.kinds + self.other_kinds).items())
        text = DTYPES["text"]
        return Export(
            athlete_id=self.how.athlete_id,
            sessions=sessions,
            laps=laps.sort_values("start", kind="stable", ignore_index=True),
            intensity=intensity_frame(bins for bins in self.bins if bins.session_id in known),
            findings=findings_frame(self.noticed).sort_values("where", kind="stable", ignore_index=True),
            quarantine=pd.DataFrame(sorted(self.refused), columns=[c.name for c in QUARANTINE.columns], dtype=text),
            shoes=self._all_shoes(),
            files=pd.DataFrame(kinds, columns=["kind", "count"]).astype({"kind": text, "count": "int64"}),
            source=source,
            samples=samples,
            heart_rates=self.heart_rates,
        )

    def _all_shoes(self) -> pd.DataFrame:
        """Put the tables of shoes together; what the latest says of a pair stands, the runner's own table first."""
        latest_first = self.shoes[::-1]
        ordered = sorted(latest_first, key=lambda table: table[0])
        tables: list[pd.DataFrame] = []
        named: set[str] = set()
        for _, _, shoes in ordered:
            told = shoes[~shoes["shoe_id"].isin(named)]  # a pair can have several rows in one table, and one table only
            named |= set(told["shoe_id"])
            tables += [told] if len(told) else []
        return pd.concat(tables, ignore_index=True) if tables else SHOES.empty()

    def _checked_sessions(self) -> pd.DataFrame:
        """Check all sessions at once, and file by file only if that fails: a bad one costs only itself."""
        try:
            return SESSIONS.check(sessions_frame(chain.from_iterable(self.rows.values())))
        except SchemaError:
            return sessions_frame(
                row for label, rows in self.rows.items() if self._is_sound(label, rows) for row in rows
            )

    def _is_sound(self, label: str, rows: Sequence[Row]) -> bool:
        try:
            SESSIONS.check(sessions_frame(rows))
        except SchemaError as error:
            reason = refused(label, error).refused or ("", "")
            self.refuse(label, *reason)
            self.kinds[str(rows[0]["format"])] -= 1
            return False
        return True
