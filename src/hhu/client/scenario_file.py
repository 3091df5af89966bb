"""Scenario files: what happens around an emulated terminal, and what has to be true then.

A file is TOML::

    profile = "demo"                        # as for --profile; demo unless told
    start = 2026-11-20T14:36:00             # civil time at switch-on; now unless told

    [[step]]
    title = "The mains fail"                # what the step is called in the output
    wait = 10                               # seconds of the terminal's time, before anything else
    set = {supply = 0}                      # fields of core.simulation.surroundings
    disk = "stick"                          # a folder as USB disk, beside this file; "" pulls it out
    meters = "3:silent, 5:sound"            # faults of meters, by point
    noise = 1e-4                            # chance per bit, on all lines
    press = ["tap 2", "hold 2"]             # strokes of the key
    expect = {page = "HOME", row4 = "IP *", lamps = {ALARM = "red"}, within = 30}

A step does what it names in this order. ``expect`` knows ``page``, ``row1`` to ``row10`` (``*`` stands for
any text), ``text`` (anywhere on the glass), ``lamps``, ``backlight``, ``programming``, ``event`` and
``no_event`` (number of an ERC among the ten newest), ``within`` (seconds in which all has to become true; at
once unless told).
Every error names the file and the line.
"""

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from core.errors import UsageError
from hhu.client.presses import strokes_of

