"""Fitting today's organisation to what was measured, and the test of the fit."""
