"""Settings of all tests: helpers beside the tests can be imported, and the real samples may be asked for."""

import os
import sys
from pathlib import Path

import pytest

os.environ["MPLBACKEND"] = "Agg"
sys.path.append(str(Path(__file__).parent))

from hypothesis import settings
from samples import SAMPLES

settings.register_profile("ci", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("ci")

collect_ignore = ["bench", "lint", "readme"]
"""Programs of `make bench`, `make lint` and `make readme`, not tests."""

REQUIRED = "STRESSFX_REQUIRE_SAMPLES"
"""Set to anything, this variable turns absent samples from a reason to skip into an error."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fuzz: damaged input by the thousand")
    config.addinivalue_line("markers", "slow: takes more than ten seconds")
    if os.environ.get(REQUIRED) and not SAMPLES.is_dir():
        raise pytest.UsageError(f"the device samples are absent, and {REQUIRED} is set")


def pytest_report_header() -> list[str]:
    return [] if SAMPLES.is_dir() else ["device samples are absent: tests on them are skipped"]
