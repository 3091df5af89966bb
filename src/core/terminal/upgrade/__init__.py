"""Firmware: two program slots, trial and roll-back, and the three ways in which a package comes."""
