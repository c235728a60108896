"""A compiled twin of the engine: the same rules on plain arrays, held to the same event log bit by bit."""
