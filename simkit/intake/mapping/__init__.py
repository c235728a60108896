"""Proposes which of our columns each column of an unknown client is, and writes its client.yaml."""
