"""How is work on many files spread? Over any `concurrent.futures.Executor`, in batches, with results in order.

Takes a task for a batch of entries; gives its results one file after the other, the same whether one process worked or
many.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

from stressfx.errors import StoreError
from stressfx.exports.archive import Entry

__all__ = ["batches", "spread"]

SMALLEST, LARGEST = 50, 500
"""A batch should last some tenths of a second, since a scheduler needs milliseconds for each. [files]"""

FEW = 100
"""So many files are read before the first of several processes has started."""

PARTS = 20
"""So many batches let the processes end at about the same time."""

Result = TypeVar("Result")


def batches(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    """Cut a list of files into batches.

    Parameters
    ----------
    entries : sequence of Entry
        Files.

    Returns
    -------
    list of sequence of Entry
        Batches of 50 to 500 files, but for the last.
    """
    size = min(LARGEST, max(SMALLEST, -(-len(entries) // PARTS)))
    return [entries[start : start + size] for start in range(0, len(entries), size)]


def spread(
    task: Callable[[Sequence[Entry]], list[Result]],
    entries: Sequence[Entry],
    *,
    executor: Executor | None,
    failed: Callable[[Entry, Exception], Result],
) -> Iterator[Result]:
    """Work on files, here or wherever an executor has it done.

    Parameters
    ----------
    task : callable
        Works on a batch, and gives one result a file; it has to be picklable if there is an executor.
    entries : sequence of Entry
        Files.
    executor : Executor, optional
        Where the batches are worked on; by default, and up to a hundred files, here and file by file.
    failed : callable
        Gives the result of a file that ended the process that worked on it, or whose batch was lost on the way.

    Yields
    ------
    Result
        One a file, in order.
    """
    if executor is None or len(entries) <= FEW:
        for entry in entries:
            yield from task([entry])
        return
    parts = batches(entries)
    futures = [_submitted(executor, task, part) for part in parts]
    try:
        for part, future in zip(parts, futures, strict=True):
            try:
                results = future.result()
            except StoreError:
                raise  # a full disk is full for every batch
            except Exception as error:  # noqa: BLE001  # whatever became of a batch, the others go on
                broken = isinstance(error, BrokenExecutor)
                results = _one_by_one(task, part, failed) if broken else [failed(entry, error) for entry in part]
            yield from results
    finally:
        for future in futures:
            future.cancel()


def _submitted(
    executor: Executor, task: Callable[[Sequence[Entry]], list[Result]], part: Sequence[Entry]
) -> "Future[list[Result]]":
    """Hand a batch over; a pool that broke meanwhile takes none, which is said by the result."""
    try:
        return executor.submit(task, part)
    except BrokenExecutor as error:
        refused: Future[list[Result]] = Future()
        refused.set_exception(error)
        return refused


def _one_by_one(
    task: Callable[[Sequence[Entry]], list[Result]],
    part: Sequence[Entry],
    failed: Callable[[Entry, Exception], Result],
) -> list[Result]:
    """Work file by file in a process apart: the file that ends it costs only itself."""
    results: list[Result] = []
    while len(results) < len(part):
        with ProcessPoolExecutor(1, get_context("spawn")) as apart:
            for entry in part[len(results) :]:
                try:
                    results += apart.submit(task, [entry]).result()
                except BrokenExecutor as error:
                    results.append(failed(entry, error))
                    break
                except StoreError:
                    raise
                except Exception as error:  # noqa: BLE001  # as in spread
                    results.append(failed(entry, error))
    return results
