"""The chapter "provenance": where the numbers come from."""
