"""The chapter "pipeline": how healthy the pipeline is."""
