import re
import shutil
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from hhu.cli.output import padded, table, width
from tests.hhu.cli.conftest import Hhu


class Ring(KeyringBackend):
    """A keyring in memory that claims to be a good one."""

    priority = 9  # pyright: ignore[reportAssignmentType, reportUnannotatedClassAttribute]  # a class property there

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[username]


@pytest.fixture
def ring(hhu: Hhu, monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def test_a_kept_password_is_used_and_follows_the_address(hhu: Hhu, ring: Ring) -> None:
    """Kept once, used by the write, kept for the new address too, forgotten on demand."""
    kept = hhu("secrets", "set", "1122-7788", "ir", "--password-stdin", typed="000000\n")
    assert kept.code == 0
    assert "000000" not in kept.out + kept.err
    wrote = hhu("set", "address=1122-9999", "--line", "emulator", "--hold", "5", "--yes")
    assert wrote.code == 0, wrote.err
    listed = hhu("secrets", "list", "--json").objects
    assert listed == [
        {"address": "1122-7788", "channel": "ir"},
        {"address": "1122-9999", "channel": "ir"},
    ]
    assert hhu("secrets", "forget", "1122-7788", "ir").code == 0
    assert hhu("secrets", "list").out == "1122-9999  ir\n"
    assert hhu("secrets", "forget", "1122-7788", "ir").code == 2


def test_a_kept_password_that_is_wrong_is_sent_once(hhu: Hhu, ring: Ring) -> None:
    """Exit code 4."""
    ring.kept["1122-7788/ir"] = "111111"
    assert hhu("set", "apn=a", "--line", "emulator", "--hold", "5", "--yes").code == 4


def test_a_vault_takes_its_passphrase_from_the_second_line(hhu: Hhu) -> None:
    """Without a keyring a script gives password and passphrase on standard input."""
    typed = "000000\nlong passphrase\n"
    assert hhu("secrets", "set", "1122-7788", "--password-stdin", typed=typed).code == 0
    assert hhu("secrets", "list", "--password-stdin", typed="long passphrase\n").out == "1122-7788  ir\n"
    assert hhu("secrets", "list", "--password-stdin", typed="wrong passphrase\n").code == 2


def test_passwords_the_wire_cannot_carry_are_refused(hhu: Hhu, ring: Ring) -> None:
    """Letters are no password of a channel; an address must be one."""
    assert hhu("secrets", "set", "1122-7788", "--password-stdin", typed="abc\n").code == 2
    assert hhu("secrets", "set", "1122", "--password-stdin", typed="1\n").code == 2
    assert hhu("secrets", "set", "--password-stdin", typed="1\n").code == 2


def test_doctor_gives_a_next_step_where_one_is_needed(hhu: Hhu) -> None:
    """All topics are looked at; the line is opened and what was heard is told."""
    ended = hhu("doctor", "--line", "emulator", "--json")
    assert ended.code == 0
    assert {row["topic"] for row in ended.objects} == {
        "program", "console", "ports", "passwords", "settings", "line",
    }  # fmt: skip
    assert "terminal 1122-7788" in ended.objects[-1]["fact"]
    assert all(row["next_step"] for row in ended.objects if row["verdict"] == "bad")


def test_doctor_tells_why_a_line_fails(hhu: Hhu) -> None:
    """The code is that of the line."""
    ended = hhu("doctor", "--line", "ir:/dev/nowhere", "--json")
    assert ended.code == 3
    assert ended.objects[-1]["verdict"] == "bad"
    assert "Plug the probe in" in ended.objects[-1]["next_step"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "powershell", "fish"])
def test_completion_knows_commands_options_and_names(hhu: Hhu, shell: str) -> None:
    """Every shell's script holds commands, acts, options and names."""
    script = hhu("completion", shell).out
    for word in ("decode", "forget", "--password-stdin", "main-ip=", "master-station"):
        assert word in script


@pytest.mark.skipif(not shutil.which("bash") or sys.platform == "win32", reason="needs bash")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("hhu clo", "clock"),
        ("hhu clock s", "set"),
        ("hhu set main-p", "main-port="),
        ("hhu read --tim", "--timeout"),
    ],
)
def test_bash_completes(hhu: Hhu, tmp_path: Path, line: str, offered: str) -> None:
    """The script really completes in bash."""
    script = tmp_path / "hhu.bash"
    script.write_text(hhu("completion", "bash").out, "utf-8")
    words = line.split(" ")
    play = (
        f"source {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _hhu; echo $COMPREPLY"
    )
    done = subprocess.run(["bash", "-c", play], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == offered


def test_help_and_version(hhu: Hhu) -> None:
    """Every command has help with a summary; a wrong option is refused with code 2."""
    assert re.match(r"hhu \S+\n", hhu("--version").out)
    for command in ("decode", "encode", "units", "emulator", "read", "set", "clock", "secrets", "doctor"):
        ended = hhu(command, "--help")
        assert ended.code == 0
        assert f"hhu {command}" in ended.out
    assert hhu("read", "--nonsense").code == 2
    assert hhu("nonsense").code == 2


def test_the_screens_need_a_terminal_window(hhu: Hhu) -> None:
    """In a pipe the tool points to its commands."""
    ended = hhu()
    assert ended.code == 2
    assert "hhu --help" in ended.err


def test_commands_load_no_textual() -> None:
    """Decoding and reading work without the screens; nothing of them is imported."""
    program = (
        "import sys; from hhu.__main__ import main; main(['units', 'apn'])\n"
        "import hhu.cli.read, hhu.cli.set, hhu.cli.doctor, hhu.cli.emulator, hhu.client.connect\n"
        "sys.exit(any(name.partition('.')[0] == 'textual' for name in sys.modules))"
    )
    source = Path(__file__).parents[3] / "src"
    subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": str(source)}, check=True)


def test_tables_align_wide_characters() -> None:
    """A Chinese character takes two columns."""
    assert width("终端A") == 5
    assert padded("终端", 6) == "终端  "
    assert table([("终端", "x"), ("abc", "y")]) == "终端  x\nabc   y"
