"""How is work on many files spread? Over any `concurrent.futures.Executor`, in batches, with results in order.

Takes a task for a batch of entries; gives its results one file after the other, the same whether one process worked or
many.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
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
        Gives the result of a file whose batch was lost, such as with the process that worked on it.

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
    futures = [executor.submit(task, part) for part in parts]
    try:
        for part, future in zip(parts, futures, strict=True):
            try:
                results = future.result()
            except StoreError:
                raise  # a full disk is full for every batch
            except Exception as error:  # noqa: BLE001  # whatever became of a batch, the others go on
                results = [failed(entry, error) for entry in part]
            yield from results
    finally:
        for future in futures:
            future.cancel()
