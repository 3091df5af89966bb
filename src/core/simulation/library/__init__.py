"""Meters of any library over the same physics as all others."""
