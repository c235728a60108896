"""The demo client: an invented German machine builder, written as exports by a generator that knows no simulation."""
