"""Why is it offline? The way from the mains to the master's acknowledgement, rung by rung, over a local line.

Rules
- Evidence is gathered first, judged afterwards: the judgement is a pure function of what was read.
- A rung fails by evidence only. What this terminal cannot tell is *unseen*, never good; then the rest
  decides. What depends on a rung that failed is *waiting*.
- While the terminal is logged in and acknowledged nothing keeps it off line: oddities are *noted*.
- Sources: 0A F1, F3, F8, F16, F89, 0C F2, F4, F10, AFN09 F9; module, SIM, signal, dialling, login, last error
  from the maker's envelope (item 6003, else 6002; code E0), since the standard has no unit for them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from ipaddress import IPv4Address
from typing import TypeVar

from core.errors import DeniedError, SilenceError
from core.gdw376.unit import Unit
from core.gdw376.units.afn0c import Traffic, UplinkState
from core.gdw376.units.afn04 import ApnUser, MasterStation, TerminalAddress, UplinkMode, UplinkPort
from core.gdw376.units.afn09 import RemoteModule
from core.vendor import items
from core.vendor.identify import MODES, Identity
from core.vendor.items import DIAL_ERRORS, LINK_STATES, UplinkReport
from hhu.client.reading import Outcome, read_parameters
from hhu.client.terminal import TerminalClient
from hhu.client.vendor import identify, read_item, uplink_report

U = TypeVar("U", bound=Unit)
UNITS: tuple[type[Unit], ...] = (
    MasterStation, UplinkPort, UplinkMode, ApnUser, TerminalAddress, UplinkState, Traffic, RemoteModule,
)  # fmt: skip
CLOCK_LIMIT = 300.0
"""Seconds of difference from which time labels and hours on line go wrong."""
WEAK = 10
"""CSQ up to which the face shows no bar (device behaviour 2.3)."""
NOWHERE = IPv4Address(0)
MODULE_PART, SIM_PART = 2, 3
"""Bits of the self-test's fault mask (vendor extension §2.6)."""
ON_DEMAND, WINDOWS, SERVER, PROHIBITED, TESTED = 2, 3, 2, 2, 2
SPARE_HEARTBEATS = 3


class Rung(Enum):
    """The rungs from below."""

    SUPPLY = "supply"
    CLOCK = "clock"
    MODULE = "module"
    SIM = "sim"
    SIGNAL = "signal"
    APN = "apn"
    DIAL = "dial"
    ADDRESS = "address"
    LOGIN = "login"
    ACKNOWLEDGEMENT = "ack"


