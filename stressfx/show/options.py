"""Which options do several commands share? How an export is read: time zone, limits, language, processes.

Takes what was typed; gives what the library takes.
"""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias
from zoneinfo import ZoneInfo

import typer

from stressfx.errors import StressfxError
from stressfx.exports.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

__all__ = [
    "MIB",
    "USUAL",
    "Athlete",
    "Columns",
    "MaxEntries",
    "MaxEntry",
    "MaxNesting",
    "MaxRatio",
    "MaxStream",
    "MaxTotal",
    "Scheduler",
    "TimeZone",
    "UnnamedSport",
    "Workers",
    "WrongCallError",
    "engine",
    "limits_of",
]

MIB = 2**20
LIMITS = "Limits on archives"
USUAL = Limits()


def _known_zone(name: str | None) -> str | None:
    if name is not None:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise typer.BadParameter("needs the name of a time zone, such as Europe/Berlin") from None
    return name


TimeZone: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--tz", callback=_known_zone, metavar="ZONE", help="Time zone of files that tell none, such as Europe/Berlin."
    ),
]
Athlete: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="Name of the runner (default: in profile.toml, or that of PATH).")
]
UnnamedSport: TypeAlias = Annotated[
    str, typer.Option(metavar="SPORT", help="What files that name no sport are, such as running (default: no runs).")
]
Columns: TypeAlias = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What the headers of Strava's table mean, if its language is not known."),
]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Processes that read more than 100 files (default: one a core)."),
]
Scheduler: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers read the files, such as tcp://host:8786."),
]
MaxEntries: TypeAlias = Annotated[
    int, typer.Option(min=1, metavar="N", rich_help_panel=LIMITS, help="Files in one archive.")
]
MaxRatio: TypeAlias = Annotated[
    float, typer.Option(min=1, metavar="N", rich_help_panel=LIMITS, help="Unpacked over packed size of a file.")
]
MaxEntry: TypeAlias = Annotated[
    int, typer.Option(min=1, metavar="MIB", rich_help_panel=LIMITS, help="Unpacked size of a file.")
]
MaxStream: TypeAlias = Annotated[
    int,
    typer.Option(min=1, metavar="MIB", rich_help_panel=LIMITS, help="Unpacked size of a health record of a telephone."),
]
MaxTotal: TypeAlias = Annotated[
    int, typer.Option(min=1, metavar="MIB", rich_help_panel=LIMITS, help="Unpacked size of all files of archives.")
]
MaxNesting: TypeAlias = Annotated[
    int, typer.Option(min=1, metavar="N", rich_help_panel=LIMITS, help="How deep archives may lie in archives.")
]


class WrongCallError(StressfxError):
    """What was typed does not fit together, or does not fit what is there."""


def limits_of(*, entries: int, ratio: float, entry: int, stream: int, total: int, nesting: int) -> Limits:
    """Put together the limits that were typed.

    Parameters
    ----------
    entries : int
        Files in one archive.
    ratio : float
        Unpacked over packed size of a file. [1]
    entry, stream, total : int
        Unpacked sizes. [MiB]
    nesting : int
        How deep archives may lie in archives.

    Returns
    -------
    Limits
        The same in bytes.
    """
    return Limits(
        entries=entries,
        ratio=ratio,
        entry_bytes=entry * MIB,
        stream_bytes=stream * MIB,
        total_bytes=total * MIB,
        nesting=nesting,
    )


@contextmanager
def engine(workers: int | None, scheduler: str | None) -> "Iterator[Executor | None]":
    """Give what files are read with: this process, several, or the workers of a cluster.

    Parameters
    ----------
    workers : int or None
        How many processes; None for one a core.
    scheduler : str or None
        Address of a Dask scheduler.

    Yields
    ------
    Executor or None
        None for this process alone.

    Raises
    ------
    WrongCallError
        If the scheduler cannot be reached, or Dask is not installed.
    """
    if scheduler is not None:
        with _cluster(scheduler) as executor:
            yield executor
        return
    import os  # noqa: PLC0415  # as below
    import signal  # noqa: PLC0415  # as below
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # help and version start no process
    from multiprocessing import get_context  # noqa: PLC0415  # as above

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = workers or cores
    if count == 1:
        yield None
        return
    # a fresh interpreter each: one that is forked while progress is shown can wait for a lock for ever;
    # and this process alone answers to Ctrl-C: the others end with it
    deaf = (signal.SIGINT, signal.SIG_IGN)
    with ProcessPoolExecutor(count, get_context("spawn"), initializer=signal.signal, initargs=deaf) as pool:
        yield pool


@contextmanager
def _cluster(address: str) -> "Iterator[Executor]":
    try:
        from distributed import Client  # noqa: PLC0415  # an extra
    except ImportError:
        raise WrongCallError("--scheduler needs Dask: pip install 'stressfx[cluster]'") from None
    try:
        client = Client(address, timeout="10s")  # type: ignore[no-untyped-call]  # distributed has no types
    except (OSError, ValueError, TypeError):
        text = "--scheduler: no Dask scheduler answers there; its address looks like tcp://host:8786"
        raise WrongCallError(text) from None
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]  # as above
