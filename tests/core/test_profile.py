from dataclasses import replace
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from core.errors import UsageError
from core.gdw376.units.afn04 import MasterStation, PointBasics, TerminalAddress
from core.profile import DEMO, FACTORY, profile_named
from core.simulation.surroundings import Surroundings
from core.terminal.archive import Archive
from core.terminal.factory import DEFAULTS
from core.terminal.limits import objection
from tests.core.concentrators import concentrator

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


@pytest.mark.area
def test_built_in_profiles():
    """Factory is the state of delivery, no SIM, no battery (M193, M194); demo and full have meters (M83)."""
    assert profile_named("factory") is FACTORY
    assert profile_named("demo") is DEMO
    assert FACTORY.surroundings == Surroundings(sim=False, backup=False)
    assert FACTORY.parameters == ()
    assert not any(objection(one.unit) for one in DEMO.settings)
    assert (FACTORY.area.count, DEMO.area.count, profile_named("full").area.count) == (0, 24, 192)


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
        ("[identity]\nvendor_keys = ['00']", "identity.vendor_keys: 1 bytes, a key has 32"),
        ("[identity]\nvendor_keys = ['x']", "identity.vendor_keys: hexadecimal digits expected"),
        ("[identity]\nvendor_keys = 3", "identity.vendor_keys: tuple expected"),
        ("[identity]\nsoftware = 3", "identity.software: str expected"),
        ("[surroundings]\ncell = 'full'", "surroundings.cell: a number expected"),
        ("[surroundings]\ncsq = true", "surroundings.csq: int expected"),
        ("[parameters.nonsense]", "parameters.nonsense: unknown"),
        ("[parameters]\n04F3 = 1", "parameters.04F3: a table expected"),
        ("[parameters.04F3]\nmain_ip = '999.1.1.1'", "parameters.04F3.main_ip"),
        ("[parameters.04F3]\nmain_port = 70000", "parameters.04F3.main_port"),
        ("[parameters.04F3]\nport = 1", "parameters.04F3.port"),
        ("[parameters.04F5]\nscheme = 255", "parameters.04F5: only schemes"),
        ("[area]\nfamilies = { edmi = 'two' }", "Meters of a family are counted"),
        ("[area]\nfamilies = { edmi = -1 }", "fewer than none"),
        ("[area]\nfamilies = { abb-a1700 = 1 }", "have none for abb-a1700"),
        ("[area]\nfamilies = { hnd = 1 }\n[protocols]\ncodes = { 40 = 'hnd' }", "No meters of 'hnd'"),
        ("[area]\nresidential = 1\nfamilies = { edmi = 1 }\nfaults = '1:twin=2'", "cannot be the twin"),
        ("[protocols.setups.edmi]\nrates = [9]", "protocols.setups.edmi.rates: numbers 0 to 7"),
        ("[protocols.setups.edmi]\nrate = [1]", "protocols.setups.edmi.rate: unknown"),
        ("[protocols.setups.edmi.mk6]\nforward-active = 12", "setups.edmi.mk6.forward-active: 0 to 11"),
        ("[protocols.setups.edmi.mk6]\ncolour = 1", "setups.edmi.mk6.colour: colour is no quantity"),
        ("[protocols.setups.alpha]\ncodes = { 8 = 'forward-active' }", "setups.alpha.codes.8: a code"),
        ("[protocols.setups.alpha]\nusual = [1]", "setups.alpha.usual: a list of texts"),
        ("[protocols.setups.landis-gyr-d.obis]\nclock = 1", "setups.landis-gyr-d.obis.clock: a text"),
        ("[protocols.setups.landis-gyr-d.obis.phases]\nvoltage = { codes = ['1'] }", "3 codes expected"),
        ("[protocols.setups.dlt645-2007]\nrates = [1]", "setups.dlt645-2007.rates: unknown, there are none"),
        ("[protocols.setups.99]\nrates = [1]", "protocols.setups.99: no code of a native driver"),
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


METERS = """
[parameters."point-basics@3"]
ct = 20

[parameters.reading]
ports = []

[[meters]]
address = "202600000001"

[[meters]]
serial = 7
point = 3
port = 2
speed = 9600
address = "202600000002"
password = "000102030405"
asset = "SN-0042"
stopped = true
key = true

[[meters]]
address = "202600000003"
protocol = 1
"""


def test_a_profile_holds_meters(tmp_path: Path):
    """A terminal begins with an archive: numbers count up, asset number, stop and key meters go along."""
    profile = read(tmp_path, METERS)
    parameters = concentrator().parameters
    parameters.write(profile.settings)
    first, second, third = Archive(parameters).meters()
    assert (first.serial, first.point, first.port, first.protocol, first.asset) == (
        1,
        1,
        1,
        30,
        first.address,
    )
    assert (second.serial, second.point, second.speed, second.asset) == (7, 3, 9600, "SN-0042")
    assert (second.password, second.stopped, second.key) == (bytes(range(6)), True, True)
    assert (third.serial, third.point, third.protocol, third.key) == (8, 4, 1, False)
    assert parameters.value(PointBasics, 3).ct == 20


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("meters = 3", "meters: a list of tables"),
        ("[[meters]]\nport = 1", "meters: "),
        ("[[meters]]\naddress = '12'", "meters[0].address"),
        ("[[meters]]\ncolour = 'red'", "meters[0].colour: unknown"),
        ("[[meters]]\naddress = '202600000001'\nport = 9", "port 9"),
        ("[[meters]]\naddress = '202600000001'\nspeed = 300", "meters[0].speed: 300"),
        ("[[meters]]\naddress = '202600000001'\npassword = 'x'", "meters[0].password: hexadecimal"),
        ("[[meters]]\naddress = '202600000001'\n" * 2, "address 202600000001 is that of serial 1"),
        ("[parameters.'04F3@5']", "04F3@5: there is no such point"),
        ("[parameters.'04F25']", "04F25: there is no such point"),
    ],
)
def test_mistakes_in_archives_are_named(tmp_path: Path, text: str, named: str):
    """Place and reason, before anything is written."""
    with pytest.raises(UsageError) as refusal:
        read(tmp_path, text)
    assert named in str(refusal.value)
