"""What an answer is taken for: any family, echoes, other masters, damage."""

import pytest

from core.meters.alpha import packets
from core.meters.dlt645.control import Edition
from core.meters.dlt645.frame import Frame, encode_frame
from core.meters.dlt645.messages import refusal_frame
from core.meters.driver import Speed
from core.meters.edmi.frame import Frame as EdmiFrame
from core.meters.edmi.frame import Header
from core.meters.edmi.frame import encode_frame as edmi_frame
from core.meters.iec62056.telegram import Block, Identification, encode, with_parity
from core.meters.mapping import A1700, ALPHA, DLT645_1997, DLT645_2007, EDMI, LANDIS_GYR_D
from core.meters.probe.asking import questions
from core.meters.probe.codes import codes_of, usual_speed
from core.meters.probe.hearing import hear
from core.meters.probe.question import IEC62056, Question
from core.meters.probe.sighting import Confidence, Sighting
from tests.core.meters.library.stage import shipped_library

AT_2400, AT_9600 = Speed(2400), Speed(9600, "N")
ADDRESS = "000012345678"
TELLS_ADDRESS = bytes.fromhex("68785634120000689306AB8967453333C316")
"""dlt645 §14: 2007 read address reply."""
TELLS_ENERGY = bytes.fromhex("6878563412000068810643C389674533D916")
"""dlt645 §14: 1997 read 9010 reply."""
ZMD = Identification("LGZ", "5", "\\2ZMD4054407.B24")


def asked(family: str, speed: Speed = AT_2400, meter: str = "") -> Question:
    return questions(family, speed, meter)[0]


def seen(question: Question, raw: bytes) -> Sighting:
    (found,) = hear(question, raw).sightings
    return found


def test_dlt645_tells_edition_and_address() -> None:
    """Published answers of both editions, with wake-up bytes and without."""
    new = seen(asked(DLT645_2007), b"\xfe\xfe" + TELLS_ADDRESS)
    assert (new.family, new.address, new.confidence) == (DLT645_2007, ADDRESS, Confidence.CERTAIN)
    old = seen(asked(DLT645_1997, Speed(1200)), TELLS_ENERGY)
    assert (old.family, old.address, old.speed.baud) == (DLT645_1997, ADDRESS, 1200)


def test_a_refusal_proves_a_meter_as_well() -> None:
    """Whoever says "no such identifier" is there; an address of AA is none (dlt645 §2.2)."""
    refused = encode_frame(refusal_frame("AAAAAAAAAAAA", 0x01, 0x02))
    assert seen(asked(DLT645_1997), refused).address == ""


def test_an_answer_of_another_family_is_recognised() -> None:
    """A meter may speak what was not asked for."""
    assert seen(asked(EDMI, AT_9600), TELLS_ADDRESS).family == DLT645_2007
    assert seen(asked(DLT645_2007), encode(ZMD)).family == IEC62056
    ack = edmi_frame(EdmiFrame(b"\x06"))
    assert seen(asked(IEC62056, AT_9600), ack).family == EDMI


@pytest.mark.parametrize("family", [DLT645_2007, DLT645_1997, EDMI, IEC62056, ALPHA])
def test_the_own_echo_is_no_meter(family: str) -> None:
    """Two-wire adapters bring back what was sent; behind it the answer counts."""
    question = asked(family)
    alone = hear(question, question.raw)
    assert (alone.sightings, alone.noise, alone.echo, alone.others) == ((), b"", True, False)
    assert hear(question, question.raw + TELLS_ADDRESS).sightings


def test_a_request_of_somebody_else_is_another_master() -> None:
    """The terminal still reads on this bus: its request is no noise and no meter."""
    request = encode_frame(Frame(ADDRESS, 0x11, bytes(4)))
    heard = hear(asked(DLT645_2007), request)
    assert heard.others
    assert not heard.sightings
    assert not heard.noise


def test_two_meters_that_answer_one_after_the_other_are_two() -> None:
    """Answers with different delays do not meet on the wire; the same answer twice is one meter."""
    other = encode_frame(Frame("000000000002", 0x93, bytes.fromhex("020000000000")))
    heard = hear(asked(DLT645_2007), TELLS_ADDRESS + other)
    assert [one.address for one in heard.sightings] == [ADDRESS, "000000000002"]
    assert len(hear(asked(DLT645_2007), TELLS_ADDRESS * 2).sightings) == 1


