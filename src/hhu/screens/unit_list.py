"""The list of all parameters: found by typing, opened with Enter, read by unit or group."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from core.gdw376.unit import Confidence, Unit
from hhu.client.change import Key
from hhu.client.finding import found
from hhu.client.groups import all_parameters, has_points
from hhu.screens.desk import Desk
from hhu.screens.unit_rows import Points, key_text, keys_by_group, rows_of, section
from hhu.widgets.columns import fit
from hhu.widgets.field import Field
from hhu.widgets.rows import Rows
from hhu.widgets.unit_table import UnitHeading, UnitTable
from hhu.words import words_of


class ReadKeys(Message):
    """The technician wants these units read."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self.keys = tuple(keys)


class OpenUnit(Message):
    """The technician wants the form of a unit."""

    def __init__(self, key: Key) -> None:
        super().__init__()
        self.key = key


class ChoosePoint(Message):
    """The technician wants another point for units like this one."""

    def __init__(self, kind: type[Unit]) -> None:
        super().__init__()
        self.kind = kind


class AskFile(Message):
    """The technician wants to save or compare."""


class UnitList(Vertical):
    """Find line, list, two lines about the selected unit."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "read", "Read", id="units.read", tooltip="Read this unit, or the whole group"),
        Binding("slash", "find", "Find", id="units.find", tooltip="Code, alias, name, pinyin initials"),
        Binding("f", "file", "File", id="catalogue.file", tooltip="Save to a file, or compare with one"),
        Binding("R", "read_all", "Read all", show=False, id="units.read-all", tooltip="Read what is listed"),
        Binding("p", "point", "Point", show=False, id="units.point", tooltip="Another point, group or task"),
        Binding("down", "leave", "List", show=False, id="units.list", tooltip="Back to the list"),
        Binding("escape", "clear", "Clear", show=False, id="units.clear", tooltip="Back to all units"),
    ]
    DEFAULT_CSS = """
    UnitList #find { height: 1; background: $surface; }
    UnitList #find Static { width: auto; padding: 0 1; color: $dim; }
    UnitList #find Field { width: 1fr; background: $surface; }
    UnitList #about { height: 2; background: $surface; color: $dim; padding: 0 1; }
    """

    def __init__(self, desk: Desk, points: Points) -> None:
        super().__init__(id="list")
        self._desk = desk
        self._points = points
        self._query = ""
        self._keys: dict[str, Key] = {}
        self._groups: dict[str, tuple[Key, ...]] = {}

    def compose(self) -> ComposeResult:
        """The three parts."""
        words = words_of(self)
        with Horizontal(id="find"):
            yield Static(words("units.find"), markup=False)
            yield Field(placeholder=words("units.placeholder"))
            yield Static(id="count", markup=False)
        yield UnitHeading()
        yield UnitTable()
        yield Static(id="about", markup=False)

    def refresh_rows(self, at: str | None = None) -> None:
        """Rows and detail anew; the cursor stays, or goes to the unit ``at``."""
        wanted: frozenset[type[Unit]] | None = None
        if self._query.strip():
            wanted = frozenset(unit for _, unit in found(self._query, all_parameters()))
        groups = list(keys_by_group(self._desk, self._points, wanted))
        self._groups = {group.name: keys for group, keys in groups}
        self._keys = {key_text(key): key for _, keys in groups for key in keys}
        self.query_one(UnitTable).show(tuple(rows_of(self._desk, groups)), at)
        self._tell_count()
        self._tell()

    def on_resize(self) -> None:
        """The lines about the unit are cut to the width."""
        self._tell()

    def _tell_count(self) -> None:
        words = words_of(self)
        changed = len(self._desk.wanted)
        text = words("units.count", number=len(self._keys), all=len(tuple(all_parameters())))
        text += f"  {words('units.changed', number=changed)}" if changed else ""
        self.query_one("#count", Static).update(text)

    def search(self, query: str) -> None:
        """Set the filter."""
        self.query_one(Field).value = query

    def focus_list(self) -> None:
        """The list has the keys."""
        self.query_one(UnitTable).focus()

    @property
    def key(self) -> Key | None:
        """The unit under the cursor; ``None`` on a heading."""
        row = self.query_one(UnitTable).current
        return self._keys.get(row.key) if row else None

    @property
    def keys(self) -> tuple[Key, ...]:
        """The unit under the cursor, or the units of the group."""
        row = self.query_one(UnitTable).current
        if row is None:
            return ()
        return self._groups[row.key] if row.heading else (self._keys[row.key],)

    def _tell(self) -> None:
        """Full name, section, doubts; then the alias and how to change the point."""
        words, keys = words_of(self), self.keys
        lines = ["", ""]
        if self.key is not None:
            lines = self._about(self.key)
        elif keys:
            lines = [
                words("units.group-hint", number=len(keys)),
                "  ".join(key_text(key) for key in keys),
            ]
        width = max(20, self.size.width - 2)
        self.query_one("#about", Static).update("\n".join(fit(line, width) for line in lines))

    def _about(self, key: Key) -> list[str]:
        words, meaning = words_of(self), key[1].meaning
        first = f"{words.of(meaning.zh, meaning.en)}   {section(key[1])}"
        if meaning.confidence is not Confidence.CONFIRMED:
            first += f"   {words(f'units.{meaning.confidence.name.lower()}')}"
        second = f"{key_text(key)}  {meaning.alias}"
        if has_points(key[1]):
            place = words(f"point.{meaning.point.name.lower()}")
            second += f"   {words('units.point', place=place, number=key[0])}"
        return [first, f"{second}   {meaning.note}".rstrip()]

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another row, another detail."""
        event.stop()
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: the form of the unit; on a heading, read its group."""
        event.stop()
        if self.key is not None:
            self.post_message(OpenUnit(self.key))
        else:
            self.action_read()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing; the best match is under the cursor."""
        event.stop()
        self._query = event.value
        best = found(self._query, all_parameters())[:1] if self._query.strip() else []
        self.refresh_rows(key_text(self._points.key(best[0][1])) if best else None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter leaves the find line."""
        event.stop()
        self.focus_list()

    def action_find(self) -> None:
        """Type a filter."""
        self.query_one(Field).focus()

    def action_leave(self) -> None:
        """Back to the list."""
        self.focus_list()

    def action_clear(self) -> None:
        """All units again."""
        self.search("")
        self.focus_list()

    def action_read(self) -> None:
        """Ask for the read."""
        self.post_message(ReadKeys(self.keys))

    def action_file(self) -> None:
        """Ask what to do with which file."""
        self.post_message(AskFile())

    def action_read_all(self) -> None:
        """Ask for everything that is listed."""
        self.post_message(ReadKeys(tuple(self._keys.values())))

    def action_point(self) -> None:
        """Ask for another point."""
        for _, kind in self.keys[:1]:
            self.post_message(ChoosePoint(kind))
