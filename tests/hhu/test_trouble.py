"""What goes wrong in the field, as the screens say it: cause, next step, and nothing half done."""

from pathlib import Path

import pytest

from core.lines.memory import MemoryLine
from hhu.client.change import State
from tests.hhu.scenes import performed
from tests.hhu.stage import app_of, idle, on_stage, opened, plan, press, states, text_of, until, write


def test_a_wrong_password_is_named_and_not_sent_again(tmp_path: Path) -> None:
    """The row is refused, the tries left are told, the next write asks for another password and succeeds."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await plan(pilot, "04F3.apn", "cmiot")
            await write(pilot, "999999")
            assert states(pilot) == {"04F3.apn": "refused"}
            assert "2 tries left" in text_of(pilot)
            sent = app_of(pilot).desk.status().tx
            await press(pilot, "w")
            assert "password of this channel (2 tries left)" in text_of(pilot)
            assert app_of(pilot).desk.status().tx == sent
            await press(pilot, *"000000", "enter")
            await idle(pilot)
            assert states(pilot) == {"04F3.apn": "verified"}
            assert "pw ok" in text_of(pilot)

    on_stage(play)


def test_three_wrong_passwords_lock_the_channel(tmp_path: Path) -> None:
    """The lock is named and the status row shows it; reading goes on."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await plan(pilot, "04F3.apn", "cmiot")
            await write(pilot, "111111")
            for password in ("222222", "333333", "444444"):
                await press(pilot, "w")
                await press(pilot, *password, "enter")
                await idle(pilot)
            text = text_of(pilot)
            assert "locked" in text.split("\n", maxsplit=1)[0], text
            assert states(pilot) == {"04F3.apn": "refused"}
            await press(pilot, "r")
            await idle(pilot)
            assert "data units" in text_of(pilot)

    on_stage(play)


def test_a_window_that_closed_is_explained_before_anything_is_sent(tmp_path: Path) -> None:
    """After two minutes the switch is closed; W then asks to hold the key again and sends nothing."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await press(pilot, "a", "f5")
            await pilot.pause(130)
            await plan(pilot, "04F3.apn", "cmiot")
            sent = app_of(pilot).desk.status().tx
            await press(pilot, "w")
            assert "programming switch closed: hold the terminal's key 5 s" in text_of(pilot)
            await press(pilot, "escape")
            assert app_of(pilot).desk.status().tx == sent
            assert states(pilot) == {"04F3.apn": "planned"}

    on_stage(play)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("04F3.main_ip", "999.1.1.1", "Segment 999"),
        ("04F3.main_port", "70000", "70000"),
        ("04F3.apn", "a" * 17, "17"),
        ("04F3.apn", "北京", "ASCII"),
        ("04F89", "12-34", "1122-3344"),
    ],
)
def test_bad_input_is_refused_while_it_is_typed(tmp_path: Path, key: str, text: str, words: str) -> None:
    """The sheet names field and limit, Enter keeps it open, nothing is planned."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await plan(pilot, key, text)
            said = text_of(pilot)
            assert words in said, said
            assert "Esc Leave" in said
            await press(pilot, "escape")
            assert not states(pilot)

    on_stage(play)


def test_a_pulled_plug_is_told_at_once(tmp_path: Path) -> None:
    """The notice names the port and the way back; what was planned is still there after reconnecting."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await plan(pilot, "04F3.apn", "cmiot")
            link = app_of(pilot).desk.connection
            assert link is not None
            line = link.session.link.line
            assert isinstance(line, MemoryLine)
            line.unplug()
            await pilot.pause(1)
            assert "error" in text_of(pilot)
            assert "F2 connects; what is planned stays" in text_of(pilot)
            await press(pilot, "f2")
            await press(pilot, "f3")
            await until(pilot, lambda: app_of(pilot).desk.connection is not None)
            await idle(pilot)
            await press(pilot, "2")
            assert states(pilot) == {"04F3.apn": "planned"}

    on_stage(play)


def test_a_cancelled_write_is_unknown_and_read_before_the_next(tmp_path: Path) -> None:
    """Esc in the middle leaves the row failed, not done; W reads it first and then settles it."""

    async def play() -> None:
        async with opened(tmp_path, page="addresses") as pilot:
            await idle(pilot)
            await plan(pilot, "04F3.apn", "cmiot")
            for keys in (("w",), ("enter",), ("enter",)):
                await press(pilot, *keys)
            await pilot.pause(7)
            await pilot.press(*"000000", "enter")
            await pilot.pause(0.1)
            await pilot.press("escape")
            await pilot.pause(0.5)
            assert "Cancelled" in text_of(pilot)
            (change,) = app_of(pilot).desk.changes.values()
            assert change.state is State.FAILED
            await press(pilot, "w")
            await idle(pilot)
            assert "cmiot" in text_of(pilot)
            assert states(pilot).get("04F3.apn") in (None, "verified")

    on_stage(play)


def test_a_port_that_is_not_there_stays_on_connect(tmp_path: Path) -> None:
    """The refusal names the port and what to do; the form is still there."""

    async def play() -> None:
        async with opened(tmp_path, line="tcp:127.0.0.1:1") as pilot:
            await until(pilot, lambda: "error" in text_of(pilot), within=200)
            assert "127.0.0.1:1" in text_of(pilot)
            assert "Channel" in text_of(pilot)

    on_stage(play)


def test_the_same_emulated_terminal_twice_is_refused_in_words(tmp_path: Path) -> None:
    """A second program that runs the same terminal is named; no traceback."""

    async def play() -> None:
        async with opened(tmp_path) as first:
            await idle(first)
            async with opened(tmp_path) as second:
                await until(second, lambda: "error" in text_of(second))
                assert "Channel" in text_of(second)

    on_stage(play)


def test_a_real_terminal_whose_key_was_not_held_refuses_in_words(tmp_path: Path) -> None:
    """The tool believes the technician, the terminal does not: the refusal names the switch."""

    async def play() -> None:
        async with performed("real-terminal", tmp_path) as pilot:
            await press(pilot, "2")
            await idle(pilot)
            await plan(pilot, "04F3.apn", "cmiot")
            await press(pilot, "w")
            assert "hold the terminal's key 5 s, then Enter" in text_of(pilot)
            await press(pilot, "enter", "enter")
            assert "PROGRAM OPEN 2:00" in text_of(pilot)
            await press(pilot, *"000000", "enter")
            await idle(pilot)
            text = text_of(pilot)
            assert states(pilot) == {"04F3.apn": "refused"}
            assert "programming switch is closed" in text.lower(), text
            assert "PROGRAM OPEN" not in text.split("\n", maxsplit=1)[0]

    on_stage(play)
