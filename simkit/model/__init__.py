"""The simulated organisation: demand, capacity, designs, scenarios, the engine and its record."""
