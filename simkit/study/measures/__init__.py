"""From the log of a run to its figures."""
