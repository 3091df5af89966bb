"""Screens: join widgets to the desk, where the state of the visit is kept."""
