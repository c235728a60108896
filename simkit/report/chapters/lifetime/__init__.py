"""The chapter "lifetime": what customers will be worth."""
