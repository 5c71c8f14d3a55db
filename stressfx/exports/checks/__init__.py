"""What should be known of a training log before its numbers are used: coverage, gaps, zones, recorders, single runs."""

from stressfx.exports.checks.check import check_log
from stressfx.exports.checks.months import coverage

__all__ = ["check_log", "coverage"]
