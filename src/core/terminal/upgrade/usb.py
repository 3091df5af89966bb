"""Upgrade from a USB disk: the states U0 to U8 and UX of device behaviour 5.2; U9 is the trial of `upgrade`.

Rules
- Nothing of U1 to U6 is stored: power lost there is a normal boot on the old program.
- The disk may be pulled at any moment until U6; what was copied is erased then.
- What was copied is judged again before the commit: the file on the disk may have changed meanwhile.
- Every state shows for at least `SHOWN`; copying goes at `RATE`, so that a person can follow it.
"""

from collections.abc import Callable
from typing import Protocol

from core.errors import StoreError
from core.terminal.identity import Identity
from core.terminal.upgrade.disk import Candidate, Disk, PackageFile
from core.terminal.upgrade.installer import PIECE, Installer, Package, trouble
from core.terminal.upgrade.look import UsbLook, UsbState
from core.terminal.upgrade.slots import Part, Way
from core.vendor.header import SIZE, is_header
from core.vendor.package import LONGEST_BODY, Reason

WAIT = 600.0
"""Seconds without a disk until the mode ends (Q35)."""
MOUNT_TRIES, MOUNT_EVERY = 10, 1.0
CHOOSE_FOR = 30.0
FAILED_FOR = 30.0
SHOWN = 0.5
"""Seconds a state without work of its own shows at least: one refresh of the glass."""
RATE = 1024 * 1024
"""Bytes copied per second [design]."""
LONGEST = SIZE + LONGEST_BODY


class Host(Protocol):
    """Who owns the claim on upgrades and the reset."""

    def take(self, way: Way) -> bool:
        """Claim the next upgrade."""
        ...

    def let_go(self, way: Way) -> None:
        """Give it back."""
        ...

    def committed(self, now: float) -> None:
        """The pointer has moved: reset soon."""
        ...


