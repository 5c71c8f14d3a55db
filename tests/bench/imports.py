"""What does an import cost? `import stressfx` against `import pandas`, in fresh processes, interleaved.

Prints medians and their ratio; ends with 1 if stressfx costs more than 1.05 times pandas.
"""

import statistics
import subprocess
import sys

LIMIT = 1.05
TURNS = 15
CLOCK = "import time; start = time.perf_counter(); import {name}; print(time.perf_counter() - start)"


def seconds(name: str) -> float:
    """Time one import in a process of its own."""
    command = [sys.executable, "-c", CLOCK.format(name=name)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603  # our own code


def main() -> None:
    """Compare the two."""
    turns: dict[str, list[float]] = {"stressfx": [], "pandas": []}
    for _ in range(TURNS):
        for name, values in turns.items():
            values.append(seconds(name))
    stressfx, pandas = (statistics.median(turns[name]) for name in turns)
    print(f"import stressfx {stressfx * 1e3:.1f} ms, import pandas {pandas * 1e3:.1f} ms: {stressfx / pandas:.3f} x")
    sys.exit(stressfx > LIMIT * pandas)


if __name__ == "__main__":
    main()
