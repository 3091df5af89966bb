from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import StoreError, UsageError
from hhu.settings import (
    SerialOverride,
    Settings,
    SettingsFile,
    Timeouts,
    home,
    open_settings,
    read_settings,
    show_settings,
    system_language,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SERIAL = st.builds(
    SerialOverride,
    st.none() | st.integers(300, 921_600),
    st.none() | st.sampled_from("NEOMS"),
    st.none() | st.sampled_from([1, 2]),
)
WAITS = st.floats(0.01, 600)
SETTINGS = st.builds(
    Settings,
    language=st.sampled_from(["zh", "en"]),
    last_lines=st.dictionaries(NAMES, NAMES),
    last_terminals=st.dictionaries(NAMES, NAMES),
    serial=st.dictionaries(NAMES, SERIAL),
    timeouts=st.builds(Timeouts, WAITS, WAITS),
)


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.toml")


@given(SETTINGS)
def test_what_is_written_is_read_back(settings: Settings) -> None:
    """Any settings, with any text in names, survive the file."""
    assert read_settings(show_settings(settings)) == settings


def test_no_file_means_the_defaults(file: SettingsFile) -> None:
    """A first start has the defaults, no notice, and writes nothing."""
    assert file.load() == Settings(language=system_language())
    assert file.damage is None
    assert not file.path.exists()


def test_the_last_choices_come_back(file: SettingsFile) -> None:
    """Line per channel, terminal per port and an odd probe's serial profile are there after a restart."""
    file.update(lambda old: old.with_line("ir", "ir:COM4").with_terminal("COM4", "1122-7788"))
    file.update(lambda old: old.with_serial("ir", SerialOverride(baud=1200, parity="E")))
    again = SettingsFile(file.path).load()
    assert again.last_lines == {"ir": "ir:COM4"}
    assert again.last_terminals == {"COM4": "1122-7788"}
    assert again.serial == {"ir": SerialOverride(1200, "E", None)}


def test_an_empty_override_returns_to_the_manual(file: SettingsFile) -> None:
    """Setting an override with nothing in it removes the channel's row."""
    settings = Settings().with_serial("ir", SerialOverride(baud=1200)).with_serial("ir", SerialOverride())
    file.save(settings)
    assert file.load().serial == {}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"language = ", "not TOML"),
        (b"language = 'fr'", "language"),
        (b"language = 3", "language"),
        (b"last_lines = 3", "last_lines"),
        (b"last_lines.ir = 3", "last_lines.ir"),
        (b"serial.ir = 3", "serial.ir"),
        (b"serial.ir.baud = 'fast'", "serial.ir.baud"),
        (b"serial.ir.baud = true", "serial.ir.baud"),
        (b"serial.ir.baud = 100", "baud"),
        (b"serial.ir.parity = 'X'", "parity"),
        (b"serial.ir.stop_bits = 3", "stop_bits"),
        (b"timeouts.answer = 'long'", "timeouts.answer"),
        (b"timeouts.answer = 0", "timeouts.answer"),
        (b"timeouts.connect = inf", "timeouts.connect"),
        (b"\xff\xfe", "decode"),
    ],
)
def test_a_damaged_file_is_kept_aside(file: SettingsFile, content: bytes, named: str) -> None:
    """Whatever is wrong is named, the file moves to .bad unchanged, and the defaults serve."""
    file.path.write_bytes(content)
    assert file.load() == Settings(language=system_language())
    assert file.damage is not None
    assert named in file.damage.reason
    assert file.damage.kept is not None
    assert file.damage.kept.name == "settings.toml.bad"
    assert file.damage.kept.read_bytes() == content
    file.save(Settings())
    file.load()
    assert file.damage is None


def test_an_unreadable_file_is_never_overwritten(tmp_path: Path) -> None:
    """A file that cannot even be read stays, and saving over it is refused."""
    file = SettingsFile(tmp_path)
    assert file.load() == Settings(language=system_language())
    assert file.damage is not None
    with pytest.raises(StoreError, match="left as it is"):
        file.save(Settings())


def test_unknown_keys_of_a_newer_tool_are_passed_over() -> None:
    """A key or a timeout this version does not know is no damage."""
    assert read_settings("language = 'en'\ncolour = 'dark'\ntimeouts.ring = 3") == Settings()


def test_a_value_out_of_its_limits_is_refused_at_once() -> None:
    """A form meets the same limits as the file."""
    with pytest.raises(UsageError, match="300 to 921600"):
        SerialOverride(baud=0)


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """HHU_HOME decides where the tool's files live; without it the system's folder for programs is used."""
    monkeypatch.setenv("HHU_HOME", str(tmp_path))
    assert open_settings().path == tmp_path / "settings.toml"
    monkeypatch.delenv("HHU_HOME")
    assert home().name == "hhu"
