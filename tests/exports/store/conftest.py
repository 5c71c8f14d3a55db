"""Lets the tests of this folder import the documents that are made beside them, and gives each a store of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stressfx.exports.store.store import Store, open_store


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def store(root: Path) -> Iterator[Store]:
    with open_store(root, create=True) as opened:
        yield opened
