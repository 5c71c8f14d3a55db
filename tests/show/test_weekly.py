"""Weekly sums of loads. Oracle: weekly_totals, where it has the same column; a case by hand."""

import numpy as np
import pandas as pd
from made_audit import made_audit

from stressfx.show.weekly import weekly_loads

AUDIT = made_audit()


def test_distance_is_that_of_the_weeks_of_the_audit() -> None:
    weeks = weekly_loads(AUDIT.daily, ("distance_m", "timer_s"))
    pd.testing.assert_frame_equal(
        weeks, AUDIT.weeks[["week", "days", "distance_m", "timer_s"]], check_dtype=False, rtol=1e-12
    )


def test_what_is_not_known_of_a_day_is_not_known_of_its_week() -> None:
    daily = AUDIT.daily.head(28).assign(trimp=10.0)
    daily.loc[8, "trimp"] = np.nan
    daily.loc[14:20, ["sessions", "trimp"]] = np.nan
    weeks = weekly_loads(daily, ("trimp",))
    assert np.isnan(weeks["trimp"]).tolist() == [False, True, False, False, False]
    assert weeks["days"].tolist() == [6, 7, 1, 6, 1]
    unseen = daily.assign(sessions=daily["sessions"].where(daily["date"].dt.isocalendar().week != 3))
    assert weekly_loads(unseen, ("trimp",))["days"].tolist() == [6, 0, 1, 6, 1]


def test_no_day_is_no_week() -> None:
    assert weekly_loads(AUDIT.daily.iloc[:0], ("distance_m",)).empty
