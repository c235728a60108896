"""The chapter "levers"."""
