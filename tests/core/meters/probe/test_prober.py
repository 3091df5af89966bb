"""A probe as a play, and its promises: it ends, in time, and says nothing but its questions and farewells."""

from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.meters.driver import Over, Retune, Send, Speed
from core.meters.edmi.frame import Frame, encode_frame
from core.meters.iec62056.telegram import BREAK, Identification, encode
from core.meters.mapping import DLT645_2007, EDMI
from core.meters.probe.order import Wish, plan
from core.meters.probe.prober import Act, Prober
from core.meters.probe.question import IEC62056, Question
from core.meters.probe.sweep import Outcome, Result
from tests.core.meters.probe.test_hearing import TELLS_ADDRESS

ALL = plan(Wish())
GARBAGE = bytes(Random(5).randbytes(24))


@dataclass
class Play:
    """Time, the bytes that went out, and who answers."""

    questions: tuple[Question, ...] = ALL
    limit: float | None = None
    now: float = 100.0
    sent: list[tuple[Speed, bytes]] = field(default_factory=list[tuple[Speed, bytes]])

    def __post_init__(self) -> None:
        self.prober = Prober(self.questions, self.limit)
        self.begun = self.now
        self.speed = Speed()

    def run(self, answers: dict[bytes, list[bytes]] | None = None, always: bytes = b"") -> Result:
        """``answers`` by question, one after the other; ``always``: what follows any question else."""
        acts = self.prober.begin(self.now)
        for _ in range(5000):
            raw = self.obey(acts)
            if any(isinstance(act, Over) for act in acts):
                return self.prober.result(self.now)
            waiting = (answers or {}).get(raw, []) if raw else []
            heard = waiting.pop(0) if waiting else always if raw else b""
            acts = self.heard(heard) if heard else self.passed()
        raise AssertionError("it does not end")

    def obey(self, acts: list[Act]) -> bytes:
        raw = b""
        for act in acts:
            if isinstance(act, Retune):
                self.speed = act.speed
            elif isinstance(act, Send):
                raw = act.raw
                self.now += act.delay
                self.sent.append((self.speed, raw))
        return raw

    def heard(self, data: bytes) -> list[Act]:
        self.now += 0.1
        return self.prober.feed(data, self.now) or self.passed()

    def passed(self) -> list[Act]:
        assert self.prober.deadline is not None
        assert self.prober.deadline <= self.begun + self.prober.limit + 1e-6
        self.now = max(self.now, self.prober.deadline)
        return self.prober.tick(self.now)

    @property
    def took(self) -> float:
        return self.now - self.begun


def only(family: str, baud: int) -> tuple[Question, ...]:
    return plan(Wish(families=(family,), speeds=(baud,)))


def test_a_silent_bus_is_asked_everything_once_in_the_time_told() -> None:
    """Nothing answers: every question went out at its speed, none was left."""
    play = Play()
    result = play.run()
    assert result.outcome is Outcome.NOTHING
    assert play.sent == [(one.speed, one.raw) for one in ALL]
    assert not result.left
    assert play.took <= play.prober.limit


def test_a_short_time_asks_the_likeliest_and_tells_the_rest() -> None:
    """What was not asked for lack of time is named."""
    play = Play(limit=6.0)
    result = play.run()
    assert play.took <= 6.0
    assert 0 < len(result.tried) < len(ALL)
    assert [one.question for one in result.tried] + list(result.left) == list(ALL)


def test_the_first_clean_answer_ends_it() -> None:
    """Found at the first speed: one question went out."""
    play = Play()
    result = play.run({ALL[0].raw: [TELLS_ADDRESS]})
    assert (result.outcome, len(play.sent)) == (Outcome.FOUND, 1)
    assert play.took < 3


def test_garbage_twice_and_silence_elsewhere_are_several_meters() -> None:
    """The question was put again before anything is claimed, and another one proved the line."""
    play = Play()
    result = play.run({ALL[0].raw: [GARBAGE, GARBAGE]})
    assert result.outcome is Outcome.SEVERAL
    assert result.suspect is not None
    assert result.suspect.family == DLT645_2007
    assert [raw for _, raw in play.sent] == [ALL[0].raw, ALL[0].raw, ALL[1].raw]


def test_garbage_once_is_noise_and_the_meter_is_found_when_asked_again() -> None:
    """A disturbed answer is asked for again at once."""
    result = Play().run({ALL[0].raw: [GARBAGE, TELLS_ADDRESS]})
    assert result.outcome is Outcome.FOUND


