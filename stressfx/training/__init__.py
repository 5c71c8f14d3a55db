"""Days: from sessions to daily load, weeks and spikes."""
