"""Which pairs of shoes are there, whose are they, and when are they in use?

Takes `stressfx.schema.SHOES`, in which a pair has one row, or one a period of use if it was taken up again; gives the
periods and the pairs of every athlete, from which the other modules of shoes start.
"""

import re

import pandas as pd

from stressfx.errors import SchemaError
from stressfx.schema import SHOES

__all__ = ["default_words", "key_of", "shoe_pairs", "use_periods"]

SEPARATORS = re.compile(r"[\s,;/+|]+")
TOLD_OF_A_PAIR = ("name", "watch_m", "replace_m")
"""What is said of a pair and not of a period; the latest row that says it is right."""


def use_periods(shoes: pd.DataFrame | None, athletes: pd.Series) -> pd.DataFrame:
    """Give every athlete the periods in which a pair is in use.

    Parameters
    ----------
    shoes : DataFrame or None
        `stressfx.schema.SHOES`. A column ``athlete_id`` says whose a pair is; without it, or where it is empty, the
        row holds for every athlete, as in the table of one runner.
    athletes : Series
        Whose pairs are wanted, any number of times each.

    Returns
    -------
    DataFrame
        The columns of the schema behind ``athlete_id``, one row an athlete, pair and period, by these.

    Raises
    ------
    SchemaError
        If the table does not follow its schema, two periods of one pair overlap, or a later one tells a distance
        already run: that of the first counts for the pair.

    Examples
    --------
    >>> shoes = SHOES.empty().reindex([0]).assign(shoe_id="blue").astype(SHOES.empty().dtypes)
    >>> use_periods(shoes, pd.Series(["ann", "bob"], dtype="str"))["athlete_id"].tolist()
    ['ann', 'bob']
    """
    table = SHOES.empty() if shoes is None else SHOES.check(shoes)
    names = [column.name for column in SHOES.columns]
    owner = table["athlete_id"].fillna("").astype("str") if "athlete_id" in table.columns else ""
    table = table[names].assign(athlete_id=owner)
    everyone = pd.DataFrame({"athlete_id": pd.Series(sorted(athletes.unique()), dtype="str")})
    own = table[table["athlete_id"].isin(everyone["athlete_id"]) & (table["athlete_id"] != "")]
    shared = everyone.merge(table[table["athlete_id"] == ""].drop(columns="athlete_id"), how="cross")
    periods = pd.concat([own, shared]) if len(own) else shared
    periods = periods.sort_values(["athlete_id", "shoe_id", "start"], na_position="first", ignore_index=True)
    _refuse_what_cannot_be(periods)
    return periods[["athlete_id", *names]]


def shoe_pairs(periods: pd.DataFrame) -> pd.DataFrame:
    """Put the periods of one pair together.

    Parameters
    ----------
    periods : DataFrame
        What `use_periods` gives.

    Returns
    -------
    DataFrame
        One row an athlete and pair: ``name``, ``watch_m`` and ``replace_m`` as the latest row tells them, ``start`` and
        ``start_distance_m`` of the first, and ``start_known``, whether that distance was told. Where it was not it is
        0, and a total is the distance that the log knows of.
    """
    told = periods.assign(name=periods["name"].mask(periods["name"] == ""))
    grouped = told.groupby(["athlete_id", "shoe_id"], sort=True)
    pairs = grouped[list(TOLD_OF_A_PAIR)].last()
    first = grouped[["start", "start_distance_m"]].head(1).set_index(pairs.index)
    return pairs.assign(
        name=pairs["name"].fillna("").astype("str"),
        start=first["start"],
        start_distance_m=first["start_distance_m"].fillna(0.0),
        start_known=first["start_distance_m"].notna(),
    ).reset_index()


def default_words(default_for: str) -> tuple[str, ...]:
    """Split what a pair is the default for into its words.

    Parameters
    ----------
    default_for : str
        One word or several, with blanks, commas or the like between them.

    Returns
    -------
    tuple of str
        In lower case.

    Examples
    --------
    >>> default_words("Road, treadmill")
    ('road', 'treadmill')
    """
    return tuple(word for word in SEPARATORS.split(default_for.casefold()) if word)


def key_of(names: pd.Series) -> pd.Series:
    """Write names so that those which differ in case and blanks alone are one.

    Parameters
    ----------
    names : Series
        Names of pairs.

    Returns
    -------
    Series
        The same in one way of writing.
    """
    known = {name: " ".join(str(name).casefold().split()) for name in names.unique()}
    return names.map(known).astype("str")


def _refuse_what_cannot_be(periods: pd.DataFrame) -> None:
    """Refuse periods that overlap, and a distance already run that is told of a later one."""
    again = periods.duplicated(["athlete_id", "shoe_id"])
    ended = periods["retired"].shift()
    if (again & ~(ended < periods["start"])).any():
        raise SchemaError(
            "Shoes: a pair has several rows whose periods overlap; a row needs `retired`, and the next a later `start`."
        )
    if (again & (periods["start_distance_m"] > 0)).any():
        raise SchemaError("Shoes: a later row of a pair tells a distance already run; tell it in the first row alone.")
