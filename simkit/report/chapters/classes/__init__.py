"""The chapter "classes"."""
