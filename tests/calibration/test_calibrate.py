"""The short form of `make calibrate`: every design on a few made-up cohorts, judged with the error of so few."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("calibrate.py")
TRIALS = 16


@pytest.mark.slow
def test_every_design_finds_what_was_planted_as_far_as_a_few_cohorts_can_tell() -> None:
    command = [sys.executable, str(PROGRAM), "--trials", str(TRIALS)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # our own program
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ") and "planted" not in line]
    assert len(rows) > 20
    assert "MISSED" not in done.stdout
