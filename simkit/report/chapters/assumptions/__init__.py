"""The chapter "assumptions": on what every number of the simulation rests."""
