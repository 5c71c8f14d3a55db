"""Did an exposure rise or fall towards the injuries all the while, so that its last period stands out by that alone?

Takes matched periods, looks at those without an injury only, and says in words what it finds.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = ["drift_of"]

CLEAR = 3.0
"""Standard errors from which a drift is told: by chance in 3 of 1000 studies. [d]"""

FEW = 10
"""Injuries with two other periods or more that are needed to see one. [d]"""


def drift_of(periods: pd.DataFrame, exposures: Sequence[str]) -> tuple[str, ...]:
    """Look for a trend over time in the other periods of each injury.

    Parameters
    ----------
    periods : DataFrame
        See `stressfx.injury.designs.matched_sets.matched_periods`, with earlier periods only.
    exposures : sequence of str
        Its exposures.

    Returns
    -------
    tuple of str
        A sentence for every exposure whose trend is three standard errors or more.

    Notes
    -----
    If nothing changes with time the trends of the injuries are 0 in the mean, whatever the exposure does to the risk:
    no period looked at ends with an injury. Long histories count for more, as they do where harm is done.

    Examples
    --------
    >>> periods = pd.DataFrame({"injury": np.repeat(np.arange(20), 5), "case": [1, 0, 0, 0, 0] * 20,
    ...                         "far": [9.0, 3.0, 2.0, 1.0, 0.0] * 10 + [9.0, 2.0, 2.0, 1.0, 0.0] * 10})
    >>> print(*drift_of(periods, ["far"]))
    Without an injury, too, far rises by 0.85 a period in the mean, which alone makes it look harmful.
    """
    others = periods[periods["case"] == 0]
    injury = others["injury"].to_numpy()
    starts = np.flatnonzero(np.diff(injury, prepend=-1))
    sizes = np.diff([*starts, len(injury)])
    number = np.repeat(np.arange(len(starts)), sizes)
    late = (sizes[number] - 1) / 2 - (np.arange(len(injury)) - starts[number])  # the nearest stands first
    if (sizes > 1).sum() < FEW:
        return ()
    said = []
    for name in exposures:
        trends = np.add.reduceat(late * others[name].to_numpy(dtype=float), starts)
        rise = trends.sum() / np.sum(late**2)
        if abs(trends.sum()) > CLEAR * np.sqrt(np.sum(trends**2)):
            way, looks = ("rises", "harmful") if rise > 0 else ("falls", "protective")
            said.append(
                f"Without an injury, too, {name} {way} by {abs(rise):.2g} a period in the mean, which alone makes it "
                f"look {looks}."
            )
    return tuple(said)
