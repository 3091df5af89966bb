import json
import sys

import pytest

from core.gdw376.catalogue import MODULES
from tests.hhu.cli.conftest import Hhu

QUERY = "6842004200684B2211443302 0A70 00000400 00000200"
CLOCK = "684A004A006888000001000 20C60000002004948111552151716".replace(" ", "")
VERSION = "6832003200684B00500200020970000001001916"


def test_json_has_one_object_per_frame(hhu: Hhu) -> None:
    """Several frames and garbage in one input: objects on stdout, the garbage on stderr."""
    ended = hhu("decode", "--json", f"0102{VERSION}99", CLOCK)
    assert ended.code == 0
    assert [frame["afn"] for frame in ended.objects] == ["09", "0C"]
    assert ended.objects[1]["units"][0]["value"] == {"time": "2015-12-15T11:48:49"}
    assert "skipped 2 bytes" in ended.err
    assert "skipped 1 bytes" in ended.err


@pytest.mark.parametrize(
    "written",
    [
        "0x68,0x32,0x00,0x32,0x00,0x68,0x4B,0x00,0x50,0x02,0x00,0x02,0x09,0x70,0,".replace(",0,", ",0x00,")
        + "0x00,0x01,0x00,0x19,0x16",
        " ".join(VERSION[i : i + 2] for i in range(0, len(VERSION), 2)).lower(),
        "\n".join(VERSION[i : i + 16] for i in range(0, len(VERSION), 16)),
        VERSION.lower(),
    ],
)
def test_hexadecimal_as_people_paste_it(hhu: Hhu, written: str) -> None:
    """Blanks, 0x, newlines, small letters; as arguments or on standard input."""
    for ended in (hhu("decode", "--json", written), hhu("decode", "--json", "-", typed=written)):
        assert (ended.code, ended.objects[0]["units"][0]["code"]) == (0, "09F1")


def test_every_byte_as_an_argument(hhu: Hhu) -> None:
    """An unquoted frame is a row of arguments."""
    words = [VERSION[i : i + 2] for i in range(0, len(VERSION), 2)]
    assert hhu("decode", *words, "--json").objects[0]["valid"] is True


def test_a_damaged_frame_is_explained(hhu: Hhu) -> None:
    """Wrong checksum, and cut short: valid is false, the error says why, the header is there."""
    for damaged, reason in ((VERSION[:-4] + "0016", "checksum"), (CLOCK[:-14], "header says")):
        ended = hhu("decode", "--json", damaged)
        [frame] = ended.objects
        assert (ended.code, frame["valid"]) == (0, False)
        assert reason in frame["error"]
        assert frame["address"]["msa"] == 1


@pytest.mark.parametrize("junk", ["", "zz", "123", "010203", "68"])
def test_what_is_no_frame_is_refused(hhu: Hhu, junk: str) -> None:
    """Exit code 2, a cause and a next step, no traceback."""
    ended = hhu("decode", junk, typed="")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("hhu: ")
    assert "Traceback" not in ended.err


def test_the_tree_is_plain_without_a_terminal(hhu: Hhu) -> None:
    """No escape codes in a pipe; fields with their bytes and labels."""
    ended = hhu("decode", CLOCK)
    assert "\x1b" not in ended.out
    assert "2015-12-15 11:48:49" in ended.out
    assert "终端日历时钟" in ended.out


def test_the_tree_has_colour_on_a_terminal_unless_unwanted(hhu: Hhu, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is obeyed."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert "\x1b[" in hhu("decode", CLOCK).out
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert "\x1b[" not in hhu("decode", CLOCK).out


def test_an_unknown_profile_is_refused(hhu: Hhu) -> None:
    """It names the ones there are."""
    ended = hhu("decode", "--profile", "1999", VERSION)
    assert ended.code == 2
    assert "2009, 2012" in ended.err


def test_encode_is_the_inverse(hhu: Hhu) -> None:
    """What decode prints goes back to the same bytes, pretty-printed too, and as JSON on demand."""
    decoded = hhu("decode", "--json", VERSION, CLOCK)
    assert hhu("encode", "-", typed=decoded.out).out.split() == [VERSION, CLOCK]
    pretty = "\n".join(json.dumps(frame, indent=2) for frame in decoded.objects)
    assert hhu("encode", typed=pretty).out.split() == [VERSION, CLOCK]
    assert hhu("encode", "--json", typed=decoded.out).objects[0] == {"hex": VERSION}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("{", "Line 1"),
        ("[]", "an object expected"),
        ('{"direction":"up"}\n', "Line 1, afn"),
        ("\n\nnonsense", "Line 3"),
    ],
)
def test_encode_names_what_is_wrong(hhu: Hhu, typed: str, told: str) -> None:
    """Line and key are named; nothing is printed."""
    ended = hhu("encode", typed=typed)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_a_missing_file_is_refused(hhu: Hhu) -> None:
    """Exit code 2 with its name."""
    ended = hhu("encode", "nowhere.jsonl")
    assert ended.code == 2
    assert "nowhere.jsonl" in ended.err


def test_units_lists_the_catalogue(hhu: Hhu) -> None:
    """Every unit with both names; JSON has limits and layout."""
    assert "主站IP地址和端口" in hhu("units").out
    [station] = hhu("units", "04F3", "--json").objects
    assert (station["code"], station["edition"], station["size"]) == ("04F3", "2009", 28)
    assert station["layout"][4]["length"] == 16
    catalogue = hhu("units", "--json").objects
    assert {unit["afn"] for unit in catalogue} == {f"{afn:02X}" for afn in MODULES}
    by_alias = {unit["alias"]: unit for unit in catalogue}
    assert by_alias["missing-segments"]["confidence"] == "single source"
    assert by_alias["important-events"]["asks"][0]["name"] == "first"
    assert by_alias["file-segment"]["direction"] == "down"
    assert "one source" in hhu("units", "0CF14").out


METER = "FEFE 68785634120000 68 91 08 33333433 89674533 B2 16"


def test_frames_of_meters(hhu: Hhu) -> None:
    """DL/T 645 is recognised by itself, as a tree and as an object that encodes again."""
    tree = hhu("decode", METER).out
    assert "dlt645-2007" in tree
    assert "正向有功总电能: 001234.56 kWh" in tree
    told = hhu("decode", "--json", METER)
    [shown] = told.objects
    assert (shown["protocol"], shown["di"], shown["value"], shown["unit"]) == (
        "dlt645-2007", "00010000", "001234.56", "kWh",
    )  # fmt: skip
    assert hhu("encode", "-", typed=told.out).out.strip() == METER.replace(" ", "")
