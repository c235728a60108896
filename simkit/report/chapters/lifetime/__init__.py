"""The chapter "lifetime"."""
