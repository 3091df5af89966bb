"""Package files on this computer (vendor extension §5): made from parts, read, looked into, judged."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from core.errors import DecodeError, Defect, LibraryError, UsageError
from core.vendor.crc import CrcKind
from core.vendor.header import BOTH, LIBRARY, PROGRAM, SIZE, Header, is_header
from core.vendor.package import Installed, Label, Reason, build, objections, sections_of
from core.vendor.sections import LIBRARY_TAG, META, PROGRAM_TAG, Section, json_object, library_tables
from core.vendor.signature import is_signed, key_id
from core.vendor.transfer.terms import LARGEST, LONGEST_NAME, plain_name
from hhu.client.libraries import compact, flaws_in, section_of

SUFFIX = ".hxp"
"""The terminal takes packages under no other name (§3.10)."""
PARTS = {PROGRAM: "program", LIBRARY: "library", BOTH: "both"}


class Trust(Enum):
    """What is known of a package's signature."""

    UNSIGNED = "unsigned"
    NOT_JUDGED = "not verified"
    """Signed, but no key is here to verify it with."""
    UNKNOWN_KEY = "unknown key"
    BAD = "bad"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything a person wants to know of a package before it is sent."""

    name: str
    size: int
    header: Header | None
    """``None`` where not even the header can be read."""
    sections: tuple[Section, ...]
    """None for a body that cannot be cut."""
    trust: Trust
    objections: tuple[Reason, ...]
    """All that speaks against it, each once; without a terminal none of hardware or version."""
    crc: int
    """CRC-16/X.25 of the file, as finish carries it."""
    sha256: str
    flaws: tuple[Defect, ...] = ()
    """What a terminal would find wrong with the protocol library in it (M29)."""

    @property
    def sound(self) -> bool:
        """Nothing speaks against it."""
        return not self.objections and not self.flaws

    @property
    def meta(self) -> dict[str, object]:
        """What META tells; informative only."""
        content = next((section.content for section in self.sections if section.tag == META), b"{}")
        try:
            return dict(json_object(content))
        except DecodeError:
            return {}


def read_package(path: Path) -> bytes:
    """Return the bytes of a file; ``UsageError`` when it cannot be read or is beyond any package."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"The file {path} cannot be read.", "Check the path.") from error
    if len(content) > LARGEST:
        raise UsageError(f"{path} is larger than any package: {LARGEST} bytes are the most.", "")
    return content


def sendable_name(name: str) -> bool:
    """Tell whether the terminal takes a package under this name (§3.1, §3.10)."""
    return plain_name(name) == name and name.endswith(SUFFIX)


def inspect(
    name: str,
    file: bytes,
    keys: Sequence[bytes],
    installed: Installed | None = None,
    *,
    forced: bool = False,
) -> Inspection:
    """Look into a package; with ``installed`` judge it for that terminal."""
    header = _header(file)
    found = dict.fromkeys(objections(file, installed, keys, forced=forced))
    return Inspection(
        name, len(file), header, _sections(file), _trust(file, header, keys), tuple(found),
        CrcKind.X25.of(file), hashlib.sha256(file).hexdigest(), library_flaws(file),
    )  # fmt: skip


def library_flaws(file: bytes) -> tuple[Defect, ...]:
    """Return every defect of the protocol library in a package; none without one."""
    content = section_of(file)
    return flaws_in(content) if content else ()


def _header(file: bytes) -> Header | None:
    """A damaged header is still shown as far as its fields can be read."""
    try:
        return Header.decode(file[:SIZE]) if is_header(file) else None
    except DecodeError:
        return None


def _sections(file: bytes) -> tuple[Section, ...]:
    try:
        return sections_of(file)
    except DecodeError:
        return ()


def _trust(file: bytes, header: Header | None, keys: Sequence[bytes]) -> Trust:
    if header is None or not header.flags.signed:
        return Trust.UNSIGNED
    if not keys:
        return Trust.NOT_JUDGED
    if header.key_id not in {key_id(key) for key in keys}:
        return Trust.UNKNOWN_KEY
    return Trust.GOOD if is_signed(file, keys) else Trust.BAD


@dataclass(frozen=True, slots=True)
class Parts:
    """Contents of a package to be made; at least one of the two."""

    name: str
    """Told in META."""
    program: bytes | None = None
    library: bytes | None = None

    @property
    def kind(self) -> int:
        """Which kind these parts make."""
        if self.program is None:
            return LIBRARY
        return PROGRAM if self.library is None else BOTH

    def sections(self) -> Iterator[Section]:
        """META first."""
        meta = {"name": self.name, "part": PARTS[self.kind]}
        yield Section(META, json.dumps(meta, ensure_ascii=False, separators=(",", ":")).encode())
        if self.program is not None:
            yield Section(PROGRAM_TAG, self.program)
        if self.library is not None:
            yield Section(LIBRARY_TAG, self.library)


def make(label: Label, parts: Parts, seed: bytes | None) -> bytes:
    """Return a package that its own check passes; ``UsageError`` and ``LibraryError`` name what is none."""
    if parts.program is None and parts.library is None:
        raise UsageError("A package needs a program, a library, or both.", "Give --program or --library.")
    if parts.library is not None:
        parts = replace(parts, library=_fitting(parts.library))
    return build(replace(label, kind=parts.kind), tuple(parts.sections()), seed)


def _fitting(content: bytes) -> bytes:
    """Return a library as it travels; ``LibraryError`` with every defect that a terminal would find (M29)."""
    try:
        library_tables(content)
    except DecodeError as error:
        raise UsageError(
            f"The library is none: {error.reason}.", 'It is JSON in UTF-8: {"tables": [...]}.'
        ) from error
    if flaws := flaws_in(content):
        raise LibraryError(flaws)
    return compact(content)


def name_fits(name: str) -> None:
    """``UsageError`` for a name that the terminal would refuse."""
    if not sendable_name(name):
        raise UsageError(
            f"The terminal takes no package called {name}.",
            f"At most {LONGEST_NAME} letters, digits, '.', '_' and '-', ending in {SUFFIX}.",
        )
