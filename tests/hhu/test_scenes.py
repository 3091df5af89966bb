"""Every scene still looks as in ``screenshots/``, fills its screen, and keeps the rules of the screens."""

import difflib
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from rich.cells import cell_len

from hhu.widgets.key_row import MOST, KeyRow, shown_bindings
from tests.hhu.make_screenshots import SCREENSHOTS
from tests.hhu.picture import svg
from tests.hhu.scenes import SCENES, performed
from tests.hhu.stage import lines_of, on_stage

FINE_SIGNS = frozenset("─│├└┌┐┘┤█░•✔ΨЖ▀▁▂▃▄▅▆▇")
ALLOWED = FINE_SIGNS | frozenset("，。；：？（）“”、·～－")
"""Ambiguous signs of the fine set; punctuation that Chinese text brings along."""


def drawn(name: str) -> tuple[str, list[str], list[str], list[str]]:
    """Play a scene: picture, lines of text, footer, ids of shown bindings without tooltip."""
    result: list[tuple[str, list[str], list[str], list[str]]] = []

    async def play() -> None:
        with tempfile.TemporaryDirectory() as home:
            async with performed(name, Path(home)) as pilot:
                shown = shown_bindings(pilot.app.screen) if pilot.app.screen.query(KeyRow) else []
                bare = [
                    binding.id or binding.key for binding in shown if not (binding.id and binding.tooltip)
                ]
                keys = [binding.id or "" for binding in shown]
                result.append((svg(pilot), lines_of(pilot), keys, bare))

    on_stage(play)
    return result[0]


def words_in(picture: str) -> Iterator[str]:
    """Texts of a picture with their place, for a readable difference."""
    for found in re.finditer(r'<text x="([\d.]+)[^"]*"[^>]* y="([\d.]+)"[^>]*>([^<]*)<', picture):
        yield f"{float(found[2]):7.1f} {float(found[1]):7.1f} {unescape(found[3])}"


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_looks_as_it_was_accepted(name: str) -> None:
    """The picture is the accepted one; no line is cut or too long; at most six keys, each with a tooltip."""
    picture, lines, keys, bare = drawn(name)
    scene = SCENES[name]
    width, height = scene.size
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}
    assert len(keys) <= MOST
    assert not bare
    ambiguous = {sign for line in lines for sign in line if unicodedata.east_asian_width(sign) == "A"}
    assert ambiguous <= (ALLOWED - FINE_SIGNS if scene.plain else ALLOWED)
    accepted = (SCREENSHOTS / f"{name}.svg").read_text("utf-8")
    if picture != accepted:
        changed = "\n".join(
            difflib.unified_diff([*words_in(accepted)], [*words_in(picture)], lineterm="", n=0)
        )
        pytest.fail(
            f"{name} changed; look at it, then python -m tests.hhu.make_screenshots {name}\n{changed}"
        )
