"""The chapter "inputs"."""
