"""Frames and strategies the tests of this room share."""

from hypothesis import strategies as st

from core.gdw376.address import Address
from core.gdw376.fields import Direction, Ec, Seq, Tp
from core.gdw376.frame import Aux, Frame, FrameProfile, encode_frame
from core.gdw376.trailer import PW_AFNS, VENDOR_AFN

ANY_PROTOCOL = FrameProfile(protocols=frozenset({1, 2, 3}))
OWN = Address("1122", 0x7788)
QUERY_F3 = bytes.fromhex("00000400")

addresses = st.builds(
    Address,
    st.from_regex(r"[0-9]{4}", fullmatch=True) | st.just("FFFF"),
    st.integers(0, 0xFFFF),
    st.integers(0, 127),
    st.booleans(),
)
labels = st.builds(
    Tp, st.integers(0, 255), st.integers(0, 59), st.integers(0, 59), st.integers(0, 23), st.integers(0, 99),
    st.integers(0, 255),
)  # fmt: skip
counters = st.builds(Ec, st.integers(0, 255), st.integers(0, 255))


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    """Frames as a conforming station sends them: what is announced is there."""
    up = draw(st.booleans())
    afn = draw(st.integers(0, 255).filter(lambda n: n not in (0x02, 0x0F, 0x10)))
    vendor = afn == VENDOR_AFN
    tp = draw(st.none() | labels)
    ec = draw(counters) if up and not vendor and draw(st.booleans()) else None
    pw = draw(st.binary(min_size=16, max_size=16)) if not up and afn in PW_AFNS else None
    fcb = None if up else draw(st.none() | st.booleans())
    number = draw(st.integers(0, 15))
    con, fir, fin = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
    return Frame(
        direction=Direction.UP if up else Direction.DOWN,
        prm=draw(st.booleans()),
        function=draw(st.sampled_from([0, 1, 4, 8, 9, 10, 11])),
        address=draw(addresses),
        afn=afn,
        seq=Seq(number, con, fir, fin, tpv=tp is not None),
        payload=draw(st.binary(min_size=4, max_size=60)),
        aux=Aux(pw, ec, tp),
        fcb=fcb,
        acd=ec is not None,
        spare=(up or fcb is None) and draw(st.booleans()),
    )


def down(afn: int = 0x0A, payload: bytes = QUERY_F3, number: int = 0, **changes: object) -> Frame:
    """A plain request to the terminal ``OWN``."""
    fields: dict[str, object] = {
        "direction": Direction.DOWN,
        "prm": True,
        "function": 11,
        "address": OWN.by(1),
        "afn": afn,
        "seq": Seq(number),
        "payload": payload,
        "aux": Aux(bytes(16)) if afn in PW_AFNS else Aux(),
    }
    return Frame(**(fields | changes))  # type: ignore[arg-type]


def up(afn: int = 0x0A, payload: bytes = QUERY_F3, number: int = 0, **changes: object) -> Frame:
    """A plain answer of the terminal ``OWN``."""
    fields: dict[str, object] = {
        "direction": Direction.UP,
        "prm": False,
        "function": 8,
        "address": OWN.by(1),
        "afn": afn,
        "seq": Seq(number),
        "payload": payload,
    }
    return Frame(**(fields | changes))  # type: ignore[arg-type]


RAW = encode_frame(down())
