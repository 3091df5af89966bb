"""Event records: two rings, their counters and flags, and the bodies of the records."""
