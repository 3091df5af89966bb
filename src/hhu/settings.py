"""What the tool remembers between two starts: one TOML file in the user's configuration folder.

Secrets are never here (see ``hhu.secrets``). A file that cannot be understood is kept aside as ``.bad`` and
the defaults are used; whoever loads shows ``SettingsFile.damage``.
"""

import json
import locale
import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import cast

import platformdirs

from core.errors import StoreError, UsageError
from hhu.files import write_whole

LANGUAGES = ("zh", "en")
PARITIES = ("N", "E", "O", "M", "S")
STOP_BITS = (1, 2)
BAUD_RANGE = range(300, 921_601)
LONGEST_WAIT = 600.0


@dataclass(frozen=True, slots=True)
class SerialOverride:
    """How an odd probe or port differs from the manual's profile; ``None`` keeps the manual's value."""

    baud: int | None = None
    parity: str | None = None
    stop_bits: int | None = None

    def __post_init__(self) -> None:
        _one_of("baud", self.baud, BAUD_RANGE, "300 to 921600")
        _one_of("parity", self.parity, PARITIES, "N, E, O, M or S")
        _one_of("stop_bits", self.stop_bits, STOP_BITS, "1 or 2")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Longest waits in seconds: for an answer after the last byte sent, and for a connection."""

    answer: float = 5.0
    connect: float = 10.0

    def __post_init__(self) -> None:
        for name, seconds in (("answer", self.answer), ("connect", self.connect)):
            if not (math.isfinite(seconds) and 0 < seconds <= LONGEST_WAIT):
                raise UsageError(
                    f"timeouts.{name} is {seconds} s", f"Give more than 0 and at most {LONGEST_WAIT:g} s."
                )


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything remembered; values are replaced, never changed in place."""

    language: str = "en"
    last_lines: Mapping[str, str] = field(default_factory=dict[str, str])
    """channel -> line as the command line writes it, such as ``ir`` -> ``ir:COM4``"""
    last_terminals: Mapping[str, str] = field(default_factory=dict[str, str])
    """port -> address of the terminal last met there"""
    serial: Mapping[str, SerialOverride] = field(default_factory=dict[str, SerialOverride])
    """channel -> difference from the manual's serial profile"""
    timeouts: Timeouts = Timeouts()

    def __post_init__(self) -> None:
        _one_of("language", self.language, LANGUAGES, "zh or en")

    def with_line(self, channel: str, line: str) -> "Settings":
        """Remember ``line`` as the last one used for ``channel``."""
        return replace(self, last_lines={**self.last_lines, channel: line})

    def with_terminal(self, port: str, address: str) -> "Settings":
        """Remember ``address`` as the terminal last met at ``port``."""
        return replace(self, last_terminals={**self.last_terminals, port: address})

    def with_serial(self, channel: str, override: SerialOverride) -> "Settings":
        """Use ``override`` on ``channel`` from now on; an empty one returns to the manual's profile."""
        rest = {name: value for name, value in self.serial.items() if name != channel}
        return replace(self, serial=rest if override == SerialOverride() else {**rest, channel: override})


@dataclass(frozen=True, slots=True)
class Damage:
    """A settings file that was not used: why, and where it was kept (``None``: it stays in its place)."""

    path: Path
    reason: str
    kept: Path | None


class SettingsFile:
    """The file itself. ``damage`` tells what the last ``load`` found wrong, ``None`` when nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.damage: Damage | None = None

    def load(self) -> Settings:
        """Return what is remembered; the defaults when there is no file or a damaged one."""
        self.damage = None
        try:
            return read_settings(self.path.read_text("utf-8"))
        except FileNotFoundError:
            pass
        except OSError as error:
            self.damage = Damage(self.path, error.strerror or str(error), None)
        except (UnicodeDecodeError, UsageError) as error:
            self.damage = Damage(self.path, str(error), self._set_aside())
        return Settings(language=system_language())

    def save(self, settings: Settings) -> None:
        """Write ``settings`` whole; StoreError when the disk refuses or the old file could not be read."""
        if self.damage is not None and self.damage.kept is None:
            raise StoreError(f"{self.path} is left as it is: {self.damage.reason}")
        write_whole(self.path, show_settings(settings).encode("utf-8", "replace"))

    def update(self, change: Callable[[Settings], Settings]) -> Settings:
        """Load, ``change``, save; another window's newer values are kept."""
        settings = change(self.load())
        self.save(settings)
        return settings

    def _set_aside(self) -> Path | None:
        kept = self.path.with_name(f"{self.path.name}.bad")
        try:
            return self.path.replace(kept)
        except OSError:
            return None


