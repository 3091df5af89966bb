"""The table of words: both languages for everything, and nothing asked for that is not there."""

import re
from pathlib import Path

import pytest

from core.lines.listing import PortHint
from hhu.client.change import State
from hhu.screens.connect import KINDS
from hhu.widgets.notice_row import Tone
from hhu.widgets.status_row import Pass, Writing
from hhu.words import WORDS, Words

SOURCE = Path(__file__).parent.parent.parent / "src" / "hhu"
ROOMS = ("screens", "widgets", "forms", "app.py")
ASKED = re.compile(r"words(?:_of\(self\))?\(\s*\"([a-z][a-z0-9.-]+)\"")
FACTS = re.compile(r"\{(\w+)\}")


def asked_keys() -> set[str]:
    """Keys that stand as plain text in the sources."""
    files = [
        file for room in ROOMS for file in [*(SOURCE / room).rglob("*.py"), SOURCE / room] if file.is_file()
    ]
    return {key for file in files for key in ASKED.findall(file.read_text("utf-8"))}


def test_every_key_in_the_sources_has_words() -> None:
    """A key that is asked for stands in the table."""
    asked = asked_keys()
    assert len(asked) > 80
    assert asked <= WORDS.keys(), sorted(asked - WORDS.keys())


@pytest.mark.parametrize(
    "keys",
    [
        [f"state.{state.value}" for state in State],
        [f"pass.{known.value}" for known in Pass],
        [f"pass-long.{known.value}" for known in Pass],
        [f"write.{writing.value}" for writing in Writing],
        [f"tone.{tone.value}" for tone in Tone],
        [f"port.{hint.value}" for hint in PortHint],
        [f"channel.{kind.value}" for kind in KINDS],
        [f"pass.kept-{kind}" for kind in ("keyring", "vault", "session")],
    ],
)
def test_every_value_of_an_enum_has_words(keys: list[str]) -> None:
    """Keys made of a prefix and a value stand in the table for every value."""
    assert set(keys) <= WORDS.keys()


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_facts(key: str) -> None:
    """Neither language is missing, and both fill in the same facts."""
    zh, en = WORDS[key]
    assert bool(zh) == bool(en)
    assert sorted(FACTS.findall(zh)) == sorted(FACTS.findall(en))


def test_the_language_chooses() -> None:
    """One table, two views."""
    assert Words("zh")("state.verified") == "已验证"
    assert Words("en")("state.verified") == "verified"
    assert Words("zh").of("甲", "A") == "甲"
