"""What do the frames of a study hold? Onsets, days at risk, results, column by column."""

from stressfx.schema.check import Column, Schema

__all__ = ["BEFORE", "INTERVALS", "ONSETS", "SPECIFICATIONS", "STUDY"]

ONSETS = Schema(
    "Onsets",
    (
        Column("injury", "int", "", "row of the frame of injuries, from 0", 0),
        Column("athlete_id", "text", "", "whose injury"),
        Column("onset", "date", "", "day on which it is taken to have begun, if the rule can date it"),
        Column("onset_by", "text", "", "what dates it: first_pain, stopped_running, diagnosed or empty"),
        Column("returned", "date", "", "first day of running again; missing while open"),
        Column("site", "text", "", "part of the body or bone"),
    ),
)
"""One row an injury, in the order of the frame of injuries: when it began, by one rule."""

INTERVALS = Schema(
    "Intervals",
    (
        Column("athlete_id", "text", "", "whose time"),
        Column("start", "float", "d", "the interval begins after this time"),
        Column("stop", "float", "d", "the interval ends with this time, itself included"),
        Column("event", "int", "", "1 if an injury began at the end of the interval, else 0", 0, 1),
        Column("date", "date", "", "local calendar day at the end of the interval", optional=True),
        Column("episode", "int", "", "number of injuries before it, plus 1", 1, optional=True),
        Column("competing", "int", "", "1 if an injury of another kind began at its end", 0, 1, optional=True),
        Column("injury", "int", "", "row of the injury that began; -1 if none did", -1, optional=True),
    ),
)
"""One row an athlete and stretch of time at risk, (start, stop]; covariates follow."""

STUDY = Schema(
    "Study",
    (
        Column("term", "text", "", "what the estimate is of: an exposure or covariate"),
        Column("measure", "text", "", "hazard ratio, odds ratio, rate ratio, injuries per 1000 h, ..."),
        Column("estimate", "float", "", "the estimate, on its own scale"),
        Column("low", "float", "", "lower end of its interval"),
        Column("high", "float", "", "upper end of its interval"),
        Column("p", "float", "1", "two-sided p of no effect; missing where there is no such question", 0, 1),
        Column("log_estimate", "float", "", "natural logarithm of the estimate"),
        Column("log_se", "float", "", "standard error of the logarithm; missing for exact methods"),
        Column("events", "int", "", "injuries that the estimate rests on", 0),
        Column("athletes", "int", "", "athletes that it rests on", 0),
        Column("intervals", "int", "", "intervals at risk (or periods) that it rests on", 0),
    ),
)
"""One row an estimate."""

BEFORE = Schema(
    "Before",
    (
        Column("injury", "int", "", "row of the frame of injuries", 0),
        Column("athlete_id", "text", "", "whose injury"),
        Column(
            "window", "int", "", "0 for the days before the injury, 1, 2, ... for the runner's own other windows", 0
        ),
        Column(
            "day", "int", "d", "days from the onset, or from the end of the other window; 0 is that day, -1 the eve"
        ),
        Column("date", "date", "", "local calendar day"),
    ),
)
"""One row an injury, window and day; the columns of the table of loads follow."""

SPECIFICATIONS = Schema(
    "Specifications",
    (
        Column("metric", "text", "", "column of the table that is the exposure"),
        Column("threshold", "float", "", "exposed above this", optional=True),
        Column("window_days", "int", "d", "exposed if any of so many days was above", 1),
        Column("lag_days", "int", "d", "days between the window and the onset", 0),
        Column("onset", "text", "", "rule for the onset"),
        Column("estimate", "float", "", "odds ratio; missing where the data bear none"),
        Column("low", "float", "", "lower end of its 95 % interval"),
        Column("high", "float", "", "upper end of its 95 % interval"),
        Column("p", "float", "1", "two-sided p of no effect", 0, 1),
        Column("log_estimate", "float", "", "natural logarithm of the estimate"),
        Column("log_se", "float", "", "standard error of the logarithm"),
        Column("events", "int", "", "injuries that the estimate rests on", 0),
        Column("athletes", "int", "", "athletes that it rests on", 0),
        Column("intervals", "int", "", "periods that it rests on", 0),
    ),
)
"""One row a specification: one of the defensible choices, and what the study says with it."""
