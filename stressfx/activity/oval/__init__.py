"""Was the run on a 400 m track? The shape, and the search for laps of it."""
