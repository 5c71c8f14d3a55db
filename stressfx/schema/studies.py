"""What do the frames of a study hold? Onsets, days at risk, results, column by column."""

from stressfx.schema.check import Column, Schema

__all__ = ["BEFORE", "CALIBRATION", "INTERVALS", "ONSETS", "POWER", "SPECIFICATIONS", "STOPS", "STUDY", "TRIALS"]

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
        Column("p", "float", "1", "p of no effect; two-sided unless the term says otherwise", 0, 1),
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

TRIALS = Schema(
    "Trials",
    (
        Column("trial", "int", "", "number of the made-up cohort, from 0", 0),
        *STUDY.columns,
        Column("refused", "text", "", "why the study gave no estimate; empty where it did"),
    ),
)
"""One row a made-up cohort and term: what a study found in it."""

CALIBRATION = Schema(
    "Calibration",
    (
        Column("term", "text", "", "what is estimated"),
        Column("planted", "float", "", "the ratio that was planted", 0),
        Column("trials", "int", "", "made-up cohorts", 0),
        Column("refused", "int", "", "of these, cohorts in which the study gave no estimate", 0),
        Column("events", "float", "", "injuries in a cohort, on average", 0),
        Column("bias", "float", "", "mean logarithm of the estimates minus that of the planted ratio"),
        Column("bias_se", "float", "", "Monte Carlo error of the bias", 0),
        Column("coverage", "float", "1", "share of the 95 % intervals that hold the planted ratio", 0, 1),
        Column("coverage_low", "float", "1", "lower end of its exact 95 % interval", 0, 1),
        Column("coverage_high", "float", "1", "upper end", 0, 1),
        Column("rejected", "float", "1", "share with p below 5 %: type-I error at 1, else power", 0, 1),
        Column("rejected_low", "float", "1", "lower end of its exact 95 % interval", 0, 1),
        Column("rejected_high", "float", "1", "upper end", 0, 1),
    ),
)
"""One row a term: how near a study comes to the truth that was planted."""

POWER = Schema(
    "Power",
    (
        Column("n_athletes", "int", "", "runners who are followed", 1),
        Column("n_days", "int", "d", "days of follow-up", 1),
        Column("hazard_ratio", "float", "", "the ratio that was planted", 0),
        Column("trials", "int", "", "made-up cohorts", 1),
        Column("refused", "int", "", "of these, cohorts with too few injuries for any estimate", 0),
        Column("events", "float", "", "injuries that an estimate rests on, on average", 0),
        Column("power", "float", "1", "share of the cohorts with p below 5 %", 0, 1),
        Column("power_low", "float", "1", "lower end of its exact 95 % interval", 0, 1),
        Column("power_high", "float", "1", "upper end", 0, 1),
        Column("width", "float", "", "upper over lower end of the interval of the ratio, median", 1),
    ),
)
"""One row a size of study: how often it would find the planted ratio."""

STOPS = Schema(
    "Stops",
    (
        Column("athlete_id", "text", "", "whose stop"),
        Column("first", "date", "", "first day that is known to be without a run"),
        Column("last", "date", "", "last such day before the next run, or of the log"),
        Column("days", "int", "d", "days between them that are known to be without a run", 1),
        Column("missed_planned", "float", "", "planned runs among these; missing where no plan is known", 0),
        Column("resumed", "date", "", "day of the next run; missing while open"),
        Column("open", "bool", "", "whether the log ends without a next run"),
        Column("uncertain", "bool", "", "whether days that nobody observed lie between the two runs"),
        Column("rule", "text", "", "what makes it a stop: days, planned, or days and planned"),
        Column("injury", "int", "", "row of the injury that may explain it; -1 if none does", -1, optional=True),
    ),
)
"""One row a stretch without a run that is long enough to be looked at: a candidate, not an injury."""
