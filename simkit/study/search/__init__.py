"""The search for the plan that fits this client: what may be advised, what must hold, and which of it is best."""
