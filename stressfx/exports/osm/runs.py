"""Which surfaces do all runs of an export go over, by a map?

Takes an export and an extract of OpenStreetMap; gives `stressfx.schema.SURFACES`.
"""

import warnings
from collections.abc import Callable, Iterable
from os import PathLike
from typing import Any

import pandas as pd

from stressfx.activity.quality import INDOORS
from stressfx.errors import DataQualityWarning, StressfxError
from stressfx.exports.export import RECORDED, Export
from stressfx.exports.osm.extract import find_extract
from stressfx.exports.osm.match import WITHIN_M, match_pieces
from stressfx.exports.osm.pieces import Pieces, around, pieces_of
from stressfx.exports.osm.ways import ways_of
from stressfx.schema import DTYPES, SURFACES

__all__ = ["osm_surfaces"]

MARGIN_M = 100.0
"""So far around a run ways are read. [m]"""


def osm_surfaces(
    export: Export,
    path: str | PathLike[str],
    *,
    within_m: float = WITHIN_M,
    sport: str = "running",
    paths_as_trail: bool = False,
    progress: Callable[[int, int, str], object] | None = None,
) -> pd.DataFrame:
    """Match the runs of an export to a map.

    Parameters
    ----------
    export : Export
        What `stressfx.exports.read.read_export` or a store gave.
    path : path
        An extract of OpenStreetMap on this disk, ``.osm.pbf`` or ``.osm``.
    within_m : float
        How far from a position a way can be. [m]
    sport : str
        Sport of the sessions that are matched; one on foot, since nothing above 12.5 m/s counts for distance.
    paths_as_trail : bool
        Whether a path without a surface is taken for a trail.
    progress : callable, optional
        Called after each file, the extract last, with the number done, the number of all and the file's label.

    Returns
    -------
    DataFrame
        `stressfx.schema.SURFACES`: one row a session and class that it went over, ``"unknown"`` among them, with
        ``"osm"`` as source. Sessions indoors, without positions or without distance have no rows; one outside of the
        extract has one row, unknown.

    Raises
    ------
    UnreadableFileError
        If the extract cannot be read.
    LimitError
        If the extract is too large.
    StressfxError
        If osmium or shapely is not installed.
    ValueError
        If `within_m` is not above 0.

    Warns
    -----
    DataQualityWarning
        If files of runs have gone or changed since the export was read: their runs have no rows, all others have.

    Notes
    -----
    How a run is matched, `stressfx.exports.osm.match.match_surfaces` says. The recordings are read once more, then the
    extract once, for all runs. Neither the rows nor the warning hold a position. Maps of a town, a region or a country
    are published by Geofabrik among others, under the Open Database License: whoever publishes results names
    OpenStreetMap and its contributors.

    Examples
    --------
    >>> import stressfx as sfx
    >>> osm_surfaces(sfx.read_export("export.zip", athlete_id="a"), "town.osm.pbf")  # doctest: +SKIP
    """
    extract = find_extract(path)
    if not within_m > 0:
        raise ValueError(f"within_m is {within_m}; a distance above 0 is needed")
    runs = _outdoors(export, sport)
    placed: dict[str, Pieces] = {}
    failed: list[StressfxError] = []
    for done, run in enumerate(runs, 1):
        try:
            pieces = pieces_of(export.records(run["session_id"]))
        except StressfxError as error:
            failed.append(error)
        else:
            placed |= {} if pieces is None else {run["session_id"]: pieces}
        if progress is not None:
            progress(done, len(runs) + 1, run["source"])
    if failed:
        text = f"{len(failed)} of {len(runs)} runs could not be read again, and are not matched: {failed[0]}"
        warnings.warn(text, DataQualityWarning, stacklevel=2)
    boxes = [around(pieces, MARGIN_M + within_m) for pieces in placed.values() if len(pieces)]
    ways = ways_of(extract, boxes=boxes, paths_as_trail=paths_as_trail)
    if progress is not None:
        progress(len(runs) + 1, len(runs) + 1, extract.label)
    return _framed(
        {**run, "surface": surface, "share": share, "distance_m": share * run["distance_m"], "source": "osm"}
        for run in runs
        if run["session_id"] in placed
        for surface, share in match_pieces(placed[run["session_id"]], ways, within_m=within_m).items()
    )


def _outdoors(export: Export, sport: str) -> list[dict[str, Any]]:
    """Give the sessions that a map can tell something of."""
    sessions = export.sessions
    wanted = (sessions["sport"] == sport) & ~sessions["sub_sport"].isin(INDOORS) & sessions["format"].isin(RECORDED)
    columns = ["athlete_id", "session_id", "date", "distance_m", "source"]
    return [dict(zip(columns, row, strict=True)) for row in sessions.loc[wanted, columns].itertuples(index=False)]


def _framed(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(SURFACES.names))
    return SURFACES.check(frame.astype({column.name: DTYPES[column.kind] for column in SURFACES.columns}))
