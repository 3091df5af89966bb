"""Pinyin initials: what people type instead of Chinese characters."""

import pytest

from core.gdw376.catalogue import all_units
from hhu.pinyin import initials


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("主站IP地址和端口", "zzipdzhdk"),
        ("终端上行通信口通信参数设置", "zdsxtxktxcssz"),
        ("谐波限值", "xbxz"),
        ("当前正向有功电能示值（总、费率1~M）", "dqzxygdnszzfl1m"),
        ("", ""),
    ],
)
def test_initials(text: str, expected: str) -> None:
    """Characters give their initial, letters and digits stay, signs vanish."""
    assert initials(text) == expected


def test_every_character_of_the_dictionary_has_an_initial() -> None:
    """No unit is out of reach because of one rare character."""
    names = {character for unit in all_units() for character in unit.meaning.zh if character > "一"}
    assert {character for character in names if character < "鿿" and not initials(character)} == set()
