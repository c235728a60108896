"""Joint draws: the gain of each compared design when everything that is not known for certain moves at once."""
