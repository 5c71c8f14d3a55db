"""Answers which pair of shoes each run was in, and how far each pair has come.

Takes Sessions of any number of athletes and `stressfx.schema.SHOES`; gives the sessions with a pair each, and how that
is known, and `stressfx.schema.WEAR`: every pair's distance by day. No run is dropped, and no pair is guessed.
"""

import numpy as np
import pandas as pd

from stressfx.schema import SESSIONS, WEAR, Schema
from stressfx.schema.sports import ANTIGRAVITY
from stressfx.schema.surfaces import SURFACE_CLASSES
from stressfx.training.counted import counts
from stressfx.training.shoes.pairs import default_words, key_of, shoe_pairs, use_periods

__all__ = ["DEFAULT_WORDS", "assign_shoes", "kinds_of", "shoe_mileage", "unassigned_share"]

KIND_OF = {
    "": "unknown",
    "generic": "unknown",
    "street": "road",
    "virtual_activity": "treadmill",
    ANTIGRAVITY: "treadmill",
    "indoor_running": "indoor_track",
}
"""Kinds of runs that have another name as a surface."""

GROUPS = {
    "road": ("asphalt", "concrete", "paved_other"),
    "track": ("indoor_track",),
    "indoor": ("treadmill", "indoor_track"),
}
"""Kinds of runs that a wider word takes in."""

DEFAULT_WORDS = frozenset({"all", "ultra", "obstacle", *SURFACE_CLASSES, *GROUPS, *KIND_OF} - {""})
"""Words of ``default_for`` that a run can fit."""

EXACT, WIDER, ALL, ASSUMED = range(4)
"""How closely a run fits the word of a pair, the closest first."""

LISTED, BY_KEY, BY_NAME, SPARSE = range(4)
"""How a session names a pair, the best first; `SPARSE` and more if nothing but a name is known of that pair."""


def _needed(*names: str) -> Schema:
    return Schema("Sessions", tuple(column for column in SESSIONS.columns if column.name in names))


ASSIGNED = _needed("athlete_id", "sport", "sub_sport", "date", "shoe_id")
WORN = _needed("athlete_id", "sport", "date", "distance_m", "shoe_id")


def assign_shoes(sessions: pd.DataFrame, shoes: pd.DataFrame | None = None, *, sport: str = "running") -> pd.DataFrame:
    """Say which pair of shoes each session was in, and how that is known.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order; the columns ``athlete_id``, ``sport``, ``sub_sport``,
        ``date`` and ``shoe_id`` suffice. ``shoe_source``, if there, marks the pairs that a rule has set, and
        ``surface_label`` the surface by the runner's own word.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`; with a column ``athlete_id`` it tells the pairs of many.
    sport : str
        The sport that defaults hold for, in FIT's words. A pair that is named stands in any sport.

    Returns
    -------
    DataFrame
        The sessions as they are, with ``shoe_id``, ``shoe_source`` and ``shoe_reason`` filled in.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, or `shoes` has overlapping periods of one pair.

    Notes
    -----
    The first of these that there is tells the pair, and is its ``shoe_source``:

    - ``explicit``: the session's own ``shoe_id``. It is looked up among the athlete's pairs by ``shoe_id``, then by
      the same without regard to case and blanks, then by ``name``; of two pairs of one name the one in use on that
      day is taken. A pair of which an account knows nothing but the name gives way to one of that name of which
      more is known.
    - ``rule``: what a rule of the runner has set.
    - ``default``: the pair that is in use on the day (``start`` and ``retired`` included) and whose ``default_for``
      fits the kind of the run most closely: its very word (``treadmill``, ``trail``, ``gravel``), then one that takes
      it in (``road`` for asphalt, concrete and other paving, ``indoor`` for treadmill and indoor track, ``track`` for
      both kinds of track), then ``all``. A run of unknown kind, as most recorders leave it, goes to ``all``, and only
      if there is none to the pair for ``road``. The kind is the runner's own ``surface_label``, else ``sub_sport``.
    - empty: unassigned. If several pairs fit equally well none is taken.

    ``shoe_reason`` says more: ``listed`` or ``name`` (found in the table by which), ``unlisted`` (named, and kept, but
    in no table), the word of ``default_for`` that fits, ``road, kind unknown`` where it was assumed to, and of runs
    without a pair ``several``, ``none`` or ``no day``. ``several`` beside a pair means that its name fits more than
    one of the table; it stands as it was told.

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "sport": "running", "sub_sport": ["generic", "treadmill", "trail"],
    ...                      "date": pd.to_datetime(["2026-03-02"] * 3).as_unit("us"), "shoe_id": ["", "", "old"]})
    >>> from stressfx.schema import SHOES
    >>> shoes = SHOES.empty().reindex([0, 1]).assign(shoe_id=["blue", "belt"], default_for=["all", "treadmill"])
    >>> assigned = assign_shoes(runs, shoes.astype(SHOES.empty().dtypes))
    >>> assigned[["shoe_id", "shoe_source", "shoe_reason"]].values.tolist()
    [['blue', 'default', 'all'], ['belt', 'default', 'treadmill'], ['old', 'explicit', 'unlisted']]
    """
    log = _rows(sessions)
    periods = use_periods(shoes, log["athlete_id"])
    named, free = log[log["told"] != ""], log[(log["told"] == "") & (log["sport"] == sport)]
    filled = log.assign(
        shoe_id=log["told"],
        shoe_source=log["source"].where(log["source"] == "rule", "explicit").where(log["told"] != "", ""),
        shoe_reason="",
    )
    for found in (_looked_up(named, periods), _by_default(free, periods)):
        filled.loc[found.index, found.columns] = found
    columns = ("shoe_id", "shoe_source", "shoe_reason")
    return sessions.assign(**{name: filled[name].astype("str").set_axis(sessions.index) for name in columns})


