"""The chapter "assumptions"."""
