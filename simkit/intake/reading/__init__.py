"""From a client's files to typed columns."""
