"""Answers what a runner ran on: the share of each class of surface, by session and by week, and how it is known.

Takes sessions, of one athlete or of many; gives `stressfx.schema.SURFACES`, and from it
`stressfx.schema.SURFACE_WEEKS`. Whether the ground changed is told by `stressfx.training.surfaces.change`.

Change of surface is what this library follows, not its hardness: a step counts the same on every surface (multiplier
1). What is known of hardness is little and contradicts itself. At 12 km/h, 13 men had no other peak acceleration of
the shin on concrete, a synthetic track, grass or a treadmill [1]_. In 30 runners the peak acceleration at the sacrum
was a little higher on concrete (3.90 g) than on a track (3.68 g) or on grass (3.76 g) [2]_; at the shin, level grass
gave more (8.22 g) than concrete (7.47 g) [3]_. In 192 runners the shock at the shin was 24 % (vertical) and 30 %
(resultant) higher at 12 km of a road marathon than on a treadmill, but at 40 km no longer in its vertical part [4]_.

References
----------
.. [1] Fu W, et al. "Surface effects on in-shoe plantar pressure and tibial impact during running." J Sport Health Sci
   4 (2015): 384-390. doi:10.1016/j.jshs.2015.09.001
.. [2] Ferro-Sánchez A, et al. "An analysis of running impact on different surfaces for injury prevention." Int J
   Environ Res Public Health 20 (2023): 6405. doi:10.3390/ijerph20146405
.. [3] Waite N, Goetschius J, Lauver JD. "Effect of grade and surface type on peak tibial acceleration in trained
   distance runners." J Appl Biomech 37 (2021): 2-5. doi:10.1123/jab.2020-0096
.. [4] Johnson CD, et al. "Comparison of tibial shock during treadmill and real-world running." Med Sci Sports Exerc
   52 (2020): 1557-1562. doi:10.1249/mss.0000000000002288
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from stressfx.errors import SchemaError
from stressfx.schema import SESSIONS, SURFACE_WEEKS, SURFACES, Column, Schema
from stressfx.schema.sports import ANTIGRAVITY
from stressfx.schema.surfaces import SURFACE_CLASSES
from stressfx.training.counted import counts

__all__ = ["SURFACE_CLASSES", "class_codes", "session_surfaces", "surface_shares"]

SOURCES = ("label", "osm", "geometry", "account", "sub_sport", "unknown")
"""How a surface is known, the strongest evidence first."""

CLASS_OF_SUB_SPORT = {
    "treadmill": "treadmill",
    "virtual_activity": "treadmill",
    ANTIGRAVITY: "treadmill",
    "indoor_running": "indoor_track",
    "trail": "trail",
    "track": "track",
}
INDOORS = ("treadmill", "virtual_activity", ANTIGRAVITY, "indoor_running")
TELLS_THE_ROOF_ONLY = "apple"
"""This account calls every run under a roof an indoor run, on treadmills as well."""

DIRT = ("gravel", "trail", "grass", "sand")
ROUNDING = 1e-13
FITS = 1e-9
"""By so much the shares of a session may pass 1, from rounding."""

FREQUENCIES = ("D", "W", "MS")
DAYS_MONDAY_TO_EPOCH = 3
"""Day 0 of the epoch, 1 January 1970, was a Thursday: its week began three days earlier. [d]"""

NEEDED = ("athlete_id", "session_id", "sport", "date", "distance_m")
USED = ("format", "sub_sport", "track_m", "dirt_distance_m")
LABEL = Column("surface_label", "text", "", "surface by the runner's own label or rule")

Whole: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.int64]]"
Floats: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.float64]]"
Flags: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.bool_]]"
Texts: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.object_]]"


class Part(NamedTuple):
    """What one kind of evidence says: shares of runs, by class."""

    run: Whole
    code: Whole
    share: Floats


def session_surfaces(
    sessions: pd.DataFrame, *, matched: pd.DataFrame | None = None, sport: str = "running"
) -> pd.DataFrame:
    """Tell what each run was run on, and how that is known.

    Parameters
    ----------
    sessions : DataFrame
        Sessions of any number of athletes, in any order; the columns ``athlete_id``, ``session_id``, ``sport``,
        ``date`` and ``distance_m`` suffice. ``surface_label`` (see `stressfx.training.rules.apply_rules`),
        ``track_m``, ``dirt_distance_m``, ``sub_sport`` and ``format`` are used where they are there. If there is a
        column ``counted``, rows that it excludes are left out. So are rows without a date.
    matched : DataFrame, optional
        `stressfx.schema.SURFACES` of runs that were laid over a map; what it calls unknown, or leaves out, is open to
        other evidence.
    sport : str
        The sport whose sessions are told, in FIT's words.

    Returns
    -------
    DataFrame
        `stressfx.schema.SURFACES`: one row a run and class, by athlete, day and session.

    Raises
    ------
    SchemaError
        If a column is missing or of another type, a surface is none of `SURFACE_CLASSES`, or the shares of a session
        in `matched` add up to more than 1.

    Notes
    -----
    Evidence is asked in this order, and each takes of a session what the ones before it leave:

    1. ``label``: the runner's own word or rule, for the whole session;
    2. ``osm``: the shares by a map;
    3. ``geometry``: the share of the distance on a track that was found in the positions. Together with what the map
       calls track it is as large as the larger of the two;
    4. ``account``: the share of unpaved ground by an account (Strava's Dirt Distance), as ``trail``, since no account
       tells which ground it was. What the map calls gravel, trail, grass or sand is part of it;
    5. ``sub_sport``: the kind of run that was chosen on the watch or in the account, for all that is left: of a run
       ``track`` with 80 % of its distance found on a track, the other 20 % are track as well. It was chosen for the
       whole session, and positions find a track but do not rule one out;
    6. ``unknown``: nothing tells. A run on the road is unknown without a label or a map, never assumed to be asphalt.

    A run chosen to be indoors or virtual goes by that choice right after the label: its positions are noise or made
    up. ``indoor_running`` is an indoor track in FIT's files; Apple calls every run under a roof so, and these are
    unknown. Of two kinds of evidence for one class, the one with the larger share is named.

    Shares of a run without a known distance are given, and its distances are missing: a track or dirt distance has
    no share in it then. Shares of a session add up to 1.

    The order of evidence and the class of each word are our choice. Why a change of surface is followed, and not its
    hardness, stands at the head of the module `stressfx.training.surfaces.sessions`.

    Examples
    --------
    >>> runs = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2"], "sport": "running",
    ...                      "date": pd.to_datetime(["2026-03-02", "2026-03-04"]).as_unit("us"),
    ...                      "distance_m": [8000.0, 5000.0], "track_m": [6000.0, 0.0],
    ...                      "sub_sport": ["", "trail"]})
    >>> session_surfaces(runs)[["session_id", "surface", "share", "source"]].values.tolist()
    [['1', 'track', 0.75, 'geometry'], ['1', 'unknown', 0.25, 'unknown'], ['2', 'trail', 1.0, 'sub_sport']]
    """
    runs = _runs(sessions, sport)
    chosen, is_indoors = _chosen(runs)
    rest = np.ones(len(runs))
    parts = {"label": _whole(_codes_or_none(_texts(runs, "surface_label")), rest)}
    indoors = _whole(np.where(is_indoors, chosen, -1), rest)
    parts["osm"] = _mapped(runs, matched, rest)
    on_track = _distance_share(runs, "track_m") - _told(parts["osm"], ("track",), len(runs))
    parts["geometry"] = _more("track", on_track, rest)
    on_dirt = _distance_share(runs, "dirt_distance_m") - _told(parts["osm"], DIRT, len(runs))
    parts["account"] = _more("trail", on_dirt, rest)
    parts["sub_sport"] = _joined([indoors, _whole(chosen, rest)])
    parts["unknown"] = _more("unknown", rest.copy(), rest)
    return _framed(runs, parts)


def surface_shares(surfaces: pd.DataFrame, *, freq: str = "W") -> pd.DataFrame:
    """Sum what was run on each class of surface by ISO week, day or month.

    Parameters
    ----------
    surfaces : DataFrame
        `stressfx.schema.SURFACES`, see `session_surfaces`.
    freq : {"W", "D", "MS"}
        ISO weeks, named by their Monday; days; or calendar months, named by their first day.

    Returns
    -------
    DataFrame
        `stressfx.schema.SURFACE_WEEKS`: one row an athlete, week and class that was run on in it.

    Raises
    ------
    ValueError
        If `freq` is none of these.
    SchemaError
        If `surfaces` does not follow its schema, or a surface is none of `SURFACE_CLASSES`.

    Notes
    -----
    Shares are by distance [1]: that on a class over that of all runs of the week, unknown ground included. A run
    without a known distance makes the distance on its surfaces and all shares of its week missing, never silently
    low. So are the shares of a week whose runs have no distance at all.

    Examples
    --------
    >>> surfaces = pd.DataFrame({"athlete_id": "a", "session_id": ["1", "2"],
    ...                          "date": pd.to_datetime(["2026-03-02", "2026-03-08"]).as_unit("us"),
    ...                          "surface": ["track", "trail"], "share": 1.0, "distance_m": [3e3, 9e3],
    ...                          "source": "label"})
    >>> surface_shares(surfaces)[["week", "surface", "share"]].values.tolist()
    [[Timestamp('2026-03-02 00:00:00'), 'track', 0.25], [Timestamp('2026-03-02 00:00:00'), 'trail', 0.75]]
    """
    if freq not in FREQUENCIES:
        raise ValueError(f"freq is {freq!r}; 'W' (ISO weeks), 'D' (days) or 'MS' (months) is needed")
    if SURFACES.check(surfaces).empty:
        return SURFACE_WEEKS.empty()
    names, athletes = pd.factorize(surfaces["athlete_id"], sort=True)
    week = _period(surfaces["date"], freq)
    weeks, of_week = np.unique(np.stack([names, week]), axis=1, return_inverse=True)
    key = of_week.ravel() * len(SURFACE_CLASSES) + class_codes(surfaces["surface"].to_numpy(dtype=object))
    kept, row = np.unique(key, return_inverse=True)
    distance_m = surfaces["distance_m"].to_numpy(dtype=float)
    order = np.lexsort((distance_m, row))  # sums in one order are the same to the last bit
    on_class = np.bincount(row[order], weights=distance_m[order])
    kept_week = kept // len(SURFACE_CLASSES)
    in_week = np.bincount(kept_week, weights=on_class)[kept_week]
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(np.asarray(athletes)[weeks[0][kept_week]], dtype="str"),
            "week": weeks[1][kept_week].astype("datetime64[D]").astype("datetime64[us]"),
            "surface": pd.Series(np.array(SURFACE_CLASSES, object)[kept % len(SURFACE_CLASSES)], dtype="str"),
            "distance_m": on_class,
            "share": np.divide(on_class, in_week, out=np.full(len(kept), np.nan), where=in_week > 0),
        }
    )


def class_codes(words: Texts) -> Whole:
    """Number words by their place among the classes of surface.

    Parameters
    ----------
    words : array of str
        Classes of surface.

    Returns
    -------
    array of int64
        Place in `SURFACE_CLASSES`.

    Raises
    ------
    SchemaError
        If a word is no class of surface.

    Examples
    --------
    >>> class_codes(np.array(["track", "concrete"], dtype=object)).tolist()
    [3, 0]
    """
    codes = pd.Index(SURFACE_CLASSES, dtype=object).get_indexer(pd.Index(words, dtype=object)).astype(np.int64)
    if (codes < 0).any():
        known = ", ".join(SURFACE_CLASSES)
        raise SchemaError(f"Surfaces: {int((codes < 0).sum())} surfaces are of no class that is known; known: {known}.")
    return np.asarray(codes)


def _codes_or_none(words: Texts) -> Whole:
    """Number classes of surface; -1 for an empty text."""
    codes = np.full(len(words), -1, dtype=np.int64)
    said = words != ""
    codes[said] = class_codes(words[said])
    return codes


def _runs(sessions: pd.DataFrame, sport: str) -> pd.DataFrame:
    """Check the columns that are used, leave out what is no counted run of a day, and put the rest in order."""
    used = {*NEEDED, *({*USED} & set(sessions.columns))}
    label = (LABEL,) if LABEL.name in sessions.columns else ()
    Schema("Sessions", (*(column for column in SESSIONS.columns if column.name in used), *label)).check(sessions)
    runs = sessions[(sessions["sport"] == sport) & sessions["date"].notna() & counts(sessions)]
    by = ["athlete_id", "date", *({"start"} & set(runs.columns)), "session_id", "distance_m"]
    return runs.sort_values(by, ignore_index=True)


def _texts(runs: pd.DataFrame, name: str) -> Texts:
    texts = runs[name].fillna("") if name in runs.columns else pd.Series("", index=runs.index)
    return np.asarray(texts.to_numpy(dtype=object))


def _chosen(runs: pd.DataFrame) -> tuple[Whole, Flags]:
    """Give the class that the kind of run stands for, -1 if for none; and whether it is one without ground outside."""
    sub_sport = pd.Series(_texts(runs, "sub_sport"))
    roof_only = (sub_sport == "indoor_running") & (_texts(runs, "format") == TELLS_THE_ROOF_ONLY)
    classes = sub_sport.map(CLASS_OF_SUB_SPORT).fillna("").mask(roof_only, "unknown")
    return _codes_or_none(classes.to_numpy(dtype=object)), sub_sport.isin(INDOORS).to_numpy(dtype=bool)


def _whole(codes: Whole, rest: Floats) -> Part:
    """Give all that is left of every run with a class to that class."""
    run = np.flatnonzero((codes >= 0) & (rest > 0))
    part = Part(run, codes[run], rest[run])
    rest[run] = 0.0
    return part


def _more(surface: str, share: Floats, rest: Floats) -> Part:
    """Give a share of every run to one class, as far as there is a rest."""
    share = np.minimum(np.maximum(share, 0.0), rest)
    run = np.flatnonzero(share > ROUNDING)
    rest[run] -= share[run]
    return Part(run, np.full(len(run), SURFACE_CLASSES.index(surface)), share[run])


def _mapped(runs: pd.DataFrame, matched: pd.DataFrame | None, rest: Floats) -> Part:
    """Take what a map tells of the runs of which something is left."""
    if matched is None:
        return _joined([])
    keys = ["athlete_id", "session_id"]
    found = SURFACES.check(matched)[[*keys, "surface", "share"]]
    found = runs[keys].assign(run=np.arange(len(runs))).merge(found[found["surface"] != "unknown"], on=keys)
    code = class_codes(found["surface"].to_numpy(dtype=object))
    run, share = found["run"].to_numpy(np.int64), found["share"].fillna(0.0).to_numpy(float)
    order = np.lexsort((share, code, run))  # sums in one order are the same to the last bit
    run, code, share = run[order], code[order], share[order]
    total = np.bincount(run, weights=share, minlength=len(runs))
    if (total > 1 + FITS).any():
        raise SchemaError("Surfaces: the shares of a session that was laid over a map add up to more than 1.")
    share = share / np.maximum(total, 1.0)[run]
    kept = (share > ROUNDING) & (rest[run] > 0)
    part = Part(run[kept], code[kept], share[kept])
    rest -= np.bincount(part.run, weights=part.share, minlength=len(runs))
    np.maximum(rest, 0.0, out=rest)
    return part


def _distance_share(runs: pd.DataFrame, name: str) -> Floats:
    """Give a distance as a share of the run's, 0 where either is not known."""
    if name not in runs.columns:
        return np.zeros(len(runs))
    distance_m = runs["distance_m"].to_numpy(dtype=float)
    share = np.divide(runs[name].to_numpy(dtype=float), distance_m, out=np.zeros(len(runs)), where=distance_m > 0)
    return np.asarray(np.minimum(np.nan_to_num(share), 1.0))


