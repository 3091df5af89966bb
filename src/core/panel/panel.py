"""The face of the terminal: glass, lamps and key together; facts and time in, frames and actions out.

The owner calls ``tick`` every 500 ms at the latest (faster while the key is used, for the hold hints) with
the facts of the moment, carries out the actions it gets, and draws ``face`` whenever it paints: up to 20
times a second for the data lamps. ``face`` changes nothing. All times are monotonic seconds; the civil time
stands in the facts.

During the boot page short presses and holds of 2 s do nothing, but 5 s open the programming switch as
always. While an upgrade shows, short presses and holds of 2 s are handed to it. Without power the key is dead
and the glass is dark.
"""

from dataclasses import dataclass
from typing import TypeGuard

from core.panel.actions import (
    Action,
    Answer,
    EnterUsbMode,
    OpenProgramming,
    Outcome,
    SiteReport,
    StuckKey,
    UpgradeKey,
)
from core.panel.bottom_bar import bottom_bar, hold_hint
from core.panel.browse import Browse
from core.panel.cells import COMPACT_COLUMNS, COMPACT_ROWS, Canvas, Cells
from core.panel.facts import Facts, Feed, Mode
from core.panel.key import PROGRAM, Key, Stroke
from core.panel.lamps import Lamps, lamps
from core.panel.languages import texts_of
from core.panel.pages import COMPACT_RING, RING
from core.panel.pages.boot import boot_over, draw_boot
from core.panel.pages.compact import draw_compact
from core.panel.pages.download import download_bar, download_hold_word, draw_download
from core.panel.pages.upgrade_compact import draw_upgrade_compact
from core.panel.pages.usb import draw_usb, usb_bar, usb_hold_word
from core.panel.rhythm import STEP
from core.panel.scroll import HomeScroll
from core.panel.status_bar import draw_compact_bar, draw_status_bar
from core.panel.texts import Texts
from core.panel.view import View
from core.panel.walk import Asked
from core.terminal.upgrade.look import UsbLook

IDLE = 60.0
"""Seconds without key until HOME returns and the backlight goes off (device behaviour 3.8)."""
UPGRADES = {"USB": draw_usb, "DOWNLOAD": draw_download}
"""Pictures that stand instead of all pages while an upgrade goes on."""
NOTE_FOR = 3.0
REPORT_PAUSE = 10.0
"""Seconds between two site reports at least (device behaviour 3.7 K7)."""


@dataclass(frozen=True, slots=True)
class Face:
    """One frame: the glass, the lamps, the light behind the glass, and the name of the page."""

    cells: Cells
    lamps: Lamps
    backlight: bool
    page: str
    contrast: int = 5
    """1 to 9, as a person set it."""


