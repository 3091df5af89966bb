"""The face of the terminal: cells, pages, key grammar and lamps; plain facts in, frames and actions out."""
