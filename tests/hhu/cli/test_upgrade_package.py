import stat
import sys
from pathlib import Path

import pytest

from tests.core.vendor.packages import KEY, META, PROG, SEED, package
from tests.hhu.cli.conftest import Hhu

SPEC = (
    "--program-version", "0102:2026-11-15", "--hardware", "0", "--note", "spec vector 1",
    "--built", "2026-11-15T08:30:00",
)  # fmt: skip
RUNNING = ("--program", "0101:2026-06-01", "--library", "0100:2026-06-01")


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A folder with the parts of PK01, its key, and the packages PK01, PK16 and PK20."""
    (tmp_path / "program.bin").write_bytes(PROG.content)
    (tmp_path / "library.json").write_text('{"tables":[]}', "utf-8")
    (tmp_path / "key").write_text(f"{SEED.hex()}\n", "ascii")
    for name in ("PK01", "PK16", "PK20"):
        (tmp_path / f"{name}.hxp").write_bytes(package(name))
    return tmp_path


def built(hhu: Hhu, bench: Path, *words: str) -> Path:
    path = bench / "demo.hxp"
    ended = hhu("upgrade", "package", "build", str(path), *words)
    assert ended.code == 0, ended.err
    return path


def test_the_first_vector_is_built_from_its_words(hhu: Hhu, bench: Path) -> None:
    """PK01 byte for byte: META from the file's name, the rest from the options."""
    program, key = str(bench / "program.bin"), str(bench / "key")
    path = built(hhu, bench, "--program", program, "--key", key, *SPEC)
    assert META.content in path.read_bytes()
    assert path.read_bytes() == package("PK01")


def test_what_is_built_is_inspected_and_verified(hhu: Hhu, bench: Path) -> None:
    """Both parts, unsigned: the JSON names versions, sections and that nothing speaks against it."""
    path = built(
        hhu, bench, "--program", str(bench / "program.bin"), "--program-version", "0102:2026-11-15",
        "--library", str(bench / "library.json"), "--library-version", "0101:2026-11-15",
    )  # fmt: skip
    [found] = hhu("upgrade", "package", "inspect", str(path), "--json").objects
    assert (found["good"], found["signature"], found["reasons"]) == (True, "unsigned", [])
    assert [one["tag"] for one in found["sections"]] == ["META", "PROG", "LIBR"]
    assert found["meta"] == {"name": "demo", "part": "both"}
    assert (found["header"]["program"], found["header"]["library_day"]) == ("0102", "2026-11-15")
    assert hhu("upgrade", "package", "verify", str(path), *RUNNING).code == 0
    refused = hhu("upgrade", "package", "verify", str(path), *RUNNING, "--key", KEY.hex())
    assert (refused.code, "refused: Signature (9)" in refused.out) == (1, True)


def test_a_person_sees_what_the_package_is(hhu: Hhu, bench: Path) -> None:
    """Versions, hardware, hash and verdict in words; without a key a signature is not verified."""
    shown = hhu("upgrade", "package", "inspect", str(bench / "PK01.hxp"))
    assert shown.code == 0
    for words in ("0102", "2026-11-15", "spec vector 1", "Section PROG", "52 bytes", "7D23", "not verified"):
        assert words in shown.out
    good = hhu("upgrade", "package", "inspect", str(bench / "PK01.hxp"), "--key", KEY.hex())
    assert "signature: good" in good.out


def test_verify_judges_for_a_terminal(hhu: Hhu, bench: Path) -> None:
    """PK16 and PK20: 1 and the reason; the same version is good when forced."""
    bad = hhu("upgrade", "package", "verify", str(bench / "PK16.hxp"), "--key", KEY.hex(), "--json")
    assert (bad.code, bad.objects[0]["signature"]) == (1, "bad")
    assert [reason["code"] for reason in bad.objects[0]["reasons"]] == [9]
    words = ("upgrade", "package", "verify", str(bench / "PK20.hxp"), "--key", KEY.hex(), *RUNNING)
    same = hhu(*words, "--json")
    assert (same.code, same.objects[0]["reasons"][0]["name_en"]) == (1, "Same version")
    assert hhu(*words, "--force").code == 0
    other = hhu(*words, "--force", "--hardware", "1", "--json")
    assert [reason["code"] for reason in other.objects[0]["reasons"]] == [5]


@pytest.mark.parametrize("sealed", ["", "correct horse"])
def test_a_made_pair_of_keys_signs_and_verifies(hhu: Hhu, bench: Path, sealed: str) -> None:
    """keygen, build, verify by the .pub file; the private key is the owner's and sealed when wanted."""
    key = bench / "vendor"
    made = hhu("upgrade", "package", "keygen", str(key), "--password-stdin", typed=f"{sealed}\n")
    assert made.code == 0
    assert ("ENCRYPTED" in key.read_text("ascii")) == bool(sealed)
    if sys.platform != "win32":
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    path = bench / "signed.hxp"
    build = ("upgrade", "package", "build", str(path), "--program", str(bench / "program.bin"), *SPEC,
             "--key", str(key), "--password-stdin")  # fmt: skip
    assert hhu(*build, typed=f"{sealed}\n").code == 0
    public = bench / "vendor.pub"
    assert made.out == public.read_text("ascii")
    assert hhu("upgrade", "package", "verify", str(path), "--key", str(public)).code == 0
    if sealed:
        wrong = hhu(*build, "--yes", typed="battery staple\n")
        assert (wrong.code, "passphrase" in wrong.err) == (2, True)


