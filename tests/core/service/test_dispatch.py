from hypothesis import given
from hypothesis import strategies as st

from core.gdw376 import dadt
from core.gdw376.fields import Direction
from core.gdw376.message import decode_items, encode_blocks
from core.gdw376.trailer import VENDOR_AFN
from core.service.dispatch import SERVED
from core.service.order import Order
from core.terminal.access import Channel
from tests.core.concentrators import PASSWORD, concentrator, served

TERMINAL = concentrator()

identifiers = st.builds(
    lambda fn, pn: dadt.identifier([pn], [fn]), st.integers(1, 248), st.sampled_from([0, 0, 0, 1, 2040])
)
payloads = st.one_of(
    st.binary(max_size=80),
    st.lists(st.builds(bytes.__add__, identifiers, st.binary(max_size=40)), max_size=4).map(b"".join),
)


@given(st.one_of(st.sampled_from(sorted(SERVED)), st.integers(0, 255)), payloads, st.sampled_from(Channel))
def test_any_bytes_get_an_answer_that_can_be_sent(afn: int, payload: bytes, channel: Channel):
    """Whatever arrives with a right password, the service answers, and its answer encodes; only what is no
    envelope of this maker gets silence."""
    TERMINAL.access.open_programming()
    items = decode_items(afn, Direction.DOWN, payload)
    answer = served(TERMINAL, Order(channel, afn, items, 1, (PASSWORD,), payload=payload))
    assert encode_blocks(answer.items) or afn == VENDOR_AFN  # where silence is an answer, too
