from random import Random

import pytest

from core.lines.faults import CLEAN, STRAY_BYTES, Faults

SENT = bytes(range(200))


def joined(faults: Faults, seed: int) -> bytes:
    return b"".join(faults.heard(SENT, Random(seed)))


def flipped_bits(heard: bytes, sent: bytes = SENT) -> int:
    return sum((got ^ was).bit_count() for got, was in zip(heard, sent, strict=True))


def test_clean_line_changes_nothing() -> None:
    """Without faults every byte is heard as sent."""
    assert joined(CLEAN, 1) == SENT


@pytest.mark.parametrize("faults", [Faults(bit_errors=0.01), Faults(cut=1.0), Faults(noise=1.0, damage=1.0)])
def test_same_seed_same_faults(faults: Faults) -> None:
    """A seed brings the same faults again, another seed brings others."""
    assert joined(faults, 7) == joined(faults, 7)
    assert joined(faults, 7) != joined(faults, 8)


def test_each_fault_does_what_it_says() -> None:
    """Drop loses all, damage flips one bit, cut loses one run, noise comes first."""
    assert joined(Faults(drop=1.0), 1) == b""
    assert flipped_bits(joined(Faults(damage=1.0), 1)) == 1
    cut = joined(Faults(cut=1.0), 1)
    assert 0 < len(cut) < len(SENT)
    assert any(cut == SENT[:start] + SENT[len(SENT) - len(cut) + start :] for start in range(len(SENT)))
    noisy = joined(Faults(noise=1.0), 1)
    assert noisy.endswith(SENT)
    assert 1 <= len(noisy) - len(SENT) <= STRAY_BYTES


def test_bit_errors_come_at_their_rate() -> None:
    """At one error in a thousand bits a long transmission shows about that many."""
    sent = bytes(100_000)
    heard = b"".join(Faults(bit_errors=1e-3).heard(sent, Random(3)))
    assert flipped_bits(heard, sent) == pytest.approx(800, rel=0.15)
    assert flipped_bits(joined(Faults(bit_errors=1.0), 1)) == 8 * len(SENT)


def test_chance_is_per_transmission() -> None:
    """One transmission in twenty is dropped, about."""
    random = Random(5)
    lost = sum(not any(Faults(drop=0.05).heard(b"frame", random)) for _ in range(4000))
    assert lost == pytest.approx(200, rel=0.2)
