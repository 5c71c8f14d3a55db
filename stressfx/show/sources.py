"""Where does a command read a runner's training from? An export on the disk, or a store.

Takes what was typed; gives an `Export`, with progress shown on a terminal.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stressfx.exports.limits import Limits
from stressfx.show.options import WrongCallError, engine
from stressfx.show.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from stressfx.exports.export import Export
    from stressfx.exports.importing import Imported

__all__ = ["Asked", "Wanted", "beside", "into_store", "name_of", "one_athlete", "read", "stored", "surfaces_by_map"]

MOST_NAMES = 10


def name_of(path: Path, given: str | None) -> str:
    """Name a runner: as given, else as a profile beside the files does, else as the export is called.

    Parameters
    ----------
    path : Path
        The export.
    given : str or None
        What the user says.

    Returns
    -------
    str
        Name, without the ending of an archive and without an e-mail address.
    """
    from stressfx.io.source import label_of  # noqa: PLC0415  # as below

    if given:
        return given.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    profile = beside(path, "profile.toml")
    if profile is not None:
        from stressfx.exports.profile import read_profile  # noqa: PLC0415  # as below

        if name := read_profile(profile).athlete_id:
            return name
    return label_of(path.resolve().name).removesuffix(".zip")


def beside(folder: Path | None, name: str) -> Path | None:
    """Find a file that lies at the top of an export, if that is a folder.

    Parameters
    ----------
    folder : Path or None
        The export.
    name : str
        What the file is called.

    Returns
    -------
    Path or None
        None if there is no such file.
    """
    file = None if folder is None else folder / name
    return file if file is not None and file.is_file() else None


@dataclass(frozen=True)
class Wanted:
    """How an export is to be read, as it was typed.

    Attributes
    ----------
    athlete : str or None
        Name of the runner; by default that of the profile or the export.
    tz : str or None
        Time zone of sessions that do not tell their own.
    limits : Limits
        What archives may hold.
    columns : Path or None
        What the headers of Strava's table mean.
    workers : int or None
        How many processes; None for one a core.
    scheduler : str or None
        Address of a Dask scheduler.
    """

    athlete: str | None
    tz: str | None
    limits: Limits
    columns: Path | None
    workers: int | None
    scheduler: str | None


@dataclass(frozen=True)
class Asked:
    """What a command is about, as it was typed: one export or store, and the tables beside it.

    Attributes
    ----------
    path, store : Path or None
        An export, or a store.
    wanted : Wanted
        How it is to be read.
    injuries, shoes, profile, rules, osm : Path or None
        Tables, the runner, the runner's rules and a map, where they were named.
    unnamed_sport : str
        What files that name no sport are.
    """

    path: Path | None
    store: Path | None
    wanted: Wanted
    injuries: Path | None = None
    shoes: Path | None = None
    profile: Path | None = None
    rules: Path | None = None
    osm: Path | None = None
    unnamed_sport: str = ""

    @property
    def injuries_file(self) -> Path | None:
        """The table of injuries, named or beside the files."""
        return self.injuries or beside(self.path, "injuries.csv")

    def need_one_source(self, command: str) -> None:
        """Refuse what does not fit together.

        Parameters
        ----------
        command : str
            Name of the command, for the message.

        Raises
        ------
        WrongCallError
            If there is no source or two, or an option that the source has no use for.
        """
        if (self.path is None) == (self.store is None):
            raise WrongCallError(f"{command} needs either PATH or --store, and not both")
        wanted = self.wanted
        reading = (wanted.columns, wanted.workers, wanted.scheduler, wanted.limits)
        if self.store is not None and reading != (None, None, None, Limits()):
            raise WrongCallError("a store is read: leave out --columns, --workers, --scheduler and --max-...")
        if wanted.workers is not None and wanted.scheduler is not None:
            raise WrongCallError("either --workers or --scheduler, not both")


def read(path: Path, wanted: Wanted, *, unnamed_sport: str) -> "Export":
    """Read an export.

    Parameters
    ----------
    path : Path
        Folder, archive or file.
    wanted : Wanted
        How.
    unnamed_sport : str
        What to take files for that name no sport.

    Returns
    -------
    Export
        What it holds.
    """
    from stressfx.exports.read import read_export  # noqa: PLC0415  # pandas takes a second; help must not wait for it
    from stressfx.show.screen import reading  # noqa: PLC0415  # as above

    with engine(wanted.workers, wanted.scheduler) as executor, reading() as progress:
        return read_export(
            path, unnamed_sport=unnamed_sport, progress=progress, executor=executor, **_options(path, wanted)
        )


def into_store(path: Path, folder: Path, wanted: Wanted) -> "tuple[Imported, list[str]]":
    """Read an export into a store.

    Parameters
    ----------
    path : Path
        Folder, archive or file.
    folder : Path
        The store; made if it is not there.
    wanted : Wanted
        How.

    Returns
    -------
    brought : Imported
        What was new.
    held : list of str
        The runners whose files the store holds now.

    Raises
    ------
    WrongCallError
        If there is no such export, or its name is an e-mail address and nobody said who the runner is.
    """
    from stressfx.exports.importing import import_export  # noqa: PLC0415  # as in read
    from stressfx.exports.store.store import open_store  # noqa: PLC0415  # as in read
    from stressfx.io.source import label_of  # noqa: PLC0415  # as in read
    from stressfx.show.screen import reading  # noqa: PLC0415  # as in read

    options = _options(path, wanted)  # a wrong call must not leave an empty store behind
    if not path.exists():
        raise WrongCallError(f"{label_of(path.name)}: there is no such file or folder")
    if "[e-mail]" in options["athlete_id"]:  # the same for everybody
        raise WrongCallError("the export is called after an e-mail address; name the runner: --athlete NAME")
    with (
        open_store(folder, create=True) as store,
        engine(wanted.workers, wanted.scheduler) as executor,
        reading() as progress,
    ):
        brought = import_export(path, store, progress=progress, executor=executor, **options)
        return brought, store.athletes()


def _options(path: Path, wanted: Wanted) -> dict[str, Any]:
    return {
        "athlete_id": name_of(path, wanted.athlete),
        "tz": wanted.tz,
        "limits": wanted.limits,
        "columns": _headers(wanted.columns),
    }


def stored(folder: Path, *, athlete: str | None, tz: str | None, unnamed_sport: str) -> "Export":
    """Give what a store holds of one runner.

    Parameters
    ----------
    folder : Path
        The store.
    athlete : str or None
        Name of the runner; not needed if the store holds one alone.
    tz, unnamed_sport : str
        As for `stressfx.read_export`.

    Returns
    -------
    Export
        What it holds.

    Raises
    ------
    WrongCallError
        If the store holds several runners, or not this one.
    """
    from stressfx.exports.importing import read_store  # noqa: PLC0415  # as in read
    from stressfx.exports.store.store import open_store  # noqa: PLC0415  # as in read

    with open_store(folder, read_only=True) as store:
        return read_store(store, athlete_id=one_athlete(store.athletes(), athlete), tz=tz, unnamed_sport=unnamed_sport)


def surfaces_by_map(export: "Export", extract: Path) -> "pd.DataFrame":
    """Lay the runs of an export over a map.

    Parameters
    ----------
    export : Export
        The runs.
    extract : Path
        Extract of OpenStreetMap.

    Returns
    -------
    DataFrame
        `stressfx.schema.SURFACES`.
    """
    from stressfx.exports.osm.runs import osm_surfaces  # noqa: PLC0415  # as in read
    from stressfx.show.screen import reading  # noqa: PLC0415  # as in read

    with reading("Laying runs over the map") as progress:
        return osm_surfaces(export, extract, progress=progress)


def one_athlete(held: list[str], wanted: str | None) -> str:
    """Choose the runner that a command is about.

    Parameters
    ----------
    held : list of str
        Those that a store holds.
    wanted : str or None
        The one that was asked for; by default the only one.

    Returns
    -------
    str
        One of `held`.

    Raises
    ------
    WrongCallError
        If it is not clear which one is meant.
    """
    if wanted in held:
        return wanted
    if not wanted and len(held) == 1:
        return held[0]
    if not held:
        raise WrongCallError("the store is empty; import something into it first")
    names = ", ".join(printable(name) for name in held[:MOST_NAMES])
    more = f" and {len(held) - MOST_NAMES} more" if len(held) > MOST_NAMES else ""
    found = "not this runner" if wanted else "several runners"
    raise WrongCallError(f"the store holds {found}; name one with --athlete: {names}{more}")


def _headers(columns: Path | None) -> "Mapping[str, str] | None":
    if columns is None:
        return None
    from stressfx.exports.accounts.strava import read_columns  # noqa: PLC0415  # as in read

    return read_columns(columns)
