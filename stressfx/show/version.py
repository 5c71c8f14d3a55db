"""Answers which stressfx is running."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["installed_version"]


def installed_version() -> str:
    """Give the version of the installed package.

    Returns
    -------
    str
        Such as ``"0.1.0"``; ``"(run from a folder)"`` where stressfx runs from a folder.
    """
    try:
        return version("stressfx")
    except PackageNotFoundError:
        return "(run from a folder)"
