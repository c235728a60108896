"""Running many replications: what is run, where, how precisely, and how finished runs are kept."""
