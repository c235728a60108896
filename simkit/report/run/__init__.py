"""One run: settings checked, organisations simulated, notebooks executed, outputs written into its folder."""
