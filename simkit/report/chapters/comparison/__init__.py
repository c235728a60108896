"""The chapter "comparison"."""
