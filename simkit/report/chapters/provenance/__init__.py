"""The chapter "provenance"."""
