"""Playing many runs: which, where, and how finished ones are kept."""
