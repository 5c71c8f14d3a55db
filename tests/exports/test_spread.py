"""The same export read by one process, by several, and by a Dask cluster: whoever reads, every frame is the same."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest
from samples import gpx, gpx_point

from stressfx.errors import StoreError
from stressfx.exports.archive import Entry
from stressfx.exports.export import Export
from stressfx.exports.importing import import_export, read_store
from stressfx.exports.read import read_export
from stressfx.exports.spread import batches, spread
from stressfx.exports.store.store import open_store

FILES = 130
STARTS_WITHIN_S = 60.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of runs, one of them damaged, one there twice, one no activity at all."""
    root = tmp_path_factory.mktemp("runs")
    for number in range(FILES):
        points = [gpx_point(60 * number + second, "<ele>5</ele>") for second in range(0, 300, 5)]
        (root / f"{number:03}.gpx").write_bytes(gpx(points))
    (root / "007.gpx").write_bytes(b"<html>not found</html>")
    (root / "008 again.gpx").write_bytes((root / "008.gpx").read_bytes())
    (root / "zz.tcx").write_bytes(b"<TrainingCenterDatabase/>")
    return root


@pytest.fixture(scope="module")
def alone(folder: Path) -> Export:
    return read_export(folder, athlete_id="a")


def assert_same(export: Export, other: Export) -> None:
    for name in ("sessions", "laps", "findings", "quarantine", "shoes", "files"):
        pd.testing.assert_frame_equal(getattr(export, name), getattr(other, name), obj=name)


def test_the_result_of_one_process_is_what_the_folder_holds(alone: Export) -> None:
    assert len(alone.sessions) == FILES - 1
    assert alone.quarantine["source"].tolist() == ["007.gpx"]
    counts = dict(zip(alone.files["kind"], alone.files["count"], strict=True))
    assert counts == {"gpx": FILES - 1, "repeated": 1, "unreadable": 1, "empty": 1}


def test_two_processes_give_the_same(folder: Path, alone: Export) -> None:
    seen: list[tuple[int, int, str]] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        export = read_export(folder, athlete_id="a", executor=pool, progress=lambda *told: seen.append(told))
    assert_same(export, alone)
    assert [done for done, _, _ in seen] == list(range(1, FILES + 3))
    session_id = str(export.sessions["session_id"].iloc[3])
    pd.testing.assert_frame_equal(export.records(session_id), alone.records(session_id))


def test_an_import_by_two_processes_gives_the_same(folder: Path, alone: Export, tmp_path: Path) -> None:
    with open_store(tmp_path / "store", create=True) as store:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            brought = import_export(folder, store, athlete_id="a", executor=pool)
            assert brought.known == 1, "one file is there twice"
            again = import_export(folder, store, athlete_id="a", executor=pool)
        export = read_store(store, athlete_id="a")
    assert again.new == 0
    pd.testing.assert_frame_equal(export.sessions, alone.sessions)
    pd.testing.assert_frame_equal(export.laps, alone.laps)
    pd.testing.assert_frame_equal(export.quarantine, alone.quarantine)
    session_id = str(export.sessions["session_id"].iloc[3])
    pd.testing.assert_frame_equal(export.records(session_id), alone.records(session_id))


def test_batches_hold_fifty_to_five_hundred_files() -> None:
    def sizes(count: int) -> list[int]:
        entries = [Entry(str(number), open) for number in range(count)]  # type: ignore[arg-type]  # never opened
        cut = batches(entries)
        assert [entry for batch in cut for entry in batch] == entries
        return [len(batch) for batch in cut]

    assert sizes(0) == []
    assert sizes(120) == [50, 50, 20]
    assert sizes(5000) == [250] * 20
    assert sizes(20_400) == [500] * 40 + [400]


class Dying(Executor):
    """Loses its second batch, as a pool does whose process is killed."""

    def __init__(self) -> None:
        self.batches = 0

    def submit(self, fn, /, *args, **kwargs) -> Future:  # type: ignore[no-untyped-def, type-arg]  # noqa: ANN001, ANN002, ANN003
        """Do the work at once."""
        future: Future[object] = Future()
        self.batches += 1
        if self.batches == 2:
            future.set_exception(BrokenPipeError("gone"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_a_lost_batch_costs_its_own_files_only(folder: Path, alone: Export) -> None:
    export = read_export(folder, athlete_id="a", executor=Dying())
    lost = export.quarantine[export.quarantine["kind"] == "BrokenPipeError"]
    assert len(lost) == 50
    assert lost["reason"].unique().tolist() == ["the reader itself failed on it; please report the kind of the error"]
    kept = alone.sessions[~alone.sessions["source"].isin(lost["source"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(export.sessions, kept)


def test_a_full_disk_ends_the_work(folder: Path) -> None:
    def full(batch: Sequence[Entry]) -> list[int]:
        raise StoreError(f"the disk is full at {batch[0].label}")

    entries = [Entry(str(number), folder.open) for number in range(FILES)]  # type: ignore[arg-type]  # never opened
    with ThreadPoolExecutor(1) as pool, pytest.raises(StoreError, match="full at 0"):
        list(spread(full, entries, executor=pool, failed=lambda *_: 0))


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a Dask scheduler and two workers, each a process of its own, that listen on this machine alone."""
    pytest.importorskip("distributed")
    root = tmp_path_factory.mktemp("dask")
    address = root / "scheduler.json"
    local = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    begin = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    begin += ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address)]
    work = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        "--scheduler-file",
        str(address),
        "--host",
        "127.0.0.1",
    ]
    work += ["--nthreads", "1", "--nworkers", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(root)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": root, "env": local}
    processes = [subprocess.Popen(begin, **quiet)]  # type: ignore[call-overload]  # noqa: S603  # our own words
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not address.exists():
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
        processes += [subprocess.Popen(work, **quiet) for _ in range(2)]  # type: ignore[call-overload]  # noqa: S603
        yield str(address)
    finally:
        for process in reversed(processes):  # a worker without its scheduler waits for another
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.filterwarnings("default::DeprecationWarning", "default::ResourceWarning")
def test_a_cluster_gives_the_same(folder: Path, alone: Export, scheduler: str, tmp_path: Path) -> None:
    from distributed import Client  # noqa: PLC0415  # an extra

    with Client(scheduler_file=scheduler, timeout="60s") as client:
        client.wait_for_workers(2, timeout=60)
        executor = client.get_executor(pure=False)
        pids = set(client.run(os.getpid).values())
        assert len(pids) == 2
        assert os.getpid() not in pids
        assert_same(read_export(folder, athlete_id="a", executor=executor), alone)
        with open_store(tmp_path / "store", create=True) as store:
            import_export(folder, store, athlete_id="a", executor=executor)
            pd.testing.assert_frame_equal(read_store(store, athlete_id="a").sessions, alone.sessions)
