"""What the rows of a client's tables mean: what reads without an error and would still be wrong is asked here."""
