"""A memory of what was imported: one immutable file an activity, one list of them, nothing lost and nothing mixed."""
