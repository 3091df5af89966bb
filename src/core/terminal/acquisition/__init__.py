"""Acquisition: what is read from the meters, when, and again if missing (device behaviour 6.2 to 6.7)."""