class Verdict(Enum):
    """What is known of a rung."""

    GOOD = "good"
    NOTED = "noted"
    """Odd, but not the reason."""
    UNSEEN = "unseen"
    """This terminal does not tell."""
    WAITING = "waiting"
    """Cannot be before the rung below holds."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: verdict, and the finding whose words stand in `hhu.offline_words`, with its facts."""

    rung: Rung
    verdict: Verdict
    finding: str
    facts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read; ``None`` where the terminal does not tell."""

    answers: bool = True
    clock_read: bool = False
    time: datetime | None = None
    """The terminal's time; ``None`` also for an invalid clock."""
    difference: float | None = None
    """Terminal minus computer, seconds."""
    master: MasterStation | None = None
    port: UplinkPort | None = None
    mode: UplinkMode | None = None
    user: ApnUser | None = None
    address: TerminalAddress | None = None
    permissions: UplinkState | None = None
    traffic: Traffic | None = None
    remote: RemoteModule | None = None
    report: UplinkReport | None = None
    test: items.SelfTest | None = None
    resets: int | None = None
    identity: Identity | None = None

    @property
    def state(self) -> str:
        """State of the link in the terminal's word, empty where it does not tell."""
        return LINK_STATES.get(self.report.state, ("", ""))[1] if self.report else ""

    @property
    def error(self) -> str:
        """Why the last attempt ended; empty while on line, for it is history then."""
        if self.report is None or self.online:
            return ""
        return DIAL_ERRORS.get(self.report.error, ("", ""))[1] if self.report.error else ""

    @property
    def online(self) -> bool:
        """Whether the terminal is logged in and the master has acknowledged it lately."""
        report = self.report
        if report is None or self.state != "online" or report.acknowledged_at is None:
            return False
        return self.time is None or self.time - report.acknowledged_at < self.patience

    @property
    def patience(self) -> timedelta:
        """How old the last acknowledgement may be: three heartbeats and the time they may take."""
        minutes = self.port.heartbeat if self.port else 15
        return timedelta(minutes=SPARE_HEARTBEATS * max(1, minutes) + 2)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All rungs; ``failing`` is the first that failed."""

    steps: tuple[Step, ...]
    online: bool

    @property
    def failing(self) -> Step | None:
        """The reason, as far as there is one."""
        return next((step for step in self.steps if step.verdict is Verdict.FAILED), None)

    @property
    def unseen(self) -> tuple[Rung, ...]:
        """Rungs this terminal does not tell about."""
        return tuple(step.rung for step in self.steps if step.verdict is Verdict.UNSEEN)

    @property
    def headline(self) -> str:
        """Key of the sentence above the ladder."""
        if self.failing:
            return "offline.found"
        if self.online:
            return "offline.online"
        return "offline.unseen" if self.unseen else "offline.trying"


OnStep = Callable[[str], None]
"""Told what is asked now: clock, parameters, maker."""
PHASES = ("clock", "parameters", "maker")
SILENT = Evidence(answers=False)


async def examine(client: TerminalClient, on_phase: OnStep | None = None) -> tuple[Evidence, Diagnosis]:
    """Gather and judge; a terminal that keeps silent is an answer, a lost line is a ``LineError``."""
    try:
        evidence = await gather(client, on_phase)
    except SilenceError:
        evidence = SILENT
    return evidence, judge(evidence)


async def gather(client: TerminalClient, on_phase: OnStep | None = None) -> Evidence:
    """Read all evidence; ``SilenceError`` when nobody answers the first question."""
    tell = on_phase or _nobody
    tell("clock")
    evidence = await _with_clock(client)
    tell("parameters")
    evidence = await _with_units(client, evidence)
    tell("maker")
    return await _with_maker(client, evidence)


def _nobody(_: str) -> None:
    """Nobody looks on."""


async def _with_clock(client: TerminalClient) -> Evidence:
    try:
        clock = await client.read_clock()
    except DeniedError:
        return Evidence()
    return Evidence(clock_read=True, time=clock.terminal, difference=clock.residual_s)


async def _with_units(client: TerminalClient, evidence: Evidence) -> Evidence:
    found: dict[type[Unit], Unit] = {}

    def take(outcome: Outcome) -> None:
        if outcome.unit is not None:
            found[type(outcome.unit)] = outcome.unit

    await read_parameters(client, [(0, unit) for unit in UNITS], take)

    def get(kind: type[U]) -> U | None:
        unit = found.get(kind)
        return unit if isinstance(unit, kind) else None

    return replace(
        evidence,
        master=get(MasterStation),
        port=get(UplinkPort),
        mode=get(UplinkMode),
        user=get(ApnUser),
        address=get(TerminalAddress),
        permissions=get(UplinkState),
        traffic=get(Traffic),
        remote=get(RemoteModule),
    )


async def _with_maker(client: TerminalClient, evidence: Evidence) -> Evidence:
    """Ask in the maker's envelope; a terminal that does not know code E0 is asked nothing more."""
    identity = await identify(client)
    report = await uplink_report(client)
    if identity is None and report is None:
        return replace(evidence, test=await read_item(client, items.SELF_TEST, items.SelfTest))
    test = None if report else await read_item(client, items.SELF_TEST, items.SelfTest)
    resets = await read_item(client, items.RESETS, items.Resets)
    return replace(
        evidence, identity=identity, report=report, test=test, resets=resets.count if resets else None
    )


# Judging


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
