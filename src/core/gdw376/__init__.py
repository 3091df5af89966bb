"""Q/GDW 376.1: frames, sessions and data units, for both ends of a line; bytes in, values out."""
