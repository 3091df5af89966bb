"""Packages: the vectors PK01 to PK25, and every way of bending one."""

import hashlib
import random
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DecodeError, EncodeError
from core.vendor.crc import CrcKind
from core.vendor.header import BOTH, CRC_AT, SIZE, Header, Version
from core.vendor.package import (
    LONGEST_BODY,
    REASONS,
    Label,
    Reason,
    build,
    check,
    objections,
    sections_of,
)
from core.vendor.sections import Section, library_tables
from core.vendor.signature import is_signed, key_id, public_key, signed
from tests.core.vendor.packages import (
    KEY,
    LIBR,
    META,
    NEW_LIBRARY,
    OTHER_SEED,
    PK01,
    PROG,
    RUNNING,
    SEED,
    Row,
    made,
    package,
    patched,
    resigned,
    rows,
)


def test_the_test_key_and_the_first_package_are_the_published_ones() -> None:
    """§5.6: public key, key id, and all 356 bytes of PK01."""
    assert KEY.hex() == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
    assert key_id(KEY).hex() == "56475aa75463474c"
    assert package("PK01").hex().upper() == rows()[0].hex


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_every_package_has_its_bytes_and_its_reason(row: Row) -> None:
    """PK01 to PK25: length, both checks and the reason are those of the table."""
    file = package(row.name)
    header_crc = int.from_bytes(file[CRC_AT:SIZE], "little")
    assert (len(file), f"{header_crc:08X}", f"{CrcKind.X25.of(file):04X}") == (
        row.length, row.header_crc, row.file_crc,
    )  # fmt: skip
    assert check(file, RUNNING, [KEY]) == row.reason


def test_without_a_key_no_signature_is_judged() -> None:
    """§5.2: PK04 is good then; another key alone refuses what the right one signed."""
    assert check(package("PK04"), RUNNING, []) is Reason.OK
    assert check(package("PK17"), RUNNING, []) is Reason.OK
    other = public_key(OTHER_SEED)
    assert check(package("PK01"), RUNNING, [other]) is Reason.SIGNATURE
    assert check(package("PK01"), RUNNING, [other, KEY]) is Reason.OK
    assert check(package("PK01"), RUNNING, [b"no key"]) is Reason.SIGNATURE


