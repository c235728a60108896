"""The command line: one file per command, and options that are defined once."""
