"""Do the docstrings of public names say what numpydoc asks for? `make lint`.

Runs numpydoc's validation over every public function of the package and over the methods of every public class, and
ends with 1 if any lacks what `[tool.numpydoc_validation]` lists. Of a class only its summary is asked for: its
attributes, not its parameters, are what a reader wants to know.
"""

import importlib
import inspect
import pkgutil
import pydoc
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from numpydoc.validate import validate

import stressfx

OF_A_CLASS = {"GL03", "GL08", "SS03", "SS05"}

ROOT = Path(__file__).resolve().parents[2]


def public_names() -> Iterator[str]:
    """List every public function, class and method that the package itself defines."""
    for module_info in pkgutil.walk_packages(stressfx.__path__, "stressfx."):
        if module_info.name.endswith("__main__"):
            continue
        module = importlib.import_module(module_info.name)
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if getattr(thing, "__module__", None) != module.__name__ or not callable(thing):
                continue
            yield f"{module.__name__}.{name}"
            if inspect.isclass(thing) and name in stressfx.__all__:
                methods = inspect.getmembers(thing, inspect.isfunction)
                own = (method for method, code in methods if code.__module__ == module.__name__)
                yield from (f"{module.__name__}.{name}.{method}" for method in own if not method.startswith("_"))


def lacks(name: str, checks: set[str]) -> list[tuple[str, str, str]]:
    """List what the docstring of one name lacks."""
    asked = checks & OF_A_CLASS if inspect.isclass(pydoc.locate(name)) else checks
    return [(name, code, message) for code, message in validate(name)["errors"] if code in asked]


def main() -> None:
    """Print what is missing."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    checks = set(settings["tool"]["numpydoc_validation"]["checks"])
    names = sorted(set(public_names()))
    missing = [lack for name in names for lack in lacks(name, checks)]
    for name, code, message in missing:
        print(f"{name}: {code} {message}")
    print(f"{len(names)} public names, {len(missing)} lacks")
    sys.exit(bool(missing))


if __name__ == "__main__":
    main()
