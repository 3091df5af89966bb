"""Text in columns of cells."""

import pytest
from rich.cells import cell_len
from rich.style import Style

from hhu.widgets.columns import fit, middle_cut, minutes, strip_of


@pytest.mark.parametrize(
    "text", ["", "APN", "终端地址", "Class 3 reports (events)", "永久在线、时段在线模式重拨间隔"]
)
@pytest.mark.parametrize("width", [0, 1, 2, 5, 9, 22, 40])
def test_fit_gives_exactly_the_width(text: str, width: int) -> None:
    """Whatever the text, Chinese or not, the column is as wide as told."""
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, "right")) == width


def test_a_cut_text_says_so() -> None:
    """Two dots, in ASCII, stand for what is missing."""
    assert fit("Class 3 reports", 10) == "Class 3 .."


def test_a_port_name_is_cut_in_the_middle() -> None:
    """The end of a device name tells ports apart, so it stays."""
    cut = middle_cut("IR /dev/serial/by-id/usb-1a86-port0 2400 8N1", 24)
    assert cell_len(cut) <= 24
    assert cut.endswith("8N1")
    assert cut.startswith("IR /dev")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(120.0, "2:00"), (107.2, "1:48"), (59.9, "1:00"), (0.1, "0:01"), (0.0, "0:00")]
)
def test_a_countdown_never_shows_zero_while_time_is_left(seconds: float, shown: str) -> None:
    """The count is rounded up, as on the LCD."""
    assert minutes(seconds) == shown


def test_a_line_has_exactly_its_width() -> None:
    """Short pieces are filled up, long ones cut."""
    ground = Style(bgcolor="#000000")
    assert strip_of([("ab", Style())], 5, ground).text == "ab   "
    assert strip_of([("终端地址", Style())], 5, ground).cell_length == 5
