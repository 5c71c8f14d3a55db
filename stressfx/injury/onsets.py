"""Answers when an injury began, by a rule that is said aloud.

Takes `stressfx.schema.INJURIES`, whose dates may all be missing; gives `stressfx.schema.ONSETS`. Every study takes the
name of a rule, so that it can be repeated with the others.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from types import MappingProxyType

import numpy as np
import pandas as pd

from stressfx.errors import InsufficientDataError
from stressfx.injury.result import StudyResult, refusal_frame
from stressfx.schema import INJURIES, ONSETS

__all__ = ["ONSET_RULES", "compare_onsets", "injury_onsets"]

ONSET_RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "first_pain": ("first_pain", "stopped_running", "diagnosed"),
        "stopped_running": ("stopped_running", "diagnosed"),
        "diagnosed": ("diagnosed",),
    }
)
"""What dates an onset, by the name of the rule: the first of these columns that is known. [d]"""


def injury_onsets(injuries: pd.DataFrame, *, onset: str = "first_pain") -> pd.DataFrame:
    r"""Date the onset of every injury.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.
    onset : {"first_pain", "stopped_running", "diagnosed"}
        The rule: the first pain, where that is not known the first day without running, else the day of the diagnosis;
        or one of the later days alone.

    Returns
    -------
    DataFrame
        `stressfx.schema.ONSETS`, a row an injury in the order given. An injury that the rule cannot date has no
        onset: no date is made up.

    Raises
    ------
    ValueError
        If there is no such rule.
    SchemaError
        If `injuries` does not follow its schema.

    Notes
    -----
    A bone stress injury is diagnosed weeks after the first pain as a rule, and pain lowers the load before a runner
    stops. Which day is the onset is a choice; repeat a study with the others (`compare_onsets`).

    Examples
    --------
    >>> from stressfx.exports.tables import read_injuries
    >>> told = read_injuries(b"athlete_id,first_pain,diagnosed\nann,,2025-05-20\nben,2025-03-01,2025-03-14")
    >>> injury_onsets(told)[["athlete_id", "onset_by"]].values.tolist()
    [['ann', 'diagnosed'], ['ben', 'first_pain']]
    """
    if onset not in ONSET_RULES:
        raise ValueError(f"onset is {onset!r}; one of {', '.join(ONSET_RULES)} is needed")
    told, names = INJURIES.check(injuries).reset_index(drop=True), ONSET_RULES[onset]
    by = np.select([told[name].notna() for name in names], names, default="")
    return pd.DataFrame(
        {
            "injury": np.arange(len(told), dtype=np.int64),
            "athlete_id": told["athlete_id"],
            "onset": reduce(pd.Series.fillna, (told[name] for name in names)),
            "onset_by": pd.Series(by, dtype="str"),
            "returned": told["returned"],
            "site": told["site"],
        },
        columns=ONSETS.names,
    )


def compare_onsets(
    study: Callable[..., StudyResult], *arguments: object, rules: Sequence[str] = tuple(ONSET_RULES), **options: object
) -> pd.DataFrame:
    r"""Repeat a study with every rule for the onset.

    Parameters
    ----------
    study : callable
        Any study that takes ``onset=``, such as `stressfx.case_crossover`; or a function of one's own that does.
    *arguments
        Handed to it.
    rules : sequence of str
        Names of rules.
    **options
        Handed to it.

    Returns
    -------
    DataFrame
        The results one below the other (`StudyResult.to_frame`), with the rule in the first column ``onset``. A rule
        with too little data has one row without an estimate; its ``warnings`` say why.

    Raises
    ------
    ValueError
        If there is no rule at all, or none of that name.

    Examples
    --------
    >>> from stressfx.injury.incidence import incidence_rate
    >>> from stressfx.exports.tables import read_injuries
    >>> told = read_injuries(b"athlete_id,first_pain,diagnosed\nann,,2025-05-20\nben,2025-03-01,")
    >>> def rate(onset):
    ...     return incidence_rate(int(injury_onsets(told, onset=onset)["onset"].notna().sum()), 1000, per="1000 h")
    >>> compare_onsets(rate)[["onset", "estimate"]].values.tolist()
    [['first_pain', 2.0], ['stopped_running', 1.0], ['diagnosed', 1.0]]
    """
    if not rules:
        raise ValueError("there is no rule to repeat the study with; one or more are needed")
    frames = []
    for rule in rules:
        try:
            frame = study(*arguments, onset=rule, **options).to_frame()
        except InsufficientDataError as error:
            frame = refusal_frame(str(error))
        frame.insert(0, "onset", rule)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)
