"""The Reading page over a paced line, against the emulated terminal with meters on its ports."""

from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.meters.dlt645.frame import encode_frame
from core.meters.dlt645.messages import request_frame
from core.meters.dlt645.requests import Switch
from hhu.client.change import State
from hhu.screens.reading import PointTable, PortTable
from hhu.widgets.grid_table import GridTable
from tests.hhu.bus import Bus, attached
from tests.hhu.stage import app_of, idle, on_stage, opened, press, text_of, until
from tests.hhu.stored import TODAY, address_of, furnished, register_of

SIZES = pytest.mark.parametrize("size", [(80, 24), (132, 43)])


async def ready(pilot: Pilot[None]) -> None:
    """Connected, the ports read."""
    await until(pilot, lambda: app_of(pilot).desk.connection is not None)
    await until(pilot, lambda: bool(pilot.app.screen.query(PortTable)))
    await idle(pilot)
    await until(pilot, lambda: app_of(pilot).desk.board.ports is not None)
    await idle(pilot)


async def finished(pilot: Pilot[None]) -> None:
    """Both ports have read what they could, and the page shows it."""
    await pilot.pause(60)
    await press(pilot, "r")
    await until(pilot, lambda: all("finished" in row for row in ports(pilot).values()))
    await idle(pilot)


def cells(table: GridTable) -> dict[str, list[str]]:
    return {row.key: [cell.text for cell in row.cells] for row in table.rows}


def ports(pilot: Pilot[None]) -> dict[str, list[str]]:
    return cells(pilot.app.screen.query_one(PortTable))


def points(pilot: Pilot[None]) -> dict[str, list[str]]:
    return cells(pilot.app.screen.query_one(PointTable))


async def to_point(pilot: Pilot[None], point: int) -> None:
    """Put the cursor on a point."""
    table = pilot.app.screen.query_one(PointTable)
    table.focus()
    table.cursor = [row.key for row in table.rows].index(str(point))
    await pilot.pause(0.1)


async def password(pilot: Pilot[None], *, arm: bool) -> None:
    """Answer the sheet: arm where it is asked, then the password."""
    if arm:
        await press(pilot, "enter")
    await press(pilot, *"000000", "enter")
    await idle(pilot)


@SIZES
def test_ports_tell_what_they_read_and_since_when(tmp_path: Path, size: tuple[int, int]) -> None:
    """M54: per port points, read, key meters, working or finished, start and end time."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, size=size, page="reading") as pilot:
                await ready(pilot)
                assert {row[4] for row in ports(pilot).values()} == {"reading"}
                await finished(pilot)
                assert ports(pilot) == {
                    "1": ["1", "6", "5", "0", "finished", "11-20 14:36", "11-20 14:36", ""],
                    "2": ["2", "6", "5", "0", "finished", "11-20 14:36", "11-20 14:36", ""],
                }
                assert "finished" in text_of(pilot)

    on_stage(play)


@SIZES
def test_the_missing_list_has_the_worst_first(tmp_path: Path, size: tuple[int, int]) -> None:
    """M54: who lacks yesterday stands on top with failures and last success; digits are the meter's (M39)."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, size=size, page="reading") as pilot:
                await ready(pilot)
                await finished(pilot)
                await press(pilot, "m")
                await idle(pilot)
                held = points(pilot)
                assert list(held)[:3] == ["3", "4", "1"]
                assert held["4"][3:6] == ["missing", "", "3"]
                assert held["3"][3:6] == ["missing", "", "3"]
                assert held["1"][2] == address_of(1)
                assert "Points   missing of 11-19: 2 of 12" in text_of(pilot)
                assert "Missing: 2 of 12." in text_of(pilot)

    on_stage(play)


def test_a_point_is_read_now_with_all_its_digits(tmp_path: Path) -> None:
    """M43, M39: N asks for the password once, shows what the meter shows; a silent one says what to do."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                await to_point(pilot, 2)
                await press(pilot, "n")
                await password(pilot, arm=False)
                shown = f"{register_of(2, TODAY)[0]:09.2f} kWh"
                assert points(pilot)["2"][6] == shown
                assert shown in text_of(pilot)
                await to_point(pilot, 4)
                await press(pilot, "n")
                await idle(pilot)
                assert points(pilot)["4"][6] == "no answer"
                assert "Check address, port and speed" in text_of(pilot)

    on_stage(play)


def test_another_value_is_chosen_by_name(tmp_path: Path) -> None:
    """Enter lists the usual values; one the meter does not have is refused, not failed."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                await to_point(pilot, 2)
                await press(pilot, "enter")
                assert "0201FF00" in text_of(pilot)
                await press(pilot, *["down"] * 4, "enter")
                await password(pilot, arm=False)
                assert "221.3  000.0  000.0 V" in text_of(pilot)
                await press(pilot, "enter")
                await press(pilot, "down", "down", "enter")
                await idle(pilot)
                assert points(pilot)["2"][6] == "refused"

    on_stage(play)


