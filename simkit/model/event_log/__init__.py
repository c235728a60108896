"""What a run writes down, and the accounts of time made from it."""
