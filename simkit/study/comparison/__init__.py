"""From the figures of all runs to differences between organisations."""
