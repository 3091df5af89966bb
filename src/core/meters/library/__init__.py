"""Meter families described by a file: a format, its loader, and both ends of a bus played from it.

A library file says how frames look, which identifiers hold which quantities and how bytes become values
(meter protocols §9). Nothing in it is executed: what it can say is the closed list of ``schema.json``.
"""
