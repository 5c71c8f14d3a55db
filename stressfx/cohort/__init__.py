"""Many runners: here, runners made up with a known truth."""
