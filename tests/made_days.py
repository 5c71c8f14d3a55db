"""Daily loads for tests: Series and frames over complete calendars, and strategies that draw them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

NAN = float("nan")

MONDAY = "2026-03-02"

REST = st.just(0.0)
RUN = st.integers(1, 600).map(lambda tenth_km: tenth_km * 100.0)
UNKNOWN = st.just(NAN)

observed_loads = arrays(float, st.integers(1, 60), elements=REST | RUN | RUN, fill=st.nothing())
"""Up to 60 days, every one observed."""

any_loads = arrays(float, st.integers(1, 60), elements=REST | RUN | RUN | RUN | UNKNOWN, fill=st.nothing())
"""Up to 60 days, about one of five not observed."""

broken_loads = st.tuples(any_loads, st.integers(20, 35), observed_loads).map(
    lambda parts: np.concatenate((parts[0], np.full(parts[1], np.nan), parts[2]))
)
"""Two stretches, and some four weeks between them that nobody observed."""


def days_of(values: Sequence[float] | npt.NDArray[np.float64], start: str = MONDAY) -> pd.Series:
    """Make a Series with a day a value."""
    return pd.Series(np.asarray(values, dtype=float), pd.date_range(start, periods=len(values)), name="load")


def frame_of_athletes(
    loads: dict[str, npt.NDArray[np.float64]], start: str = MONDAY, load: str = "distance_m"
) -> pd.DataFrame:
    """Make a long frame with a row an athlete and day."""
    days = [pd.date_range(start, periods=len(values), unit="us").to_numpy() for values in loads.values()]
    return pd.DataFrame(
        {
            "athlete_id": pd.Series(np.repeat(list(loads), [len(values) for values in loads.values()]), dtype="str"),
            "date": np.concatenate([np.empty(0, "datetime64[us]"), *days]),
            load: np.concatenate([np.empty(0), *loads.values()]),
        },
    )
