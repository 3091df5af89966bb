"""What a terminal knows of its meters after a night, asked by frames: all that is between is real."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.app import Channel, Terminal
from core.gdw376.message import Item, encode_blocks, items_of
from core.gdw376.units.afn00 import Deny
from core.gdw376.units.afn04 import KeyMeters
from core.gdw376.units.shapes import CurveStamp, DayStamp
from core.lines.line import IR
from core.lines.memory import memory_line
from core.lines.pace import LoopClock
from core.lines.virtual_time import virtual_time
from core.terminal.setting import Setting
from core.wire.record import Record
from tests.core.handset import Handset

START = datetime(2026, 11, 18, 22)
ROW = "[area]\ntariff_control = 1\nthree_phase = 1\n"
PRESENT = {
    33: "M55: forward energy", 35: "M56: maximum demand", 25: "M57: voltage and current", 27: "M58: clock",
    28: "M59: status word", 161: "M60, M61: remote control", 165: "M62: programming", 167: "M63: prepayment",
}  # fmt: skip
"""Fn of AFN 0C that a tariff-control meter fills, all but the demand."""
THREE_PHASE = 35


async def asked(handset: Handset, afn: int, fn: int, pn: int, selector: Record | None = None) -> list[Any]:
    payload = b"".join(encode_blocks([Item(pn, fn, asked=selector)]))
    return [item.value for item in items_of(await handset.exchange(afn, payload)) if item.value is not None]


def points_of(terminal: Terminal) -> dict[str, int]:
    assert terminal.area
    return {one.kind.name: one.point for one in terminal.area.placed}


@pytest.mark.parametrize("fn", PRESENT, ids=list(PRESENT.values()))
def test_what_a_meter_says_of_itself_is_there_after_a_night(tmp_path: Path, fn: int) -> None:
    """M47, M55 to M63: each group of present values, with its reading time, from the store."""
    file = tmp_path / "row.toml"
    file.write_text(ROW, "utf-8")

    async def play() -> None:
        clock = LoopClock(START)
        async with Terminal.create(file, None, clock, boot=0.0) as terminal:
            await clock.sleep(4 * 3600)
            near, far = memory_line(IR, clock)
            terminal.attach(Channel.IR, near)
            point = points_of(terminal)["THREE_PHASE" if fn == THREE_PHASE else "TARIFF_CONTROL"]
            (unit,) = await asked(Handset(far, clock), 0x0C, fn, point)
            assert not isinstance(unit, Deny)
            assert any(getattr(unit, name) is not None for name in type(unit).__dataclass_fields__)

    with virtual_time() as runner:
        runner.run(play())


def test_days_and_curves_are_there_after_two_nights(tmp_path: Path) -> None:
    """M67, M68, M71 to M73: day ends of demand and both directions; curves of energy, voltage, current."""
    file = tmp_path / "row.toml"
    file.write_text(ROW, "utf-8")

    async def play() -> None:
        clock = LoopClock(START)
        async with Terminal.create(file, None, clock, boot=0.0) as terminal:
            terminal.concentrator.parameters.write([Setting(KeyMeters((1, 2)))])
            await clock.sleep(52 * 3600)
            near, far = memory_line(IR, clock)
            terminal.attach(Channel.IR, near)
            handset, point = Handset(far, clock), points_of(terminal)["THREE_PHASE"]
            day = DayStamp((START + timedelta(days=1)).date())
            for fn in (161, 162, 163, 185):
                assert not isinstance((await asked(handset, 0x0D, fn, point, day))[0], Deny), fn
            noon = CurveStamp((START + timedelta(days=1)).replace(hour=12), 3, 2)
            for fn in (89, 92, 97, 101):
                assert not isinstance((await asked(handset, 0x0D, fn, point, noon))[0], Deny), fn

    with virtual_time() as runner:
        runner.run(play())
