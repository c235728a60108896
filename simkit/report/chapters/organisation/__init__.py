"""The chapter "organisation": what another organisation would change."""