def test_one_flipped_bit_anywhere_is_refused() -> None:
    """Each of the 2848 bits of PK01, with and without a key; the running slot never sees it."""
    good = package("PK01")
    for place in range(8 * len(good)):
        bent = patched(good, place // 8, bytes([good[place // 8] ^ 1 << place % 8]))
        assert check(bent, RUNNING, [KEY]) is not Reason.OK, place
        assert check(bent, RUNNING, []) is not Reason.OK, place


def test_truncated_and_grown_files_are_refused() -> None:
    """Every length but its own, 0 bytes among them."""
    good = package("PK01")
    for size in range(len(good)):
        wanted = Reason.NO_PROGRAM if size < 8 else Reason.SIZE
        assert check(good[:size], RUNNING, [KEY]) is wanted
    assert check(good + bytes(4096), RUNNING, [KEY]) is Reason.SIZE
    assert check(good + good, RUNNING, [KEY]) is Reason.SIZE


def test_more_than_16_mib_is_refused() -> None:
    """§5.1: neither built nor accepted, whatever the header says."""
    huge = Section("PROG", bytes(LONGEST_BODY))
    with pytest.raises(EncodeError):
        build(PK01, (META, huge), SEED)
    grown = resigned(48, (LONGEST_BODY + 4).to_bytes(4, "little")) + bytes(LONGEST_BODY + 4 - 100)
    assert check(grown, RUNNING, [KEY]) is Reason.SIZE


@given(st.binary(max_size=600))
def test_arbitrary_bytes_are_judged_never_crash(noise: bytes) -> None:
    """No reason but a refusal."""
    assert check(noise, RUNNING, [KEY]) is not Reason.OK


@given(st.integers(0, 251), st.binary(min_size=1, max_size=8))
def test_arbitrary_headers_with_a_good_check_are_judged_never_crash(at: int, value: bytes) -> None:
    """A header made by somebody who signs nonsense: a reason, or a good package."""
    file = resigned(at, value[: 252 - at])
    assert check(file, RUNNING, [KEY]) in set(Reason)


@given(st.binary(max_size=80))
def test_arbitrary_bodies_under_a_good_signature_are_refused(body: bytes) -> None:
    """The section walk stays inside the body and refuses what is no package."""
    assert check(with_body(package("PK01"), body), RUNNING, [KEY]) is not Reason.OK


def with_body(file: bytes, body: bytes) -> bytes:
    """The header of a package over another body, everything made again."""
    head = patched(file[:SIZE], 48, len(body).to_bytes(4, "little"))
    head = patched(head, 52, CrcKind.X25.of(body).to_bytes(2, "little"))
    return signed(patched(head, 64, hashlib.sha256(body).digest()), SEED) + body


def test_the_version_rule() -> None:
    """§5.4: lower and equal need force, the minimum cannot be forced; of two parts none may be lower."""
    day = date(2026, 6, 1)
    cases = [
        (Version("0102", day), Version("0100", day), Reason.OK),
        (Version("0101", day), Version("0101", day), Reason.OK),
        (Version("0101", day), Version("0100", day), Reason.SAME_VERSION),
        (Version("0102", day), Version("0099", day), Reason.OLD_VERSION),
        (Version("0100", day), Version("0101", day), Reason.OLD_VERSION),
        (Version("0101", date(2026, 5, 31)), Version("0101", day), Reason.OLD_VERSION),
        (Version("010A", day), Version("0100", day), Reason.OK),
    ]
    for program, library, wanted in cases:
        file = made(replace(PK01, kind=BOTH, program=program, library=library), META, PROG, LIBR)
        assert check(file, RUNNING, [KEY]) is wanted, (program, library)
        assert check(file, RUNNING, [KEY], forced=True) is Reason.OK
    assert check(package("PK21"), RUNNING, [KEY], forced=True) is Reason.OLD_VERSION
    assert check(package("PK21"), replace(RUNNING, program="0102"), [KEY], forced=True) is Reason.OK


def test_hardware_is_one_bit_of_the_mask() -> None:
    """A unit of hardware 3 takes packages for 3 and for all."""
    unit = replace(RUNNING, hardware=1 << 3)
    assert check(made(replace(PK01, hardware=frozenset({1, 3}))), unit, [KEY]) is Reason.OK
    assert check(made(replace(PK01, hardware=frozenset(range(16)))), unit, [KEY]) is Reason.OK
    assert check(package("PK01"), unit, [KEY]) is Reason.HARDWARE


def test_all_objections_at_once() -> None:
    """The preflight wants every blocker, not the first alone."""
    label = replace(PK01, product="HX1089", hardware=frozenset({1}), program=Version("0100", None))
    file = made(label, seed=OTHER_SEED)
    assert list(objections(file, RUNNING, [KEY])) == [
        Reason.PRODUCT, Reason.HARDWARE, Reason.SIGNATURE, Reason.OLD_VERSION,
    ]  # fmt: skip
    assert list(objections(file, None, [])) == [Reason.PRODUCT]
    assert list(objections(b"", None, [])) == [Reason.NO_PROGRAM]
    assert list(objections(package("PK01"), RUNNING, [KEY])) == []


@pytest.mark.parametrize(
    "sections",
    [
        (PROG, META), (PROG,), (META,), (META, META, PROG), (META, PROG, PROG), (META, PROG, LIBR),
        (META, PROG, Section("prog", b"")),
    ],
)  # fmt: skip
def test_bodies_that_are_no_program(sections: tuple[Section, ...]) -> None:
    """META first, PROG once, nothing known beside; a tag in small letters is passed over."""
    wanted = Reason.OK if sections[-1].tag == "prog" else Reason.PRODUCT
    assert check(made(PK01, *sections), RUNNING, [KEY]) is wanted


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"tables":{}}', b'{"tables":[1]}', b"{}", b'{"tables":[]', b"\xff", b"[" * 200_000],
)
def test_a_library_that_cannot_be_read_is_refused(content: bytes) -> None:
    """It would be applied, so it is read before it is taken; deep nesting breaks nothing."""
    label = replace(PK01, kind=BOTH, library=NEW_LIBRARY)
    file = made(label, META, PROG, Section("LIBR", content))
    assert check(file, RUNNING, [KEY]) is Reason.PRODUCT
    with pytest.raises(DecodeError):
        library_tables(content)


def test_what_is_built_reads_back() -> None:
    """A note in Chinese, another maker, no signature; the sections come back as given."""
    label = Label(
        BOTH, datetime(2026, 1, 2, 3, 4, 5), Version("0200", date(2026, 1, 1)), NEW_LIBRARY, "0101",
        frozenset({0, 5}), "现场测试", maker="HX",
    )  # fmt: skip
    sections = (META, Section("PROG", random.Random(1).randbytes(5001)), LIBR)
    file = build(label, sections)
    header = Header.decode(file[:SIZE])
    assert (header.note, header.built, header.maker) == (label.note, label.built, "HX")
    assert (header.program_version, header.library_version) == (label.program, label.library)
    assert (header.hardware, header.minimum, header.flags.signed) == (frozenset({0, 5}), "0101", False)
    assert (sections_of(file), header.encode()) == (sections, file[:SIZE])
    assert not is_signed(file, [KEY])


@pytest.mark.parametrize(
    "label",
    [
        replace(PK01, note="x" * 85), replace(PK01, note="两" * 29), replace(PK01, note="a\nb"),
        replace(PK01, program=Version("01022", None)), replace(PK01, hardware=frozenset({16})),
        replace(PK01, built=datetime(2126, 1, 1)), replace(PK01, kind=256), replace(PK01, maker="固件"),
    ],
)  # fmt: skip
def test_what_a_header_cannot_say_is_refused(label: Label) -> None:
    """Notes too long or with control signs, long versions, foreign centuries."""
    with pytest.raises(EncodeError):
        build(label, (META, PROG), SEED)


def test_keys_have_32_bytes() -> None:
    """A shorter seed signs nothing."""
    with pytest.raises(EncodeError):
        public_key(b"short")


def test_every_reason_has_words() -> None:
    """§5.5: fifteen codes, each in both languages."""
    assert set(REASONS) == set(Reason)
    assert all(zh and en for zh, en in REASONS.values())
