"""The customer score: factors, value functions, segments and their stability."""
