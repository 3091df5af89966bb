"""What the nameplate and the version page say (device behaviour 3.3 VERSION, part 10; M200)."""

from dataclasses import dataclass
from datetime import date

from core.gdw376.unit import Edition


@dataclass(frozen=True, slots=True)
class Identity:
    """Maker, type and versions; never cleared by an initialisation (9.4)."""

    maker: str = "CLOU"
    model: str = "HX1088"
    device: str = "00000001"
    """Device number, up to 8 characters."""
    software: str = "1.02"
    software_date: date = date(2026, 10, 8)
    library: str = "0003"
    """Meter protocol library, in four characters."""
    library_date: date = date(2026, 10, 8)
    hardware: str = "1.00"
    hardware_date: date = date(2026, 1, 15)
    hardware_bit: int = 0
    """Its place in the hardware mask of packages, 0 to 15 (vendor extension §5.1)."""
    vendor_keys: tuple[bytes, ...] = ()
    """Public keys of the maker, at most 4; with any, a package must be signed by one of them (§5.2)."""
    capacity: str = "192.003.064"
    """Points, RS485 ports, MiB of memory."""
    protocol: str = "3761"
    """Protocol version as AFN09 F1 carries it, in four characters."""
    protocol_name: str = "376.1-2009"

    @property
    def edition(self) -> Edition:
        """Which text of the standard the data units follow (part A §0)."""
        return Edition.BASE_2009 if self.protocol_name.endswith("2009") else Edition.ADDED_2012
