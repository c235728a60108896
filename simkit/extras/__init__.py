"""Beside the main street: the demo client's generator and pages of the documentation."""
