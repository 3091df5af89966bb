from core.terminal.acquisition.search import Seeker
from core.terminal.acquisition.tasks import Heard, Search


def play(seeker: Seeker, meters: dict[str, tuple[int, int]], limit: int = 5000) -> list[Search]:
    """Let meters (address: protocol, speed) answer; return the steps."""
    steps: list[Search] = []
    while (step := seeker.next()) is not None and len(steps) < limit:
        steps.append(step)
        there = [
            address
            for address, heard in meters.items()
            if heard == (step.protocol, step.speed)
            and all(p in ("A", d) for p, d in zip(step.pattern, address, strict=True))
        ]
        seeker.heard(step, Heard(there[0] if len(there) == 1 else None, len(there) > 1))
    return steps


def test_an_empty_line_costs_eight_requests():
    """dlt645 §1: 2400, 1200, 9600, 4800, each with the address request of 2007 and the wildcard of 1997."""
    seeker = Seeker(2)
    seeker.start()
    steps = play(seeker, {})
    assert [(step.speed, step.protocol) for step in steps] == [
        (speed, protocol) for speed in (2400, 1200, 9600, 4800) for protocol in (30, 1)
    ]
    assert {(step.port, step.pattern) for step in steps} == {(2, "A" * 12)}
    assert not seeker.running


def test_meters_that_collide_are_told_apart_by_their_lowest_digits():
    """Wildcards stand above, as shortened addresses have them; each meter is found once."""
    seeker = Seeker(1)
    seeker.start()
    meters = {
        "202600000001": (30, 2400), "202600000002": (30, 2400), "202611110002": (30, 2400),
        "000000000077": (1, 1200),
    }  # fmt: skip
    steps = play(seeker, meters)
    assert {(one.address, one.protocol) for one in seeker.found} == {
        (address, protocol) for address, (protocol, _) in meters.items()
    }
    assert [step.pattern for step in steps[1:4]] == ["AAAAAAAAAA00", "AAAAAAAAAA01", "AAAAAAAAAA02"]


def test_two_meters_with_one_address_end_the_search():
    """Damaged answers to a whole address cannot be narrowed."""
    seeker = Seeker(1)
    seeker.start()
    while (step := seeker.next()) is not None:
        twins = step.protocol == 30 and step.speed == 2400 and step.pattern.strip("A").strip("0") == ""
        seeker.heard(step, Heard(None, twins))
    assert seeker.found == []


def test_a_search_can_be_stopped_and_keeps_what_it_found():
    """A result that comes after the stop is not wanted any more."""
    seeker = Seeker(1)
    seeker.start(ordered=True)
    first = seeker.next()
    assert first is not None
    seeker.heard(first, Heard("202600000001"))
    seeker.stop()
    seeker.heard(first, Heard("202600000002"))
    assert [one.address for one in seeker.found] == ["202600000001"]
    seeker.clear()
    assert seeker.found == []
