"""Emulated meters of the EDMI family over the same physics as those of DL/T 645."""
