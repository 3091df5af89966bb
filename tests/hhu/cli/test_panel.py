"""``hhu panel path``: what support staff say on the phone."""

import json

from hhu.cli.exits import DONE, USAGE
from tests.hhu.cli.conftest import Hhu


def test_one_page(hhu: Hhu) -> None:
    """M169: the way to a page in words, in the language asked for."""
    assert hhu("panel", "path", "POWER").out == "press 5 times\n"
    assert hhu("panel", "path", "day", "freeze").out.startswith("press 7 times, hold 2 s")
    assert hhu("panel", "path", "usb", "--language", "zh").out == "按住30秒\n"


def test_as_object(hhu: Hhu) -> None:
    """Scripts get the presses one by one."""
    told = json.loads(hhu("panel", "path", "failed list", "--json").out)
    assert told == {
        "page": "FAILED LIST",
        "presses": ["short", "short", "short", "hold"],
        "said": "press 3 times, hold 2 s",
    }


def test_all_pages(hhu: Hhu) -> None:
    """Without a name every place of the face is listed."""
    done = hhu("panel", "path")
    assert done.code == DONE
    assert len(done.out.splitlines()) > 40


def test_unknown_page(hhu: Hhu) -> None:
    """An unknown page names those there are."""
    done = hhu("panel", "path", "cellar")
    assert done.code == USAGE
    assert "POWER" in done.err
