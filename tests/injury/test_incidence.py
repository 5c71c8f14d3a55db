"""Oracle: tail probabilities of the Poisson distribution, worked examples, and R's poisson.test to its printed digits.

The numbers of R 4.2.2: ``poisson.test(3)``, ``poisson.test(0)``, ``poisson.test(10)`` and ``poisson.test(150)``.
"""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from stressfx.errors import InsufficientDataError, SchemaError
from stressfx.exports.tables import read_injuries
from stressfx.injury.incidence import PER, incidence_rate, injury_rates
from stressfx.injury.onsets import compare_onsets
from stressfx.injury.result import ILLUSTRATION
from stressfx.schema import INJURIES


def ends(events: int, exposure: float, per: str = "1000 h") -> tuple[float, float, float]:
    row = incidence_rate(events, exposure, per=per).table.iloc[0]
    return row["estimate"], row["low"], row["high"]


def test_three_injuries_in_1000_hours() -> None:
    assert tuple(round(end, 4) for end in ends(3, 1000)) == (3.0, 0.6187, 8.7673)


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.6888795), (3, 0.61867212, 8.76727307), (10, 4.7953887, 18.3903560), (150, 126.95616, 176.01717)],
)
def test_the_interval_is_that_of_r(events: int, low: float, high: float) -> None:
    assert ends(events, 1, "athlete-year") == pytest.approx((events, low, high), rel=1e-7)


@given(st.integers(0, 400), st.floats(0.1, 1e7), st.sampled_from(sorted(PER)))
def test_beyond_each_end_lies_a_fortieth_of_the_counts(events: int, exposure: float, per: str) -> None:
    rate, low, high = ends(events, exposure, per)
    one = exposure / PER[per][1]
    assert rate * one == pytest.approx(events, rel=1e-9, abs=1e-12)
    assert poisson.cdf(events, high * one) == pytest.approx(0.025, rel=1e-6)
    if events:
        assert poisson.sf(events - 1, low * one) == pytest.approx(0.025, rel=1e-6)
    else:
        assert low == 0


@pytest.mark.parametrize("mean", [0.5, 3.0, 12.4])
def test_the_interval_covers_in_at_least_95_percent_of_counts(mean: float) -> None:
    covered = 0.0
    for events in range(int(mean + 12 * math.sqrt(mean) + 12)):
        _, low, high = ends(events, 1, "athlete-year")
        covered += poisson.pmf(events, mean) * (low <= mean <= high)
    assert 0.95 <= covered < 1


