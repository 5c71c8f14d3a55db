"""Answers what should be known of a training log before its numbers are used.

Takes Sessions or a log, of any number of athletes, and what is known of injuries; gives `stressfx.schema.CHECKS`, in
which every row says what it does to the numbers. Nothing is changed and nothing is left out.
"""

import pandas as pd

from stressfx.exports.checks.days import days_unknown, zone_changes, zones_unknown
from stressfx.exports.checks.gaps import gaps
from stressfx.exports.checks.months import empty_months
from stressfx.exports.checks.recorders import suspicious, twice_recorded, unit_changes
from stressfx.exports.checks.rows import checks_frame, each_session
from stressfx.exports.checks.runs import left_on, outlying
from stressfx.exports.log import as_log
from stressfx.schema import INJURIES

__all__ = ["check_log"]


def check_log(sessions: pd.DataFrame, *, injuries: pd.DataFrame | None = None, tz: str | None = None) -> pd.DataFrame:
    """Tell what should be known of a log before its numbers are used.

    Parameters
    ----------
    sessions : DataFrame
        `stressfx.schema.SESSIONS` or `stressfx.schema.LOG`, of any number of athletes.
    injuries : DataFrame, optional
        `stressfx.schema.INJURIES`: a gap during an injury is explained.
    tz : str, optional
        Time zone of sessions whose own is not known, see `stressfx.exports.log.training_log`.

    Returns
    -------
    DataFrame
        `stressfx.schema.CHECKS`: one row a thing found, by athlete and day.

    Raises
    ------
    SchemaError
        If a frame does not follow its schema.
    ValueError
        If there is no time zone `tz`.

    Notes
    -----
    =======================  =====================================================================
    ``log-month-empty``      months without any session between months with some
    ``gap-injury``           14 days or more without a session, within an injury
    ``gap-no-data``          the same, and 28 days or more, or other recorders after than before
    ``gap-rest``             the same, neither of these
    ``zone-change``          the clock jumps by more than an hour from one session to the next
    ``zone-unknown``         sessions whose zone was assumed, and how many start near midnight
    ``zone-local``           sessions of which only the runner's clock time is known
    ``session-no-day``       sessions without a usable start
    ``duplicate-of``         workouts recorded twice, by pair of recorders
    ``unit-change``          months in which a recorder's speeds are off by the factor of two units
    ``session-outlier``      runs far beyond all others, or faster than a world record
    ``watch-left-on``        recordings that went on long after the end
    ``recorder-suspicious``  recorders that differ steadily, are often implausible, know no time
    =======================  =====================================================================

    Each of these is a reason to look, not a verdict. A run may really have been that long.

    Examples
    --------
    >>> from stressfx.schema import SESSIONS
    >>> len(check_log(SESSIONS.empty()))
    0
    """
    log = as_log(sessions, tz=tz)
    known = INJURIES.empty() if injuries is None else INJURIES.check(injuries)
    outliers, unstopped = outlying(log), left_on(log)
    units, of_another_unit = unit_changes(log)
    implausible = of_another_unit | ((outliers != "") | (unstopped != "")).to_numpy(dtype=bool)
    return checks_frame(
        [
            *empty_months(log),
            *gaps(log, known),
            *zone_changes(log),
            *zones_unknown(log),
            *days_unknown(log),
            *twice_recorded(log),
            *units,
            *each_session(log, "session-outlier", outliers),
            *each_session(log, "watch-left-on", unstopped),
            *suspicious(log, implausible),
        ]
    )
