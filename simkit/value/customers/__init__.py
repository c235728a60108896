"""What is known of each customer, and what its service costs."""
