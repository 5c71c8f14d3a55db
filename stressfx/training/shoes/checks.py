"""Answers what should be known of a runner's shoes before their distances are used.

Takes Sessions of any number of athletes and `stressfx.schema.SHOES`; gives `stressfx.schema.CHECKS`, in which every row
says what it does to the numbers. Nothing is changed and nothing is left out.
"""

from typing import NamedTuple

import pandas as pd

from stressfx.findings import CODES
from stressfx.schema import CHECKS
from stressfx.training.counted import counts
from stressfx.training.shoes.mileage import DEFAULT_WORDS, assign_shoes
from stressfx.training.shoes.pairs import default_words, shoe_pairs, use_periods

__all__ = ["check_shoes"]

PAIR = ["athlete_id", "shoe_id"]


class Found(NamedTuple):
    """What was found: the runs or pairs that it concerns, and a sentence with places for how many."""

    code: str
    rows: pd.DataFrame
    message: str


def check_shoes(
    sessions: pd.DataFrame, shoes: pd.DataFrame | None = None, *, sports: tuple[str, ...] = ("running",)
) -> pd.DataFrame:
    """Tell what should be known of the shoes before their distances are used.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, before or after `stressfx.training.shoes.mileage.assign_shoes`; also
        ``distance_m`` is needed. Rows that a column ``counted`` excludes, and rows without a date, are left out.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`.
    sports : tuple of str
        The sports that wear a pair, in FIT's words.

    Returns
    -------
    DataFrame
        `stressfx.schema.CHECKS`: one row an athlete and thing found, by athlete and day.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, or `shoes` has overlapping periods of one pair.

    Notes
    -----
    =========================  =======================================================================
    ``shoe-unassigned``        runs in no pair, of a runner of whom any pair is known
    ``shoe-several``           runs that several pairs fit, as a default or by their name
    ``shoe-unlisted``          runs that name a pair which the table of shoes does not list
    ``shoe-outside``           runs in a pair before its first day of use, or after its last
    ``shoe-distance-unknown``  runs in a pair whose distance is not known
    ``shoe-before-log``        pairs that were in use before the log begins
    ``shoe-default-unread``    pairs that are the default for something which no run can be
    =========================  =======================================================================

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "sport": "running", "sub_sport": "", "shoe_id": ["blue", ""],
    ...                      "date": pd.to_datetime(["2026-03-02"] * 2).as_unit("us"), "distance_m": [9e3, 3e3]})
    >>> check_shoes(runs)["message"].tolist()
    ['1 of 2 runs and 25.0 % of the known distance are in no pair.']
    """
    assigned = assign_shoes(sessions, shoes)
    runs = assigned[assigned["date"].notna() & assigned["sport"].isin(sports) & counts(assigned)]
    if runs.empty:
        return CHECKS.empty()
    runs = runs.assign(day=runs["date"])
    periods = use_periods(shoes, runs["athlete_id"])
    reason, in_pair = runs["shoe_reason"], runs["shoe_id"] != ""
    found = [
        Found("shoe-several", runs[reason == "several"], "{} runs fit several pairs."),
        Found("shoe-outside", _outside(runs, periods), "{} runs are in a pair outside of its days of use."),
        Found(
            "shoe-distance-unknown", runs[in_pair & runs["distance_m"].isna()], "{} runs in a pair have no distance."
        ),
        Found("shoe-before-log", _before_log(runs, periods), "{} pairs were in use before the first run of the log."),
        Found("shoe-default-unread", _unread(runs, periods), "{} pairs are the default for what no run can be."),
    ]
    if len(periods):
        unlisted = runs[reason == "unlisted"]
        found.append(Found("shoe-unlisted", unlisted, "{} runs name a pair that the table of shoes does not list."))
    rows = [row for one in found for row in _rows(one)] + _unassigned(runs, periods)
    columns = [column.name for column in CHECKS.columns]
    checks = pd.DataFrame(rows, columns=columns).astype(CHECKS.empty().dtypes.to_dict())
    return checks.sort_values(["athlete_id", "first", "code"], ignore_index=True)


def _rows(found: Found) -> list[tuple[object, ...]]:
    """Make one row of each athlete's part of what was found."""
    code = CODES[found.code]
    return [
        (
            athlete,
            found.code,
            code.severity,
            part["day"].min(),
            part["day"].max(),
            len(part) if "sport" in part.columns else 0,
            found.message.format(len(part)),
            code.meaning,
        )
        for athlete, part in found.rows.groupby("athlete_id", sort=True)
    ]


def _unassigned(runs: pd.DataFrame, periods: pd.DataFrame) -> list[tuple[object, ...]]:
    """Tell how much is in no pair, of everybody of whom any pair is known."""
    free = runs[runs["shoe_id"] == ""]
    shod = set(periods["athlete_id"]) | set(runs.loc[runs["shoe_id"] != "", "athlete_id"])
    distance_m = runs.groupby("athlete_id")["distance_m"].sum()
    count = runs.groupby("athlete_id").size()
    rows: list[tuple[object, ...]] = []
    for athlete, part in free[free["athlete_id"].isin(shod)].groupby("athlete_id", sort=True):
        said = f"{{}} of {count[athlete]} runs"
        if distance_m[athlete] > 0:
            said += f" and {part['distance_m'].sum() / distance_m[athlete]:.1%} of the known distance".replace(
                "%", " %"
            )
        rows += _rows(Found("shoe-unassigned", part, said + " are in no pair."))
    return rows


def _outside(runs: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Find the runs in a listed pair on a day that is in none of its periods."""
    numbered = runs.reset_index(drop=True)
    listed = numbered[[*PAIR, "day"]].reset_index(names="row").merge(periods, on=PAIR)
    outside = (listed["day"] < listed["start"]) | (listed["day"] > listed["retired"])
    never = outside.groupby(listed["row"]).all()
    return numbered.loc[never[never].index]


def _before_log(runs: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Find the pairs that were worn, and that were taken up before their runner's first run in the log."""
    pairs = shoe_pairs(periods).merge(runs[PAIR].drop_duplicates(), on=PAIR)
    pairs = pairs.assign(day=pairs["athlete_id"].map(runs.groupby("athlete_id")["day"].min()))
    return pairs[pairs["start"] < pairs["day"]].assign(day=lambda frame: frame["start"])


def _unread(runs: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Find the pairs with a word in ``default_for`` that no run fits."""
    known = periods["default_for"].fillna("").map(lambda text: set(default_words(text)) <= DEFAULT_WORDS)
    pairs = periods[~known.astype(bool)].drop_duplicates(PAIR)
    return pairs.assign(day=pairs["athlete_id"].map(runs.groupby("athlete_id")["day"].min()))
