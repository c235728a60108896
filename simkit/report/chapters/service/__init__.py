"""The chapter "service"."""
