"""Which pair was worn, how far it has come, when it is due, and how pairs alternate."""
