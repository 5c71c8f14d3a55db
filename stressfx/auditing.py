"""Answers what stressfx can say of one runner, in one run through all floors.

Takes an `Export` and what the runner tells (injuries, shoes, a profile); gives an `Audit`, frames only. The report,
the command line and the notebooks show these frames and compute nothing of their own.
"""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from stressfx.exports.checks import check_log
from stressfx.exports.loads import session_loads
from stressfx.exports.log import training_log
from stressfx.findings import Finding, findings_frame
from stressfx.injury.onsets import injury_onsets
from stressfx.schema import CHANGES, INJURIES, RULES, SHOES
from stressfx.training.cadence import cadence_baseline
from stressfx.training.changes.table import training_changes
from stressfx.training.daily import daily_load, weekly_totals
from stressfx.training.metrics.definitions import compare_definitions
from stressfx.training.rules import apply_rules
from stressfx.training.shoes.alerts import shoe_alerts
from stressfx.training.shoes.checks import check_shoes
from stressfx.training.shoes.mileage import assign_shoes, shoe_mileage, unassigned_share
from stressfx.training.spikes import SPIKE_CLASSES, session_spikes
from stressfx.training.surfaces.change import surface_change
from stressfx.training.surfaces.sessions import session_surfaces, surface_shares

if TYPE_CHECKING:
    from stressfx.exports.export import Export
    from stressfx.exports.tables import Profile

__all__ = ["Audit", "audit"]

FLAGGED = tuple(entry.state for entry in SPIKE_CLASSES[1:])
"""The classes of spikes that are flagged: all above the reference."""

DAYS_BEFORE_INJURY = 42
"""How far back from an injury spikes and changes are listed. [d]"""

LISTED_AS_SPIKE = "session_spike"
"""This kind of change is in ``before_injury`` already."""

TIMES = ("timer", "moving", "elapsed")


@dataclass(frozen=True, eq=False)
class Audit:
    """What stressfx can say of one runner.

    ==========================  ==================================================================
    `athlete_id`                who
    `sessions`                  every session, counted or not, with its loads (`stressfx.schema.LOADS`)
    `daily`                     the calendar (`stressfx.schema.DAILY_LOAD`)
    `weeks`                     ISO weeks (`stressfx.schema.WEEKS`)
    `spikes`                    every run and its class (`stressfx.schema.SPIKES`)
    `flagged_spikes()`          those that are small, moderate or large
    `changes`                   what rose or changed, dated (`stressfx.schema.CHANGES`)
    `definitions`               the same days by every definition of load (`stressfx.compare_definitions`)
    `surfaces`                  what each run was on, and how it is known (`stressfx.schema.SURFACES`)
    `surface_weeks`             the same by week (`stressfx.schema.SURFACE_WEEKS`)
    `surface_change`            how far each week differs from those before (`stressfx.schema.SURFACE_CHANGE`)
    `recent_weeks(n)`           the last weeks
    `injuries`                  what the runner reports (`stressfx.schema.INJURIES`)
    `before_injury`             flagged spikes in the 42 days before each injury
    `changes_before_injury`     other changes that were to be seen in these days, as they were on the eve of the injury
    `checks`                    what looks odd in the log as a whole (`stressfx.schema.CHECKS`)
    `time`                      which time stands for duration: timer, moving or elapsed
    `shoes`                     pairs of shoes (`stressfx.schema.SHOES`)
    `wear`                      what was run in each, by day (`stressfx.schema.WEAR`)
    `shoe_alerts`               how far each has come (`stressfx.schema.ALERTS`)
    `unassigned_share`          share of the distance of which no pair is known
    `files`                     how many files of which kind were met
    `findings`, `quarantine`    what was noticed, and the files that could not be read
    ==========================  ==================================================================

    ``before_injury`` has the columns of `spikes` and before them ``injury`` (row of `injuries`), ``site``, ``onset``
    (day), ``onset_rule`` (the column of `injuries` that it is from: first pain, else the first day without running,
    else the diagnosis) and ``days_before`` (1 to 42; the day of the onset itself is not before it). [d]

    ``changes_before_injury`` has the same five before the columns of `changes`. Its rows are made of the log until the
    day before the onset, so that nothing of them is from after it: a rise that went on then has here the value that it
    had reached. A change that began earlier and was still to be seen in the 42 days is there too, with more
    ``days_before``. Long runs are in ``before_injury`` alone.
    """

    athlete_id: str
    sessions: pd.DataFrame
    daily: pd.DataFrame
    weeks: pd.DataFrame
    spikes: pd.DataFrame
    injuries: pd.DataFrame
    before_injury: pd.DataFrame
    changes_before_injury: pd.DataFrame
    changes: pd.DataFrame
    definitions: pd.DataFrame
    surfaces: pd.DataFrame
    surface_weeks: pd.DataFrame
    surface_change: pd.DataFrame
    shoes: pd.DataFrame
    wear: pd.DataFrame
    shoe_alerts: pd.DataFrame
    unassigned_share: float
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


