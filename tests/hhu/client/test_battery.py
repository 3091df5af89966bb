"""The laptop's battery as three systems tell it."""

from pathlib import Path

import pytest

from hhu.client.battery import Battery, battery, linux_battery, macos_battery


def supply(folder: Path, name: str, **told: str) -> None:
    place = folder / name
    place.mkdir()
    for key, value in told.items():
        (place / key).write_text(value + "\n")


def test_linux_counts_the_fullest_battery_of_the_computer(tmp_path: Path) -> None:
    """A mouse has a battery, too, and does not count; without the plug the laptop runs on its own."""
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", capacity="12", status="Discharging")
    supply(tmp_path, "BAT1", type="Battery", capacity="28", status="Discharging")
    supply(tmp_path, "hid", type="Battery", capacity="90", scope="Device", status="Discharging")
    assert linux_battery(tmp_path) == Battery(28, mains=False)


def test_a_charging_laptop_is_on_mains(tmp_path: Path) -> None:
    """Some laptops tell no plug, only that they charge."""
    supply(tmp_path, "BAT0", type="Battery", capacity="12", status="Charging")
    assert linux_battery(tmp_path) == Battery(12, mains=True)


def test_a_computer_without_battery_has_none(tmp_path: Path) -> None:
    """A desktop computer, and a system that does not tell."""
    assert linux_battery(tmp_path) is None
    assert linux_battery(tmp_path / "gone") is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t29%; discharging\n",
            Battery(29, mains=False),
        ),
        (
            "Now drawing from 'AC Power'\n -InternalBattery-0 (id=1)\t100%; charged\n",
            Battery(100, mains=True),
        ),
        ("Now drawing from 'AC Power'\n", None),
    ],
)
def test_macos_prints_it(told: str, expected: Battery | None) -> None:
    """What ``pmset -g batt`` prints on a laptop and on a desktop computer."""
    assert macos_battery(told) == expected


def test_low_means_on_battery_below_30_percent() -> None:
    """Issue 6: no upgrade is begun on battery under 30 %."""
    assert Battery(29, mains=False).low
    assert not Battery(30, mains=False).low
    assert not Battery(5, mains=True).low


def test_this_computer_can_be_asked() -> None:
    """Whatever it says, it is a state or nothing, not an error."""
    told = battery()
    assert told is None or 0 <= told.percent <= 100
