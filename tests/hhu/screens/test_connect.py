"""The Connect form: what it offers and what it refuses."""

from pathlib import Path

from textual.pilot import Pilot

from core.lines.address import LineKind
from hhu.screens.connect import ConnectScreen
from hhu.screens.ports import port_choices
from hhu.settings import Settings
from hhu.words import Words
from tests.hhu.scenes import PORTS
from tests.hhu.stage import on_stage, opened, press, text_of


def form(pilot: Pilot[None]) -> ConnectScreen:
    """The screen in front."""
    assert isinstance(pilot.app.screen, ConnectScreen)
    return pilot.app.screen


def test_the_port_used_last_stands_on_top_and_says_why() -> None:
    """Last use wins over the guess; chip, kind and the terminal met there are told."""
    settings = Settings().with_line("ir", "ir:COM12").with_terminal("COM12", "1122-7788")
    first, second, _ = port_choices(LineKind.IR, PORTS, settings, Words("en"))
    assert first.target == "COM12"
    assert first.why == "Quectel, modem, not a probe, used last, 1122-7788"
    assert second.target == "COM4"
    assert second.recommended


def test_without_ports_the_emulator_is_chosen(tmp_path: Path) -> None:
    """Enter then connects with no hardware at all."""

    async def play() -> None:
        async with opened(tmp_path, line=None) as pilot:
            await pilot.pause(0.5)
            form(pilot).take_ports(())
            await pilot.pause(0.5)
            assert str(form(pilot).order().where) == "emulator:demo"

    on_stage(play)


def test_the_form_makes_the_order(tmp_path: Path) -> None:
    """Channel, typed port, address and password travel together, also when the ports are listed late."""

    async def play() -> None:
        async with opened(tmp_path, line=None) as pilot:
            await pilot.pause(0.5)
            form(pilot).take_ports(PORTS)
            await press(pilot, "right", "tab", "tab", *"socket://x:1", "tab", *"1122-77AA", "tab", *"000000")
            form(pilot).take_ports(PORTS[:1])
            order = form(pilot).order()
            assert str(order.where) == "rs485:socket://x:1"
            assert order.address is not None
            assert order.address.text == "1122-77AA"
            assert order.password == "000000"
            assert "000000" not in text_of(pilot)

    on_stage(play)


def test_a_wrong_address_is_refused_with_its_form(tmp_path: Path) -> None:
    """Nothing is opened; the notice says how an address is written."""

    async def play() -> None:
        async with opened(tmp_path, line=None) as pilot:
            await pilot.pause(0.5)
            form(pilot).take_ports(PORTS)
            await press(pilot, "tab", "tab", "tab", *"77", "enter")
            assert "1122-3344" in text_of(pilot)
            assert "error" in text_of(pilot)

    on_stage(play)
