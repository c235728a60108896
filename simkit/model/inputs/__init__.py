"""What is drawn before a run: demand, arrivals, channels and tenures of one replication."""
