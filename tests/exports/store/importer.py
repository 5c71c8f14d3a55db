"""A program that imports numbered documents into a store, and says of each group that it is in.

Called with the store, the file to say it in, the first number, how many there are, and how many go into a group. Those
that the store knows are passed over, as an import does. With a sixth argument, no file may grow beyond so many bytes,
as on a full disk. Called without any, it reads such arguments line by line, and starts a process for each, which has
loaded everything already, and names it; a line with one number waits for the process of that number.
"""

import os
import resource
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pyarrow.parquet  # noqa: F401  # a process that is killed while it loads this is killed too early
from made_documents import HOW, activity, records, settings_file, sha_of

from stressfx.errors import StoreError
from stressfx.exports.store.store import open_store


def run(root: str, log: str, first: int, count: int, size: int) -> None:
    """Import so many numbers from the first on."""
    says = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open_store(root, create=True) as store:
        known = store.known(HOW.athlete_id)
        numbers = [number for number in range(first, first + count) if sha_of(number) not in known]
        for start in range(0, len(numbers), size):
            group = numbers[start : start + size]
            written = [store.shelf.write(activity(number), records(number), HOW) for number in group]
            written += [store.shelf.write(settings_file(number), None, HOW) for number in group]
            store.commit(written)
            os.write(says, (" ".join(map(str, group)) + "\n").encode())


def say(what: object) -> None:
    """Answer whoever runs this program."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def serve() -> None:
    """Start importers at once, one a line."""
    for line in sys.stdin:
        root, *rest = line.rstrip("\n").split("\t")
        if not rest:
            say(os.waitstatus_to_exitcode(os.waitpid(int(root), 0)[1]))
        elif child := os.fork():
            say(child)
        else:
            try:
                run(root, rest[0], *map(int, rest[1:]))
            except BaseException:  # noqa: BLE001  # a child must not go on as its parent
                traceback.print_exc()
                os._exit(1)
            os._exit(0)


def limited() -> None:
    """Import with files that may not grow, if the sixth argument says so."""
    if limit := sys.argv[6:]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), int(limit[0])))
    try:
        run(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
    except StoreError as error:
        say(f"StoreError: {error}")
        sys.exit(3)


if __name__ == "__main__":
    limited() if sys.argv[1:] else serve()
