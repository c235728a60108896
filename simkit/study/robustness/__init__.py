"""What must be true for the recommendation to hold: screening, tornado, regions of victory and thresholds."""
