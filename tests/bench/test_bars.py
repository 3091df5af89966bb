"""The speed budget as tests; run apart with ``pytest -m bench``."""

from collections.abc import Callable

import pytest

from tests.bench import (
    codec,
    commissioning,
    events,
    face,
    families,
    frames,
    front_end,
    meters,
    mixed,
    month,
    planning,
    screens,
    store,
    upgrade,
)

pytestmark = pytest.mark.bench


def test_commissioning_is_as_fast_as_the_wire() -> None:
    """The job over infrared takes at most 1.10 times its wire time plus turnarounds."""
    job = commissioning.measure()
    assert job.verified
    assert job.ratio <= 1.10


def test_codec_ratios() -> None:
    """An F25-like unit: 20 times stock construct decoding, 15 times encoding, 0.6 times by hand."""
    speed = codec.figures()
    assert speed["decode"] >= 20 * speed["construct decode"]
    assert speed["encode"] >= 15 * speed["construct encode"]
    assert speed["decode"] >= 0.6 * speed["by hand decode"]


def test_first_paint() -> None:
    """The first screen costs at most 0.5 s of CPU beyond importing Textual."""
    paint = screens.measure()
    assert paint.painted
    assert paint.own_cpu <= 0.5


def test_the_catalogue_imports_quickly() -> None:
    """All units of all AFN cost at most 250 ms of CPU."""
    units, seconds = frames.catalogue_import()
    assert units > 480
    assert seconds <= 0.25


@pytest.mark.skipif(not meters.has_peer(), reason="the extra `peers` is not installed")
def test_meter_frames_beside_the_peer() -> None:
    """A DL/T 645 read reply to its value: twice as fast as PyPI dlt645, a value to its frame as fast."""
    speed = meters.figures()
    assert speed["decode"] >= 2 * speed["peer decode"]
    assert speed["encode"] >= speed["peer encode"]


def test_a_question_costs_little() -> None:
    """One exchange costs the driver at most 150 microseconds of CPU."""
    assert 1 / meters.figures()["question"] <= 150e-6


def test_a_mixed_pass_loses_nothing_by_changing() -> None:
    """M28: five families and DL/T 645 on one port: at most 5 % beyond bytes and the protocols' own waits."""
    one = mixed.measure()
    assert one.bad == 0
    assert one.loss <= 0.05
    assert one.seconds <= 1.05 * mixed.alone()


@pytest.mark.parametrize("name", families.FAMILIES)
def test_a_question_to_any_family_costs_little(name: str) -> None:
    """Sign-on, login, reads and the value cost a new driver at most 5 ms of CPU."""
    assert families.measure(families.FAMILIES[name]).question <= 5e-3


def test_planning_costs_next_to_nothing() -> None:
    """30 virtual days of 192 meters leave the planner at most 3 s of CPU."""
    cost = planning.measure()
    assert cost.questions > 30 * 192 * 3
    assert cost.seconds <= 3.0


def test_events_are_decided_beside_a_pass() -> None:
    """Judging a point adds less than 5 % to the time its visit takes on the wire."""
    assert events.share() < 0.05


def test_full_rings_answer_fast_and_stay_small() -> None:
    """Every ring of 192 points full: any stored reading in 10 ms (p99), all of it in 64 MiB (M82)."""
    rings = store.measure()
    assert rings.unanswered == 0
    assert rings.p99 < 0.010
    assert rings.mebibytes < 64


def test_five_thousand_terminals_fit() -> None:
    """5 000 terminals stay logged in within 512 MiB, every heartbeat is answered, p99 in 100 ms."""
    house = front_end.measure()
    assert house.terminals == 5000
    assert house.unanswered == 0
    assert house.p99 < 0.1
    assert not house.mebibytes >= 512  # where the system does not tell it is not a number


@pytest.mark.parametrize("run", [month.households, month.month])
def test_a_month_of_192_meters_in_half_a_minute(run: Callable[[], month.Month]) -> None:
    """M37, M39, M84: 30 virtual days on disk in 30 s; each day end is what the meter shows, each digit."""
    ran = run()
    assert ran.wrong == ()
    assert ran.freezes == 30 * 192
    assert ran.seconds < 30


def test_a_pass_fills_the_line() -> None:
    """2 x 96 meters, 6 items, 2400 8E1: bytes and stated pauses are 95 % of the time, ports side by side."""
    ports = month.passes()
    assert all(port.read == 96 and port.requests >= 6 * 96 for port in ports)
    assert all(port.ratio >= 0.95 for port in ports)
    assert max(port.begin for port in ports) < min(port.end for port in ports) - 0.9 * ports[0].duration


def test_firmware_fills_the_line() -> None:
    """1 MiB at 115200: 95 % of the raw line on a clean one, 85 % at 1e-5 bit errors, twice a plain sender."""
    clean, plain = upgrade.send(), upgrade.send(plain=True)
    assert clean.whole
    assert clean.share >= 0.95
    assert clean.share >= 2 * plain.share
    assert clean.cpu < 0.2 * clean.seconds
    for seed in (1, 2, 3):
        noisy = upgrade.send(1e-5, seed)
        assert noisy.whole
        assert noisy.share >= 0.85


def test_firmware_over_a_real_pty() -> None:
    """1 MiB through a pseudo-terminal at the pace of 115200: line speed, a fifth of a core at most."""
    ran = upgrade.over_pty()
    assert ran.whole
    assert ran.share >= 0.95
    assert ran.cpu < 0.2 * ran.seconds


@pytest.mark.parametrize("size", ["80x24", "132x43"])
def test_the_face_costs_next_to_nothing(size: str) -> None:
    """A frame in 2 ms, a key press on the glass in 50 ms, less than 1 % of a core while nobody touches it."""
    cost = face.measure(size)
    assert cost.frame <= 2.0
    assert cost.press <= 50.0
    assert cost.idle < 0.01
