"""Bytes and tree light each other."""

from core.gdw376.dissect import dissect
from hhu.widgets.frame_view import innermost, tree_of

HEARTBEAT = bytes.fromhex("683200320068C91122443302027500000400E016".replace(" ", ""))


def test_a_byte_finds_the_smallest_field_over_it() -> None:
    """Every byte of a frame belongs to a line of the tree that covers it."""
    tree = tree_of(dissect(HEARTBEAT))
    for offset in range(len(HEARTBEAT)):
        index = innermost(tree, offset)
        assert index is not None
        node = tree[index].node
        assert node.start <= offset < node.end


def test_outside_the_frame_nothing_is_found() -> None:
    """No line for a byte that is not there."""
    assert innermost(tree_of(dissect(HEARTBEAT)), len(HEARTBEAT) + 5) is None