def _told(part: Part, classes: tuple[str, ...], size: int) -> Floats:
    """Sum what is told already of some classes, by run."""
    asked = np.isin(part.code, [SURFACE_CLASSES.index(name) for name in classes])
    return np.bincount(part.run[asked], weights=part.share[asked], minlength=size).astype(float)  # int if empty


def _joined(parts: list[Part]) -> Part:
    empty = Part(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    run, code, share = (np.concatenate(columns) for columns in zip(empty, *parts, strict=True))
    return Part(run, code, share)


def _framed(runs: pd.DataFrame, parts: dict[str, Part]) -> pd.DataFrame:
    """Make one row a run and class out of the parts; the larger of two parts of a class names the source."""
    run, code, share = _joined([parts[source] for source in SOURCES])
    source = np.repeat(np.arange(len(SOURCES)), [len(parts[name].run) for name in SOURCES])
    key = run * len(SURFACE_CLASSES) + code
    order = np.lexsort((source, -share, key))
    kept, first, row = np.unique(key[order], return_index=True, return_inverse=True)
    share = np.minimum(np.bincount(row, weights=share[order], minlength=len(kept)), 1.0)
    of_run = runs.iloc[kept // len(SURFACE_CLASSES)].reset_index(drop=True)
    surface = np.array(SURFACE_CLASSES, object)[kept % len(SURFACE_CLASSES)]
    session: pd.DataFrame = of_run[["athlete_id", "session_id", "date"]]
    return session.assign(
        surface=pd.Series(surface, dtype="str"),
        share=share,
        distance_m=of_run["distance_m"].to_numpy(dtype=float) * share,
        source=pd.Series(np.array(SOURCES, object)[source[order][first]], dtype="str"),
    )


def _period(dates: pd.Series, freq: str) -> Whole:
    """Give the first day of the period that each day lies in, as days since the epoch."""
    days = dates.to_numpy().astype("datetime64[D]")
    if freq == "MS":
        return days.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    number = days.astype(np.int64)
    return number - (number + DAYS_MONDAY_TO_EPOCH) % 7 if freq == "W" else number