class Usb:
    """The state machine; time comes with ``tick``."""

    def __init__(self, installer: Installer, host: Host) -> None:
        self._installer = installer
        self._host = host
        self.disk: Disk | None = None
        """What is in the socket."""
        self._mounted: Disk | None = None
        self._wanted = ""
        self._work: dict[UsbState, Callable[[float], None]] = {
            UsbState.ARMED: self._expire,
            UsbState.MOUNT: self._mount,
            UsbState.CHOOSE: self._choose,
            UsbState.CHECK: self._check,
            UsbState.COPY: self._copy,
            UsbState.VERIFY: self._verify,
            UsbState.COMMIT: self._commit,
            UsbState.FAILED: self._fade,
        }
        """What a state does when its time has come."""
        self._rest()

    def _rest(self) -> None:
        self.state = UsbState.NORMAL
        self.due: float | None = None
        """When ``tick`` has something to do."""
        self._candidates: tuple[Candidate, ...] = ()
        self._cursor = self._tries = self._copied = 0
        self._failed, self._reason, self._back = UsbState.NORMAL, Reason.OK, False

    @property
    def active(self) -> bool:
        """Is the mode on?"""
        return self.state is not UsbState.NORMAL

    def enter(self, now: float) -> None:
        """The key was held for 30 s (M146, M172). While another upgrade goes on the glass says so."""
        if self.active:
            return
        self._wanted = ""
        if self._host.take(Way.USB):
            self._arm(now)
        else:
            self._go(UsbState.FAILED, now + FAILED_FOR)

    def start(self, path: str, now: float) -> Reason | None:
        """Code 19: upgrade at once from this path, an empty one for the highest version (§2.5).

        ``NO_DISK`` without a disk, ``None`` while another upgrade goes on.
        """
        if self.disk is None:
            return Reason.NO_DISK
        if self.active or not self._host.take(Way.USB):
            return None
        self._wanted = path.replace("\\", "/").rsplit("/", 1)[-1]
        self._go(UsbState.MOUNT, now)
        return Reason.OK

    def leave(self) -> None:
        """Back to U0; nothing is kept."""
        self._host.let_go(Way.USB)
        self._rest()

    def insert(self, disk: Disk, now: float) -> None:
        """A disk comes; outside the mode it is never used (5.2)."""
        self.disk = disk
        if self.state is UsbState.ARMED:
            self._go(UsbState.MOUNT, now)

    def remove(self, now: float) -> None:
        """The disk is pulled."""
        self.disk = None
        if self.state in {UsbState.CHOOSE, UsbState.CHECK, UsbState.COPY}:
            self._fail(Reason.DISK_REMOVED, now)

    def stroke(self, held: bool, now: float) -> None:
        """The key: a short press moves the choice, a hold of 2 s takes, cancels, or closes the reason."""
        if self.state is UsbState.CHOOSE:
            if held:
                self._take(self._cursor, now)
            else:
                self._cursor = (self._cursor + 1) % len(self._candidates)
        elif held and self.state in {UsbState.ARMED, UsbState.MOUNT, UsbState.FAILED}:
            self.leave()

    def tick(self, now: float) -> None:
        """Let time pass."""
        while self.due is not None and now >= self.due:
            self._work[self.state](self.due)

    def _go(self, state: UsbState, due: float | None) -> None:
        self.state, self.due = state, due

    def _arm(self, now: float) -> None:
        self._rest()
        self._go(UsbState.ARMED, now + WAIT)
        if self.disk is not None:
            self._go(UsbState.MOUNT, now)

    def _expire(self, now: float) -> None:
        self.leave()

    def _mount(self, now: float) -> None:
        """U2: up to 10 tries, 1 s apart."""
        self._tries += 1
        if self.disk is not None and self.disk.mount():
            self._mounted = self.disk
            self._go(UsbState.CHOOSE, None)
            self._list(now)
        elif self._tries < MOUNT_TRIES:
            self.due = now + MOUNT_EVERY
        else:
            self._fail(Reason.MOUNT_FAILED if self.disk else Reason.NO_DISK, now)
            self._back = not self._wanted

    def _list(self, now: float) -> None:
        """U3: none, one, or several to choose from, the highest version first."""
        found = sorted(self._headers(), key=lambda one: one.file.name)
        found.sort(key=lambda one: one.version, reverse=True)
        self._candidates = tuple(found)
        if not found:
            self._fail(Reason.NO_PROGRAM, now)
        elif len(found) == 1:
            self._take(0, now)
        else:
            self.due = now + CHOOSE_FOR

    def _headers(self) -> list[Candidate]:
        disk = self._mounted
        files = disk.packages() if disk else ()
        wanted = [file for file in files if not self._wanted or file.name == self._wanted]
        heads = [(file, disk.read(file.path, 0, SIZE) if disk else None) for file in wanted]
        return [Candidate(file, head) for file, head in heads if head and is_header(head)]

    def _choose(self, now: float) -> None:
        """Nobody chose: the highest version."""
        self._take(0, now)

    def _take(self, index: int, now: float) -> None:
        self._candidates, self._cursor = (self._candidates[index],), 0
        self._go(UsbState.CHECK, now + SHOWN)

    @property
    def _file(self) -> PackageFile:
        return self._candidates[0].file

    def _read(self, offset: int, length: int) -> bytes | None:
        return self._mounted.read(self._file.path, offset, length) if self._mounted else None

    def _check(self, now: float) -> None:
        """U4: V1, V2."""
        if self._file.size > LONGEST:
            self._fail(Reason.SIZE, now)
            return
        whole = self._read(0, LONGEST + 1)
        reason = Reason.DISK_REMOVED if whole is None else self._installer.check(whole)
        if reason:
            self._fail(reason, now)
            return
        self._copied = 0
        self._go(UsbState.COPY, now + SHOWN)

    def _copy(self, now: float) -> None:
        """U5: one piece into the spare slot."""
        piece = self._read(self._copied, min(PIECE, self._file.size - self._copied))
        if not piece:
            self._fail(Reason.DISK_REMOVED, now)
            return
        try:
            if not self._copied:
                self._installer.begin()
            self._installer.add(piece)
        except StoreError as error:
            self._fail(trouble(error), now)
            return
        self._copied += len(piece)
        if self._copied < self._file.size:
            self.due = now + PIECE / RATE
        else:
            self._go(UsbState.VERIFY, now + SHOWN)

    def _verify(self, now: float) -> None:
        """U6: read back."""
        reason = self._stored(self._installer.verify)
        if reason:
            self._fail(reason, now)
        else:
            self._go(UsbState.COMMIT, now + SHOWN)

    def _commit(self, now: float) -> None:
        """U7: statistics saved, pointer written."""
        reason = self._stored(lambda: self._installer.commit(self._candidates[0].header, Way.USB))
        if reason:
            self._fail(reason, now)
            return
        self._go(UsbState.RESET, None)
        self._host.committed(now)

    def _stored(self, work: Callable[[], Reason | None]) -> Reason:
        try:
            return work() or Reason.OK
        except StoreError as error:
            return trouble(error)

    def _fail(self, reason: Reason, now: float) -> None:
        """UX: the reason for 30 s; the old program is kept."""
        self._installer.refuse(Way.USB, reason, self._candidates[0].header if self._chosen else b"")
        self._failed, self._reason = self.state, reason
        self._go(UsbState.FAILED, now + FAILED_FOR)

    @property
    def _chosen(self) -> bool:
        return len(self._candidates) == 1

    def _fade(self, now: float) -> None:
        """The reason was shown; from a mount that failed the mode waits on."""
        if self._back:
            self._arm(now)
        else:
            self.leave()

    def look(self, now: float, running: Identity) -> UsbLook | None:
        """What the LCD shows, ``None`` in U0; versions of the library where only that is new."""
        if not self.active:
            return None
        timed = self.state in {UsbState.ARMED, UsbState.CHOOSE, UsbState.FAILED}
        size = self._file.size if self._chosen else 0
        return UsbLook(
            self.state,
            left=max(0.0, self.due - now) if timed and self.due is not None else None,
            names=tuple(one.file.stem for one in self._candidates),
            cursor=self._cursor,
            percent=100 * self._copied // size if size else 0,
            tries=self._tries,
            failed=self._failed,
            reason=int(self._reason),
            before=running.library if self._library_only else running.software,
            after=self._after(),
        )

    @property
    def _new(self) -> Package | None:
        """What has been committed."""
        committed = self.state is UsbState.RESET
        return self._installer.package(self._candidates[0].header) if committed else None

    @property
    def _library_only(self) -> bool:
        return self._new is not None and Part.PROGRAM not in self._new.parts

    def _after(self) -> str:
        if self._new is None:
            return ""
        return self._new.versions.library if self._library_only else self._new.versions.program
