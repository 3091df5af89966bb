"""What is said about a probe: every ending in both languages, and what stands against archiving a meter."""

from dataclasses import replace

import pytest

from core.meters.driver import Speed
from core.meters.mapping import A1700, ALPHA, DLT645_2007, EDMI
from core.meters.probe.order import Wish, plan
from core.meters.probe.question import IEC62056
from core.meters.probe.sighting import Confidence, Sighting
from core.meters.probe.sweep import Outcome, Result, Tried
from hhu.probe_words import Setting, archive_lines, full_address, headline, proof_command, told

QUESTIONS = plan(Wish())
METER = Sighting(DLT645_2007, (DLT645_2007,), Speed(2400), "000012345678")
ELSTER = Sighting(
    IEC62056, (A1700,), Speed(300, data_bits=7), "", "A1700", "/GEC5", Confidence.LIKELY, offers=9600
)
RESULTS = [
    Result(Outcome.FOUND, (METER,)),
    Result(Outcome.FOUND, (replace(ELSTER, talking=True),), echo=True),
    Result(Outcome.SEVERAL, (METER, replace(METER, address="000000000002"))),
    Result(Outcome.SEVERAL, suspect=QUESTIONS[0]),
    Result(Outcome.NOISE, tried=tuple(map(Tried, QUESTIONS))),
    Result(Outcome.NOTHING, tried=tuple(map(Tried, QUESTIONS[:5])), left=QUESTIONS[5:], others=True),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: one.outcome.value)
@pytest.mark.parametrize("setting", [Setting(), Setting(port=2, zh=True), Setting(carries_speed=False)])
def test_every_ending_has_words_and_a_next_step(result: Result, setting: Setting) -> None:
    """Both languages, directly and through the terminal; a label stands in front of each block."""
    lines = told(result, setting)
    labels = [label for label, _ in lines if label]
    assert headline(result, setting)
    assert lines[0][0]
    assert all(text for _, text in lines)
    assert ("下一步" if setting.zh else "next") in labels
    chinese = any("\u4e00" <= sign <= "\u9fff" for line in lines for part in line for sign in part)
    assert chinese is setting.zh


def text_of(result: Result, setting: Setting) -> str:
    return "\n".join(text for _, text in told(result, setting))


def test_a_shape_that_no_archive_can_say_is_told() -> None:
    """F10 holds the rate only: a meter at 8N1 would not be read with 645's parity."""
    odd = replace(METER, speed=Speed(2400, "N"))
    assert "8N1" in text_of(Result(Outcome.FOUND, (odd,)), Setting())
    assert "set the meter" in text_of(Result(Outcome.FOUND, (odd,)), Setting())
    assert "set the meter" not in text_of(Result(Outcome.FOUND, (METER,)), Setting())


def test_a_family_without_a_code_says_where_to_give_it_one() -> None:
    """No list has the A1700; Hubei has its own number for EDMI."""
    assert f"give {A1700} one" in text_of(Result(Outcome.FOUND, (ELSTER,)), Setting())
    edmi = Sighting(EDMI, (EDMI,), Speed(9600, "N"), "000212039174")
    assert archive_lines(edmi, 13, Setting(port=1))[1] == "1,9600,13,000212039174"
    assert "1,9600,13," in text_of(Result(Outcome.FOUND, (edmi,)), Setting(port=1, codes="hubei"))


def test_the_address_of_the_row_is_what_the_archive_needs() -> None:
    """Families that tell less than twelve digits take the nameplate, if it fits; else it is asked for."""
    alpha = Sighting(ALPHA, (ALPHA,), Speed(1200, "N"), "48")
    assert full_address(alpha, Setting(meter="000000001048")) == "000000001048"
    assert full_address(alpha, Setting()) == "000000000048"
    assert full_address(METER, Setting(meter="000000000777")) == METER.address
    unnamed = replace(ELSTER, drivers=("landis-gyr-d",))
    assert archive_lines(unnamed, 4, Setting())[1] == "PORT,default,4,NAMEPLATE"


def test_a_proof_is_told_where_the_terminal_can_give_it() -> None:
    """Through the terminal, for families whose frames are relayed."""
    assert proof_command(METER, Setting()) == ""
    assert "--edition 2007 --meter 000012345678" in proof_command(METER, Setting(port=1))
    assert proof_command(ELSTER, Setting(port=1)) == ""
