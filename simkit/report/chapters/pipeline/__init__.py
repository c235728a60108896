"""The chapter "pipeline"."""
