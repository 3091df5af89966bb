"""Which driver a protocol code of the archive stands for: lists of codes, one of them per terminal.

The same number means different protocols in different provinces (meter protocols §2), so the list is chosen
in the profile of the terminal, and single codes may be set there. A value is the id of a native driver or of
a library.
"""

from collections.abc import Mapping

from core.errors import UsageError

DLT645_1997, DLT645_2007 = "dlt645-1997", "dlt645-2007"
EDMI, ALPHA, LANDIS_GYR_D, LANDIS_GYR_B = "edmi", "alpha", "landis-gyr-d", "landis-gyr-b"
A1700 = "abb-a1700"
"""In no list; a profile may give it a code."""
Codes = Mapping[int, str]

BASE: Codes = {1: DLT645_1997, 30: DLT645_2007}
"""Q/GDW 376.1 itself."""
WODIAN: Codes = {
    **BASE, 4: LANDIS_GYR_D, 6: LANDIS_GYR_B, 8: ALPHA, 10: EDMI, 12: "wasion-4.1",
}  # fmt: skip
LISTS: Mapping[str, Codes] = {
    "376.1": BASE,
    "wodian": WODIAN,
    "xinlian": {
        **BASE, 3: "fujian", 4: LANDIS_GYR_D, 5: LANDIS_GYR_D, 6: LANDIS_GYR_B, 7: LANDIS_GYR_B, 8: ALPHA,
        9: "abb-round", 10: EDMI, 12: "wasion-4.1", 17: "hnd", 221: EDMI, 223: "clou", 226: "wasion-645",
    },
    "hubei": {
        **BASE, 4: LANDIS_GYR_D, 5: LANDIS_GYR_B, 7: "hnd", 8: ALPHA, 9: "abb-round", 13: EDMI, 14: EDMI,
    },
    "huacai": {
        **BASE, 3: ALPHA, 4: LANDIS_GYR_D, 5: LANDIS_GYR_B, 7: "wasion-4.1", 10: "hnd", 22: "clou-645",
        26: "hnd-645",
    },
    "hebei": {**BASE, 7: "wasion-4.1"},
    "sichuan": {**BASE, 4: EDMI},
}  # fmt: skip
"""By the name that a profile gives; what each number means there is stated in meter protocols §2."""
DEFAULT = WODIAN


def codes_of(name: str, own: Mapping[int, str] | None = None) -> Codes:
    """Return a list by name with single codes set; ``UsageError`` for an unknown list or a wrong code."""
    if name not in LISTS:
        raise UsageError(f"There is no list of protocol codes {name}.", f"Lists: {', '.join(LISTS)}.")
    for code in own or ():
        if not 1 <= code <= 255:
            raise UsageError(f"{code} is no protocol code.", "Give a code from 1 to 255.")
    return {**LISTS[name], **(own or {})}
