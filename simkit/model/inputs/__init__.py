"""What is drawn before a run: customers, demand, tenures, seasons."""
