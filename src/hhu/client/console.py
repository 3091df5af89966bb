"""What the window can show."""

import os
from typing import TextIO


def coloured(stream: TextIO) -> bool:
    """Tell whether colour is welcome: a terminal, no NO_COLOR, not dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
