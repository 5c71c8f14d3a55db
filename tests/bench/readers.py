"""How fast are the readers? Medians and ratios, interleaved, on real device files: `make bench`.

Each library turns the same bytes into a frame of samples. All of them run in one process, in turn, garbage
collected before each turn; the ratio of medians is what counts, since machines are shared. Small files are read
several times a turn.
"""

import gc
import importlib.util
import io
import math
import statistics
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import stressfx as sfx

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
BENCHMARK = Path(__file__).resolve().parents[1] / "readme" / "benchmark.md"
SMALL = 20_000
LARGE = 100_000
Reader = Callable[[bytes], object]


def fitparse_frame(data: bytes) -> pd.DataFrame:
    """Read the records of a FIT file by fitparse."""
    import fitparse

    messages = fitparse.FitFile(io.BytesIO(data)).get_messages("record")
    return pd.DataFrame([message.get_values() for message in messages])


def fitdecode_frame(data: bytes) -> pd.DataFrame:
    """Read the records of a FIT file by fitdecode."""
    import fitdecode

    with fitdecode.FitReader(io.BytesIO(data)) as reader:
        frames = (frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record")
        return pd.DataFrame([{field.name: field.value for field in frame.fields} for frame in frames])


def fitfast_frame(data: bytes) -> pd.DataFrame:
    """Read the records of a FIT file by fitfast."""
    import fitfast

    return pd.DataFrame(dict(fitfast.records(data)))


def gpxpy_frame(data: bytes) -> pd.DataFrame:
    """Read the points of a GPX file by gpxpy (which takes lxml when it is installed), with heart rate and cadence."""
    import gpxpy

    return pd.DataFrame([_gpxpy_row(point) for point in gpxpy.parse(data.lstrip()).walk(only_points=True)])


def _gpxpy_row(point: object) -> dict[str, object]:
    row = {"time": point.time, "lat": point.latitude, "lon": point.longitude, "ele": point.elevation}
    for extension in point.extensions:
        for element in extension.iter():
            if element.text and element.text.strip():
                row[element.tag.rpartition("}")[2]] = float(element.text)
    return row


def tcxreader_frame(data: bytes) -> pd.DataFrame:
    """Read the points of a TCX file by tcxreader, which takes paths only."""
    from tcxreader.tcxreader import TCXReader

    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.tcx"
        path.write_bytes(data)
        return pd.DataFrame([point.to_dict() for point in TCXReader().read(str(path)).trackpoints])


def stressfx_frame(reader: Callable[[bytes], sfx.Activity]) -> Reader:
    """Decode a file by stressfx, and look at its records as a frame, as the others give them."""
    return lambda data: reader(data).records


READERS: dict[str, dict[str, Reader]] = {
    "fit": {
        "stressfx": stressfx_frame(sfx.read_fit),
        "fitparse": fitparse_frame,
        "fitdecode": fitdecode_frame,
        "fitfast": fitfast_frame,
    },
    "gpx": {"stressfx": stressfx_frame(sfx.read_gpx), "gpxpy": gpxpy_frame},
    "tcx": {"stressfx": stressfx_frame(sfx.read_tcx), "tcxreader": tcxreader_frame},
}


def seconds(reader: Reader, data: bytes, times: int) -> float:
    """Time one turn."""
    gc.collect()
    start = time.perf_counter()
    for _ in range(times):
        reader(data)
    return (time.perf_counter() - start) / times


def medians(readers: dict[str, Reader], data: bytes) -> dict[str, float]:
    """Read one file with every library that can, in turn; slow ones take fewer turns."""
    able = {name: reader for name, reader in readers.items() if _can_read(reader, data)}
    first = {name: seconds(reader, data, 1) for name, reader in able.items()}
    turns: dict[str, list[float]] = {name: [] for name in able}
    for turn in range(15):
        for name, reader in able.items():
            if turn < (15 if first[name] < 0.05 else 3):
                turns[name].append(seconds(reader, data, 5 if first[name] < 0.01 else 1))
    return {name: statistics.median(values) for name, values in turns.items()}


def _can_read(reader: Reader, data: bytes) -> bool:
    try:
        reader(data)
    except Exception:  # noqa: BLE001  # the libraries raise whatever they meet
        return False
    return True


def geometric_mean(values: list[float]) -> float:
    """Average ratios."""
    return math.exp(statistics.fmean(map(math.log, values)))


def speed(kind: str, files: list[Path], titles: dict[str, int], table: list[str]) -> Iterator[str]:
    """Compare the libraries on some files; the geometric means, over those of a least size, become rows of a table."""
    rivals = [name for name in READERS[kind] if name != "stressfx"]
    yield f"\n{next(iter(titles))}: median time of stressfx, and how many times as long the others take"
    ratios: dict[str, list[tuple[int, float]]] = {name: [] for name in rivals}
    for path in files:
        size, found = path.stat().st_size, medians(READERS[kind], path.read_bytes())
        times = {name: found[name] / found["stressfx"] for name in rivals if name in found}
        for name, ratio in times.items():
            ratios[name].append((size, ratio))
        cells = "  ".join(f"{name} {ratio:6.1f}" for name, ratio in times.items())
        yield f"  {path.name[:44]:44} {size:9} B {found['stressfx'] * 1e3:8.2f} ms  {cells}"
    for title, at_least in titles.items():
        for name, pairs in ratios.items():
            values = [ratio for size, ratio in pairs if size >= at_least]
            yield f"  {title}: {geometric_mean(values):.1f} x against {name}, geometric mean of {len(values)} files"
            table.append(f"| {title} | {name} | {len(values)} | {geometric_mean(values):.1f} |")


def memory(files: list[Path]) -> Iterator[str]:
    """Measure the peak of extra memory, without the file itself, as a multiple of the file."""
    yield "\nExtra memory at the peak, as a multiple of the file"
    for path in files:
        data = path.read_bytes()
        sfx.read_activity(data)
        tracemalloc.start()
        activity = sfx.read_activity(data)
        held = (activity.records, activity.laps, activity.sessions, activity.events)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        del activity, held
        yield f"  {path.name[:44]:44} {len(data):9} B {peak / len(data):6.1f} x"


def sample_files(kind: str, at_least: int, below: float = math.inf) -> list[Path]:
    """List samples by size, the largest first."""
    found = [path for path in (SAMPLES / kind).iterdir() if at_least <= path.stat().st_size < below]
    return sorted(found, key=lambda path: -path.stat().st_size)


def main() -> None:
    """Print every comparison."""
    warnings.simplefilter("ignore")
    if not SAMPLES.is_dir():
        sys.exit("no sample files: ../shared/samples is not there")
    for name in ("fitdecode", "fitfast", "tcxreader", "lxml"):
        if importlib.util.find_spec(name) is None:
            sys.exit(f"{name} is not installed; `make bench` installs it")
    large = sample_files("fit", LARGE)
    table = ["| files | reader | files read by both | times as long |", "| --- | --- | --- | --- |"]
    reports = [
        speed("fit", large, {"FIT of 100 kB and more": LARGE}, table),
        speed("fit", sample_files("fit", 0, SMALL), {"FIT below 20 kB": 0, "FIT of 5 to 20 kB": 5_000}, table),
        speed("gpx", sample_files("gpx", 80_000), {"GPX of 80 kB and more": 0}, table),
        speed("tcx", sample_files("tcx", LARGE), {"TCX of 100 kB and more": 0}, table),
        memory([*large, *sample_files("gpx", LARGE), *sample_files("tcx", LARGE)]),
    ]
    for report in reports:
        for line in report:
            print(line, flush=True)
    BENCHMARK.write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
