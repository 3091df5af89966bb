"""``hhu meters read``, ``hhu meters relay`` and ``hhu clock`` against a terminal with meters on its ports."""

from collections.abc import Generator
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.hhu.bus import Bus, attached
from tests.hhu.cli.conftest import Hhu
from tests.hhu.stored import address_of, furnish, register_of

AT = ("--line", "emulator", "--password-stdin")
PASSWORD = "000000\n"
TODAY = date(2026, 11, 20)


@pytest.fixture
def bus(tmp_path: Path) -> Generator[Bus]:
    furnish(tmp_path / "home", TODAY)
    with attached(frozenset({3, 4})) as found:
        yield found


@pytest.mark.usefixtures("bus")
def test_values_come_with_all_their_digits(hhu: Hhu) -> None:
    """M43, M39: several points and items in one go; numbers are strings with the meter's digits."""
    ended = hhu(
        "meters", "read", "1-2", "--item", "energy", "--item", "0201FF00", *AT, "--json", typed=PASSWORD
    )
    assert ended.code == 0, ended.err
    first, second, third, _ = ended.objects
    assert first["value"] == f"{register_of(1, TODAY)[0]:09.2f}"
    assert (first["point"], first["address"], first["di"]) == (1, address_of(1), "00010000")
    assert first["result"] == "read"
    assert second["value"] == ["221.3", "000.0", "000.0"]
    assert third["point"] == 2


@pytest.mark.usefixtures("bus")
def test_a_silent_meter_and_a_refusal_have_their_codes(hhu: Hhu) -> None:
    """3 when a meter keeps silent, 1 when it has no such value, 2 where none is archived."""
    silent = hhu("meters", "read", "4", *AT, typed=PASSWORD)
    assert silent.code == 3
    assert "no answer" in silent.out
    refused = hhu("meters", "read", "1", "--item", "demand", *AT, typed=PASSWORD)
    assert refused.code == 1
    nobody = hhu("meters", "read", "77", *AT, typed=PASSWORD)
    assert nobody.code == 2
    assert "No meter is archived at point 77" in nobody.err
    unknown = hhu("meters", "read", "1", "--item", "nonsense", *AT, typed=PASSWORD)
    assert unknown.code == 2


@pytest.mark.usefixtures("bus")
def test_a_question_is_relayed_by_point_or_by_port(hhu: Hhu) -> None:
    """M43: the same frame goes out by the archive's port and speed, or as given; answers are decoded."""
    by_point = hhu("meters", "relay", "--point", "2", "--read", "energy", *AT, "--json", typed=PASSWORD)
    assert by_point.code == 0, by_point.err
    (shown,) = by_point.objects
    assert shown["sent"].startswith("FEFEFEFE68")
    assert shown["frames"][0]["value"] == f"{register_of(2, TODAY)[0]:09.2f}"
    by_port = hhu(
        "meters", "relay", "--port", "1", "--meter", address_of(2), "--read", "00010000", *AT, typed=PASSWORD
    )
    assert by_port.code == 0, by_port.err
    assert f"{register_of(2, TODAY)[0]:09.2f} kWh" in by_port.out
    raw = hhu("meters", "relay", "--port", "1", "--hex", shown["sent"], *AT, typed=PASSWORD)
    assert raw.code == 0
    nobody = hhu("meters", "relay", "--point", "4", "--read", "energy", *AT, typed=PASSWORD)
    assert nobody.code == 3
    assert "answered  nothing" in nobody.out


def test_what_may_change_a_meter_needs_a_yes(hhu: Hhu, bus: Bus) -> None:
    """Nobody there to confirm: refused before a line is opened; --yes sends it."""
    freeze = "68999999999999681604CCCCCCCC"
    body = bytes.fromhex(freeze)
    whole = body.hex() + f"{sum(body) & 0xFF:02X}16"
    asked = hhu("meters", "relay", "--port", "1", "--hex", whole, *AT, typed=PASSWORD)
    assert asked.code == 2
    assert "Add --yes" in asked.err
    assert not bus.meters
    sent = hhu("meters", "relay", "--port", "1", "--hex", whole, "--yes", *AT, typed=PASSWORD)
    assert sent.code == 3, "nobody answers a broadcast"
    assert bus.meters[2].writes


@pytest.mark.parametrize(
    "words",
    [
        ("relay", "--read", "energy"),
        ("relay", "--port", "1", "--read", "energy"),
        ("relay", "--point", "1"),
        ("relay", "--port", "1", "--hex", "6"),
        ("read", "0"),
        ("read", "some"),
    ],
)
def test_what_does_not_make_sense_is_refused_before_anything_is_sent(
    hhu: Hhu, words: tuple[str, ...]
) -> None:
    """Exit code 2 and what to write instead."""
    assert hhu("meters", *words, *AT).code == 2


@pytest.mark.usefixtures("bus")
def test_the_clock_is_compared_to_a_tenth(hhu: Hhu) -> None:
    """M91: residual and how far it may be off, in one object."""
    ended = hhu("clock", "get", "--line", "emulator", "--json")
    assert ended.code == 0
    (shown,) = ended.objects
    assert abs(shown["residual_s"]) <= shown["uncertain_s"] + 0.05
    assert shown["uncertain_s"] < 0.3


def test_a_broadcast_is_proven_meter_by_meter(hhu: Hhu, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """M94: the time told and the meters read back, with their states; without a yes nothing is sent."""
    del monkeypatch
    asked = hhu("clock", "broadcast", *AT)
    assert asked.code == 2
    ended = hhu("clock", "broadcast", "--port", "1", "--check", "2", "--yes", *AT, "--json", typed=PASSWORD)
    if _quiet():
        assert ended.code == 2
        return
    assert ended.code in (0, 3), ended.err
    (shown,) = ended.objects
    assert (shown["port"], shown["speed"]) == (1, 2400)
    states = {meter["point"]: meter["state"] for meter in shown["meters"]}
    assert states == {2: "verified", 4: "acknowledged"}
    assert ended.code == 3, "a meter that keeps silent proves nothing"
    assert bus.meters[2].off.total_seconds() < 1


def _quiet() -> bool:
    """The command line runs on the computer's own civil time."""
    now = datetime.now().time()
    return (now.hour == 23 and now.minute >= 49) or (now.hour == 0 and now.minute < 11)
