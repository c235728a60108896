"""The chapter "time"."""
