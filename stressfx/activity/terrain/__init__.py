"""What hills made of a run: climb, grade, grade-adjusted speed and distance, power."""
