"""The judge of the fuzz tests itself: inputs that break each promise on purpose, and some that break none."""

import time
import warnings
from pathlib import Path

import mutants
import pytest
from mutants import Judge, Kind, few_bytes

from stressfx.errors import DataQualityWarning, LimitError

pytestmark = pytest.mark.fuzz


def read(data: bytes) -> int:
    """Do whatever the input says."""
    if data == b"bug":
        raise IndexError
    if data == b"refused":
        raise LimitError("x", "too large")
    if data == b"warning":
        warnings.warn("odd", RuntimeWarning, stacklevel=1)
    if data == b"quality":
        warnings.warn("seen", DataQualityWarning, stacklevel=1)
    if data == b"slow":
        end = time.process_time() + 0.06
        while time.process_time() < end:
            pass
    return len(bytearray(2**20 if data == b"large" else 1))


KIND = Kind("judged", lambda: [b"abcdefgh"], few_bytes, read)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [(b"bug", "IndexError"), (b"warning", "RuntimeWarning"), (b"slow", "took 0.1 s"), (b"large", "took 1 MB")],
)
def test_whatever_breaks_a_promise_is_told_with_its_bytes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes, complaint: str
) -> None:
    monkeypatch.setattr(mutants, "KEPT", tmp_path / "fuzz")
    monkeypatch.setattr(mutants, "SLOWEST_S", 0.05)
    monkeypatch.setattr(mutants, "MOST_BYTES", 2**19)
    judge = Judge(KIND, seed=3)
    judge.read(7, data, traced=True)
    assert (tmp_path / "fuzz" / "judged-3-7.bin").read_bytes() == data
    with pytest.raises(AssertionError, match=rf"seed 3, number 7 .*{complaint}"):
        judge.settle()


def test_a_named_refusal_and_a_word_about_the_data_break_none() -> None:
    judge = Judge(KIND).inputs(enumerate([b"refused", b"quality", b"sound"]))
    judge.settle()
    assert judge.outcomes == {"LimitError": 1, "read": 2}


def test_a_mutant_is_made_again_from_its_seed_and_number() -> None:
    made = [[KIND.mutant(seed, number) for number in range(20)] for seed in (1, 1, 2)]
    assert made[0] == made[1]
    assert len({*made[0], *made[2]}) > 35
