"""The chapter "inputs": what was delivered and what is wrong in it."""
