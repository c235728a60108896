"""What is recommended, how sure it is, and on which conditions."""
