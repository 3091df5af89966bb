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
from datetime import datetime

from core.errors import StoreError
from core.terminal.controls import Controls
from core.terminal.events.rings import Events
from core.terminal.ledger import Ledger
from core.terminal.parameters import Parameters
from core.terminal.statistics import Statistics
from core.terminal.uplink.download import DownloadLink, DownloadRedial
from core.terminal.uplink.link import LONG_AGO, NEVER, Link, Phase
from core.terminal.uplink.listening import Listening
from core.terminal.uplink.need import Need
from core.terminal.uplink.redial import Redial
from core.terminal.uplink.reports import Reports
from core.terminal.uplink.rings import Rings
from core.terminal.uplink.saying import HEARTBEATS, order
from core.terminal.uplink.settings import Role, Settings, settings_of
from core.terminal.uplink.site_report import SiteReport
from core.terminal.uplink.standing import standing
from core.terminal.uplink.state import (
    Command,
    CyclePower,
    EventReport,
    Failure,
    LinkTest,
    Listen,
    Message,
    Obstacle,
    Presence,
    Say,
    SiteOutcome,
    StatusReport,
    Target,
    UplinkState,
)
from core.terminal.uplink.watchdog import Watchdog


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
        self._link = Link()
        self._redial = DownloadRedial() if download else Redial()
        self._listening = Listening()
        self._need = Need(self.reports)
        self._site = SiteReport()
        self._watchdog = Watchdog()
        self.rings = Rings(self._ledger)
        """How often a call has to ring."""
        self.last_error: Failure | None = None
        """Why the last try failed or the last link ended; ``None`` after a login."""
        self.login_at: datetime | None = None
        """When the last login was sent, by the terminal's clock."""
        self.acknowledged_at: datetime | None = None
        """When the master last confirmed a message, by the terminal's clock."""
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
        return standing(
            self._link, self._need, self._redial, self.settings, self.presence, permitted=self._permitted
        )

    @property
    def online(self) -> bool:
        """Logged in, or called by the master."""
        return self._link.online

    @property
    def standby_in_use(self) -> bool:
        """Tell whether the standby master is dialled or connected (M97)."""
        return self._link.standby

    @property
    def attempts(self) -> int:
        """Tries since the last login."""
        return self._redial.attempts

    @property
    def target(self) -> Target | None:
        """Which master is dialled or connected."""
        return self._link.target

    def next_try(self, now: float) -> float:
        """Seconds until the next try; 0 while none is planned."""
        resting = self._link.phase is Phase.RESTING and self._redial.due > now
        return self._redial.due - now if resting else 0.0

    # What others order

    def rouse(self) -> None:
        """Something changed: parameters, events, controls."""
        self.on_order()

    def wake(self) -> None:
        """A wake-up short message, or AFN05 F38: be on line now."""
        with suppress(StoreError):
            self._controls.want_connection(True)
        self._need.wake()
        if self._link.phase is Phase.RESTING:
            self._redial.at_once()
        self.on_order()

    def drop(self) -> None:
        """AFN05 F39: log out and stay off line until woken."""
        self._controls.want_connection(False)
        self._need.awake = False
        self.on_order()

    def rang(self, now: float) -> None:
        """The module rings once; enough rings of one call wake the uplink (M100)."""
        if self.rings.rang(now):
            self.wake()

    def site_report(self) -> SiteOutcome:
        """A person wants the master to hear from this terminal now (M112, M113)."""
        if not self.presence.ready or not (self.settings.dials or self.online):
            return SiteOutcome.NO_LINK
        self._site.waits = True
        if self.online:
            self._link.heartbeat_at = LONG_AGO
            self.on_order()
            return SiteOutcome.SENT
        self.wake()
        return SiteOutcome.QUEUED

    def await_site_report(self, until: float, done: Callable[[bool], None]) -> None:
        """Call ``done`` once: true when the report was confirmed, false at ``until`` (monotonic)."""
        self._site.tell(until, done)
        self.on_order()

    def block_taken(self, now: float) -> None:
        """A block of a package came: the link of download mode is worth keeping."""
        self._link.block_at = now

    # What the runner reports

    def dialled(self, now: float) -> None:
        """The connection stands: log in."""
        if self._link.phase is Phase.DIALLING:
            self._link.begin(Phase.LOGGING_IN, now)

    def called(self, now: float) -> bool:
        """A master connects to the listening port; return whether it is taken."""
        if self._link.in_use(now):
            return False
        self._link.taken(now)
        self._went_online(now)
        return True

    def failed(self, failure: Failure, now: float) -> None:
        """A try to connect failed."""
        if self._link.phase is Phase.DIALLING:
            self._give_up(failure, now)

    def deaf(self, failure: Failure, now: float) -> None:
        """The listening port could not be opened; it is tried again."""
        self.last_error = failure
        self._listening.failed(now + self.settings.redial)

    def lost(self, reason: str, now: float) -> None:
        """The link ended by itself."""
        if self._link.connected:
            self._give_up(Failure(Obstacle.LOST, reason), now)

    def heard(self, now: float, *, call: bool) -> None:
        """A frame of the master came; ``call``: it asks for something."""
        self._link.heard_at = now
        self._watchdog.contact(now)
        if call:
            self._link.used_at = now

    def said(self, message: Message, now: float, civil: datetime | None, *, accepted: bool | None) -> None:
        """A message ended: confirmed, denied, or unanswered (``None``)."""
        if message is not self._link.saying:
            return
        self._link.saying = None
        if accepted:
            self.acknowledged_at = civil
        match message:
            case LinkTest.LOGIN:
                self._login_answered(now, civil, accepted=accepted)
            case LinkTest.HEARTBEAT:
                self._heartbeat_answered(now, accepted=accepted)
            case LinkTest.LOGOUT:
                self._link.phase = Phase.CLOSING
            case _:
                self._report_answered(message, now, accepted=accepted)

    def _login_answered(self, now: float, civil: datetime | None, *, accepted: bool | None) -> None:
        if not accepted:
            reason = "not confirmed" if accepted is None else "denied"
            self._give_up(Failure(Obstacle.LOGIN, reason, civil), now, hang_up=True)
            return
        self.last_error = None
        self._went_online(now)

    def _went_online(self, now: float) -> None:
        self._link.went_online(self.settings.heartbeat, now)
        self._redial.reached()
        self.reports.linked()
        self._watchdog.contact(now)

    def _heartbeat_answered(self, now: float, *, accepted: bool | None) -> None:
        if accepted is None:
            reason = f"{HEARTBEATS} heartbeats without answer"
            self._give_up(Failure(Obstacle.HEARTBEAT, reason), now, hang_up=True)
        elif accepted:
            self._link.heartbeat_at = now + self.settings.heartbeat
        elif self.online:  # a master that no longer knows the terminal
            self._link.phase = Phase.LOGGING_IN

    def _report_answered(self, message: Message, now: float, *, accepted: bool | None) -> None:
        self._link.used_at = now
        if accepted:
            self.reports.confirmed(message)
        else:
            self.reports.unanswered(message)
        if isinstance(message, EventReport | StatusReport):
            self._site.waits = False

    def nothing_to_report(self, message: Message) -> None:
        """A task that is due has nothing stored: it is done without a report."""
        if message is self._link.saying:
            self._link.saying = None
        self.reports.confirmed(message)

    def _give_up(self, failure: Failure, now: float, *, hang_up: bool = False) -> None:
        """Plan the next try behind a failed one or a lost link."""
        self.last_error = failure
        target = self._link.target
        if target is None or self._link.phase is Phase.LEAVING:
            pass  # the master calls again, or the link was to end anyway
        elif self.online:
            self._redial.lost(self.settings, now)
        elif self._redial.failed(target, self.settings, now):
            self._need.row_over(self._redial.due)
        self._link.ended(Phase.CLOSING if hang_up else Phase.RESTING)

    # What to do

    def tick(self, now: float, civil: datetime | None) -> list[Command]:
        """Decide; ask again after every outcome, order and change, and at ``deadline``."""
        if self.last_error and self.last_error.at is None and civil:
            self.last_error = replace(self.last_error, at=civil)
        self._site.look(now)
        commands: list[Command] = []
        while command := self._step(now, civil):
            commands.append(command)
            if isinstance(command, Say) and command.message is LinkTest.LOGIN:
                self.login_at = civil
        self.deadline = self._next_deadline(now, civil)
        return commands

    def _step(self, now: float, civil: datetime | None) -> Command | None:
        wanted = self._wanted(now, civil)
        if (command := self._listening_step(now)) or (command := self._silence_step(now, wanted=wanted)):
            return command
        match self._link.phase:
            case Phase.RESTING:
                return self._dial(now) if wanted and self.settings.dials else None
            case Phase.DIALLING if not wanted or self._link.moved(self.settings):
                self._redial.at_once()
                return self._link.hang_up()
            case Phase.LOGGING_IN | Phase.ONLINE:
                return self._connected_step(now, civil, wanted=wanted)
            case Phase.CLOSING:
                return self._link.hang_up()
            case _:
                return None

    def _wanted(self, now: float, civil: datetime | None) -> bool:
        """Should there be a link now?"""
        settings = self.settings
        if not self.presence.ready or not self._permitted:
            return False
        if self._link.called:
            return settings.listens
        return settings.dials and self._need.link_wanted(settings, now, civil)

    def _listening_step(self, now: float) -> Command | None:
        """Open or close the port on which the master may call."""
        settings = self.settings
        wanted = settings.listens and self.presence.ready and self._permitted
        offered = Listen(settings.listen_port, settings.udp) if wanted else None
        if command := self._listening.step(offered, now):
            return command
        if self._link.phase in (Phase.RESTING, Phase.LISTENING):
            listens_only = self._listening.open and not settings.dials
            self._link.phase = Phase.LISTENING if listens_only else Phase.RESTING
        return None

    def _silence_step(self, now: float, *, wanted: bool) -> Command | None:
        if not wanted or self.settings.role is Role.SERVER:
            self._watchdog.rest()
            return None
        command = self._watchdog.look(now)
        if isinstance(command, CyclePower):
            self._redial.at_once()
            if self._link.phase is not Phase.RESTING:
                self._link.hang_up()
        return command

    def _dial(self, now: float) -> Command | None:
        if self._link.dialled_before and self._link.moved(self.settings):
            self._redial.at_once()  # another master or access point: the long pause was for the old one
        if now < self._redial.due:
            return None
        return self._link.dial(self._redial.next_target(self.settings), self.settings)

    def _connected_step(self, now: float, civil: datetime | None, *, wanted: bool) -> Command | None:
        link = self._link
        if not self.presence.ready:
            return link.hang_up()
        if link.saying is not None:
            return None
        if self._download and now >= link.stale_at:
            self._redial.at_once()
            return link.hang_up()
        moved = not link.called and link.moved(self.settings)
        overdue = self.settings.main is not None and now >= link.back_to_main_at
        if not wanted or moved or overdue or self._idle(now, civil):
            return self._leave()
        if link.phase is Phase.LOGGING_IN:
            return link.say(order(LinkTest.LOGIN, self.settings))
        message = self._next_message(now, civil)
        return link.say(order(message, self.settings)) if message else None

    def _leave(self) -> Command:
        """Log out, then hang up; a link that is not logged in only hangs up."""
        self._redial.at_once()
        if not self.online or self._link.called:
            return self._link.hang_up()
        self._link.phase = Phase.LEAVING
        return self._link.say(order(LinkTest.LOGOUT, self.settings))

    def _idle(self, now: float, civil: datetime | None) -> bool:
        """On demand: end the link after so long without traffic, unless something is still to be said."""
        if self._link.called or not self.online or self._site.waits:
            return False
        return self._need.over(self.settings, self._link.used_at, now, civil)

    def _next_message(self, now: float, civil: datetime | None) -> Message | None:
        if now >= self._link.heartbeat_at:
            return LinkTest.HEARTBEAT
        if self._download:
            return None
        return self.reports.site_report() if self._site.waits else self.reports.next(civil)

    def _next_deadline(self, now: float, civil: datetime | None) -> float | None:
        """The earliest of all times at which something may change by itself."""
        if not self.presence.ready or not self._permitted:
            return None
        due = [self._listening.due, self._watchdog.due, self._site.due]
        if self._link.phase is Phase.RESTING and self.settings.dials:
            due.append(max(self._redial.due, self._need.rest_until))
        if self.online and self._link.saying is None:
            due += self._link.deadlines(self.settings, download=self._download is not None)
        due += self._need.deadlines(self.settings, now, civil, online=self.online)
        return min((one for one in due if now < one < NEVER), default=None)
