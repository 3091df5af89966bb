"""The terminal's FLASH: one SQLite file per terminal. The only room that knows SQL."""