def audit(  # noqa: PLR0913  # each is a choice of its own
    export: "Export",
    *,
    injuries: pd.DataFrame | None = None,
    shoes: pd.DataFrame | None = None,
    profile: "Profile | None" = None,
    rules: pd.DataFrame | None = None,
    matched: pd.DataFrame | None = None,
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
        The runner's own profile; its limits for shoes hold for pairs that have none of their own, and its heart rates
        and thresholds make loads by heart rate possible.
    rules : DataFrame, optional
        `stressfx.schema.RULES`: surfaces, shoes and body weight carried, as the runner says.
    matched : DataFrame, optional
        Surfaces by a map, as `stressfx.exports.osm.runs.osm_surfaces` gives them.
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
    pairs = _with_limits(export.shoes if shoes is None else SHOES.check(shoes), profile)
    log = assign_shoes(apply_rules(training_log(export.sessions), RULES.empty() if rules is None else rules), pairs)
    loads = session_loads(log, export.intensity, profile=profile)
    daily = daily_load(loads, missing=missing, sport=sport)
    spikes = session_spikes(loads, sport=sport)
    surfaces = session_surfaces(loads, matched=matched, sport=sport)
    wear = shoe_mileage(loads, pairs, sports=(sport,))
    cadence = cadence_baseline(loads, export.intensity, sport=sport)
    unassigned = unassigned_share(loads, sports=(sport,))["share_of_distance"]
    told = INJURIES.empty() if injuries is None else INJURIES.check(injuries)
    own = told[told["athlete_id"].isin([export.athlete_id, ""])].reset_index(drop=True)
    cases = _cases(own)
    changing = {"sessions": loads, "surfaces": surfaces, "cadence": cadence, "daily": daily}
    noticed = [*_duplicates_found(log), *_others_found(len(told) - len(own))]
    return Audit(
        athlete_id=export.athlete_id,
        sessions=loads,
        daily=daily,
        weeks=weekly_totals(daily),
        spikes=spikes,
        injuries=own,
        before_injury=_before_injury(spikes[spikes["state"].isin(FLAGGED)], cases),
        changes_before_injury=_changes_before_injury(changing, cases, shoes=pairs, sport=sport),
        changes=_changes(changing, shoes=pairs, sport=sport),
        definitions=compare_definitions(daily),
        surfaces=surfaces,
        surface_weeks=surface_shares(surfaces),
        surface_change=surface_change(surfaces, daily),
        shoes=pairs,
        wear=wear,
        shoe_alerts=shoe_alerts(wear, pairs, on=None if daily.empty else daily["date"].max()),
        unassigned_share=float(unassigned.iloc[0]) if len(unassigned) else float("nan"),
        files=export.files,
        findings=pd.concat([export.findings, findings_frame(noticed)], ignore_index=True),
        quarantine=export.quarantine,
        checks=pd.concat([check_log(log, injuries=own), check_shoes(log, pairs, sports=(sport,))], ignore_index=True),
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


def _cases(injuries: pd.DataFrame) -> pd.DataFrame:
    """Date every injury by the first of its onsets that is known."""
    onsets = injury_onsets(injuries).rename(columns={"onset_by": "onset_rule"})
    return onsets[["injury", "site", "onset", "onset_rule"]]


def _before_injury(flagged: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Pair every injury with the flagged spikes of the days before it."""
    pairs = cases.merge(flagged, how="cross")
    days_before = (pairs["onset"] - pairs["date"]).dt.days.astype(float)
    pairs.insert(4, "days_before", days_before)
    near = days_before.between(1, DAYS_BEFORE_INJURY)
    return pairs[near].sort_values(["injury", "start"], ignore_index=True)


def _changes(frames: dict[str, pd.DataFrame], *, shoes: pd.DataFrame, sport: str) -> pd.DataFrame:
    surfaces, cadence, daily = (frames[name] for name in ("surfaces", "cadence", "daily"))
    return training_changes(
        frames["sessions"], surfaces=surfaces, shoes=shoes, cadence=cadence, daily=daily, sport=sport
    )


def _changes_before_injury(
    changing: dict[str, pd.DataFrame], cases: pd.DataFrame, *, shoes: pd.DataFrame, sport: str
) -> pd.DataFrame:
    """Pair every injury with the changes that were to be seen in the days before it, as they were on its eve."""
    found = [cases.iloc[:0].merge(CHANGES.empty(), how="cross")]
    for onset in cases["onset"].dropna().unique():
        until = {name: frame[frame["date"] < onset] for name, frame in changing.items()}
        changes = _changes(until, shoes=shoes, sport=sport)
        near = changes["last"] >= onset - pd.Timedelta(days=DAYS_BEFORE_INJURY)
        own = cases[cases["onset"] == onset]
        found.append(own.merge(changes[near & (changes["kind"] != LISTED_AS_SPIKE)], how="cross"))
    pairs = pd.concat(found, ignore_index=True)
    pairs.insert(4, "days_before", (pairs["onset"] - pairs["date"]).dt.days.astype(float))
    return pairs.sort_values(["injury", "date", "kind", "what"], ignore_index=True)
