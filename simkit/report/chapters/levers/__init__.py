"""The chapter "levers": what levers bring for what they cost."""
