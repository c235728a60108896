"""Rules of client.yaml on rows: which count, what joins them, how a column is computed, which sign and currency amounts have."""
