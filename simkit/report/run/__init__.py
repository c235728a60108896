"""One run: settings checked, notebooks executed, folder written."""
