"""The chapter "value"."""
