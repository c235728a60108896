"""The chapter "service": which service the hours carry."""
