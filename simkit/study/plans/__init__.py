"""Which organisations are compared, and why."""
