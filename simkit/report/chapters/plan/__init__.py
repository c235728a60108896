"""The chapter "plan": what was compared, what each step of the plan adds, what it costs, and what must be true."""
