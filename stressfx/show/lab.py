"""What lies in the folder of `stressfx lab`: which files come with the package, and which have become the user's own?

Takes a folder; copies the notebooks and the made-up runners into it. A file that somebody changed stays as it is: what
was written, and with which content, stands in a list in the folder. Nothing is written through a link.
"""

import hashlib
import json
import secrets
import stat
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from stressfx.errors import StressfxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["LIST", "Copied", "LabError", "fill_lab", "lab_sources"]

LIST = ".stressfx-lab.json"
"""The list in the folder: what was written there, by SHA-256."""

ABOUT = "What `stressfx lab` wrote here, by SHA-256. A file that is no longer the same is yours and stays as it is."
LONGEST_LIST = 2**20

PACKAGE = Path(__file__).resolve().parents[1]
PLACES = (PACKAGE / "lab_files", PACKAGE.parent)
"""Where notebooks and samples lie: in an installed package, and in a checkout."""


class LabError(StressfxError, OSError):
    """The folder cannot be filled; no file of the user's own was changed."""


class Copied(NamedTuple):
    """What was done, as names of files in the folder."""

    written: tuple[str, ...]
    """They were not there."""
    renewed: tuple[str, ...]
    """Nobody had changed them, and the package has another version by now."""
    kept: tuple[str, ...]
    """Somebody changed them, or put them there."""
    outdated: tuple[str, ...]
    """Those of `kept` of which the package has another version than the one that was changed."""


def lab_sources() -> dict[str, Path]:
    """List the files that come with the package.

    Returns
    -------
    dict of str to Path
        Each file by the name that it gets in the folder: the notebooks at its top, the made-up runners below
        ``data-samples``.

    Raises
    ------
    LabError
        If the package was installed without them.
    """
    for place in PLACES:
        notebooks, samples = place / "notebooks", place / "data-samples"
        if notebooks.is_dir() and samples.is_dir():
            names = {path.name: path for path in sorted(notebooks.glob("*.ipynb"))}
            below = (path for path in sorted(samples.rglob("*")) if path.is_file() and not path.name.startswith("."))
            return names | {f"data-samples/{path.relative_to(samples).as_posix()}": path for path in below}
    raise LabError("this installation holds no notebooks; install stressfx from its wheel, or run it in a checkout")


def fill_lab(folder: Path, sources: "Mapping[str, Path]") -> Copied:
    """Copy files into a folder, and leave alone what somebody changed.

    Parameters
    ----------
    folder : Path
        Where to; made if it is not there.
    sources : mapping of str to Path
        Each file by the name that it gets, as `lab_sources` gives them.

    Returns
    -------
    Copied
        What was written and what was kept.

    Raises
    ------
    LabError
        If the folder or anything on the way to a file is a link or not what it should be; nothing was written then. Or
        if a file cannot be written; every file is whole then, the old one or the new one.

    Notes
    -----
    A file is replaced only if its content is the one that was written last. If the list of these is lost or damaged,
    every file that differs from the package's own counts as changed.
    """
    _check_way(folder, [*sources, LIST])
    noted, now = _noted(folder), dict[str, str]()
    outcome: dict[str, list[str]] = {name: [] for name in Copied._fields}
    for name, source in sources.items():
        data, path = source.read_bytes(), folder / name
        new, last = hashlib.sha256(data).hexdigest(), noted.get(name)
        found = _digest(path)
        now[name] = new
        if found == new:
            continue
        if found not in {None, last}:
            outcome["kept"].append(name)
            if last != new:
                outcome["outdated"].append(name)
                now[name] = last or ""  # still that of which theirs was made
            continue
        outcome["written" if found is None else "renewed"].append(name)
        _write(path, data)
    _note(folder, noted | now)
    return Copied(*(tuple(outcome[name]) for name in Copied._fields))


def _check_way(folder: Path, names: "Iterable[str]") -> None:
    """Refuse links, and anything that stands where a folder or a file belongs, before the first byte is written."""
    ways = {folder / part for name in names for part in PurePosixPath(name).parents}
    for path in sorted(ways):
        _check_kind(path, stat.S_ISDIR, "no folder")
    for name in names:
        _check_kind(folder / name, stat.S_ISREG, "no ordinary file")


def _check_kind(path: Path, is_kind: "Callable[[int], bool]", otherwise: str) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise LabError(f"{path.parent.name!r} is no folder; name another one") from None
    if stat.S_ISLNK(mode):
        raise LabError(f"{path.name!r} is a link, and nothing is written through a link; name another folder")
    if not is_kind(mode):
        raise LabError(f"{path.name!r} is {otherwise}; name another folder")


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _noted(folder: Path) -> dict[str, str]:
    """Read what was written before; a list that cannot be read knows of nothing."""
    try:
        with (folder / LIST).open("rb") as stream:
            files = json.loads(stream.read(LONGEST_LIST))["files"]
        return {name: digest for name, digest in files.items() if isinstance(digest, str)}
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _note(folder: Path, files: "Mapping[str, str]") -> None:
    _write(folder / LIST, (json.dumps({"about": ABOUT, "files": files}, indent=1) + "\n").encode())


def _write(path: Path, data: bytes) -> None:
    """Write beside the file and put it in its place in one step."""
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as stream:
            stream.write(data)
        beside.replace(path)
    except OSError as error:
        raise LabError(f"{path.name}: cannot be written ({error.strerror or 'no reason is given'})") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
