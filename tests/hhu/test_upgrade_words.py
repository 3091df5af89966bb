"""Words of an upgrade: every stage, notice, failure and code in both languages."""

import pytest

from hhu import upgrade_words as words
from hhu.client.upgrade.preflight import Blocker, Finding
from hhu.client.upgrade.stages import Failed, Failure, Notice, Noticed, Stage, Way


def test_every_value_has_words() -> None:
    """Nothing an upgrade can tell is without words."""
    assert set(words.WAYS) == set(Way)
    assert set(words.STAGES) == set(Stage)
    assert set(words.NOTICES) == set(Notice)
    assert set(words.FAILURES) == set(Failure)
    assert set(words.BLOCKERS) == set(Blocker)
    assert set(words.FILE_CODES) == set(range(1, 16))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", Failure)
def test_a_failure_names_cause_and_next_step(reason: Failure, language: str) -> None:
    """Also with a code nobody knows."""
    said = words.failure(Failed(reason, code=0x7A, note="0101"), language)
    assert said.cause.endswith(("。", "."))
    assert said.next_step
    assert "{" not in said.cause


def test_codes_are_named() -> None:
    """A known code is told by its name, an unknown one by its number."""
    assert "Old version" in words.failure(Failed(Failure.PACKAGE, code=10), "en").cause
    assert "编程开关" in words.failure(Failed(Failure.COMMAND, code=0x0B), "zh").cause
    assert "55H" in words.failure(Failed(Failure.COMMAND, code=0x55), "en").cause
    assert words.notice(Noticed(Notice.HALVED, 2048), "en").startswith("The line is bad: blocks of 2048")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("blocker", Blocker)
def test_what_speaks_against_it_names_the_next_step(blocker: Blocker, language: str) -> None:
    """With or without a fact."""
    for note in ("", "0101 > 0100"):
        said = words.finding(Finding(blocker, note), language)
        assert said.cause == said.cause.strip()
        assert said.next_step
