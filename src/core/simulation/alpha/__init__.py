"""Emulated ALPHA meters over the same physics as those of DL/T 645."""