def home() -> Path:
    """Folder of the tool's own files; ``HHU_HOME`` overrides the system's choice."""
    override = os.environ.get("HHU_HOME")
    return Path(override) if override else platformdirs.user_config_path("hhu", appauthor=False)


def open_settings() -> SettingsFile:
    """Return the settings file of this user."""
    return SettingsFile(home() / "settings.toml")


def system_language() -> str:
    """``zh`` on a Chinese system, else ``en``."""
    name = locale.getlocale()[0] or ""
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def read_settings(text: str) -> Settings:
    """Read TOML; UsageError names the key that cannot be. Unknown keys are passed over."""
    try:
        top = cast("dict[str, object]", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}") from error
    serial = {name: _override(name, value) for name, value in _table("serial", top).items()}
    waits = {name: _number(f"timeouts.{name}", value) for name, value in _table("timeouts", top).items()}
    known = {row.name for row in fields(Timeouts)}
    return Settings(
        language=_text("language", top.get("language", system_language())),
        last_lines=_texts("last_lines", top),
        last_terminals=_texts("last_terminals", top),
        serial=serial,
        timeouts=Timeouts(**{name: value for name, value in waits.items() if name in known}),
    )


def show_settings(settings: Settings) -> str:
    """Write TOML that ``read_settings`` reads back to the same value."""
    tables: list[tuple[str, Mapping[str, object]]] = [
        ("last_lines", settings.last_lines),
        ("last_terminals", settings.last_terminals),
        ("timeouts", {row.name: getattr(settings.timeouts, row.name) for row in fields(Timeouts)}),
    ]
    for channel, override in settings.serial.items():
        values = {row.name: getattr(override, row.name) for row in fields(SerialOverride)}
        tables.append((f"serial.{_quoted(channel)}", values))
    parts = [f"language = {_quoted(settings.language)}\n"]
    parts += [_shown_table(name, rows) for name, rows in tables if rows]
    return "\n".join(parts)


def _shown_table(name: str, rows: Mapping[str, object]) -> str:
    lines = [f"{_quoted(key)} = {_scalar(value)}\n" for key, value in rows.items() if value is not None]
    return f"[{name}]\n{''.join(lines)}"


def _scalar(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else repr(value)


def _quoted(text: str) -> str:
    # JSON's escapes are a subset of TOML's; DEL is the one control character JSON leaves bare
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_of(name: str, value: object, allowed: object, words: str) -> None:
    if value is not None and value not in cast("tuple[object, ...]", allowed):
        raise UsageError(f"{name} is {value!r}", f"Give {words}.")


def _override(channel: str, value: object) -> SerialOverride:
    row = _as_table(f"serial.{channel}", value)
    baud, parity, stop_bits = row.get("baud"), row.get("parity"), row.get("stop_bits")
    return SerialOverride(
        None if baud is None else _whole(f"serial.{channel}.baud", baud),
        None if parity is None else _text(f"serial.{channel}.parity", parity),
        None if stop_bits is None else _whole(f"serial.{channel}.stop_bits", stop_bits),
    )


def _table(name: str, top: Mapping[str, object]) -> dict[str, object]:
    return _as_table(name, top.get(name, {}))


def _as_table(name: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UsageError(f"{name} is not a table")
    return cast("dict[str, object]", value)


def _texts(name: str, top: Mapping[str, object]) -> dict[str, str]:
    return {key: _text(f"{name}.{key}", value) for key, value in _table(name, top).items()}


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{name} is not text")
    return value


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UsageError(f"{name} is not a number")
    return float(value)


def _whole(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"{name} is not a whole number")
    return value
