from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lines.at import Answered, AtDialogue, AtEvent, Command, Result, Send, Unasked, numbers
from core.lines.modem import LIST, REGISTRATION, SIGNAL

PDU = "07911326040000F0040B911346610089F60000208062917314080CC8F71D14969741F977FD07"
SUBMIT = Command("AT+CMGS=19", "+CMGS:", wait=60.0, body=b"0011000B91")
STORED = Answered(LIST, Result.OK, (("1,1,,30", PDU), ("2,0,,30", PDU)))


def asked(command: Command, said: str | bytes, now: float = 1.0) -> list[AtEvent]:
    """What comes of an answer after a command."""
    dialogue = AtDialogue()
    assert dialogue.begin(command, 0.0) == [Send(command.text.encode() + b"\r")]
    return dialogue.feed(said if isinstance(said, bytes) else said.encode(), now)


@pytest.mark.parametrize(
    ("command", "said", "answer"),
    [
        (Command("ATE0"), "\r\nOK\r\n", Answered(Command("ATE0"), Result.OK)),
        (SIGNAL, "\r\n+CSQ: 18,99\r\n\r\nOK\r\n", Answered(SIGNAL, Result.OK, (("18,99", ""),))),
        (SIGNAL, "AT+CSQ\r\r\n+CSQ:18,99\r\n\r\nOK\r\n", Answered(SIGNAL, Result.OK, (("18,99", ""),))),
        (SIGNAL, "\r\nERROR\r\n", Answered(SIGNAL, Result.ERROR)),
        (SIGNAL, "\r\n+CME ERROR: 10\r\n", Answered(SIGNAL, Result.DEVICE, (), 10)),
        (SIGNAL, "\r\n+CMS ERROR: 322\r\n", Answered(SIGNAL, Result.MESSAGE, (), 322)),
        (SIGNAL, "\r\n+CME ERROR: SIM not inserted\r\n", Answered(SIGNAL, Result.DEVICE)),
        (LIST, f"\r\n+CMGL: 1,1,,30\r\n{PDU}\r\n+CMGL: 2,0,,30\r\n{PDU}\r\n\r\nOK\r\n", STORED),
        (LIST, "\r\nOK\r\n", Answered(LIST, Result.OK)),
        (LIST, "\r\n+CMGL: 1,1,,30\r\n\r\nOK\r\n", Answered(LIST, Result.OK, (("1,1,,30", ""),))),
    ],
)
def test_an_answer_ends_with_its_result(command: Command, said: str, answer: Answered):
    """Lines that begin with the word, then OK or one of the errors; with echo or without."""
    assert asked(command, said) == [answer]


def test_what_comes_unasked_in_the_middle_disturbs_no_answer():
    """A hint, a ring, a change of the network and noise stand between header, PDU and result."""
    said = (
        "\r\n+CMTI: \"SM\",3\r\n+CMGL: 1,1,,30\r\n\r\nRING\r\n"
        f"{PDU}\r\n\r\n+CREG: 1,\"00C3\",\"1A2B\"\r\n+CMGL: 2,0,,30\r\n{PDU}\r\n\x8f\xfe\r\nOK\r\n"
    )  # fmt: skip
    *unasked, answer = asked(LIST, said.encode("latin1"))
    assert answer == STORED
    assert [event.line for event in unasked if isinstance(event, Unasked)] == [
        '+CMTI: "SM",3', "RING", '+CREG: 1,"00C3","1A2B"', "\ufffd\ufffd",
    ]  # fmt: skip


def test_the_answer_about_the_network_is_told_from_its_change():
    """Both begin with +CREG; only the answer has two numbers."""
    change, answer = asked(REGISTRATION, '\r\n+CREG: 5,"00C3","1A2B"\r\n+CREG: 1,1,"00C3","1A2B"\r\nOK\r\n')
    assert change == Unasked('+CREG: 5,"00C3","1A2B"')
    assert answer == Answered(REGISTRATION, Result.OK, (('1,1,"00C3","1A2B"', ""),))


@given(st.lists(st.integers(0, 200), max_size=12))
def test_lines_may_come_in_any_pieces(cuts: list[int]):
    """Half lines make no difference."""
    said = f"AT+CMGL=4\r\r\n+CMGL: 1,1,,30\r\n{PDU}\r\n+CMGL: 2,0,,30\r\n{PDU}\r\n\r\nOK\r\n".encode()
    dialogue = AtDialogue()
    dialogue.begin(LIST, 0.0)
    places = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    events: list[AtEvent] = []
    for start, stop in pairwise(places):
        events += dialogue.feed(said[start:stop], 1.0)
    assert events == [STORED]


def test_a_body_goes_out_after_the_prompt():
    """The prompt has no end of line; the echo of the body is no answer."""
    dialogue = AtDialogue()
    dialogue.begin(SUBMIT, 0.0)
    assert dialogue.feed(b"AT+CMGS=19\r\r\n> ", 1.0) == [Send(b"0011000B91\x1a")]
    assert dialogue.feed(b"0011000B91\x1a\r\n+CMGS: 7\r\n\r\nOK\r\n", 4.0) == [
        Answered(SUBMIT, Result.OK, (("7", ""),))
    ]


def test_a_lost_prompt_is_called_for_again_once():
    """ESC and the command again after 5 s; the OK to the ESC is not the end; then ESC and silence."""
    dialogue = AtDialogue()
    dialogue.begin(SUBMIT, 0.0)
    assert dialogue.deadline == 5.0
    assert dialogue.tick(4.9) == []
    assert dialogue.tick(5.0) == [Send(b"\x1b"), Send(b"AT+CMGS=19\r")]
    assert dialogue.feed(b"\r\nOK\r\n", 5.1) == []
    assert dialogue.tick(10.0) == [Send(b"\x1b"), Answered(SUBMIT, Result.SILENT)]
    assert dialogue.deadline is None


def test_a_refused_body_is_never_sent():
    """An error in place of the prompt ends the command."""
    assert asked(SUBMIT, "\r\n+CMS ERROR: 310\r\n") == [Answered(SUBMIT, Result.MESSAGE, (), 310)]


def test_silence_ends_a_command_and_a_late_answer_is_unasked():
    """After its time nothing more counts for it."""
    dialogue = AtDialogue()
    dialogue.begin(SIGNAL, 0.0)
    assert dialogue.tick(5.0) == [Answered(SIGNAL, Result.SILENT)]
    assert not dialogue.busy
    assert dialogue.feed(b"\r\n+CSQ: 18,99\r\n\r\nOK\r\n", 6.0) == [Unasked("+CSQ: 18,99"), Unasked("OK")]


@given(st.lists(st.binary(max_size=40), max_size=20), st.sampled_from([SIGNAL, LIST, SUBMIT]))
def test_garbage_raises_nothing_and_fills_nothing(noise: list[bytes], command: Command):
    """Whatever a modem says, the dialogue goes on and the next command works."""
    dialogue = AtDialogue()
    dialogue.begin(command, 0.0)
    for piece in noise:
        dialogue.feed(piece, 1.0)
    dialogue.feed(b"A" * 3000 + b"\r\n", 1.0)
    for now in (100.0, 200.0):
        dialogue.tick(now)
    assert not dialogue.busy
    dialogue.begin(SIGNAL, 300.0)
    assert dialogue.feed(b"\r\n+CSQ: 18,99\r\n\r\nOK\r\n", 301.0) == [
        Answered(SIGNAL, Result.OK, (("18,99", ""),))
    ]


def test_numbers_of_an_answer():
    """Fields that are no numbers are none, not an error."""
    assert list(numbers('1,"12",,x')) == [1, 12, None, None]
