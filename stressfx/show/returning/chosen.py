"""Answers which injury of a table a command is about.

Takes the table and what was typed; gives the row, and a sentence that names it.
"""

import pandas as pd

from stressfx.show.onsets import first_sign, injury_sites
from stressfx.show.options import WrongCallError
from stressfx.show.returning.words import long_day

__all__ = ["chosen_injury"]


def chosen_injury(
    told: pd.DataFrame, athlete_id: str, number: int | None, *, before: pd.Timestamp | None, returned: bool = False
) -> tuple[pd.DataFrame, str]:
    """Choose an injury by its row, else the runner's last one.

    Parameters
    ----------
    told : DataFrame
        `stressfx.schema.INJURIES`, of any number of runners.
    athlete_id : str
        Whose is meant.
    number : int, optional
        Row of the table, from 1; by default the last injury is chosen.
    before : Timestamp, optional
        The last one until this day, where the way back begins then.
    returned : bool
        Whether the last one with a day of return is meant, if there is one.

    Returns
    -------
    row : DataFrame
        The row.
    words : str
        Which one it is.

    Raises
    ------
    WrongCallError
        If there is no such row, or it is another runner's.
    """
    own = told["athlete_id"].fillna("").isin([athlete_id, ""]).to_numpy(dtype=bool)
    if not own.any():
        reason = "the table of injuries has no row of this runner; --athlete has to be the name that stands there"
        raise WrongCallError(reason)
    if number is not None and number > len(told):
        raise WrongCallError(f"--injury: the table of injuries has {len(told)} row{'s' if len(told) > 1 else ''}")
    if number is not None and not own[number - 1]:
        raise WrongCallError(f"--injury: row {number} of the table of injuries names another runner")
    begun = first_sign(told).reset_index(drop=True)
    back = own & told["returned"].notna().to_numpy(dtype=bool)
    among = back if returned and back.any() else own
    place = _last(begun[among], before) if number is None else number - 1
    since = "" if pd.isna(begun[place]) else f", since {long_day(begun[place])}"
    others = " (--injury N names another)" if number is None and own.sum() > 1 else ""
    words = f"Injury {place + 1} of the table: {injury_sites(told)[place]}{since}{others}."
    return told.iloc[[place]].reset_index(drop=True), words


def _last(begun: pd.Series, before: pd.Timestamp | None) -> int:
    """Find the row of the last injury; where none is dated, or none in time, the last row."""
    known = begun.dropna()
    if before is not None and (known <= before).any():
        known = known[known <= before]
    return int(known.sort_values(kind="stable").index[-1] if len(known) else begun.index[-1])
