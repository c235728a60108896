"""What is simulated: designs, scenarios, levers, priority tables and parameters."""
