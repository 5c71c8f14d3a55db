"""Calls the command line in this process, as a shell would, and gives what a user sees."""

import contextlib
import io
import sys
from typing import NamedTuple
from unittest.mock import patch

from stressfx.show.cli import main


class Called(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """Everything that was shown, on one line."""
        return " ".join(f"{self.out} {self.err}".split())


class Terminal(io.StringIO):
    """An error stream that somebody watches."""

    def isatty(self) -> bool:
        """Say that it is a terminal."""
        return True


def call(*arguments: object, answer: str = "", watched: bool = False) -> Called:
    """Run one command; `answer` is what is typed when it asks."""
    out, err, code = io.StringIO(), Terminal() if watched else io.StringIO(), 0
    typed = [str(argument) for argument in arguments]
    with (
        patch.object(sys, "argv", ["stressfx", *typed]),
        patch.object(sys, "stdin", io.StringIO(answer)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Called(code, out.getvalue(), err.getvalue())


def refused(*arguments: object, code: int = 2) -> str:
    """Run a command that is refused with one line, and give that line."""
    called = call(*arguments)
    assert called.code == code, called
    assert called.out == "", called
    assert called.err.startswith("stressfx: "), called
    assert called.err.count("\n") == 1, called
    return called.err.removeprefix("stressfx: ").rstrip("\n")
