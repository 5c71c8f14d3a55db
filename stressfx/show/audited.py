"""What is known of the runner that a command is about? One reading for all commands that stand on an audit.

Takes what was typed; gives the audit, and what it was made of.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from stressfx.auditing import Audit, audit
from stressfx.exports.rules import read_rules
from stressfx.exports.tables import read_injuries, read_profile, read_shoes
from stressfx.show.sources import Asked, beside, read, stored, surfaces_by_map

if TYPE_CHECKING:
    import pandas as pd

    from stressfx.exports.export import Export

__all__ = ["Audited", "audited"]


class Audited(NamedTuple):
    """What a command is about."""

    audit: Audit
    export: "Export"
    injuries: "pd.DataFrame | None"
    """The whole table of injuries, of any number of runners; None if there is none."""


def audited(asked: Asked, *, time: str = "timer") -> Audited:
    """Read what was asked for, and audit it.

    Parameters
    ----------
    asked : Asked
        What was typed, with either a path or a store.
    time : {"timer", "moving", "elapsed"}
        Which time stands for duration.

    Returns
    -------
    Audited
        The audit, with the tables that lie beside the files where none was named.
    """
    profile, injuries = asked.profile or beside(asked.path, "profile.toml"), asked.injuries_file
    rules = asked.rules or beside(asked.path, "rules.toml")
    runner = read_profile(profile) if profile else None
    told, pairs, ruled = (
        reader(file) if file else None
        for reader, file in ((read_injuries, injuries), (read_shoes, asked.shoes), (read_rules, rules))
    )
    wanted = replace(asked.wanted, athlete=asked.wanted.athlete or (runner.athlete_id if runner else None))
    if asked.store is not None:
        export = stored(asked.store, athlete=wanted.athlete, tz=wanted.tz, unnamed_sport=asked.unnamed_sport)
    elif asked.path is not None:
        export = read(asked.path, wanted, unnamed_sport=asked.unnamed_sport)
    matched = surfaces_by_map(export, asked.osm) if asked.osm else None
    found = audit(export, injuries=told, shoes=pairs, profile=runner, rules=ruled, matched=matched, time=time)
    return Audited(found, export, told)
