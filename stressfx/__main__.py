"""Answers ``python -m stressfx``: the same as the program `stressfx`."""

from stressfx.show.cli import main

if __name__ == "__main__":
    main()
