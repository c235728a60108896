"""Controlling by customer value: what was planned, and what the margin depends on."""
