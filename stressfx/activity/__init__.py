"""One run: from its records to its row of the Sessions frame."""
