"""Answers `stressfx lab`: the notebooks and the made-up runners in a folder of the user's own, opened in JupyterLab.

A thin command, as in `stressfx.show.cli`. JupyterLab listens on this machine alone and asks no other for news.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stressfx.show.options import WrongCallError
from stressfx.show.printable import printable

if TYPE_CHECKING:
    from stressfx.show.lab import Copied

__all__ = ["add_lab_command"]

USUAL_FOLDER = Path("stressfx-lab")
MOST_NAMES = 10

QUIET = (
    "--ServerApp.ip=127.0.0.1",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
"""Only this machine can reach JupyterLab, and it reaches no other: no news, no look for a newer version."""


def add_lab_command(app: typer.Typer) -> None:
    """Add the command to the command line.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command("lab")(lab_command)


def lab_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to work; made if it is not there.")
    ] = USUAL_FOLDER,
    *,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, metavar="N", help="Port of JupyterLab (default: a free one).")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser; show the address.")] = False,
    no_start: Annotated[bool, typer.Option("--no-start", help="Copy the files, and start nothing.")] = False,
) -> None:
    """Open the notebooks in JupyterLab, beside two made-up runners; what you changed stays as it is."""
    from stressfx.show.lab import fill_lab, lab_sources  # noqa: PLC0415  # help must not wait for it

    _show_copied(folder, fill_lab(folder, lab_sources()))
    if no_start:
        return
    if find_spec("jupyterlab") is None:
        raise WrongCallError("JupyterLab is not installed: pip install 'stressfx[lab]', then run this again")
    options = ["--no-browser"] * no_browser + ["--allow-root"] * _is_root()
    port_options = [] if port is None else [f"--ServerApp.port={port}"]
    raise typer.Exit(_run_until_it_ends([sys.executable, "-m", "jupyterlab", *QUIET, *options, *port_options], folder))


def _is_root() -> bool:
    """Tell whether root runs this, as in a container; JupyterLab asks to be told that this is meant."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _show_copied(folder: Path, copied: "Copied") -> None:
    wrote = f"{len(copied.written)} new, {len(copied.renewed)} brought up to date, {len(copied.kept)} kept as you left"
    typer.echo(f"Notebooks and made-up runners are in {printable(str(folder), limit=400)}: {wrote} them.")
    for names, meaning in (
        (copied.kept, "Kept as you left them"),
        (copied.outdated, "This stressfx has another version of them; rename yours and run this again to have it"),
    ):
        if names:
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            typer.echo(f"{meaning}: {', '.join(names[:MOST_NAMES])}{more}.")


def _run_until_it_ends(command: list[str], folder: Path) -> int:
    """Run a server in a folder; who interrupts it, or ends this process, means the server."""
    with subprocess.Popen([*command, "--ServerApp.root_dir=."], cwd=folder) as server:  # noqa: S603  # our own command
        before = signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        try:
            while server.poll() is None:
                with suppress(KeyboardInterrupt):  # JupyterLab asks whether it shall end
                    server.wait()
        finally:
            signal.signal(signal.SIGTERM, before)
    return server.returncode
