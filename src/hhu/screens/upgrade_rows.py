"""What the Upgrade page says: the package, the terminal, the checks, what happened."""

from collections.abc import Iterator
from datetime import date

from core.vendor.header import BOTH, KINDS, LIBRARY, PROGRAM, Header, Version
from core.vendor.identify import MODES, Identity
from core.vendor.package import REASONS
from core.vendor.transfer.terms import UNIT
from hhu.client.packages import Trust
from hhu.client.upgrade.package import Running
from hhu.client.upgrade.stages import (
    Done,
    Failed,
    NeedCable,
    NeedCall,
    Noticed,
    Silence,
    StageReached,
    TerminalSays,
)
from hhu.screens.upgrade_board import ChosenPackage, LogLine, Told
from hhu.upgrade_words import SLOT_STATES, STAGES, failure, notice
from hhu.widgets.columns import minutes
from hhu.widgets.stage_bar import kibibytes
from hhu.words import Words

USB, LOCAL, REMOTE, STANDARD = 1, 2, 3, 4
FLAWS = 3
"""Defects of a library that are listed; hhu upgrade package inspect lists all."""


def version_text(code: str, day: date | None) -> str:
    """Write a version as the LCD does: code and date."""
    return f"{code or '-'} {day:%Y-%m-%d}" if day else code or "-"


def versions_in(header: Header) -> Iterator[tuple[str, Version]]:
    """Name the parts of a package with their versions."""
    if header.kind in (PROGRAM, BOTH):
        yield "upgrade.program", header.program_version
    if header.kind in (LIBRARY, BOTH):
        yield "upgrade.library", header.library_version


def package_text(package: ChosenPackage, words: Words) -> str:
    """One line: name, what is in it, size."""
    head = package.header
    size = f"{kibibytes(len(package.content))} KiB"
    if head is None:
        return f"{package.path.name}   {size}"
    parts = [f"{words(key)} {version_text(v.code, v.day)}" for key, v in versions_in(head)]
    return "   ".join((package.path.name, *parts, size))


def package_lines(package: ChosenPackage, words: Words) -> list[str]:
    """Everything a technician wants to know before taking it."""
    head = package.header
    if package.unfit or head is None:
        reasons = ", ".join(words.of(*REASONS[reason]) for reason in package.faults)
        flaws = [f"{words('upgrade.library')}: {flaw}" for flaw in package.inspection.flaws[:FLAWS]]
        unfit = [words("upgrade.unfit", reasons=reasons)] if reasons else []
        return [package_text(package, words), *unfit, *flaws]
    return [
        package_text(package, words),
        words("upgrade.kind", kind=words.of(*KINDS[head.kind]), maker=head.maker, product=head.product),
        words("upgrade.fits", hardware=hardware_text(head, words), minimum=head.minimum),
        signature_text(package, words),
        head.note,
    ]


def hardware_text(head: Header, words: Words) -> str:
    """Name the hardware a package fits."""
    return words("value.all") if len(head.hardware) == 16 else ", ".join(map(str, sorted(head.hardware)))


def signature_text(package: ChosenPackage, words: Words) -> str:
    """Say by whose key it is signed, and whether this computer knows the key."""
    head, trust = package.header, package.inspection.trust
    if head is None or not head.flags.signed:
        return words("upgrade.unsigned")
    text = words("upgrade.signed", id=head.key_id.hex().upper())
    return f"{text} {words('upgrade.trusted')}" if trust is Trust.GOOD else text


def terminal_text(running: Running, words: Words) -> str:
    """One line: program, library, what it is doing."""
    identity = running.identity
    return "   ".join([*versions(running, words), *([mode_text(identity, words)] if identity else [])])


def versions(running: Running, words: Words) -> list[str]:
    """Program and library; a library that is not told is left out."""
    parts = (("upgrade.program", str(running.program)), ("upgrade.library", str(running.library)))
    return [f"{words(key)} {version}" for key, version in parts if version]


def mode_text(identity: Identity, words: Words) -> str:
    """The terminal's own word on what it is doing."""
    known = MODES.get(identity.mode)
    return words.of(*known) if known else str(identity.mode)


def terminal_lines(running: Running | None, words: Words) -> list[str]:
    """What the right pane of the file menu shows."""
    if running is None:
        return [words("upgrade.not-asked")]
    identity = running.identity
    if identity is None:
        return [*versions(running, words), words("check.original")]
    slots = [f"{words('upgrade.slot')} {'AB'[slot]} {slot_text(identity, slot, words)}" for slot in (0, 1)]
    return [
        *versions(running, words),
        *slots,
        mode_text(identity, words),
        *partial_lines(identity, words),
        *last_lines(identity, words),
    ]


def slot_text(identity: Identity, slot: int, words: Words) -> str:
    """State of a slot, and whether it runs."""
    state = (identity.slot_a, identity.slot_b)[slot]
    text = words.of(*SLOT_STATES[state]) if state in SLOT_STATES else str(state)
    return f"{text} *" if identity.slot == slot else text


def partial_lines(identity: Identity, words: Words) -> list[str]:
    """What is kept of a file that did not arrive whole."""
    if not identity.partial:
        return []
    have = identity.units - identity.units_missing
    return [
        words(
            "upgrade.partial", have=kibibytes(have * UNIT), all=kibibytes(identity.units * UNIT),
            hours=identity.hours_left,
        )
    ]  # fmt: skip


def last_lines(identity: Identity, words: Words) -> list[str]:
    """How the last upgrade ended."""
    if not identity.upgrade_result:
        return []
    result = words(f"upgrade.result-{min(identity.upgrade_result, 5)}")
    reason = REASONS.get(identity.upgrade_reason)
    if identity.upgrade_reason and reason:
        result = f"{result}: {words.of(*reason)}"
    return [words("upgrade.last", result=result)]


def log_text(line: LogLine, words: Words) -> str:
    """One line of the log."""
    return f"{line.at:%H:%M:%S}  {told_text(line.told, words)}"


def told_text(told: Told, words: Words) -> str:
    """Put an event into words."""
    match told:
        case StageReached(stage, note):
            text = f"{stage.value} {words.of(*STAGES[stage])}  {note}".rstrip()
        case Noticed():
            text = notice(told, words.language)
        case TerminalSays(mode, left):
            name = words.of(*MODES[mode]) if mode in MODES else str(mode)
            text = words("upgrade.says", mode=name, left=left)
        case NeedCable() | NeedCall() | Silence():
            text = need_text(told, words)
        case Done():
            text = done_text(told, words)
        case Failed():
            text = failure(told, words.language).cause
    return text


def need_text(need: NeedCable | NeedCall | Silence, words: Words) -> str:
    """What the technician is asked for."""
    match need:
        case NeedCable(address, _, settings, port):
            return words("upgrade.need-cable", port=port, settings=settings, address=address)
        case NeedCall(address):
            return words("upgrade.need-call", address=address)
        case Silence(_, _, tries):
            return words("upgrade.no-answer", tries=tries)


def done_text(done: Done, words: Words) -> str:
    """Old to new, time, blocks sent twice (device behaviour 5.5)."""
    return words(
        "upgrade.done",
        before=done.before,
        after=done.after,
        time=minutes(done.seconds),
        repeated=done.repeated,
    )
