"""The chapter "works_council": what was processed of people."""
