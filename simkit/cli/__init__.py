"""The command line: one file per command, options defined once, and how the user is spoken to."""
