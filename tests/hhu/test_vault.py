import json
from pathlib import Path

import pytest

from core.errors import StoreError, UsageError
from hhu.vault import Vault

CHEAP = 2**14
PHRASE = "correct horse"


class Asked:
    """Answers in order; the last one again and again."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.new: list[bool] = []

    def __call__(self, new: bool) -> str | None:
        self.new.append(new)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Vault(tmp_path / "v", Asked(PHRASE), CHEAP).seal({"1122-3344/ir": "000000"})
    return tmp_path / "v"


def test_a_missing_vault_is_empty_and_asks_nothing(tmp_path: Path) -> None:
    """Looking for a password before any was kept does not bother the technician."""
    asked = Asked(None)
    assert Vault(tmp_path / "v", asked).open() == {}
    assert asked.new == []


def test_the_default_cost_opens_again(tmp_path: Path) -> None:
    """A vault made with the product's own cost opens with the cheap default of nobody: the file says it."""
    Vault(tmp_path / "v", Asked(PHRASE)).seal({"1122-3344/ir": "123456"})
    assert Vault(tmp_path / "v", Asked(PHRASE), CHEAP).open() == {"1122-3344/ir": "123456"}


def test_one_question_serves_the_session(path: Path) -> None:
    """The passphrase is asked once, for opening, and not again for reading and writing."""
    asked = Asked(PHRASE)
    vault = Vault(path, asked, CHEAP)
    vault.seal({**vault.open(), "1122-3344/rs485": "111111"})
    assert vault.open() == {"1122-3344/ir": "000000", "1122-3344/rs485": "111111"}
    assert asked.new == [False]


def test_nothing_is_in_clear(path: Path) -> None:
    """Neither passwords nor the terminals they belong to can be read from the file."""
    content = path.read_bytes()
    assert b"000000" not in content
    assert b"1122-3344" not in content


def test_a_wrong_passphrase_changes_nothing(path: Path) -> None:
    """Wrong words are refused for reading and for writing, the file stays, the right ones still open."""
    before = path.read_bytes()
    vault = Vault(path, Asked("wrong words", "wrong again", PHRASE), CHEAP)
    with pytest.raises(UsageError, match="does not open"):
        vault.open()
    with pytest.raises(UsageError, match="does not open"):
        vault.seal({"1122-3344/ir": "999999"})
    assert path.read_bytes() == before
    assert vault.open() == {"1122-3344/ir": "000000"}


def test_declining_and_short_words_make_no_vault(tmp_path: Path) -> None:
    """No passphrase or a short one ends in a clear refusal and no file."""
    with pytest.raises(UsageError, match="stays shut"):
        Vault(tmp_path / "v", Asked(None), CHEAP).seal({})
    with pytest.raises(UsageError, match="too short"):
        Vault(tmp_path / "v", Asked("1234567"), CHEAP).seal({})
    assert list(tmp_path.iterdir()) == []


def test_a_second_window_loses_nothing(path: Path) -> None:
    """Both windows see what either wrote."""
    first, second = Vault(path, Asked(PHRASE), CHEAP), Vault(path, Asked(PHRASE), CHEAP)
    first.seal({**first.open(), "1122-0001/ir": "1"})
    second.seal({**second.open(), "1122-0002/ir": "2"})
    assert sorted(first.open()) == ["1122-0001/ir", "1122-0002/ir", "1122-3344/ir"]


@pytest.mark.parametrize(
    "change",
    [
        {"format": "hhu-vault-9"},
        {"cost": 2**30},
        {"cost": "16384"},
        {"salt": "AAAA"},
        {"nonce": "not base 64"},
        {"box": 5},
    ],
)
def test_a_damaged_vault_is_named_and_left(path: Path, change: dict[str, object]) -> None:
    """Broken headers are a store error before any passphrase is asked; the file is not written."""
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    before = path.read_bytes()
    asked = Asked(PHRASE)
    vault = Vault(path, asked, CHEAP)
    with pytest.raises(StoreError, match="damaged"):
        vault.seal({})
    assert asked.new == []
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", ["", "[]", "{}", "nonsense"])
def test_what_is_no_vault_is_damaged(path: Path, content: str) -> None:
    """Any other file under the vault's name is refused, not replaced."""
    path.write_text(content)
    with pytest.raises(StoreError, match="damaged"):
        Vault(path, Asked(PHRASE), CHEAP).open()


def test_an_altered_box_does_not_open(path: Path) -> None:
    """One changed cost, salt or bit in the box is as good as a wrong passphrase."""
    rows = json.loads(path.read_text())
    rows["cost"] = 2**15
    path.write_text(json.dumps(rows))
    with pytest.raises(UsageError, match="does not open"):
        Vault(path, Asked(PHRASE), CHEAP).open()
