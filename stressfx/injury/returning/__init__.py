"""How does a runner come back? A plan from the runner's own history, and the rules that a return is held against."""
