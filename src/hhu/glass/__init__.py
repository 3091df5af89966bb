"""The LCD as dots and as pictures, for the screens and for files: no Textual here."""

FORMATS = ("text", "svg", "png")
"""What a face can be written as."""
