import json
from pathlib import Path

import pytest

from tests.hhu.cli.conftest import Hhu

EMULATOR = ("--line", "emulator")
WRITE = (*EMULATOR, "--hold", "5", "--yes", "--password-stdin")
PASSWORD = "000000\n"


def test_the_job_from_the_command_line(hhu: Hhu) -> None:
    """Several units in one go, verified, and still there in the next run under the new address."""
    job = ["main-ip=10.20.30.41", "main-port=9001", "apn=cmiot", "heartbeat=5", "address=1122-9999"]
    ended = hhu("set", *job, *WRITE, "--json", typed=PASSWORD)
    assert ended.code == 0, ended.err
    changes = {row["name"]: (row["before"], row["after"], row["state"]) for row in ended.objects}
    assert changes == {
        "04F3.main_ip": ("10.20.30.40", "10.20.30.41", "verified"),
        "04F3.main_port": (8001, 9001, "verified"),
        "04F3.apn": ("CMNET", "cmiot", "verified"),
        "04F1.heartbeat": (15, 5, "verified"),
        "04F89.region": ("1122", "1122", "verified"),
        "04F89.terminal": ("7788", "9999", "verified"),
    }
    ended = hhu("read", "apn", "address", "04F3.main_ip", *EMULATOR, "--address", "1122-9999", "--json")
    assert [row["value"] for row in ended.objects] == [
        "cmiot",
        {"region": "1122", "terminal": "9999"},
        "10.20.30.41",
    ]
    again = hhu("set", "apn=cmiot", *EMULATOR, "--yes")
    assert again.code == 0, "what holds already needs neither key nor password"


def test_every_command_leaves_a_trace_without_the_password(hhu: Hhu, tmp_path: Path) -> None:
    """The frames of the session are in a file of the tool's folder; PW is covered there too."""
    assert hhu("set", "apn=cmiot", *WRITE, typed=PASSWORD).code == 0
    [trace] = (tmp_path / "home" / "traces").glob("*-emulator.jsonl")
    lines = [json.loads(line) for line in trace.read_text("utf-8").splitlines()]
    assert sum(line["dir"] == "tx" for line in lines) == 4
    assert b"000000".hex() not in "".join(line["raw"] for line in lines)


def test_a_closed_switch_is_refused_with_the_next_step(hhu: Hhu) -> None:
    """Exit code 1, the row says refused, and the person reads what to do."""
    ended = hhu("set", "apn=cmiot", *EMULATOR, "--yes", "--password-stdin", typed=PASSWORD)
    assert ended.code == 1
    assert "refused" in ended.out
    assert "Hold the terminal's key for 5 s" in ended.err


def test_a_wrong_password_and_the_lock_have_their_own_code(hhu: Hhu) -> None:
    """Exit code 4 for each wrong try, and for the locked channel after three."""
    for told in ("wrong", "wrong", "wrong", "locked"):
        ended = hhu("set", "apn=cmiot", *WRITE, typed="999999\n")
        assert ended.code == 4
        assert told in ended.err
    assert hhu("read", "apn", *EMULATOR, "--json").objects[0]["value"] == "CMNET"


@pytest.mark.parametrize("typed", ["", "\n"])
def test_no_password_has_code_4(hhu: Hhu, typed: str) -> None:
    """Nothing is sent without one."""
    ended = hhu("set", "apn=cmiot", *WRITE, typed=typed)
    assert ended.code == 4
    assert "needs its password" in ended.err


@pytest.mark.parametrize(
    ("wish", "field", "limit"),
    [
        ("main-ip=999.1.1.1", "04F3.main_ip", "0 to 255"),
        ("main-port=70000", "04F3.main_port", "0..65535"),
        ("apn=12345678901234567", "04F3.apn", "At most 16"),
        ("apn=中国移动", "04F3.apn", "ASCII"),
        ("address=11-22", "04F89", "1122-7788"),
        ("nonsense=1", "nonsense", "hhu units"),
        ("04F16.password=CARD", "04F16.password", "type it"),
    ],
)
def test_wrong_values_are_refused_before_the_line_is_opened(
    hhu: Hhu, wish: str, field: str, limit: str
) -> None:
    """Exit code 2 naming field, limit and next step; the port need not even exist."""
    ended = hhu("set", "apn=cmiot", wish, "--line", "ir:/dev/nowhere", "--yes")
    assert (ended.code, ended.out) == (2, "")
    assert field in ended.err
    assert limit in ended.err


def test_all_wrong_values_are_named_at_once(hhu: Hhu) -> None:
    """Three mistakes, three lines."""
    ended = hhu("set", "main-ip=1", "main-port=x", "apn=" + "a" * 17, *EMULATOR, "--yes")
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 3


def test_nobody_there_to_confirm(hhu: Hhu) -> None:
    """A script says --yes."""
    ended = hhu("set", "apn=cmiot", *EMULATOR)
    assert ended.code == 2
    assert "--yes" in ended.err


