"""Weights of the criteria of customer value, from what people answered: pairwise comparisons, points, swings; the group."""