class Panel:
    """The face, from power-on at monotonic second ``start``."""

    def __init__(self, start: float) -> None:
        self._start = start
        self._key = Key()
        self._strokes: list[Stroke] = []
        self._browse = Browse()
        self._scroll = HomeScroll(start)
        self._booting = True
        self._used_at = self._lit_at = self._page_at = start
        self._reported_at = self._noted_at = float("-inf")
        self._outcome: Answer | None = None

    @property
    def key_down(self) -> bool:
        """Tell whether the key is down, by hand or by a scripted stroke."""
        return self._key.down

    def held(self, now: float) -> float | None:
        """Seconds for which the key has been held, ``None`` while it is up."""
        return self._key.held(now)

    def press(self, now: float) -> None:
        """The key goes down."""
        self._strokes += self._key.press(now)

    def release(self, now: float) -> None:
        """The key comes up; this also ends scripted strokes."""
        self._strokes += self._key.release(now)

    def tap(self) -> None:
        """Press the key briefly, on the time of the coming ticks."""
        self._key.tap()

    def hold(self, seconds: float) -> None:
        """Hold the key for ``seconds``, on the time of the coming ticks."""
        self._key.hold(seconds)

    def answered(self, outcome: Answer, now: float) -> None:
        """Show for 3 s how what the key asked for ended (K7)."""
        self._outcome, self._noted_at = outcome, now

    def tick(self, facts: Facts, now: float) -> tuple[Action, ...]:
        """Let time pass; return what the terminal has to do, in order."""
        strokes = self._strokes + self._key.tick(now)
        self._strokes = []
        if facts.power.feed is Feed.NONE:
            return ()
        self._follow(facts, now, busy=bool(strokes) or self._key.held(now) is not None)
        if strokes or self._key.down:
            self._used_at = now
        actions = [action for stroke in strokes for action in self._answer(stroke, facts, now)]
        if now - self._used_at >= IDLE or facts.mode is not Mode.RUNNING:
            self._go_home(now)
        return tuple(actions)

    def face(self, facts: Facts, now: float) -> Face:
        """Return the frame for ``facts`` at ``now``; without effect on anything."""
        canvas = Canvas(COMPACT_ROWS, COMPACT_COLUMNS) if facts.display.compact else Canvas()
        powered = facts.power.feed is not Feed.NONE
        page = self._page_name(facts) if powered else "OFF"
        if powered:
            self._draw(canvas, facts, now, page)
        booting = now - self._start if page == "BOOT" else None
        shown = lamps(facts, now, since_power_on=booting)
        light = powered and now - max(self._used_at, self._lit_at) < IDLE
        return Face(canvas.finished(), shown, light, page, facts.display.contrast)

    def _follow(self, facts: Facts, now: float, *, busy: bool) -> None:
        """Compare with the last tick: boot over, entries gone, events new, parameters changed."""
        if self._booting:
            self._booting = not boot_over(facts, now - self._start)
            self._scroll.restart(now)
        elif not self._at_home:
            self._scroll.stand(now)
        self._browse.lay(COMPACT_RING if facts.display.compact else RING)
        self._browse.tick(facts, now, busy=busy)
        fresh = self._scroll.tick(facts, now, texts_of(facts))
        if any(event.important for event in fresh):
            self._lit_at = now

    @property
    def _at_home(self) -> bool:
        return self._browse.page is RING[0]

    def _answer(self, stroke: Stroke, facts: Facts, now: float) -> list[Action]:
        if stroke is Stroke.STUCK:
            return [StuckKey()]
        if facts.mode is not Mode.RUNNING:
            return [UpgradeKey(stroke is Stroke.HOLD)] if stroke in {Stroke.SHORT, Stroke.HOLD} else []
        if stroke is Stroke.PROGRAM:
            return [OpenProgramming()]
        if stroke is Stroke.USB:
            self._go_home(now)
            return [EnterUsbMode()]
        return [] if self._booting else self._browse_by(stroke, facts, now)

    def _browse_by(self, stroke: Stroke, facts: Facts, now: float) -> list[Action]:
        if stroke is Stroke.HOLD:
            self._noted_at = float("-inf") if self._browse.in_menu else self._noted_at
            return [one for one in self._browse.hold(facts, now) if self._is_order(one, now)]
        page = self._browse.page
        self._browse.short(facts)
        if self._browse.page is not page:
            self._page_at = now
            if self._at_home:
                self._scroll.restart(now)
        return []

    def _is_order(self, asked: Asked, now: float) -> TypeGuard[Action]:
        """Pass on what the terminal has to do; what is answered at once becomes a note."""
        if isinstance(asked, Outcome):
            self.answered(asked, now)
            return False
        return self._allowed(asked, now)

    def _allowed(self, action: Action, now: float) -> bool:
        """Let one site report through per 10 s; for the next the note of the last one shows again."""
        if not isinstance(action, SiteReport):
            return True
        if now - self._reported_at < REPORT_PAUSE:
            self._noted_at = now
            return False
        self._reported_at, self._outcome = now, None
        return True

    def _go_home(self, now: float) -> None:
        if not self._at_home:
            self._scroll.restart(now)
        self._browse.home()

    def _page_name(self, facts: Facts) -> str:
        if facts.upgrading is not None:
            return "USB" if isinstance(facts.upgrading, UsbLook) else "DOWNLOAD"
        return "BOOT" if self._booting else self._browse.place

    def _draw(self, canvas: Canvas, facts: Facts, now: float, page: str) -> None:
        view = self._view(facts, now, page)
        if facts.display.compact:
            self._draw_compact(canvas, facts, view, page)
            return
        if page == "BOOT":
            draw_boot(canvas, facts, view)
        else:
            draw_status_bar(canvas, facts, now, view.texts)
            draw = UPGRADES.get(page) or self._browse.page.draw
            draw(canvas, facts, view)
        canvas.spread(canvas.rows - 1, self._bar(canvas, facts, view, page))

    def _draw_compact(self, canvas: Canvas, facts: Facts, view: View, page: str) -> None:
        if facts.upgrading is None:
            draw_compact(canvas, facts, view, menu=page != "BOOT" and self._browse.in_menu)
            return
        draw_compact_bar(canvas, facts, view.now, view.texts)
        draw_upgrade_compact(canvas, facts.upgrading, hold_hint(view, canvas.columns), view.texts)

    def _bar(self, canvas: Canvas, facts: Facts, view: View, page: str) -> str:
        if page == "BOOT":
            return hold_hint(view, canvas.columns) or view.texts.checking
        if isinstance(facts.upgrading, UsbLook):
            return hold_hint(view, canvas.columns) or usb_bar(facts.upgrading, view.texts, canvas.columns)
        if facts.upgrading is not None:
            return hold_hint(view, canvas.columns) or download_bar(facts.upgrading, view.texts)
        return bottom_bar(facts, view, canvas.columns)

    def _view(self, facts: Facts, now: float, page: str) -> View:
        place, browse, texts = self._scroll.place(now), self._browse, texts_of(facts)
        entries = self._scroll.entries
        ring = page != "BOOT" and page not in UPGRADES
        return View(
            now=now,
            texts=texts,
            event=place.event,
            row4=entries[place.row4].text if entries else "",
            failed=place.failed,
            level=browse.level,
            cursor=browse.cursor,
            page=int((now - self._page_at) / STEP),
            subject=browse.subject,
            held=self._hinted(facts, now),
            hold_word=self._hold_word(facts, page, texts),
            key_hint=browse.key_hint(facts, texts, now) if ring else "",
            note=self._outcome if ring and now - self._noted_at < NOTE_FOR else None,
            menu=browse.walk.spot if ring else None,
        )

    def _hinted(self, facts: Facts, now: float) -> float | None:
        """Seconds held as far as they lead to something: 5 s and 30 s do nothing outside normal running."""
        held = self._key.held(now)
        return None if held is not None and held >= PROGRAM and facts.mode is not Mode.RUNNING else held

    def _hold_word(self, facts: Facts, page: str, texts: Texts) -> str:
        if isinstance(facts.upgrading, UsbLook):
            return usb_hold_word(facts.upgrading, texts)
        if facts.upgrading is not None:
            return download_hold_word(facts.upgrading, texts)
        return "" if page == "BOOT" else self._browse.hold_word(facts, texts)
