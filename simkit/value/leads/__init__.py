"""Which leads deserve the hours."""
