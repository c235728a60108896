"""The chapter "organisation"."""
