"""The chapter "workshop"."""
