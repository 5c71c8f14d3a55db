"""How are damaged inputs made by the thousand, and what is each of them held to? Shared by the tests in tests/fuzz.

Takes a `Kind` of input: some sound originals, a way to damage one and a way to read it. A mutant is made from its
seed and its number alone, so that one that fails can be made again. Three things are promised of every input: nothing
is raised that is no `StressfxError`, no input under a megabyte takes two seconds, and none takes 300 MB of memory.
"""

import os
import time
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from stressfx.errors import DataQualityWarning, StressfxError

FULL = os.environ.get("STRESSFX_FUZZ", "short") == "full"
"""Whether everything is done, or a tenth: ``STRESSFX_FUZZ=full`` is what `make fuzz` says."""

PARTS = 10
"""Tests that the mutants of one kind are shared out to, so that several processes can take part."""

KEPT = Path(__file__).resolve().parents[1] / "build" / "fuzz"
"""Where inputs that break a promise are written to."""

SLOWEST_S = 2.0
MOST_BYTES = 300 * 2**20
SAMPLED = 50
"""Of so many inputs one is read with every allocation traced, which makes it slow."""

MOST_COMPLAINTS = 5

MARKS = [b"", b"\0", b"\xff", b"-", b"9" * 400, b"1e308", b"nan", b'"', b"'", b",", b";", b"\n", b"\r", b"\xef\xbb\xbf"]
"""What parsers of any kind stumble over."""


@dataclass(frozen=True)
class Kind:
    """One kind of input.

    Attributes
    ----------
    name : str
        What the inputs are called.
    originals : callable
        Gives sound inputs.
    damaged : callable
        Damages one of them, by dice.
    read : callable
        Reads one as a user would.
    most, few : int
        How many mutants are made when everything is done, and when not.
    """

    name: str
    originals: Callable[[], Sequence[bytes]]
    damaged: Callable[[bytes, Random], bytes]
    read: Callable[[bytes], object]
    most: int = 10_000
    few: int = 300

    def mutant(self, seed: int, number: int) -> bytes:
        """Make the mutant of a seed and a number."""
        originals = self.originals()
        return self.damaged(originals[number % len(originals)], Random(f"{self.name} {seed} {number}"))


