"""The reference engine: one run of one organisation, on SimPy."""
