"""The chapter "works council"."""
