"""How the terminal keeps in touch with its master (device behaviour 6.9), as a machine without a line.

Strategy
- Outcomes are handed in by name (``dialled``, ``lost``, ``heard``, ``said`` ...) and only change the state.
  ``tick`` then decides and returns the commands; ``deadline`` tells when it has to be asked again by itself.
- One message of the terminal's own at a time. In order: login, a person's site report, events and tasks,
  heartbeat. Answers to the master are not its business.
- The 6-hour rule counts only while the terminal should be on line. The terminal itself is reset only if there
  was contact since its start: another reset brings nothing to a terminal that never reached its master.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from core.errors import StoreError
from core.terminal.controls import Controls
from core.terminal.events.rings import Events
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.statistics import Statistics
from core.terminal.uplink.download import ANEW, DownloadLink, DownloadRedial
from core.terminal.uplink.redial import BACK_TO_MAIN, Redial
from core.terminal.uplink.reports import Reports
from core.terminal.uplink.settings import OnLine, Role, Settings, settings_of
from core.terminal.uplink.state import (
    Command,
    CyclePower,
    Dial,
    EventReport,
    Failure,
    HangUp,
    LinkTest,
    Listen,
    Message,
    Obstacle,
    Patience,
    Presence,
    Reset,
    Say,
    SiteOutcome,
    StatusReport,
    StopListening,
    Target,
    TaskReport,
    UplinkState,
)

LOGIN = Patience(20.0, 2)
"""Three tries of 20 s."""
HEARTBEATS = 3
"""Unanswered heartbeats after which the link is given up."""
REPORT_RETRIES = 2
"""An event report is tried three times at most."""
GOODBYE = Patience(5.0, 0)
"""A logout is not worth more [design]."""
SILENCE = 6 * 3600.0
"""Seconds without contact until the module is switched off and on."""
RESET_AFTER = 1800.0
"""Seconds behind that until the terminal is reset [design]."""
RECENT = 60.0
"""Seconds after a frame of the master in which no other caller is taken (server mode) [design]."""
RING_PAUSE = 10.0
"""Seconds without a ring that end a call [design]."""
USUAL_RINGS = 2
"""Rings before a call counts as wake-up (Q30, device behaviour 10)."""
MOST_RINGS = 10
RINGS = "uplink.rings"
HOUR = timedelta(hours=1)


class Phase(Enum):
    """Where the link stands."""

    RESTING = auto()
    DIALLING = auto()
    LISTENING = auto()
    LOGGING_IN = auto()
    ONLINE = auto()
    LEAVING = auto()
    """Logout sent."""
    CLOSING = auto()
    """To be hung up."""


CONNECTED = frozenset({Phase.LOGGING_IN, Phase.ONLINE, Phase.LEAVING})


def _nobody() -> None:
    """Nobody waits for orders yet."""


class Uplink:
    """Policy of one uplink. Times are monotonic seconds, ``civil`` is the terminal's clock if it is valid."""

    def __init__(
        self,
        parameters: Parameters,
        controls: Controls,
        statistics: Statistics,
        events: Events,
        ledger: Ledger,
    ) -> None:
        self._parameters = parameters
        self._controls = controls
        self._ledger = ledger
        self.reports = Reports(parameters, controls, statistics, events, ledger)
        self.presence = Presence()
        """What is fitted; the runner keeps it up to date."""
        self.on_order: Callable[[], None] = _nobody
        """Called when something changed that ``tick`` should look at."""
        self.restart()

    def restart(self, download: DownloadLink | None = None) -> None:
        """Power came back: nothing of the link before is left; ``download`` holds until the next restart."""
        self._settings: tuple[int, Settings] | None = None
        self._download = download
        self._block_at = float("-inf")
        self._site_awaited: tuple[float, Callable[[bool], None]] | None = None
        self._phase = Phase.RESTING
        self._redial = DownloadRedial() if download else Redial()
        self._target: Target | None = None
        self._route: tuple[object, ...] = ()
        self._called = False
        self._listening: Listen | None = None
        self._listen_due = float("-inf")
        self._saying: Message | None = None
        self._awake = self._site = False
        self._rest_until = self._online_at = self._used_at = self._heard_at = float("-inf")
        self._heartbeat_at = float("inf")
        self._rang = (0, float("-inf"))
        self._contact_at: float | None = None
        self._had_contact = self._cycled = False
        self._shown: UplinkState | None = None
        self.last_error: Failure | None = None
        """Why the last try failed or the last link ended; ``None`` after a login."""
        self.login_acknowledged_at: datetime | None = None
        """When the master confirmed the last login, by the terminal's clock."""
        self.login_at: datetime | None = None
        """When the last login was sent, by the terminal's clock."""
        self.acknowledged_at: datetime | None = None
        """When the master last confirmed a message, by the terminal's clock."""
        self.since: datetime | None = None
        """When the present state began, by the terminal's clock."""
        self.deadline: float | None = None
        """When ``tick`` has something to do by itself."""

    # What others look at

    @property
    def settings(self) -> Settings:
        """The parameters of the uplink."""
        revision = self._parameters.revision
        if self._settings is None or self._settings[0] != revision:
            usual = settings_of(self._parameters)
            self._settings = (revision, self._download.applied(usual) if self._download else usual)
        return self._settings[1]

    @property
    def _permitted(self) -> bool:
        """An order to stay off line does not hold in download mode (5.4)."""
        return self._download is not None or self._controls.connection_wanted

    @property
    def state(self) -> UplinkState:
        """What the face shows (M50)."""
        if not self.presence.module:
            return UplinkState.NO_MODULE
        if not self.presence.card:
            return UplinkState.NO_SIM
        if self._phase in CONNECTED:
            return UplinkState.LOGIN if self._phase is Phase.LOGGING_IN else UplinkState.ONLINE
        if self._phase is Phase.LISTENING or (self.settings.listens and not self.settings.dials):
            return UplinkState.LISTENING if self._permitted else UplinkState.OFFLINE
        if not self.settings.dials:
            return UplinkState.NONE
        return self._dialling_state()

    def _dialling_state(self) -> UplinkState:
        asleep = self.settings.on_line is not OnLine.ALWAYS and not self._awake
        unwanted = not self._permitted or (asleep and self._phase is Phase.RESTING)
        resting = self._phase is not Phase.DIALLING and (unwanted or self._redial.pausing)
        return UplinkState.OFFLINE if resting else UplinkState.DIALLING

    @property
    def online(self) -> bool:
        """Logged in, or called by the master."""
        return self._phase is Phase.ONLINE

    @property
    def standby_in_use(self) -> bool:
        """Tell whether the standby master is dialled or connected (M97)."""
        return self._target is not None and self._target.standby

    @property
    def attempts(self) -> int:
        """Tries since the last login."""
        return self._redial.attempts

    @property
    def target(self) -> Target | None:
        """Which master is dialled or connected."""
        return self._target

    def next_try(self, now: float) -> float:
        """Seconds until the next try; 0 while none is planned."""
        resting = self._phase is Phase.RESTING and self._redial.due > now
        return self._redial.due - now if resting else 0.0

    @property
    def rings(self) -> int:
        """Rings before a call wakes a passive uplink; 0: never (M100)."""
        return int(self._ledger.fact(RINGS) or USUAL_RINGS)

    @rings.setter
    def rings(self, count: int) -> None:
        if not 0 <= count <= MOST_RINGS:
            raise ValueError(f"{count} rings, 0 to {MOST_RINGS} are possible")
        self._ledger.note(RINGS, str(count))

    # What others order

    def rouse(self) -> None:
        """Something changed: parameters, events, controls."""
        self.on_order()

    def wake(self) -> None:
        """A wake-up short message, or AFN05 F38: be on line now."""
        with suppress(StoreError):
            self._controls.want_connection(True)
        self._awake, self._rest_until = True, float("-inf")
        if self._phase is Phase.RESTING:
            self._redial.at_once()
        self.on_order()

    def drop(self) -> None:
        """AFN05 F39: log out and stay off line until woken."""
        self._controls.want_connection(False)
        self._awake = False
        self.on_order()

    def rang(self, now: float) -> None:
        """The module rings once; enough rings of one call wake the uplink (M100)."""
        count, last = self._rang
        count = count + 1 if now - last < RING_PAUSE else 1
        self._rang = (count, now)
        if count == self.rings:
            self.wake()

    def site_report(self) -> SiteOutcome:
        """A person wants the master to hear from this terminal now (M112, M113)."""
        settings = self.settings
        if not self.presence.ready or not (settings.dials or self._phase is Phase.ONLINE):
            return SiteOutcome.NO_LINK
        self._site = True
        if self._phase is Phase.ONLINE:
            self._heartbeat_at = float("-inf")
            self.on_order()
            return SiteOutcome.SENT
        self.wake()
        return SiteOutcome.QUEUED

    @property
    def site_report_waits(self) -> bool:
        """Tell whether a site report is not yet out and confirmed."""
        return self._site

    def block_taken(self, now: float) -> None:
        """A block of a package came: the link of download mode is worth keeping."""
        self._block_at = now

    def await_site_report(self, until: float, done: Callable[[bool], None]) -> None:
        """Call ``done`` once: true when the report was confirmed, false at ``until`` (monotonic)."""
        self._site_awaited = (until, done)
        self.on_order()

    def _look_at_site_report(self, now: float) -> None:
        if self._site_awaited is None or (self._site and now < self._site_awaited[0]):
            return
        (_, done), self._site_awaited = self._site_awaited, None
        done(not self._site)

    # What the runner reports

    def dialled(self, now: float) -> None:
        """The connection stands: log in."""
        if self._phase is Phase.DIALLING:
            self._begin(Phase.LOGGING_IN, now)

    def called(self, now: float) -> bool:
        """A master connects to the listening port; return whether it is taken."""
        if self._phase in CONNECTED and now - max(self._heard_at, self._online_at) < RECENT:
            return False
        self._called, self._target = True, None
        self._begin(Phase.ONLINE, now)
        self._went_online(now)
        return True

    def failed(self, failure: Failure, now: float) -> None:
        """A try to connect failed."""
        if self._phase is Phase.DIALLING:
            self._give_up(failure, now)

    def deaf(self, failure: Failure, now: float) -> None:
        """The listening port could not be opened; it is tried again."""
        self.last_error, self._listening = failure, None
        self._listen_due = now + self.settings.redial

    def lost(self, reason: str, now: float) -> None:
        """The link ended by itself."""
        if self._phase in CONNECTED:
            self._give_up(Failure(Obstacle.LOST, reason), now)

    def heard(self, now: float, *, call: bool) -> None:
        """A frame of the master came; ``call``: it asks for something."""
        self._heard_at = now
        self._contact(now)
        if call:
            self._used_at = now

    def said(self, message: Message, now: float, civil: datetime | None, *, accepted: bool | None) -> None:
        """A message ended: confirmed, denied, or unanswered (``None``)."""
        if message is not self._saying:
            return
        self._saying = None
        if accepted:
            self.acknowledged_at = civil
        match message:
            case LinkTest.LOGIN:
                self._login_answered(now, civil, accepted=accepted)
            case LinkTest.HEARTBEAT:
                self._heartbeat_answered(now, accepted=accepted)
            case LinkTest.LOGOUT:
                self._phase = Phase.CLOSING
            case _:
                self._report_answered(message, now, accepted=accepted)

    def _login_answered(self, now: float, civil: datetime | None, *, accepted: bool | None) -> None:
        if not accepted:
            reason = "not confirmed" if accepted is None else "denied"
            self._give_up(Failure(Obstacle.LOGIN, reason, civil), now, hang_up=True)
            return
        self.login_acknowledged_at, self.last_error = civil, None
        self._went_online(now)

    def _went_online(self, now: float) -> None:
        self._phase = Phase.ONLINE
        self._online_at = self._used_at = now
        self._heartbeat_at = float("inf") if self._called else now + self.settings.heartbeat
        self._redial.reached()
        self.reports.linked()
        self._contact(now)

    def _heartbeat_answered(self, now: float, *, accepted: bool | None) -> None:
        if accepted is None:
            reason = f"{HEARTBEATS} heartbeats without answer"
            self._give_up(Failure(Obstacle.HEARTBEAT, reason), now, hang_up=True)
        elif accepted:
            self._heartbeat_at = now + self.settings.heartbeat
        elif self._phase is Phase.ONLINE:  # a master that no longer knows the terminal
            self._phase = Phase.LOGGING_IN

    def _report_answered(self, message: Message, now: float, *, accepted: bool | None) -> None:
        self._used_at = now
        if accepted:
            self.reports.confirmed(message)
        else:
            self.reports.unanswered(message)
        if isinstance(message, EventReport | StatusReport):
            self._site = False

    def nothing_to_report(self, message: Message) -> None:
        """A task that is due has nothing stored: it is done without a report."""
        if message is self._saying:
            self._saying = None
        self.reports.confirmed(message)

    def _begin(self, phase: Phase, now: float) -> None:
        self._phase, self._saying = phase, None
        self._online_at = self._used_at = self._heard_at = now

    def _contact(self, now: float) -> None:
        self._contact_at = now
        self._had_contact, self._cycled = True, False

    def _give_up(self, failure: Failure, now: float, *, hang_up: bool = False) -> None:
        """Plan the next try behind a failed one or a lost link."""
        self.last_error = failure
        self._saying = None
        if self._target is None or self._phase is Phase.LEAVING:
            pass  # the master calls again, or the link was to end anyway
        elif self._phase is Phase.ONLINE:
            self._redial.lost(self.settings, now)
        elif self._redial.failed(self._target, self.settings, now):
            self._awake = False
            self._rest_until = self._redial.due
        self._phase = Phase.CLOSING if hang_up else Phase.RESTING
        self._target, self._called = None, False

    # What to do

    def tick(self, now: float, civil: datetime | None) -> list[Command]:
        """Decide; ask again after every outcome, order and change, and at ``deadline``."""
        if self.last_error and self.last_error.at is None and civil:
            self.last_error = replace(self.last_error, at=civil)
        self._look_at_site_report(now)
        commands: list[Command] = []
        while command := self._step(now, civil):
            commands.append(command)
            if isinstance(command, Say) and command.message is LinkTest.LOGIN:
                self.login_at = civil
        if self.state is not self._shown:
            self._shown, self.since = self.state, civil
        self.deadline = self._next_deadline(now, civil)
        return commands

    def _step(self, now: float, civil: datetime | None) -> Command | None:
        wanted = self._wanted(now, civil)
        if (command := self._listening_step(now)) or (command := self._watchdog(now, wanted=wanted)):
            return command
        match self._phase:
            case Phase.RESTING:
                return self._dial(now) if wanted and self.settings.dials else None
            case Phase.DIALLING if not wanted or self._route != self.settings.route:
                self._redial.at_once()
                return self._hang_up()
            case Phase.LOGGING_IN | Phase.ONLINE:
                return self._connected_step(now, civil, wanted=wanted)
            case Phase.CLOSING:
                return self._hang_up()
            case _:
                return None

    def _listening_step(self, now: float) -> Command | None:
        """Open or close the port on which the master may call."""
        settings = self.settings
        wanted = settings.listens and self.presence.ready and self._permitted
        offered = Listen(settings.listen_port, settings.udp) if wanted else None
        if self._listening and self._listening != offered:
            self._listening = None
            return StopListening()
        if offered and not self._listening and now >= self._listen_due:
            self._listening = offered
            return offered
        if self._phase in (Phase.RESTING, Phase.LISTENING):
            self._phase = Phase.LISTENING if self._listening and not settings.dials else Phase.RESTING
        return None

    def _wanted(self, now: float, civil: datetime | None) -> bool:
        """Should there be a link now?"""
        settings = self.settings
        if not self.presence.ready or not self._permitted:
            return False
        if self._called:
            return settings.listens
        if not settings.dials:
            return False
        if self._awake or settings.on_line is OnLine.ALWAYS:
            return True
        if settings.on_line is OnLine.WINDOWS and (civil is None or civil.hour in settings.windows):
            return True
        waits = now >= self._rest_until and self.reports.next(civil) is not None
        self._awake = waits
        return waits

    def _dial(self, now: float) -> Command | None:
        if self._route and self._route != self.settings.route:
            self._redial.at_once()  # another master or access point: the long pause was for the old one
        if now < self._redial.due:
            return None
        self._contact_at = now if self._contact_at is None else self._contact_at
        self._target = self._redial.next_target(self.settings)
        self._route = self.settings.route
        self._phase = Phase.DIALLING
        return Dial(self._target)

    def _hang_up(self) -> Command:
        self._phase, self._saying = Phase.RESTING, None
        self._target, self._called = None, False
        return HangUp()

    def _connected_step(self, now: float, civil: datetime | None, *, wanted: bool) -> Command | None:
        moved = not self._called and self._route != self.settings.route
        if not self.presence.ready:
            return self._hang_up()
        if self._saying is not None:
            return None
        if self._stale(now):
            self._redial.at_once()
            return self._hang_up()
        if not wanted or moved or self._overdue_standby(now) or self._idle(now, civil):
            return self._leave()
        if self._phase is Phase.LOGGING_IN:
            return self._say(LinkTest.LOGIN, LOGIN)
        return self._say_next(now, civil)

    def _stale(self, now: float) -> bool:
        """Download mode: without a block for 10 min the link is made anew (5.4)."""
        return self._download is not None and now >= max(self._online_at, self._block_at) + ANEW

    def _leave(self) -> Command:
        """Log out, then hang up; a link that is not logged in only hangs up."""
        self._redial.at_once()
        if self._phase is not Phase.ONLINE or self._called:
            return self._hang_up()
        self._phase = Phase.LEAVING
        return self._say(LinkTest.LOGOUT, GOODBYE)

    def _overdue_standby(self, now: float) -> bool:
        return (
            self.standby_in_use and self.settings.main is not None and now >= self._online_at + BACK_TO_MAIN
        )

    def _idle(self, now: float, civil: datetime | None) -> bool:
        """On demand: end the link after so long without traffic, unless something is still to be said."""
        settings = self.settings
        in_window = settings.on_line is OnLine.WINDOWS and (civil is None or civil.hour in settings.windows)
        if settings.on_line is OnLine.ALWAYS or in_window or self._called or self._phase is not Phase.ONLINE:
            return False
        if self._site or now < self._used_at + settings.demand_idle:
            return False
        self._awake = False
        return True

    def _say(self, message: Message, patience: Patience, *, confirmed: bool = True) -> Command:
        self._saying = message
        return Say(message, patience, confirmed)

    def _say_next(self, now: float, civil: datetime | None) -> Command | None:
        answer, confirmed = self.settings.answer, self.settings.confirmed
        if now >= self._heartbeat_at:
            return self._say(LinkTest.HEARTBEAT, replace(answer, retries=HEARTBEATS - 1))
        if self._download:
            return None
        message = self.reports.site_report() if self._site else self.reports.next(civil)
        match message:
            case EventReport():
                tries = min(answer.retries, REPORT_RETRIES)
                return self._say(message, replace(answer, retries=tries), confirmed=confirmed.class_3)
            case TaskReport(due):
                asks = confirmed.class_1 if due.present else confirmed.class_2
                return self._say(message, answer, confirmed=asks)
            case StatusReport():
                return self._say(message, answer, confirmed=confirmed.class_1)
            case _:
                return None

    def _watchdog(self, now: float, *, wanted: bool) -> Command | None:
        """Six hours without contact: module off and on, then the terminal."""
        if not wanted or self.settings.role is Role.SERVER:
            self._contact_at = None
            return None
        if self._contact_at is None:
            self._contact_at = now
        if self._cycled and self._had_contact and now - self._contact_at >= RESET_AFTER:
            self._had_contact = False
            return Reset()
        if now - self._contact_at < SILENCE:
            return None
        self._contact_at, self._cycled = now, True
        self._redial.at_once()
        if self._phase is not Phase.RESTING:
            self._hang_up()
        return CyclePower()

    def _next_deadline(self, now: float, civil: datetime | None) -> float | None:
        """The earliest of all times at which something may change by itself."""
        if not self.presence.ready or not self._permitted:
            return None
        settings, due = self.settings, [float("inf"), self._listen_due]
        if self._phase is Phase.RESTING and settings.dials:
            due.append(max(self._redial.due, self._rest_until, now))
        if self._phase is Phase.ONLINE and self._saying is None:
            due.append(self._heartbeat_at)
            if self._download:
                due.append(max(self._online_at, self._block_at) + ANEW)
            if settings.on_line is not OnLine.ALWAYS:
                due.append(self._used_at + settings.demand_idle)
            if self.standby_in_use:
                due.append(self._online_at + BACK_TO_MAIN)
        if self._contact_at is not None:
            due.append(self._contact_at + (RESET_AFTER if self._cycled and self._had_contact else SILENCE))
        if self._site_awaited is not None:
            due.append(self._site_awaited[0])
        due += self._civil_deadlines(now, civil)
        soonest = min(one for one in due if one > now or one == float("inf"))
        return None if soonest == float("inf") else soonest

    def _civil_deadlines(self, now: float, civil: datetime | None) -> list[float]:
        """Full hours of the windows, slots of tasks."""
        if civil is None:
            return []
        moments: list[datetime] = []
        if self.settings.on_line is OnLine.WINDOWS:
            moments.append(civil.replace(minute=0, second=0, microsecond=0) + HOUR)
        if self._phase is Phase.ONLINE or self.settings.on_line is not OnLine.ALWAYS:
            upcoming = self.reports.tasks.next_at(civil)
            moments += [upcoming] if upcoming else []
        return [now + (moment - civil).total_seconds() for moment in moments]
