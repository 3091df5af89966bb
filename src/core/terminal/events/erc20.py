"""ERC20: an order with a wrong PW; three in a row lock the channel (device behaviour 9.3)."""

from core.gdw376.units.erc import Erc20


def unauthenticated(pw: bytes, msa: int) -> Erc20:
    """The PW as received; it is a secret, since it may be nearly right."""
    return Erc20(None, pw, msa)
