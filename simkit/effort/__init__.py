"""Where the hours go: activity taxonomy, time use with intervals, published benchmarks."""