def kinds_of(sessions: pd.DataFrame) -> pd.Series:
    """Name what kind of run each session is, as far as its shoes are concerned.

    Parameters
    ----------
    sessions : DataFrame
        Sessions; ``sub_sport`` suffices, and ``surface_label`` is used where it says something.

    Returns
    -------
    Series
        A class of surface, a word of FIT, or ``unknown``.

    Examples
    --------
    >>> runs = pd.DataFrame({"sub_sport": ["generic", "street", "trail"], "surface_label": ["", "", "asphalt"]})
    >>> kinds_of(runs).tolist()
    ['unknown', 'road', 'asphalt']
    """
    kind = sessions["sub_sport"].fillna("")
    if "surface_label" in sessions.columns:
        label = sessions["surface_label"].fillna("")
        kind = kind.mask(~label.isin(["", "unknown"]), label)
    return kind.replace(KIND_OF).astype("str")


def unassigned_share(sessions: pd.DataFrame, *, sports: tuple[str, ...] = ("running",)) -> pd.DataFrame:
    """Tell how much of the running no pair of shoes is known for.

    Parameters
    ----------
    sessions : DataFrame
        Sessions with their shoes, as `assign_shoes` gives them. Rows that a column ``counted`` excludes, and rows
        without a date, are left out.
    sports : tuple of str
        The sports that are looked at, in FIT's words.

    Returns
    -------
    DataFrame
        One row an athlete: ``runs``, ``unassigned_runs`` and ``share_of_runs`` [1]; ``distance_m`` [m],
        ``unassigned_m`` [m] and ``share_of_distance`` [1], over the runs whose distance is known (missing where that
        is none); ``unknown_runs``, the others.

    Raises
    ------
    SchemaError
        If a column is missing or of another type.

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "sport": "running", "shoe_id": ["blue", ""],
    ...                      "date": pd.to_datetime(["2026-03-02"] * 2).as_unit("us"), "distance_m": [9e3, 3e3]})
    >>> unassigned_share(runs)[["share_of_runs", "share_of_distance"]].values.tolist()
    [[0.5, 0.25]]
    """
    worn = _worn(sessions, sports)
    free = worn["shoe_id"] == ""
    told = worn.assign(
        runs=1,
        unassigned_runs=free.astype("int64"),
        unassigned_m=worn["distance_m"].where(free),
        unknown_runs=worn["distance_m"].isna().astype("int64"),
    )
    names = ["runs", "unassigned_runs", "distance_m", "unassigned_m", "unknown_runs"]
    shares = told.groupby("athlete_id", sort=True)[names].sum().reset_index()
    over = shares["distance_m"].where(shares["distance_m"] > 0)
    shares.insert(3, "share_of_runs", shares["unassigned_runs"] / shares["runs"])
    shares.insert(6, "share_of_distance", shares["unassigned_m"] / over)
    return shares


