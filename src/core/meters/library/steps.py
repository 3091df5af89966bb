"""How a file says that it is read: frames by name, errors, the session and its states."""

from collections.abc import Iterable, Mapping

from core.meters.library import model as m
from core.meters.library.frames import Frame
from core.meters.library.framing import frame_of
from core.meters.library.names import Note, Table
from core.meters.library.toml_lines import Path
from core.meters.library.transforms import SIZES

READY = "ready"
"""The name of the state in which a session stands."""


class Steps:
    """Builds what is done with frames."""

    def __init__(self, table: Table, sizes: Mapping[str, int | None], note: Note) -> None:
        """``table``: the whole file; ``sizes``: of address and identifier; ``note`` takes each defect."""
        self._table = table
        self._note = note
        self.frames = {name: self._built(name, one, sizes) for name, one in table["frames"].items()}
        self._keys()

    def _built(self, name: str, one: Table, sizes: Mapping[str, int | None]) -> Frame:
        def noted(path: Path, reason: str) -> None:
            self._note(("frames", name, *path), reason)

        return frame_of(name, one, sizes, noted)

    def _keys(self) -> None:
        """A cipher has a key that some frame brings, and that has its length."""
        brought = {
            one.name: one.size
            for frame in self.frames.values()
            for one in frame.fields
            if one.kind == "variable"
        }
        for name, frame in self.frames.items():
            for place, one in enumerate(frame.fields):
                if one.kind == "cipher" and brought.get(one.key) != SIZES[one.by][1]:
                    path: Path = ("frames", name, "fields", place, "with")
                    self._note(path, f"no frame has a variable {one.key} of {SIZES[one.by][1]} bytes")

    def frame(self, name: str, path: Path) -> Frame | None:
        """Return a frame by name."""
        if name not in self.frames:
            self._note(path, f"there is no frame {name}")
        return self.frames.get(name)

    def several(self, one: Table, key: str, path: Path) -> tuple[Frame, ...]:
        """Return the frames that a list names."""
        found = (self.frame(name, (*path, key, n)) for n, name in enumerate(one.get(key, ())))
        return tuple(frame for frame in found if frame is not None)

    def timing(self) -> m.Timing:
        """Return the table ``timing`` in seconds."""
        one = self._table["timing"]
        return m.Timing(
            one["reply_ms"] / 1000, one["gap_ms"] / 1000, one["quiet_ms"] / 1000, one["tries"],
            one.get("answer_ms", 20) / 1000, one.get("busy_ms", 1000) / 1000, one.get("calm_ms", 0) / 1000,
            one.get("restart_ms", 0) / 1000, one.get("silent_tries", one["tries"]),
        )  # fmt: skip

    def reading(self) -> m.Reading | None:
        """Return the table ``read`` of a library of identifiers."""
        one, path = self._table["read"], ("read",)
        send = self.frame(one["send"], ("read", "send"))
        follow = self.frame(one["follow"], ("read", "follow")) if "follow" in one else None
        value, more, refused = (self.several(one, key, path) for key in ("value", "more", "refused"))
        if bool(follow) != bool(more) or bool(follow) != ("most" in one):
            self._note(path, "follow, more and most belong together")
        for frame in (*value, *more):
            if not frame.has("data"):
                self._note(path, f"{frame.name} carries no data")
        for frame in refused:
            if self._table.get("errors") and not frame.has("code"):
                self._note(path, f"{frame.name} carries no code")
        close = bytes.fromhex(one.get("close", ""))
        if send is None:
            return None
        return m.Reading(send, value, more, refused, follow, one.get("most", 1), close)

    def errors(self) -> tuple[m.ErrorRow, ...]:
        """Return the rows of ``errors``."""
        return tuple(self._error(place, row) for place, row in enumerate(self._table.get("errors", ())))

    def _error(self, place: int, row: Table) -> m.ErrorRow:
        code = bytes.fromhex(row["code"]) if "code" in row else None
        mask = bytes.fromhex(row["mask"]) if "mask" in row else None
        if mask and (code is None or len(mask) != len(code)):
            self._note(("errors", place, "mask"), "mask and code have the same length")
        if row["class"] == "login" and "session" not in self._table:
            self._note(("errors", place, "class"), "there is no session")
        return m.ErrorRow(row["class"], code, mask, row.get("says", ""))

    # Sessions

    def session(self) -> m.Session | None:
        """Return the table ``session``."""
        one = self._table.get("session")
        if one is None:
            return None
        made = {name: self._state(name, state) for name, state in one["states"].items()}
        states = {name: state for name, state in made.items() if state}
        self._paths(one)
        self._rated(one)
        logout = self.frame(one["logout"], ("session", "logout")) if "logout" in one else None
        rates = {bytes.fromhex(character): baud for character, baud in one.get("rates", {}).items()}
        return m.Session(one["first"], one["idle_ms"] / 1000, states, logout, rates, self._fallback(one))

    def _state(self, name: str, one: Table) -> m.State | None:
        path: Path = ("session", "states", name)
        send = self.frame(one["send"], (*path, "send"))
        accept, refuse = (self.several(one, key, path) for key in ("accept", "refuse"))
        if send is None:
            return None
        for frame in one.get("goto", {}):
            if frame not in one["accept"]:
                self._note((*path, "goto", frame), f"the state does not accept {frame}")
        return m.State(
            send, accept, refuse, one["next"], one.get("silent", ""),
            one.get("tries", self._table["timing"]["tries"]), one.get("goto", {}),
            one.get("pause_ms", 0) / 1000, one.get("rate", ""), one.get("reply_ms", 0) / 1000,
        )  # fmt: skip

    def _rated(self, one: Table) -> None:
        """A rate follows a variable that was heard before, and is followed at once."""
        for name, state in one["states"].items():
            if "rate" not in state:
                continue
            path: Path = ("session", "states", name, "rate")
            if "rates" not in one:
                self._note(path, "session.rates is missing")
            if not any(_told(state["rate"], frame) for frame in self.frames.values()):
                self._note(path, f"no frame has a variable {state['rate']}")
            if state.get("tries", self._table["timing"]["tries"]) != 1:
                self._note(path, "a state that changes the rate has one try")

    def _fallback(self, one: Table) -> m.Fallback | None:
        row = one.get("fallback")
        if row is None:
            return None
        for name in row["set"]:
            if not any(_told(name, frame) for frame in self.frames.values()):
                self._note(("session", "fallback", "set", name), f"no frame has a variable {name}")
        fixed = {name: bytes.fromhex(raw) for name, raw in row["set"].items()}
        return m.Fallback(row["after"], fixed, row["holds_h"] * 3600.0)

    def _paths(self, one: Table) -> None:
        """Every step leads on, none back: repeats are what ``tries`` is for."""
        ways = {name: list(_ways(state)) for name, state in one["states"].items()}
        if one["first"] not in ways:
            self._note(("session", "first"), f"there is no state {one['first']}")
        for name, leads in ways.items():
            for key, there in leads:
                path: Path = ("session", "states", name, *key)
                if there != READY and there not in ways:
                    self._note(path, f"there is no state {there}")
                elif name in _leads(there, ways):
                    self._note(path, f"a cycle: {there} leads back here")


def _told(name: str, frame: Frame) -> bool:
    return any(one.kind == "variable" and one.name == name for one in frame.fields)


def _ways(state: Table) -> Iterable[tuple[Path, str]]:
    """Where a state leads to, and where that is written."""
    yield from (((key,), state[key]) for key in ("next", "silent") if key in state)
    yield from ((("goto", frame), there) for frame, there in state.get("goto", {}).items())


def _leads(start: str, ways: Mapping[str, list[tuple[Path, str]]]) -> set[str]:
    """All states a state leads to, itself among them."""
    seen, waiting = set[str](), [start]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += [there for _, there in ways.get(one, ())]
    return seen
