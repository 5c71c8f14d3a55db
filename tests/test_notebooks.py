"""The notebooks: text and notebook say the same, hold no output, and run from a clean kernel to their own headline."""

from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext")
nbformat = pytest.importorskip("nbformat")

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.py"))
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


@BY_NAME
def test_what_needs_a_long_function_is_in_the_library(text: Path) -> None:
    lines = text.read_text(encoding="utf-8").splitlines()
    starts = [place for place, line in enumerate(lines) if line.startswith("def ")]
    for start in starts:
        body = next((n for n, line in enumerate(lines[start + 1 :], 1) if not line.startswith(" ")), len(lines))
        assert body <= 5, lines[start]
    assert any(line.startswith("assert ") for line in lines[-12:]), "a notebook ends with its own headline, checked"


@pytest.mark.enable_socket  # a kernel talks to its client over a socket of this machine
@BY_NAME
def test_it_runs_from_a_clean_kernel(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("PYTHONPATH", str(text.parents[1]))
    notebook = nbformat.read(text.with_suffix(".ipynb"), as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(text.parent)}})
    client.execute()
    counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
