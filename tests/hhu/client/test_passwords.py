import pytest

from core.gdw376.address import Address
from hhu.client.passwords import PasswordError, Passwords

OWN, OTHER = Address("1122", 0x7788), Address("1122", 0x9999)


class Drawer:
    def __init__(self, *typed: str | None) -> None:
        self.typed = list(typed)

    async def ask(self, address: str, channel: str) -> str | None:
        return self.typed.pop(0)


async def test_an_accepted_password_is_not_asked_again() -> None:
    """Also not at the terminal's new address."""
    passwords = Passwords(Drawer("000000").ask)
    assert await passwords.fetch(OWN, "ir") == "000000"
    passwords.accept(OWN, "ir", "000000")
    passwords.move(OWN, OTHER)
    assert await passwords.fetch(OTHER, "ir") == "000000"


async def test_a_refused_password_is_not_given_out_again() -> None:
    """Only another one gets through; other channels are not concerned."""
    passwords = Passwords(Drawer("1", "1", "1", "2").ask)
    passwords.refuse(OWN, "ir", await passwords.fetch(OWN, "ir"))
    with pytest.raises(PasswordError):
        await passwords.fetch(OWN, "ir")
    assert await passwords.fetch(OWN, "rs485") == "1"
    assert await passwords.fetch(OWN, "ir") == "2"


@pytest.mark.parametrize("typed", [None, ""])
async def test_no_password_is_an_error_with_a_next_step(typed: str | None) -> None:
    """Nothing is written without one."""
    with pytest.raises(PasswordError) as missing:
        await Passwords(Drawer(typed).ask).fetch(OWN, "ir")
    assert "secrets set" in missing.value.hint
