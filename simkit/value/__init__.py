"""Which customers are valuable: factors, score, segments, concentration, effort against value."""
