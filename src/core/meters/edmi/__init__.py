"""EDMI command line protocol (Mk3, Mk6, Mk10): frames, commands, driver and the meter's end (§3)."""