def test_garbage_behind_everything_is_the_line() -> None:
    """No meter answers every family at every speed: wiring."""
    play = Play()
    result = play.run(always=GARBAGE)
    assert result.outcome is Outcome.NOISE
    assert play.took <= play.prober.limit


def test_a_glitch_is_no_answer() -> None:
    """A byte or two behind each question, as drivers make when they let go of the wire."""
    result = Play(tuple(one for one in ALL if one.family != EDMI)).run(always=b"\x00")
    assert result.outcome is Outcome.NOTHING
    assert all(tried.noise == 1 for tried in result.tried)


def test_a_lone_acknowledgement_counts_when_it_comes_twice() -> None:
    """EDMI: one byte may be anything, the same byte again is a meter."""
    questions = only(EDMI, 9600)
    raw = questions[0].raw
    assert Play(questions).run({raw: [b"\x06", b"\x06"]}).outcome is Outcome.FOUND
    assert Play(questions).run({raw: [b"\x06"]}).outcome is Outcome.NOTHING
    clean = encode_frame(Frame(b"\x06"))
    assert Play(questions).run({raw: [clean]}).outcome is Outcome.FOUND


def test_a_meter_that_signed_on_is_left_with_a_break_and_not_asked_again_at_once() -> None:
    """Meter protocols §5.5, §5.6: B0, then two seconds of silence before another sign-on."""
    questions = only(IEC62056, 300)
    play = Play(questions)
    zmd = encode(Identification("LGZ", "5", "ZMD"))
    assert play.run({questions[0].raw: [zmd]}).outcome is Outcome.FOUND
    assert [raw for _, raw in play.sent] == [questions[0].raw, encode(BREAK)]
    damaged = Play(questions)
    assert damaged.run({questions[0].raw: [zmd[3:], zmd]}).outcome is Outcome.FOUND
    assert [raw for _, raw in damaged.sent] == [questions[0].raw, encode(BREAK)] * 2


def test_a_bus_in_use_is_waited_for_and_told() -> None:
    """Another master talks when the probe begins: it waits for silence, but not for ever."""
    prober = Prober(ALL)
    prober.begin(0.0)
    now = 0.0
    while not (acts := prober.tick(now)):
        prober.feed(b"\x68\x11", now)
        now += 0.3
    assert any(isinstance(act, Send) for act in acts)
    assert 3.5 < now < 5.0
    assert prober.result(now).others


def test_who_breaks_it_off_gets_the_farewell_of_what_was_begun() -> None:
    """Only a question under way may have begun something in a meter."""
    questions = only(IEC62056, 300)
    prober = Prober(questions)
    assert prober.leave() == b""
    prober.begin(0.0)
    assert prober.leave() == b""
    prober.tick(1.0)
    assert prober.leave() == encode(BREAK)


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(
            st.one_of(
                st.binary(max_size=40),
                st.sampled_from([TELLS_ADDRESS, b"/LGZ5ZMD\r\n", b"\x02\x06", b"\x06", b"\x02(1)\r\n" * 9]),
            ),
            st.floats(0.001, 2.5),
        ),
        max_size=300,
    ),
    limit=st.one_of(st.none(), st.floats(0.5, 90.0)),
    meter=st.sampled_from(["", "000000000048"]),
)
@pytest.mark.filterwarnings("error")
def test_whatever_comes_it_ends_in_time_and_says_only_what_is_listed(
    pieces: list[tuple[bytes, float]], limit: float | None, meter: str
) -> None:
    """Any garbage at any moment: bounded, and nothing goes out but questions and their farewells."""
    questions = plan(Wish(meter))
    allowed = {(one.speed, one.raw) for one in questions} | {(one.speed, one.farewell) for one in questions}
    play = Play(questions, limit)
    acts = play.prober.begin(play.now)
    coming = iter(pieces)
    for _ in range(3000):
        play.obey(acts)
        if play.prober.deadline is None:
            break
        data, later = next(coming, (b"", 9.0))
        arrives = play.now + later
        if data and arrives < play.prober.deadline:
            play.now = arrives
            acts = play.prober.feed(data, arrives)
        else:
            acts = play.passed()
    assert play.prober.deadline is None
    assert play.took <= play.prober.limit + 1e-6
    assert set(play.sent) <= allowed
