"""Editors built from layouts: a leaf of `core.wire` tells what can be typed, chosen or ticked."""