def shoe_mileage(
    sessions: pd.DataFrame, shoes: pd.DataFrame | None = None, *, sports: tuple[str, ...] = ("running",)
) -> pd.DataFrame:
    """Add up how far each pair of shoes has come, by day.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes with their shoes, as `assign_shoes` gives them; the columns ``athlete_id``,
        ``sport``, ``date``, ``distance_m`` and ``shoe_id`` suffice. Rows that a column ``counted`` excludes (see
        `stressfx.exports.log.training_log`), and rows without a date, are left out.
    shoes : DataFrame, optional
        `stressfx.schema.SHOES`, for the distance already run in a pair.
    sports : tuple of str
        The sports that wear a pair, in FIT's words. Walks count if ``"walking"`` is among them.

    Returns
    -------
    DataFrame
        `stressfx.schema.WEAR`: one row an athlete, pair and day with a run in it, by these. Runs without a pair are
        added up under an empty ``shoe_id``.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, or `shoes` has overlapping periods of one pair.

    Notes
    -----
    Every run in a pair counts, on any surface and on the treadmill, and also before the first day of the pair or
    after its last if the run names it; `stressfx.training.shoes.checks.check_shoes` tells of these. A pair that was
    laid aside and taken up again goes on where it was. A distance already run that is not known counts as 0.

    A run whose distance is not known adds nothing to the total and one to ``unknown_runs``, so that the total is the
    least that the pair has run. A day with such runs only has no distance; it is not 0.

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "sport": "running", "shoe_id": ["blue", "red", "blue"],
    ...                      "date": pd.to_datetime(["2026-03-02", "2026-03-02", "2026-03-04"]).as_unit("us"),
    ...                      "distance_m": [8000.0, 5000.0, 6000.0]})
    >>> shoe_mileage(runs)[["shoe_id", "total_m"]].values.tolist()
    [['blue', 8000.0], ['blue', 14000.0], ['red', 5000.0]]
    """
    worn = _worn(sessions, sports)
    if worn.empty:
        return WEAR.empty()
    by = ["athlete_id", "shoe_id", "date"]
    worn = worn.sort_values([*by, "distance_m"], ignore_index=True)  # so that sums are the same to the last bit
    days = worn.assign(unknown_runs=worn["distance_m"].isna().astype("int64")).groupby(by, sort=True)
    wear = days["distance_m"].sum(min_count=1).to_frame().assign(unknown_runs=days["unknown_runs"].sum()).reset_index()
    so_far = wear["distance_m"].fillna(0.0).groupby([wear["athlete_id"], wear["shoe_id"]]).cumsum()
    pairs = shoe_pairs(use_periods(shoes, wear["athlete_id"])).set_index(["athlete_id", "shoe_id"])
    start_m = pairs["start_distance_m"].reindex(pd.MultiIndex.from_frame(wear[by[:2]])).fillna(0.0)
    wear = wear.assign(total_m=start_m.to_numpy() + so_far.to_numpy())
    return wear[[column.name for column in WEAR.columns]]


def _rows(sessions: pd.DataFrame) -> pd.DataFrame:
    """Take what is needed of every session, numbered by row; a default of an earlier call is looked for anew."""
    rows = ASSIGNED.check(sessions).reset_index(drop=True)
    told = rows["shoe_id"].fillna("").str.strip()
    source = rows["shoe_source"].fillna("") if "shoe_source" in rows.columns else pd.Series("", rows.index, dtype="str")
    return rows.assign(told=told.mask(source == "default", ""), source=source, kind=kinds_of(rows))


def _worn(sessions: pd.DataFrame, sports: tuple[str, ...]) -> pd.DataFrame:
    """Keep what wears shoes: sessions of the sports that have a day and are counted."""
    rows = WORN.check(sessions)
    worn = rows["date"].notna() & rows["sport"].isin(sports) & counts(rows)
    kept = rows.loc[worn, ["athlete_id", "shoe_id", "date", "distance_m"]]
    return kept.assign(shoe_id=kept["shoe_id"].fillna("").str.strip().astype("str"))


