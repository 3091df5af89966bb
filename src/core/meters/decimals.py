"""Decimals as meters of other families than DL/T 645 give them."""

from decimal import Decimal


def plain(value: Decimal) -> Decimal:
    """Return the same number without zeros behind it and without a power of ten in front."""
    short = value.normalize()
    places = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(places, int) and places > 0 else short