@pytest.mark.parametrize(
    ("key", "port", "word"),
    [
        ("p", 1, "Pause verified"),
        ("n", 2, "Read again verified"),
    ],
)
def test_an_order_to_a_port_is_done_when_the_port_shows_it(
    tmp_path: Path, key: str, port: int, word: str
) -> None:
    """Pause and read again are verified by the next look at F11; resume in `tests.together.test_reading`."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                if port == 2:
                    await press(pilot, "down")
                await press(pilot, key)
                assert "Enter arms writes" in text_of(pilot)
                await password(pilot, arm=True)
                assert ports(pilot)[str(port)][7] == word
                assert "the port shows it" in text_of(pilot)

    on_stage(play)


def test_a_pause_of_an_idle_port_stays_acknowledged(tmp_path: Path) -> None:
    """It cannot be seen: the port said idle before and says so now."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await finished(pilot)
                await press(pilot, "down")
                await press(pilot, "p")
                await password(pilot, arm=True)
                await pilot.pause(15)
                await idle(pilot)
                state = app_of(pilot).desk.board.orders[2].state
                assert state is State.ACKNOWLEDGED
                assert "acknowledged, not proven" in text_of(pilot)

    on_stage(play)


def test_a_wrong_password_is_told_and_sent_once(tmp_path: Path) -> None:
    """The order is refused, the tries left are shown at the next attempt."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "n")
                await press(pilot, "enter")
                await press(pilot, *"123456", "enter")
                await idle(pilot)
                assert "The password is wrong." in text_of(pilot)
                assert app_of(pilot).desk.wrong_passwords == 1
                await press(pilot, "n")
                assert "2 tries left" in text_of(pilot)

    on_stage(play)


def test_a_point_is_stopped_and_read_back(tmp_path: Path) -> None:
    """S stops, the row says so after the read-back, S again allows (AFN04 F30)."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                await to_point(pilot, 5)
                await press(pilot, "s")
                await press(pilot, "enter", "enter")
                await pilot.pause(7)
                await press(pilot, *"000000", "enter")
                await idle(pilot)
                assert points(pilot)["5"][6] == "stopped"
                assert "Stopped and read back" in text_of(pilot)
                await press(pilot, "s")
                await idle(pilot)
                assert points(pilot)["5"][6] == ""

    on_stage(play)


def relayed(bus: Bus, point: int) -> list[object]:
    return bus.meters[point].writes


def test_a_question_is_relayed_and_its_frames_are_explained(tmp_path: Path) -> None:
    """M43: L takes the meter of the row, Enter sends; the answer is bytes and tree, F9 shows the question."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, size=(132, 43), page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                await to_point(pilot, 2)
                await press(pilot, "l")
                assert address_of(2) in text_of(pilot)
                assert "00010000 forward active energy, total" in text_of(pilot)
                await press(pilot, "enter")
                await password(pilot, arm=False)
                text = text_of(pilot)
                assert f"{register_of(2, TODAY)[0]:09.2f} kWh" in text
                assert "answered, 24 bytes" in text
                await press(pilot, "f9")
                assert "sent, 20 bytes" in text_of(pilot)
                await press(pilot, "escape")
                assert "Points" in text_of(pilot)

    on_stage(play)


def test_raw_bytes_that_act_need_arming_and_a_second_yes(tmp_path: Path) -> None:
    """A trip order in hexadecimal: a Caution is read before anything is sent, and the meter hears it once."""
    order = Switch("02", "000000", "00000000", 0x1A, 0, datetime(2026, 11, 20, 15))
    trip = encode_frame(request_frame(address_of(2), order))

    async def play() -> None:
        await furnished(tmp_path)
        with attached() as bus:
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "m")
                await idle(pilot)
                await to_point(pilot, 2)
                await press(pilot, "l", "tab")
                await press(pilot, *trip.hex(), "enter")
                assert "read-only" in text_of(pilot)
                await press(pilot, "enter")
                await press(pilot, *"000000", "enter")
                assert "Caution" in text_of(pilot)
                assert not relayed(bus, 2)
                await press(pilot, "enter", "enter")
                await idle(pilot)
                assert len(relayed(bus, 2)) == 1

    on_stage(play)


def test_bytes_that_are_none_are_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """What cannot be sent says why; nothing leaves."""

    async def play() -> None:
        await furnished(tmp_path)
        with attached():
            async with opened(tmp_path, page="reading") as pilot:
                await ready(pilot)
                await press(pilot, "l")
                await press(pilot, "tab", *"68 1", "enter")
                assert "is no hexadecimal" in text_of(pilot)

    on_stage(play)
