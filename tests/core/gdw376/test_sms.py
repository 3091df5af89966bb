from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import EncodeError
from core.gdw376.sms import LARGEST, MESSAGE, MOST_UNFINISHED, PATIENCE, Joiner, is_bare, split

CONFIRM = bytes.fromhex("683200320068000132010002006800000100" + "9F16")
"""Vector of a charging-pile front end (frames.jsonl)."""
FRAMES = st.binary(min_size=1, max_size=LARGEST).filter(lambda raw: not is_bare(raw))
THREE = bytes(range(256)) + bytes(60)


def joined(*messages: bytes, now: float = 0.0) -> list[bytes]:
    joiner = Joiner()
    found = [joiner.add("+86139", message, now) for message in messages]
    return [raw for raw in found if raw is not None]


def test_the_head_byte_for_byte():
    """Low byte first: number, place, last one (part A §2.6, annex E)."""
    assert split(CONFIRM, 0x123) == (bytes.fromhex("2381") + CONFIRM,)
    assert [message[:2].hex() for message in split(THREE, 0xFFF)] == ["ff0f", "ff1f", "ffaf"]
    assert [len(message) for message in split(THREE, 0)] == [140, 140, 42]
    assert split(CONFIRM, 0x1000)[0][:2] == bytes.fromhex("0080")


@given(FRAMES, st.integers(0, 9999), st.randoms())
def test_any_order_and_any_doubles_give_the_frame_once(raw: bytes, number: int, random: Random):
    """Fragments 0 to 7 in any order, some of them twice before the last new one."""
    messages = list(split(raw, number))
    random.shuffle(messages)
    *early, last = messages
    assert all(len(message) <= MESSAGE for message in messages)
    assert joined(*early, *early, last) == [raw]


def test_all_orders_of_three():
    """Also with the last fragment first."""
    for order in permutations(split(THREE, 5)):
        assert joined(*order) == [THREE]


@pytest.mark.parametrize("lost", range(8))
def test_a_missing_fragment_gives_nothing_and_is_forgotten(lost: int):
    """Seven of eight are no frame; after a minute the number is free again."""
    raw = bytes(range(255)) * 4 + bytes(80)
    messages = split(raw, 9)
    assert len(messages) == 8
    joiner = Joiner()
    for place, message in enumerate(messages):
        if place != lost:
            assert joiner.add("+86139", message, float(place)) is None
    assert len(joiner) == 1
    joiner.tick(7.0 + PATIENCE)
    assert len(joiner) == 0
    assert joiner.add("+86139", messages[lost], 100.0) is None


def test_a_late_fragment_still_counts_within_the_minute():
    """Each fragment gives the next one a minute."""
    one, two, three = split(THREE, 9)
    joiner = Joiner()
    assert joiner.add("a", one, 0.0) is None
    assert joiner.add("a", two, 59.0) is None
    assert joiner.add("a", three, 118.0) == THREE


def test_two_senders_and_two_messages_do_not_mix():
    """The same number of two senders, and two numbers of one, interleaved."""
    other = bytes(reversed(THREE))
    joiner = Joiner()
    found: list[tuple[str, bytes | None]] = []
    for mine, theirs, again in zip(split(THREE, 1), split(other, 1), split(other, 2), strict=True):
        found += [("a", joiner.add("a", mine, 0.0)), ("b", joiner.add("b", theirs, 0.0))]
        found += [("a", joiner.add("a", again, 0.0))]
    assert [one for one in found if one[1]] == [("a", THREE), ("b", other), ("a", other)]


def test_a_contradiction_begins_anew():
    """A number used again before its old fragments were forgotten: the new ones win."""
    old, new = split(THREE, 7), split(bytes(reversed(THREE)), 7)
    assert joined(old[0], old[1], *new) == [bytes(reversed(THREE))]
    short = split(CONFIRM, 7)
    assert joined(old[0], old[1], *short) == [CONFIRM]
    assert joined(new[2], old[2], old[0], old[1]) == [THREE]


def test_a_bare_frame_is_taken_as_it_is():
    """One frame per message without a head (device behaviour 6.9)."""
    assert is_bare(CONFIRM)
    assert joined(CONFIRM) == [CONFIRM]
    assert not is_bare(CONFIRM[:-1])


@given(st.lists(st.binary(max_size=MESSAGE), max_size=40))
def test_garbage_keeps_little(messages: list[bytes]):
    """Whatever comes, only so many frames stay unfinished."""
    joiner = Joiner()
    for message in messages:
        joiner.add("a", message, 0.0)
    assert len(joiner) <= MOST_UNFINISHED


@pytest.mark.parametrize("size", [0, LARGEST + 1])
def test_a_frame_that_eight_messages_do_not_carry_is_refused(size: int):
    """1104 bytes at most, one at least."""
    with pytest.raises(EncodeError):
        split(bytes(size), 0)