@dataclass
class Judge:
    """Reads inputs of one kind and holds each to what is promised."""

    kind: Kind
    seed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """How many inputs were ``"read"``, and how many were refused by which error."""
    complaints: list[str] = field(default_factory=list)
    _slowest: tuple[float, object, bytes] = (-1.0, 0, b"")

    def mutants(self, numbers: Iterable[int]) -> "Judge":
        """Make and read mutants, then look at what took longest."""
        return self.inputs((number, self.kind.mutant(self.seed, number)) for number in numbers)

    def share(self, part: int, parts: int = PARTS) -> "Judge":
        """Make and read one of so many parts of the mutants of a kind."""
        return self.mutants(range(part, self.kind.most if FULL else self.kind.few, parts))

    def inputs(self, named: Iterable[tuple[object, bytes]]) -> "Judge":
        """Read inputs, each with a name to find it by, then look at what took longest."""
        peak = _peak_bytes(anew=True)
        for count, (name, data) in enumerate(named):
            self.read(name, data, traced=count % SAMPLED == 0)
        grown = _peak_bytes() - peak
        if grown > MOST_BYTES:
            self.complaints.append(f"{self.kind.name}: the process grew by {grown / 2**20:.0f} MB")
        if self._slowest[0] >= 0:
            self._trace(*self._slowest[1:])
        return self

    def read(self, name: object, data: bytes, *, traced: bool = False) -> object:
        """Read one input; None if it was refused or broke a promise."""
        begin = time.process_time()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DataQualityWarning)
                result, outcome = self.kind.read(data), "read"
        except StressfxError as error:
            result, outcome = None, type(error).__name__
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
            result, outcome = None, "broken"
            self._complain(name, data, f"raised {type(error).__name__}: {error}")
        took = time.process_time() - begin
        if took > SLOWEST_S and (again := self._seconds(data)) > SLOWEST_S:
            self._complain(name, data, f"took {took:.1f} s, then {again:.1f} s")
        if took > self._slowest[0]:
            self._slowest = (took, name, data)
        self.outcomes[outcome] += 1
        if traced:
            self._trace(name, data)
        return result

    def settle(self) -> None:
        """Fail if any input broke a promise."""
        assert not self.complaints, "\n".join(self.complaints[:MOST_COMPLAINTS])

    def _seconds(self, data: bytes) -> float:
        """Read once more: another program may have held up the first time."""
        begin = time.process_time()
        self._quietly(data)
        return time.process_time() - begin

    def _trace(self, name: object, data: bytes) -> None:
        tracemalloc.start()
        try:
            self._quietly(data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        if peak > MOST_BYTES:
            self._complain(name, data, f"took {peak / 2**20:.0f} MB")

    def _quietly(self, data: bytes) -> None:
        with suppress(Exception), warnings.catch_warnings():  # complained about at the first reading
            warnings.simplefilter("ignore")
            self.kind.read(data)

    def _complain(self, name: object, data: bytes, what: str) -> None:
        file = KEPT / f"{self.kind.name}-{self.seed}-{name}.bin"
        KEPT.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        self.complaints.append(f"{self.kind.name}, seed {self.seed}, number {name} ({file.name} in {KEPT}): {what}")


def _peak_bytes(*, anew: bool = False) -> int:
    """Tell the largest memory of the process so far, or since it was counted anew; 0 where the system does not say."""
    try:
        if anew:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


def flips(data: bytes, places: Iterable[int], *, few: int = 20) -> Iterator[tuple[str, bytes]]:
    """Change single bytes: each bit alone, none and all of them. Without `FULL`, at a few places only."""
    chosen = list(places)
    for at in chosen if FULL else chosen[:: len(chosen) // few + 1]:
        for value in sorted({data[at] ^ 1 << bit for bit in range(8)} | {0, 0xFF} - {data[at]}):
            yield f"byte{at}as{value}", data[:at] + bytes([value]) + data[at + 1 :]


def prefixes(data: bytes, *, stride: int = 1) -> Iterator[tuple[str, bytes]]:
    """Cut an input short at every place, or without `FULL` at every thirteenth of them."""
    for length in range(0, len(data), stride if FULL else 13 * stride):
        yield f"cut{length}", data[:length]


def few_bytes(data: bytes, dice: Random) -> bytes:
    """Change, delete or insert one to four bytes."""
    octets = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        if not octets:
            break
        at = dice.randrange(len(octets))
        what = dice.random()
        if what < 0.6:
            octets[at] = dice.choice((dice.randrange(256), octets[at] ^ 1 << dice.randrange(8), 0, 0xFF))
        elif what < 0.8:
            del octets[at]
        else:
            octets.insert(at, dice.randrange(256))
    return bytes(octets)


def pieces(data: bytes, dice: Random, marks: Sequence[bytes] = MARKS) -> bytes:
    """Change a few pieces: swap a byte, drop or repeat some, or put in what parsers stumble over."""
    content = bytearray(data)
    for _ in range(dice.choice([1, 1, 1, 2, 3, 8])):
        start = dice.randrange(len(content) + 1)
        stop = min(len(content), start + dice.choice([0, 1, 1, 2, 30, 400]))
        change = dice.choice(["byte", "byte", "drop", "repeat", "mark"])
        piece = {
            "byte": bytes([dice.randrange(256)]),
            "drop": b"",
            "repeat": bytes(content[start:stop]) * 2,
            "mark": dice.choice(marks),
        }[change]
        content[start : start + 1 if change == "byte" else stop] = piece
    return bytes(content)
