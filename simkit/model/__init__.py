"""The simulated organisation: its specification, the inputs drawn before a run, the rules, the engine and its event log."""
