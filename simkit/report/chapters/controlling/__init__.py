"""The chapter "controlling"."""