NO_DISK = Path()
LAMP_STATES = ("off", "green", "red", "amber")
_STEP = re.compile(r"\s*\[\[\s*step\s*\]\]")
_TABLE = re.compile(r"\s*\[\s*step\s*\.\s*([\w\s.-]+?)\s*\]")
_OTHER = re.compile(r"\s*\[")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")
_WHERE = re.compile(r" \(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to be true: ``name`` and the value beside it, and where it stands in the file."""

    name: str
    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step; what is not named in it is empty."""

    number: int
    line: int
    title: str = ""
    wait: float = 0.0
    strokes: tuple[float, ...] = ()
    surroundings: dict[str, Any] = field(default_factory=dict[str, Any])
    disk: Path | None = None
    """A folder; `NO_DISK` pulls the disk out, ``None`` leaves it as it is."""
    meters: str = ""
    noise: float | None = None
    expected: tuple[Expected, ...] = ()
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file."""

    name: str
    profile: str
    start: datetime | None
    steps: tuple[Step, ...]


def read_scenario(path: Path) -> Scenario:
    """Read a file; ``UsageError`` names file, line and what is wrong there."""
    try:
        text = path.read_text("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"Scenario {path}: {error.strerror}.", "Give the name of a TOML file.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: no UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, str(error)) from error
    return _Reader(path, text).scenario(table)


def _not_toml(path: Path, said: str) -> UsageError:
    place = _WHERE.search(said)
    line = f":{place[1]}" if place else ""
    return UsageError(f"{path}{line}: no TOML: {_WHERE.sub('', said)}.")


Place = tuple[int | str, ...]
"""Number of the step, from 1, then the keys down to a value."""


def _lines_of(text: str) -> dict[Place, int]:
    """Return the line on which each key of each step stands."""
    found: dict[Place, int] = {}
    step, prefix = 0, cast("Place", ())
    for number, line in enumerate(text.splitlines(), 1):
        if _STEP.match(line):
            step += 1
            prefix = (step,)
            found[prefix] = number
        elif table := _TABLE.match(line):
            prefix = (step, *(part.strip() for part in table[1].split(".")))
            found.setdefault(prefix, number)
        elif _OTHER.match(line):
            prefix = ("",)
        elif key := _KEY.match(line):
            found.setdefault((*prefix, *key[1].split(".")), number)
    return found


class _Reader:
    """Turns tables into steps, and knows where everything stands."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = _lines_of(text)

    def scenario(self, table: dict[str, Any]) -> Scenario:
        known = {"profile", "start", "step"}
        for name in table.keys() - known:
            raise self._wrong((name,), f"{name!r} is unknown; there are {', '.join(sorted(known))}")
        start = self._of(datetime, table, "start", ())
        rows = table.get("step", [])
        if not isinstance(rows, list) or not rows:
            raise UsageError(f"{self._path}: no [[step]].", "A scenario has at least one.")
        steps = tuple(self._step(number, row) for number, row in enumerate(cast("list[Any]", rows), 1))
        return Scenario(self._path.stem, self._of(str, table, "profile", ()) or "demo", start, steps)

    def _step(self, number: int, row: dict[str, Any]) -> Step:
        at: Place = (number,)
        known = ("title", "wait", "press", "set", "disk", "meters", "noise", "expect")
        for name in row:
            if name not in known:
                raise self._wrong((*at, name), f"{name!r} is no part of a step; there are {', '.join(known)}")
        expect = cast("dict[str, Any]", self._of(dict, row, "expect", at) or {})
        noise = self._number(row, "noise", at, 1.0)
        return Step(
            number,
            self.line(at),
            self._of(str, row, "title", at) or "",
            self._number(row, "wait", at) or 0.0,
            self._strokes(row.get("press", []), (*at, "press")),
            cast("dict[str, Any]", self._of(dict, row, "set", at) or {}),
            self._disk(row, at),
            self._of(str, row, "meters", at) or "",
            noise,
            tuple(self._expected(name, value, at) for name, value in expect.items() if name != "within"),
            self._number(expect, "within", (*at, "expect")) or 0.0,
        )

    def _disk(self, row: dict[str, Any], at: Place) -> Path | None:
        name = self._of(str, row, "disk", at)
        if not name:
            return None if name is None else NO_DISK
        folder = self._path.parent / name
        if not folder.is_dir():
            raise self._wrong((*at, "disk"), f"{folder} is no folder")
        return folder

    def _strokes(self, presses: Any, at: Place) -> tuple[float, ...]:
        listed = cast("list[Any]", presses) if isinstance(presses, list) else [presses]
        if not all(isinstance(word, str) for word in listed):
            raise self._wrong(at, "presses are texts")
        try:
            return strokes_of(cast("list[str]", listed))
        except UsageError as error:
            raise self._wrong(at, error.reason.rstrip("."), error.hint) from error

    def _expected(self, name: str, value: Any, at: Place) -> Expected:
        at = (*at, "expect", name)
        kinds: dict[str, type[Any]] = {
            "page": str, "text": str, "lamps": dict, "backlight": bool, "programming": bool, "event": int,
            "no_event": int, **{f"row{number}": str for number in range(1, 11)},
        }  # fmt: skip
        if name not in kinds:
            raise self._wrong(
                at, f"nothing is known of {name!r}; there are {', '.join([*kinds][:7])}, row1-row10"
            )
        if type(value) is not kinds[name]:
            raise self._wrong(at, f"{name} expects {_WORDS[kinds[name]]}")
        if name == "lamps":
            for lamp, state in cast("dict[str, Any]", value).items():
                if state not in LAMP_STATES:
                    raise self._wrong(
                        (*at, lamp), f"a lamp is one of {', '.join(LAMP_STATES)}, not {state!r}"
                    )
        return Expected(name, value, self.line(at))

    def _number(self, table: dict[str, Any], name: str, at: Place, most: float = 1e8) -> float | None:
        value = table.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self._wrong((*at, name), f"{name} is a number from 0 to {most:g}, not {value!r}")
        return float(value)

    def _of(self, kind: Callable[..., Any], table: dict[str, Any], name: str, at: Place) -> Any:
        value = table.get(name)
        if value is not None and type(value) is not kind:
            raise self._wrong((*at, name), f"{name} is {_WORDS[kind]}, not {value!r}")
        return value

    def line(self, at: Place) -> int:
        """Return the line on which something stands, or what it is part of."""
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)

    def _wrong(self, at: Place, what: str, hint: str = "") -> UsageError:
        return UsageError(f"{self._path}:{self.line(at)}: {what}.", hint)


_WORDS: dict[Callable[..., Any], str] = {
    str: "a text",
    dict: "a table",
    bool: "true or false",
    int: "a whole number",
    datetime: "a date with time",
}
