"""What must be true for the recommendation to hold: screening, tornado, turning points, regions, and the leaving spiral."""
