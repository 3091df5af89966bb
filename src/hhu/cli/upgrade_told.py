"""What an upgrade tells on the command line: talk and progress on stderr, or every event as an object."""

import sys
from dataclasses import fields
from enum import Enum
from typing import Any

from core.vendor.identify import MODES
from hhu.cli.output import print_json, talk
from hhu.client.upgrade.stages import (
    Done,
    Event,
    Failed,
    NeedCable,
    NeedCall,
    Noticed,
    Progress,
    Silence,
    Stage,
    StageReached,
    TerminalSays,
)
from hhu.upgrade_words import STAGES, failure, notice

NAMES: dict[type[Event], str] = {
    StageReached: "stage", Noticed: "notice", TerminalSays: "terminal", Progress: "progress",
    NeedCable: "cable", NeedCall: "call", Silence: "silence", Failed: "failed", Done: "done",
}  # fmt: skip
"""What events are called in JSON."""
STEP = 10
"""Percent between two lines of progress where no screen shows it."""


class Teller:
    """Tells events as they come; ``language`` of the talk."""

    def __init__(self, language: str, *, as_json: bool) -> None:
        self._language = language
        self._as_json = as_json
        self._drawing = False
        self._percent = -STEP

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if self._as_json:
            print_json(as_object(event))
        if isinstance(event, Progress):
            self._progress(event)
        else:
            self._line(self._text(event))

    def _text(self, event: Event) -> str:
        match event:
            case StageReached(stage, note):
                text = f"{stage.value}/6 {self._of(STAGES[stage])}  {note}".rstrip()
            case Noticed():
                text = notice(event, self._language)
            case TerminalSays(mode, left):
                text = f"terminal: {self._of(MODES[mode]) if mode in MODES else mode}"
                text += f", {left} min left" if left else ""
            case Failed():
                said = failure(event, self._language)
                text = f"{said.cause} {said.next_step}"
            case Done(before, after, seconds, repeated):
                text = f"{before} -> {after} in {seconds:.0f} s, {repeated} blocks sent twice"
            case _:
                text = _asked(event)
        return text

    def _of(self, words: tuple[str, str]) -> str:
        return words[0 if self._language == "zh" else 1]

    def _progress(self, now: Progress) -> None:
        percent = 100 * now.sent // max(1, now.total)
        if sys.stderr.isatty():
            print(f"\r\x1b[K{progress_text(now)}", end="", file=sys.stderr, flush=True)
            self._drawing = True
        elif percent >= self._percent + STEP and now.rate:
            self._percent = percent - percent % STEP
            talk(progress_text(now))

    def _line(self, text: str) -> None:
        if self._drawing:
            print("\r\x1b[K", end="", file=sys.stderr)
            self._drawing = False
        talk(text)


def _asked(event: Event) -> str:
    match event:
        case NeedCable(address, _, settings, port):
            return f"disconnect infrared, connect RS485 to {port}, {settings}; calling {address}"
        case NeedCall(address):
            return f"waiting for {address} to dial in"
        case Silence(_, _, tries):
            return f"no answer after {tries} tries"
        case _:
            return ""


def progress_text(now: Progress) -> str:
    """Percent, rate, time left, retries, silence."""
    parts = [f"{100 * now.sent // max(1, now.total)} %", f"{now.sent} of {now.total} bytes"]
    if now.rate:
        parts.append(f"{now.rate:.0f} B/s")
    if now.left is not None:
        parts.append(f"{now.left:.0f} s left")
    parts.append(f"{now.retries} retries")
    if now.erasing:
        parts.append(f"device silent {now.silent:.0f} s, erasing may take 40 s")
    elif now.silent >= 1:
        parts.append(f"device silent {now.silent:.0f} s")
    return ", ".join(parts)


def as_object(event: Event) -> dict[str, Any]:
    """Return an event as an object: its name and its facts."""
    facts = {one.name: _plain(getattr(event, one.name)) for one in fields(event) if one.name != "error"}
    return {"event": NAMES[type(event)], **facts}


def _plain(fact: object) -> object:
    match fact:
        case Stage():
            return fact.name.lower()
        case Enum():
            return fact.value
        case float():
            return round(fact, 1)
        case _:
            return fact
