"""How a password travels: enciphered with the key the meter gave for this session (§4.2)."""

OFFSET = 0x0000AB41
WORD = 0xFFFF_FFFF


def enciphered(password: int, key: int) -> int:
    """Return what is sent for a password of 32 bits."""
    key = (key + OFFSET) & WORD
    rounds = (sum(key.to_bytes(4, "big")) & 0x0F) + 1
    carry = 0
    for _ in range(rounds):
        top = key >> 31
        key = ((key << 1) + carry) & WORD
        carry = top
        password ^= key
    return password


def swapped(password: int) -> int:
    """Exchange the bytes of each pair, as one head-end does: 34127856 becomes 12345678."""
    return (password & 0x00FF00FF) << 8 | (password & 0xFF00FF00) >> 8
