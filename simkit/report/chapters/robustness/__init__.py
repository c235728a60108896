"""The chapter "robustness"."""
