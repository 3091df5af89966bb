"""Rows of the parameter table: columns, words beside colours."""

from ipaddress import IPv4Address

import pytest
from rich.cells import cell_len

from hhu.client.change import State
from hhu.palette import DARK, LIGHT
from hhu.widgets.change_table import STATE_COLOURS, ChangeRow, Columns, row_pieces
from hhu.words import Words

ROW = ChangeRow(
    "04F3.apn", "永久在线、时段在线模式重拨间隔", "04F3", "255.255.255.255", "cmiot", State.ACKNOWLEDGED
)


@pytest.mark.parametrize("width", [79, 83, 110])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", [*State, None])
def test_a_row_is_never_wider_than_the_table(width: int, language: str, state: State | None) -> None:
    """The longest label, address and state word still fit, and the address is whole."""
    words = Words("zh" if language == "zh" else "en")
    row = ChangeRow(ROW.key, ROW.label, ROW.code, ROW.terminal, ROW.new, state)
    pieces = row_pieces(row, Columns.of(width), DARK, words)
    assert sum(cell_len(text) for text, _ in pieces) <= width
    assert str(IPv4Address("255.255.255.255")) in "".join(text for text, _ in pieces)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_word_and_a_colour(state: State) -> None:
    """Never colour alone; the same colour name exists in both palettes."""
    text = "".join(piece for piece, _ in row_pieces(
        ChangeRow("k", "l", "c", "1", "2", state), Columns.of(79), DARK, Words("en")))  # fmt: skip
    assert state.value in text
    assert getattr(DARK, STATE_COLOURS[state]) != getattr(LIGHT, STATE_COLOURS[state])


def test_an_unread_row_says_so() -> None:
    """No value is shown before the first read."""
    text = "".join(piece for piece, _ in row_pieces(
        ChangeRow("k", "l", "c"), Columns.of(79), DARK, Words("en")))  # fmt: skip
    assert "not read" in text
