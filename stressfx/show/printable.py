"""Answers how a text from a file can be shown: names, made harmless for a screen, a picture or a page.

Takes any text; gives one line without control characters and without characters that turn the reading direction,
cut to a length that fits. HTML and terminal markup are escaped where they are written, not here.
"""

import unicodedata

__all__ = ["printable"]

TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Characters that reorder the text around them, so that a name can pass for another."""

UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are no text: controls, halves of pairs, private and unassigned, line breaks."""


def printable(text: object, *, limit: int = 60) -> str:
    r"""Make a text from a file fit to be shown on one line.

    Parameters
    ----------
    text : object
        Any text; a missing value gives an empty text.
    limit : int
        Longest result, in characters.

    Returns
    -------
    str
        The text with controls replaced by blanks and blanks joined, cut to `limit` with an ellipsis.

    Examples
    --------
    >>> printable("Peg\x1b[31masus\n40")
    'Peg [31masus 40'
    >>> printable("x" * 100, limit=5)
    'xxxx…'
    """
    if not isinstance(text, str):
        if text is None or text != text:  # noqa: PLR0124  # only a missing number differs from itself
            return ""
        text = str(text)
    seen = (" " if unicodedata.category(char) in UNSEEN else char for char in text[: 8 * limit] if char not in TURNING)
    line = " ".join("".join(seen).split())
    return line if len(line) <= limit and len(text) <= 8 * limit else line[: limit - 1].rstrip() + "…"
