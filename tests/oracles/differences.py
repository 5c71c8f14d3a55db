"""The known differences between our readers and others: each is a row of ``differences.csv`` with its reason."""

import csv
from pathlib import Path

TABLE = Path(__file__).with_name("differences.csv")


def load(other: str) -> set[tuple[str, str, str]]:
    """List file, message and column of every known difference from one other reader."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        return {(row["file"], row["message"], row["column"]) for row in csv.DictReader(table) if row["other"] == other}
