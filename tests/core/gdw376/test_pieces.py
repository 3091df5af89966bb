from hypothesis import given
from hypothesis import strategies as st

from core.gdw376.fields import Direction
from core.gdw376.message import Item, decode_items, encode_blocks
from core.gdw376.packing import pack, room
from core.gdw376.pieces import cut, joined
from core.gdw376.units.afn04 import KeyMeters, MeterArchive, ReadingParameters
from core.gdw376.units.numbered import divided
from core.terminal.factory import LIST_FACTORY
from tests.core.meter_records import archive

HEAD = 2
RECORD = 27
[PORTS] = [unit for unit in LIST_FACTORY if isinstance(unit, ReadingParameters)]


def test_an_archive_fills_the_frames_of_the_line():
    """192 meters travel in three frames of 2048 bytes, or twelve of 512, one unit each."""
    for largest, frames in ((2048, 3), (512, 12)):
        pieces = cut([Item.of(archive(192))], largest, aux=22)
        payloads = pack(encode_blocks(pieces), largest, aux=22)
        assert len(pieces) == len(payloads) == frames


@given(st.integers(0, 60), st.integers(HEAD, 800))
def test_no_piece_is_too_long_and_no_record_is_lost(count: int, most: int):
    """Pieces keep the order; only a single record may be longer than wanted."""
    whole = archive(count)
    pieces = divided(whole, most)
    assert joined(Item.of(piece) for piece in pieces) == [Item.of(whole)]
    for piece in pieces:
        assert isinstance(piece, MeterArchive)
        assert len(piece.encode()) <= most or len(piece.meters) == 1


def test_records_of_any_length_are_cut_between():
    """Blocks of F33 have windows, so their lengths differ."""
    assert [len(piece.encode()) for piece in divided(PORTS, 40)] == [37, 19]
    assert divided(PORTS, 1000) == (PORTS,)


def test_lists_without_numbers_stay_whole():
    """A list that is replaced as a whole must not come in pieces: the last one would win."""
    keys = KeyMeters(tuple(range(1, 21)))
    assert cut([Item.of(keys)], 30) == [Item.of(keys)]
    assert joined([Item.of(keys), Item.of(keys)]) == [Item.of(keys)] * 2


def test_joined_pieces_stand_where_the_first_one_stood():
    """Other units between them, and other points, are left as they are."""
    payload = b"".join(encode_blocks([*cut([Item.of(archive(100))], 1024), Item.of(KeyMeters((1,)))]))
    items = joined(decode_items(0x0A, Direction.UP, payload))
    assert [item.value for item in items] == [archive(100), KeyMeters((1,))]
    assert room(1024) == 1024 - 16
