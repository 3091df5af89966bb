"""Editors: what they refuse, what they give."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.widget import Widget

from core.gdw376.unit import Unit
from core.gdw376.units.afn04 import ApnUser, Authentication, MasterStation, UplinkMode, UplinkPort
from hhu.forms.editors import ChoiceEditor, Edited, Kept, MaskEditor, TextEditor, editor_for
from hhu.forms.entries import Entry, entries_of
from hhu.widgets.field import Field
from hhu.words import Words


def entry(unit: type[Unit], path: str) -> Entry:
    """A row by its path."""
    return next(entry for entry in entries_of(unit) if entry.path == path)


class Case(App[None]):
    """Only the editor, and what it posts."""

    def __init__(self, make: Callable[[], Widget]) -> None:
        super().__init__()
        self.make = make
        self.edited: list[Edited] = []
        self.kept = 0

    def compose(self) -> ComposeResult:
        yield self.make()

    def on_edited(self, event: Edited) -> None:
        self.edited.append(event)

    def on_kept(self, _event: Kept) -> None:
        self.kept += 1


def case(row: Entry, value: Any) -> Case:
    """An app with the editor of a row."""
    return Case(lambda: editor_for(row.leaf, value, row.label(Words("en")), Words("en")))


@pytest.mark.parametrize(
    ("unit", "path", "value", "kind"),
    [
        (MasterStation, "main_port", 8001, TextEditor),
        (MasterStation, "apn", "CMNET", TextEditor),
        (UplinkMode, "mode.online", 1, ChoiceEditor),
        (UplinkMode, "windows", frozenset[int](), MaskEditor),
        (UplinkPort, "confirmed.class_3", True, ChoiceEditor),
        (Authentication, "scheme", 0, TextEditor),
    ],
)
async def test_the_leaf_decides_the_editor(
    unit: type[Unit], path: str, value: Any, kind: type[Widget]
) -> None:
    """Text, choice, set, yes or no follow from the layout; codes with gaps stay typeable."""
    app = case(entry(unit, path), value)
    async with app.run_test():
        assert app.query(kind)


async def test_a_refusal_names_field_and_limit_and_a_good_value_follows() -> None:
    """70000 is refused at once with the port's limit; correcting it gives the value."""
    app = case(entry(MasterStation, "main_port"), 8001)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+u", *"70000")
        refusal = app.edited[-1].refusal
        assert refusal is not None
        assert refusal.field == "Main port"
        assert "65535" in refusal.reason
        assert app.query_one(Field).has_class("-refused")
        await pilot.press("backspace")
        assert (app.edited[-1].value, app.edited[-1].refusal) == (7000, None)


async def test_a_secret_is_covered_while_typed() -> None:
    """No letter of it stands on the screen, and the field starts empty."""
    app = case(entry(ApnUser, "password"), "CARD")
    async with app.run_test() as pilot:
        field = app.query_one(Field)
        assert field.value == ""
        await pilot.press(*"geheim")
        lines = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
        assert "geheim" not in "".join(strip.text for strip in lines)
        assert app.edited[-1].value == "geheim"


async def test_a_choice_is_made_with_the_arrows() -> None:
    """The cursor is the choice; Enter ends."""
    app = case(entry(UplinkMode, "mode.online"), 1)
    async with app.run_test() as pilot:
        await pilot.press("down", "enter")
        assert app.edited[-1].value == 2
        assert app.kept == 1


async def test_numbers_are_ticked_in_a_grid() -> None:
    """Space ticks, arrows move, a and n take all or none."""
    app = case(entry(UplinkMode, "windows"), frozenset({0}))
    async with app.run_test() as pilot:
        await pilot.press("right", "space", "down", "space")
        assert app.edited[-1].value == {0, 1, 13}
        await pilot.press("n")
        assert app.edited[-1].value == frozenset()
        await pilot.press("a", "enter")
        assert app.edited[-1].value == set(range(24))
        assert app.kept == 1
