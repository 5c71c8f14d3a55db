"""Answers which sessions count, by the log's own word: a duplicate does not.

Takes sessions; gives a truth value each. What cannot be told apart is refused, since it would be summed wrongly in
silence: sessions of nobody, and words for true and false that pandas would all take for true.
"""

import pandas as pd

from stressfx.errors import SchemaError

__all__ = ["counts"]


def counts(sessions: pd.DataFrame) -> pd.Series:
    """Tell which sessions count.

    Parameters
    ----------
    sessions : DataFrame
        Sessions with ``athlete_id``; ``counted`` (see `stressfx.exports.log.training_log`) is used if it is there.

    Returns
    -------
    Series
        A truth value a session; all are true without ``counted``.

    Raises
    ------
    SchemaError
        If an athlete is missing, or ``counted`` holds anything but true and false.

    Examples
    --------
    >>> counts(pd.DataFrame({"athlete_id": ["a", "a"], "counted": [True, False]})).tolist()
    [True, False]
    """
    if sessions["athlete_id"].hasnans:
        raise SchemaError("Sessions: column 'athlete_id' has missing values; none are allowed.")
    if "counted" not in sessions.columns:
        return pd.Series(data=True, index=sessions.index)
    counted = sessions["counted"]
    if len(counted) and (counted.hasnans or pd.api.types.infer_dtype(counted) != "boolean"):
        raise SchemaError(f"Sessions: column 'counted' is {counted.dtype}; bool is needed, without missing values.")
    return counted.astype(bool)
