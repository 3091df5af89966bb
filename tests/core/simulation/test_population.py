import pytest

from core.errors import UsageError
from core.gdw376.units.afn04 import MeterArchive
from core.simulation.physics.load import Register
from core.simulation.population import population
from tests.core.simulation.stage import NOW


def test_the_archive_fits_the_meters() -> None:
    """M83: 192 meters on two ports; each archive line names port, address, protocol, speed of its meter."""
    people = population(1, NOW, residential=64, tariff_control=64, three_phase=64, every_1997=4)
    assert len(people.placed) == 192
    assert (len(people.on(1)), len(people.on(2))) == (96, 96)
    for place in people.placed:
        record = place.record
        assert (record.point, record.serial, record.line.port) == (place.point, place.point, place.port)
        assert record.address == place.meter.address
        assert (record.protocol, record.line.speed) == ((1, 2) if place.point % 4 == 0 else (30, 3))
    assert len({record.address for record in people.records}) == 192
    classes = {(record.user_class.major, record.user_class.minor) for record in people.records}
    assert classes == {(4, 0), (4, 1), (2, 2)}
    assert MeterArchive.decode(MeterArchive(people.records).encode()).meters == people.records


def test_a_seed_gives_the_same_area() -> None:
    """The same seed gives the same meters with the same energies, another seed others."""
    one, again, other = (population(seed, NOW, tariff_control=5) for seed in (3, 3, 4))
    assert one.records == again.records != other.records
    energies = [
        [place.meter.meter.energy(Register.FORWARD, NOW) for place in area.placed] for area in (one, again)
    ]
    assert energies[0] == energies[1]


def test_meters_need_a_port() -> None:
    """Without a port there is nowhere to stand."""
    with pytest.raises(UsageError):
        population(1, NOW, residential=1, ports=())
