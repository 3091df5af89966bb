"""The money of a prepayment meter: what was bought, what the energy used has cost, what is left (M63).

A customer buys again whenever little is left, so the whole history follows from the energy used, without a
step of it being kept. What is bought at runtime comes on top.
"""

from dataclasses import dataclass

PRICE = 55
"""Hundredths of a yuan per kWh."""
OPENING = 20000
PURCHASE = 20000
LEAST = 3000
"""Hundredths of a yuan: first purchase, each later one, and what is left when the customer goes to buy."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Money in hundredths of a yuan, energy in hundredths of a kWh."""

    purchases: int
    bought: int
    left: int
    """0 while the credit is overdrawn."""
    overdrawn: int

    @property
    def energy_left(self) -> int:
        """What the money left buys."""
        return self.left * 100 // PRICE


class Account:
    """Purchases besides those of habit."""

    def __init__(self) -> None:
        self._extra: list[int] = []
        self.buys_again = True
        """False: the customer buys no more by habit."""
        self._habitual = 0

    def buy(self, amount: int) -> None:
        """Buy for hundredths of a yuan."""
        self._extra.append(amount)

    def balance(self, used: int) -> Balance:
        """Return how things stand after so many hundredths of a kWh."""
        cost, extra = used * PRICE // 100, sum(self._extra)
        if self.buys_again:
            missing = cost - extra - (OPENING - LEAST)
            self._habitual = max(self._habitual, -(-missing // PURCHASE))
        bought = OPENING + extra + self._habitual * PURCHASE
        left = bought - cost
        return Balance(1 + len(self._extra) + self._habitual, bought, max(0, left), max(0, -left))
