"""The way back to running on paper, in a calendar and on the screen."""
