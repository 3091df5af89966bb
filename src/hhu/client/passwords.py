"""Channel passwords on their way to the wire; a refused one is never sent again by itself (9.3)."""

from collections.abc import Awaitable, Callable

from core.errors import UsageError
from core.gdw376.frame import Address

Ask = Callable[[str, str], Awaitable[str | None]]
"""Get the password for a terminal address ("1122-3344") and channel ("ir"); ``None`` when there is none."""


class PasswordError(UsageError):
    """No password is at hand, or the one at hand was refused before."""


class Passwords:
    """Asks for passwords, keeps the accepted ones for the session, remembers the refused ones."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._accepted: dict[tuple[str, str], str] = {}
        self._refused: set[tuple[str, str, str]] = set()

    async def fetch(self, address: Address, channel: str) -> str:
        """Return the password to send; ``PasswordError`` when there is none that may be tried."""
        key = address.text, channel
        password = self._accepted.get(key) or await self._ask(*key)
        if not password:
            raise PasswordError(
                f"Writing to {address.text} over {channel} needs its password.",
                "Type it, keep it with: hhu secrets set, or give it with --password-stdin.",
            )
        if (*key, password) in self._refused:
            raise PasswordError(
                f"The terminal {address.text} refused this password before; it is not sent again.",
                "Type another one; three wrong tries lock the channel for 10 min.",
            )
        return password

    def accept(self, address: Address, channel: str, password: str) -> None:
        """Note that the terminal took it; it is not asked for again in this session."""
        self._accepted[address.text, channel] = password

    def refuse(self, address: Address, channel: str, password: str) -> None:
        """Note that the terminal refused it."""
        self._accepted.pop((address.text, channel), None)
        self._refused.add((address.text, channel, password))

    def move(self, old: Address, new: Address) -> None:
        """Carry what is known over to the terminal's new address."""
        for (address, channel), password in list(self._accepted.items()):
            if address == old.text:
                self._accepted[new.text, channel] = password
