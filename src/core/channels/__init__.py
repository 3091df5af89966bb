"""Runners: each serves one line of the terminal, from its bytes to the domain and back."""
