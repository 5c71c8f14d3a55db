"""Answers when an injury began, how it is called and what its site asks for, for every picture, page and screen alike.

Takes `stressfx.schema.INJURIES`; gives one value a row.
"""

import pandas as pd

from stressfx.injury.onsets import injury_onsets
from stressfx.injury.sites import HIGH_RISK_ADVICE, site_risk
from stressfx.show.printable import printable

__all__ = ["first_sign", "injury_advice", "injury_sites"]


def first_sign(injuries: pd.DataFrame) -> pd.Series:
    """Give the first known day of every injury.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.

    Returns
    -------
    Series
        First pain; where that is not known the first day without running, else the day of the diagnosis.
    """
    return injury_onsets(injuries)["onset"].set_axis(injuries.index)


def injury_sites(injuries: pd.DataFrame) -> list[str]:
    """Name the place of every injury.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.

    Returns
    -------
    list of str
        Side and site.
    """
    pairs = zip(injuries["side"], injuries["site"], strict=True)
    named = (f"{printable(side, limit=12)} {printable(site, limit=40)}".strip() for side, site in pairs)
    return [name or "site not given" for name in named]


def injury_advice(injuries: pd.DataFrame) -> list[str]:
    """Say which injuries need a clinician by their site alone.

    Parameters
    ----------
    injuries : DataFrame
        `stressfx.schema.INJURIES`.

    Returns
    -------
    list of str
        A sentence where the site is known to heal badly, else an empty text; see `stressfx.site_risk`.
    """
    return [HIGH_RISK_ADVICE if risk == "high" else "" for risk in site_risk(injuries)]
