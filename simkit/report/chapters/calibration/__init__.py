"""The chapter "calibration": how well the model reproduces the client."""
