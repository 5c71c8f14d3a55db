"""Which records of one second are parts of one sample? Some devices write heart rate, place and speed each by itself.

Takes the columns of all records; gives them with parts put together, if no value contradicts another.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["put_together"]

Floats = npt.NDArray[np.float64]
Developer = dict[str, npt.NDArray[np.generic]]


def put_together(records: Floats, seconds: Floats, developer: Developer) -> tuple[Floats, Floats, Developer]:
    """Put records of one second together of which some lack what others hold.

    Parameters
    ----------
    records : array of float64, shape (columns, records)
        Columns of the records, in file order.
    seconds : array of float64, shape (records,)
        Their times. [s]
    developer : dict of str to array
        Columns of apps.

    Returns
    -------
    records, seconds, developer
        The same, with one record in the place of each group of parts; untouched where there is none. Neighbours that
        contradict each other in any column, or repeat each other in all, stay as they are, as does a file whose apps
        write anything but numbers.

    Examples
    --------
    >>> heart_rate, speed = [140.0, np.nan, 141.0], [np.nan, 3.0, 3.1]
    >>> put_together(np.array([heart_rate, speed]), np.array([1.0, 1.0, 2.0]), {})[0].tolist()
    [[140.0, 141.0], [3.0, 3.1]]
    """
    same = seconds[1:] == seconds[:-1]
    if not same.any() or any(values.dtype != np.float64 for values in developer.values()):
        return records, seconds, developer
    columns = np.vstack([records, *developer.values()]) if developer else records
    starts = np.flatnonzero(np.append(True, ~same))
    high, low = np.fmax.reduceat(columns, starts, axis=1), np.fmin.reduceat(columns, starts, axis=1)
    group = np.cumsum(np.append(True, ~same)) - 1
    lacks = np.isnan(columns).sum(axis=0) > np.isnan(high).sum(axis=0)[group]
    agrees = ((high == low) | np.isnan(high)).all(axis=0) & np.logical_or.reduceat(lacks, starts)
    stays = ~agrees[group]
    stays[starts] = True
    if stays.all():
        return records, seconds, developer
    kept = columns[:, stays]
    of_group = group[stays]
    whole = agrees[of_group]
    kept[:, whole] = high[:, of_group[whole]]
    apps = dict(zip(developer, kept[len(records) :], strict=True))
    return kept[: len(records)], seconds[stays], apps
