"""Emulated meters of IEC 62056-21 over the same physics as those of DL/T 645."""