def test_secrets_are_typed_and_covered(hhu: Hhu) -> None:
    """The password of the APN comes from standard input and shows nowhere."""
    wish = ("04F16.password=?", "04F16.user=me")
    ended = hhu("set", *wish, *WRITE, "--json", typed="s3cret\n000000\n")
    assert ended.code == 0, ended.err
    read = hhu("read", "04F16", "04F16.password", *EMULATOR, "--json")
    assert [row["value"] for row in read.objects] == [{"user": "me", "password": "present"}, "present"]
    assert "s3cret" not in ended.out + ended.err + read.out + hhu("read", "04F16", *EMULATOR).out


def test_reading_prints_rows_for_people(hhu: Hhu) -> None:
    """Label, code, value and unit; a whole unit is a row per field."""
    ended = hhu("read", "master-station", "heartbeat", *EMULATOR)
    assert ended.code == 0
    assert ended.out.splitlines()[0].split() == ["Main", "IP", "04F3.main_ip", "10.20.30.40"]
    assert ended.out.splitlines()[-1].split() == ["Heartbeat", "period", "04F1.heartbeat", "15", "min"]


def test_what_the_terminal_lacks_has_code_1(hhu: Hhu) -> None:
    """It is named; what is there is printed all the same."""
    ended = hhu("read", "0CF2@5", *EMULATOR)
    assert ended.code == 1
    ended = hhu("read", "clock", "0CF10@7", *EMULATOR, "--json")
    assert ended.code == 1
    assert "0CF10@7" in ended.err
    assert len(ended.objects) == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("read", "apn"), 2, "Which line?"),
        (("read", "apn", "--line", "infrared:COM4"), 2, "kind of line"),
        (("read", "reset-factory", *EMULATOR), 2, "command"),
        (("read", "apn", "--line", "emulator:nonsense"), 2, "nonsense"),
        (("read", "apn", *EMULATOR, "--address", "1122-0001"), 2, "1122-7788, not 1122-0001"),
        (("read", "apn", *EMULATOR, "--address", "12"), 2, "address"),
        (("read", "apn", "--line", "ir:/dev/nowhere"), 3, "/dev/nowhere is not there"),
        (("read", "apn", "--line", "tcp:127.0.0.1:1"), 3, "does not answer"),
        (("read", "apn", "--line", "tcp:127.0.0.1:1", "--hold", "5"), 2, "--hold"),
        (("read", "apn", "--line", "listen:127.0.0.1:0", "--timeout", "1"), 3, "a terminal did not dial in"),
    ],
)
def test_usage_and_line_errors_have_their_codes(
    hhu: Hhu, words: tuple[str, ...], code: int, told: str
) -> None:
    """Each error names cause and next step on stderr, and leaves stdout empty."""
    ended = hhu(*words)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err
    assert "Traceback" not in ended.err


def test_the_clock_is_compared_and_set(hhu: Hhu) -> None:
    """Both clocks and what is between them; setting is proven."""
    [reading] = hhu("clock", "get", *EMULATOR, "--json").objects
    assert abs(reading["residual_s"]) <= 0.6
    ended = hhu("clock", "set", "2030-01-02T03:04:05", *EMULATOR, "--password-stdin", typed=PASSWORD)
    assert ended.code == 0
    assert "verified" in ended.out
    [reading] = hhu("clock", "set", *EMULATOR, "--password-stdin", "--json", typed=PASSWORD).objects
    assert (reading["state"], abs(reading["residual_s"]) <= 0.6) == ("verified", True)
    assert hhu("clock", "set", "noon", *EMULATOR).code == 2
    assert hhu("clock", "set", *EMULATOR, "--password-stdin", typed="1\n").code == 4


def test_options_may_stand_anywhere(hhu: Hhu) -> None:
    """Before the command, between names, behind them."""
    assert hhu(*EMULATOR, "read", "apn").code == 0
    assert hhu("read", "apn", *EMULATOR, "main-ip").out.count("\n") == 2
    assert hhu("--json", "read", "apn", *EMULATOR).objects[0]["value"] == "CMNET"


def test_errors_speak_the_language_of_the_settings(hhu: Hhu, tmp_path: Path) -> None:
    """Chinese where the technician chose it."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('language = "zh"\n', "utf-8")
    assert "超出范围" in hhu("set", "main-port=70000", *EMULATOR, "--yes").err
    assert "主用IP地址" in hhu("read", "main-ip", *EMULATOR).out


def test_a_fault_of_the_tool_is_one_sentence(
    hhu: Hhu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback on the screen; the crash file has it, without the values typed."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("hhu.cli.read._read", broken)
    ended = hhu("read", "apn", "--line", "emulator:secret=1")
    assert ended.code == 70
    assert len(ended.err.splitlines()) == 1
    [report] = (tmp_path / "home").glob("crash-*.txt")
    assert "ZeroDivisionError" in report.read_text("utf-8")
    assert "secret=1" not in report.read_text("utf-8")


def test_interrupting_has_its_code(hhu: Hhu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is 130 and no traceback."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("hhu.cli.read._read", interrupted)
    assert hhu("read", "apn", *EMULATOR).code == 130


def test_json_is_one_object_a_line(hhu: Hhu) -> None:
    """Every line of a command with --json parses by itself."""
    for words in (("read", "master-station"), ("clock", "get"), ("units",), ("doctor",)):
        line = () if words[0] in ("units",) else EMULATOR
        for text in hhu(*words, *line, "--json").out.splitlines():
            assert isinstance(json.loads(text), dict)
