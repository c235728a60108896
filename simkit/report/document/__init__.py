"""The report as typed blocks, and the builder that makes them."""