def test_a_rate_says_what_it_rests_on() -> None:
    found = incidence_rate(12, 2500.0, per="1000 km", athletes=7)
    row = found.table.iloc[0]
    assert row[["measure", "events", "athletes", "intervals", "exposure", "unit"]].tolist() == [
        "injuries per 1000 km",
        12,
        7,
        0,
        2500.0,
        "km",
    ]
    assert row["log_estimate"] == pytest.approx(math.log(4.8))
    assert np.isnan(row["p"])
    assert np.isnan(row["log_se"])
    assert found.design == "12 injuries in 2500 km, with an exact Poisson interval."
    assert found.note == ""
    assert incidence_rate(3, 1).note == ILLUSTRATION
    assert np.isnan(incidence_rate(0, 1).table["log_estimate"].item())


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"events": -1, "exposure": 1}, ValueError, "events is -1; a whole number of 0 or more"),
        ({"events": 1.5, "exposure": 1}, ValueError, "events is 1.5; a whole number"),
        ({"events": 1, "exposure": 1, "athletes": -2}, ValueError, "athletes is -2"),
        ({"events": 1, "exposure": -1}, ValueError, "exposure is -1"),
        ({"events": 1, "exposure": math.nan}, ValueError, "exposure is nan"),
        ({"events": 1, "exposure": math.inf}, ValueError, "exposure is inf"),
        ({"events": 1, "exposure": 0}, InsufficientDataError, "no running to refer 1 injuries to; an exposure above 0"),
        ({"events": math.inf, "exposure": 1}, ValueError, "events is inf; a whole number"),
        ({"events": math.nan, "exposure": 1}, ValueError, "events is nan; a whole number"),
        (
            {"events": 1, "exposure": 1, "per": "mile"},
            ValueError,
            "per is 'mile'; one of 1000 h, 1000 km, athlete-year",
        ),
    ],
)
def test_what_is_no_rate_is_refused(arguments: dict[str, float], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        incidence_rate(**arguments)  # type: ignore[arg-type]


def days(athlete: str, count: int, *, hours: float = 1.0, km: float = 10.0) -> pd.DataFrame:
    """Lay out days from 1 January 2025, every one with a run."""
    return pd.DataFrame(
        {
            "athlete_id": pd.Series([athlete] * count, dtype="str"),
            "date": pd.date_range("2025-01-01", periods=count, unit="us"),
            "sessions": 1.0,
            "timer_s": 3600 * hours,
            "distance_m": 1000 * km,
        }
    )


def told(*rows: str) -> pd.DataFrame:
    return read_injuries("\n".join(["athlete_id,first_pain,diagnosed,returned", *rows]).encode())


def test_injuries_and_running_are_counted_over_the_same_days() -> None:
    """Ann: 10 days to the onset and day 10 + 4 + 28 = 42 to 60, that is 19; Ben: all 30 days."""
    daily = pd.concat([days("ann", 60), days("ben", 30, hours=2, km=20)], ignore_index=True)
    found = injury_rates(daily, told("ann,2025-01-10,,2025-01-14"))
    hours, km = found.table.to_dict("records")
    assert (hours["exposure"], km["exposure"]) == (29 + 2 * 30, 290 + 20 * 30)
    assert hours["intervals"] == km["intervals"] == 29 + 30
    assert (hours["events"], hours["athletes"], hours["unit"], km["unit"]) == (1, 2, "h", "km")
    assert hours["estimate"] == pytest.approx(1000 / 89, rel=1e-12)
    assert (km["low"], km["high"]) == pytest.approx(ends(1, 890, "1000 km")[1:], rel=1e-12)
    assert hours["measure"] == incidence_rate(1, 1).table["measure"].item()
    assert found.warnings == ()
    assert found.note == ILLUSTRATION


def test_the_wash_out_the_rule_and_the_cases_are_choices() -> None:
    daily = days("ann", 60)
    injuries = told("ann,2025-01-10,2025-01-12,2025-01-14", "ann,2025-02-20,,")
    short = injury_rates(daily, injuries, washout_days=0).table.iloc[0]
    assert (short["exposure"], short["events"]) == (10 + 38, 2)  # 14 January to 20 February
    late = injury_rates(daily, injuries, onset="diagnosed", washout_days=0)
    assert (late.table["exposure"].iloc[0], late.table["events"].iloc[0]) == (12 + 47, 1)
    assert "cannot date" in " ".join(late.warnings)
    first = injury_rates(daily, injuries, cases=[True, False], washout_days=0).table.iloc[0]
    assert (first["exposure"], first["events"]) == (48, 1), "another injury ends time at risk, and is no event"
    assert "diagnosed" in late.design
    assert compare_onsets(injury_rates, daily, injuries, rules=["diagnosed"])["events"].tolist() == [1, 1]


def test_several_injuries_of_a_runner_make_the_interval_too_narrow() -> None:
    found = injury_rates(days("ann", 60), told("ann,2025-01-10,,2025-01-14", "ann,2025-02-20,,"))
    assert any("too narrow" in warning for warning in found.warnings)


def test_days_without_a_known_exposure_are_left_out_with_their_injuries() -> None:
    daily = days("ann", 20)
    daily.loc[[3, 9], "distance_m"] = np.nan
    daily.loc[5, ["sessions", "timer_s", "distance_m"]] = np.nan
    found = injury_rates(daily, told("ann,2025-01-10,,"))
    hours, km = found.table.to_dict("records")
    assert (hours["exposure"], hours["events"]) == (9, 1), "a day that nobody observed is not at risk"
    assert (km["exposure"], km["events"], km["intervals"]) == (70, 0, 7)
    assert "Per 1000 km: 2 days at risk without a known distance_m, with 1 injuries, are left out." in found.warnings


def test_one_of_the_two_exposures_is_enough() -> None:
    daily = days("ann", 20)
    assert injury_rates(daily.drop(columns="timer_s"), told()).table["unit"].tolist() == ["km"]
    found = injury_rates(daily.assign(distance_m=np.nan), told())
    assert found.table["unit"].tolist() == ["h"]
    assert any("Per 1000 km: not estimated" in warning for warning in found.warnings)
    with pytest.raises(SchemaError, match="neither a column 'timer_s' nor 'distance_m'"):
        injury_rates(daily[["athlete_id", "date"]], told())


def test_a_day_without_end_is_left_out_and_said() -> None:
    daily = days("ann", 20)
    daily.loc[3, "timer_s"] = np.inf
    found = injury_rates(daily[["athlete_id", "date", "timer_s"]], told())
    assert found.table["intervals"].tolist() == [19]
    assert any("1 days at risk without a known timer_s" in warning for warning in found.warnings)


def test_without_running_at_risk_there_is_no_rate() -> None:
    with pytest.raises(InsufficientDataError, match=r"No running at risk was found in 20 athlete-days; .*needed"):
        injury_rates(days("ann", 20, hours=0, km=0), told())
    with pytest.raises(InsufficientDataError, match="Give the days of return"):
        injury_rates(days("ann", 20), told("ann,2024-12-20,,"))
    with pytest.raises(ValueError, match="2025-01-03"):
        injury_rates(days("ann", 20).drop(2), INJURIES.empty())
