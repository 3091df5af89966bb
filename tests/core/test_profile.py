from dataclasses import replace
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from core.errors import UsageError
from core.gdw376.units.afn04 import MasterStation, TerminalAddress
from core.profile import DEMO, FACTORY, profile_named
from core.simulation.surroundings import Surroundings
from core.terminal.factory import DEFAULTS
from core.terminal.limits import objection

FILE = """
[identity]
software = "1.03"
software_date = 2026-11-01

[surroundings]
sim = true
csq = 12
cell = "2.91"

[parameters.master-station]
main_ip = "10.1.2.3"
main_port = 9001

[parameters.04F89]
terminal = 0x9999
"""


def read(directory: Path, text: str):
    path = directory / "cabinet.toml"
    path.write_text(text, "utf-8")
    return profile_named(path)


def test_built_in_profiles():
    """Factory is the state of delivery, without SIM and battery (M193, M194); demo has made-up values."""
    assert profile_named("factory") is FACTORY
    assert profile_named("demo") is DEMO
    assert FACTORY.surroundings == Surroundings(sim=False, backup=False)
    assert FACTORY.parameters == ()
    assert not any(objection(unit) for unit in DEMO.parameters)


def test_a_file_overlays_the_factory(tmp_path: Path):
    """Only what is named changes; units by alias or code."""
    profile = read(tmp_path, FILE)
    assert profile.name == "cabinet"
    assert profile.identity == replace(FACTORY.identity, software="1.03", software_date=date(2026, 11, 1))
    assert profile.surroundings == Surroundings(sim=True, csq=12, cell=Decimal("2.91"))
    assert profile.parameters == (
        MasterStation(IPv4Address("10.1.2.3"), 9001, IPv4Address(0), 0, "CMNET"),
        TerminalAddress("1122", 0x9999),
    )
    assert DEFAULTS[3] not in profile.parameters


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[identity", "no TOML file"),
        ("[identification]", "identification: is no table"),
        ("identity = 3", "identity: a table expected"),
        ("[identity]\ncolour = 'red'", "identity.colour: unknown"),
        ("[identity]\nsoftware = 3", "identity.software: str expected"),
        ("[surroundings]\ncell = 'full'", "surroundings.cell: a number expected"),
        ("[surroundings]\ncsq = true", "surroundings.csq: int expected"),
        ("[parameters.nonsense]", "parameters.nonsense: unknown"),
        ("[parameters]\n04F3 = 1", "parameters.04F3: a table expected"),
        ("[parameters.04F3]\nmain_ip = '999.1.1.1'", "parameters.04F3.main_ip"),
        ("[parameters.04F3]\nmain_port = 70000", "parameters.04F3.main_port"),
        ("[parameters.04F3]\nport = 1", "parameters.04F3.port"),
        ("[parameters.04F5]\nscheme = 255", "parameters.04F5: only schemes"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, named: str):
    """The refusal names the file and the place in it."""
    with pytest.raises(UsageError, match=r"cabinet\.toml.*") as refusal:
        read(tmp_path, text)
    assert named in str(refusal.value)


def test_a_missing_file_is_named(tmp_path: Path):
    """Neither a built-in name nor a file."""
    with pytest.raises(UsageError, match=r"nowhere.*factory, demo"):
        profile_named("nowhere")
    with pytest.raises(UsageError, match="no TOML file"):
        (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
        profile_named(tmp_path / "x.toml")
