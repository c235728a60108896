"""The chapter "calibration"."""
