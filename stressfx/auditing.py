"""Answers what stressfx can say of one runner, in one run through all floors.

Takes an `Export` and what the runner tells (injuries, shoes, a profile); gives an `Audit`, frames only. The report,
the command line and the notebooks show these frames and compute nothing of their own.
"""

from dataclasses import dataclass
from functools import reduce
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stressfx.exports.checks import check_log
from stressfx.exports.log import training_log
from stressfx.findings import Finding, findings_frame
from stressfx.schema import INJURIES, SHOES
from stressfx.training.daily import daily_load, weekly_totals
from stressfx.training.spikes import SPIKE_CLASSES, session_spikes

if TYPE_CHECKING:
    from stressfx.exports.export import Export
    from stressfx.exports.tables import Profile

__all__ = ["Audit", "audit"]

FLAGGED = tuple(entry.state for entry in SPIKE_CLASSES[1:])
"""The classes of spikes that are flagged: all above the reference."""

DAYS_BEFORE_INJURY = 42
"""How far back from an injury spikes are listed. [d]"""

TIMES = ("timer", "moving", "elapsed")

ONSETS = ("first_pain", "stopped_running", "diagnosed")
"""What dates the onset of an injury: the first of these that is known."""


@dataclass(frozen=True, eq=False)
class Audit:
    """What stressfx can say of one runner.

    ==========================  ==================================================================
    `athlete_id`                who
    `sessions`                  every session, counted or not (`stressfx.schema.LOG`)
    `daily`                     the calendar (`stressfx.schema.DAILY_LOAD`)
    `weeks`                     ISO weeks (`stressfx.schema.WEEKS`)
    `spikes`                    every run and its class (`stressfx.schema.SPIKES`)
    `flagged_spikes()`          those that are small, moderate or large
    `recent_weeks(n)`           the last weeks
    `injuries`                  what the runner reports (`stressfx.schema.INJURIES`)
    `before_injury`             flagged spikes in the 42 days before each injury
    `checks`                    what looks odd in the log as a whole (`stressfx.schema.CHECKS`)
    `time`                      which time stands for duration: timer, moving or elapsed
    `shoes`                     pairs of shoes (`stressfx.schema.SHOES`)
    `files`                     how many files of which kind were met
    `findings`, `quarantine`    what was noticed, and the files that could not be read
    ==========================  ==================================================================

    ``before_injury`` has the columns of `spikes` and before them ``injury`` (row of `injuries`), ``site``, ``onset``
    (day), ``onset_rule`` (the column of `injuries` that it is from: first pain, else the first day without running,
    else the diagnosis) and ``days_before`` (1 to 42; the day of the onset itself is not before it). [d]
    """

    athlete_id: str
    sessions: pd.DataFrame
    daily: pd.DataFrame
    weeks: pd.DataFrame
    spikes: pd.DataFrame
    injuries: pd.DataFrame
    before_injury: pd.DataFrame
    shoes: pd.DataFrame
    files: pd.DataFrame
    findings: pd.DataFrame
    quarantine: pd.DataFrame
    checks: pd.DataFrame
    time: str = "timer"

    def recent_weeks(self, n: int = 6) -> pd.DataFrame:
        """Give the last weeks of the log.

        Parameters
        ----------
        n : int
            How many.

        Returns
        -------
        DataFrame
            The last `n` rows of `weeks`, the current week included however short.
        """
        return self.weeks.tail(n).reset_index(drop=True)

    def flagged_spikes(self) -> pd.DataFrame:
        """Give the runs that went more than 10 % beyond the longest of the 30 days before.

        Returns
        -------
        DataFrame
            The rows of `spikes` whose state is small, moderate or large.
        """
        return self.spikes[self.spikes["state"].isin(FLAGGED)].reset_index(drop=True)

    def _repr_html_(self) -> str:
        """Show what a person looks for first. No position is shown."""
        counted = self.sessions[self.sessions["counted"]]
        days = self.daily["date"]
        flags = self.spikes["state"].value_counts()
        rows = {
            "log": f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}, {len(days)} days" if len(days) else "no session",
            "sessions": f"{len(counted)} counted of {len(self.sessions)}",
            "runs compared": len(self.spikes),
            "flagged spikes": ", ".join(f"{flags.get(state, 0)} {state}" for state in FLAGGED),
            "injuries": len(self.injuries),
            "findings": len(self.findings),
            "files in quarantine": len(self.quarantine),
        }
        cells = "".join(f"<tr><th>{name}</th><td>{escape(str(value))}</td></tr>" for name, value in rows.items())
        return f"<h4>Audit of {escape(self.athlete_id)}</h4><table>{cells}</table>"


