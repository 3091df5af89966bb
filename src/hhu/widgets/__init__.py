"""Widgets: plain values in, messages out; none of them knows the line, the terminal or another widget."""
