"""The rules of the house, read off the code itself: sizes, names, codes, what an import loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import stressfx
from stressfx.findings import CODES, Finding, findings_frame

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "stressfx").rglob("*.py"))
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_PUBLIC_NAMES = 14


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def body_lines(function: ast.FunctionDef) -> int:
    """Lines of code without the docstring."""
    documented = ast.get_docstring(function) is not None
    first = function.body[1] if documented and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or 0) - first.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_answers_one_question_in_a_size_that_can_be_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says what it answers"
    assert text.count("\n") <= MAX_MODULE_LINES
    long = {function.name: body_lines(function) for function in functions(tree)}
    assert {name: lines for name, lines in long.items() if lines > MAX_FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_code_that_is_used_is_listed(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = (
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
    )
    used = {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}
    assert used <= CODES.keys()


def test_every_code_that_is_listed_is_used() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in MODULES if path.name != "findings.py")
    assert [code for code in CODES if f'"{code}"' not in sources] == []


def test_a_code_that_is_not_listed_cannot_be_shown() -> None:
    with pytest.raises(KeyError, match="made-up"):
        findings_frame([Finding("made-up", 1, "Nothing.")])


def loaded(code: str) -> set[str]:
    """Run code in a process of its own, and give the heavy libraries that it loaded."""
    heavy = "{'pandas', 'numpy', 'matplotlib', 'pyarrow', 'scipy', 'statsmodels', 'pandera', 'fitparse', 'gpxpy'}"
    script = f"import sys\n{code}\nprint(' '.join({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603  # our own code
    return set(result.stdout.splitlines()[-1].split())


def test_importing_stressfx_loads_nothing_heavy() -> None:
    assert loaded("import stressfx") == set()


def test_reading_a_file_loads_no_library_that_it_does_not_need() -> None:
    path = ROOT / "data-samples" / "runner-a" / "activities" / "13204000007.fit"
    assert loaded(f"import stressfx\nstressfx.read_activity({str(path)!r})") <= {"pandas", "numpy", "pyarrow"}


def test_every_public_name_can_be_had_and_is_documented() -> None:
    for name in stressfx.__all__:
        thing = getattr(stressfx, name)
        assert thing.__doc__, name
        assert not name.startswith("_")
    assert callable(stressfx.audit)


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make audit" in readme
    assert "make test" in readme


def test_nothing_in_the_tree_names_a_registry_or_a_private_path() -> None:
    kept = (path for folder in ("stressfx", "tests", "notebooks", ".ci") for path in (ROOT / folder).rglob("*"))
    texts = {
        path: path.read_text(encoding="utf-8") for path in kept if path.suffix in {".py", ".ipynb", ".toml", ".md"}
    }
    words = ("index" + "-url", "find" + "-links", "/ro" + "ot/")
    assert [path.name for path, text in texts.items() if any(word in text for word in words)] == []