def audit(
    export: "Export",
    *,
    injuries: pd.DataFrame | None = None,
    shoes: pd.DataFrame | None = None,
    profile: "Profile | None" = None,
    missing: str = "zero",
    sport: str = "running",
    time: str = "timer",
) -> Audit:
    """Run one runner's export through all floors.

    Parameters
    ----------
    export : Export
        What `stressfx.exports.read.read_export` gives.
    injuries : DataFrame, optional
        `stressfx.schema.INJURIES`. Rows of another athlete are left out, with a finding.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`; else the shoes of the export.
    profile : Profile, optional
        The runner's own profile; its limits for shoes hold for pairs that have none of their own.
    missing : {"zero", "nan"}
        What a day without a session is, see `stressfx.training.daily.daily_load`.
    sport : str
        The sport that days, weeks and spikes are made of.
    time : {"timer", "moving", "elapsed"}
        Which time stands for the duration of runs where a single one is shown; the frames hold all three.

    Returns
    -------
    Audit
        Frames only.

    Raises
    ------
    ValueError
        If `missing` is no policy, or `time` none of the three.
    SchemaError
        If a frame does not follow its schema.
    """
    if time not in TIMES:
        raise ValueError(f"time is {time!r}; 'timer', 'moving' or 'elapsed' is needed")
    log = training_log(export.sessions)
    daily = daily_load(log, missing=missing, sport=sport)
    spikes = session_spikes(log, sport=sport)
    told = INJURIES.empty() if injuries is None else INJURIES.check(injuries)
    own = told[told["athlete_id"].isin([export.athlete_id, ""])].reset_index(drop=True)
    noticed = [*_duplicates_found(log), *_others_found(len(told) - len(own))]
    return Audit(
        athlete_id=export.athlete_id,
        sessions=log,
        daily=daily,
        weeks=weekly_totals(daily),
        spikes=spikes,
        injuries=own,
        before_injury=_before_injury(spikes[spikes["state"].isin(FLAGGED)], own),
        shoes=_with_limits(export.shoes if shoes is None else SHOES.check(shoes), profile),
        files=export.files,
        findings=pd.concat([export.findings, findings_frame(noticed)], ignore_index=True),
        quarantine=export.quarantine,
        checks=check_log(log, injuries=own),
        time=time,
    )


def _with_limits(shoes: pd.DataFrame, profile: "Profile | None") -> pd.DataFrame:
    """Give pairs without limits of their own those of the profile."""
    if profile is None:
        return shoes
    return shoes.fillna({"watch_m": profile.shoe_watch_m, "replace_m": profile.shoe_replace_m})


def _duplicates_found(log: pd.DataFrame) -> list[Finding]:
    """Say of every duplicate which file stands for it."""
    twins = log[log["duplicate_of"] != ""]
    sources = dict(zip(log["session_id"], log["source"], strict=True))
    return [
        Finding("duplicate-of", 1, f"The same workout as {sources[kept]}, which counts.", where=source)
        for source, kept in zip(twins["source"], twins["duplicate_of"], strict=True)
    ]


def _others_found(count: int) -> list[Finding]:
    text = f"{count} injuries name another athlete."
    return [Finding("other-athlete", count, text, where="injuries")] if count else []


def _before_injury(flagged: pd.DataFrame, injuries: pd.DataFrame) -> pd.DataFrame:
    """Pair every injury with the flagged spikes of the days before it."""
    onset = reduce(pd.Series.fillna, (injuries[name] for name in ONSETS))
    rule = np.select([injuries[name].notna() for name in ONSETS], ONSETS, default="")
    cases = pd.DataFrame(
        {
            "injury": np.arange(len(injuries)),
            "site": injuries["site"],
            "onset": onset,
            "onset_rule": pd.Series(rule, dtype="str"),
        },
    )
    pairs = cases.merge(flagged, how="cross")
    days_before = (pairs["onset"] - pairs["date"]).dt.days.astype(float)
    pairs.insert(4, "days_before", days_before)
    near = days_before.between(1, DAYS_BEFORE_INJURY)
    return pairs[near].sort_values(["injury", "start"], ignore_index=True)
