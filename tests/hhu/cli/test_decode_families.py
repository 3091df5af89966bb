"""What ``hhu decode`` prints of telegrams of meter families.

``HHU_WRITE_GOLDENS=1`` writes the file anew; read the difference before it is committed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.meters.iec62056 import telegram as iec
from hhu.client.object_frames import from_object
from tests.hhu.cli.conftest import Hhu

FILE = Path(__file__).parent / "goldens" / "decode_families.txt"
SEPARATOR = "\n=== "
WORDS = [
    iec.SignOn("84285674"), iec.Identification("LGZ", "5", "\\2ZMD4054407.B11"), iec.Selection("5"),
    iec.Block("F.F(00)\r\n0.9.1(14:36:05)\r\n0.9.2(26-11-20)\r\n1.8.0(004442.48*kWh)\r\n"
              "1.8.0*03(004000.00*kWh)\r\n1.6.1(1.234*kW)(26-11-19 18:30)\r\n!\r\n"),
]  # fmt: skip
LOGIN = [
    iec.Command("P", "0", "(29EDC6D335E59C87)"), iec.Command("P", "2", "(23CB4DDDE2B76317)"), iec.Accepted(),
    iec.Command("R", "1", "861001(7)"), iec.Block("(30351420112026)"),
    iec.Command("R", "1", "508001(40)"), iec.Block("(ERR5)"), iec.BREAK,
]  # fmt: skip
CHOSEN = {
    "iec readout": b"".join(map(iec.encode, WORDS)).hex(),
    "iec login": b"".join(map(iec.encode, LOGIN)).hex(),
    "iec parity": iec.with_parity(iec.encode(iec.Command("P", "1", "(00000000)"))).hex(),
    "iec half": iec.encode(WORDS[3])[:40].hex(),
    "iec ack": "06",
    "edmi login": "02450CA3760600000000FFFF4C45444D492C494D4445494D444500970C03"
    "0245000000000CA37606FFFF067F4403",
    "edmi read": "02450CA3760600000000FFFF520169F90E03"
    "0245000000000CA37606FFFF52016941678C29C80000000D2403",
    "edmi stuffed clock": "0245000000000CA37606FFFF52F03D10530B1050105110431042395803",
    "edmi multi-read alone": "0245000000000CA37606FFFF4D0000FFF1004366400010430042480000539503",
    "edmi refused": "0245000000000CA37606FFFF18097A2D03" "0245000000000CA37606FFFF181043DB6703",
    "edmi information": "0245000000000CA37606FFFF49E00046565068617365204120566F6C746167650019EE03",
    "edmi cut login": "024C45444D492C494D44454949",
    "edmi attention": "0203",
    "alpha visit": "021806000130AFCC" "02FF0813A108000010624115864AE1" "0218010004487AAE74209A"
    "021800A38223" "0205000000000000F601"
    "020500A3A80002000500000000400F0F0303FF000100000100000000010000000000000000000000000000009295C6"
    "0280F7EA",
    "alpha refused": "02050FA2830E",
    "alpha crc": "020500000000000B47EA",
    "wasion": "01550110046B0D" "0106070D01AA01100487D612002F0D",
}  # fmt: skip


def goldens() -> dict[str, str]:
    """Expected text by name."""
    pieces = FILE.read_text("utf-8").split(SEPARATOR)[1:]
    return dict(piece.split("\n", 1) for piece in pieces)


def decoded(hhu: Hhu, raw: str) -> str:
    """Both streams, as a person sees them."""
    ended = hhu("decode", raw)
    return (ended.out + ended.err).rstrip("\n")


@pytest.mark.skipif(not os.environ.get("HHU_WRITE_GOLDENS"), reason="goldens are written only on request")
def test_write_goldens(hhu: Hhu) -> None:
    """Not a check: writes what the next test compares with."""
    FILE.write_text(
        "".join(f"{SEPARATOR}{name}\n{decoded(hhu, raw)}" for name, raw in CHOSEN.items()), "utf-8"
    )


@pytest.mark.parametrize("name", CHOSEN)
def test_telegrams_are_printed_as_pinned(hhu: Hhu, name: str) -> None:
    """Offsets, bytes, labels, values, errors; passwords masked."""
    assert decoded(hhu, CHOSEN[name]) == goldens()[name]


def test_no_golden_has_a_password() -> None:
    """What is sent as a password is nowhere in the file, neither as text nor as bytes."""
    text = FILE.read_text("utf-8").replace(" ", "").upper()
    for secret in ("IMDEIMDE", "494D4445", "23CB4DDD", "487AAE74", "30303030303030"):
        assert secret not in text


def test_json_of_a_family(hhu: Hhu) -> None:
    """The keys of the contract; values with exact digits."""
    [asked, answered] = hhu("decode", "--json", CHOSEN["edmi read"]).objects
    assert (asked["direction"], answered["direction"]) == ("down", "up")
    assert answered["address"] == "000212039174"
    assert answered["readings"][0] == {
        "code": "0169", "name_zh": "Mk6通道1电能累计总",
        "name_en": "Mk6 energy, channel 1, running total, all rates",
        "value": "12345678.25", "unit": None, "error": None,
    }  # fmt: skip
    [ack] = hhu("decode", "--json", "06").objects
    assert (ack["valid"], ack["could_be"], ack["checked"]) == (None, ["iec62056-21"], False)
    [forced] = hhu("decode", "--json", "--family", "iec62056", "06").objects
    assert (forced["valid"], "could_be" in forced) == (True, False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--family", "edmi", "0102"), "no telegram of edmi"),
        (("--family", "hnd", "0102"), "empty slot"),
        (("--family", "nobody", "0102"), "Families: auto, dlt645, iec62056"),
    ],
)
def test_families_that_do_not_fit(hhu: Hhu, words: tuple[str, ...], told: str) -> None:
    """Exit code 2, a cause and a next step."""
    ended = hhu("decode", *words)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_skipped_bytes_show_no_password(hhu: Hhu) -> None:
    """Half a login behind noise is no telegram; its password is covered all the same."""
    ended = hhu("decode", "--json", "9901503102283132333435363738" + "02450CA3760600000000FFFF520169F90E03")
    assert "31 32 33" not in ended.err + ended.out
    assert "31323334" not in ended.err + ended.out


def test_families_are_loaded_when_their_bytes_come() -> None:
    """Start-up: frames of terminals and of DL/T 645 need no tables of other families."""
    program = (
        "import sys; from hhu.cli.decode import find_frames;"
        "list(find_frames(bytes.fromhex('6832003200684B00500200020970000001001916')));"
        "list(find_frames(bytes.fromhex('FEFE687856341200006891083333343389674533B216')));"
        "print([name for name in sys.modules if name.startswith(('core.meters.edmi', 'core.meters.alpha',"
        "'core.meters.iec62056', 'core.meters.library'))])"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3] / "src")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def relayed(content: str, *, up: bool = False) -> str:
    """A frame of AFN10 F1 that carries bytes to or from a meter."""
    value: dict[str, object] = {"port": 2, "content": content}
    if not up:
        control = {"data_bits": 3, "odd": 0, "parity": True, "stop": 0, "speed": 3}
        value |= {"control": control, "message_timeout": {"value": 3, "unit": 1}, "byte_timeout": 10}
    seq = {"tpv": False, "fir": True, "fin": True, "con": False, "number": 0}
    address = {"region": "1122", "terminal": "3344", "msa": 1, "group": False}
    aux = {"pw": None if up else "present", "ec": None, "tp": None}
    head = {"direction": "up" if up else "down", "prm": not up, "function": 8 if up else 11, "afn": "10"}
    frame = {
        **head,
        "address": address,
        "seq": seq,
        "units": [{"fn": 1, "pn": 0, "value": value}],
        "aux": aux,
    }
    return from_object(frame).hex()


@pytest.mark.parametrize("name", ["edmi read", "alpha visit", "wasion", "iec login", "iec readout"])
def test_relayed_telegrams_are_opened(hhu: Hhu, name: str) -> None:
    """AFN10 F1: the content is read by the family it is of, to the last telegram."""
    text = hhu("decode", relayed(CHOSEN[name], up=True)).out
    alone = hhu("decode", CHOSEN[name]).out
    for line in alone.splitlines():
        if line.startswith(" "):
            assert line[36:].strip() in text


def test_relayed_passwords_are_masked(hhu: Hhu) -> None:
    """A login through the terminal, good or damaged, shows its password in neither form."""
    for content in (CHOSEN["edmi login"][:60], CHOSEN["edmi login"][:56] + "000003", CHOSEN["iec login"]):
        for ended in (hhu("decode", relayed(content)), hhu("decode", "--json", relayed(content))):
            shown = ended.out.replace(" ", "").upper()
            assert ended.code == 0
            for secret in ("494D4445", "IMDEIMDE", "3233434234", "23CB4DDD"):
                assert secret not in shown
            assert json.dumps(ended.out)
