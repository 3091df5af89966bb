"""Signs: which console gets which, and that the plain ones are safe everywhere."""

import unicodedata
from dataclasses import astuple

import pytest

from hhu.widgets.glyphs import FINE, PLAIN, Glyphs, suitable


@pytest.mark.parametrize(
    ("environment", "platform", "encoding", "expected"),
    [
        ({}, "linux", "utf-8", FINE),
        ({"TERM": "linux"}, "linux", "utf-8", PLAIN),
        ({}, "linux", "ANSI_X3.4-1968", PLAIN),
        ({}, "win32", "cp936", PLAIN),
        ({}, "win32", "utf-8", PLAIN),
        ({"WT_SESSION": "1"}, "win32", "utf-8", FINE),
        ({"HHU_GLYPHS": "plain", "WT_SESSION": "1"}, "win32", "utf-8", PLAIN),
        ({"HHU_GLYPHS": "fine"}, "win32", "cp936", FINE),
    ],
)
def test_the_console_decides(
    environment: dict[str, str], platform: str, encoding: str, expected: Glyphs
) -> None:
    """Fine signs only where their width is certain; the technician may overrule."""
    assert suitable(environment, platform, encoding) is expected


def test_plain_signs_are_ascii() -> None:
    """No console disagrees about the width of ASCII."""
    assert "".join(astuple(PLAIN)).isascii()


def test_both_sets_take_the_same_columns() -> None:
    """A screen does not shift when the console changes, except for the word in place of the check mark."""
    for fine, plain, name in zip(astuple(FINE), astuple(PLAIN), FINE.__slots__, strict=True):
        wide = any(unicodedata.east_asian_width(sign) in "WF" for sign in fine)
        assert not wide
        assert len(fine) == len(plain) or name == "check"
