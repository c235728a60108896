"""Small models beside the core: one question each, closed form, no simulation.

They explain a mechanism on one page; no figure of the simulated organisation comes from them.
"""
