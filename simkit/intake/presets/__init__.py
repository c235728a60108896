"""Known exports: what their files look like, and what their columns mean."""
