"""Meter protocols, one folder each, both roles: codecs and sessions without a line."""
