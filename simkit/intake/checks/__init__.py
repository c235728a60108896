"""What is wrong in a client's data, and what to do about it."""
