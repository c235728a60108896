"""The chapter "workshop": what the workshop said."""