def _looked_up(named: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Find the pairs that sessions name; what is in no table stays as it was told."""
    rows = named[["athlete_id", "told", "date"]].assign(row=named.index, key=key_of(named["told"]))
    known = periods.assign(bare=_bare(periods))
    keys = [known.assign(key=key_of(known[column]), by=by) for column, by in (("shoe_id", BY_KEY), ("name", BY_NAME))]
    found = rows.merge(pd.concat(keys), on=["athlete_id", "key"])
    exact = (found["by"] == BY_KEY) & (found["shoe_id"] == found["told"])
    found = found.assign(rank=found["by"].mask(exact, LISTED) + SPARSE * found["bare"])
    best = found[found["rank"] == found.groupby("row")["rank"].transform("min")]
    best = best.assign(in_use=_in_use(best))
    alone = best.groupby("row")["shoe_id"].transform("nunique") == 1
    of_the_day = best[best["in_use"]]
    of_the_day = of_the_day[of_the_day.groupby("row")["shoe_id"].transform("nunique") == 1]
    taken = pd.concat([best[alone], of_the_day]).drop_duplicates("row").set_index("row")
    reason = np.where(taken["rank"] % SPARSE == BY_NAME, "name", "listed")
    several = named.index.isin(best["row"])
    told = pd.DataFrame({"shoe_id": named["told"], "shoe_reason": np.where(several, "several", "unlisted")})
    told.loc[taken.index, "shoe_id"] = taken["shoe_id"]
    told.loc[taken.index, "shoe_reason"] = reason
    return told


def _bare(periods: pd.DataFrame) -> pd.Series:
    """Tell of which pairs nothing is known but the name, as accounts leave it."""
    told = periods[["start", "start_distance_m", "retired", "watch_m", "replace_m"]].notna().any(axis=1)
    return ~(told | (periods["default_for"].fillna("") != ""))


def _in_use(rows: pd.DataFrame) -> pd.Series:
    """Tell whether each row's day lies in its period, the first and the last day included."""
    begun = rows["start"].isna() | (rows["start"] <= rows["date"])
    return rows["date"].notna() & begun & (rows["retired"].isna() | (rows["date"] <= rows["retired"]))


def _by_default(free: pd.DataFrame, periods: pd.DataFrame) -> pd.DataFrame:
    """Give runs without a pair the one that is worn for such runs, if it is one."""
    rows = free[["athlete_id", "kind", "date"]].assign(row=free.index)
    words = periods.assign(word=periods["default_for"].fillna("").map(default_words))
    fits = words.explode("word").merge(_fits(rows["kind"], words["word"]), on="word")
    found = rows.merge(fits, on=["athlete_id", "kind"])
    found = found[_in_use(found)]
    best = found[found["level"] == found.groupby("row")["level"].transform("min")]
    alone = best.groupby("row")["shoe_id"].transform("nunique") == 1
    taken = best[alone].drop_duplicates("row").set_index("row")
    reason = np.select([free["date"].isna(), free.index.isin(best["row"])], ["no day", "several"], "none")
    filled = pd.DataFrame({"shoe_id": "", "shoe_source": "", "shoe_reason": reason}, index=free.index, dtype="str")
    filled.loc[taken.index, "shoe_id"] = taken["shoe_id"]
    filled.loc[taken.index, "shoe_source"] = "default"
    filled.loc[taken.index, "shoe_reason"] = taken["word"].mask(taken["level"] == ASSUMED, "road, kind unknown")
    return filled


def _fits(kinds: pd.Series, words: pd.Series) -> pd.DataFrame:
    """Tell how closely each kind of run fits each word of a default."""
    pairs = [
        (kind, word, _level(kind, KIND_OF.get(word, word)))
        for kind in kinds.unique()
        for word in sorted({word for listed in words for word in listed})
    ]
    fits = pd.DataFrame(pairs, columns=["kind", "word", "level"]).astype({"kind": "str", "word": "str"})
    return fits[fits["level"].notna()]


def _level(kind: str, word: str) -> int | None:
    """Tell how closely a kind of run fits a word; None if it does not."""
    if word == kind:
        return EXACT
    if kind in GROUPS.get(word, ()):
        return WIDER
    if word == "all":
        return ALL
    return ASSUMED if (kind, word) == ("unknown", "road") else None