def test_trusted_keys_verify_without_being_named(hhu: Hhu, bench: Path) -> None:
    """A .pub file in the tool's folder is enough; nothing else that lies there is read."""
    trusted = bench / "home" / "package-keys"
    trusted.mkdir(parents=True)
    (trusted / "vendor.pub").write_text(KEY.hex(), "ascii")
    (trusted / "notes.txt").write_text("mine", "ascii")
    assert "signature: good" in hhu("upgrade", "package", "verify", str(bench / "PK01.hxp")).out
    (trusted / "old.pub").write_text("torn", "ascii")
    torn = hhu("upgrade", "package", "verify", str(bench / "PK01.hxp"))
    assert (torn.code, "old.pub" in torn.err) == (2, True)


def test_nothing_is_replaced_unasked(hhu: Hhu, bench: Path) -> None:
    """Neither a package nor a key."""
    program = str(bench / "program.bin")
    build = ("upgrade", "package", "build", str(bench / "PK01.hxp"), "--program", program, *SPEC)
    assert (hhu(*build).code, (bench / "PK01.hxp").read_bytes()) == (2, package("PK01"))
    assert hhu(*build, "--yes").code == 0
    assert hhu("upgrade", "package", "keygen", str(bench / "key")).code == 2
    assert (bench / "key").read_text("ascii").strip() == SEED.hex()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("demo.bin", ("--program", "program.bin", *SPEC)),
        (f"{'x' * 61}.hxp", ("--program", "program.bin", *SPEC)),
        ("固件.hxp", ("--program", "program.bin", *SPEC)),
        ("a..b.hxp", ("--program", "program.bin", *SPEC)),
        ("demo.hxp", ()),
        ("demo.hxp", ("--program", "program.bin")),
        ("demo.hxp", ("--program", "absent.bin", *SPEC)),
        ("demo.hxp", ("--library", "program.bin", "--library-version", "0101")),
        ("demo.hxp", ("--program", "program.bin", *SPEC, "--key", "program.bin")),
        ("demo.hxp", ("--program", "program.bin", *SPEC, "--note", "两" * 29)),
        ("demo.hxp", ("--program", "program.bin", "--program-version", "01022")),
        ("demo.hxp", ("--program", "program.bin", *SPEC, "--hardware", "16")),
        ("demo.hxp", ("--program", "program.bin", "--program-version", "0102:2026-13-01")),
    ],
)
def test_what_cannot_be_built_is_refused(
    hhu: Hhu, bench: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: tuple[str, ...]
) -> None:
    """Exit code 2, a cause, and no file left behind."""
    monkeypatch.chdir(bench)
    ended = hhu("upgrade", "package", "build", name, *words)
    assert (ended.code, ended.out, (bench / name).exists()) == (2, "", False)
    assert ended.err


@pytest.mark.parametrize(
    "content", [b"", b"HX1088PK", b"MZ\x90\0" * 100, package("PK01")[:-1], package("PK07")]
)
def test_what_is_no_package_is_said_to_be_none(hhu: Hhu, bench: Path, content: bytes) -> None:
    """0 bytes, cut, another file, damaged: exit code 1 and a reason, never a traceback."""
    path = bench / "bad.hxp"
    path.write_bytes(content)
    for act in ("inspect", "verify"):
        ended = hhu("upgrade", "package", act, str(path), "--json")
        assert (ended.code, ended.objects[0]["good"]) == (1, False)
        assert ended.objects[0]["reasons"]


def test_a_file_beyond_16_mib_is_not_read(hhu: Hhu, bench: Path) -> None:
    """Refused by its size, whatever it begins with."""
    path = bench / "huge.hxp"
    with path.open("wb") as file:
        file.write(package("PK01"))
        file.truncate(17 << 20)
    ended = hhu("upgrade", "package", "verify", str(path))
    assert (ended.code, "larger" in ended.err) == (2, True)


def test_refusals_speak_chinese(hhu: Hhu, bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cause and next step in the language of the settings."""
    (bench / "home").mkdir()
    (bench / "home" / "settings.toml").write_text('language = "zh"\n', "utf-8")
    monkeypatch.chdir(bench)
    ended = hhu("upgrade", "package", "build", "demo.bin", "--program", "program.bin", *SPEC)
    assert "终端不接受名为 demo.bin 的升级包" in ended.err
    ended = hhu(
        "upgrade", "package", "build", "a.hxp", "--library", "program.bin", "--library-version", "1000"
    )
    assert 'JSON：{"tables": [...]}' in ended.err


def test_json_of_a_build_is_one_object(hhu: Hhu, bench: Path) -> None:
    """Scripts get file, size and check."""
    program = str(bench / "program.bin")
    ended = hhu("upgrade", "package", "build", str(bench / "n.hxp"), "--program", program, *SPEC, "--json")
    [found] = ended.objects
    assert (found["file"], found["size"]) == ("n.hxp", 356)
