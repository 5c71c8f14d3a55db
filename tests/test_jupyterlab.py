"""A notebook in a real JupyterLab in a real browser: opened, run from the menu, its pictures seen.

Oracle: the user's own road, `stressfx lab`, a click on the file, Run, Run All Cells, and what then stands on the page
and in the saved file.
"""

import http.client
import importlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import pytest
from matplotlib import font_manager

from stressfx.show.lab import fill_lab, lab_sources

REQUIRED = "STRESSFX_REQUIRE_CHROMIUM"
"""Set to anything, this variable turns an absent browser from a reason to skip into an error."""

PATIENCE_S = 180
POLITE_S = 20
SWITCHES = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
LEAST_WIDTH_PX = 200
ENDED = """() => {
  const numbers = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')].map((e) => e.textContent);
  return /\\[\\d+\\]/.test(numbers.at(-1)) || document.querySelector('.jp-OutputArea-output[data-mime-type$=stderr]');
}"""
"""The last cell has its number, or something went to the error stream, as a warning or an error does."""

SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false"}',
}
"""Cells that are out of sight are on the page as well, and no question about news lies over it."""


class Server(NamedTuple):
    """A JupyterLab of our own."""

    port: int
    token: str

    def answers(self) -> bool:
        """Tell whether it is there, and is ours."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=POLITE_S)
        with closing(line), suppress(OSError, http.client.HTTPException):
            line.request("GET", "/api/status", headers={"Authorization": f"token {self.token}"})
            return line.getresponse().status == http.HTTPStatus.OK
        return False

    def page(self, name: str) -> str:
        """Give the address of a file in it."""
        return f"http://127.0.0.1:{self.port}/lab/tree/{name}?token={self.token}"


def needed(name: str) -> Any:
    """Import what the test needs, or skip it."""
    return importlib.import_module(name) if os.environ.get(REQUIRED) else pytest.importorskip(name)


def chromium() -> str:
    """Find Debian's browser, or skip the test."""
    found = shutil.which("chromium")
    if found is None:
        assert not os.environ.get(REQUIRED), f"chromium is absent, and {REQUIRED} is set"
        pytest.skip("chromium is absent")
    return found


def environment(home: Path) -> dict[str, str]:
    """Make an environment in which nothing of this machine's user is read or written, with its fonts known."""
    for name, text in SETTINGS.items():
        place = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        place.parent.mkdir(parents=True)
        place.write_text(text)
    assert font_manager.fontManager.ttflist  # so that the kernel finds the list of fonts made, and does not tell of it
    own = {name: str(home / name) for name in ("config", "data", "runtime", "workspaces", "ipython")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "MPL", "PYTEST"))}
    return kept | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": own["config"],
        "JUPYTER_DATA_DIR": own["data"],
        "JUPYTER_RUNTIME_DIR": own["runtime"],
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": own["workspaces"],
        "IPYTHONDIR": own["ipython"],
        "MPLCONFIGDIR": mpl.get_cachedir(),
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[Server]:
    """Run `stressfx lab` on a folder, and end it and all that it started."""
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "stressfx", "lab", str(folder), "--no-browser", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command,
            env=environment(home) | {"JUPYTER_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        server = Server(port, token)
        try:
            until = time.monotonic() + PATIENCE_S
            while not server.answers():
                assert process.poll() is None, (home / "server.log").read_text()
                assert time.monotonic() < until, (home / "server.log").read_text()
                time.sleep(0.2)
            yield server
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(POLITE_S)
            with suppress(ProcessLookupError):  # the rule: it ended, and with it what it had started
                os.killpg(process.pid, signal.SIGKILL)  # a group of its own
            process.wait(POLITE_S)


def run_all_cells(address: str, browser: Any, picture: Path) -> list[int]:
    """Open a notebook as a user does, run it from the menu, save it; give the widths of the pictures on the page."""
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(address)
    page.get_by_text("| Idle").wait_for()  # the kernel is there, and the page is connected to it
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(ENDED)
    page.get_by_text("| Idle").wait_for()
    page.keyboard.press("Control+s")
    page.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")
    for image in page.locator(".jp-OutputArea img").all()[-1:]:
        image.scroll_into_view_if_needed()
    page.screenshot(path=picture)
    return page.evaluate("() => [...document.querySelectorAll('.jp-OutputArea img')].map((img) => img.naturalWidth)")


@pytest.mark.slow
@pytest.mark.enable_socket  # a browser talks to a server of this machine
@pytest.mark.parametrize("name", ["02_before_an_injury"])
def test_a_notebook_runs_in_jupyterlab_from_its_menu(name: str, tmp_path: Path) -> None:
    lab, home, browser_path = tmp_path / "lab", tmp_path / "home", chromium()
    sync_playwright = needed("playwright.sync_api").sync_playwright
    needed("jupyterlab")
    home.mkdir()
    fill_lab(lab, lab_sources())
    with jupyterlab(lab, home) as server, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=SWITCHES)
        try:
            drawn = run_all_cells(server.page(f"{name}.ipynb"), browser, tmp_path / f"{name}.png")
        finally:
            browser.close()
    saved = json.loads((lab / f"{name}.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in saved["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    assert [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"] == []
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert pictures > 0
    assert len(drawn) == pictures
    assert min(drawn) > LEAST_WIDTH_PX
    assert (tmp_path / f"{name}.png").stat().st_size > 0
