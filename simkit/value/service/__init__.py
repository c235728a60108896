"""Service levels, the customers' response to them, and where hours bring most."""
