"""The rhythms of the face, all counted in monotonic seconds (device behaviour 2.3, 3.1, 3.8)."""

HALF_BLINK = 0.5
"""Seconds of the lit and of the dark half: 1 Hz, 50 %; also the step between "!" and the event number."""
TURN = 3.0
"""Seconds for which the activity word and the communication word hold the bottom bar."""
STEP = 6.0
"""Seconds per event, per entry of row 4 and per page of failed points (M185)."""


def blink_lit(now: float) -> bool:
    """Tell whether blinking cells are in their lit half."""
    return int(now / HALF_BLINK) % 2 == 0


def first_turn(now: float) -> bool:
    """Tell whether the first of two texts that share a field has its turn."""
    return int(now / TURN) % 2 == 0


def hours_minutes_seconds(seconds: float) -> str:
    """Write a long time left as h:mm:ss, by the rule of `minutes_seconds`."""
    whole = max(-int(-seconds // 1), 0)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def minutes_seconds(seconds: float) -> str:
    """Write a time left as m:ss; a started second counts whole, so 0:00 means over."""
    whole = max(-int(-seconds // 1), 0)
    return f"{whole // 60}:{whole % 60:02d}"
