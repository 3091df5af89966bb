import pytest

from core.lines.line import IR, RS485, SerialSettings
from core.lines.pieces import pieces


@pytest.mark.parametrize(("settings", "run"), [(IR, 1), (SerialSettings(9600), 3), (RS485, 8)])
def test_pieces_end_when_their_last_bit_does(settings: SerialSettings, run: int) -> None:
    """Pieces join without gap or overlap, and the last ends with the transmission."""
    cut = list(pieces(100, settings))
    assert cut[0].stop == run
    assert [piece.start for piece in cut[1:]] == [piece.stop for piece in cut[:-1]]
    assert all(piece.ends == settings.wire_time(piece.stop) for piece in cut)
    assert (cut[-1].stop, cut[-1].ends) == (100, settings.wire_time(100))


def test_without_settings_there_is_one_piece_at_once() -> None:
    """A line without speed delivers everything in no time."""
    (piece,) = pieces(100, None)
    assert (piece.stop, piece.ends) == (100, 0.0)
