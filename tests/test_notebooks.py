"""The notebooks: text and notebook say the same, hold no output, and run from a clean kernel to their own headline."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib import font_manager

jupytext = pytest.importorskip("jupytext")
nbformat = pytest.importorskip("nbformat")

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.py"))
OF_THE_KERNEL = "ignore::PendingDeprecationWarning:ipykernel.kernelbase"
"""Of its own end; nobody who reads a notebook sees it."""

BY_NAME = pytest.mark.parametrize("text", NOTEBOOKS, ids=lambda path: path.stem)


@BY_NAME
def test_text_and_notebook_have_the_same_cells_and_no_output(text: Path) -> None:
    written = jupytext.read(text)
    notebook = nbformat.read(text.with_suffix(".ipynb"), as_version=4)
    nbformat.validate(notebook)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        (cell.cell_type, cell.source) for cell in written.cells
    ]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "jupytext" not in notebook.metadata, "whoever saves a paired notebook in JupyterLab gets a text beside it"


@BY_NAME
def test_what_needs_a_long_function_is_in_the_library(text: Path) -> None:
    lines = text.read_text(encoding="utf-8").splitlines()
    starts = [place for place, line in enumerate(lines) if line.startswith("def ")]
    for start in starts:
        body = next((n for n, line in enumerate(lines[start + 1 :], 1) if not line.startswith(" ")), len(lines))
        assert body <= 5, lines[start]
    assert any(line.startswith("assert ") for line in lines[-12:]), "a notebook ends with its own headline, checked"


@pytest.fixture(scope="module")
def seconds(request: pytest.FixtureRequest) -> Iterator[dict[str, float]]:
    """Add up how long the notebooks take, and print it where all run in one process (`-n 0`)."""
    taken: dict[str, float] = {}
    yield taken
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{len(taken)} notebooks ran in {sum(taken.values()):.0f} s:", taken)  # noqa: T201  # a measured figure


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let kernels draw into the page, find this checkout, and take every warning for an error."""
    assert font_manager.fontManager.ttflist  # a list of fonts that a kernel had to make would be told of
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOKS[0].parents[1]))
    monkeypatch.setenv("PYTHONWARNINGS", f"error,{OF_THE_KERNEL}")


@pytest.mark.slow
@pytest.mark.enable_socket  # a kernel talks to its client over a socket of this machine
@pytest.mark.usefixtures("kernel")
@BY_NAME
def test_it_runs_from_a_clean_kernel_without_a_warning(text: Path, seconds: dict[str, float]) -> None:
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(text.with_suffix(".ipynb"), as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(text.parent)}})
    start = time.monotonic()
    client.execute()
    seconds[text.stem] = round(time.monotonic() - start, 1)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"] == []
    assert any("image/png" in output.get("data", {}) for output in outputs), "a notebook shows a picture"
