"""From evidence to a diagnosis: the first finding of a rung counts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from ipaddress import IPv4Address

from core.gdw376.units.afn04 import UplinkMode
from core.vendor import items
from core.vendor.identify import MODES
from hhu.client.offline.evidence import Evidence
from hhu.client.offline.ladder import Diagnosis, Rung, Step, Verdict

CLOCK_LIMIT = 300.0
"""Seconds of difference from which time labels and hours on line go wrong."""
WEAK = 10
"""CSQ up to which the face shows no bar (device behaviour 2.3)."""
NOWHERE = IPv4Address(0)
MODULE_PART, SIM_PART = 2, 3
"""Bits of the self-test's fault mask (vendor extension §2.6)."""
ON_DEMAND, WINDOWS, SERVER, PROHIBITED, TESTED = 2, 3, 2, 2, 2


def judge(evidence: Evidence) -> Diagnosis:
    """Go up the ladder."""
    steps: list[Step] = []
    for rung, look in LOOKS.items():
        finding = next(look(evidence), None)
        broken = any(step.verdict is Verdict.FAILED for step in steps)
        steps.append(_step(rung, finding or _usual(rung, evidence), evidence, broken=broken))
    return Diagnosis(tuple(steps), evidence.online)


Found = tuple[Verdict, str, Mapping[str, str]]


def _step(rung: Rung, found: Found, evidence: Evidence, *, broken: bool) -> Step:
    verdict, finding, facts = found
    if evidence.online and verdict is Verdict.FAILED:
        verdict = Verdict.NOTED
    elif broken and verdict is not Verdict.FAILED and (rung not in STANDING or not evidence.answers):
        return Step(rung, Verdict.WAITING, "waiting")
    return Step(rung, verdict, f"{rung.value}.{finding}", facts)


STANDING = frozenset({Rung.SUPPLY, Rung.CLOCK, Rung.MODULE, Rung.SIM})
"""Rungs that hold, or can be looked at, whatever is broken below them."""


def _failed(finding: str, **facts: str) -> Found:
    return Verdict.FAILED, finding, facts


def _good(finding: str, **facts: str) -> Found:
    return Verdict.GOOD, finding, facts


def _unseen(finding: str, **facts: str) -> Found:
    return Verdict.UNSEEN, finding, facts


def _usual(rung: Rung, evidence: Evidence) -> Found:
    """Nothing speaks against the rung: good where the terminal reports, else not seen."""
    return _good("good") if evidence.report else _unseen("unseen")


def _supply(evidence: Evidence) -> Iterator[Found]:
    if not evidence.answers:
        yield _failed("silent")
    if evidence.report and not evidence.report.flags.mains:
        yield _failed("battery")
    yield _good("answers", resets="?" if evidence.resets is None else str(evidence.resets))


def _clock(evidence: Evidence) -> Iterator[Found]:
    if not evidence.clock_read:
        yield _unseen("unseen")
    if evidence.difference is None:
        yield _failed("invalid")
    elif abs(evidence.difference) >= CLOCK_LIMIT:
        yield _failed("off", difference=f"{evidence.difference:+.0f}")
    else:
        yield _good("good", difference=f"{evidence.difference:+.1f}")


def _module(evidence: Evidence) -> Iterator[Found]:
    if evidence.report:
        if not evidence.report.flags.module or evidence.state == "no module":
            yield _failed("missing")
        if evidence.error == "module silent":
            yield _failed("silent")
    elif _tested(evidence, MODULE_PART):
        yield _failed("test")
    elif evidence.remote:
        yield _good("version", maker=evidence.remote.maker, model=evidence.remote.model)


def _sim(evidence: Evidence) -> Iterator[Found]:
    if evidence.report:
        if not evidence.report.flags.sim or evidence.state == "no SIM":
            yield _failed("missing")
    elif _tested(evidence, SIM_PART):
        yield _failed("test")
    elif evidence.remote:
        iccid = evidence.remote.iccid.strip(" \0")
        yield _good("iccid", iccid=iccid) if iccid.strip("0") else _failed("no-iccid")


def _tested(evidence: Evidence, part: int) -> bool:
    """Tell whether the last self-test found a part at fault; a test never run says nothing."""
    return evidence.test is not None and evidence.test.state == TESTED and part in evidence.test.faults


def _signal(evidence: Evidence) -> Iterator[Found]:
    report = evidence.report
    if report is None:
        return
    csq = "?" if report.csq == items.CSQ_UNKNOWN else str(report.csq)
    if evidence.error == "no signal" or report.csq <= WEAK:
        yield _failed("weak", csq=csq)
    if evidence.error == "not registered":
        yield _failed("not-registered", csq=csq)
    yield _good("good" if report.flags.registered else "search", csq=csq)


