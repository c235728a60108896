"""The chapter "decision"."""