def test_an_identification_tells_driver_and_rate() -> None:
    """Landis+Gyr and the A1700 share the sign-on; the maker tells them apart (meter protocols §4.5, §5.1)."""
    question = asked(IEC62056, Speed(300, data_bits=7))
    zmd = seen(question, encode(ZMD))
    assert (zmd.drivers[0], zmd.offers, zmd.text) == (LANDIS_GYR_D, 9600, "/LGZ5\\2ZMD4054407.B24")
    assert zmd.confidence is Confidence.LIKELY
    elster = seen(question, encode(Identification("GEC", "5", "090100180702")))
    assert elster.drivers == (A1700,)


def test_parity_in_bit_7_is_a_meter_of_seven_bits() -> None:
    """§5.2: a 7E1 meter on an 8N1 port is heard, and its own shape is told."""
    meter = seen(asked(IEC62056, AT_9600), with_parity(encode(ZMD)))
    assert meter.speed == Speed(9600, "E", 7)
    plain = seen(asked(IEC62056, AT_9600), encode(Identification("LGZ", "5", "ZMD\r\n"[:3])))
    assert plain.speed == AT_9600


def test_a_readout_without_being_asked_tells_its_dialect() -> None:
    """§5.2: some meters do not wait for a choice; a piece of their lines is enough."""
    question = asked(IEC62056)
    lines = "F.F(00)\r\n0.0.0(12345678)\r\n1.8.0(000123.4*kWh)\r\n!\r\n"
    whole = seen(question, encode(Block(lines)))
    assert whole.talking
    assert (whole.address, whole.dialect.split(",")[0]) == ("12345678", "OBIS")
    piece = seen(question, b"2(x)\r\n8.1(1.07*kWh)\r\n20(4.64*kWh)\r\n8.2(3")
    assert piece.dialect.startswith("short")
    assert piece.confidence is Confidence.LIKELY


def test_edmi_answers_with_and_without_addresses() -> None:
    """ACK, and CAN 5 of some firmware, mean alive (§3.2); a lone ACK is only possible."""
    for body in (b"\x06", b"\x18\x05"):
        bare = seen(asked(EDMI, AT_9600), edmi_frame(EdmiFrame(body)))
        assert (bare.address, bare.confidence) == ("", Confidence.CERTAIN)
    reply = edmi_frame(EdmiFrame(b"\x06", Header(1, 212039174, 1)))
    assert seen(asked(EDMI, AT_9600, "000212039174"), reply).address == "000212039174"
    assert seen(asked(EDMI, AT_9600), b"\x06").confidence is Confidence.POSSIBLE
    assert not hear(asked(DLT645_2007), b"\x06").sightings


def test_alpha_tells_who_it_is() -> None:
    """The answer to who-are-you has a CRC and no address: the device number is the one that was called."""
    question = asked(ALPHA, Speed(1200, "N"), "000000000048")
    alpha = seen(question, packets.encode_reply(packets.Identity(0x62411586)))
    assert (alpha.address, alpha.confidence) == ("48", Confidence.CERTAIN)


def test_a_library_recognises_its_own_frames() -> None:
    """WASION 4.1: meter 1 answers 1001 with four bytes; one source only, so never certain."""
    library = shipped_library("wasion-4.1")
    (question,) = questions("wasion-4.1", Speed(1200), "000000000001", library)
    body = bytes.fromhex("01AA011004") + bytes(4)
    answer = bytes.fromhex("0106070D") + body + bytes((sum(body) & 0xFF, 0x0D))
    found = seen(question, b"\0" + answer)
    assert (found.family, found.address, found.confidence) == (
        "wasion-4.1", "000000000001", Confidence.LIKELY,
    )  # fmt: skip
    assert not hear(question, answer[:-3]).sightings


def test_damage_is_noise() -> None:
    """A wrong checksum proves nothing."""
    broken = TELLS_ADDRESS[:-2] + b"\x00\x16"
    heard = hear(asked(DLT645_2007), broken)
    assert not heard.sightings
    assert heard.noise == broken


def test_codes_come_from_every_list_and_follow_aliases() -> None:
    """Meter protocols §2: the same meter has another number in every province; plain codes stand first."""
    edmi = codes_of(seen(asked(EDMI, AT_9600), edmi_frame(EdmiFrame(b"\x06"))))
    assert edmi == {"wodian": (10,), "xinlian": (10, 221), "hubei": (13, 14), "sichuan": (4,)}
    new = codes_of(seen(asked(DLT645_2007), TELLS_ADDRESS))
    assert {codes[0] for codes in new.values()} == {30}
    assert usual_speed(10, "wodian") == (9600, "8N1")
    assert Edition.V2007.value == "2007"