def _apn(evidence: Evidence) -> Iterator[Found]:
    apn = evidence.master.apn.strip() if evidence.master else ""
    if evidence.master and not apn:
        yield _failed("empty")
    user = evidence.user.user.strip() if evidence.user else "?"
    if evidence.error == "attach refused":
        yield _failed("refused", apn=apn, user=user)
    if evidence.report:
        yield _good("good" if evidence.report.flags.attached else "untried", apn=apn)
    elif evidence.master:
        yield _unseen("set", apn=apn, user=user)


def _dial(evidence: Evidence) -> Iterator[Found]:
    identity, report, mode = evidence.identity, evidence.report, evidence.mode
    if identity and identity.mode:
        zh, en = MODES.get(identity.mode, ("?", "?"))
        yield _failed("download", mode_zh=zh, mode_en=en)
    if report and not report.flags.wanted:
        yield _failed("dropped")
    if evidence.permissions and evidence.permissions.permissions.calling == PROHIBITED:
        yield _failed("prohibited")
    if mode:
        yield from _working_mode(evidence, mode)
    if report and evidence.state == "offline" and not report.attempts and not evidence.error:
        yield _failed("idle")
    if report:
        yield _good("good", attempts=str(report.attempts), next=str(report.next_dial), ip=str(report.own_ip))


def _working_mode(evidence: Evidence, mode: UplinkMode) -> Iterator[Found]:
    if mode.mode.role == SERVER:
        yield _failed("server")
    elif mode.mode.online == ON_DEMAND and evidence.state in ("", "offline"):
        yield _failed("on-demand", minutes=str(mode.passive_idle))
    elif mode.mode.online == WINDOWS and evidence.time and evidence.time.hour not in mode.windows:
        yield _failed("window", hour=str(evidence.time.hour))


def _address(evidence: Evidence) -> Iterator[Found]:
    master = evidence.master
    if master is None:
        return
    main = f"{master.main_ip}:{master.main_port}"
    standby = f"{master.standby_ip}:{master.standby_port}"
    if not _usable(master.main_ip, master.main_port) and not _usable(master.standby_ip, master.standby_port):
        yield _failed("none", main=main)
    if evidence.error == "connect refused":
        yield _failed("refused", peer=_peer(evidence) or main, main=main, standby=standby)
    if evidence.error == "connect timeout":
        yield _failed("timeout", peer=_peer(evidence) or main, main=main, standby=standby)
    if evidence.report:
        yield _good("good", peer=_peer(evidence) or main)
    yield _unseen("set", main=main)


def _usable(ip: IPv4Address, port: int) -> bool:
    return ip != NOWHERE and port != 0


def _peer(evidence: Evidence) -> str:
    report = evidence.report
    return f"{report.peer_ip}:{report.peer_port}" if report and report.peer_ip != NOWHERE else ""


def _login(evidence: Evidence) -> Iterator[Found]:
    report = evidence.report
    own = _own(evidence)
    if report is None:
        if evidence.traffic:
            yield _unseen("traffic", today=str(evidence.traffic.today), month=str(evidence.traffic.month))
        return
    if evidence.error == "login denied":
        yield _failed("denied", address=own)
    if evidence.error == "link lost":
        yield _failed("closed", peer=_peer(evidence) or "?", address=own)
    if report.login_at is None and evidence.state != "login":
        yield Verdict.WAITING, "never", {}
    yield _good("good", at=_moment(report.login_at))


def _acknowledgement(evidence: Evidence) -> Iterator[Found]:
    report = evidence.report
    if report is None:
        return
    facts = {
        "login": _moment(report.login_at),
        "last": _moment(report.acknowledged_at),
        "address": _own(evidence),
    }
    if evidence.error in ("login unconfirmed", "heartbeat unconfirmed"):
        yield _failed(evidence.error.replace(" ", "-"), **facts)
    if evidence.online:
        yield _good("good", **facts)
    if evidence.state == "login":
        yield _failed("pending", **facts)
    if evidence.state == "online":
        yield _failed("old", **facts)
    yield Verdict.WAITING, "never", facts


def _own(evidence: Evidence) -> str:
    own = evidence.address
    return f"{own.region}-{own.terminal:04X}" if own else "?"


def _moment(at: datetime | None) -> str:
    return f"{at:%m-%d %H:%M:%S}" if at else "-"


LOOKS: dict[Rung, Callable[[Evidence], Iterator[Found]]] = {
    Rung.SUPPLY: _supply,
    Rung.CLOCK: _clock,
    Rung.MODULE: _module,
    Rung.SIM: _sim,
    Rung.SIGNAL: _signal,
    Rung.APN: _apn,
    Rung.DIAL: _dial,
    Rung.ADDRESS: _address,
    Rung.LOGIN: _login,
    Rung.ACKNOWLEDGEMENT: _acknowledgement,
}
"""From below; the first finding of a rung counts."""
