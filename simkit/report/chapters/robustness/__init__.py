"""The chapter "robustness": what must be true for the recommendation."""
