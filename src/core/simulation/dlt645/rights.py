"""Who may change a meter: passwords by level, the lock after wrong ones, the key (dlt645 §4.4)."""

from datetime import datetime, timedelta

WRONG_TRIES = 5
LOCKED = timedelta(hours=24)
PROGRAMMING = timedelta(minutes=240)
"""How long a pressed programming key lets a meter be written."""
FACTORY = "000000"
LEVELS = range(10)
PARAMETERS, CONTROL = 4, 2
"""Lowest rights (highest level number) that may write parameters; that may clear, trip and close."""


class Rights:
    """Passwords and key of one meter; 0 is the highest level."""

    def __init__(self, password: str = FACTORY, *, key_needed: bool = True) -> None:
        """``key_needed``: writing wants the key under the seal pressed before."""
        self._passwords = dict.fromkeys(LEVELS, password)
        self.key_needed = key_needed
        self._open_until: datetime | None = None
        self._wrong = 0
        self._wrong_at: datetime | None = None

    def press_key(self, now: datetime) -> None:
        """Allow programming for a while."""
        self._open_until = now + PROGRAMMING

    def programming(self, now: datetime) -> bool:
        """Tell whether the key has been pressed, as status word 3 shows."""
        return self._open_until is not None and now < self._open_until

    def unlocked(self, now: datetime) -> bool:
        """Tell whether the key does not stand in the way."""
        return not self.key_needed or self.programming(now)

    def locked(self, now: datetime) -> bool:
        """Tell whether too many wrong passwords were tried; a day later it is forgotten."""
        if self._wrong_at is not None and now - self._wrong_at >= LOCKED:
            self._wrong, self._wrong_at = 0, None
        return self._wrong >= WRONG_TRIES

    def admits(self, level: str, password: str, lowest: int, now: datetime) -> bool:
        """Tell whether a level with this password may do what ``lowest`` may; counts wrong passwords."""
        if self.locked(now):
            return False
        number = int(level, 16)
        if self._passwords.get(number) != str(password):
            self._wrong, self._wrong_at = self._wrong + 1, now
            return False
        self._wrong, self._wrong_at = 0, None
        return number <= lowest

    def change(self, level: str, password: str) -> bool:
        """Set the password of a level; ``False`` for one that does not exist."""
        number = int(level, 16)
        if number not in self._passwords:
            return False
        self._passwords[number] = str(password)
        return True
